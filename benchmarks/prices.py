"""List prices, and what a million flows cost at them, here and elsewhere.

List prices of us-east-1 in US dollars on 2026-11-25, without free tiers, discounts and support plans. Several of these
pages show prices by script alone, so the figures come from their worked examples and from copies: compare them before
quoting a result. Storage, logs and data transfer are left out everywhere.

https://aws.amazon.com/lambda/pricing/ https://aws.amazon.com/api-gateway/pricing/ https://aws.amazon.com/sqs/pricing/
https://aws.amazon.com/dynamodb/pricing/on-demand/ https://aws.amazon.com/step-functions/pricing/
https://docs.temporal.io/cloud/pricing https://docs.temporal.io/cloud/actions
"""

from dataclasses import dataclass

from benchmarks.rows import Row, at_most

MILLION = 1_000_000

HTTP_API_CALL = 1.00 / MILLION
LAMBDA_REQUEST = 0.20 / MILLION
LAMBDA_GB_SECOND = 0.0000133334
"""arm64, first tier. What a trigger reads costs nothing from a stream, and SQS requests from a queue."""
WRITE_UNIT = 0.625 / MILLION
READ_UNIT = 0.125 / MILLION
SQS_REQUEST = 0.40 / MILLION
STEP_FUNCTIONS_TRANSITION = 25 / MILLION
"""Standard workflows; each state entered is a transition."""
DURABLE_OPERATION = 8 / MILLION
"""Lambda durable functions: the start of an execution, each step, wait and callback. Lambda itself comes on top."""
TEMPORAL_ACTION = 50 / MILLION
"""Temporal Cloud, first five millions a month: the start of a workflow, each signal, activity and timer."""

MEMORY_GB = 1769 / 1024
ROUND_TRIP_SECONDS = 0.005
"""An assumption, on the safe side: a small DynamoDB request takes single-digit milliseconds
(https://aws.amazon.com/dynamodb/).
"""


@dataclass(frozen=True, slots=True)
class Usage:
    """What one flow uses. `invocations` and `queue_requests` are those beside its API calls."""

    calls: int
    cpu_seconds: float
    round_trips: int
    write_units: float
    read_units: float
    invocations: float = 0
    queue_requests: float = 0

    @property
    def lambda_cost(self) -> float:
        seconds = self.cpu_seconds + self.round_trips * ROUND_TRIP_SECONDS
        return (self.calls + self.invocations) * LAMBDA_REQUEST + seconds * MEMORY_GB * LAMBDA_GB_SECOND

    @property
    def cost(self) -> float:
        """Dollars for one flow."""
        table = self.write_units * WRITE_UNIT + self.read_units * READ_UNIT
        return self.calls * HTTP_API_CALL + self.lambda_cost + table + self.queue_requests * SQS_REQUEST


def compare(flows: dict[str, Usage]) -> list[Row]:
    """Rows of the table: dollars for a million flows."""
    approval = flows["approval"]
    dollars = {
        "API": approval.calls * HTTP_API_CALL, "Lambda": approval.lambda_cost,
        "writes": approval.write_units * WRITE_UNIT, "reads": approval.read_units * READ_UNIT,
    }  # fmt: skip
    parts = f" ({', '.join(f'{what} {cost * MILLION:.2f}' for what, cost in dollars.items())})"
    ours = approval.cost * MILLION
    rows = [at_most("1 M approvals, dollars", round(ours, 2), 12, shown=parts)]
    rows += [Row(f"1 M of the {name} flow, dollars", f"{usage.cost * MILLION:.2f}")
             for name, usage in flows.items() if name != "approval"]  # fmt: skip
    front = 2 * (HTTP_API_CALL + LAMBDA_REQUEST) * MILLION
    for service, metering, theirs in (
        ("Step Functions Standard", "4 transitions; without an API in front", 4 * STEP_FUNCTIONS_TRANSITION * MILLION),
        (
            "Lambda durable functions",
            "3 operations (start, step, callback), and an API with two invocations in front",
            3 * DURABLE_OPERATION * MILLION + front,
        ),
        (
            "Temporal Cloud",
            "3 actions (start, activity, signal), without the workers that one runs oneself",
            3 * TEMPORAL_ACTION * MILLION,
        ),
    ):
        rows.append(Row(f"the same on {service}, dollars", f"{theirs:.2f} ({theirs / ours:.1f} times): {metering}"))
    return rows
