"""The functions for dotted paths and nested dictionaries in sacred.utils, with awkward values."""
# run:

from collections import OrderedDict

from kit import outcome, tell

from sacred.utils import (
    PATHCHANGE,
    convert_to_nested_dict,
    get_by_dotted_path,
    is_non_empty_dict,
    is_prefix,
    iter_prefixes,
    iterate_flattened,
    iterate_flattened_separately,
    join_paths,
    recursive_update,
    rel_path,
    set_by_dotted_path,
)

nested = {"b": {"c": 2, "d": {}, "e": {"f": [1, {"g": 2}]}}, "a": None, 5: {"x": 1}, "z": {"y": {"x": {}}}}
tell(
    got=[
        outcome(get_by_dotted_path, nested, path)
        for path in (
            "b",
            "b.c",
            "b.d",
            "b.e.f",
            "a",
            "a.b",
            "b.c.d",
            "b.nope",
            "nope.nope",
            "",
            ".",
            "b.",
            ".b",
        )
    ],
    default=[get_by_dotted_path(nested, path, 7) for path in ("b.c", "nope", "b.nope", "a", "b.e.nope")],
    flat=[
        [str(key), value] for key, value in iterate_flattened({key: nested[key] for key in ("b", "a", "z")})
    ],
    separately=[
        [str(key), "change" if value is PATHCHANGE else value]
        for key, value in iterate_flattened_separately({"b": nested["b"], "a": 1, "z": nested["z"], "e": {}})
    ],
    manual=[
        [key, "change" if value is PATHCHANGE else value]
        for key, value in iterate_flattened_separately(
            {"x": 1, "y": {"z": 2, "w": {"q": 1}, "a": 1}, "b": 3, "w": 5}, ["y", "w", "nope"]
        )
    ],
    prefixes=[list(iter_prefixes(path)) for path in ("a.b.c", "a", "")],
    joined=[
        join_paths(*parts)
        for parts in [("a",), ("a", "", "b"), ("", ""), ("a.b", "c.d"), ("", "x", ""), (".a", "b")]
    ],
    is_prefix=[
        is_prefix(*pair)
        for pair in [
            ("", ""),
            ("a.", "a.b"),
            ("a.b", "a.b.c"),
            ("a.b", "a.bc"),
            ("a", "a"),
            ("b", "a.b"),
            ("a.b.c", "a.b"),
        ]
    ],
    rel=[
        outcome(rel_path, *pair)
        for pair in [("a", "a.b.c"), ("a.b", "a.b"), ("", "a.b"), ("a", "b"), ("a.b", "a.bc")]
    ],
    non_empty=[
        bool(is_non_empty_dict(each)) for each in ({}, {"a": 1}, [], [1], None, "a", OrderedDict(a=1))
    ],
)
tell(
    converted=[
        outcome(convert_to_nested_dict, each)
        for each in [
            {},
            {"a": 1},
            {"a.b": 1, "a.c": 2},
            {"a": {"b": 1}, "a.c": 2},
            {"a.b.c": {"d.e": 5}},
            {"a": {}, "b.c": {}},
            {"a": 1, "a.b": 2},
        ]
    ],
    updated=[
        outcome(recursive_update, first, second)
        for first, second in [
            ({"a": 1}, {"b": 2}),
            ({"a": {"b": 1}}, {"a": {"c": 2}}),
            ({"a": {"b": 1}}, {"a": 5}),
            ({"a": 5}, {"a": {"b": 1}}),
            ({"a": {"b": {"c": 1, "d": 2}}}, {"a": {"b": {"c": 3}}}),
            ({"a": [1, 2]}, {"a": [3]}),
            ({"a": {"b": 1}}, {"a": {}}),
        ]
    ],
)
targets = []
for path, value in [("a", 1), ("a.b", 2), ("x.y.z", 3), ("l", [1]), ("n.m", {"k": 1}), ("", 5)]:
    target = {"a": {"c": 1}, "n": {"o": 2}}
    targets.append([path, outcome(set_by_dotted_path, target, path, value), target])
same = {"a": 1}
tell(set=targets, in_place=recursive_update(same, {"b": 2}) is same)
