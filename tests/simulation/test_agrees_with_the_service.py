"""Whatever the definition and the people, the simulator and the service come to the same: the same states in the same
order, the same data, the same end, the same answers refused.
"""

from typing import Any

from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from interactor.api.models.simulations import ResponseBody
from interactor.simulation.servers import StubbedServers
from tests.definitions import catch, end, form, halt, http, script, skip, workflow
from tests.simulation.simulating import simulate
from tests.world import World, world

STATES = ["a", "b", "c", "d", "done"]
CONDITIONS = st.sampled_from([
    None,
    {"field": "n", "operator": "gt", "value": 1},
    {"field": "n", "exists": False},
    {"field": "error.code", "equals": "http_error"},
    {"not": {"field": "go", "equals": True}},
    {"or": [{"field": "go", "equals": True}, {"field": "n", "operator": "lt", "value": 3}]},
])  # fmt: skip


def ways_to(targets: list[str]) -> Any:
    """Up to three ways out, some with a condition."""
    way = st.tuples(st.sampled_from(targets), CONDITIONS).map(lambda way: way if way[1] else way[0])
    return st.lists(way, min_size=1, max_size=3)


SCRIPTS = st.sampled_from([
    "return {n: (workflow_data.n || 0) + 1}",
    "return {seen: input.go === true, list: [1, 2]}",
    "if (workflow_data.n > 2) throw new Error('too many'); return {n: 2}",
    "return null",
])  # fmt: skip
CATCHES = st.sampled_from([[], [catch("done")], [catch("done", "http_error")]])
FIELDS = st.sampled_from([
    {"name": "go", "type": "boolean", "required": True}, {"name": "n", "type": "number", "max": 3},
])  # fmt: skip


def actions(later: list[str]) -> Any:
    """An action state that only goes on, so that it takes people to go round."""
    ways, first = ways_to(later), st.sampled_from(later)
    return st.one_of(
        st.builds(lambda code, ways, catches: script(code, *ways, on_error=catches), SCRIPTS, ways, CATCHES),
        st.builds(lambda ways: skip(*ways), ways),
        st.builds(lambda ways, catches: http(*ways, on_error=catches, retry={"attempts": 2}), ways, CATCHES),
        st.builds(
            lambda ways, left, right, join: skip(*ways, fork={"left": left, "right": right}, join=join),
            ways, first, first, st.sampled_from(["all", "any", "none"]),
        ),
    )  # fmt: skip


def halts() -> Any:
    return st.builds(lambda ways, field: halt(*ways, presentation=form(field)), ways_to(STATES), FIELDS)


DEFINITIONS = st.builds(
    lambda *states: workflow(**dict(zip(STATES, [*states, end()], strict=True))),
    *(actions(STATES[index + 1 :]) | halts() for index in range(len(STATES) - 1)),
)
ANSWERS = st.lists(
    st.fixed_dictionaries({"input": st.fixed_dictionaries({}, optional={
        "go": st.sampled_from([True, False, "yes"]), "n": st.integers(0, 4),
    })}),
    max_size=4,
)  # fmt: skip
SAID = st.sampled_from([{"body": {"n": 1}}, {"status": 503}, {"status": 404}, {"error": "http_error"}])
RESPONSES = st.dictionaries(st.sampled_from(STATES[:-1]), st.lists(SAID, min_size=1, max_size=3))


@settings(max_examples=30, deadline=None, suppress_health_check=[HealthCheck.too_slow])
@given(DEFINITIONS, ANSWERS, RESPONSES)
def test_the_simulator_and_the_service_agree(definition: Any, answers: list[Any], responses: Any) -> None:
    with world() as service:
        played = simulate(service, definition, answers=answers, http=responses)
        outcomes = {state: [ResponseBody(**one).outcome() for one in said] for state, said in responses.items()}
        servers = StubbedServers(outcomes)
        service.replace(http=servers)
        real, refused = lived(service, definition, answers)
    assert (played["status"], played["current_state"]) == (real["status"], real["current_state"])
    assert played["workflow_data"] == real["workflow_data"]
    assert {it["id"]: (it["status"], it["current_state"]) for it in played["threads"]} == {
        it["id"]: (it["status"], it["current_state"]) for it in real["threads"]
    }
    assert played["paths"] == paths(real["history"])
    assert [it["code"] for it in played["refused_answers"]] == refused


def lived(service: World, definition: Any, answers: list[Any]) -> tuple[Any, list[str]]:
    """The real instance after all answers that it asked for, and the codes of those that it refused."""
    service.publish(definition)
    service.start(definition["name"])
    (found,) = service.get("/workflows/instances").data["instances"]
    path, refused = f"/workflows/instances/{found['id']}", []
    pass_by_retries(service)
    for answer in answers:
        halted = [it for it in service.get(f"{path}/threads").data["threads"] if it["status"] == "halted"]
        if not halted:
            break
        answered = service.post(f"{path}/threads/{halted[0]['id']}/resume", answer)
        if answered.status == 400:
            refused.append(answered.error["code"])
        pass_by_retries(service)
    return service.instance(found["id"]), refused


def pass_by_retries(service: World) -> None:
    """Let tries come due."""
    service.pass_until(service.clock.now + 60_000)


def paths(history: list[Any]) -> dict[str, list[str]]:
    """The states that each thread entered."""
    entered: dict[str, list[str]] = {}
    for visit in history:
        entered.setdefault(visit.get("thread", "thread_main"), []).append(visit["state"])
    return entered
