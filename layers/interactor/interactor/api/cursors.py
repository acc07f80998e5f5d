"""Pagination cursors: a position in a list, signed for the account and the query that it came from.

A position is the sort key of the last entry of a page, so a page costs the same wherever it lies, and entries that come
or go between two pages neither repeat nor hide others.
"""

import base64
import binascii
import hashlib
import hmac
from typing import NamedTuple

from interactor.api.calls import Call
from interactor.errors import InvalidRequest
from interactor.services.parts import Parts

_MAC_BYTES = 16


class Cursors(NamedTuple):
    """Makes and reads the cursors of one query of one account; `query` is any text that names the query and its
    filters.
    """

    key: bytes
    account: str
    query: str

    @classmethod
    def of(cls, parts: Parts, call: Call, query: str) -> "Cursors":
        """Those of one query of the account that calls."""
        return cls(parts.cursor_key, call.principal.account, query)

    def make(self, position: str) -> str:
        return base64.urlsafe_b64encode(self._mac(position) + position.encode()).decode("ascii").rstrip("=")

    def read(self, cursor: str | None) -> str | None:
        """The position. Raises InvalidRequest for a cursor that this query of this account did not give out."""
        if cursor is None:
            return None
        try:
            raw = base64.b64decode(cursor + "=" * (-len(cursor) % 4), altchars=b"-_", validate=True)
            position = raw[_MAC_BYTES:].decode()
        except (binascii.Error, ValueError):
            position, raw = "", b""
        if not hmac.compare_digest(raw[:_MAC_BYTES], self._mac(position)):
            raise InvalidRequest("'cursor' is not a cursor of this list", {"parameter": "cursor"})
        return position

    def _mac(self, position: str) -> bytes:
        text = "\0".join((self.account, self.query, position))
        return hmac.new(self.key, text.encode(), hashlib.sha256).digest()[:_MAC_BYTES]
