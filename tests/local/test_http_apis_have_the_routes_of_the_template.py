"""`interactor_local.emulator.http_api`: a template's routes work, and failures are told in AWS's words."""

from tests.local.conftest import Emulator


def test_a_route_with_a_parameter_is_served(corrected: Emulator) -> None:
    status, seen = corrected.get("/named/one")
    assert (status, seen["parameters"]) == (200, {"name": "one"})


def test_a_parameter_may_have_a_line_end(corrected: Emulator) -> None:
    status, seen = corrected.get("/below/one%0Atwo")
    assert (status, seen["parameters"]) == (200, {"path": "one\ntwo"})


def test_everything_else_goes_to_the_default_route(corrected: Emulator) -> None:
    assert corrected.get("/elsewhere")[0] == 200


def test_a_failure_of_a_function_says_nothing_of_its_cause(corrected: Emulator) -> None:
    assert corrected.get("/raise") == (500, {"message": "Internal Server Error"})


def test_the_release_has_no_routes(released: Emulator) -> None:
    assert released.get("/named/one")[0] == 404
