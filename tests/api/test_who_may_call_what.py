"""Every route asks for a token, for its scope, and for something of the caller's own."""

import pytest

from interactor.api.routes.route import Route
from interactor.auth.principals import SCOPES
from interactor.ids import moment_of, with_tail_of
from tests.api.matrix import PROTECTED, Place, name_of, owner_of
from tests.fakes import principal

ABOUT_ONE_THING = [route for route in PROTECTED if "{" in route.path and route.method != "PUT"]
"""What a PUT names need not be there: it is put into the caller's own account."""
NOT_FOUND = {
    "workflow_not_found", "instance_not_found", "trigger_not_found", "subscription_not_found", "delivery_not_found",
    "secret_not_found",
}  # fmt: skip
ABOUT_AN_INSTANCE = [route for route in PROTECTED if "{instance_id}" in route.path]


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
def test_the_owner_may(place: Place, route: Route) -> None:
    assert place.call(route).status == route.status


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
@pytest.mark.parametrize("caller", [None, "nobody", ""])
def test_without_a_good_token_nobody_may(place: Place, route: Route, caller: str | None) -> None:
    answer = place.call(route, as_=caller)
    assert (answer.status, answer.error["code"], answer.error["details"]) == (401, "unauthorized", None)
    assert answer.headers["WWW-Authenticate"].startswith("Bearer")


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
def test_without_the_scope_the_owner_may_not(place: Place, route: Route) -> None:
    scopes = SCOPES - {route.scope or ""}
    owner, namespace = owner_of(route)
    place.world.principals[owner] = principal(owner, "acme", namespace, scopes=scopes)
    answer = place.call(route)
    assert (answer.status, answer.error["code"]) == (403, "forbidden")
    assert answer.error["details"] == {"required_scope": route.scope}


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
def test_the_scope_alone_is_enough(place: Place, route: Route) -> None:
    owner, namespace = owner_of(route)
    place.world.principals[owner] = principal(owner, "acme", namespace, scopes=frozenset({route.scope or ""}))
    assert place.call(route).status == route.status


@pytest.mark.parametrize("route", ABOUT_ONE_THING, ids=name_of)
def test_of_another_account_nothing_can_be_seen(place: Place, route: Route) -> None:
    body = '{"namespace": "user_9"}' if route.operation == "create_instance" else None
    answer = place.call(route, as_="stranger", raw=body)
    assert answer.status == 404
    assert answer.error["code"] in NOT_FOUND


@pytest.mark.parametrize("route", ABOUT_AN_INSTANCE, ids=name_of)
@pytest.mark.parametrize("headers", [{}, {"Idempotency-Key": "k"}], ids=["", "key"])
def test_an_id_that_differs_in_its_time_alone_names_nothing(
    place: Place, route: Route, headers: dict[str, str]
) -> None:
    """The table's key has the rest of the id only (`storage/keys.py`)."""
    before = place.world.instance(place.names["instance_id"])
    other = with_tail_of(before["id"], "inst", moment_of(before["id"]) + 1)
    answer = place.call(route, path=route.path.format(**{**place.names, "instance_id": other}), headers=headers)
    assert (answer.status, answer.error["code"]) == (404, "instance_not_found")
    assert place.world.instance(before["id"]) == before


@pytest.mark.parametrize("route", ABOUT_AN_INSTANCE, ids=name_of)
def test_of_another_namespace_nothing_can_be_seen(place: Place, route: Route) -> None:
    answer = place.call(route, as_="peer")
    assert (answer.status, answer.error["code"]) == (404, "instance_not_found")


@pytest.mark.parametrize("route", ABOUT_AN_INSTANCE, ids=name_of)
def test_a_service_account_may(place: Place, route: Route) -> None:
    assert place.call(route, as_="service").status == route.status


@pytest.mark.parametrize("route", PROTECTED, ids=name_of)
def test_who_may_not_is_told_so_before_the_body_is_read(place: Place, route: Route) -> None:
    assert place.call(route, as_=None, raw="{", query="x=1").status == 401
