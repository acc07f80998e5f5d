"""Answers: success as `{"data": …}`, failure as `{"error": …}`, 204 as nothing (docs/api.md)."""

from interactor.errors import InteractorError
from interactor.json_text import Json, dump
from interactor.storage.idempotency import Answer


def success(status: int, data: Json) -> Answer:
    return Answer(status, dump({"data": data}))


def page(document: dict[str, Json], next_cursor: str | None) -> Answer:
    """One page of a list, the entries in `document` with whatever is told beside them; `next_cursor` is None on the
    last.
    """
    pagination: Json = {"has_more": next_cursor is not None, "next_cursor": next_cursor}
    return success(200, {**document, "pagination": pagination})


def nothing() -> Answer:
    """204: done, and there is nothing to say."""
    return Answer(204, "")


def failure(error: InteractorError, request_id: str) -> Answer:
    body = {"code": error.code, "message": error.message, "details": error.details, "request_id": request_id}
    return Answer(error.status, dump({"error": body}))
