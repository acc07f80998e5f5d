"""Examples of requests and answers about secrets."""

from interactor.api.examples.base import LAST_PAGE, NOON, Examples
from interactor.json_text import Json

_SECRET: Json = {"name": "API_KEY", "updated_at": NOON}

REQUESTS: Examples = {"put_secret": {"key": {"value": "correct horse battery staple"}}}

ANSWERS: Examples = {
    "list_secrets": {"page": {"secrets": [_SECRET], "pagination": LAST_PAGE}},
    "put_secret": {"put": _SECRET},
}
