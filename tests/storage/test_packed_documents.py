"""A packed document is the same document, small where it is typical, and knows its format."""

import json
import random
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from interactor.engine.instance import to_json
from interactor.json_text import dump
from interactor.storage.documents import INLINE_LIMIT, pack, unpack
from tests.definitions import end, halt, script, workflow
from tests.engine.transitions.play import Play
from tests.world import World

DOCUMENTS = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False)
    | st.text(st.characters(categories=None)),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=20,
)  # fmt: skip


@settings(max_examples=200, deadline=None)
@given(DOCUMENTS)
def test_unpack_is_the_inverse_of_pack(document: Any) -> None:
    assert dump(unpack(pack(document))) == dump(document)


@settings(max_examples=50, deadline=None)
@given(DOCUMENTS)
def test_equal_documents_are_packed_alike(document: Any) -> None:
    assert pack(document) == pack(json.loads(dump(document)))


def test_a_document_of_another_format_is_not_guessed_at() -> None:
    with pytest.raises(ValueError, match="format 2"):
        unpack(b"\x02" + pack({})[1:])


def test_a_typical_instance_is_packed_to_a_third() -> None:
    play = Play(workflow(a=script("", "ask"), ask=halt("end"), end=end()), amount=5).returns(
        request_id="req_1", amount=5
    )
    document = {**to_json(play.instance), "first": 0, "fresh": 5, "events": play.events}
    assert len(pack(document)) < len(dump(document)) / 3


@pytest.mark.parametrize("past", [0, 1])
def test_what_fits_is_kept_in_the_item_and_one_byte_more_in_s3(world: World, past: int) -> None:
    packed = random.Random(1).randbytes(INLINE_LIMIT + past)
    placed = world.parts.documents.place(packed, "some/name")
    assert placed == ({"document_at": "some/name"} if past else {"document": packed})


def test_a_document_comes_back_from_wherever_it_is(world: World, monkeypatch: pytest.MonkeyPatch) -> None:
    for limit in (INLINE_LIMIT, 0):
        monkeypatch.setattr("interactor.storage.documents.INLINE_LIMIT", limit)
        item = world.parts.documents.place(pack({"x": limit}), f"name/{limit}")
        assert world.parts.documents.read(item) == {"x": limit}
