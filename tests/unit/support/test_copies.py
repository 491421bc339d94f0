"""Copies of nested containers: new where somebody might change them, shared else."""

import numpy as np
import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.config.containers import make_read_only
from sacred.support.copies import copy_containers, normalize_numpy

values = st.recursive(
    st.integers(), lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


def iter_containers(value):
    if isinstance(value, dict | list):
        yield value
        for inner in value.values() if isinstance(value, dict) else value:
            yield from iter_containers(inner)


@given(values)
def test_a_copy_is_equal_and_shares_no_container(value):
    copied = copy_containers(value)
    assert copied == value
    mine = {id(container) for container in iter_containers(copied)}
    assert not mine & {id(container) for container in iter_containers(value)}


def test_what_is_no_container_is_shared():
    thing, pair = object(), ([1],)
    copied = copy_containers({"a": [thing], "b": pair})
    assert copied["a"][0] is thing
    assert copied["b"] is pair


def test_read_only_containers_become_plain():
    copied = copy_containers(make_read_only({"a": [1, {"b": 2}]}))
    copied["a"].append(3)
    assert type(copied["a"][1]) is dict


def test_containers_that_hold_themselves_keep_their_shape():
    loop = [1]
    loop.append(loop)
    knot = {"loop": loop}
    knot["self"] = knot
    copied = copy_containers(knot)
    assert copied is not knot
    assert copied["self"] is copied
    assert copied["loop"][1] is copied["loop"]
    assert copied["loop"] is not loop


@pytest.mark.parametrize("depth", [500, 100_000])
def test_very_deep_containers_are_no_error(depth):
    deep = value = []
    for _ in range(depth):
        value.append([])
        value = value[0]
    assert copy_containers(deep) is not deep
    while deep:  # taken apart from the outside: comparing or freeing it at once would recurse
        deep = deep.pop()


def test_complex_numbers_that_are_longer_than_python_s():
    value = normalize_numpy(np.clongdouble(1 + 2j))
    assert (value, type(value)) == (1 + 2j, complex)
