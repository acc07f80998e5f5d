"""The body of an HTTP answer as a JSON value: decompressed, decoded and, where it says it is JSON, parsed.

Pure. Whatever the other side sent costs a few times `MAX_BODY_BYTES` of memory at most. `wire.py` receives it.
"""

import re
import zlib
from collections.abc import Mapping

from interactor import json_text
from interactor.json_text import InvalidJson, Json

MAX_BODY_BYTES = 256 * 1024
"""What is kept of an answer, before and after decompression: what `workflow_data` can hold."""

_GZIP_ONLY = 16 + zlib.MAX_WBITS
_CHARSET = re.compile(r";\s*charset\s*=\s*\"?([^\s\";]+)", re.IGNORECASE)
# Python's codecs by name include quadratic decoders, so the charset picks from a list. UTF-16 is not in it: a cut
# answer would shrink when decoded, and no longer be over the limit of `workflow_data`.
_CHARSETS = {
    "us-ascii": "cp1252",
    "iso-8859-1": "cp1252",
    "latin1": "cp1252",
    "windows-1252": "cp1252",
    "iso-8859-15": "iso-8859-15",
    "shift_jis": "shift_jis",
    "euc-jp": "euc-jp",
    "euc-kr": "euc-kr",
    "gbk": "gbk",
    "big5": "big5",
}


class MalformedAnswer(Exception):
    """The other side did not keep to HTTP; the message is the rest of a sentence that starts with its name."""


def read_body(headers: Mapping[str, str], received: bytes) -> Json:
    """Turn the first `MAX_BODY_BYTES` of a body into a value: None if empty, parsed if it is JSON, else text.

    `headers` have lower-case names. `received` is one byte over the limit when there was more; the value is then the
    text of what is kept. JSON that `json_text` does not accept stays text. Raises `MalformedAnswer` if `received` is
    not in the encoding that the headers name.
    """
    data = _decompressed(headers.get("content-encoding", ""), received)
    if not data:
        return None
    content_type = headers.get("content-type", "")
    media_type = content_type.partition(";")[0].strip().lower()
    if len(data) <= MAX_BODY_BYTES and (media_type == "application/json" or media_type.endswith("+json")):
        try:
            return json_text.parse(data)
        except InvalidJson:
            return data.decode("utf-8", "replace")
    charset = _CHARSET.search(content_type)
    return data[:MAX_BODY_BYTES].decode(_CHARSETS.get(charset[1].lower() if charset else "", "utf-8"), "replace")


def _decompressed(encoding: str, received: bytes) -> bytes:
    """At most one byte more than the limit, which tells that there was more."""
    if not received or encoding.strip().lower() in ("", "identity"):
        return received
    if encoding.strip().lower() not in ("gzip", "x-gzip"):
        raise MalformedAnswer(f"sent an answer encoded as {encoding[:40]!a}, which was not asked for")
    decompressor = zlib.decompressobj(_GZIP_ONLY)
    try:
        data = decompressor.decompress(received, MAX_BODY_BYTES + 1)
    except zlib.error as error:
        raise MalformedAnswer("sent an answer that is not gzip, as it says") from error
    if len(data) <= MAX_BODY_BYTES and (not decompressor.eof or decompressor.unused_data):
        raise MalformedAnswer("sent an answer that is not one whole gzip member")
    return data
