"""What the engine asks of the world, and what the world answers: scripts to run, HTTP calls to make, a text to write.

The engine is pure: it never runs any of this. `next_work` says what is due, the shell (`services/`) has it done by
`sandbox/`, `egress/` and `language_model/`, and feeds the outcome back as a signal. Everything here is inert data.
"""

from collections.abc import Sequence
from typing import NamedTuple, TypeAlias

from interactor.clock import Millis
from interactor.json_text import Json


class RunScript(NamedTuple):
    """Run `code` as a function body over the globals of the reference ('Available Globals')."""

    thread_id: str
    state: str
    code: str
    input: Json
    workflow_data: Json
    context: dict[str, str]


class CallHttp(NamedTuple):
    """Make one try of an HTTP exchange; every string is already expanded, every value already safe in its place.

    `timeout` is in milliseconds over the whole exchange; `body` is the text to send, or None for no body;
    `idempotency_key` is the same for every try of one visit to the state.
    """

    thread_id: str
    state: str
    attempt: int
    method: str
    url: str
    headers: dict[str, str]
    body: str | None
    timeout: Millis
    idempotency_key: str


class WriteInstruction(NamedTuple):
    """Have a language model write what the person at a halt is told.

    `prompt` is the author's, its placeholders as they are; `data` has what the model is shown, under the path or the
    placeholder that names it. `model` is the author's name for it, None for the deployment's own choice.
    """

    thread_id: str
    state: str
    visit: int
    model: str | None
    prompt: str
    data: dict[str, Json]
    timeout: Millis = 5_000


class WaitUntil(NamedTuple):
    """Nothing to do before `moment`: a try of an HTTP call failed and its back-off has not passed."""

    moment: Millis


Work: TypeAlias = RunScript | CallHttp | WriteInstruction | WaitUntil


class ScriptReturned(NamedTuple):
    """The script ended well. `value` is the plain object it returned, or None when it returned nothing (data stays as
    it is).
    """

    value: dict[str, Json] | None
    logs: Sequence[str] = ()
    duration_ms: int = 0


class ScriptFailed(NamedTuple):
    """The script did not end well. `code` is `script_error` or `script_timeout`; `message` is fit for its author to
    read.
    """

    code: str
    message: str
    logs: Sequence[str] = ()
    duration_ms: int = 0


class HttpAnswered(NamedTuple):
    """The other side answered, with whatever status. `body` is parsed where it is JSON, else text; headers are lower
    case.
    """

    status: int
    headers: dict[str, str]
    body: Json
    duration_ms: int = 0


class HttpFailed(NamedTuple):
    """No answer came. `code` is `http_error` or `http_timeout`; a refused address (`retriable=False`) is not tried
    again.
    """

    code: str
    message: str
    retriable: bool = True
    duration_ms: int = 0


class InstructionWritten(NamedTuple):
    """The model has written; the text is as it came."""

    text: str
    duration_ms: int = 0


class InstructionFailed(NamedTuple):
    """No text came. `code` is `instruction_error` or `instruction_timeout`."""

    code: str
    message: str
    duration_ms: int = 0


class InstructionOmitted:
    """This deployment has no language model, and means it."""


ScriptOutcome: TypeAlias = ScriptReturned | ScriptFailed
HttpOutcome: TypeAlias = HttpAnswered | HttpFailed
InstructionOutcome: TypeAlias = InstructionWritten | InstructionFailed | InstructionOmitted
