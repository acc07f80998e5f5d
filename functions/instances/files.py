"""Files for the forms of instances over HTTP (docs/files.md)."""

from interactor.api import envelope
from interactor.api.calls import Call
from interactor.api.models.base import NoParameters
from interactor.api.models.files import UploadFileBody
from interactor.api.representations.files import file_json, file_to_download, file_to_upload
from interactor.services.find_files import find_file, list_files
from interactor.services.parts import Parts
from interactor.services.upload_file import UploadFile, request_upload
from interactor.storage.idempotency import Answer

from .api import api


@api.operation("upload_file")
def upload(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    body = call.body(UploadFileBody)
    request = UploadFile(
        call.path_parameters["instance_id"], body.field, body.filename, body.content_type, body.size, body.thread_id
    )
    file, link = request_upload(parts, call.principal, request)
    return envelope.success(201, file_to_upload(file, link, parts.clock()))


@api.operation("list_files")
def list_(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    files = list_files(parts, call.principal, call.path_parameters["instance_id"])
    return envelope.success(200, {"files": [file_json(file, uploaded) for file, uploaded in files]})


@api.operation("get_file")
def get(parts: Parts, call: Call) -> Answer:
    call.query(NoParameters)
    path = call.path_parameters
    file, uploaded = find_file(parts, call.principal, path["instance_id"], path["file_id"])
    link = parts.files.download_link(file) if uploaded else None
    return envelope.success(200, file_to_download(file, link, parts.clock()))
