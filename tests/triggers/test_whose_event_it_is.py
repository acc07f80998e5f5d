"""An event reaches the triggers of one account: the one its AWS account is bound to, else the one its source names."""

import pytest

from interactor.storage.table import Put
from tests.triggers.deliveries import deliver, event, instances, with_trigger
from tests.world import World

EVERYTHING = {"source": [{"prefix": ""}]}


@pytest.fixture
def both(world: World) -> World:
    """acme and globex, each waiting for every event."""
    with_trigger(world, event_pattern=EVERYTHING)
    with_trigger(world, as_="stranger", event_pattern=EVERYTHING)
    return world


def bind(world: World, aws_account: str, account: str) -> None:
    key = {"pk": f"aws_account#{aws_account}", "sk": "aws_account"}
    world.parts.table.write([Put({**key, "op": "op", "account": account})], "op")


def started(world: World) -> tuple[int, int]:
    """Instances of acme, and of globex."""
    return len(instances(world)), len(instances(world, as_="stranger"))


@pytest.mark.parametrize(
    ("source", "expected"),
    [
        ("interactor.acme", (1, 0)),
        ("interactor.acme/orders", (1, 0)),
        ("interactor.acme/../globex", (1, 0)),
        ("interactor.globex/interactor.acme", (0, 1)),
        ("interactor.acme2", (0, 0)),
        ("interactor.ACME", (0, 0)),
        ("interactor.acme#x", (0, 0)),
        ("interactor.", (0, 0)),
        ("interactor./acme", (0, 0)),
        ("aws.s3", (0, 0)),
        ("acme", (0, 0)),
        ("", (0, 0)),
    ],
)
def test_the_source_names_the_account(both: World, source: str, expected: tuple[int, int]) -> None:
    assert deliver(both, event(source)) == []
    assert started(both) == expected


def test_an_aws_account_that_is_bound_speaks_for_its_account_whatever_the_source(both: World) -> None:
    bind(both, "111122223333", "acme")
    deliver(both, event("aws.s3", account="111122223333"))
    assert started(both) == (1, 0)


def test_an_aws_account_that_is_bound_cannot_speak_for_another(both: World) -> None:
    bind(both, "111122223333", "acme")
    deliver(both, event("interactor.globex", account="111122223333"))
    assert started(both) == (1, 0)


def test_what_the_detail_says_counts_for_nothing(both: World) -> None:
    deliver(both, event("aws.s3", detail={"account": "acme", "interactor_account": "acme"}))
    assert started(both) == (0, 0)


def test_an_event_of_another_account_cannot_pass_for_a_firing_of_ours(both: World) -> None:
    trigger_id = both.get("/triggers").data["triggers"][0]["id"]
    deliver(both, event("interactor.globex", detail={"trigger_id": trigger_id, "account": "acme"}))
    assert started(both) == (0, 1)
