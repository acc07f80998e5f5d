"""A write whose answer is lost is sent again and finds itself; one that truly lost is told what is there."""

from typing import Any

import pytest
from botocore.exceptions import ClientError

from interactor.storage.table import Condition, ConditionFailed, Put, Update, absent
from tests.world import World

KEY = {"pk": "a", "sk": "a"}
OTHER = {"pk": "b", "sk": "b"}
DRAFT = Condition("#status = :draft", {"#status": "status"}, {":draft": "draft"})


def put(op: str, key: dict[str, str] = KEY, **more: Any) -> Put:
    return Put({**key, "op": op, **more}, absent())


def lose_answers(world: World, times: int = 1) -> None:
    """Have the next writes sent twice, as the SDK does when it hears nothing."""
    left = [times]

    def twice(operation: str, send: Any) -> Any:
        if left[0] and operation in ("put_item", "transact_write_items"):
            left[0] -= 1
            send()
        return send()

    world.aws.interruption = twice


def test_a_put_sent_twice_is_a_success(world: World) -> None:
    lose_answers(world)
    world.parts.table.write([put("op_1")], "op_1")
    assert world.parts.table.get(KEY) == {**KEY, "op": "op_1"}


def test_a_transaction_sent_twice_is_a_success(world: World) -> None:
    world.parts.table.write([put("op_0", status="draft")], "op_0")
    lose_answers(world)
    publish = Update(KEY, {"op": "op_1", "status": "published"}, DRAFT)
    world.parts.table.write([publish, put("op_1", OTHER)], "op_1")
    assert world.parts.table.get(KEY) == {**KEY, "op": "op_1", "status": "published"}


def test_the_same_operation_may_be_tried_again_later(world: World) -> None:
    for _ in range(3):
        world.parts.table.write([put("op_1"), put("op_1", OTHER)], "op_1")
    assert world.parts.table.get_all([KEY, OTHER]) == [{**KEY, "op": "op_1"}, {**OTHER, "op": "op_1"}]


def test_another_operation_fails_and_is_told_what_is_there(world: World) -> None:
    world.parts.table.write([put("op_1", n=1)], "op_1")
    with pytest.raises(ConditionFailed) as failed:
        world.parts.table.write([put("op_2", n=2)], "op_2")
    assert failed.value.found == {0: {**KEY, "op": "op_1", "n": 1}}
    assert world.parts.table.get(KEY) == {**KEY, "op": "op_1", "n": 1}


def test_of_a_transaction_that_fails_nothing_is_written(world: World) -> None:
    world.parts.table.write([put("op_1", n=1)], "op_1")
    with pytest.raises(ConditionFailed) as failed:
        world.parts.table.write([put("op_2", OTHER), put("op_2")], "op_2")
    assert failed.value.found == {1: {**KEY, "op": "op_1", "n": 1}}
    assert world.parts.table.get(OTHER) is None


def test_a_condition_on_what_is_not_there_is_told_that_nothing_is(world: World) -> None:
    with pytest.raises(ConditionFailed) as failed:
        world.parts.table.write([Update(KEY, {"op": "op_1"}, DRAFT)], "op_1")
    assert failed.value.found == {0: None}


def conflict(operation: str) -> ClientError:
    if operation == "put_item":
        return ClientError({"Error": {"Code": "TransactionConflictException"}}, "PutItem")
    reasons = [{"Code": "None"}, {"Code": "TransactionConflict"}]
    error = {"Error": {"Code": "TransactionCanceledException"}, "CancellationReasons": reasons}
    return ClientError(error, "TransactWriteItems")  # type: ignore[arg-type]


def meet(world: World, error: Any, times: int) -> list[str]:
    met: list[str] = []

    def collide(operation: str, send: Any) -> Any:
        if operation in ("put_item", "transact_write_items") and len(met) < times:
            met.append(operation)
            raise error(operation)
        return send()

    world.aws.interruption = collide
    return met


@pytest.mark.parametrize("writes", [[put("op_1")], [put("op_1"), put("op_1", OTHER)]], ids=["put", "transaction"])
def test_a_write_that_meets_another_transaction_is_tried_again(world: World, writes: list[Put]) -> None:
    met = meet(world, conflict, 3)
    world.parts.table.write(writes, "op_1")
    assert len(met) == 3
    assert world.parts.table.get(KEY)


@pytest.mark.parametrize("writes", [[put("op_1")], [put("op_1"), put("op_1", OTHER)]], ids=["put", "transaction"])
def test_but_not_for_ever(world: World, writes: list[Put]) -> None:
    met = meet(world, conflict, 100)
    with pytest.raises(ClientError):
        world.parts.table.write(writes, "op_1")
    assert len(met) == 6


@pytest.mark.parametrize("writes", [[put("op_1")], [put("op_1"), put("op_1", OTHER)]], ids=["put", "transaction"])
def test_any_other_error_is_nobody_s_business_here(world: World, writes: list[Put]) -> None:
    error = ClientError({"Error": {"Code": "ProvisionedThroughputExceededException"}}, "x")
    met = meet(world, lambda _: error, 1)
    with pytest.raises(ClientError):
        world.parts.table.write(writes, "op_1")
    assert len(met) == 1


def test_a_transaction_names_its_operation_so_that_dynamodb_can_tell_it_too(world: World) -> None:
    op = world.parts.ids.new("op", world.clock())
    world.parts.table.write([put(op), put(op, OTHER)], op)
    [request] = world.aws.sent("transact_write_items")
    assert op.endswith(request["ClientRequestToken"])
    assert len(request["ClientRequestToken"]) <= 36
