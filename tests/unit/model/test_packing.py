"""Packed points come back exactly as they were, and damage is noticed."""

import json
import math
import struct
import sys
import zlib
from array import array

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.model.packing import join_series, make_column, pack_series, unpack_series
from sacred.model.series import Series

plain = st.recursive(
    st.none() | st.booleans() | st.integers() | st.floats() | st.text(st.characters(), max_size=5),
    lambda inner: st.lists(inner, max_size=3) | st.dictionaries(st.text(max_size=3), inner, max_size=3),
    max_leaves=5,
)
columns = (
    st.lists(st.floats(), max_size=8)
    | st.lists(st.integers(-(2**63), 2**63 - 1), max_size=8)
    | st.lists(st.booleans(), max_size=8)
    | st.lists(plain, max_size=8)
)
small_ints = st.lists(st.integers(-9, 9), min_size=8, max_size=8)


def as_text(column):
    """Return a text that differs whenever a value or its type does."""
    return json.dumps(column.tolist() if hasattr(column, "tolist") else list(column))


def make_series(values, steps=None):
    count = len(values)
    return Series("loss", range(count) if steps is None else steps, values, [float(n) for n in range(count)])


@given(columns, small_ints, st.booleans())
def test_exactly_what_it_was(values, steps, compress):
    series = make_series(values, steps[: len(values)])
    found = unpack_series("loss", pack_series(series, compress=compress))
    assert found.name == "loss"
    assert as_text(found.values) == as_text(values)
    assert as_text(found.steps) == as_text(steps[: len(values)])
    assert as_text(found.times) == as_text(series.times)


@given(st.lists(columns, min_size=1, max_size=4))
def test_parts_joined_are_one_series(parts):
    found = join_series("loss", [pack_series(make_series(part)) for part in parts])
    assert as_text(found.values) == as_text([value for part in parts for value in part])


@pytest.mark.parametrize(
    ("values", "dtype"),
    [([1.5, math.nan], "float64"), ([1, 2**63 - 1], "int64"), ([True, False], "bool")],
)
def test_one_type_is_an_array(values, dtype):
    for given_values in (values, np.array(values)):
        assert unpack_series("a", pack_series(make_series(given_values))).values.dtype == dtype
    assert make_column(values).dtype == dtype


def test_mixed_types_are_a_list():
    values = [1, 1.0, True, None, 2**70, "text", -0.0]
    assert as_text(unpack_series("a", pack_series(make_series(values))).values) == as_text(values)
    assert make_column(values) == values


@pytest.mark.parametrize(
    ("column", "values"),
    [
        (np.array([1.5, -0.0], "float32"), [1.5, -0.0]),
        (np.array([1, 255], "uint8"), [1, 255]),
        (np.array([1, 2**64 - 1], "uint64"), [1, 2**64 - 1]),
        (np.array([1, None], "object"), [1, None]),
        ([np.float32(0.5), np.int8(3)], [0.5, 3]),
        (np.arange(8)[::2], [0, 2, 4, 6]),
        (np.array([1, 2], ">i4"), [1, 2]),
        (array("d", [0.5, 2.0]), [0.5, 2.0]),
        (array("q", [5, -6]), [5, -6]),
        (array("h", [5, -6]), [5, -6]),
    ],
)
def test_any_kind_of_column(column, values):
    assert as_text(unpack_series("a", pack_series(make_series(column))).values) == as_text(values)


def test_nan_keeps_its_bits():
    odd = struct.unpack("<d", struct.pack("<Q", 0x7FF8000000000123))[0]
    found = unpack_series("a", pack_series(make_series([odd])))
    assert found.values.tobytes() == struct.pack("<Q", 0x7FF8000000000123)


def test_integers_that_python_will_not_write():
    huge = 10 ** (sys.get_int_max_str_digits() + 10)
    values = [huge, {"hex": "0x1", "dict": [-huge]}, "0x1"]
    assert unpack_series("a", pack_series(make_series(values))).values == values


def test_a_column_may_be_changed():
    series = unpack_series("a", pack_series(make_series([1.0, 2.0])))
    series.values[0] = 5.0


def test_compressed_is_smaller():
    series = make_series([0.5] * 10_000)
    assert len(pack_series(series, compress=True)) < len(pack_series(series)) / 2


def test_no_parts_are_an_empty_series():
    assert len(join_series("a", [])) == 0


def test_without_numpy(monkeypatch):
    packed = [
        pack_series(make_series(values)) for values in ([1, 2], [0.5, -0.0], [True, False], ["a", None])
    ]
    monkeypatch.setitem(sys.modules, "numpy", None)
    found = [unpack_series("a", data).values for data in packed]
    assert [list(values) for values in found] == [[1, 2], [0.5, -0.0], [True, False], ["a", None]]
    assert found[0] == array("q", [1, 2])
    assert join_series("a", packed[:2]).values == [1, 2, 0.5, -0.0]
    assert join_series("a", [packed[0]] * 2).values == array("q", [1, 2, 1, 2])
    assert [pack_series(make_series(values)) for values in found] == packed


DATA = pack_series(make_series([1.0, 2.0]))
TEXTS = pack_series(make_series(["a", "b"]))


@pytest.mark.parametrize(
    "data",
    [
        b"",
        b"pts",
        b"{}" * 20,
        DATA[:-1],
        DATA + b"x",
        DATA[:3] + b"\x02" + DATA[4:],
        DATA[:5] + b"zzz" + DATA[8:],
        DATA[:5] + b"\xff\xff\xff" + DATA[8:],
        DATA[:8] + b"\xff" * 8 + DATA[16:],
        TEXTS[:-1] + b"}",
        TEXTS.replace(b'["a","b"]', b'["a"   ]'),
        TEXTS[:7] + b"x" + TEXTS[8:].replace(b'["a","b"]', b"[{},   1]"),
        TEXTS.replace(struct.pack("<Q", 9) + b'["a","b"]', struct.pack("<Q", 50_000) + b"[" * 50_000),
        DATA[:4] + b"\x01" + DATA[5:],
        DATA[:4] + b"\x01" + DATA[5:16] + struct.pack("<Q", 2**60) + zlib.compress(DATA[16:]),
        DATA[:4] + b"\x01" + DATA[5:16] + struct.pack("<Q", 9) + zlib.compress(DATA[16:]),
    ],
)
def test_damage_is_a_value_error(data):
    with pytest.raises(ValueError, match="points"):
        unpack_series("a", data)
