"""For any pattern of exact values and any event, the answer is that of a model that tries everything; and a wildcard
agrees with the regular expression that it abbreviates.
"""

import re
from typing import Any

from hypothesis import given
from hypothesis import strategies as st

from interactor.json_text import same
from interactor.triggers.patterns import read

NAMES = st.sampled_from(["a", "b"])
SCALARS = st.sampled_from(["x", "", 0, 1, 1.0, -0.0, True, False, None, "1"])
PATTERNS = st.recursive(
    st.lists(SCALARS, min_size=1, max_size=3), lambda inner: st.dictionaries(NAMES, inner, min_size=1, max_size=2)
).filter(lambda pattern: isinstance(pattern, dict))
EVENTS = st.dictionaries(
    NAMES,
    st.recursive(
        SCALARS, lambda inner: st.lists(inner, max_size=3) | st.dictionaries(NAMES, inner, max_size=2), max_leaves=8
    ),
    max_size=2,
)


def elements(value: Any) -> list[Any]:
    return [found for element in value for found in elements(element)] if isinstance(value, list) else [value]


def model(pattern: dict[str, Any], event: Any) -> bool:
    for name, wanted in pattern.items():
        values = elements(event[name]) if isinstance(event, dict) and name in event else []
        if isinstance(wanted, dict):
            if not any(model(wanted, value) for value in values if isinstance(value, dict)):
                return False
        elif not any(same(value, one) for value in values for one in wanted if not isinstance(value, dict)):
            return False
    return True


@given(PATTERNS, EVENTS)
def test_exact_values(pattern: dict[str, Any], event: dict[str, Any]) -> None:
    assert read(pattern).matches(event) == model(pattern, event)


@given(st.text("ab*", max_size=8).filter(lambda text: "**" not in text), st.text("ab", max_size=10))
def test_wildcards(wildcard: str, text: str) -> None:
    expected = re.fullmatch(wildcard.replace("*", ".*"), text) is not None
    assert read({"a": [{"wildcard": wildcard}]}).matches({"a": text}) == expected
