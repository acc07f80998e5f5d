"""What users bring comes back to the last digit, however odd, deep or large."""

import json
import random
from typing import Any

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactor import json_text
from tests import world as worlds
from tests.aws import all_objects
from tests.definitions import end, halt, script, skip, workflow
from tests.world import World

KEEP = workflow(ask=halt("again"), again=halt("again"))
ODD = {
    "huge": "1e300",
    "tiny": "5e-324",
    "minus zero": "-0.0",
    "beyond 2**53": "9007199254740993",
    "long": "1" + "0" * 300,
    "empty": '""',
    "null": "null",
    "NUL": '"\\u0000"',
    "emoji": '"😀"',
    "lone surrogate": '"\\ud800"',
    "surrogates the wrong way round": '"\\udc00\\ud800"',
    "proto": '{"__proto__":{"a":1},"constructor":[]}',
    "dot": '{"a.b":{"":0}}',
    "template": '"${workflow_data.x} $${y}"',
    "line separator": '"\\u2028"',
    "1.0": "1.0",
    "1": "1",
    "html": '"</script>"',
    "deep": '{"a":' * 225 + "[" * 225 + "]" * 225 + "}" * 225,
}


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_an_input_comes_back_as_it_was(world: World, text: str) -> None:
    world.publish(KEEP)
    instance_id = world.start("flow").data["id"]
    resumed = world.post(f"/workflows/instances/{instance_id}/resume", raw=f'{{"input":{{"x":{text}}}}}')
    kept = json_text.dump(json_text.parse(text))
    for answer in (resumed, world.get(f"/workflows/instances/{instance_id}")):
        assert json_text.dump(json_text.parse(answer.text)["data"]["workflow_data"]) == f'{{"x":{kept}}}'


@pytest.mark.parametrize("text", ODD.values(), ids=ODD)
def test_a_script_that_does_not_touch_a_value_leaves_it_alone(world: World, text: str) -> None:
    world.publish(workflow(ask=halt("a"), a=script("return {y: 1}", "end"), end=end()))
    instance_id = world.start("flow").data["id"]
    world.post(f"/workflows/instances/{instance_id}/resume", raw=f'{{"input":{{"x":{text}}}}}')
    kept = json_text.dump(json_text.parse(text))
    read = world.get(f"/workflows/instances/{instance_id}").text
    assert json_text.dump(json_text.parse(read)["data"]["workflow_data"]) == f'{{"x":{kept},"y":1}}'


VALUES = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=10,
)


@settings(max_examples=60, deadline=None, suppress_health_check=[HealthCheck.function_scoped_fixture])
@given(value=VALUES)
def test_any_json_comes_back_as_it_was(value: Any) -> None:
    with worlds.world() as world:
        world.publish(KEEP)
        instance_id = world.start("flow").data["id"]
        raw = json_text.dump({"input": {"x": value}})
        assert world.post(f"/workflows/instances/{instance_id}/resume", raw=raw).status == 200
        read = world.get(f"/workflows/instances/{instance_id}").text
        assert json_text.dump(json_text.parse(read)["data"]["workflow_data"]["x"]) == json_text.dump(value)


@pytest.mark.parametrize("character", ["a", "é", "😀", '"'])
def test_an_input_may_have_64_kb_and_not_a_byte_more(world: World, character: str) -> None:
    world.publish(KEEP)
    instance_id = world.start("flow").data["id"]
    limit = 64 * 1024 - len('{"x":""}')
    bytes_each = json_text.size_of(character) - 2
    text = character * (limit // bytes_each)
    text += "a" * (limit - bytes_each * len(text))
    path = f"/workflows/instances/{instance_id}/resume"
    refused = world.post(path, raw=json.dumps({"input": {"x": text + "a"}}, ensure_ascii=False))
    assert (refused.status, refused.error["code"]) == (413, "payload_too_large")
    refused = world.start("flow", {"x": text + "a"})
    assert (refused.status, refused.error["details"]["limit"]) == (413, 64 * 1024)
    assert world.post(path, raw=json.dumps({"input": {"x": text}}, ensure_ascii=False)).status == 200
    assert world.start("flow", {"x": text}).status == 201


def incompressible(size: int) -> str:
    """Text that does not get much shorter: two thirds of it remain."""
    return random.Random(1).randbytes(size // 2).hex()


def filled(world: World) -> str:
    """An instance whose document outgrows an item: 180 KB of data and the answers that brought it."""
    world.publish(KEEP)
    instance_id = str(world.start("flow").data["id"])
    for number in range(3):
        world.resume(instance_id, {f"x{number}": incompressible(60_000)})
    return instance_id


def objects(prefix: str = "instances/") -> list[str]:
    return [name for name in all_objects() if name.startswith(prefix)]


def test_what_outgrows_an_item_goes_to_s3_and_comes_back(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interactor.storage.documents.INLINE_LIMIT", 100_000)
    instance_id = filled(world)
    assert objects()
    data = world.instance(instance_id)["workflow_data"]
    assert data == {f"x{number}": incompressible(60_000) for number in range(3)}


def test_an_object_that_was_replaced_is_discarded_after_the_commit(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interactor.storage.documents.INLINE_LIMIT", 100_000)
    instance_id = filled(world)
    before = set(objects())
    world.resume(instance_id, {"more": 1})
    assert before < set(objects())
    world.settle()
    assert len(objects()) == 1
    assert not before & set(objects())
    world.resume(instance_id, {f"x{number}": None for number in range(3)})
    world.resume(instance_id, {})  # whose commit moves the long event of the one before out of the way
    world.settle()
    assert objects() == []
    assert world.instance(instance_id)["workflow_data"] == {"x0": None, "x1": None, "x2": None, "more": 1}


def test_the_object_of_a_commit_that_lost_its_race_does_not_stay(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr("interactor.storage.documents.INLINE_LIMIT", 0)
    world.publish(KEEP)
    instance_id = world.start("flow").data["id"]
    others: list[Any] = []

    def somebody_is_quicker(operation: str, send: Any) -> Any:
        if operation == "transact_write_items" and not others:
            others.append("on their way")
            others.append(world.resume(instance_id, {"n": 1}).status)
        return send()

    world.aws.interruption = somebody_is_quicker
    assert world.resume(instance_id, {"n": 2}).error["code"] == "concurrent_modification"
    world.settle()
    assert (others[1:], len(objects())) == ([200], 1)


def test_who_read_the_item_just_before_its_object_was_discarded_reads_again(
    world: World, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr("interactor.storage.documents.INLINE_LIMIT", 0)
    world.publish(KEEP)
    instance_id = world.start("flow").data["id"]
    done: list[bool] = []

    def others_go_on(operation: str, send: Any) -> Any:
        if operation == "get_object" and not done:
            done.append(True)
            world.resume(instance_id, {"n": 1})
            world.settle()
        return send()

    world.aws.interruption = others_go_on
    assert world.instance(instance_id)["workflow_data"] == {"n": 1}


def test_a_full_256_kb_of_data_that_does_not_compress_is_kept(world: World) -> None:
    world.publish(KEEP)
    instance_id = world.start("flow").data["id"]
    texts = {f"x{number}": incompressible(65_000) for number in range(4)}
    for name, text in texts.items():
        assert world.resume(instance_id, {name: text}).status == 200
    refused = world.resume(instance_id, {"x": "a" * 5_000})
    assert (refused.status, refused.error["code"]) == (500, "data_limit_exceeded")
    assert world.instance(instance_id)["workflow_data"] == texts


def test_the_most_that_an_instance_can_hold_fits(world: World) -> None:
    """Data of 256 KB, ten threads each with the largest input, and a form over all of it: none of it compresses."""
    threads = [f"t{number}" for number in range(10)]
    question = {"type": "form", "title": "${input.note}", "fields": [{"name": "x", "type": "string", "default": "?"}]}
    world.publish(workflow(
        fill=halt(("split", {"field": "go", "equals": True}), "fill"),
        split=skip("end", fork=dict.fromkeys(threads, "ask")),
        ask=halt("ask", presentation=question), end=end(),
    ))  # fmt: skip
    instance_id = world.start("flow").data["id"]
    texts = {f"x{number}": incompressible(63_000) for number in range(4)}
    for name, text in texts.items():
        assert world.resume(instance_id, {name: text}).status == 200
    assert world.resume(instance_id, {"go": True}).status == 200
    for number in range(10):
        # The same key each time: the data stays as large as it may be, while each thread keeps its own input.
        answer = {"input": {"x0": incompressible(63_000), "note": f"{number}"}}
        answered = world.post(f"/workflows/instances/{instance_id}/threads/thread_t{number}/resume", answer)
        assert answered.status == 200, answered.text[:200]
    read = world.instance(instance_id)
    assert read["workflow_data"] == texts | {"go": True, "x0": answer["input"]["x0"], "note": "9"}
    assert objects("instances/")


@pytest.mark.parametrize("past", [0, 1])
def test_a_definition_may_have_1_mb_and_not_a_byte_more(world: World, past: int) -> None:
    big = workflow(a=skip("b"), b=end()) | {"metadata": {"x": ""}}
    size = 1024 * 1024 + past - json_text.size_of(big)
    big["metadata"]["x"] = incompressible(size + size % 2)[:size]
    answer = world.post("/workflows", big)
    if past:
        assert (answer.status, answer.error["code"]) == (413, "payload_too_large")
    else:
        world.post(f"/workflows/flow/versions/{answer.data['version_id']}/publish")
        assert world.get("/workflows/flow").data["definition"] == big
        assert objects("definitions/")
        assert world.start("flow").data["status"] == "completed"
