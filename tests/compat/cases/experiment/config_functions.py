"""normalize_or_die, normalize_numpy, assert_is_valid_key and recursive_fill_in, with awkward values."""
# run:
# run: [no-numpy]

from collections import OrderedDict, defaultdict, namedtuple
from pathlib import Path

from kit import outcome, tell

from sacred import SETTINGS
from sacred.config.utils import assert_is_valid_key, normalize_numpy, normalize_or_die, recursive_fill_in
from sacred.optional import has_numpy, np

Point = namedtuple("Point", "x y")
values = {
    "plain": {"a": 1, "b": [1, (2, {"c": 3})]},
    "tuple": (1, (2, [3])),
    "set": {1},
    "bytes": b"x",
    "path": Path("x"),
    "ordered": OrderedDict(b=1, a=2),
    "default": defaultdict(int, a=1),
    "named": Point(1, [2]),
    "none": None,
    "complex": 1j,
    "range": range(3),
    "empty": [{}, (), []],
}
tell(normal={name: outcome(normalize_or_die, value) for name, value in values.items()})
if has_numpy:
    tell(
        numpy=[
            normalize_or_die({"a": np.int64(1), "b": [np.float32(0.5), np.bool_(True)], "c": np.arange(2)}),
            normalize_numpy(np.int32(5)),
            normalize_numpy(np.float64(1.5)),
            normalize_numpy(np.array(7)),
            normalize_numpy(np.str_("text")),
        ]
    )
tell(numbers=[normalize_numpy(each) for each in (1, "a", None, [1])])
keys = [
    "fine",
    "a b",
    "a.b",
    "$x",
    "py/tuple",
    "py/object",
    "json://x",
    "a=b",
    5,
    None,
    (1, 2),
    "1a",
    "jsonpickle/x",
]


def check_all():
    return [outcome(assert_is_valid_key, key) for key in keys]


def classes(found):
    return ["fine" if "returns" in each else "KeyError" in each["raises"] for each in found]


tell(keys=classes(check_all()))
for setting in (
    "ENFORCE_KEYS_MONGO_COMPATIBLE",
    "ENFORCE_KEYS_JSONPICKLE_COMPATIBLE",
    "ENFORCE_KEYS_NO_EQUALS",
    "ENFORCE_STRING_KEYS",
    "ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS",
):
    SETTINGS.CONFIG[setting] = not SETTINGS.CONFIG[setting]
    found = classes(check_all())
    if setting == "ENFORCE_VALID_PYTHON_IDENTIFIER_KEYS":  # a number is no identifier, but 0.8 let it pass
        found = [each for key, each in zip(keys, found, strict=True) if isinstance(key, str)]
    tell(**{setting: found, f"{setting}_nested": "raises" in outcome(normalize_or_die, {"a": [{"$x.y": 1}]})})
    SETTINGS.CONFIG[setting] = not SETTINGS.CONFIG[setting]
filled = {"a": 1, "n": {"x": 1}, "l": [1], "p": 5}
returned = recursive_fill_in(
    filled, {"a": 2, "n": {"x": 2, "y": {"z": 3}}, "l": [2], "p": {"q": 1}, "new": {"k": 1}}
)
tell(filled=[filled, returned])
