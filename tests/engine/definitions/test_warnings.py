"""What is legal but doubtful is a warning: unreachable states, no default, no way to the end, ways never taken."""

from tests.engine.definitions.samples import END, TO_END, action, check, halting, warnings, workflow

IF = {"field": "x", "equals": 1}


def test_a_state_nobody_reaches():
    assert warnings(workflow(END)) == {"states.end": "State 'end' cannot be reached from 'start'"}


def test_error_catchers_reach_states_too():
    assert (
        check(workflow({"type": "action", "transitions": TO_END, "on_error": [{"target": "oops"}]}, oops=END)).warnings
        == []
    )


def test_no_default_transition():
    found = warnings(action(transitions=[{"target": "end", "condition": IF}]))
    assert found == {
        "states.start.transitions": "No default transition: when no condition holds, the state cannot be left"
    }


def test_in_selection_mode_no_default_is_needed():
    assert warnings(halting(transition_mode="selection", transitions=[{"to": "end", "key": "go"}])) == {}


def test_transitions_after_the_default_are_never_taken():
    found = warnings(action(transitions=[{"target": "end"}, {"target": "end", "condition": IF}]))
    assert found == {"states.start.transitions[1]": "Never taken: transition 0 before it has no condition"}


def test_a_loop_without_a_way_out():
    document = workflow(
        {"type": "action", "transitions": [{"target": "ping", "condition": IF}, *TO_END]},
        ping={"type": "action", "transitions": [{"target": "pong"}]},
        pong={"type": "action", "transitions": [{"target": "ping"}]},
    )
    assert warnings(document) == {
        "states.ping": "No terminal state can be reached from 'ping'",
        "states.pong": "No terminal state can be reached from 'pong'",
    }
