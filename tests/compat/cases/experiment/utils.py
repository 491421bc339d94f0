"""Helpers that other projects import."""
# run:

import datetime

from kit import outcome, tell

from sacred import utils
from sacred.observers.base import td_format
from sacred.randomness import create_rnd, get_seed

texts = [
    "abc\b\bX",
    "ab\b",
    "a\b\b\b",
    "abcdef\rXY\n",
    "\r\n",
    "100%\r 50%\r\n",
    "abc\r",
    "x\n\by",
    "a\bc\rd",
    "",
    "\t\r1",
]
names = ["HTTPServer", "getHTTPResponse", "X1Y2", "Foo_Bar", "ABC", "camelCase"]
nested = {"b": {"c": 2, "d": {}, "e": {"f": 3}}, "a": 1}
tell(
    backspaces=[utils.apply_backspaces_and_linefeeds(each) for each in texts],
    snake=[utils.convert_camel_case_to_snake_case(each) for each in names],
    flat=list(utils.iterate_flattened(nested)),
    separately=[list(each) for each in utils.iterate_flattened_separately(nested)][:2],
    paths=[utils.get_by_dotted_path(nested, each) for each in ("b.c", "b.e", "nope", "b.nope.x", "")],
    default=utils.get_by_dotted_path(nested, "x.y", 5),
    prefixes=list(utils.iter_prefixes("a.b.c")),
    joined=[utils.join_paths(*each) for each in (("a", "b"), ("", "b"), ("a", ""), (), ("a", "b.c", "d"))],
    is_prefix=[
        utils.is_prefix(*each) for each in (("", "a"), ("a", "a"), ("a", "a.b"), ("a", "ab"), ("a.b", "a"))
    ],
    relative=[utils.rel_path("a", "a.b"), utils.rel_path("", "a")],
    to_nested=utils.convert_to_nested_dict({"a.b": 1, "a": {"c": 2}, "d.e.f": 3}),
    updated=utils.recursive_update({"a": {"b": 1}, "c": 1}, {"a": {"d": 2}, "c": {}}) if False else None,
    modules=[utils.module_exists("json"), utils.module_exists("nope_nope"), utils.module_is_in_cache("json")],
    seeds=[
        get_seed(create_rnd(5)),
        get_seed(create_rnd(5)) == get_seed(create_rnd(5)),
        outcome(create_rnd, "x"),
    ],
    durations=[td_format(datetime.timedelta(seconds=each)) for each in (0, 61, 3600, 34214521)],
)
target = {"a": 1}
utils.set_by_dotted_path(target, "b.c.d", 5)
tell(set=target, wrong=outcome(utils.set_by_dotted_path, target, "a.x", 1))
errors = {}
for name in [
    "SacredError",
    "SacredInterrupt",
    "TimeoutInterrupt",
    "ConfigError",
    "ConfigAddedError",
    "InvalidConfigError",
    "MissingConfigError",
    "NamedConfigNotFoundError",
    "CircularDependencyError",
    "SignatureError",
    "ObserverError",
]:
    kinds = [kind.__name__ for kind in getattr(utils, name).__mro__]
    errors[name] = {
        "raises": [name, *kinds[1:]],
        "bases": [kind for kind in kinds if kind in ("SacredError", "TypeError", "ConfigError")],
    }
tell(errors=errors, statuses=[utils.SacredInterrupt.STATUS, utils.TimeoutInterrupt.STATUS])
