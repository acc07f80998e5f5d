"""JSON documents as one compressed binary attribute, and as an S3 object where they outgrow an item.

DynamoDB's own maps would change what users own: numbers lose digits, nesting ends at 32 levels, and names are paid for
in every item. Text of a few hundred bytes compresses well only against a dictionary of the words that recur, so there
is one; its number is the document's first byte, and a dictionary once used is never changed, only followed by the next.
"""

import json
import zlib
from collections.abc import Iterable
from typing import Any

from interactor.json_text import Json, dump
from interactor.storage import effects
from interactor.storage.table import Item, Put, Write

INLINE_LIMIT = 350_000
"""Bytes kept in the item; an item holds 409,600 with its keys (DynamoDB quotas)."""

_FORMAT = 1
_DICTIONARY = (
    b'"failure":{"code":"script_error","message":"http_error","multiline":true,"placeholder":"description":"","options":['
    b'"retry_at":"tries":"on_enter":true,"ended_at":,"error":{"code":"attempt":1,"status":200,"headers":{"content-type":'
    b'"application/json"},"body":{"removed":{"updated":{"from":"to":"logs":["name":"email":"comment":"","title":"'
    b'{"data":{"request_id":"req_","amount":1000,"requester":"","status":"pending","submitted_at":"2026-01-01T00:00:00.000Z"'
    b',"approved":true,"rejected":false},"threads":[{"id":"thread_main","state":"await_approval","visit":2,"status":"halted"'
    b',"input":{"id":"","amount":,"steps":1,"answer":{"halt_id":"halt_2","fingerprint":"}}],"visits":2,"first":0,"fresh":4'
    b',"events":[{"type":"lifecycle","subtype":"created","at":1790000000000,"thread":"thread_main","initial_state":"request"'
    b',"input":{},"by":"user_"},{"type":"step","subtype":"script","at":17900000,"thread":"thread_main","state":"request"'
    b',"duration_ms":1},{"type":"transition","subtype":"state_change","at":17900000,"thread":"thread_main","from_state":"'
    b'request","to_state":"await_approval","trigger":"automatic","changes":{"added":{"request_id":"req_1"}}},{"type":"halt"'
    b',"subtype":"halted","at":17900000,"thread":"thread_main","state":"await_approval","halt_id":"halt_2"},{"type":"halt"'
    b',"subtype":"resumed","at":17900000,"thread":"thread_main","state":"await_approval","halt_id":"halt_2","input":{'
    b'"approved":true,"comment":""},"by":"user_"},{"type":"transition","subtype":"state_change","at":17900000,"thread":'
    b'"thread_main","from_state":"await_approval","to_state":"approved","trigger":"resume","changes":{"added":{"approved":'
    b'true}}},{"type":"lifecycle","subtype":"completed","at":17900000,"thread":"thread_main","state":"approved"}]}'
)


def pack(document: Json) -> bytes:
    """The document as bytes; `unpack` gives back an equal one, to the last digit."""
    compressor = zlib.compressobj(6, zlib.DEFLATED, -15, 9, zlib.Z_DEFAULT_STRATEGY, _DICTIONARY)
    return bytes([_FORMAT]) + compressor.compress(dump(document).encode("ascii")) + compressor.flush()


def unpack(packed: bytes) -> Json:
    if packed[0] != _FORMAT:
        raise ValueError(f"document format {packed[0]} is not known")
    return json.loads(zlib.decompressobj(-15, _DICTIONARY).decompress(packed[1:]))  # our own text: already judged


class Documents:
    """Puts a packed document into an item's attributes, or into the bucket with a pointer in the item."""

    def __init__(self, s3: Any, bucket: str) -> None:
        self._s3 = s3
        self._bucket = bucket

    def place(self, packed: bytes, object_name: str) -> Item:
        """The attributes that hold the document. An object is written before the item that points to it."""
        if len(packed) <= INLINE_LIMIT:
            return {"document": packed}
        effects.begin()
        self._s3().put_object(Bucket=self._bucket, Key=object_name, Body=packed)
        return {"document_at": object_name}

    def read(self, item: Item) -> Json:
        """The document of an item. Raises DocumentGone when a later commit has already replaced and discarded it."""
        if "document" in item:
            return unpack(item["document"])
        s3 = self._s3()
        try:
            return unpack(s3.get_object(Bucket=self._bucket, Key=item["document_at"])["Body"].read())
        except s3.exceptions.NoSuchKey as error:
            raise DocumentGone(item["document_at"]) from error

    def discard_of(self, writes: Iterable[Write]) -> None:
        """Discard the objects of writes that were refused, and to which nothing will ever point."""
        for write in writes:
            if isinstance(write, Put) and "document_at" in write.item:
                self.discard(write.item["document_at"])

    def discard(self, object_name: str) -> None:
        self._s3().delete_object(Bucket=self._bucket, Key=object_name)


class DocumentGone(Exception):
    """The item was read just before it was replaced: read it again."""
