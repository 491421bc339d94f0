"""What captured functions are given can't be changed, and copies of it are plain."""

import copy
import json
import operator
import pickle

import pytest

from sacred.config.containers import ReadOnlyContainer, ReadOnlyDict, ReadOnlyList, make_read_only
from sacred.errors import ReadOnlyError, SacredError
from sacred.settings import SETTINGS
from unit.config.helpers import make_experiment, run_script

PLAIN = {"a": 1, "l": [1, {"x": [2]}], "d": {"e": {"f": (3, [4])}}, "s": {5}, "n": None}


@pytest.fixture
def frozen():
    return make_read_only(PLAIN)


def is_plain(value):
    if isinstance(value, dict):
        return type(value) is dict and all(is_plain(item) for item in value.values())
    if isinstance(value, list | tuple):
        return type(value) in (list, tuple) and all(is_plain(item) for item in value)
    return not isinstance(value, ReadOnlyContainer)


DICT_WRITERS = {
    "setitem": lambda d: operator.setitem(d, "new", 1),
    "replace": lambda d: operator.setitem(d, "x", 1),
    "delitem": lambda d: operator.delitem(d, "x"),
    "update": lambda d: d.update(x=1),
    "update with nothing": lambda d: d.update(),
    "pop": lambda d: d.pop("x"),
    "pop with default": lambda d: d.pop("none", 1),
    "popitem": lambda d: d.popitem(),
    "clear": lambda d: d.clear(),
    "setdefault": lambda d: d.setdefault("new", 1),
    "setdefault of a present key": lambda d: d.setdefault("x", 1),
    "ior": lambda d: operator.ior(d, {"x": 1}),
}
LIST_WRITERS = {
    "setitem": lambda x: operator.setitem(x, 0, 1),
    "slice": lambda x: operator.setitem(x, slice(0, 1), [1]),
    "delitem": lambda x: operator.delitem(x, 0),
    "append": lambda x: x.append(1),
    "extend": lambda x: x.extend([1]),
    "insert": lambda x: x.insert(0, 1),
    "remove": lambda x: x.remove(1),
    "pop": lambda x: x.pop(),
    "clear": lambda x: x.clear(),
    "sort": lambda x: x.sort(),
    "reverse": lambda x: x.reverse(),
    "iadd": lambda x: operator.iadd(x, [1]),
    "imul": lambda x: operator.imul(x, 2),
}


@pytest.mark.parametrize("write", DICT_WRITERS.values(), ids=DICT_WRITERS)
@pytest.mark.parametrize("find", [lambda d: d["l"][1], lambda d: ReadOnlyDict({"x": 2})])
def test_no_way_to_write_into_a_dictionary(frozen, write, find):
    target = find(frozen)
    before = dict(target)
    with pytest.raises(
        ReadOnlyError, match="ReadOnlyDict is read-only: a captured function can't change"
    ) as caught:
        write(target)
    assert dict(target) == before
    assert isinstance(caught.value, TypeError)
    assert isinstance(caught.value, SacredError)


@pytest.mark.parametrize("write", LIST_WRITERS.values(), ids=LIST_WRITERS)
@pytest.mark.parametrize(
    "find", [lambda d: d["l"][1]["x"], lambda d: d["d"]["e"]["f"][1], lambda d: ReadOnlyList([1])]
)
def test_no_way_to_write_into_a_list(frozen, write, find):
    target = find(frozen)
    before = list(target)
    with pytest.raises(ReadOnlyError, match="ReadOnlyList is read-only"):
        write(target)
    assert list(target) == before


def test_every_method_of_dict_and_list_that_writes_is_covered():
    reading_dict = {"copy", "fromkeys", "get", "items", "keys", "values"}
    names = {name for name in vars(dict) if not name.startswith("_")} - reading_dict
    assert names == {name for name in names if vars(ReadOnlyDict).get(name) is not None}
    names = {name for name in vars(list) if not name.startswith("_")} - {"copy", "count", "index"}
    assert names == {name for name in names if vars(ReadOnlyList).get(name) is not None}


def test_they_are_dictionaries_and_lists(frozen):
    assert isinstance(frozen, dict)
    assert isinstance(frozen["l"], list)
    assert frozen == PLAIN
    assert dict(PLAIN) == frozen
    assert repr(frozen) == repr(PLAIN)
    assert {**frozen} == PLAIN
    assert [*frozen["l"]] == PLAIN["l"]


COPIES = {
    "method": lambda c: c.copy(),
    "copy.copy": copy.copy,
    "deepcopy": copy.deepcopy,
    "pickle": lambda c: pickle.loads(pickle.dumps(c)),
    "pickle 2": lambda c: pickle.loads(pickle.dumps(c, protocol=2)),
}


@pytest.mark.parametrize("make_copy", COPIES.values(), ids=COPIES)
def test_copies_are_plain_at_every_depth(frozen, make_copy):
    for part, plain in ((frozen, PLAIN), (frozen["l"], PLAIN["l"])):
        copied = make_copy(part)
        assert copied == plain
        assert is_plain(copied)
    assert not is_plain(frozen)


def test_results_of_operations_can_be_changed(frozen):
    merged = frozen | {"b": 2}
    merged["c"] = 3
    longer = frozen["l"] + [1]
    longer.append(2)
    part = frozen["l"][:1]
    part.append(3)
    assert type(merged) is dict
    assert type(longer) is type(part) is list


def test_json(frozen):
    shown = {key: value for key, value in frozen.items() if key != "s"}
    assert json.loads(json.dumps(make_read_only(shown)))["l"] == [1, {"x": [2]}]


def test_yaml(frozen):
    yaml = pytest.importorskip("yaml")
    shown = make_read_only({"l": [1, {"x": [2]}], "d": {"e": 1}})
    expected = "d:\n  e: 1\nl:\n- 1\n- x:\n  - 2\n"
    assert yaml.dump(shown) == yaml.safe_dump(shown) == expected
    assert yaml.dump(shown, Dumper=yaml.SafeDumper) == expected
    if hasattr(yaml, "CSafeDumper"):
        assert yaml.dump(shown, Dumper=yaml.CSafeDumper) == yaml.dump(shown, Dumper=yaml.CDumper) == expected


@pytest.mark.parametrize("order", ["import yaml, sacred", "import sacred, yaml", "import sacred"])
def test_yaml_may_be_imported_at_any_time(tmp_path, order):
    program = f"""\
        {order}
        from sacred import Experiment

        ex = Experiment("yaml", save_git_info=False)
        ex.add_config(l=[1, {{"x": 2}}])


        @ex.automain
        def main(_config, l):
            import yaml

            print(yaml.safe_dump(l), yaml.dump(l) == yaml.safe_dump(l))
        """
    result = run_script(tmp_path / "program.py", program)
    assert "- 1\n- x: 2\n True" in result.stdout, result.stderr


def test_without_any_of_that_yaml_is_not_loaded(tmp_path):
    program = """\
        import sys
        from sacred import Experiment

        ex = Experiment("light", save_git_info=False)
        ex.add_config(l=[1])


        @ex.automain
        def main(_config, l):
            print("loaded", sorted({"yaml", "torch", "numpy"} & set(sys.modules)))
        """
    result = run_script(tmp_path / "program.py", program)
    assert "loaded []" in result.stdout, result.stderr


def test_what_functions_are_given():
    ex = make_experiment({"d": {"x": [1]}, "items": [{"y": 1}], "t": (1, 2)})

    @ex.command
    def look(_config, d, items, t):
        assert type(_config) is type(d) is type(items[0]) is ReadOnlyDict
        assert type(d["x"]) is type(items) is type(t) is ReadOnlyList
        assert _config["d"] is d
        return True

    run = ex.run("look")
    assert run.result is True
    assert is_plain(run.config)


def test_a_write_ends_the_run_with_a_clear_error():
    ex = make_experiment({"d": {"x": 1}})

    @ex.command
    def write(d):
        d["x"] = 2

    with pytest.raises(ReadOnlyError, match="READ_ONLY_CONFIG"):
        ex.run("write")
    assert ex.current_run.config["d"] == {"x": 1}


def test_the_setting(monkeypatch):
    monkeypatch.setitem(SETTINGS.CONFIG, "READ_ONLY_CONFIG", False)
    ex = make_experiment({"d": {"x": 1}})

    @ex.command
    def write(d, _config):
        d["x"] = 2
        _config["e"] = 3
        return is_plain(_config)

    assert ex.run("write").result is True
