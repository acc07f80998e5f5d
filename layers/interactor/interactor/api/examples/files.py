"""Examples of requests and answers about files."""

from interactor.api.examples.base import NOON, Examples
from interactor.json_text import Json

_FILE: Json = {
    "file_id": "file_01KFDMDAG0D3M1F7ZQ8P2V6X9K",
    "field": "invoice",
    "filename": "invoice-4711.pdf",
    "content_type": "application/pdf",
    "size": 48213,
    "status": "uploaded",
    "created_at": NOON,
}
_LINK = "https://interactor-documents.s3.us-east-1.amazonaws.com/files/acme/inst_01KFDMDAG0KPSK7P2NQ2EP33R5/…"

REQUESTS: Examples = {
    "upload_file": {
        "invoice": {name: _FILE[name] for name in ("field", "filename", "content_type", "size")},
    },
}

ANSWERS: Examples = {
    "upload_file": {
        "invoice": {
            **_FILE,
            "status": "pending",
            "upload": {
                "url": f"{_LINK}?X-Amz-Signature=…",
                "method": "PUT",
                "headers": {"Content-Type": "application/pdf", "If-None-Match": "*"},
                "expires_at": "2026-01-20T13:00:00.000Z",
            },
        }
    },
    "list_files": {"files": {"files": [_FILE]}},
    "get_file": {
        "uploaded": {
            **_FILE,
            "download": {
                "url": f"{_LINK}?X-Amz-Signature=…",
                "method": "GET",
                "expires_at": "2026-01-20T12:05:00.000Z",
            },
        }
    },
}
