"""What a webhook uses that is delivered at the first try: one event at a time, and a hundred in a batch.

From the commit that is the event: `on_stream` makes the delivery, `on_delivery` sends it. The receiver is a stub that
answers at once; the time for which a function waits for a real one is an assumption.
"""

from benchmarks.counting import Done
from benchmarks.flow import ANSWER, DEFINITION, START
from benchmarks.handlers import Handlers
from benchmarks.rows import Row
from benchmarks.units import commits, told
from benchmarks.usage import Usage, usage_of
from interactor.services.deliver import AT_ONCE

RECEIVER_SECONDS = 0.1
"""An assumption: how long a receiver takes to answer."""
_ALONE = 25
_BATCH = 100
_NAME = "bench_webhooks"


def measure(handlers: Handlers) -> tuple[list[Row], dict[str, Usage]]:
    """Rows of the table, and what one delivery uses. Leaves a subscription behind."""
    handlers.publish({**DEFINITION, "name": _NAME})
    subscription = {
        "url": "http://127.0.0.1/", "events": ["workflow.instance.completed"], "namespace_filter": START["namespace"],
    }  # fmt: skip
    handlers.call("POST", "/webhooks/subscriptions", subscription)
    alone = [_deliver(handlers, 1) for _ in range(_ALONE)]
    made, sent = (list(runs) for runs in zip(*alone, strict=True))
    batch = _deliver(handlers, _BATCH)
    rows = [
        Row("webhook alone: on_stream", told(made)),
        Row("webhook alone: on_delivery", told(sent)),
        _shared("webhooks, on_stream", batch[0]),
        _shared("webhooks, on_delivery", batch[1]),
    ]
    waits = RECEIVER_SECONDS * _BATCH / AT_ONCE
    return rows, {
        "one by one": (usage_of(made) + usage_of(sent, waits=RECEIVER_SECONDS, messages=1)),
        f"{_BATCH} in a batch": (usage_of([batch[0]]) + usage_of([batch[1]], waits=waits, messages=1)).times(
            1 / _BATCH
        ),
    }


def _deliver(handlers: Handlers, events: int) -> tuple[Done, Done]:
    """Complete so many instances; the invocation that makes the deliveries, and the one that sends them."""
    records = []
    for _ in range(events):
        created = handlers.call("POST", f"/workflows/{_NAME}/instances", START)
        answered = handlers.call("POST", f"/workflows/instances/{created.data['id']}/resume", ANSWER)
        records.append(commits(created, answered)[-1])
    made = handlers.follow("on_stream", records)
    (message,) = (
        entry for one in made.requests if one.service == "sqs" for entry in one.asked["Entries"]
    )  # one for the lane, however many deliveries
    sent = handlers.follow("on_delivery", [{"messageId": "1", "body": message["MessageBody"]}])
    delivered = sum(one.kind == "PutItem delivery" for one in sent.requests)
    if delivered != events:
        raise RuntimeError(f"{delivered} of {events} webhooks were delivered")
    return made, sent


def _shared(what: str, done: Done) -> Row:
    told_of_one = (
        f"{len(done.requests) / _BATCH:.3g} requests, {done.write_units / _BATCH:.3g} WRU, "
        f"{done.read_units / _BATCH:.3g} RRU each"
    )
    return Row(f"{what}, a batch of {_BATCH}", told_of_one)
