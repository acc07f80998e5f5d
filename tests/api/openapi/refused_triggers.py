"""What calls about triggers are refused for: how each code comes about, for `test_real_refusals.py`."""

from unittest.mock import patch

from interactor.storage.creations import CreatedMeanwhile
from interactor.storage.triggers import Trigger, Triggers
from tests.answered import Answered
from tests.api.openapi.journeys import (
    NO_TRIGGER,
    ON_EVENT,
    Refusal,
    Situation,
    change,
    delete,
    get,
    post,
    published,
    triggered,
)
from tests.world import World


def trigger_of_a_taken_name(world: World) -> Answered:
    triggered(world)
    return post(world, "/triggers", ON_EVENT)


def one_trigger_too_many(world: World) -> Answered:
    triggered(world)
    with patch("interactor.storage.triggers.MAX_TRIGGERS", 1):
        return post(world, "/triggers", {**ON_EVENT, "name": "one_more"})


def trigger_among_many_others(world: World) -> Answered:
    class Busy(Triggers):
        def create(self, trigger: Trigger, op: str) -> None:
            raise CreatedMeanwhile

    published(world)
    world.replace(triggers=Busy(world.parts.table))
    return post(world, "/triggers", ON_EVENT)


NO_TRIGGER_THERE = f"/triggers/{NO_TRIGGER}"
TRIGGERS: dict[Refusal, Situation] = {
    ("create_trigger", 404, "workflow_not_found"): lambda world: post(world, "/triggers", ON_EVENT),
    ("create_trigger", 409, "trigger_exists"): trigger_of_a_taken_name,
    ("create_trigger", 400, "trigger_limit_reached"): one_trigger_too_many,
    ("create_trigger", 409, "concurrent_modification"): trigger_among_many_others,
    ("get_trigger", 404, "trigger_not_found"): lambda world: get(world, NO_TRIGGER_THERE),
    ("update_trigger", 404, "trigger_not_found"): (lambda world: change(world, NO_TRIGGER_THERE, {"status": "paused"})),
    ("delete_trigger", 404, "trigger_not_found"): lambda world: delete(world, NO_TRIGGER_THERE),
    ("list_trigger_failures", 404, "trigger_not_found"): lambda world: get(world, f"{NO_TRIGGER_THERE}/failures"),
}
