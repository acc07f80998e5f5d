"""A namespace has at most so many running and halted instances, whatever dies, ends, races or is repeated."""

import itertools
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from contextlib import suppress
from typing import Any

import pytest

from interactor.errors import NamespaceQuotaExceeded
from interactor.limits import quota
from interactor.settings import Settings
from tests.answered import Answered
from tests.aws import Send
from tests.definitions import APPROVED, end, halt, http, script, workflow
from tests.fakes import at_once
from tests.world import World

ASK = workflow(ask=halt(("done", APPROVED), "fail"), fail=script("throw new Error('no')", "done"), done=end())
CALL = workflow("call", call=http("done"), done=end())
LATER = {"Prefer": "respond-async"}


class Died(BaseException):
    """The worker is gone."""


def active(world: World, namespace: str = "user_1") -> int:
    pages = [world.get("/workflows/instances", query=f"namespace={namespace}&status={status}&limit=200", as_="service")
             for status in ("running", "halted")]  # fmt: skip
    return sum(len(page.data["instances"]) for page in pages)


def fill(world: World, count: int) -> list[str]:
    return [world.start("flow").data["id"] for _ in range(count)]


def is_full(answer: Answered) -> bool:
    assert answer.status in (201, 429), answer.text
    return answer.status == 429 and answer.error["code"] == "namespace_quota_exceeded"


@pytest.fixture
def flow(world: World) -> World:
    world.publish(ASK)
    world.publish(CALL)
    world.limit_instances(3)
    return world


def test_the_default_is_that_of_the_reference() -> None:
    assert Settings.from_environment({}).max_active_instances == Settings().max_active_instances == 10_000


@pytest.mark.parametrize("limit", [1, 3, 50, 51, 120])
def test_the_last_place_is_given_and_no_more(flow: World, limit: int) -> None:
    flow.limit_instances(limit)
    fill(flow, limit)
    assert is_full(flow.start("flow"))
    assert active(flow) == limit


def test_a_refusal_names_the_namespace_and_the_limit(flow: World) -> None:
    fill(flow, 3)
    refused = flow.start("flow")
    assert refused.error["message"] == "Namespace 'user_1' has 3 active instances, the most there may be"
    assert refused.error["details"] == {"namespace": "user_1", "limit": 3}
    assert refused.headers["Retry-After"] == "60"


def test_namespaces_do_not_count_against_each_other(flow: World) -> None:
    fill(flow, 3)
    assert flow.start("flow", namespace="org_acme").status == 201
    flow.publish(ASK, as_="stranger")
    assert flow.start("flow", as_="stranger").status == 201


ENDS: dict[str, Callable[[World, str], Any]] = {
    "completed": lambda world, id_: world.resume(id_, {"approved": True}),
    "failed": lambda world, id_: world.resume(id_, {}),
    "cancelled": lambda world, id_: world.post(f"/workflows/instances/{id_}/cancel"),
}


@pytest.mark.parametrize("end", ENDS)
def test_an_instance_that_has_ended_frees_its_place_at_once(flow: World, end: str) -> None:
    for _ in range(3):
        ids = fill(flow, 3 - active(flow))
        assert is_full(flow.start("flow"))
        ENDS[end](flow, ids[0])
        assert flow.instance(ids[0])["status"] == end
        fill(flow, 1)
        assert is_full(flow.start("flow"))
        ENDS[end](flow, ids[-1] if len(ids) > 1 else newest(flow))


def newest(world: World) -> str:
    return str(world.get("/workflows/instances", query="status=halted").data["instances"][0]["id"])


def test_one_that_ends_in_the_call_that_starts_it_holds_none(flow: World) -> None:
    assert {flow.start("call").status for _ in range(10)} == {201}
    fill(flow, 3)


def test_one_that_ends_by_re_invocation_frees_its_place(flow: World) -> None:
    for _ in range(3):
        flow.start("call", headers=LATER)
    assert is_full(flow.start("flow"))
    flow.settle(deliver=2)
    fill(flow, 3)
    assert is_full(flow.start("flow"))


def test_a_repeated_request_takes_no_second_place_and_is_answered_when_all_are_taken(flow: World) -> None:
    first = flow.start("flow", headers={"Idempotency-Key": "k"})
    for _ in range(5):
        assert flow.start("flow", headers={"Idempotency-Key": "k"}).text == first.text
    fill(flow, 2)
    assert flow.start("flow", headers={"Idempotency-Key": "k"}).text == first.text
    assert is_full(flow.start("flow"))


@pytest.mark.parametrize(("name", "code"), [("none", "workflow_not_found"), ("draft", "workflow_not_published")])
def test_a_request_that_starts_nothing_holds_no_place(flow: World, name: str, code: str) -> None:
    flow.post("/workflows", workflow("draft", a=end()))
    for _ in range(5):
        assert flow.start(name).error["code"] == code
    fill(flow, 3)
    assert flow.start(name).error["code"] == code


@pytest.mark.parametrize("lost", [True, False])
def test_a_worker_that_dies_before_its_instance_exists_holds_a_place_for_two_minutes(flow: World, lost: bool) -> None:
    def dies(operation: str, send: Send) -> Any:
        if operation == "put_item":
            raise Died
        return send()

    for _ in range(3):
        flow.aws.interruption = dies
        with pytest.raises(Died):
            flow.start("flow")
        flow.aws.interruption = lambda operation, send: send()
    flow.clock.pass_by(quota.CREATION - 1_000)
    assert is_full(flow.start("flow")), "its worker may still be about to create it"
    flow.clock.pass_by(1_000)
    fill(flow, 3)
    assert is_full(flow.start("flow"))


def test_wherever_a_worker_dies_no_place_is_lost_and_none_is_given_twice(flow: World) -> None:
    for place in itertools.count():
        struck = False
        counter = itertools.count()

        def dies(operation: str, send: Send, place: int = place, counter: Any = counter) -> Any:
            nonlocal struck
            if next(counter) == place:
                struck = True
                if place % 2:
                    send()
                raise Died
            return send()

        for action in (lambda: flow.start("flow"), lambda: ENDS["cancelled"](flow, newest(flow))):
            flow.aws.interruption = dies
            try:
                action()
            except (Died, AssertionError, IndexError):
                pass
            finally:
                flow.aws.interruption = lambda operation, send: send()
        flow.settle()
        flow.clock.pass_by(quota.CREATION)
        while not is_full(flow.start("flow")):
            assert active(flow) <= 3
        assert active(flow) == 3
        ENDS["cancelled"](flow, newest(flow))
        if not struck:
            assert place > 3
            return


def test_a_request_whose_answer_is_lost_and_that_is_sent_again_takes_one_place(flow: World) -> None:
    def twice(operation: str, send: Send) -> Any:
        send()
        return send()

    flow.aws.interruption = lambda operation, send: twice(operation, send) if operation == "update_item" else send()
    fill(flow, 3)
    assert is_full(flow.start("flow"))
    assert active(flow) == 3


def test_from_eight_threads_exactly_as_many_start_as_there_are_places(flow: World) -> None:
    beside = ThreadPoolExecutor(4)
    for limit in (7, 60):
        namespace = f"team_{limit}"
        flow.limit_instances(limit)
        workers = [flow.parts.quota, quota.NamespaceQuota(flow.parts.quota._places, flow.parts.instances, limit,
                                                          beside.submit, flow.clock, flow.parts.ids)]  # fmt: skip

        def start(number: int, workers: Any = workers, namespace: str = namespace) -> bool:
            with workers[number % 2].place("acme", namespace) as place, suppress(NamespaceQuotaExceeded):
                place.keep()
            return bool(place.kept)

        with ThreadPoolExecutor(8) as pool:
            assert sum(pool.map(start, range(limit + 20))) == limit


def test_ends_and_starts_that_race_keep_to_the_limit(flow: World) -> None:
    ids = fill(flow, 3)

    def one(number: int) -> None:
        if number % 3 == 0 and number // 3 < len(ids):
            ENDS["cancelled"](flow, ids[number // 3])
        else:
            flow.start("flow")

    with ThreadPoolExecutor(4) as pool:
        list(pool.map(one, range(24)))
    assert active(flow) <= 3
    while not is_full(flow.start("flow")):
        pass
    assert active(flow) == 3


class TestInANamespaceOfManyCells:
    """Where more cells than are tried one by one have to be searched."""

    LIMIT = 12

    @pytest.fixture
    def wide(self, flow: World, monkeypatch: pytest.MonkeyPatch) -> World:
        monkeypatch.setattr(quota, "CELL", 1)
        flow.limit_instances(self.LIMIT)
        return flow

    def test_the_last_free_place_is_found_wherever_it_is(self, wide: World) -> None:
        ids = fill(wide, self.LIMIT)
        assert is_full(wide.start("flow"))
        for id_ in ids[:4]:
            ENDS["cancelled"](wide, id_)
            fill(wide, 1)
        assert active(wide) == self.LIMIT

    def test_an_index_that_lags_is_no_reason_to_let_one_too_many_in(
        self, wide: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        fill(wide, self.LIMIT)
        monkeypatch.setattr(wide.parts.instances, "listed_as_live", lambda *_: set())
        assert is_full(wide.start("flow"))

    def test_a_namespace_that_stays_full_is_not_searched_at_every_call(self, wide: World) -> None:
        fill(wide, self.LIMIT)
        wide.aws.requests.clear()
        assert all(is_full(wide.start("flow")) for _ in range(20))
        assert len(wide.aws.sent("query")) == 5 * 3
        wide.clock.pass_by(10_000)
        ENDS["cancelled"](wide, newest(wide))
        fill(wide, 1)

    def test_one_too_large_to_be_searched_gives_up_after_a_few_looks(
        self, wide: World, monkeypatch: pytest.MonkeyPatch
    ) -> None:
        monkeypatch.setattr(quota, "_CELLS_SEARCHED", self.LIMIT - 1)
        wide.aws.requests.clear()
        started = sum(not is_full(wide.start("flow")) for _ in range(60))
        assert 8 <= started <= self.LIMIT
        assert not wide.aws.sent("query")


def test_a_cell_fits_one_write_unit() -> None:
    """What DynamoDB counts of an item: names and values, and 3 + 1 a member for a set (its developer guide)."""
    key = "pk" + f"places#{'a' * 36}#{'n' * 64}#199" + "sk" + "places"
    assert len(key) + len("taken") + 3 + quota.CELL * (16 + 1) <= 1024


def test_a_start_costs_one_write_more_and_an_end_none(flow: World) -> None:
    flow.limit_instances(10_000)
    [answered] = fill(flow, 1)
    ENDS["completed"](flow, answered)  # so that the process holds permits, as one that is warm does
    flow.aws.requests.clear()
    [id_] = fill(flow, 1)
    assert [name for name, _ in flow.aws.requests] == ["update_item", "get_item", "put_item"]
    flow.aws.requests.clear()
    ENDS["completed"](flow, id_)
    assert [name for name, _ in flow.aws.requests] == ["get_item", "put_item"]


def test_the_place_is_asked_for_beside_the_call(flow: World) -> None:
    asked: list[Any] = []

    def later(function: Any, *arguments: Any) -> Any:
        asked.append(len(flow.aws.requests))
        return at_once(function, *arguments)

    fill(flow, 1)
    flow.aws.requests.clear()
    ready = flow.parts.quota
    flow.replace(quota=quota.NamespaceQuota(ready._places, flow.parts.instances, 3, later, flow.clock, flow.parts.ids))
    fill(flow, 1)
    assert asked == [0], "before anything else is read"
