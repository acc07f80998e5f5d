"""An answer may name files that were uploaded for this field of this instance; anything else is refused whole."""

from tests.files.conftest import FLOW, Instance
from tests.world import World


def test_a_file_that_was_uploaded_is_taken(instance: Instance) -> None:
    file_id = instance.upload()
    answered = instance.answer(invoice=file_id)
    assert (answered.data["current_state"], answered.data["workflow_data"]) == ("check", {"invoice": file_id})


def test_five_are_taken_and_six_are_not(instance: Instance) -> None:
    ids = [instance.upload() for _ in range(6)]
    assert instance.answer(invoice=ids).error["details"]["fields"] == {"invoice": "must be at most 5 files, not 6"}
    assert instance.answer(invoice=ids[:5]).status == 200


def test_a_file_that_was_not_uploaded_is_refused(instance: Instance) -> None:
    file_id = instance.ask().data["file_id"]
    refused = instance.answer(invoice=file_id)
    assert (refused.status, refused.error["code"]) == (400, "invalid_input")
    assert refused.error["details"]["fields"] == {"invoice": f"the file '{file_id}' has not been uploaded"}
    assert instance.world.instance(instance.id)["current_state"] == "ask"


def test_all_that_is_wrong_is_told_at_once(instance: Instance) -> None:
    file_id = instance.ask().data["file_id"]
    fields = instance.answer(invoice=file_id, amount="much").error["details"]["fields"]
    assert fields.keys() == {"invoice", "amount"}


def test_a_file_of_another_instance_is_not_there(instance: Instance, world: World) -> None:
    other = Instance(world, world.start("flow").data["id"])
    file_id = other.upload()
    assert instance.answer(invoice=file_id).error["details"]["fields"] == {
        "invoice": f"there is no file '{file_id}' for this field"
    }


def test_a_file_for_another_field_is_not_there(instance: Instance) -> None:
    invoice = instance.upload()
    instance.answer(invoice=invoice)
    assert instance.answer(photo=invoice).error["code"] == "invalid_input"
    assert instance.answer(photo=instance.upload(field="photo")).data["status"] == "completed"


def test_what_is_no_id_is_told_by_the_form(instance: Instance) -> None:
    for nonsense in (7, {"id": 1}, "invoice.pdf", ["x"]):
        refused = instance.answer(invoice=nonsense)
        assert "must be the id of an uploaded file" in refused.error["message"]


def test_a_form_without_files_asks_nobody(world: World) -> None:
    world.publish(FLOW)
    instance = Instance(world, world.start("flow").data["id"])
    instance.answer(invoice=instance.upload())
    world.aws.requests.clear()
    instance.answer()
    assert world.aws.sent("list_objects_v2") == []
