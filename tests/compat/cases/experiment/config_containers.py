"""The containers of sacred.config.custom_containers and the functions beside them."""
# run:
# run: [no-numpy]

import copy

from kit import outcome, tell

from sacred.config.custom_containers import (
    DogmaticDict,
    DogmaticList,
    ReadOnlyDict,
    ReadOnlyList,
    fallback_dict,
    is_different,
    make_read_only,
    type_changed,
)
from sacred.config.utils import dogmatize, undogmatize
from sacred.optional import has_numpy, np

nested = make_read_only({"a": [1, {"b": (2, [3])}], "s": {1}, "t": "text", "d": {"x": {}}})
tell(
    kinds=[
        type(each).__name__
        for each in (nested, nested["a"], nested["a"][1], nested["a"][1]["b"], nested["s"], nested["d"]["x"])
    ],
    again=[make_read_only(5), type(make_read_only((1, [2]))[1]).__name__],
    refused=[
        outcome(call)
        for call in (
            lambda: nested.clear(),
            lambda: nested.popitem(),
            lambda: nested["d"].update(y=1),
            lambda: nested["a"].extend([1]),
            lambda: nested["a"].__delitem__(0),
            lambda: nested["a"].insert(0, 1),
            lambda: nested["a"].pop(),
            lambda: nested["a"].remove(1),
            lambda: nested["a"].reverse(),
            lambda: nested["a"].clear(),
        )
    ],
    equal=[nested["a"][:1] == [1], nested["d"] == {"x": {}}, nested["a"].count(1), list(nested), len(nested)],
    shallow=[
        type(copy.copy(nested["a"])).__name__ in ("list", "ReadOnlyList"),
        copy.copy(nested["d"]) == nested["d"],
    ],
    classes=[issubclass(ReadOnlyDict, dict), issubclass(ReadOnlyList, list)],
    changed=[
        type_changed(*pair)
        for pair in [
            (1, 2),
            (1, 1.0),
            (1, "1"),
            ([1], (1,)),
            ({}, DogmaticDict()),
            (None, 1),
            (True, 1),
            (1, None),
        ]
    ],
    different=[
        bool(is_different(*pair))
        for pair in [(1, 1), (1, 2), (1, 1.0), ([1], [1]), (None, None), ("a", b"a"), ({}, {})]
    ],
)
if has_numpy:
    arrays = [np.arange(3), np.arange(3), np.arange(4), np.ones(3)]
    tell(
        arrays=[bool(is_different(arrays[0], each)) for each in arrays],
        scalars=[
            type_changed(np.int64(1), 1),
            type_changed(np.float32(1), 1.0),
            type_changed(np.bool_(True), True),
        ],
    )
d = DogmaticDict({"a": 1, "n": [1]})
d["a"], d["b"], d["n"] = 5, 6, [2]
tell(
    dogmatic=[d["a"], d["b"], d["n"], sorted(d.revelation()), sorted(d.modified), sorted(d.typechanges)],
    in_place=[d.setdefault("c", 3), d.setdefault("a", 3), d.get("b"), d.get("nope", 4), "c" in d],
)
values = DogmaticList([1, 2])
values.append(3)
values.extend([4])
values[0] = 9
del values[1]
values += [7]
tell(
    list=[list(values), len(values), outcome(values.sort), list(values)],
    back=[
        type(each).__name__
        for each in (undogmatize(dogmatize({"a": 1})), undogmatize(dogmatize([1])), dogmatize(5))
    ],
    untouched=[dogmatize("x"), undogmatize(5), undogmatize([1, {"a": [2]}])],
)
fallback = fallback_dict({"a": 1, "b": 2}, c=3)
fallback["b"] = 5
tell(fallback=[fallback["a"], fallback["b"], fallback["c"], outcome(lambda: fallback["d"])])
