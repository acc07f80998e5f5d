"""Who can log in to a local stack: three people and two service accounts, in two accounts.

A principal is a user or an app client of the user pool, and an item of the table that says what it may do; the trigger
`functions/token_claims` reads that item. On AWS an operator creates both, as docs/deploy.md shows.
"""

from dataclasses import dataclass
from typing import Any

_SCOPES = ("workflows:read", "workflows:write", "workflows:execute", "webhooks:manage")


@dataclass(frozen=True, slots=True)
class Principal:
    """`namespaces` is `("*",)` for a service account, which owns all of its account's. Everybody has every scope."""

    name: str
    account: str
    namespaces: tuple[str, ...]


_USERS = (
    Principal("acme_user", "acme", ("user_1", "org_acme")),
    Principal("acme_peer", "acme", ("user_2",)),
    Principal("globex_user", "globex", ("user_3",)),
)
_SERVICES = (
    Principal("acme_service", "acme", ("*",)),
    Principal("globex_service", "globex", ("*",)),
)


@dataclass(frozen=True, slots=True)
class Seeder:
    """Creates the principals through boto3 clients; what exists already stays as it is."""

    cognito: Any
    dynamodb: Any
    pool: str
    table: str

    def seed(self) -> dict[str, dict[str, Any]]:
        """Create all. Returns what each needs to log in, by name, as `stack.json` has it."""
        users = {principal.name: self._user(principal) for principal in _USERS}
        return {**users, **self._services()}

    def _user(self, principal: Principal) -> dict[str, Any]:
        # Not a secret: the stack answers on the loopback interface alone, and everyone with this code knows it.
        password = f"{principal.name}-Passw0rd"
        try:
            user = self.cognito.admin_get_user(UserPoolId=self.pool, Username=principal.name)
        except self.cognito.exceptions.UserNotFoundException:
            created = self.cognito.admin_create_user(
                UserPoolId=self.pool, Username=principal.name, MessageAction="SUPPRESS"
            )
            user = {"UserAttributes": created["User"]["Attributes"]}
            self.cognito.admin_set_user_password(
                UserPoolId=self.pool, Username=principal.name, Password=password, Permanent=True
            )
        subject = next(item["Value"] for item in user["UserAttributes"] if item["Name"] == "sub")
        self._grant(subject, principal)
        return {"username": principal.name, "password": password, "namespaces": list(principal.namespaces)}

    def _services(self) -> dict[str, dict[str, Any]]:
        listed = self.cognito.list_user_pool_clients(UserPoolId=self.pool, MaxResults=60)["UserPoolClients"]
        existing = {client["ClientName"]: client["ClientId"] for client in listed}
        seeded = {}
        for principal in _SERVICES:
            client = self._service(principal, existing.get(principal.name))
            self._grant(client["ClientId"], principal)
            seeded[principal.name] = {"client_id": client["ClientId"], "client_secret": client["ClientSecret"]}
        return seeded

    def _service(self, principal: Principal, client_id: str | None) -> dict[str, Any]:
        if client_id is None:
            answer = self.cognito.create_user_pool_client(
                UserPoolId=self.pool,
                ClientName=principal.name,
                GenerateSecret=True,
                AllowedOAuthFlowsUserPoolClient=True,
                AllowedOAuthFlows=["client_credentials"],
                AllowedOAuthScopes=[f"interactor/{scope}" for scope in _SCOPES],
                AccessTokenValidity=1,
                TokenValidityUnits={"AccessToken": "hours"},
            )
        else:
            answer = self.cognito.describe_user_pool_client(UserPoolId=self.pool, ClientId=client_id)
        client: dict[str, Any] = answer["UserPoolClient"]
        return client

    def _grant(self, subject: str, principal: Principal) -> None:
        self.dynamodb.put_item(
            TableName=self.table,
            Item={
                "pk": {"S": f"PRINCIPAL#{subject}"},
                "sk": {"S": "PRINCIPAL"},
                "account": {"S": principal.account},
                "namespaces": {"L": [{"S": namespace} for namespace in principal.namespaces]},
                "scopes": {"L": [{"S": scope} for scope in _SCOPES]},
                "name": {"S": principal.name},
            },
        )
