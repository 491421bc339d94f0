"""Each entry knows which config, named config, file, hook or update its value comes from."""

# ruff: noqa: PIE800 - long tables stay short

import pytest

from sacred.config.origins import find_origins
from unit.config.helpers import make_experiment
from unit.run.test_resolve import make_ingredient

UPDATES = "config_updates"


def place(function):
    return f"{function.__name__} (test_origins.py:{function.__code__.co_firstlineno})"


def test_origins_of_all_kinds(tmp_path):
    path = tmp_path / "conf.json"
    path.write_text('{"from_file": 5, "d": {"file": 5}}', encoding="utf-8")

    def first():
        a = 1
        b = 1
        c = 1
        d = {"first": 1, "second": 1, "named": 1, "file": 1, "update": 1}
        from_file = from_named = from_hook = 1
        listed = [1, 2]

    def second():
        b = 2
        d = {"second": 2}

    ex = make_experiment(first, second, ingredients=[make_ingredient("ib", {"k": 1, "m": 1})])

    @ex.named_config
    def named():
        from_named = 3
        d = {"named": 3}
        ib = {"m": 3}

    @ex.config_hook
    def hook(config, command_name, logger):
        return {"from_hook": 4}

    updates = {"c": 9, "d.update": 9, "listed[1]": 9}
    run = ex.run(config_updates=updates, named_configs=["named", str(path)])
    origins = run.config_modifications.origins
    assert origins["ib.k"].startswith("add_config (helpers.py:")
    expected = {
        **{"a": place(first), "b": place(second), "c": UPDATES},
        **{"d.first": place(first), "d.second": place(second), "d.named": "named config named"},
        **{"d.update": UPDATES, "d.file": f"file {path}"},
        **{"from_named": "named config named", "from_file": f"file {path}"},
        **{"from_hook": "config hook hook", "listed": UPDATES, "listed[1]": UPDATES},
        **{"ib.m": "named config named"},
    }
    assert {name: origins.get(name) for name in expected} == expected


def test_a_value_that_is_set_again_to_the_same_is_of_the_last_that_set_it():
    def first():
        a = 1

    def second():
        a = 1

    origins = make_experiment(first, second).run().config_modifications.origins
    assert origins["a"].startswith("second")


def test_a_config_that_lost_is_no_origin():
    def first():
        a = 1

    run = make_experiment(first).run(config_updates={"a": 2})
    assert run.config_modifications.origins["a"] == UPDATES


def test_files_and_dictionaries_in_add_config(tmp_path):
    path = tmp_path / "base.json"
    path.write_text('{"a": 1}', encoding="utf-8")
    ex = make_experiment()
    ex.add_config(str(path))
    ex.add_config({"b": 2})
    ex.add_config(c=3)
    origins = ex.run().config_modifications.origins
    assert origins["a"] == f"file {path}"
    assert origins["b"].startswith("add_config (test_origins.py:")
    assert origins["c"].startswith("add_config (test_origins.py:")


@pytest.mark.parametrize("key", [1, None, 1.5])
def test_keys_that_are_no_text(key):
    assert find_origins({"d": {key: 1}}, [("x", {"d": {key: 1}})]) == {f"d.{key}": "x"}


def test_a_hook_that_returns_everything_is_the_origin_of_what_it_changed():
    ex = make_experiment({"a": 1, "d": {"x": 1, "y": 2}})

    @ex.config_hook
    def hook(config, command_name, logger):
        config["d"]["y"] = 3
        config["new"] = 4
        return config

    origins = ex.run().config_modifications.origins
    assert origins["d.y"] == origins["new"] == "config hook hook"
    assert not {origins["a"], origins["d.x"]} & {"config hook hook"}


def test_a_parameter_that_is_only_read_keeps_its_origin():
    def first():
        read = 1
        changed = 1
        nested = {"a": 1}
        only_read = {"a": 1}

    def second(read, changed, nested, only_read):
        changed = read + changed
        nested["b"] = 2

    origins = make_experiment(first, second).run().config_modifications.origins
    assert {name: origins[name] for name in ("read", "changed", "nested.b", "only_read.a")} == {
        "read": place(first),
        "changed": place(second),
        "nested.b": place(second),
        "only_read.a": place(first),
    }
