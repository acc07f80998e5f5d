"""A process that dies, or loses an answer, at every request to AWS in turn.

The requests are not listed anywhere: `disturbed` breaks in at the first, the second, and so on, until what a test does
comes through undisturbed, so that a new request is covered without a new test.
"""

from collections.abc import Callable, Iterator
from dataclasses import dataclass
from typing import Any

from botocore.exceptions import ClientError, ConnectionClosedError

from tests.aws import Send
from tests.world import World


class Crash(BaseException):
    """The process dies: nothing catches this, and botocore takes it for no retry."""


@dataclass
class Fault:
    """Goes wrong at the request number `place`, counted from 0; `struck` tells whether there was one."""

    kind: str
    place: int
    meanwhile: Callable[[], None]
    struck: bool = False
    _count: int = -1

    def __call__(self, operation: str, send: Send) -> Any:
        if operation in READS and self.kind not in OF_READS:
            return send()  # a read leaves nothing behind: to die before it, after it or without its answer is the same
        self._count += 1
        if not self.place <= self._count < self.place + (LONG if self.kind == "refused for a while" else 1):
            return send()
        self.struck = True
        match self.kind:
            case "dies before":
                raise Crash
            case "dies after":
                send()
                raise Crash
            case "others come first":
                self.meanwhile()
                return send()
            case "answer lost, sent again":  # what the SDK does
                send()
                return send()
            case "answer lost, sent again after others have gone on":
                send()
                self.meanwhile()
                return send()
            case "answer lost for good":
                send()
                raise ConnectionClosedError(endpoint_url="https://dynamodb")
            case "refused for now" | "refused for a while":  # and still after the SDK's own tries
                raise ClientError({"Error": {"Code": "ThrottlingException"}}, operation)
            case "failed after it was applied":
                send()
                raise ClientError({"Error": {"Code": "InternalServerError"}}, operation)
        raise ValueError(self.kind)


READS = ("get_item", "batch_get_item", "query", "get_object")
OF_READS = ("dies before", "refused for now", "refused for a while")
LONG = 3
"""Requests in a row that are refused in a while: so several parts of what is done fail, and not all."""
SKEW = 2 * 60 * 1000
"""How far the clock of whoever does something may be off."""
KINDS = (
    "dies before", "dies after", "answer lost, sent again", "answer lost, sent again after others have gone on",
    "answer lost for good", "refused for now", "failed after it was applied",
)  # fmt: skip


def disturbed(world: World, kind: str, meanwhile: Callable[[], None] | None = None) -> Iterator[Fault]:
    """A fault at the first request of what follows, at the second, and so on until there is none.

    `meanwhile` is what others do where they come in between; by default everything goes on.
    """

    def others() -> None:
        with world.clock.off_by(0):
            (meanwhile or world.settle)()

    for place in range(200):
        fault = Fault(kind, place, others)
        yield fault
        world.aws.interruption = lambda operation, send: send()
        if not fault.struck:
            assert place > 0, "the scenario makes no requests"
            return
    raise AssertionError("the scenario has no end")


def attempt(world: World, fault: Fault, action: Callable[[], Any], skew: int = 0) -> Any:
    """What the action gives, or None where the process died or gave up.

    `skew` is how far ahead the clock of whoever acts is, in milliseconds; that of others is right.
    """
    world.aws.interruption = fault
    try:
        with world.clock.off_by(skew):
            return action()
    except (Crash, ConnectionClosedError, ClientError):
        return None
    finally:
        world.aws.interruption = lambda operation, send: send()
