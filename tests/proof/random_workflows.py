"""Workflows that nobody would write, and all that may be written: for tests that look for what nobody thought of.

All decide on one number, `n` of `workflow_data`, from 0 to 4, so that every branch is taken often. They loop, fork
inside forks, fail and catch, time out and remind.
"""

from typing import Any

from hypothesis import strategies as st

from tests.definitions import State

NUMBERS = st.integers(0, 4)
_COUNTING = "return { n: ((workflow_data.n || 0) + %d) %% 5 };"
_THROWING = "if ((workflow_data.n || 0) >= %d) { throw new Error('too much') } return { seen: workflow_data.n || 0 };"


def inputs() -> st.SearchStrategy[dict[str, Any]]:
    """What people start and answer with: it may choose, and may mean nothing at all."""
    return st.fixed_dictionaries({}, optional={"n": NUMBERS, "choice": st.sampled_from(["k0", "k1", "none"])})


@st.composite
def workflows(draw: st.DrawFn, name: str = "flow") -> dict[str, Any]:
    """A definition of three to seven states and an end."""
    names = [f"s{number}" for number in range(draw(st.integers(3, 7)))]
    states = {state: draw(_states([*names, "end"])) for state in names}
    end: State = {"type": "terminal"}
    if draw(st.booleans()):
        end["on_enter"] = draw(_http())
    return {"name": name, "initial_state": names[0], "states": {**states, "end": end}}


def _states(targets: list[str]) -> st.SearchStrategy[State]:
    return st.one_of(_actions(targets), _halts(targets), _halts(targets))


def _conditions() -> st.SearchStrategy[dict[str, Any]]:
    test = st.builds(
        lambda operator, value: {"field": "n", "operator": operator, "value": value},
        st.sampled_from(["gt", "lte", "equals"]), NUMBERS,
    )  # fmt: skip
    return st.one_of(test, st.builds(lambda part: {"not": part}, test), st.just({"field": "n", "exists": True}))


@st.composite
def _ways(draw: st.DrawFn, targets: list[str]) -> list[dict[str, Any]]:
    ways = draw(
        st.lists(
            st.builds(lambda target, condition: {"target": target, "condition": condition},
                      st.sampled_from(targets), _conditions()),
            max_size=2,
        )
    )  # fmt: skip
    if not ways or draw(st.integers(0, 3)):
        ways.append({"target": draw(st.sampled_from(targets))})
    return ways


def _scripts() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda code, number: {"type": "script", "code": code % number}, st.sampled_from([_COUNTING, _THROWING]), NUMBERS
    )


def _http() -> st.SearchStrategy[dict[str, Any]]:
    return st.builds(
        lambda attempts: {
            "type": "http", "method": "POST", "url": "https://example.com/", "body": {"n": "${workflow_data.n}"},
            "result": "answer", "retry": {"attempts": attempts},
        },
        st.integers(1, 3),
    )  # fmt: skip


@st.composite
def _actions(draw: st.DrawFn, targets: list[str]) -> State:
    state: State = {"type": "action", "transitions": draw(_ways(targets))}
    if logic := draw(st.one_of(st.none(), _scripts(), _scripts(), _http())):
        state["logic"] = logic
        if draw(st.booleans()):
            state["on_error"] = [{"target": draw(st.sampled_from(targets))}]
    if draw(st.integers(0, 3)) == 0:
        keys = draw(st.sampled_from([["a"], ["a", "b"], ["b", "c"]]))
        state["fork"] = {key: draw(st.sampled_from(targets)) for key in keys}
        state["join"] = draw(st.sampled_from(["all", "any", "none"]))
    return state


@st.composite
def _halts(draw: st.DrawFn, targets: list[str]) -> State:
    state: State = {"type": "halting"}
    if draw(st.integers(0, 3)) == 0:
        first, second = draw(st.sampled_from(targets)), draw(st.sampled_from(targets))
        state |= {
            "transition_mode": "selection",
            "transitions": [{"key": "k0", "to": first}, {"key": "k1", "to": second}],
        }
    else:
        state["transitions"] = draw(_ways(targets))
    if draw(st.integers(0, 2)) == 0:
        state["timeout"] = {"after": draw(st.sampled_from(["PT2H", "PT7H"])), "target": draw(st.sampled_from(targets))}
    if draw(st.integers(0, 3)) == 0:
        state["reminders"] = ["PT30M", "PT50M"]
    return state
