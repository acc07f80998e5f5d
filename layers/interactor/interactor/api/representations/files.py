"""What files look like to clients."""

from interactor.clock import Millis, to_iso
from interactor.ids import moment_of
from interactor.json_text import Json
from interactor.storage.files import DOWNLOAD_LINK_LASTS, UPLOAD_LINK_LASTS, File, Link


def file_json(file: File, uploaded: bool) -> dict[str, Json]:
    return {
        "file_id": file.id,
        "field": file.field,
        "filename": file.filename,
        "content_type": file.content_type,
        "size": file.size,
        "status": "uploaded" if uploaded else "pending",
        "created_at": to_iso(moment_of(file.id)),
    }


def file_to_upload(file: File, link: Link, now: Millis) -> dict[str, Json]:
    upload = {"url": link.url, "method": link.method, "headers": link.headers}
    return file_json(file, uploaded=False) | {"upload": {**upload, "expires_at": to_iso(now + UPLOAD_LINK_LASTS)}}


def file_to_download(file: File, link: Link | None, now: Millis) -> dict[str, Json]:
    """Without a link where the bytes are not there yet."""
    if link is None:
        return file_json(file, uploaded=False)
    download = {"url": link.url, "method": link.method, "expires_at": to_iso(now + DOWNLOAD_LINK_LASTS)}
    return file_json(file, uploaded=True) | {"download": download}
