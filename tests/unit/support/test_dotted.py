import pytest

from sacred.support.dotted import (
    PATHCHANGE,
    convert_to_nested_dict,
    get_by_dotted_path,
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


@pytest.mark.parametrize(
    ("parts", "expected"),
    [
        (("a", "b"), "a.b"),
        (("", "b"), "b"),
        (("a", ""), "a"),
        (("a", None, "b"), "a.b"),
        ((), ""),
        ((".a.", ".b"), "a.b"),
        (("a.b", "c", "d.e"), "a.b.c.d.e"),
    ],
)
def test_join_paths(parts, expected):
    assert join_paths(*parts) == expected


@pytest.mark.parametrize(
    ("prefix", "path", "expected"),
    [
        ("", "a", True),
        ("", "", True),
        ("a", "a", True),
        ("a", "a.b", True),
        ("a.", "a.b", True),
        ("a", "ab", False),
        ("a.b", "a", False),
        ("a.b", "a.b.c", True),
    ],
)
def test_is_prefix(prefix, path, expected):
    assert is_prefix(prefix, path) is expected


def test_iter_prefixes():
    assert list(iter_prefixes("a.b.c")) == ["a", "a.b", "a.b.c"]
    assert list(iter_prefixes("a")) == ["a"]
    assert list(iter_prefixes("")) == [""]


def test_rel_path():
    assert rel_path("a", "a.b.c") == "b.c"
    assert rel_path("a", "a") == ""
    assert rel_path("", "a") == "a"
    with pytest.raises(ValueError, match="a not a prefix of ab"):
        rel_path("a", "ab")


def test_set_by_dotted_path():
    d = {"a": {"x": 1}}
    set_by_dotted_path(d, "a.b.c", 2)
    set_by_dotted_path(d, "e", 3)
    set_by_dotted_path(d, "a.x", 4)
    assert d == {"a": {"x": 4, "b": {"c": 2}}, "e": 3}


def test_set_by_dotted_path_through_a_value():
    with pytest.raises(TypeError, match="'int' object does not support item assignment"):
        set_by_dotted_path({"a": 1}, "a.b", 2)


def test_get_by_dotted_path():
    d = {"a": {"b": {"c": None}}, "x": 5}
    assert get_by_dotted_path(d, "a.b") == {"c": None}
    assert get_by_dotted_path(d, "a.b.c", 7) is None
    assert get_by_dotted_path(d, "") is d
    assert get_by_dotted_path(d, "a.q") is None
    assert get_by_dotted_path(d, "x.y", "default") == "default"
    assert get_by_dotted_path(d, "a.b.c.d", "default") == "default"


def test_iterate_flattened():
    d = {"b": {"e": {"f": 3}, "c": 2, "d": {}}, "a": 1, "l": [{"x": 1}]}
    expected = [("a", 1), ("b.c", 2), ("b.d", {}), ("b.e.f", 3), ("l", [{"x": 1}])]
    assert list(iterate_flattened(d)) == expected
    assert list(iterate_flattened({"d": {2: "b", "x": 1, 1: {3: 4}}})) == [("d.1.3", 4), ("d.2", "b"), ("d.x", 1)]


def test_iterate_flattened_separately():
    d = {"b": {"e": {"f": 3}, "c": 2}, "z": 1, "a": {}, "first": 0}
    assert list(iterate_flattened_separately(d, ["first", "none"])) == [
        ("first", 0),
        ("a", {}),
        ("z", 1),
        ("b", PATHCHANGE),
        ("b.c", 2),
        ("b.e", PATHCHANGE),
        ("b.e.f", 3),
    ]


def test_convert_to_nested_dict():
    d = {"d.p.q": 5, "d": {"p": {"r": 6}, "s.t": 7}, "d.p": {"u": 8}, "l": [{"a.b": 1}], "n": {1: {"x.y": 2}}}
    expected = {
        "d": {"p": {"q": 5, "r": 6, "u": 8}, "s": {"t": 7}},
        "l": [{"a.b": 1}],
        "n": {1: {"x": {"y": 2}}},
    }
    before = repr(d)
    assert convert_to_nested_dict(d) == expected
    assert repr(d) == before


@pytest.mark.parametrize("d", [{"a": 1, "a.b": 2}, {"a.b": 1, "a.b.c": 2}])
def test_paths_that_lead_through_values(d):
    with pytest.raises(TypeError):
        convert_to_nested_dict(d)


def test_a_later_value_replaces_what_is_below_it():
    assert convert_to_nested_dict({"a.b": 1, "a": 2}) == {"a": 2}


def test_recursive_update():
    d = {"a": 1, "d": {"x": 1, "y": {"z": 2}}, "e": {"f": 1}}
    u = {"a": {"new": {"deep": 1}}, "d": {"y": {"w": 3}}, "e": 5}
    result = recursive_update(d, u)
    assert result is d
    assert d == {"a": {"new": {"deep": 1}}, "d": {"x": 1, "y": {"z": 2, "w": 3}}, "e": 5}
    d["a"]["new"]["deep"] = 9
    assert u["a"]["new"]["deep"] == 1  # nothing is shared


def test_recursive_fill_in():
    config = {"a": 1, "d": {"x": 1}}
    recursive_fill_in(config, {"a": 2, "b": 3, "d": {"x": 5, "y": 6}})
    assert config == {"a": 1, "b": 3, "d": {"x": 1, "y": 6}}
