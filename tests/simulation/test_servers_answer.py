"""HTTP actions are answered by the case; nobody is called, and no secret of the account is used."""

from tests.definitions import catch, end, http, script, workflow
from tests.simulation.simulating import path, simulate, simulate_all
from tests.world import World

CALLING = workflow(
    call=http("again", headers={"Authorization": "Bearer ${secrets.KEY}"}),
    again=http("end", retry={"attempts": 2}, on_error=[catch("failed")]),
    failed=end(),
    end=end(on_enter={"type": "http", "method": "POST", "url": "https://example.com/"}),
)


def test_a_state_without_an_answer_gets_an_empty_one_and_is_told(world: World) -> None:
    played = simulate(world, CALLING)
    assert (played["status"], played["workflow_data"]["call"]) == (
        "completed",
        {"status": 200, "headers": {}, "body": {}},
    )
    assert played["default_responses"] == ["call", "again", "end"]
    assert {event.get("stubbed") for event in played["history"] if "request" in event} == {"default"}
    assert world.servers.calls == []


def test_answers_are_given_in_order_and_the_last_one_again(world: World) -> None:
    played = simulate(world, CALLING, http={"call": {"body": {"n": 1}}, "again": [{"status": 500}, {"status": 502}]})
    assert path(played) == ["call", "again", "failed"]
    assert played["workflow_data"]["error"]["message"] == "POST answered 502"
    assert played["default_responses"] == []


def test_cases_add_to_the_servers_of_all(world: World) -> None:
    body = {"definition": CALLING, "http": {"call": {"status": 201}, "again": {"status": 404}},
            "cases": [{}, {"http": {"again": {"status": 204}}}]}  # fmt: skip
    first, second = world.post("/workflows/simulate", body).data["cases"]
    assert (path(first)[-1], path(second)[-1]) == ("failed", "end")
    assert second["workflow_data"]["call"]["status"] == 201


def test_secrets_are_those_of_the_case(world: World) -> None:
    played = simulate(world, CALLING, secrets={"KEY": "sk_test_12345678"})
    (call, *_) = [event["request"] for event in played["history"] if "request" in event]
    assert call["headers"]["Authorization"] == "Bearer sk_test_12345678"
    (call, *_) = [event["request"] for event in simulate(world, CALLING)["history"] if "request" in event]
    assert call["headers"]["Authorization"] == "Bearer simulated_KEY"
    scripted = workflow(a=script("console.log(secrets.KEY); return {told: secrets.KEY}", "end"), end=end())
    played = simulate(world, scripted, secrets={"KEY": "sk_test_12345678"})
    assert played["workflow_data"] == {"told": "***"}
    assert [event["logs"] for event in played["history"] if "logs" in event] == [["***"]]


def test_each_case_has_servers_of_its_own(world: World) -> None:
    case = {"http": {"again": [{"status": 500}, {"status": 200}]}}
    assert [path(played) for played in simulate_all(world, CALLING, case, case)["cases"]] == [
        ["call", "again", "end"]
    ] * 2
