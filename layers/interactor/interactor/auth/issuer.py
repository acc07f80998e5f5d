"""The HTTPS calls to the token issuer that are not AWS API calls: its signing keys and its OAuth token endpoint.

Both addresses are the operator's settings, never a tenant's, so they do not pass through `egress/`.
"""

from collections.abc import Mapping
from urllib.parse import urlencode

_TIMEOUT_S = 5.0


class IssuerUnavailable(Exception):
    """The issuer did not answer, or not as an issuer does. Nothing is known about the caller's credentials."""


def get(url: str) -> bytes:
    """The document at an address of the issuer. Raises `IssuerUnavailable`, also for any status but 200."""
    status, body = _exchange("GET", url, None)
    if status != 200:
        raise IssuerUnavailable(f"status {status}")
    return body


def post_form(url: str, form: Mapping[str, str]) -> tuple[int, bytes]:
    """Status and body of a form post. Raises `IssuerUnavailable`; a status is judged by the caller."""
    return _exchange("POST", url, urlencode(form))


def _exchange(method: str, url: str, form: str | None) -> tuple[int, bytes]:
    import urllib3  # at first use: a warm process that verifies from its caches never needs it

    headers = {"Content-Type": "application/x-www-form-urlencoded"} if form is not None else {}
    try:
        response = urllib3.request(
            method, url, body=form, headers=headers, timeout=_TIMEOUT_S, retries=False, redirect=False
        )
    except urllib3.exceptions.HTTPError as error:
        raise IssuerUnavailable(type(error).__name__) from error
    return response.status, response.data
