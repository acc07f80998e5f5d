"""Cognito as the identity provider behind our token endpoints.

Owns which Cognito call serves which grant, and what each of its refusals means to a client. The calls need no IAM
permission: they are authorised by the credentials they carry. None of those, and no token, is ever logged.
"""

import logging
from collections.abc import Callable, Mapping
from typing import Any, NoReturn, Protocol

from botocore.exceptions import BotoCoreError, ClientError

from interactor import json_text
from interactor.auth import oauth_errors as errors
from interactor.auth.claims import REQUESTED_SCOPE, RESOURCE_SERVER
from interactor.auth.issuer import IssuerUnavailable
from interactor.auth.oauth import IssuedTokens
from interactor.auth.principals import UNKNOWN_PRINCIPAL
from interactor.json_text import Json

_THROTTLED = frozenset({"TooManyRequestsException", "LimitExceededException", "ThrottlingException"})
_BAD_CREDENTIALS = frozenset(
    {
        "NotAuthorizedException",
        "UserNotFoundException",
        "UserNotConfirmedException",
        "PasswordResetRequiredException",
        "InvalidParameterException",  # a user name or refresh token that cannot be one
        "RefreshTokenReuseException",
    }
)

_logger = logging.getLogger(__name__)


class UserPools(Protocol):
    """The two calls of botocore's `cognito-idp` client that are used."""

    def initiate_auth(self, **arguments: Any) -> Any: ...

    def get_tokens_from_refresh_token(self, **arguments: Any) -> Any: ...


class Cognito:
    """Implements `oauth.IdentityProvider`. `post_form` is `issuer.post_form` in production."""

    def __init__(
        self,
        user_pools: UserPools,
        token_endpoint: str,
        post_form: Callable[[str, Mapping[str, str]], tuple[int, bytes]],
    ) -> None:
        self._user_pools = user_pools
        self._token_endpoint = token_endpoint
        self._post_form = post_form

    def sign_in(self, client_id: str, username: str, password: str) -> IssuedTokens:
        """Raises `WrongLogin`, `SignInIncomplete` and the errors of `_call`."""
        answer = _call(
            self._user_pools.initiate_auth,
            errors.WrongLogin(),
            AuthFlow="USER_PASSWORD_AUTH",
            ClientId=client_id,
            AuthParameters={"USERNAME": username, "PASSWORD": password},
        )
        if "ChallengeName" in answer:
            raise errors.SignInIncomplete
        return _tokens(answer)

    def refresh(self, client_id: str, refresh_token: str, scopes: frozenset[str] | None) -> IssuedTokens:
        """New tokens for a refresh token; `scopes` reach the trigger, which narrows the access token to them.

        GetTokensFromRefreshToken, not InitiateAuth: only it hands client metadata to the trigger, and only it works
        with refresh token rotation. Raises `WrongRefreshToken` and the errors of `_call`.
        """
        metadata = {} if scopes is None else {REQUESTED_SCOPE: " ".join(sorted(scopes))}
        answer = _call(
            self._user_pools.get_tokens_from_refresh_token,
            errors.WrongRefreshToken(),
            ClientId=client_id,
            RefreshToken=refresh_token,
            ClientMetadata=metadata,
        )
        return _tokens(answer)

    def client_token(self, client_id: str, client_secret: str, scopes: frozenset[str] | None) -> IssuedTokens:
        """A token for a service account. Raises what `_raise_refusal` does, `Throttled` and `Unavailable`."""
        form = {"grant_type": "client_credentials", "client_id": client_id, "client_secret": client_secret}
        if scopes is not None:
            form["scope"] = " ".join(RESOURCE_SERVER + scope for scope in sorted(scopes))
        try:
            status, body = self._post_form(self._token_endpoint, form)
            if status == 429:
                raise errors.Throttled
            answer = json_text.parse(body)
        except (IssuerUnavailable, json_text.InvalidJson) as error:
            _logger.error("Cognito's token endpoint is unavailable: %s", type(error).__name__)
            raise errors.Unavailable from error
        if status != 200:
            _raise_refusal(status, answer, narrowed=scopes is not None)
        return IssuedTokens(answer["access_token"], answer["expires_in"], None)


def _call(operation: Callable[..., Any], refusal: errors.OAuthError, **arguments: Any) -> Any:
    """Call Cognito. Raises `refusal` for bad credentials, else `InvalidClient`, `Throttled` or `Unavailable`."""
    try:
        return operation(**arguments)
    except ClientError as error:
        code = error.response["Error"]["Code"]
        if code in _BAD_CREDENTIALS or _is_unknown_principal(code, error.response["Error"].get("Message", "")):
            _logger.info("Cognito refused the credentials: %s", code)
            raise refusal from None
        if code == "ResourceNotFoundException":
            _logger.warning("Cognito does not know the app client")
            raise errors.InvalidClient from None
        if code in _THROTTLED:
            raise errors.Throttled from error
        _logger.error("Cognito failed: %s", code)
        raise errors.Unavailable from error
    except BotoCoreError as error:
        _logger.error("Cognito is unavailable: %s", type(error).__name__)
        raise errors.Unavailable from error


def _tokens(answer: Any) -> IssuedTokens:
    result = answer["AuthenticationResult"]
    return IssuedTokens(result["AccessToken"], result["ExpiresIn"], result.get("RefreshToken"))


def _is_unknown_principal(code: str, message: str) -> bool:
    # Cognito wraps what the trigger raises: 'PreTokenGeneration failed with error <text>.' Any other text is our fault.
    return code == "UserLambdaValidationException" and UNKNOWN_PRINCIPAL in message


def _raise_refusal(status: int, answer: Json, *, narrowed: bool) -> NoReturn:
    """Raise what a refusal of Cognito's token endpoint means.

    https://docs.aws.amazon.com/cognito/latest/developerguide/token-endpoint.html; `invalid_grant` is its word for
    scopes, or a grant, that are not enabled on the app client.
    """
    error = answer.get("error") if isinstance(answer, dict) else None
    if error == "invalid_client" or UNKNOWN_PRINCIPAL in str(answer):
        raise errors.InvalidClient
    if error == "invalid_scope" or (error == "invalid_grant" and narrowed):
        raise errors.InvalidScope
    if error in ("invalid_grant", "unauthorized_client"):
        raise errors.UnauthorizedClient
    _logger.error("Cognito's token endpoint answered status %d", status)
    raise errors.Unavailable
