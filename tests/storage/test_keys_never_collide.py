"""No two things have one key, whatever they are called, and no list is another's."""

from itertools import product

from hypothesis import given, settings
from hypothesis import strategies as st

from interactor.engine.instance import Instance, Thread
from interactor.ids import is_id, moment_of, ulid, with_tail_of
from interactor.storage import keys

NAMES = st.text("ab_-", min_size=1, max_size=3)
ACCOUNTS = st.text("ab_-", min_size=1, max_size=3)
NAMESPACES = st.text("ab.:@/+=-", min_size=1, max_size=3)
PAIRS = st.tuples(ACCOUNTS, NAMES)


def all_keys(account: str, name: str) -> list[tuple[str, str]]:
    """A key of every kind that has a name or an id in it, for one account and one name, whatever it is the name of."""
    made = [
        keys.workflow(account, name),
        keys.version(account, name, "v_1"),
        keys.definition(account, name),
        keys.instance(account, name),
        keys.history(account, name, 0),
        keys.idempotency(account, f"POST /api/v1/workflows/{name}/instances", "0" * 64),
        keys.file(account, name, "file_1"),
        keys.places(account, name, 0),
        keys.trigger(account, name),
        keys.trigger_failure(account, name, "fail_1"),
        keys.subscription(account, name),
        keys.delivery(account, name),
        keys.due_delivery(account, name, 0, 0, "del_1"),
        keys.lane(account, name),
        keys.replay(account, name),
        keys.statistics(account, name),
        keys.error_record(account, name),
        keys.CURSOR_KEY,
    ]
    return [(key["pk"], key["sk"]) for key in made]


@settings(max_examples=200, deadline=None)
@given(PAIRS, PAIRS)
def test_keys_of_two_accounts_or_two_names_are_different(one: tuple[str, str], other: tuple[str, str]) -> None:
    mine, theirs = all_keys(*one), all_keys(*other)
    assert len(set(mine)) == len(mine)
    if one != other:
        assert set(mine) & set(theirs) == {("cursor_key", "cursor_key")}


@settings(max_examples=200, deadline=None)
@given(PAIRS, PAIRS)
def test_partitions_of_two_accounts_are_different(one: tuple[str, str], other: tuple[str, str]) -> None:
    if one[0] != other[0]:
        assert {pk for pk, _ in all_keys(*one)} & {pk for pk, _ in all_keys(*other)} == {"cursor_key"}


def instance(account: str, namespace: str, name: str, status: str) -> Instance:
    thread = Thread("thread_main", "a", 1, status)  # type: ignore[arg-type]
    ended = None if status == "halted" else status
    return Instance("inst_1", account, namespace, name, "v_1", {}, (thread,), end=ended)  # type: ignore[arg-type]


@settings(max_examples=100, deadline=None)
@given(st.lists(st.tuples(ACCOUNTS, NAMESPACES, NAMES), min_size=2, max_size=5, unique=True))
def test_an_instance_is_in_exactly_the_ranges_that_ask_for_it(kinds: list[tuple[str, str, str]]) -> None:
    for (mine, asked), status in product(product(kinds, kinds), ("halted", "completed")):
        listed_in = keys.index_keys(instance(*mine, status), 1)
        account, namespace, name = asked
        for by_namespace, by_name in product((None, namespace), (None, name)):
            index, partition = keys.index_range(account, by_namespace, by_name, "halted", 0)
            wanted = (
                mine[0] == account
                and status == "halted"
                and by_namespace in (None, mine[1])
                and by_name in (None, mine[2])
            )
            assert (listed_in[index] == partition) is wanted


@given(
    st.integers(0, 2**48 - 1),
    st.integers(0, 2**48 - 1),
    st.binary(min_size=10, max_size=10),
    st.binary(min_size=10, max_size=10),
)
def test_a_place_leads_to_its_instance_and_to_no_other(taken: int, created: int, random: bytes, other: bytes) -> None:
    place = f"place_{ulid(taken, random)}"
    instance_id = with_tail_of(place, "inst", created)
    assert is_id("inst", instance_id)
    assert (moment_of(place), moment_of(instance_id)) == (taken, created)
    assert keys.instance("acme", place) == keys.instance("acme", instance_id)
    same = keys.instance("acme", place) == keys.instance("acme", f"inst_{ulid(created, other)}")
    assert same is (random == other)


def test_history_comes_before_its_instance_and_in_order() -> None:
    sort_keys = [keys.history("acme", "inst_1", first)["sk"] for first in (0, 9, 10, 99, 100, 12_345_678)]
    sort_keys.append(keys.instance("acme", "inst_1")["sk"])
    assert sort_keys == sorted(sort_keys)
