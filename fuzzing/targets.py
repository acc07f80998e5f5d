"""What is fuzzed: one function a target, from bytes to nothing. A target raises when a promise of the code is broken.

Used by `python -m fuzzing`, which makes up the bytes, and by `tests/fuzzing`, which replays those that found something.
Where a target needs two things, the first is the first line.
"""

import json
from collections.abc import Callable
from typing import Any
from urllib.parse import parse_qsl, unquote, urlsplit

from pydantic import TypeAdapter, ValidationError

from interactor import json_text
from interactor.api.cursors import Cursors
from interactor.auth import oauth_request
from interactor.auth.oauth_errors import OAuthError
from interactor.auth.oauth_request import TokenRequest
from interactor.egress.headers import header_refusal
from interactor.egress.urls import InvalidUrl, parse_url, template_url_refusal, url_refusal
from interactor.engine import conditions, forms, paths, templates
from interactor.engine.definition.halts import Presentation
from interactor.engine.definition.transitions import Condition
from interactor.engine.definition.workflow import Definition
from interactor.engine.durations import milliseconds
from interactor.engine.templates import HTTP_ROOTS, TemplateError
from interactor.engine.validation import validate
from interactor.errors import InvalidRequest
from interactor.json_text import InvalidJson, Json
from interactor.secrets.redaction import Redactor
from interactor.triggers import patterns, schedules
from interactor.triggers.comparisons import InvalidPattern
from interactor.triggers.schedules import InvalidSchedule

SECRET = "correct horse battery staple"
DATA: dict[str, Json] = {
    "a": 1, "b": "text", "c": [1, "x", {"d": None}], "d": {"a": True, "": 0.5}, "e": "2026-01-20", "f": "${input.b}",
}  # fmt: skip
SCOPE: dict[str, Json] = {"workflow_data": DATA, "input": DATA, "context": {"a": "b"}, "secrets": {"KEY": SECRET}}

_PRESENTATION: TypeAdapter[Any] = TypeAdapter(Presentation)
_CURSORS = Cursors(b"key", "acme", "instances")


def json_body(data: bytes) -> None:
    """What is taken for JSON is JSON to everybody, and survives being written."""
    try:
        value = json_text.parse(data)
    except InvalidJson:
        return
    assert json_text.same(json.loads(data), value)
    assert json_text.same(json_text.parse(json_text.dump(value)), value)
    assert json_text.size_of(value) <= len(json_text.dump(value))


def template(data: bytes) -> None:
    """A template makes of data what it says, once: a value stays as it is, whatever it holds."""
    first, _, rest = _text(data).partition("\n")
    scope = {**SCOPE, "input": {"v": rest}}
    wrong = list(templates.problems(first, HTTP_ROOTS))
    try:
        value = templates.expand([first], scope)[0]
        header = templates.expand_header(first, scope)
    except TemplateError:
        return
    if "${" not in first:
        assert value == header == first
    elif not wrong and templates.is_placeholder(first):
        written = json.dumps(value, separators=(",", ":"), ensure_ascii=False)
        assert header == (value if isinstance(value, str) else "" if value is None else written)
    assert templates.expand(f"<${{input.v}}>{first.replace('$', '')}", scope) == f"<{rest}>{first.replace('$', '')}"


def url(data: bytes) -> None:
    """A URL is refused, or every parser finds the same host in it; a value put into one stays in its component."""
    first, _, rest = _text(data).partition("\n")
    template_url_refusal(first)
    if url_refusal(first) is None:
        target, other = parse_url(first), urlsplit(first)
        assert (other.hostname, other.scheme) == (target.host, target.scheme)
        assert target.request_target.isascii()
        assert target.request_target.isprintable()
    try:
        expanded = templates.expand_url("https://a.example/x/${input.v}/y?q=${input.v}&p=1", {"input": {"v": rest}})
    except TemplateError:
        assert rest in (".", "..")
        return
    try:
        parse_url(expanded)
    except InvalidUrl:
        assert len(expanded) > 8192
        return
    parts = urlsplit(expanded)
    meant = rest.encode("utf-8", "replace").decode()
    assert (parts.netloc, [unquote(part) for part in parts.path.split("/")]) == ("a.example", ["", "x", meant, "y"])
    assert parse_qsl(parts.query, keep_blank_values=True) == [("q", meant), ("p", "1")]


def header(data: bytes) -> None:
    """What is a header line is one line."""
    name, _, value = _text(data).partition("\n")
    if header_refusal(name, value) is None:
        line = f"{name}: {value}".encode("latin-1")
        assert len(line.decode("latin-1").splitlines()) == 1


def path(data: bytes) -> None:
    """A path names something of the data, or nothing."""
    text = _text(data)
    assert isinstance(paths.is_path(text), bool)
    paths.find(SCOPE, text)
    paths.root_of(text)


def condition(data: bytes) -> None:
    """Any JSON is told what is wrong with it as a condition; one with which nothing is holds or does not."""
    document = _json(data)
    wrong = list(conditions.problems(document))
    try:
        read = Condition.model_validate(document)
    except ValidationError:
        return
    if not wrong:
        held = conditions.holds(read, DATA)
        assert conditions.holds(Condition.model_validate({"not": document}), DATA) is not held


def form(data: bytes) -> None:
    """A presentation that is taken can be shown, and any answer to it judged."""
    first, _, rest = data.partition(b"\n")
    document, answer = _json(first), _json(rest)
    wrong = list(forms.written_problems(document))
    try:
        presentation = _PRESENTATION.validate_python(document)
    except ValidationError:
        return
    if not wrong and not list(templates.problems(document, templates.ROOTS)):
        rendered = forms.render(presentation, SCOPE)
        for given in (answer, {"a": answer}, {"choice": answer}, {"b": [answer]}):
            if isinstance(given, dict):
                forms.problems(rendered, given)


def definition(data: bytes) -> None:
    """Any JSON is a definition or told what is wrong with it, at places that it has."""
    found = validate(
        _json(data), script_error=lambda _: None, url_refusal=template_url_refusal, header_refusal=header_refusal
    )
    assert (found.definition is None) == bool(found.errors)
    assert found.definition is None or isinstance(found.definition, Definition)
    assert all(len(problem.message) < 1000 for problem in [*found.errors, *found.warnings])


def duration(data: bytes) -> None:
    """A duration has a length, or is none."""
    length = milliseconds(_text(data))
    assert length is None or length >= 0


def schedule(data: bytes) -> None:
    """A schedule is refused in few words, or has its moments."""
    expression, _, timezone = _text(data).partition("\n")
    try:
        read = schedules.read(expression, timezone or "UTC")
    except InvalidSchedule as error:
        assert len(str(error)) < 500
        return
    assert read.expression.isascii()
    assert read.once_at is None or isinstance(read.once_at, int)


def pattern(data: bytes) -> None:
    """Any JSON is refused as a pattern, or matches any event or does not."""
    first, _, rest = data.partition(b"\n")
    try:
        read = patterns.read(_json(first))
    except InvalidPattern:
        return
    event = _json(rest)
    try:
        for document in (event if isinstance(event, dict) else {"source": event}, DATA):
            assert isinstance(read.matches(document), bool)
    except patterns.TooCostly:
        return


def cursor(data: bytes) -> None:
    """Nothing is a cursor that was not given out."""
    text = _text(data)
    try:
        position = _CURSORS.read(text)
    except InvalidRequest:
        return
    raise AssertionError(f"forged: {text!r} means {position!r}")


def token_request(data: bytes) -> None:
    """What is sent for a token is read or refused."""
    first, _, rest = data.partition(b"\n")
    authorization = first.decode("latin-1") or None
    for content_type in ("application/json", "application/x-www-form-urlencoded"):
        request = TokenRequest(content_type, authorization, rest)
        try:
            parameters = oauth_request.read_parameters(request)
            oauth_request.client_credentials(request, parameters)
            oauth_request.requested_scopes(parameters)
        except OAuthError:
            continue
        assert all(parameters.values())


def redaction(data: bytes) -> None:
    """No secret stays, and where there is none nothing changes."""
    redactor = Redactor([SECRET, "sécret/+=%22"])
    text = _text(data)
    clean = redactor.text(text)
    assert SECRET not in clean
    assert redactor.text(f"{text} {SECRET}") != f"{text} {SECRET}"
    redactor.value({text: [text, 1.5]})


TARGETS: dict[str, tuple[Callable[[bytes], None], tuple[bytes, ...]]] = {
    "json": (json_body, (b'{"a": [1, -0.5e3, "\\u00e9", null, true]}', b'{"a":1,"a":2}', b"[NaN]")),
    "template": (template, (b"a $${workflow_data.c[2].d} ${secrets.KEY}\n${input.v}", b"${input.v}\n${input.v}")),
    "url": (url, (b"https://example.com:8443/a?b=c#d\n../a", b"http://[::1]/\n%2e", b"http://0x7f.1/${input.a}\n?")),
    "header": (header, (b"X-Note\nvalue", b"Host\nx")),
    "path": (path, (b"workflow_data.c[2].d", b"a.0.__proto__")),
    "condition": (
        condition,
        (
            b'{"and":[{"field":"a","operator":"gte","value":1},{"not":{"field":"b","equals":"text"}}]}',
            b'{"or":[{"field":"c","operator":"contains","value":"x"},{"field":"d.a","exists":true}]}',
            b'{"field":"a","operator":"in","value":[1,true,"1"]}',
        ),
    ),
    "form": (
        form,
        (
            b'{"type":"form","fields":[{"name":"a","type":"number","min":0,"max":9,"step":0.1}]}\n0.3',
            b'{"type":"form","fields":[{"name":"a","type":"select","options":[{"value":"${input.a}"}]}]}\n1',
            b'{"type":"form","fields":[{"name":"a","type":"date","minDate":"${input.e}"}]}\n"2026-01-20"',
            b'{"type":"choice","options":[{"value":1,"label":"x"}]}\n1',
        ),
    ),
    "definition": (
        definition,
        (
            b'{"name":"a","initial_state":"a","states":{"a":{"type":"halting","transitions":[{"target":"b"}]},'
            b'"b":{"type":"terminal"}}}',
            b'{"name":"a","initial_state":"a","states":{"a":{"type":"action","logic":{"type":"http","method":"GET",'
            b'"url":"https://a/${input.b}","headers":{"X":"${secrets.KEY}"}},"transitions":[{"target":"a"}]}}}',
        ),
    ),
    "duration": (duration, (b"P1W2DT3H4M5S", b"PT24H")),
    "schedule": (
        schedule,
        (b"cron(0/5 9-17 ? JAN,jul MON#2 2026)\nUTC", b"rate(5 minutes)", b"at(2026-01-20T12:00:00)\nUTC"),
    ),
    "pattern": (
        pattern,
        (
            b'{"source":["x",{"prefix":"a"},{"anything-but":{"wildcard":"a*b"}}]}\n{"source":"ab"}',
            b'{"$or":[{"a":[{"numeric":[">",0,"<=",5]}]},{"b":[{"cidr":"10.0.0.0/24"},{"exists":false}]}]}\n{"a":[1]}',
        ),
    ),
    "cursor": (cursor, (b"AAAAAAAAAAAAAAAAAAAAAGluc3RfMDAwMA",)),
    "token_request": (
        token_request,
        (b"Basic YTpi\ngrant_type=client_credentials&scope=workflows%3Aread", b'\n{"username":"a","password":"b"}'),
    ),
    "redaction": (redaction, (b"Y29ycmVjdCBob3JzZSBiYXR0ZXJ5IHN0YXBsZQ== %63orrect &#99; \\u0063", b"636f7272656374")),
}
"""Each target with what it begins from."""


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8", "surrogatepass")
    except UnicodeDecodeError:
        return data.decode("latin-1")


def _json(data: bytes) -> Json:
    try:
        return json_text.parse(data)
    except InvalidJson:
        return None
