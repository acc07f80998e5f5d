"""A field is a dotted path into `workflow_data`: keys of objects, indices of arrays, nothing else."""

import pytest

from interactor.engine.conditions import holds
from interactor.engine.definition.transitions import Condition
from interactor.engine.paths import MISSING, find, is_path

DATA = {
    "amount": 5,
    "items": [{"price": 1}, {"price": 2}],
    "matrix": [[1, 2], [3]],
    "0": "zero",
    "nothing": None,
    "": "empty",
    "first name": "Jo",
    "größe": 3,
    "$id": 4,
    "__proto__": {"polluted": True},
}


@pytest.mark.parametrize(
    ("path", "value"),
    [
        ("amount", 5),
        ("items.0.price", 1),
        ("items[1].price", 2),
        ("matrix[0][1]", 2),
        ("matrix.1.0", 3),
        ("0", "zero"),
        ("nothing", None),
        ("first name", "Jo"),
        ("größe", 3),
        ("$id", 4),
        ("__proto__.polluted", True),
    ],
)
def test_a_path_finds_its_value(path, value):
    assert is_path(path)
    assert find(DATA, path) == value


@pytest.mark.parametrize(
    "path",
    [
        "missing",
        "amount.x",
        "amount.0",
        "items.2",
        "items.-1",
        "items.00",
        "items.+0",
        "items.0.0",
        "items.²",
        "items.1e0",
        "items.99999999999999999999",
        "items." + "9" * 5_000,
        "items.length",
        "first name.0",
        "first name.length",
        "nothing.x",
        "constructor",
        "toString",
        "__proto__.constructor",
        "__class__",
        "items.__len__",
        "matrix.0.1.0",
    ],
)
def test_a_path_to_nothing_finds_nothing(path):
    assert is_path(path)
    assert find(DATA, path) is MISSING


@pytest.mark.parametrize(
    "path", ["", ".", "a.", ".a", "a..b", "a[", "a[]", "a[x]", "a[-1]", "[0]", "a[0]b", "${a}", "a{b}", "a]"]
)
def test_malformed_paths_are_known_as_such(path):
    assert not is_path(path)


@pytest.mark.parametrize("prefix", ["", "workflow_data."])
def test_a_condition_may_start_at_workflow_data_as_templates_do(prefix):
    assert holds(Condition.model_validate({"field": f"{prefix}items.0.price", "equals": 1}), DATA)


def test_the_same_prefix_within_the_data_is_a_key():
    condition = Condition.model_validate({"field": "workflow_data.workflow_data", "equals": 1})
    assert holds(condition, {"workflow_data": 1})
