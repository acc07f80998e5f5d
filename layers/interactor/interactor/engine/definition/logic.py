"""What a state does: a script or an HTTP call (reference, 'Workflow Logic')."""

from typing import Annotated, Literal, TypeAlias

from pydantic import AfterValidator, Field

from interactor.engine.definition.values import Model, Name, refusal
from interactor.json_text import Json

MAX_SCRIPT_BYTES = 64 * 1024
"""Reference, 'Workflow Definition Limits'."""


def _check_script_size(code: str) -> str:
    if (size := len(code.encode("utf-8", "surrogatepass"))) > MAX_SCRIPT_BYTES:
        raise refusal(f"must be at most {MAX_SCRIPT_BYTES} bytes, but has {size}")
    return code


ScriptCode: TypeAlias = Annotated[str, AfterValidator(_check_script_size)]


class Script(Model):
    """JavaScript that runs in the sandbox; the object it returns is merged into `workflow_data`."""

    type: Literal["script"] = Field(description="`script`.")
    code: ScriptCode = Field(description="The body of a function over `input`, `workflow_data` and `context`.")


class Retry(Model):
    """When a failed HTTP call is tried again. A limit of ours: 20 tries are about an hour of waiting."""

    attempts: int = Field(default=1, ge=1, le=20, description="All tries, the first included.")
    backoff: Literal["exponential", "linear"] = Field(
        default="exponential", description="Waits of 1, 2, 4, 8 … or of 1, 2, 3, 4 … seconds, at most 5 minutes each."
    )


class HttpRequest(Model):
    """An HTTP exchange; `${…}` works in every string of `url`, `headers` and `body`.

    The length of a URL is what RFC 9110, section 4.1 asks everybody to support.
    """

    type: Literal["http"] = Field(description="`http`.")
    method: Literal["GET", "POST", "PUT", "PATCH", "DELETE", "HEAD", "OPTIONS"] = Field(description="The method.")
    url: str = Field(min_length=1, max_length=8000, description="Where to; scheme and host hold no placeholder.")
    headers: dict[str, str] = Field(default={}, description="Headers to send.")
    body: Json = Field(default=None, description="What to send: JSON, or a string as it is.")
    timeout: int = Field(default=10_000, ge=1, le=30_000, description="Milliseconds for the whole exchange.")
    retry: Retry = Field(default_factory=Retry, description="When to try again.")
    result: Name | None = Field(
        default=None,
        description="The key of `workflow_data` for `{status, headers, body}`; by default the state's name.",
    )


Logic: TypeAlias = Annotated[Script | HttpRequest, Field(discriminator="type")]
