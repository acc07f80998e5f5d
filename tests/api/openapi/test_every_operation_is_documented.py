"""The document has the route table's operations and the two for tokens, and of each what the table says."""

import pytest

from interactor.api.routes.route import Route
from interactor.api.routes.table import ROUTES
from interactor.auth.principals import SCOPES
from tests.api.openapi.documented import DOCUMENT, OPERATIONS, responses

each_route = pytest.mark.parametrize("route", ROUTES, ids=lambda route: route.operation)


def test_all_of_them_and_no_others() -> None:
    documented = {
        (operation["operationId"], method.upper(), path)
        for path, operations in DOCUMENT["paths"].items()
        for method, operation in operations.items()
    }
    ours = {(route.operation, route.method, route.path) for route in ROUTES}
    assert documented == ours | {("login", "POST", "/auth/login"), ("token", "POST", "/oauth/token")}


@each_route
def test_its_scope(route: Route) -> None:
    assert OPERATIONS[route.operation]["security"] == ([{"token": [route.scope]}] if route.scope else [])
    assert route.scope is None or route.scope in SCOPES


@each_route
def test_its_headers(route: Route) -> None:
    referred = {parameter.get("$ref", "").rpartition("/")[2] for parameter in OPERATIONS[route.operation]["parameters"]}
    running = {"IdempotencyKey", "Prefer", "TraceParent"} if route.idempotent else set()
    assert referred - {""} == {"RequestId"} | running
    assert ("Idempotent-Replayed" in responses(route.operation)[route.status]["headers"]) == route.idempotent


@each_route
def test_its_parameters(route: Route) -> None:
    parameters = [given for given in OPERATIONS[route.operation]["parameters"] if "in" in given]
    in_path = {given["name"] for given in parameters if given["in"] == "path"}
    in_query = {given["name"] for given in parameters if given["in"] == "query"}
    assert {f"{{{name}}}" for name in in_path} == {part for part in route.path.split("/") if part.startswith("{")}
    assert in_query == route.query.model_fields.keys()
    assert all(given["description"] for given in parameters)


@each_route
def test_its_body(route: Route) -> None:
    assert ("requestBody" in OPERATIONS[route.operation]) == (route.body is not None)


@each_route
def test_a_success_and_the_errors_of_the_table(route: Route) -> None:
    documented = responses(route.operation)
    assert [status for status in documented if status < 400] == [route.status]
    assert {error.status for error in route.errors} <= documented.keys()
