"""Examples of requests and answers of the token endpoints."""

from interactor.api.examples.base import Examples
from interactor.json_text import Json

_TOKENS: Json = {
    "access_token": "eyJhbGciOiJSUzI1NiIsInR5cCI6IkpXVCJ9.eyJzdWIiOiJ1c2VyXzc4OSJ9.c2lnbmF0dXJl",
    "token_type": "Bearer",
    "expires_in": 3600,
    "scope": "workflows:execute workflows:read",
}

REQUESTS: Examples = {
    "login": {"login": {"username": "ann@example.com", "password": "correct horse battery staple"}},
    "token": {
        "refresh": {
            "grant_type": "refresh_token",
            "refresh_token": "eyJjdHkiOiJKV1QifQ.QUJDREVGR0hJSktM",
        },
        "service account": {
            "grant_type": "client_credentials",
            "client_id": "5ivr3b1h2q9nqs4ne3c1tf8v0d",
            "client_secret": "1h0c4tvk2m6q8r3s5u7w9x1y3z5a7b9c1d3e5f7g9h1j3k5m7n9p",
            "scope": "workflows:read workflows:execute",
        },
    },
}

ANSWERS: Examples = {
    "login": {"tokens": {**_TOKENS, "refresh_token": "eyJjdHkiOiJKV1QifQ.QUJDREVGR0hJSktM"}},
    "token": {"token": _TOKENS},
}
