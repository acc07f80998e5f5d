"""Eight people answer one question at the same moment: one of them has, and all are told so."""

from concurrent.futures import ThreadPoolExecutor
from typing import Any

from tests.end_to_end.client import Answer, Client

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


def resume_together(user: Client, instance_id: str, inputs: list[Any]) -> list[Answer]:
    with ThreadPoolExecutor(CLIENTS) as pool:
        return list(pool.map(lambda input: user.resume(instance_id, input), inputs))


def test_of_eight_different_answers_exactly_one_wins(user: Client) -> None:
    name = user.publish(TWO_LEVELS)
    for _ in range(ROUNDS):
        instance_id = user.start(name, {}).data["id"]
        answers = resume_together(user, instance_id, [{"winner": number} for number in range(CLIENTS)])
        won = [answer for answer in answers if answer.status == 200]
        lost = [answer for answer in answers if answer.status == 409]
        assert (len(won), len(lost)) == (1, CLIENTS - 1), [answer.text for answer in answers]
        assert {answer.error["code"] for answer in lost} == {"concurrent_modification"}
        found = user.instance(instance_id)
        assert found["current_state"] == "second"
        assert found["workflow_data"] == won[0].data["workflow_data"]


def test_of_eight_equal_answers_one_counts_and_all_get_its_result(user: Client) -> None:
    name = user.publish(TWO_LEVELS)
    for _ in range(ROUNDS):
        instance_id = user.start(name, {}).data["id"]
        answers = resume_together(user, instance_id, [{"approved": True}] * CLIENTS)
        assert [answer.data["current_state"] for answer in answers] == ["second"] * CLIENTS
        assert user.instance(instance_id)["current_state"] == "second"
