"""What a token of ours says: the answer to Cognito's pre-token-generation trigger, versions 2 and 3.

Owns the translation between Cognito's scopes and ours. Cognito knows a scope as `interactor/workflows:read`, by the
resource server it belongs to; a token carries the plain name, `workflows:read`, and the rest of the product knows no
other. Source: https://docs.aws.amazon.com/cognito/latest/developerguide/user-pool-lambda-pre-token-generation.html
"""

from interactor.auth.principals import Principal
from interactor.json_text import Json

RESOURCE_SERVER = "interactor/"
"""The identifier of the resource server in the user pool, as it stands before a scope's name."""

REQUESTED_SCOPE = "scope"
"""The key of the client metadata in which a refresh says to which scopes its token is to be narrowed."""

_SIGN_IN_SCOPE = "aws.cognito.signin.user.admin"


def subject_of(event: Json) -> str:
    """Whom the token is for: the `sub` that Cognito writes into it, which is the client's id where there is no user."""
    if event["triggerSource"] == "TokenGeneration_ClientCredentials":
        client_id: str = event["callerContext"]["clientId"]
        return client_id
    sub: str = event["request"]["userAttributes"]["sub"]
    return sub


def access_token_of(event: Json, principal: Principal) -> Json:
    """The changes to the access token, as the event's `response`.

    The audience is the app client's own id because Cognito lets a trigger add no other. Cognito's own scopes go, so
    that our tokens open nothing at Cognito itself.
    """
    return {
        "claimsAndScopeOverrideDetails": {
            "accessTokenGeneration": {
                "claimsToAddOrOverride": {
                    "aud": event["callerContext"]["clientId"],
                    "account": principal.account,
                    "namespaces": sorted(principal.namespaces),
                },
                "scopesToAdd": sorted(principal.scopes & _requested(event["request"], principal.scopes)),
                "scopesToSuppress": event["request"]["scopes"],
            }
        }
    }


def _requested(request: Json, everything: frozenset[str]) -> frozenset[str]:
    # An API sign-in cannot ask for scopes: it always has Cognito's own one, and gets all that the principal has.
    scopes = frozenset(scope.removeprefix(RESOURCE_SERVER) for scope in request["scopes"])
    if _SIGN_IN_SCOPE in request["scopes"]:
        scopes = everything
    narrowed = (request.get("clientMetadata") or {}).get(REQUESTED_SCOPE)
    return scopes if narrowed is None else scopes & frozenset(narrowed.split(" "))
