"""Files: links to upload and download what people are asked for."""

from interactor import errors
from interactor.api.models.files import UploadFileBody
from interactor.api.routes.route import EXECUTE, READ, Route

ROUTES: tuple[Route, ...] = (
    Route(
        "upload_file",
        "POST",
        "/workflows/instances/{instance_id}/files",
        EXECUTE,
        201,
        "Get a link to upload a file for the open form",
        "FileToUpload",
        body=UploadFileBody,
        errors=(
            errors.InstanceNotFound,
            errors.ThreadNotFound,
            errors.InstanceNotHalted,
            errors.InvalidInput,
            errors.FileLimitReached,
        ),
    ),
    Route(
        "list_files",
        "GET",
        "/workflows/instances/{instance_id}/files",
        READ,
        200,
        "List an instance's files",
        "Files",
        errors=(errors.InstanceNotFound,),
    ),
    Route(
        "get_file",
        "GET",
        "/workflows/instances/{instance_id}/files/{file_id}",
        READ,
        200,
        "Get a file with a link to download it",
        "FileToDownload",
        errors=(errors.InstanceNotFound, errors.FileNotFound),
    ),
)
