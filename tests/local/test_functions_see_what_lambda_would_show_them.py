"""`interactor_local.emulator.functions`: what a function can import and read, and what ends its process."""

from concurrent.futures import ThreadPoolExecutor

import pytest

from tests.local.conftest import Emulator


def test_its_layer_is_there(corrected: Emulator) -> None:
    _, seen = corrected.get("/")
    assert (seen["in_layer"], seen["from_layer"]) == ("hello", True)


def test_nothing_of_the_emulator_is_there(corrected: Emulator) -> None:
    _, seen = corrected.get("/")
    assert not seen["from_emulator"]
    assert not {"PYTHONPATH", "STATE_DIR", "PERSIST_STATE"} & set(seen["environment"])


def test_a_handler_that_raises_keeps_its_process(corrected: Emulator) -> None:
    before = corrected.get("/")[1]["process"]
    assert corrected.get("/raise")[0] == 500
    assert corrected.get("/")[1]["process"] == before


@pytest.mark.parametrize("path", ["/exit", "/hang"])
def test_a_process_that_ends_or_hangs_is_replaced(corrected: Emulator, path: str) -> None:
    before = corrected.get("/")[1]["process"]
    assert corrected.get(path)[0] == 500
    assert corrected.get("/")[1]["process"] != before


def test_no_more_than_eight_processes_run_at_once(corrected: Emulator) -> None:
    with ThreadPoolExecutor(24) as clients:
        answers = list(clients.map(lambda _: corrected.get("/wait"), range(24)))
    assert {status for status, _ in answers} == {200}
    assert len({seen["process"] for _, seen in answers}) <= 8


def test_what_it_prints_is_in_the_log_when_its_answer_is_here(corrected: Emulator) -> None:
    corrected.get("/printed")
    assert "seen /printed\n" in (corrected.home / "functions.log").read_text()


def test_the_release_shows_a_function_the_emulator(released: Emulator) -> None:
    name = next(name for name in _functions(released) if "Probe" in name)
    event = b'{"rawPath": "/", "pathParameters": null}'
    answer = released.aws("lambda").invoke(FunctionName=name, Payload=event)["Payload"].read().decode()
    assert '\\"from_emulator\\": true' in answer
    assert '\\"in_layer\\": null' in answer


def _functions(emulator: Emulator) -> list[str]:
    return [function["FunctionName"] for function in emulator.aws("lambda").list_functions()["Functions"]]
