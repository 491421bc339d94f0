"""What a database loses can be noted and put back, to the type and the sign of a zero."""

import copy
import json

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.stores.differences import (
    apply_differences,
    find_differences,
    format_differences,
    parse_differences,
)

NUMBERS = st.integers(-(2**70), 2**70) | st.floats(allow_nan=True) | st.booleans()
VALUES = st.recursive(
    st.none() | NUMBERS | st.text(max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=2), inner, max_size=3),
    max_leaves=10,
)
DOCUMENTS = st.dictionaries(st.text(max_size=2), VALUES, max_size=4)


@given(DOCUMENTS, DOCUMENTS)
def test_any_document_is_made_of_any_other(wanted, got):
    differences = find_differences(wanted, got)
    found = copy.deepcopy(got)
    apply_differences(found, parse_differences(format_differences(differences)))
    assert json.dumps(found, sort_keys=True) == json.dumps(wanted, sort_keys=True)
    assert find_differences(wanted, found) == []


def test_only_what_differs_is_noted():
    wanted = {"a": {"b": [1, {"c": 2.0}], "d": "same"}, "new": None}
    got = {"a": {"b": [1, {"c": 2}], "d": "same"}, "old": 1}
    expected = [[["old"]], [["a", "b", 1, "c"], 2.0], [["new"], None]]
    assert find_differences(wanted, got) == expected


@pytest.mark.parametrize(("one", "other"), [(1, True), (1, 1.0), (0.0, -0.0), (None, False), ("1", 1)])
def test_what_python_calls_equal_is_not_the_same(one, other):
    assert find_differences({"x": one}, {"x": other})
    assert not find_differences({"x": one}, {"x": one})


@pytest.mark.parametrize("text", ["", "{}", "[1]", "[[1]]", "[[[]]]", '[[["a"],1,2]]', "[[[]", "[[[],1]]"])
def test_damaged_notes_are_an_error(text):
    with pytest.raises(ValueError, match=r".+"):
        parse_differences(text)
