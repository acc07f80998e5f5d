"""Whatever stands around a secret and however it was encoded, nothing of it is left; what has no secret is not
touched.
"""

import base64
import html
import json
import re
import time
import urllib.parse
from collections.abc import Callable

import pytest
from hypothesis import given
from hypothesis import strategies as st

from interactor.engine.work import HttpAnswered, HttpFailed, ScriptFailed, ScriptReturned
from interactor.secrets.redaction import MASK, Redactor

Encoding = Callable[[str], str]


def base64_of(text: str) -> str:
    return base64.b64encode(text.encode()).decode()


ENCODINGS: dict[str, Encoding] = {
    "plain": str,
    "JSON": lambda text: json.dumps(text, ensure_ascii=False)[1:-1],
    "JSON, ASCII": lambda text: json.dumps(text)[1:-1],
    "JSON, upper case": lambda text: "".join(
        f"\\u{unit:04X}" for unit in memoryview(text.encode("utf-16-le")).cast("H").tolist()
    ),
    "JSON, slashes": lambda text: json.dumps(text)[1:-1].replace("/", "\\/"),
    "URL": lambda text: urllib.parse.quote(text, safe=""),
    "URL, lower case": lambda text: "".join(f"%{byte:02x}" for byte in text.encode()),
    "form": urllib.parse.quote_plus,
    "HTML": html.escape,
    "HTML, numbers": lambda text: "".join(f"&#{ord(character)};" for character in text),
    "base64": base64_of,
    "base64, unpadded": lambda text: base64_of(text).rstrip("="),
    "base64, URL": lambda text: base64.urlsafe_b64encode(text.encode()).decode(),
    "hexadecimal": lambda text: text.encode().hex(),
    "hexadecimal, upper case": lambda text: text.encode().hex().upper(),
    "base64 of JSON": lambda text: base64_of(json.dumps({"key": text})),
    "base64 in a URL": lambda text: urllib.parse.quote(base64_of(text), safe=""),
    "JSON in JSON": lambda text: json.dumps(json.dumps(text))[1:-1],
    "base64 twice": lambda text: base64_of(base64_of(text)),
}

texts = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"))
secrets = st.text(st.characters(exclude_categories=["Cs"], exclude_characters="\0"), min_size=8, max_size=80)
surroundings = st.text(st.sampled_from("aB3 -_=/+.:,{}[]\"'\n<>éß€😀"), max_size=12)
"""Without what could make an escape together with the beginning of a secret: that has a test of its own."""


def decoded(text: str) -> list[str]:
    """What somebody finds who tries the usual ways."""
    found = [text, urllib.parse.unquote(text), urllib.parse.unquote_plus(text), html.unescape(text)]
    for run in re.findall(r"[A-Za-z0-9+/_-]+", text):
        for start in range(4):
            groups = run[start : len(run) - (len(run) - start) % 4].translate(str.maketrans("-_", "+/"))
            found.append(base64.b64decode(groups).decode("utf-8", "ignore"))
    return found


@given(secrets, st.sampled_from(sorted(ENCODINGS)), surroundings, surroundings)
def test_an_encoded_secret_is_found_in_any_text(secret: str, encoding: str, before: str, after: str) -> None:
    encoded = ENCODINGS[encoding](secret)
    redacted = Redactor([secret]).text(f"{before}\n{encoded}\n{after}")
    assert MASK in redacted
    assert secret not in redacted
    assert encoded not in redacted
    assert not any(secret in found for found in decoded(redacted))


@given(secrets, texts, texts)
def test_a_plain_secret_is_found_whatever_it_touches(secret: str, before: str, after: str) -> None:
    assert secret not in Redactor([secret]).text(before + secret + after)


@given(secrets, texts, texts)
def test_base64_is_found_at_any_alignment(secret: str, before: str, after: str) -> None:
    redacted = Redactor([secret]).text(f"Basic {base64_of(before + secret + after)}")
    assert not any(secret in found for found in decoded(redacted.removeprefix("Basic ")))
    assert MASK in redacted


@pytest.mark.parametrize("encoding", ENCODINGS)
def test_what_stands_beside_a_secret_stays(encoding: str) -> None:
    encoded = ENCODINGS[encoding]('p@ss "w&rd"/1+2%é😀')
    redactor = Redactor(['p@ss "w&rd"/1+2%é😀'])
    redacted = redactor.text(f"before: {encoded} :after")
    assert redacted.startswith("before: ")
    assert redacted.endswith(" :after")
    assert MASK in redacted


json_values = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False, allow_infinity=False) | texts,
    lambda children: st.lists(children) | st.dictionaries(texts, children),
    max_leaves=20,
)


@given(json_values)
def test_what_has_no_secret_is_the_same_object(value: object) -> None:
    redactor = Redactor(["correct horse battery", "sk_live_5f3e9c"])
    assert redactor.value(value) is value
    assert Redactor([]).value(value) is value


@given(json_values, secrets, st.sampled_from(sorted(ENCODINGS)))
def test_a_secret_is_found_anywhere_in_a_value(value: object, secret: str, encoding: str) -> None:
    encoded = ENCODINGS[encoding](secret)
    given = {"deep": [value, {"a": [encoded]}], encoded: 1}
    redacted = Redactor([secret]).value(given)
    text = json.dumps(redacted)
    assert text.count(MASK) >= 2
    assert json.dumps(encoded)[1:-1] not in text
    assert encoded in given, "what was given is left alone"


def test_a_secret_of_digits_is_found_in_numbers() -> None:
    redactor = Redactor(["12345678", "0.87654321"])
    assert redactor.value({"a": 12345678, "b": [0.87654321], "c": 1234567, "d": True}) == {
        "a": MASK, "b": [MASK], "c": 1234567, "d": True,
    }  # fmt: skip


def test_secrets_that_overlap_leave_no_rest() -> None:
    redactor = Redactor(["tops3cret-value", "value-and-more"])
    assert redactor.text("x tops3cret-value-and-more y") == f"x {MASK} y"


def test_nothing_of_a_text_that_was_cut_stays_once_it_had_a_secret() -> None:
    secret = "s3cret" * 100
    redactor = Redactor([secret])
    cut = (secret * 3)[:1_000]
    assert redactor.text(cut, limit=1_000) == MASK
    assert redactor.text(cut[:-1] + "s3cr", limit=1_000 + 50) != MASK
    assert redactor.text("y" * 2_000, limit=1_000) == "y" * 2_000


@pytest.mark.parametrize(
    ("outcome", "redacted"),
    [
        (ScriptReturned({"a": "tops3cret"}, ["tops3cret"], 1), ScriptReturned({"a": MASK}, [MASK], 1)),
        (ScriptReturned(None, [], 1), ScriptReturned(None, [], 1)),
        (ScriptFailed("script_error", "no tops3cret", ["ok"]), ScriptFailed("script_error", f"no {MASK}", ["ok"])),
        (HttpAnswered(200, {"tops3cret": "tops3cret"}, "tops3cret"), HttpAnswered(200, {MASK: MASK}, MASK)),
        (HttpFailed("http_error", "tops3cret.example refused"), HttpFailed("http_error", f"{MASK}.example refused")),
    ],
)
def test_every_part_of_an_outcome_is_searched(outcome: object, redacted: object) -> None:
    assert Redactor(["tops3cret"]).outcome(outcome) == redacted  # type: ignore[type-var]


@pytest.mark.parametrize(
    "text",
    [
        "plain words, as people write them, and numbers like 1234. " * 5_000,
        base64.b64encode(bytes(range(256)) * 768).decode(),
        "inst_01KFDMDAG00000000000000001," * 8_000,
        "%41\\u0042&amp;" * 19_000,
        "0123456789abcdef" * 16_000,
    ],
    ids=["words", "base64", "ids", "escapes", "hexadecimal"],
)
def test_the_largest_data_and_dozens_of_secrets_take_a_moment(text: str) -> None:
    redactor = Redactor(f"secret-number-{number}-{'x' * number}" for number in range(50))
    started = time.process_time()
    assert redactor.value({"text": text})["text"] is text
    assert time.process_time() - started < 2
