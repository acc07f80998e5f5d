"""Reads give what was asked for: consistently, in order, up to the limit, over however many of DynamoDB's pages."""

from typing import Any

import pytest

from interactor.storage.table import Add, Put
from tests.world import World


@pytest.fixture
def filled(world: World) -> World:
    for number in range(10):
        world.parts.table.write(
            [Put({"pk": "p", "sk": f"{number:02}", "op": "op_1", "n": number, "b": b"\x00\xff"})], "op_1"
        )
    world.parts.table.write([Put({"pk": "pp", "sk": "00", "op": "op_1"})], "op_1")
    return world


def numbers(world: World, limit: int, **options: Any) -> list[int]:
    return [item["n"] for item in world.parts.table.query("p", limit, **options)]


def test_items_come_in_order_up_to_the_limit(filled: World) -> None:
    assert numbers(filled, 3) == [0, 1, 2]
    assert numbers(filled, 3, descending=True) == [9, 8, 7]
    assert numbers(filled, 100) == list(range(10))
    assert numbers(filled, 0) == []


def test_items_beyond_a_position_come_without_it(filled: World) -> None:
    assert numbers(filled, 3, after="04") == [5, 6, 7]
    assert numbers(filled, 3, after="04", descending=True) == [3, 2, 1]
    assert numbers(filled, 3, after="045") == [5, 6, 7]
    assert numbers(filled, 3, after="09") == []


def test_nothing_lies_between_bounds_that_are_the_wrong_way_round(filled: World) -> None:
    assert numbers(filled, 3, between=("04", "04")) == [4]
    assert numbers(filled, 3, between=("04", "03")) == []
    assert len(filled.aws.sent("query")) == 1, "DynamoDB refuses such a range"


def test_a_query_goes_on_over_pages_only_until_its_limit(filled: World) -> None:
    def two_at_a_time(operation: str, send: Any) -> Any:
        answer = send()
        if operation == "query" and len(answer["Items"]) > 2:
            answer["Items"] = answer["Items"][:2]
            answer["LastEvaluatedKey"] = {name: answer["Items"][-1][name] for name in ("pk", "sk")}
        return answer

    filled.aws.interruption = two_at_a_time
    filled.aws.requests.clear()
    assert numbers(filled, 5) == [0, 1, 2, 3, 4]
    assert [request["Limit"] for request in filled.aws.sent("query")] == [5, 3, 1]


def test_several_items_come_in_the_order_of_their_keys_and_with_gaps(filled: World) -> None:
    keys = [{"pk": "p", "sk": "07"}, {"pk": "p", "sk": "nothing"}, {"pk": "p", "sk": "01"}]
    found = filled.parts.table.get_all(keys)
    assert [item and item["n"] for item in found] == [7, None, 1]


def test_keys_that_dynamodb_did_not_get_to_are_asked_for_again(filled: World) -> None:
    def one_at_a_time(operation: str, send: Any) -> Any:
        answer = send()
        [request] = [request for name, request in filled.aws.requests[-1:] if name == "batch_get_item"] or [None]
        if request and len(request["RequestItems"]["interactor"]["Keys"]) > 1:
            first, *rest = request["RequestItems"]["interactor"]["Keys"]
            kept = [item for item in answer["Responses"]["interactor"] if item["sk"] == first["sk"]]
            answer["Responses"]["interactor"] = kept
            answer["UnprocessedKeys"] = {"interactor": {"Keys": rest, "ConsistentRead": True}}
        return answer

    filled.aws.interruption = one_at_a_time
    keys = [{"pk": "p", "sk": "07"}, {"pk": "p", "sk": "01"}]
    assert [item and item["n"] for item in filled.parts.table.get_all(keys)] == [7, 1]


def test_the_table_is_read_consistently(filled: World) -> None:
    filled.parts.table.get({"pk": "p", "sk": "01"})
    filled.parts.table.query("p", 1)
    filled.parts.table.get_all([{"pk": "p", "sk": "01"}])
    assert filled.aws.sent("get_item")[-1]["ConsistentRead"]
    assert filled.aws.sent("query")[-1]["ConsistentRead"]
    assert filled.aws.sent("batch_get_item")[-1]["RequestItems"]["interactor"]["ConsistentRead"]


def test_bytes_and_numbers_come_back_as_they_were(filled: World) -> None:
    item = filled.parts.table.get({"pk": "p", "sk": "03"})
    assert item
    assert (bytes(item["b"]), item["n"]) == (b"\x00\xff", 3)


def test_more_than_a_hundred_items_come_in_several_round_trips_and_in_order(filled: World) -> None:
    wanted = [{"pk": "p", "sk": f"{number:02}"} for number in (*range(3), *range(100, 250), 9)]
    found = filled.parts.table.get_all(wanted)
    assert [item and item["n"] for item in found] == [0, 1, 2, *[None] * 150, 9]
    assert len(filled.aws.sent("batch_get_item")) == 2


def test_adding_alone_is_done_like_adding_with_others(world: World) -> None:
    world.parts.table.write([Add({"pk": "p", "sk": "s"}, "n", 2, {"op": "op_1"})], "op_1")
    assert world.parts.table.get({"pk": "p", "sk": "s"}) == {"pk": "p", "sk": "s", "n": 2, "op": "op_1"}
