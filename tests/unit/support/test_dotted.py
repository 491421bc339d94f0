"""Dotted paths into nested dictionaries; the laws they keep, and 0.8's results."""

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.support.dotted import (
    PATHCHANGE,
    convert_to_nested_dict,
    get_by_dotted_path,
    is_non_empty_dict,
    is_prefix,
    iter_prefixes,
    iterate_flattened,
    iterate_flattened_separately,
    join_paths,
    recursive_fill_in,
    recursive_update,
    rel_path,
    set_by_dotted_path,
)

names = st.text("abc_", min_size=1, max_size=3)
nested = st.dictionaries(
    names,
    st.recursive(st.integers(), lambda inner: st.dictionaries(names, inner, min_size=1), max_leaves=8),
)


def test_joining():
    assert join_paths("a", "", "b.c", "d.") == "a.b.c.d"
    assert join_paths("", "") == join_paths() == ""


def test_prefixes():
    assert list(iter_prefixes("a.b.c")) == ["a", "a.b", "a.b.c"]
    assert is_prefix("", "a.b")
    assert is_prefix("a", "a.b")
    assert not is_prefix("a.b", "a.b")  # as in 0.8
    assert not is_prefix("a.b", "a.bc")
    assert not is_prefix("a.b.c", "a.b")
    assert rel_path("", "a.b") == "a.b"
    assert rel_path("a", "a.b.c") == "b.c"
    assert rel_path("a.b", "a.b") == ""
    with pytest.raises(ValueError, match="b not a prefix of a"):
        rel_path("b", "a")


def test_getting_and_setting():
    d = {"a": {"b": 1}}
    set_by_dotted_path(d, "a.c.d", 2)
    assert d == {"a": {"b": 1, "c": {"d": 2}}}
    assert get_by_dotted_path(d, "a.c") == {"d": 2}
    assert get_by_dotted_path(d, "") is d
    assert get_by_dotted_path(d, "a.x.y", default="none") == "none"
    assert get_by_dotted_path(d, "a.b.c") is None


@given(nested)
def test_flattening_and_nesting_are_inverse(d):
    flat = dict(iterate_flattened(d))
    assert convert_to_nested_dict(flat) == d
    for path, value in flat.items():
        assert get_by_dotted_path(d, path) == value


def test_flattening():
    assert list(iterate_flattened({"b": 1, "a": {"d": {}, "c": 2}})) == [("a.c", 2), ("a.d", {}), ("b", 1)]


def test_flattening_level_by_level():
    d = {"z": 1, "a": {"y": 2, "b": {"c": 3}}, "first": 4, "empty": {}}
    assert list(iterate_flattened_separately({"a": 1, "b": {"c": 2}}, ["b"])) == [
        ("b", PATHCHANGE),
        ("b.c", 2),
        ("a", 1),
    ]
    assert list(iterate_flattened_separately(d, ["first"])) == [
        ("first", 4),
        ("empty", {}),
        ("z", 1),
        ("a", PATHCHANGE),
        ("a.y", 2),
        ("a.b", PATHCHANGE),
        ("a.b.c", 3),
    ]


def test_nesting():
    assert convert_to_nested_dict({"a.b": 1, "a.c": {"d.e": 2}}) == {"a": {"b": 1, "c": {"d": {"e": 2}}}}
    assert convert_to_nested_dict({"a.b": 1, "a": {"c": 2}}) == {"a": {"b": 1, "c": 2}}


@given(nested, nested)
def test_an_update_wins_and_shares_nothing(d, u):
    result = recursive_update(d, u)
    assert result is d
    for path, value in iterate_flattened(u):
        assert get_by_dotted_path(result, path) == value
    for value in u.values():
        assert not any(value is mine for mine in result.values() if isinstance(mine, dict))


@given(nested, nested)
def test_filling_in_changes_nothing_that_is_there(config, preset):
    before = dict(iterate_flattened(config))
    recursive_fill_in(config, preset)
    for path, value in before.items():
        assert get_by_dotted_path(config, path) == value or isinstance(value, dict)
    assert set(preset) <= set(config)


def test_non_empty():
    assert is_non_empty_dict({"a": 1})
    assert not is_non_empty_dict({})
    assert not is_non_empty_dict([1])
