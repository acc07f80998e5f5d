"""List prices, and what a million of each flow costs at them, here and elsewhere.

List prices of us-east-1 in US dollars, looked up on 2026-11-26, without free tiers, discounts and support plans.
Storage, logs and data transfer are left out everywhere. AWS's own pages show most prices by script alone, so each
price names what was read. Compare them before quoting a result.

| price | read |
|---|---|
| Step Functions | the regions' table in a copy of https://aws.amazon.com/step-functions/pricing/: $0.025 per 1,000 |
| Lambda durable functions | "$8.00/M" in a transcription of https://aws.amazon.com/lambda/pricing/ made on 2026-09-20; |
| | the same, and $0.25 per GB written and $0.15 per GB-month kept, in an article of January 2026 |
| Temporal Cloud | the source of https://docs.temporal.io/cloud/pricing and https://docs.temporal.io/cloud/actions |
| DynamoDB, Lambda, HTTP API, SQS | articles of 2025 and 2026 that quote https://aws.amazon.com/dynamodb/pricing/on-demand/ |
| | and https://aws.amazon.com/lambda/pricing/, /api-gateway/pricing/, /sqs/pricing/; they agree |
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
        return Row(f"  {self.name}", f"{total:.2f}: {', '.join(counted)} at ${self.dollars:g} a million")


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
    """Rows of the table: dollars for a million of each flow, under each load, and the same flow elsewhere."""
    rows = []
    for flow, loads in usages.items():
        for place, (load, usage) in enumerate(loads.items()):
            what, shown = f"a million {flow}s, {load}", f" ({_parts(usage)})"
            dollars = round(_cost(usage) * MILLION, 2)
            is_judged = flow == APPROVAL and place == 0
            rows.append(at_most(what, dollars, _BUDGET, shown=shown) if is_judged else Row(what, judged.measured))
        rows += [peer.row(flow) for peer in PEERS]
    return rows


def _cost(usage: Usage) -> float:
    """Dollars for one flow."""
    return sum(_dollars(usage).values())


def _parts(usage: Usage) -> str:
    return ", ".join(f"{what} {cost * MILLION:.2f}" for what, cost in _dollars(usage).items() if cost)


def _dollars(usage: Usage) -> dict[str, float]:
    return {
        "API": usage.calls * HTTP_API_CALL,
        "Lambda": usage.invocations * LAMBDA_REQUEST + usage.gb_seconds * LAMBDA_GB_SECOND,
        "writes": usage.write_units * WRITE_UNIT,
        "reads": usage.read_units * READ_UNIT,
        "queue": usage.queue_requests * SQS_REQUEST,
    }
