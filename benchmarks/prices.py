"""List prices, and what a million of each flow costs at them, here and elsewhere.

List prices of us-east-1 in US dollars, looked up on 2026-11-26, without free tiers, discounts and support plans.
Storage, logs and data transfer are left out everywhere. AWS's pages show most prices by script alone, so what was read
is a copy, or somebody who quotes them. Compare before quoting a result.

- Step Functions: the table of regions in a stored copy of https://aws.amazon.com/step-functions/pricing/
- Lambda durable functions: "$8.00/M", taken from https://aws.amazon.com/lambda/pricing/ on 2026-09-20 by
  https://github.com/api-evangelist/aws-lambda; the same in the article below, with $0.25 a GB written and $0.15 a GB
  and month kept, which for these flows is less than a dollar a million
- Temporal Cloud: https://docs.temporal.io/cloud/pricing and https://docs.temporal.io/cloud/actions, from their source
- HTTP API: AWS's https://docs.aws.amazon.com/whitepapers/latest/best-practices-api-gateway-private-apis-integration/
- DynamoDB, SQS, Lambda's requests: https://www.thecandidstartup.org/2026/01/12/aws-lambda-durable-functions.html
- Lambda on arm64, a GB-second: several articles that agree; not seen on a page of AWS
"""

from collections.abc import Mapping
from dataclasses import dataclass

from benchmarks.rows import Row, at_most
from benchmarks.usage import Usage

MILLION = 1_000_000

HTTP_API_CALL = 1.00 / MILLION
LAMBDA_REQUEST = 0.20 / MILLION
LAMBDA_GB_SECOND = 0.0000133334
"""arm64, first tier. What a trigger reads costs nothing from a stream, and SQS requests from a queue."""
WRITE_UNIT = 0.625 / MILLION
READ_UNIT = 0.125 / MILLION
SQS_REQUEST = 0.40 / MILLION

_BUDGET = 12
APPROVAL, PURCHASE, WEBHOOK = "approval", "purchase", "webhook"
SPREAD = "spread over a month"
_CALLS = {APPROVAL: 2, PURCHASE: 4, WEBHOOK: 0}


@dataclass(frozen=True, slots=True)
class Peer:
    """Somebody else's service: the dollars for a million of the units that it counts, and the units of each flow.

    `front` is what each call of people costs beside, where an API of one's own has to stand in front of the service.
    """

    name: str
    dollars: float
    units: Mapping[str, tuple[str, ...]]
    front: float = 0

    def row(self, flow: str) -> Row:
        """Dollars for a million of a flow, and what they are for."""
        counted = self.units[flow]
        total = len(counted) * self.dollars + _CALLS[flow] * self.front * MILLION
        return Row(f"{flow}, {self.name}", f"{total:.2f} ({', '.join(counted)} at {self.dollars:g})")


PEERS = (
    Peer(
        "Step Functions Standard", 25,
        {
            APPROVAL: ("Pass", "Task", "Choice", "Succeed"),
            PURCHASE: ("Pass", "Task", "Choice", "Task", "Choice", "Task", "Succeed"),
            WEBHOOK: ("Task",),
        },
    ),
    Peer(
        "Lambda durable functions", 8,
        {
            APPROVAL: ("start", "step", "callback"),
            PURCHASE: ("start", "step", "callback", "callback", "callback"),
            WEBHOOK: ("step",),
        },
        HTTP_API_CALL + LAMBDA_REQUEST,
    ),
    Peer(
        "Temporal Cloud", 50,
        {
            APPROVAL: ("start", "activity", "signal"),
            PURCHASE: ("start", "activity", "signal", "signal", "signal"),
            WEBHOOK: ("activity",),
        },
    ),
)  # fmt: skip
"""Step Functions counts a transition "each time a step of your workflow is executed", retries included; what runs the
script and an API in front would come on top. An operation of a durable function is the start of an execution, a step, a
wait or a callback, which some count twice; Lambda's time and the data written come on top. Temporal counts an action
for each start, signal, activity and timer (these flows need none); the workers come on top.
"""


def compare(usages: Mapping[str, Mapping[str, Usage]]) -> list[Row]:
    """Rows of the table: dollars for a million of each flow under each load, and for the same flow elsewhere. The
    approval's first load is the one that has a budget.
    """
    rows = [_row(flow, load, usages[flow][load]) for flow in usages for load in usages[flow]]
    return [*rows, *(peer.row(flow) for flow in usages for peer in PEERS)]


def _row(flow: str, load: str, usage: Usage) -> Row:
    dollars = {what: cost * MILLION for what, cost in _dollars(usage).items() if cost}
    parts = ", ".join(f"{what} {cost:.2f}" for what, cost in dollars.items())
    row = at_most(f"{flow}, {load}", round(sum(dollars.values()), 2), _BUDGET, shown=f" ({parts})")
    return row if (flow, load) == (APPROVAL, SPREAD) else Row(row.what, row.measured)


def _dollars(usage: Usage) -> dict[str, float]:
    return {
        "API": usage.calls * HTTP_API_CALL,
        "Lambda": usage.invocations * LAMBDA_REQUEST + usage.gb_seconds * LAMBDA_GB_SECOND,
        "writes": usage.write_units * WRITE_UNIT,
        "reads": usage.read_units * READ_UNIT,
        "queue": usage.queue_requests * SQS_REQUEST,
    }
