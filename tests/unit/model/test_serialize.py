"""Values as plain JSON and back: every kind, nothing executed, nothing imported."""

import base64
import dataclasses
import enum
import json
import math
import sys
import threading
import zlib
from collections import OrderedDict, defaultdict
from datetime import UTC, date, datetime, timedelta
from pathlib import Path, PurePosixPath
from typing import NamedTuple

import numpy as np
import pydantic
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.model.serialize import MAX_DEPTH, describe_type, flatten, load_json, restore, safe_repr, to_json


@dataclasses.dataclass
class Point:
    x: int
    names: list


class Model(pydantic.BaseModel):
    a: int = 1
    b: list[int] = [2]


class Colour(enum.Enum):
    RED = "red"
    PAIR = (1, 2)


class Level(enum.IntEnum):
    HIGH = 3


class Text(str):
    __slots__ = ()


class Pair(NamedTuple):
    left: int
    right: int


@pytest.mark.parametrize(
    ("value", "expected"),
    [
        (None, None),
        (True, True),
        (2**100, 2**100),
        ("ü\ud800", "ü\ud800"),
        ((1, (2,)), [1, [2]]),
        (Pair(1, 2), [1, 2]),
        ({3, 1, 2}, [1, 2, 3]),
        (frozenset({"b", "a"}), ["a", "b"]),
        ({1: {2: 3}}, {"1": {"2": 3}}),
        ({None: 1, (1, 2): 2}, {"None": 1, "(1, 2)": 2}),
        (OrderedDict(b=1, a=2), {"b": 1, "a": 2}),
        (defaultdict(list, a=[1]), {"a": [1]}),
        (Colour.RED, "red"),
        (Colour.PAIR, [1, 2]),
        (Level.HIGH, 3),
        (Text("t"), "t"),
        (datetime(2026, 1, 2, 3, 4, 5, 6), "2026-01-02T03:04:05.000006"),  # noqa: DTZ001  as in 0.8's events
        (datetime(2026, 1, 2, tzinfo=UTC), "2026-01-02T00:00:00+00:00"),
        (date(2026, 1, 2), "2026-01-02"),
        (timedelta(minutes=1.5), 90.0),
        (Path("/a/b"), "/a/b"),
        (PurePosixPath("c"), "c"),
        (Point(1, [(2,)]), {"x": 1, "names": [[2]]}),
        (Model(), {"a": 1, "b": [2]}),
        (np.float32(0.5), 0.5),
        (np.int64(7), 7),
        (np.bool_(False), False),
        (np.str_("s"), "s"),
        (np.arange(4).reshape(2, 2), [[0, 1], [2, 3]]),
        (np.array(3), 3),
        (np.datetime64("2026-01-02"), "2026-01-02"),
    ],
)
def test_what_json_can_hold(value, expected):
    lost = []
    flat = flatten(value, lambda path, _: lost.append(path))
    assert flat == expected
    assert type(flat) is type(expected)
    assert lost == []
    assert json.loads(json.dumps(flat)) == expected


def test_numbers_that_json_has_no_word_for():
    assert to_json([math.nan, math.inf, -math.inf], indent=None) == "[NaN, Infinity, -Infinity]"
    nan, inf, minus = load_json("[NaN, Infinity, -Infinity]")
    assert math.isnan(nan)
    assert (inf, minus) == (math.inf, -math.inf)


class Opaque:
    def __repr__(self):
        return "<opaque>"


class Hostile:
    """Everything that anybody may ask it raises."""

    def __getattribute__(self, name):
        raise RuntimeError(name)

    def __repr__(self):
        raise ValueError("no repr")

    __str__ = __repr__

    def __eq__(self, other):
        raise ValueError("no eq")

    __hash__ = None

    def __iter__(self):
        raise ValueError("no iter")

    def __len__(self):
        raise ValueError("no len")


class HostileDict(dict):
    def items(self):
        raise RuntimeError("no items")


class HostileKey:
    def __str__(self):
        raise RuntimeError("no str")

    __repr__ = __str__


@pytest.mark.parametrize(
    ("value", "kind", "text"),
    [
        (Opaque(), f"{__name__}.Opaque", "<opaque>"),
        (b"bytes", "bytes", "b'bytes'"),
        (1 + 2j, "complex", "(1+2j)"),
        (int, "type", "<class 'int'>"),
        (Point, "type", f"<class '{__name__}.Point'>"),
        (len, "builtin_function_or_method", "<built-in function len>"),
        (Hostile(), f"{__name__}.Hostile", f"<{__name__}.Hostile: its repr failed with ValueError>"),
    ],
    ids=["opaque", "bytes", "complex", "class", "dataclass", "function", "hostile"],
)
def test_anything_else_is_kept_as_type_and_repr(value, kind, text):
    lost = []
    flat = flatten({"a": [1, {"b": value}]}, lambda path, obj: lost.append((path, obj)))
    assert flat == {"a": [1, {"b": {"py/type": kind, "py/repr": text}}]}
    assert [path for path, _ in lost] == ["a[1].b"]
    assert lost[0][1] is value


@pytest.mark.parametrize("value", [HostileDict(a=1), {HostileKey(): 1}])
def test_hostile_containers_are_described(value):
    flat = flatten([value, 1])
    assert set(flat[0]) == {"py/type", "py/repr"}
    assert flat[1] == 1


def test_containers_that_hold_themselves():
    loop = [1]
    loop.append(loop)
    knot = {"a": loop}
    knot["self"] = knot
    lost = []
    flat = flatten({"loop": loop, "knot": knot}, lambda path, _: lost.append(path))
    assert flat["loop"][0] == 1
    assert flat["loop"][1]["py/type"] == "list"
    assert flat["knot"]["self"]["py/type"] == "dict"
    assert lost == ["loop[1]", "knot.a[1]", "knot.self"]


def test_the_same_container_twice_is_no_loop():
    shared = [1]
    assert flatten([shared, shared, {"a": shared}]) == [[1], [1], {"a": [1]}]


def test_deep_values_end_somewhere():
    deep = value = []
    for _ in range(10_000):
        value.append([])
        value = value[0]
    flat = flatten(deep)
    depth = 0
    while isinstance(flat, list):
        flat, depth = flat[0], depth + 1
    assert flat["py/type"] == "list"
    assert depth == MAX_DEPTH + 1 or depth == MAX_DEPTH
    assert len(flat["py/repr"]) < 2000


def test_a_long_repr_is_cut():
    assert len(safe_repr("x" * 5000)) == 1001
    assert safe_repr("x", limit=2) == "'x…"
    assert describe_type(Opaque()) == f"{__name__}.Opaque"


def test_a_dictionary_that_another_thread_changes():
    info = {f"k{i}": {"n": i} for i in range(200)}
    stop = threading.Event()

    def change():
        count = 0
        while not stop.is_set():
            count += 1
            info[f"new{count % 500}"] = count
            info.pop(f"new{(count + 250) % 500}", None)

    thread = threading.Thread(target=change)
    thread.start()
    try:
        for _ in range(200):
            assert flatten(info)["k7"] == {"n": 7}
    finally:
        stop.set()
        thread.join()


def test_the_json_of_files():
    assert to_json({"b": 1, "a": [1, {}], "ü": "é"}) == (
        '{\n  "a": [\n    1,\n    {}\n  ],\n  "b": 1,\n  "\\u00fc": "\\u00e9"\n}'
    )


plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats(allow_nan=False) | st.text(),
    lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner),
    max_leaves=30,
)


@given(plain)
def test_plain_values_stay_what_they_are(value):
    assert flatten(value) == value
    assert to_json(value) == json.dumps(value, sort_keys=True, indent=2)
    assert json.loads(to_json(value)) == value


# --- reading 0.8's files ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("flat", "expected"),
    [
        ({"py/tuple": [1, {"py/tuple": [2]}]}, (1, (2,))),
        ({"a": {"py/set": [1, 2]}}, {"a": {1, 2}}),
        ([{"py/tuple": []}], [()]),
        ({"py/set": [[1], [2]]}, [[1], [2]]),
        ({"plain": [1, None, "x"]}, {"plain": [1, None, "x"]}),
        ({"py/tuple": "no list"}, {"py/tuple": "no list"}),
        ({"dtype": "float32", "py/object": "numpy.float32", "value": 0.5}, 0.5),
        ({"dtype": "int64", "py/object": "numpy.int64", "value": 3}, 3),
    ],
)
def test_marks_of_jsonpickle_become_plain_values(flat, expected):
    restored = restore(flat)
    assert restored == expected
    assert type(restored) is type(expected)


def make_reduced_scalar(code, payload):
    return {
        "py/reduce": [
            {"py/function": "numpy.core.multiarray.scalar"},
            {
                "py/tuple": [
                    {
                        "py/reduce": [
                            {"py/type": "numpy.dtype"},
                            {"py/tuple": [code, False, True]},
                            {"py/tuple": [3, "<", None, None, None, -1, -1, 0]},
                        ]
                    },
                    payload,
                ]
            },
        ]
    }


@pytest.mark.parametrize(
    "value",
    [np.float64(0.1), np.float32(-2.5), np.float16(0.5), np.int64(-7), np.uint8(200), np.bool_(True)],
    ids=repr,
)
@pytest.mark.parametrize("mark", ["py/b64", "py/b85"])
def test_numpy_scalars_of_0_8_become_numbers(value, mark):
    import base64

    encode = base64.b64encode if mark == "py/b64" else base64.b85encode
    payload = {mark: encode(value.tobytes()).decode()}
    restored = restore(make_reduced_scalar(value.dtype.str.lstrip("<>|=").replace("?", "b1"), payload))
    assert restored == value.item()
    assert type(restored) is type(value.item())


@pytest.mark.parametrize(
    "flat",
    [
        make_reduced_scalar("f8", {"py/b64": "!"}),
        make_reduced_scalar("f8", {"py/b64": ""}),
        make_reduced_scalar("f8", "text"),
        make_reduced_scalar("f8", None),
        make_reduced_scalar("", {"py/b64": "AAAA"}),
        make_reduced_scalar("O8", {"py/b64": "AAAA"}),
        make_reduced_scalar(None, {"py/b64": "AAAA"}),
        make_reduced_scalar(["f8"], {"py/b64": "AAAA"}),
        make_reduced_scalar("f8", {"py/b64": 5}),
        {"py/reduce": [{"py/function": "numpy.core.multiarray.scalar"}, None]},
        {"py/reduce": [{"py/function": "numpy.core.multiarray.scalar"}, {"py/tuple": [1, 2]}]},
        {"py/reduce": []},
        {"py/reduce": "x"},
        {"py/reduce": [[], []]},
    ],
)
def test_damaged_scalars_stay_dictionaries(flat):
    assert isinstance(restore(flat), dict)


HOSTILE = [
    {"py/reduce": [{"py/function": "os.system"}, {"py/tuple": ["touch pwned"]}]},
    {"py/reduce": [{"py/type": "subprocess.Popen"}, {"py/tuple": [["touch", "pwned"]]}]},
    {"py/object": "hostile_module.Class", "x": 1},
    {"py/function": "hostile_module.function"},
    {"py/type": "hostile_module.Class"},
    {"py/repr": "hostile_module/os.system('touch pwned')"},
    {"py/object": "__main__.X", "py/state": {"py/reduce": [{"py/function": "eval"}, {"py/tuple": ["1/0"]}]}},
    {"py/object": "numpy.float32", "value": {"py/function": "hostile_module.f"}},
    {"py/mod": "hostile_module/x"},
    {"py/newargs": [1], "py/object": "hostile_module.C"},
    {"py/id": 1},
    {"py/bytes": "=00"},
    {"py/object": "numpy.float32", "value": {"x": 1}},
]


@pytest.mark.parametrize("flat", HOSTILE, ids=str)
def test_reading_never_executes_or_imports(flat, tmp_path, monkeypatch):
    (tmp_path / "hostile_module.py").write_text("raise SystemExit('imported')")
    monkeypatch.chdir(tmp_path)
    monkeypatch.syspath_prepend(tmp_path)
    before = set(sys.modules)
    restored = load_json(json.dumps({"a": [flat]}))
    assert restored == {"a": [flat]} or set(restored["a"][0]) == set(flat)
    assert "hostile_module" not in sys.modules
    assert {
        name for name in set(sys.modules) - before if not name.startswith(("base64", "struct", "_"))
    } == set()
    assert not (tmp_path / "pwned").exists()


def test_what_we_write_reads_back_as_it_is():
    written = to_json({"opaque": Opaque(), "tuple": (1, 2), "n": np.float64(0.5)})
    assert load_json(written) == {
        "opaque": {"py/type": f"{__name__}.Opaque", "py/repr": "<opaque>"},
        "tuple": [1, 2],
        "n": 0.5,
    }


@given(plain)
def test_restoring_leaves_plain_values_alone(value):
    if "py/" not in repr(value):
        assert restore(value) == value


def test_what_is_no_json_is_refused():
    with pytest.raises(ValueError, match="Expecting property name"):
        load_json("{'a': 1}")
    with pytest.raises(ValueError, match="nested too deeply"):
        load_json("[" * 100_000 + "]" * 100_000)


def test_reading_what_0_8_7_wrote(tmp_path):
    """A file that 0.8.7 made: tuple, set, numpy scalars and arrays, dates."""
    text = """
    {
      "a_set": {"py/set": [1, 2]},
      "a_tuple": {"py/tuple": [1, {"py/tuple": []}]},
      "f32": {"dtype": "float32", "py/object": "numpy.float32", "value": 0.5},
      "array": {"dtype": "int64", "py/object": "numpy.ndarray", "values": [1, 2]},
      "json://1": "int key",
      "nan": NaN
    }
    """
    value = load_json(text)
    assert value["a_set"] == {1, 2}
    assert value["a_tuple"] == (1, ())
    assert value["f32"] == 0.5
    assert math.isnan(value["nan"])


@pytest.mark.parametrize(
    ("value", "flat"),
    [
        (np.longdouble(1.5), 1.5),
        ([np.longdouble("inf")], [math.inf]),
        (np.array([1, 2], np.longdouble), [1.0, 2.0]),
        ({"a": np.longdouble(3)}, {"a": 3.0}),
    ],
)
def test_numbers_that_are_longer_than_python_s(value, flat):
    lost = []
    assert flatten(value, lambda *what: lost.append(what)) == flat
    assert not lost


def test_a_moment_as_0_8_stores_it():
    flat = {
        "py/object": "datetime.datetime",
        "__reduce__": [{"py/type": "datetime.datetime"}, ["B+oLFw86OQXnyw=="]],
    }
    assert restore({"queue_time": flat}) == {
        "queue_time": datetime.fromisoformat("2026-11-23T15:58:57.387019")
    }


@pytest.mark.parametrize("bytes_", ["", "B+oL", "////////////////", 7, None])
def test_a_damaged_moment_stays_as_it_is(bytes_):
    flat = {"py/object": "datetime.datetime", "__reduce__": [{"py/type": "datetime.datetime"}, [bytes_]]}
    assert restore(flat) == flat


def test_arrays_of_0_8_become_lists():
    small = {"py/object": "numpy.ndarray", "dtype": "int64", "values": [[0, 1], [2, 3]]}
    assert restore({"a": small}) == {"a": [[0, 1], [2, 3]]}
    values = np.arange(24, dtype=np.float32).reshape(2, 3, 4) / 4
    text = base64.b64encode(zlib.compress(values.tobytes())).decode()
    large = {
        "py/object": "numpy.ndarray",
        "dtype": "float32",
        "byteorder": "<",
        "values": text,
        "shape": [2, 3, 4],
    }
    assert restore(large) == values.tolist()


@pytest.mark.parametrize(
    "damage",
    [
        {"shape": [2, 5]},
        {"shape": [10**9, 10**9]},
        {"shape": [-2, -2]},
        {"shape": []},
        {"shape": "x"},
        {"dtype": "object"},
        {"values": "no base64!"},
        {"values": None},
        {"order": "F"},
    ],
)
def test_arrays_that_cannot_be_read_stay_what_they_are(damage):
    text = base64.b64encode(zlib.compress(bytes(32))).decode()
    flat = {"py/object": "numpy.ndarray", "dtype": "float64", "values": text, "shape": [2, 2], **damage}
    assert isinstance(restore(flat), dict)


def test_an_array_of_0_8_unfolds_to_no_more_than_it_says():
    text = base64.b64encode(zlib.compress(bytes(1 << 24))).decode()
    flat = {"py/object": "numpy.ndarray", "dtype": "float64", "values": text, "shape": [2]}
    assert isinstance(restore(flat), dict)
