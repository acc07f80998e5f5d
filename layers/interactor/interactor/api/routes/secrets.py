"""Secrets: values that workflows use and nobody sees."""

from interactor import errors
from interactor.api.models.base import Page
from interactor.api.models.secrets import PutSecretBody
from interactor.api.routes.route import WRITE, Route

ROUTES: tuple[Route, ...] = (
    Route("list_secrets", "GET", "/secrets", WRITE, 200, "List secrets by name", "Secrets", query=Page),
    Route(
        "put_secret",
        "PUT",
        "/secrets/{secret_name}",
        WRITE,
        200,
        "Create a secret or replace its value",
        "Secret",
        body=PutSecretBody,
        errors=(errors.SecretLimitReached,),
    ),
    Route(
        "delete_secret", "DELETE", "/secrets/{secret_name}", WRITE, 204, "Delete a secret", "",
        errors=(errors.SecretNotFound,),
    ),
)  # fmt: skip
