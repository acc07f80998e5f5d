"""A halted instance waits, checks the answer that comes, and goes where it leads."""

import pytest

from interactor.engine.wording import shown
from interactor.engine.work import RunScript
from interactor.errors import InvalidInput, InvalidTransition
from tests.definitions import APPROVED, end, form, halt, script, workflow
from tests.engine.transitions.play import Play

ASK = workflow(ask=halt(("yes", APPROVED), "no"), yes=end(), no=end())
LEVELS = workflow(one=halt("two"), two=halt("one", "end"), end=end())
CHOOSE = workflow(
    ask={
        "type": "halting", "transition_mode": "selection",
        "transitions": [{"key": "approve", "to": "yes"}, {"key": "reject", "target": "no"}],
    },
    yes=end(), no=end(),
)  # fmt: skip
FORM = workflow(
    ask=halt("yes", presentation=form({"name": "amount", "type": "number", "required": True, "max": 10})), yes=end()
)


def test_the_answer_decides_where_it_goes() -> None:
    assert Play(ASK).resume(approved=True).state == "yes"
    assert Play(ASK).resume(approved=False).state == "no"


def test_every_halt_has_an_id_of_its_own() -> None:
    play = Play(LEVELS)
    seen = []
    for _ in range(5):
        seen.append(play.instance.main.halt_id)
        play.resume()
    assert len(set(seen)) == 5


def test_the_input_of_the_latest_answer_is_what_scripts_see() -> None:
    play = Play(workflow(ask=halt("use"), use=script("", "end"), end=end()), first=1).resume(second=2)
    assert isinstance(play.work, RunScript)
    assert play.work.input == {"second": 2}


def test_an_answer_that_no_transition_takes_changes_nothing() -> None:
    play = Play(workflow(ask=halt(("yes", APPROVED)), yes=end()))
    before, events = play.instance, len(play.events)
    with pytest.raises(InvalidTransition):
        play.resume(approved=False)
    assert (play.instance, len(play.events)) == (before, events)


@pytest.mark.parametrize("answer", [{}, {"amount": None}, {"amount": "5"}, {"amount": 11}, {"amount": True}])
def test_an_answer_that_does_not_fit_the_form_changes_nothing(answer: dict[str, object]) -> None:
    play = Play(FORM)
    before, events = play.instance, len(play.events)
    with pytest.raises(InvalidInput) as refused:
        play.resume(**answer)
    assert list(refused.value.details["fields"]) == ["amount"]
    assert (play.instance, len(play.events)) == (before, events)


def test_an_answer_that_fits_is_taken_with_the_keys_beyond_the_form() -> None:
    assert Play(FORM).resume(amount=10, comment="fine").data == {"amount": 10, "comment": "fine"}


@pytest.mark.parametrize(("key", "state"), [("approve", "yes"), ("reject", "no")])
def test_a_choice_selects_its_transition(key: str, state: str) -> None:
    assert Play(CHOOSE).resume(choice=key).state == state


@pytest.mark.parametrize("answer", [{}, {"choice": "other"}, {"choice": None}, {"choice": 1}, {"choice": ["approve"]}])
def test_an_unknown_choice_is_told_the_choices(answer: dict[str, object]) -> None:
    with pytest.raises(InvalidTransition) as refused:
        Play(CHOOSE).resume(**answer)
    assert refused.value.details["choices"] == ["approve", "reject"]
    assert refused.value.message == f"'choice' must be one of 'approve', 'reject', not {shown(answer.get('choice'))}"


def test_a_choice_presentation_takes_one_of_its_options() -> None:
    options = [{"value": 1}, {"value": "b"}]
    definition = workflow(ask=halt("end", presentation={"type": "choice", "options": options}), end=end())
    assert Play(definition).resume(choice=1).state == "end"
    with pytest.raises(InvalidInput):
        Play(definition).resume(choice=True)
