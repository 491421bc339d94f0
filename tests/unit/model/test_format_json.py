"""The fast formatter writes what the standard library's indented one writes."""

import json

from hypothesis import given
from hypothesis import strategies as st

from sacred.model.serialize import flatten, format_json, to_json

scalars = st.none() | st.booleans() | st.integers() | st.floats() | st.text()
values = st.recursive(
    scalars, lambda inner: st.lists(inner) | st.dictionaries(st.text(), inner), max_leaves=20
)


@given(values)
def test_same_text_as_the_standard_library(value):
    assert format_json(value) == json.dumps(value, sort_keys=True, indent=2)


@given(values)
def test_plain_values_stay(value):
    assert to_json(value) == format_json(value)


def test_a_dictionary_that_grows_meanwhile():
    """The thread that runs the experiment adds entries while a beat writes them down."""

    class Adding:
        def __repr__(self):
            info["new"] = 1
            return "adding"

    info = {"first": Adding(), "last": 2}
    assert flatten(info)["last"] == 2
