from collections import OrderedDict
from typing import NamedTuple

import pytest

from sacred.config.keys import assert_is_valid_key, normalize_or_die
from sacred.errors import ConfigKeyError, InvalidConfigError
from sacred.settings import SETTINGS
from sacred.support.copies import normalize_numpy
from unit.config.helpers import configure, make_experiment

GOOD = ["a", "a b", "1a", "ä", "_x", "", "seed2", "tuple", 1, None, (1, 2), 1.5]


@pytest.mark.parametrize("key", GOOD)
def test_keys_that_are_allowed_by_default(key):
    assert_is_valid_key(key)
    assert normalize_or_die({"d": {key: 1}}) == {"d": {key: 1}}


@pytest.mark.parametrize(
    ("setting", "key", "message"),
    [
        (
            "ENFORCE_KEYS_MONGO_COMPATIBLE",
            "a.b",
            'Invalid key "a.b". Config-keys cannot contain "." or start with "$"',
        ),
        (
            "ENFORCE_KEYS_MONGO_COMPATIBLE",
            "$a",
            'Invalid key "$a". Config-keys cannot contain "." or start with "$"',
        ),
        (
            "ENFORCE_KEYS_JSONPICKLE_COMPATIBLE",
            "py/object",
            'Invalid key "py/object". Config-keys cannot be one of',
        ),
        (
            "ENFORCE_KEYS_JSONPICKLE_COMPATIBLE",
            "json://x",
            'Invalid key "json://x". Config-keys cannot be one of',
        ),
        (
            "ENFORCE_KEYS_NO_EQUALS",
            "a=b",
            'Invalid key "a=b". Config keys may not contain an equals sign ("=").',
        ),
    ],
)
@pytest.mark.parametrize("wrap", [lambda d: d, lambda d: {"x": d}, lambda d: {"x": [1, (2, d)]}])
def test_keys_that_are_refused_by_default(setting, key, message, wrap, monkeypatch):
    with pytest.raises(ConfigKeyError) as caught:
        make_experiment().add_config(wrap({key: 1}))
    assert str(caught.value).startswith(message)
    assert caught.value.key == key
    assert isinstance(caught.value, KeyError)
    monkeypatch.setitem(SETTINGS.CONFIG, setting, False)
    make_experiment().add_config(wrap({key: 1}))


@pytest.mark.parametrize(
    ("setting", "key", "message"),
    [
        (
            "ENFORCE_STRING_KEYS",
            1,
            "Invalid key \"1\". Config-keys have to be strings, but was <class 'int'>",
        ),
        ("ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS", "a b", 'Key "a b" is not a valid python identifier'),
        ("ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS", "1a", 'Key "1a" is not a valid python identifier'),
        ("ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS", "", 'Key "" is not a valid python identifier'),
        ("ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS", 1, 'Key "1" is not a valid python identifier'),
    ],
)
def test_rules_that_one_can_switch_on(setting, key, message, monkeypatch):
    monkeypatch.setitem(SETTINGS.CONFIG, setting, True)
    assert_is_valid_key("good")
    with pytest.raises(ConfigKeyError) as caught:
        normalize_or_die({"d": {key: 1}})
    assert str(caught.value) == message


def test_keys_in_config_functions():
    def cfg():
        d = {"$x": 1}

    with pytest.raises(ConfigKeyError, match=r'Invalid key "\$x"'):
        configure(cfg)


def test_values_are_made_plain():
    np = pytest.importorskip("numpy")
    array = np.arange(3)
    result = normalize_or_die(
        {"t": (1, (2,)), "n": np.float64(1.5), "l": [np.int8(3), {"b": np.bool_(0)}], "a": array}
    )
    assert result == {"t": [1, [2]], "n": 1.5, "l": [3, {"b": False}], "a": array}
    assert type(result["n"]) is float
    assert type(result["l"][0]) is int
    assert type(result["l"][1]["b"]) is bool
    assert result["a"] is array


def test_a_zero_dimensional_array_stays_one():
    np = pytest.importorskip("numpy")
    value = np.array(5)
    assert normalize_numpy(value) is value


def test_subclasses_of_containers_become_plain():
    class Point(NamedTuple):
        x: int
        y: int

    result = normalize_or_die(OrderedDict(p=Point(1, 2), d=OrderedDict(a=1)))
    assert result == {"p": [1, 2], "d": {"a": 1}}
    assert type(result) is type(result["d"]) is dict
    assert type(result["p"]) is list


@pytest.mark.parametrize("make", [lambda x: x.append(x), lambda x: x.append({"x": x})])
def test_a_container_that_holds_itself(make):
    value = []
    make(value)
    with pytest.raises(InvalidConfigError, match="nested too deeply, or holds itself"):
        normalize_or_die({"a": value})
