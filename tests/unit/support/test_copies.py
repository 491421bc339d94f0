from collections import OrderedDict

from sacred.support.copies import copy_containers


def test_containers_are_new_and_plain_and_what_they_hold_is_shared():
    marker = object()
    original = OrderedDict(a=[1, {"b": marker}], c=OrderedDict(d=(1, [2])))
    copied = copy_containers(original)
    assert copied == {"a": [1, {"b": marker}], "c": {"d": (1, [2])}}
    assert type(copied) is type(copied["c"]) is dict
    assert copied["a"][1]["b"] is marker
    copied["a"][1]["b"] = copied["a"][0] = 5
    copied["c"]["d"] = None
    assert original == {"a": [1, {"b": marker}], "c": {"d": (1, [2])}}


def test_other_values_are_themselves():
    for value in (5, "text", None, (1, 2), {3}):
        assert copy_containers(value) is value
