"""Files that people upload for a form: a record each in the table, the bytes in the bucket.

Bytes never pass through a function. An upload link is good for one PUT of exactly the size and type that were asked
for: both, and that nothing is there yet, are signed headers, so S3 itself refuses everything else, and nobody can
change a file that somebody has already looked at. A file is there once its object is.
"""

from collections.abc import Callable
from typing import Any, NamedTuple
from urllib.parse import quote

from interactor.clock import Millis
from interactor.ids import is_id
from interactor.storage import effects, keys
from interactor.storage.table import Delete, Item, Put, Table, absent

MAX_FILES_OF_INSTANCE = 100
"""Upload links of an instance. A limit of ours: checking an answer reads all of its records."""
UPLOAD_LINK_LASTS: Millis = 60 * 60 * 1000
DOWNLOAD_LINK_LASTS: Millis = 5 * 60 * 1000
"""At most: a link dies with the credentials of the function that signed it."""
_LISTED = 1_000
"""What S3 lists at once; links asked for at the same moment may exceed the limit by a few."""
_TRANSACTION = 100
"""Writes that go together (https://docs.aws.amazon.com/amazondynamodb/latest/APIReference/API_TransactWriteItems.html)."""


class File(NamedTuple):
    """A file asked for. Its moment is in its id; `size` is in bytes."""

    id: str
    account: str
    instance_id: str
    field: str
    filename: str
    content_type: str
    size: int


class Link(NamedTuple):
    """A request that anybody may send who has it: `headers` must be sent as they are."""

    method: str
    url: str
    headers: dict[str, str]


class Files:
    """The files of all instances. `s3` gives the client, whose signatures are version 4."""

    def __init__(self, table: Table, s3: Callable[[], Any], bucket: str) -> None:
        self._table = table
        self._s3 = s3
        self._bucket = bucket

    def add(self, file: File, op: str) -> None:
        """Note that a file may come."""
        self._table.write([Put(_item_of(file, op), absent())], op)

    def get(self, account: str, instance_id: str, file_id: str) -> File | None:
        item = self._table.get(keys.file(account, instance_id, file_id)) if is_id("file", file_id) else None
        return _file_of(account, instance_id, item) if item else None

    def of_instance(self, account: str, instance_id: str) -> list[File]:
        """All of an instance's files, oldest first."""
        items = self._table.query(keys.file(account, instance_id, "")["pk"], _LISTED)
        return [_file_of(account, instance_id, item) for item in items]

    def uploaded(self, account: str, instance_id: str) -> set[str]:
        """The ids of an instance's files whose bytes are there (one request, strongly consistent)."""
        prefix = _object_name(account, instance_id, "")
        listed = self._s3().list_objects_v2(Bucket=self._bucket, Prefix=prefix)
        return {entry["Key"].removeprefix(prefix) for entry in listed.get("Contents", [])}

    def upload_link(self, file: File) -> Link:
        headers = {"Content-Type": file.content_type, "If-None-Match": "*"}
        signed = {"ContentType": file.content_type, "ContentLength": file.size, "IfNoneMatch": "*"}
        return Link("PUT", self._signed("put_object", file, UPLOAD_LINK_LASTS, signed), headers)

    def download_link(self, file: File) -> Link:
        """Downloads, and never shows in a browser: what somebody uploaded must not run as a page of the bucket's."""
        disposition = f"attachment; filename*=UTF-8''{quote(file.filename, safe='')}"  # RFC 6266, 4.3
        signed = {"ResponseContentDisposition": disposition, "ResponseContentType": file.content_type}
        return Link("GET", self._signed("get_object", file, DOWNLOAD_LINK_LASTS, signed), {})

    def remove_all(self, account: str, instance_id: str, op: str) -> int:
        """Remove an instance's files, bytes before records, so that what is left after a crash is found again.

        How many there were.
        """
        files = self.of_instance(account, instance_id)
        if not files:
            return 0
        effects.begin()
        names = [{"Key": _object_name(account, instance_id, file.id)} for file in files]
        answer = self._s3().delete_objects(Bucket=self._bucket, Delete={"Objects": names, "Quiet": True})
        if failed := answer.get("Errors"):
            raise FilesNotRemoved(f"S3 removed all but {len(failed)} of {len(files)}: {failed[0].get('Message')}")
        for start in range(0, len(files), _TRANSACTION):
            records = [Delete(keys.file(account, instance_id, file.id)) for file in files[start : start + _TRANSACTION]]
            self._table.write(records, f"{op}{start:03d}")
        return len(files)

    def _signed(self, operation: str, file: File, lasts: Millis, more: dict[str, Any]) -> str:
        named = {"Bucket": self._bucket, "Key": _object_name(file.account, file.instance_id, file.id)}
        url: str = self._s3().generate_presigned_url(operation, Params={**named, **more}, ExpiresIn=lasts // 1000)
        return url


class FilesNotRemoved(Exception):
    """Some objects are still there; removing all of them again is harmless."""


def _object_name(account: str, instance_id: str, file_id: str) -> str:
    return f"files/{account}/{instance_id}/{file_id}"


def _item_of(file: File, op: str) -> Item:
    return {
        **keys.file(file.account, file.instance_id, file.id),
        "op": op,
        "field": file.field,
        "filename": file.filename,
        "content_type": file.content_type,
        "size": file.size,
    }


def _file_of(account: str, instance_id: str, item: Item) -> File:
    return File(item["sk"], account, instance_id, item["field"], item["filename"], item["content_type"], item["size"])
