"""A link to upload is given for a field of the open form, and only for what the field takes."""

from urllib.parse import parse_qs, urlsplit

import pytest

from interactor.engine.definition.halts import MAX_FILE_BYTES
from interactor.storage.files import MAX_FILES_OF_INSTANCE
from tests.definitions import end, form, halt, skip, workflow
from tests.files.conftest import Instance
from tests.world import World


def test_the_link_is_signed_for_one_upload_of_this_size_and_type(instance: Instance) -> None:
    upload = instance.ask().data["upload"]
    assert (upload["method"], upload["headers"]) == (
        "PUT", {"Content-Type": "application/pdf", "If-None-Match": "*"},
    )  # fmt: skip
    query = parse_qs(urlsplit(upload["url"]).query)
    assert query["X-Amz-SignedHeaders"] == ["content-length;content-type;host;if-none-match"]
    assert query["X-Amz-Expires"] == ["3600"]


@pytest.mark.parametrize(
    ("content_type", "filename"),
    [
        ("application/pdf", "a"), ("APPLICATION/PDF", "a"), ("image/png", "a.png"), ("text/csv", "a.CSV"),
        ("application/octet-stream", "b.csv"),
    ],
)  # fmt: skip
def test_types_that_the_field_accepts_may_come(instance: Instance, content_type: str, filename: str) -> None:
    assert instance.ask(content_type=content_type, filename=filename).status == 201


@pytest.mark.parametrize(
    ("content_type", "filename"),
    [
        ("text/html", "a.html"),
        ("application/pdfx", "a"),
        ("imagex/png", "a"),
        ("text/plain", "csv"),
        ("text/x", "a.csv.exe"),
    ],
)
def test_other_types_may_not(instance: Instance, content_type: str, filename: str) -> None:
    refused = instance.ask(content_type=content_type, filename=filename)
    assert (refused.status, refused.error["code"]) == (400, "invalid_input")
    assert f"not '{content_type}'" in refused.error["details"]["fields"]["content_type"]


def test_a_field_without_accept_takes_any_type_up_to_ten_megabytes(world: World) -> None:
    world.publish(workflow(ask=halt("done", presentation=form({"name": "invoice", "type": "file"})), done=end()))
    instance = Instance(world, world.start("flow").data["id"])
    assert instance.ask(content_type="text/html", size=MAX_FILE_BYTES).status == 201
    refused = instance.ask(size=MAX_FILE_BYTES + 1)
    assert refused.error["details"]["fields"] == {"size": "must be at most 10485760 bytes for 'invoice', not 10485761"}


def test_a_field_may_allow_less(instance: Instance) -> None:
    assert instance.ask(size=1000).status == 201
    assert "at most 1000 bytes" in instance.ask(size=1001).error["message"]


@pytest.mark.parametrize(
    "change",
    [
        {"size": 0}, {"size": -1}, {"size": 1.5}, {"size": "5"}, {"size": True}, {"filename": ""}, {"filename": "a/b"},
        {"filename": "a\\b"}, {"filename": "a\nb"}, {"filename": "x" * 256}, {"content_type": "pdf"},
        {"content_type": "text/plain\r\nX: y"}, {"content_type": "text/plain; charset=x"}, {"field": ""}, {"extra": 1},
    ],
    ids=str,
)  # fmt: skip
def test_malformed_requests_are_told_what_is_wrong(instance: Instance, change: dict[str, object]) -> None:
    refused = instance.ask(**change)
    assert (refused.status, refused.error["code"]) == (400, "invalid_request")
    assert next(iter(change)) in refused.error["message"]


@pytest.mark.parametrize("field", ["amount", "photo", "__proto__"])
def test_a_field_that_is_not_asked_for_or_is_no_file_takes_none(instance: Instance, field: str) -> None:
    refused = instance.ask(field=field)
    assert (refused.status, refused.error["code"]) == (400, "invalid_request")
    assert f"'{field}'" in refused.error["message"]


def test_where_several_threads_ask_the_same_the_thread_is_to_be_named(world: World) -> None:
    ask = halt("done", presentation=form({"name": "invoice", "type": "file"}))
    world.publish(workflow(split=skip("done", fork={"a": "ask", "b": "ask"}), ask=ask, done=end()))
    instance = Instance(world, world.start("flow").data["id"])
    assert instance.ask().error["details"] == {"threads": ["thread_a", "thread_b"]}
    assert instance.ask(thread_id="thread_b").status == 201
    assert instance.ask(thread_id="thread_main").error["code"] == "instance_not_halted"


def test_an_instance_has_room_for_a_hundred(instance: Instance) -> None:
    for _ in range(MAX_FILES_OF_INSTANCE):
        assert instance.ask().status == 201
    assert instance.ask().error["code"] == "file_limit_reached"


def test_others_do_not_learn_that_the_instance_exists(instance: Instance) -> None:
    for stranger in ("peer", "stranger"):
        refused = instance.ask(as_=stranger)
        assert (refused.status, refused.error["code"]) == (404, "instance_not_found")


def test_after_the_end_nothing_is_asked_for(instance: Instance) -> None:
    instance.world.post(f"{instance.path}/cancel")
    assert instance.ask().error["code"] == "instance_not_halted"
