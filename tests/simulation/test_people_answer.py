"""Answers are given in their order to the halts that they fit; those refused, and those not needed, are told."""

from tests.definitions import APPROVED, catch, end, form, halt, script, skip, workflow
from tests.simulation.simulating import path, refusal, simulate
from tests.world import World

ASKING = workflow(
    ask=halt(
        ("yes", APPROVED), ("no", {"field": "approved", "equals": False}),
        presentation=form({"name": "approved", "type": "boolean", "required": True, "label": "Approve?"}),
    ),
    yes=end(),
    no=end(),
)  # fmt: skip
FORKED = workflow(
    split=skip("done", fork={"finance": "ask", "legal": "ask"}),
    ask=halt("agreed"),
    agreed=end(),
    done=end(),
)


def test_a_refused_answer_is_told_and_the_next_one_counts(world: World) -> None:
    played = simulate(world, ASKING, answers=[{"input": {"approved": "yes"}}, {"input": {"approved": True}}])
    assert path(played) == ["ask", "yes"]
    (refused,) = played["refused_answers"]
    assert (refused["answer"], refused["code"]) == (0, "invalid_input")
    assert refused["details"] == {"fields": {"approved": "must be true or false, not 'yes'"}}


def test_what_is_still_asked_is_shown_as_a_form(world: World) -> None:
    (form,) = simulate(world, ASKING)["open_forms"]
    assert (form["state"], form["halt_id"]) == ("ask", "halt_1")
    assert form["schema"]["properties"] == {"approved": {"title": "Approve?", "type": "boolean"}}


def test_answers_that_nobody_asks_for_are_told(world: World) -> None:
    played = simulate(world, ASKING, answers=[{"input": {"approved": False}}, {"input": {"approved": True}}])
    assert (path(played), played["unused_answers"]) == (["ask", "no"], [1])


def test_an_answer_can_name_its_thread(world: World) -> None:
    answers = [
        {"thread": "thread_legal", "input": {"by": "legal"}, "after": "PT2H"},
        {"thread": "thread_finance", "input": {"by": "finance"}, "after": "PT1H"},
    ]
    played = simulate(world, FORKED, answers=answers)
    assert (played["status"], played["workflow_data"]) == ("completed", {"by": "legal"})
    assert played["paths"] == {
        "thread_main": ["split", "done"],
        "thread_finance": ["ask", "agreed"],
        "thread_legal": ["ask", "agreed"],
    }


def test_an_answer_that_names_none_goes_to_the_first_thread_that_waits(world: World) -> None:
    played = simulate(world, FORKED, answers=[{"state": "ask"}])
    assert [(it["id"], it["status"]) for it in played["threads"]] == [
        ("thread_main", "running"), ("thread_finance", "completed"), ("thread_legal", "halted"),
    ]  # fmt: skip


def test_a_way_nobody_took_for_want_of_a_match_says_what_it_saw(world: World) -> None:
    stuck = workflow(
        a=script("return {n: 1}", ("end", {"field": "n", "equals": 2}), on_error=[catch("caught")]),
        caught=end(),
        end=end(),
    )  # fmt: skip
    played = simulate(world, stuck)
    (error,) = [event for event in played["history"] if event["type"] == "error"]
    assert error["explain"] == [
        {"target": "end", "taken": False,
         "condition": {"field": "n", "operator": "equals", "value": 2, "saw": 1, "result": False}},
    ]  # fmt: skip
    assert path(played) == ["a", "caught"]


def test_a_state_that_is_not_there_is_refused(world: World) -> None:
    error = refusal(world, definition=ASKING, answers=[{"state": "aks"}])
    assert error["message"] == (
        "'answers[0].state' of case 'case 1' names the state 'aks', which 'flow' does not have; did you mean 'ask'?"
    )
    assert refusal(world, definition=ASKING, http={"call": {}})["code"] == "invalid_request"


def test_no_language_model_is_asked_for_what_they_are_told(world: World) -> None:
    told = {"instruction": "Ask for a decision.", "include_data": []}
    (form,) = simulate(world, workflow(ask=halt("end", halting_instructions=told), end=end()))["open_forms"]
    assert form["schema"]["description"] == "[A language model writes here] Ask for a decision."
