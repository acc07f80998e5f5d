"""Requests about files."""

from typing import Annotated

from pydantic import Field

from interactor.api.models.base import Matching, Request


class UploadFileBody(Request):
    """A file that is to be uploaded for a field of the open form."""

    field: str = Field(min_length=1, max_length=64, description="The name of a field of the type `file`.")
    filename: Annotated[
        str, Matching(r"[^/\\\x00-\x1f\x7f]{1,255}", "1 to 255 characters without /, \\ and control characters")
    ] = Field(description="What the file is called; no path, no control characters.")
    content_type: Annotated[
        str,
        Matching(
            r"[A-Za-z0-9!#$&^_.+-]{1,64}/[A-Za-z0-9!#$&^_.+-]{1,128}",
            "a MIME type without parameters, such as application/pdf",
        ),
    ] = Field(description="Its MIME type without parameters, such as `application/pdf`.")
    size: int = Field(ge=1, description="Its exact size in bytes; at most 10 MB, or what the field allows.")
    thread_id: str | None = Field(None, description="The thread, where the forms of several have this field.")
