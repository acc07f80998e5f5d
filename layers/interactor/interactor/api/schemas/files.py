"""What files look like."""

from typing import Annotated, Literal, NotRequired, TypeAlias

from pydantic import Field
from typing_extensions import TypedDict

from interactor.api.schemas.common import ULID, Moment

FileId: TypeAlias = Annotated[
    str, Field(pattern=f"^file_{ULID}$", description="The file.", examples=["file_01KFDMDAG0D3M1F7ZQ8P2V6X9K"])
]


class File(TypedDict):
    """A file of an instance; it is `pending` until its bytes have been uploaded."""

    file_id: FileId
    field: Annotated[str, Field(description="The field of the form that it is for.")]
    filename: str
    content_type: str
    size: Annotated[int, Field(description="Bytes.")]
    status: Literal["pending", "uploaded"]
    created_at: Moment


class Upload(TypedDict):
    """The request that uploads the bytes: once, with exactly the size and type that were asked for."""

    url: str
    method: Literal["PUT"]
    headers: Annotated[dict[str, str], Field(description="To be sent as they are.")]
    expires_at: Moment


class FileToUpload(File):
    """A file that may now be uploaded."""

    upload: Upload


class Download(TypedDict):
    """The request that downloads the bytes."""

    url: str
    method: Literal["GET"]
    expires_at: Moment


class FileToDownload(File):
    """A file; once it has been uploaded, with a link."""

    download: NotRequired[Download]


class Files(TypedDict):
    """An instance's files, oldest first."""

    files: list[File]
