"""A request repeated under its `Idempotency-Key` has its effect once, and is given the same answer for 24 hours."""

from typing import Any

import pytest

from interactor.engine.work import HttpAnswered
from interactor.storage import documents
from interactor.storage.idempotency import LIFETIME
from tests.answered import Answered
from tests.definitions import APPROVED, end, form, halt, http, script, workflow
from tests.services.soundness import check_instance
from tests.world import World

LEVELS = workflow(one=halt("two"), two=halt("three"), three=halt("end"), end=end())
KEY = {"Idempotency-Key": "order_123"}
OTHER_KEY = {"Idempotency-Key": "order_124"}


class Died(BaseException):
    """The worker is gone, in the middle of its call."""


def dies(_: object) -> HttpAnswered:
    raise Died


def is_replay(first: Answered, again: Answered) -> bool:
    assert "Idempotent-Replayed" not in first.headers
    return (again.text, again.status, again.headers.get("Idempotent-Replayed")) == (first.text, first.status, "true")


def count(world: World) -> int:
    return len(world.get("/workflows/instances").data["instances"])


@pytest.fixture
def levels(world: World) -> World:
    world.publish(LEVELS)
    return world


@pytest.fixture
def asked(levels: World) -> str:
    return str(levels.start("flow").data["id"])


def test_a_create_repeated_gets_the_same_answer_and_starts_nothing(levels: World) -> None:
    first = levels.start("flow", {"n": 1}, headers=KEY)
    assert is_replay(first, levels.start("flow", {"n": 1}, headers=KEY))
    assert count(levels) == 1


def test_a_resume_repeated_gets_the_same_answer_and_answers_nothing(levels: World, asked: str) -> None:
    first = levels.resume(asked, {"n": 1}, headers=KEY)
    assert is_replay(first, levels.resume(asked, {"n": 1}, headers=KEY))
    assert levels.instance(asked)["current_state"] == "two"


def test_a_thread_s_resume_takes_a_key_as_well(levels: World, asked: str) -> None:
    path = f"/workflows/instances/{asked}/threads/thread_main/resume"
    first = levels.post(path, {"input": {}}, headers=KEY)
    assert is_replay(first, levels.post(path, {"input": {}}, headers=KEY))
    assert levels.instance(asked)["current_state"] == "two"


def test_the_answer_stays_when_the_instance_has_gone_on(levels: World, asked: str) -> None:
    first = levels.resume(asked, {}, headers=KEY)
    levels.resume(asked, {"more": 1})
    levels.post(f"/workflows/instances/{asked}/cancel")
    assert is_replay(first, levels.resume(asked, {}, headers=KEY))


def test_the_order_of_keys_in_the_body_does_not_matter(levels: World) -> None:
    first = levels.start("flow", {"a": 1, "b": 2}, headers=KEY)
    assert is_replay(first, levels.start("flow", {"b": 2, "a": 1}, headers=KEY))


@pytest.mark.parametrize("other", [{"n": 2}, {"n": "1"}, {"n": True}, {}, {"n": 1, "m": None}])
def test_another_body_under_the_key_is_refused(levels: World, other: dict[str, Any]) -> None:
    levels.start("flow", {"n": 1}, headers=KEY)
    refused = levels.start("flow", other, headers=KEY)
    assert (refused.status, refused.error["code"]) == (422, "idempotency_key_reused")
    assert repr(KEY["Idempotency-Key"]) in refused.error["message"]
    assert count(levels) == 1


def test_another_key_is_another_request(levels: World) -> None:
    levels.start("flow", headers=KEY)
    assert "Idempotent-Replayed" not in levels.start("flow", headers=OTHER_KEY).headers
    assert count(levels) == 2


def test_keys_are_scoped_to_the_endpoint(levels: World, asked: str) -> None:
    levels.start("flow", headers=KEY)
    other = levels.start("flow").data["id"]
    for instance_id in (asked, other):
        answer = levels.resume(instance_id, {}, headers=KEY)
        assert (answer.status, "Idempotent-Replayed" in answer.headers) == (200, False)


def test_keys_are_scoped_to_the_account(levels: World) -> None:
    levels.publish(LEVELS, as_="stranger")
    levels.start("flow", headers=KEY)
    answer = levels.start("flow", headers=KEY, as_="stranger")
    assert (answer.status, "Idempotent-Replayed" in answer.headers) == (201, False)


def test_callers_of_one_account_share_their_keys(levels: World) -> None:
    first = levels.start("flow", headers=KEY)
    assert is_replay(first, levels.start("flow", headers=KEY, as_="service"))


def test_a_replay_shows_nobody_what_is_not_theirs(levels: World, asked: str) -> None:
    levels.resume(asked, {}, headers=KEY)
    assert levels.resume(asked, {}, headers=KEY, as_="peer").error["code"] == "instance_not_found"
    levels.start("flow", headers=KEY)
    assert levels.start("flow", headers=KEY, as_="peer").error["code"] == "forbidden"


def test_a_key_lives_for_24_hours(levels: World) -> None:
    first = levels.start("flow", headers=KEY)
    started = levels.clock.now
    levels.clock.now = started + LIFETIME - 100
    assert is_replay(first, levels.start("flow", headers=KEY))
    levels.clock.now = started + LIFETIME + 1_000  # the table keeps whole seconds
    again = levels.start("flow", headers=KEY)
    assert (again.status, "Idempotent-Replayed" in again.headers, count(levels)) == (201, False, 2)
    assert is_replay(again, levels.start("flow", headers=KEY))


def test_a_failure_in_the_call_is_the_answer_of_the_replay_too(world: World) -> None:
    world.publish(workflow(a=script("throw 1", "end"), end=end()))
    first = world.start("flow", headers=KEY)
    assert first.status == 500
    assert is_replay(first, world.start("flow", headers=KEY))
    assert count(world) == 1


def test_a_refusal_that_changed_nothing_is_not_kept(world: World) -> None:
    world.publish(workflow(ask=halt(("end", APPROVED), presentation=form({"name": "n", "type": "number"})), end=end()))
    instance_id = world.start("flow").data["id"]
    assert world.resume(instance_id, {"n": "x"}, headers=KEY).error["code"] == "invalid_input"
    assert world.resume(instance_id, {"n": 1}, headers=KEY).error["code"] == "invalid_transition"
    assert world.resume(instance_id, {"approved": True}, headers=KEY).status == 200
    assert world.start("nothing", headers=KEY).status == 404
    world.publish(workflow("nothing", a=end()))
    assert world.start("nothing", headers=KEY).status == 201


def test_while_the_first_is_inside_its_call_the_second_is_told_to_wait(world: World) -> None:
    world.publish(workflow(call=http("end"), end=end()))
    inside: list[Answered] = []

    def called(_: object) -> HttpAnswered:
        inside.append(world.start("flow", headers=KEY))
        return HttpAnswered(200, {}, None)

    world.servers.answers.append(called)
    first = world.start("flow", headers=KEY)
    assert (inside[0].status, inside[0].error["code"]) == (409, "idempotency_in_progress")
    assert repr(KEY["Idempotency-Key"]) in inside[0].error["message"]
    assert is_replay(first, world.start("flow", headers=KEY))
    assert (count(world), len(world.servers.calls)) == (1, 1)


def test_of_two_at_once_one_starts_an_instance_and_both_get_its_answer(levels: World) -> None:
    others: list[Answered] = []

    def second_comes_first(operation: str, send: Any) -> Any:
        if operation == "transact_write_items" and not others:
            others.append(Answered(0, {}, ""))
            others.append(levels.start("flow", headers=KEY))
        return send()

    levels.aws.interruption = second_comes_first
    answer = levels.start("flow", headers=KEY)
    assert is_replay(others[1], answer)
    assert count(levels) == 1


def test_after_a_worker_died_the_replay_tells_what_became_of_its_instance(world: World) -> None:
    world.publish(workflow(call=http("ask"), ask=halt("end"), end=end()))
    world.servers.answers.append(dies)
    with pytest.raises(Died):
        world.start("flow", headers=KEY)
    assert world.start("flow", headers=KEY).error["code"] == "idempotency_in_progress"
    world.settle()
    told = world.start("flow", headers=KEY)
    assert (told.status, told.data["status"], told.data["current_state"]) == (201, "halted", "ask")
    world.resume(told.data["id"], {})
    assert world.start("flow", headers=KEY).text == told.text
    assert count(world) == 1
    assert {call.idempotency_key for call in world.servers.calls} == {f"{told.data['id']}-1"}


def test_a_worker_that_comes_back_after_its_lease_gives_the_answer_that_the_replay_gave(world: World) -> None:
    world.publish(workflow(call=http("ask"), ask=halt("end"), end=end()))
    replayed: list[Answered] = []

    def outlives_its_lease(_: object) -> HttpAnswered:
        world.clock.pass_by(60_000)
        replayed.append(world.start("flow", headers=KEY))
        return HttpAnswered(200, {}, None)

    world.servers.answers.append(outlives_its_lease)
    answer = world.start("flow", headers=KEY)
    assert replayed[0].data["status"] == "running"
    assert answer.text == replayed[0].text == world.start("flow", headers=KEY).text
    world.settle()
    check_instance(world, answer.data["id"])
    assert world.instance(answer.data["id"])["current_state"] == "ask"


def test_a_worker_that_was_overtaken_leaves_its_answer_under_its_key(world: World) -> None:
    world.publish(workflow(call=http("ask"), ask=halt("more"), more=halt("end"), end=end()))

    def overtaken(_: object) -> HttpAnswered:
        world.settle()
        return HttpAnswered(200, {}, None)

    world.servers.answers.append(overtaken)
    answer = world.start("flow", headers=KEY)
    assert answer.data["current_state"] == "ask"
    world.resume(answer.data["id"], {})
    assert world.start("flow", headers=KEY).text == answer.text


def test_a_resume_that_was_overtaken_is_not_told_that_it_lost(world: World) -> None:
    world.publish(workflow(ask=halt("call"), call=http("more"), more=halt("end"), end=end()))
    instance_id = world.start("flow").data["id"]

    def overtaken(_: object) -> HttpAnswered:
        world.settle()
        assert world.resume(instance_id, {"second": 2}).data["status"] == "completed"
        return HttpAnswered(200, {}, None)

    world.servers.answers.append(overtaken)
    answer = world.resume(instance_id, {"first": 1}, headers=KEY)
    assert answer.data["workflow_data"]["first"] == 1
    assert world.resume(instance_id, {"first": 1}, headers=KEY).text == answer.text


def test_a_resume_that_got_the_winner_s_result_gets_it_again(levels: World, asked: str) -> None:
    before = levels.clock.now
    levels.resume(asked, {"same": 1})
    loser = levels.resume(asked, {"same": 1}, headers=KEY, arrived_at=before)
    assert (loser.status, loser.data["current_state"]) == (200, "two")
    assert is_replay(loser, levels.resume(asked, {"same": 1}, headers=KEY))
    assert levels.instance(asked)["current_state"] == "two"


def test_an_answer_too_large_for_an_item_is_kept_as_well(levels: World, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(documents, "INLINE_LIMIT", 0)
    first = levels.start("flow", {"n": 1}, headers=KEY)
    assert is_replay(first, levels.start("flow", {"n": 1}, headers=KEY))


@pytest.mark.parametrize("key", ["", " ", " a", "a ", "é", "a\tb", "a\n", "a" * 256, "\x7f"])
def test_a_malformed_key_is_refused(levels: World, key: str) -> None:
    refused = levels.start("flow", headers={"Idempotency-Key": key})
    assert (refused.status, refused.error["code"]) == (400, "invalid_request")
    assert count(levels) == 0


@pytest.mark.parametrize("key", ["a", "a" * 255, "order 123/a", "#", "{}"])
def test_a_key_is_any_printable_text(levels: World, key: str) -> None:
    headers = {"Idempotency-Key": key}
    assert is_replay(levels.start("flow", headers=headers), levels.start("flow", headers=headers))
