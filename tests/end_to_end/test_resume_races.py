"""Eight people answer one question at the same moment: one of them has, and all are told so."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.answered import Answered
from tests.end_to_end.client import Client

ROUNDS = 20
CLIENTS = 8

TWO_LEVELS: dict[str, Any] = {
    "name": "two_levels",
    "initial_state": "first",
    "states": {
        "first": {"type": "halting", "transitions": [{"target": "second"}]},
        "second": {"type": "halting", "transitions": [{"target": "end"}]},
        "end": {"type": "terminal"},
    },
}


ONE_LEVEL: dict[str, Any] = {
    "name": "one_level",
    "initial_state": "question",
    "states": {
        "question": {"type": "halting", "transitions": [{"target": "end"}]},
        "end": {"type": "terminal"},
    },
}


def resume_together(user: Client, instance_id: str, bodies: list[Any]) -> list[Answered]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(lambda body: user.post(f"/workflows/instances/{instance_id}/resume", body), bodies))


def test_of_eight_different_answers_exactly_one_wins(user: Client) -> None:
    name = user.publish(ONE_LEVEL)
    for _ in range(ROUNDS):
        instance_id = user.start(name, {}).data["id"]
        answers = resume_together(user, instance_id, [{"input": {"winner": number}} for number in range(CLIENTS)])
        won = [answer for answer in answers if answer.status == 200]
        lost = {answer.error["code"] for answer in answers if answer.status != 200}
        assert len(won) == 1, [answer.text for answer in answers]
        assert lost <= {"concurrent_modification", "instance_not_halted"}  # the latter came after the end
        assert user.instance(instance_id)["workflow_data"] == won[0].data["workflow_data"]


def test_of_eight_different_answers_to_one_halt_none_answers_the_next(user: Client) -> None:
    name = user.publish(TWO_LEVELS)
    for _ in range(ROUNDS):
        started = user.start(name, {}).data
        bodies = [{"input": {"winner": number}, "halt_id": started["halt_id"]} for number in range(CLIENTS)]
        answers = resume_together(user, started["id"], bodies)
        assert sorted(answer.status for answer in answers) == [200] + [409] * (CLIENTS - 1)
        assert user.instance(started["id"])["current_state"] == "second"


def test_of_eight_equal_answers_to_one_halt_one_counts_and_all_get_its_result(user: Client) -> None:
    name = user.publish(TWO_LEVELS)
    for _ in range(ROUNDS):
        started = user.start(name, {}).data
        answers = resume_together(
            user, started["id"], [{"input": {"approved": True}, "halt_id": started["halt_id"]}] * CLIENTS
        )
        assert [answer.data["current_state"] for answer in answers] == ["second"] * CLIENTS
        assert len(user.instance(started["id"])["history"]) == 2
