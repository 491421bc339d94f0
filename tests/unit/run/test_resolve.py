"""Named configs, ingredients and config hooks: in which order values win, and what is an error."""

import ast
import json

import pytest

from sacred import Experiment, Ingredient
from sacred.errors import (
    CircularDependencyError,
    CommandNotFoundError,
    ConfigKeyError,
    InvalidConfigError,
    NamedConfigNotFoundError,
)
from sacred.run.resolve import find_best_match, part_by_ingredient
from unit.config.helpers import add_config, configure, make_experiment


def make_ingredient(path, *configs, ingredients=()):
    ingredient = Ingredient(path, ingredients=ingredients, save_git_info=False)
    for config in configs:
        add_config(ingredient, config)
    return ingredient


def config_of(ex, updates=None, named=(), **kwargs):
    config = dict(ex.run(config_updates=updates, named_configs=named, **kwargs).config)
    config.pop("seed")
    return config


# the order of configs


def test_later_configs_win_by_key():
    def first():
        d = {"x": 1, "y": {"p": 1}}
        lst = [1, 2]

    def second():
        d = {"x": 2, "z": 3, "y": {"q": 2}}
        lst = [3]

    config = configure(first, second, {"d": {"new": 5}})
    assert config == {"d": {"x": 2, "z": 3, "y": {"q": 2, "p": 1}, "new": 5}, "lst": [3]}


def test_an_entry_keeps_the_place_of_its_first_appearance():
    assert list(configure({"a": 1, "b": 2}, {"c": 3, "a": 4}, updates={"b": 5})) == ["a", "b", "c"]


def test_the_seed_comes_last_of_the_entries_and_ingredients_after_it():
    config = make_experiment({"a": 1}, ingredients=[make_ingredient("i", {"k": 1})]).run().config
    assert list(config) == ["a", "seed", "i"]


def test_configs_of_ones_own(monkeypatch):
    """0.8 allowed any callable in ``configurations``."""
    from sacred.config.config_summary import ConfigSummary

    def mine(fixed=None, preset=None, fallback=None):
        summary = ConfigSummary(docs={"m": "mine"})
        summary.update({**(preset or {}), "m": (fixed or {}).get("m", 7)})
        return summary

    ex = make_experiment({"a": 1})
    ex.configurations.append(mine)
    run = ex.run()
    assert (run.config["a"], run.config["m"]) == (1, 7)
    assert run.config_modifications.docs["m"] == "mine"
    assert run.config_modifications.origins["m"] == "mine"
    run = ex.run(config_updates={"m": 8})
    assert run.config["m"] == 8


# updates


def test_updates_dotted_nested_and_mixed():
    ex = make_experiment({"d": {"p": {"q": 1, "r": 2, "s": 3}}})
    config = config_of(ex, {"d.p.q": 5, "d": {"p": {"r": 6}}, "d.p": {"s": 7}})
    assert config == {"d": {"p": {"q": 5, "r": 6, "s": 7}}}


@pytest.mark.parametrize("updates", [{"x": 1, "x.l": 2}, {"x.l": 1, "x.l.k": 2}])
def test_updates_that_contradict_each_other(updates):
    with pytest.raises(InvalidConfigError, match=r"contradict each other.*: x") as caught:
        configure({"x": {"l": {"k": 1}}}, updates=updates)
    assert not caught.value.print_traceback


def test_names_of_updates_are_text():
    with pytest.raises(InvalidConfigError, match="have to be text, but one is 3"):
        configure({"a": 1}, updates={3: 4})


def test_keys_that_are_no_text_can_be_updated_inside():
    assert configure({"d": {1: "a", "b": 2}}, updates={"d": {1: "c"}}) == {"d": {1: "c", "b": 2}}


@pytest.mark.parametrize("updates", [{"i": 3}, {"i": [1]}, {"i": None}])
def test_an_ingredient_can_not_become_a_value(updates):
    ex = make_experiment(ingredients=[make_ingredient("i", {"k": 1})])
    with pytest.raises(InvalidConfigError, match=r'"i" is an ingredient .* i\.NAME=VALUE'):
        ex.run(config_updates=updates)


def test_an_empty_update_of_an_ingredient_is_none():
    ex = make_experiment(ingredients=[make_ingredient("i", {"k": 1})])
    assert config_of(ex, {"i": {}}) == {"i": {"k": 1}}


def test_values_given_as_tuples_become_lists():
    assert configure({"x": [1]}, updates={"x": (2, (3,))}) == {"x": [2, [3]]}


# named configs


def with_named_configs():
    def base():
        a = 1
        b = a * 10
        d = {"x": 1, "y": 2}

    ex = make_experiment(base)

    @ex.named_config
    def big():
        a = 100
        d = {"x": 50}

    @ex.named_config
    def bigger():
        a = 1000
        c_of_a = a

    ex.add_named_config("as_dict", {"a": 2, "d": {"y": 5}})
    ex.add_named_config("as_keywords", a=3)
    return ex


def test_named_configs_win_over_configs_which_follow_them():
    assert config_of(with_named_configs(), named=["big"]) == {"a": 100, "b": 1000, "d": {"x": 50, "y": 2}}


def test_updates_win_over_named_configs():
    config = config_of(with_named_configs(), {"a": 7, "d.x": 8}, ["big"])
    assert config == {"a": 7, "b": 70, "d": {"x": 8, "y": 2}}


def test_the_last_named_config_wins_and_dictionaries_merge():
    ex = with_named_configs()
    assert config_of(ex, named=["big", "as_dict"]) == {"a": 2, "b": 20, "d": {"x": 50, "y": 5}}
    assert config_of(ex, named=["as_dict", "big"]) == {"a": 100, "b": 1000, "d": {"x": 50, "y": 5}}
    assert config_of(ex, named=["as_keywords"])["a"] == 3


def test_a_fixed_value_is_seen_inside_a_named_config():
    ex = make_experiment({"a": 1})

    @ex.named_config
    def named():
        a = 9
        b = a

    run = ex.run(config_updates={"a": 100}, named_configs=["named"], options={"--force": True})
    assert (run.config["a"], run.config["b"]) == (100, 100)


def test_named_configs_in_files(tmp_path):
    path = tmp_path / "conf.json"
    path.write_text(json.dumps({"a": 5, "d": {"x": 6}}), encoding="utf-8")
    ex = with_named_configs()
    expected = {"a": 5, "b": 50, "d": {"x": 6, "y": 2}}
    assert config_of(ex, named=[str(path)]) == expected
    ex.add_named_config("file", str(path))
    ex.add_named_config("path", path)
    assert config_of(ex, named=["file"]) == config_of(ex, named=["path"]) == expected


def test_a_file_wins_over_a_named_config_of_its_name(tmp_path, monkeypatch):
    monkeypatch.chdir(tmp_path)
    (tmp_path / "big.json").write_text('{"a": 5}', encoding="utf-8")
    ex = make_experiment({"a": 1})
    ex.add_named_config("big.json", {"a": 7})
    assert config_of(ex, named=["big.json"]) == {"a": 5}


def test_named_configs_with_keys_that_are_no_text():
    ex = make_experiment({"d": {1: "a"}})
    ex.add_named_config("n", {"d": {2: "b", "x": 3, 1: "c"}})
    assert config_of(ex, named=["n"], options={"--force": True}) == {"d": {1: "c", 2: "b", "x": 3}}


def test_parameters_of_named_configs():
    def base():
        a = 1
        d = {"x": 1}

    ingredient = make_ingredient("i", {"k": 5})
    ex = make_experiment(
        base, {"from_earlier": 0, "twice": 0, "sum_of": 0, "of_dict": 0}, ingredients=[ingredient]
    )

    @ex.named_config
    def first():
        from_earlier = 10

    @ex.named_config
    def second(from_earlier):
        twice = from_earlier * 2

    @ex.named_config
    def third(a, i):
        sum_of = a + i["k"]

    @ex.named_config
    def fourth(d, _log):
        of_dict = d["x"]
        _log.debug("read")

    assert config_of(ex, named=["first", "second"])["twice"] == 20
    # better than 0.8: defaults and updates too
    config = config_of(ex, named=["third", "fourth"])
    assert (config["sum_of"], config["of_dict"]) == (6, 1)
    config = config_of(ex, {"a": 100, "i.k": 7, "d.x": 3}, ["third", "fourth"])
    assert (config["sum_of"], config["of_dict"]) == (107, 3)
    assert config["a"] == 100
    assert ex.run(named_configs=["third"]).config_modifications.modified == {"sum_of"}


def test_a_parameter_that_a_named_config_changes():
    ex = make_experiment({"a": 1, "b": 2})

    @ex.named_config
    def more(a):
        a += 10

    assert config_of(ex, named=["more"])["a"] == 11
    assert config_of(ex, {"a": 5}, ["more"])["a"] == 5


def test_an_unknown_parameter_of_a_named_config():
    ex = make_experiment({"a": 1})

    @ex.named_config
    def named(nope):
        pass

    with pytest.raises(ConfigKeyError, match=r"named \(.*\) takes 'nope', which no"):
        ex.run(named_configs=["named"])


def test_named_configs_of_ingredients():
    sub = make_ingredient("sub", {"s": 1})
    ingredient = make_ingredient("ib", {"k": 1}, ingredients=[sub])

    @ingredient.config
    def follow(k):
        k2 = k * 2

    @ingredient.named_config
    def five():
        k = 5

    @ingredient.named_config
    def below():
        sub = {"s": 9}

    ex = make_experiment(ingredients=[ingredient, sub])
    ex.add_named_config("all", {"ib": {"k": 8}, "sub": {"s": 3}})

    @ex.named_config
    def function():
        ib = {"k": 7}

    assert config_of(ex, named=["ib.five"]) == {"ib": {"k": 5, "k2": 10}, "sub": {"s": 1}}
    assert config_of(ex, named=["all"]) == {"ib": {"k": 8, "k2": 16}, "sub": {"s": 3}}
    assert config_of(ex, named=["function"])["ib"] == {"k": 7, "k2": 14}
    assert config_of(ex, {"ib.k": 3}, ["all", "ib.five"])["ib"] == {"k": 3, "k2": 6}
    assert config_of(ex, named=["all", "ib.five"])["ib"]["k"] == 5
    run = ex.run(named_configs=["all"])
    assert run.config_modifications.modified == {"ib", "ib.k", "sub", "sub.s"}


def test_a_named_config_that_is_not_there():
    ex = make_experiment({"a": 1}, ingredients=[make_ingredient("ib", {"k": 1})])
    ex.add_named_config("large", a=2)
    ex.ingredients[0].add_named_config("inc", k=2)
    with pytest.raises(NamedConfigNotFoundError) as caught:
        ex.run(named_configs=["lrge"])
    assert str(caught.value) == (
        'Named config not found: "lrge"; did you mean "large"?\n  Available named configs: large'
    )
    with pytest.raises(NamedConfigNotFoundError, match=r'"zzz"\n  Available named configs: inc'):
        ex.run(named_configs=["ib.zzz"])
    with pytest.raises(
        NamedConfigNotFoundError,
        match=r"Ingredient for named config not found: 'qq'.*large, ib.inc|ib.inc, large",
    ):
        ex.run(named_configs=["qq.nope"])
    with pytest.raises(NamedConfigNotFoundError, match=r'Config file not found: "nowhere/x.json"'):
        ex.run(named_configs=["nowhere/x.json"])


def test_a_text_in_the_place_of_a_list_of_names():
    ex = with_named_configs()
    with pytest.raises(InvalidConfigError, match=r"list of names, but is the text 'big': write \['big'\]"):
        ex.run(named_configs="big")


def test_errors_of_adding_configs():
    ex = make_experiment()
    for add in (ex.add_config, lambda *args, **kwargs: ex.add_named_config("n", *args, **kwargs)):
        with pytest.raises(InvalidConfigError, match="Invalid argument type <class 'int'>"):
            add(5)
        with pytest.raises(InvalidConfigError, match="cannot combine keyword config with positional"):
            add({"a": 1}, b=2)
        with pytest.raises(InvalidConfigError, match="attempted to add empty config"):
            add()
        with pytest.raises(OSError, match=r"File not found /nope\.json"):
            add("/nope.json")
    ex.add_named_config("n", a=1)
    with pytest.raises(KeyError, match='Configuration name "n" already in use!'):
        ex.add_named_config("n", a=2)

    def n():
        pass

    with pytest.raises(KeyError, match="already in use"):
        ex.named_config(n)


def test_named_configs_are_listed_with_ingredients():
    ex = make_experiment({"a": 1}, ingredients=[make_ingredient("ib")])
    ex.add_named_config("own", a=2)
    ex.ingredients[0].add_named_config("inc", k=2)
    assert [name for name, _ in ex.gather_named_configs()] == ["own", "ib.inc"]


# ingredients


def test_configs_see_ingredients():
    inner = make_ingredient("inner", {"n": 1})

    def outer_config(inner):
        doubled = inner["n"] * 2

    outer = make_ingredient("outer.part", outer_config, ingredients=[inner])

    def cfg(outer, inner):
        total = outer["part"]["doubled"] + inner["n"]

    ex = make_experiment(cfg, ingredients=[outer, inner])
    assert config_of(ex) == {"total": 3, "outer": {"part": {"doubled": 2}}, "inner": {"n": 1}}
    assert config_of(ex, {"inner.n": 10}) == {
        "total": 30,
        "outer": {"part": {"doubled": 20}},
        "inner": {"n": 10},
    }


def test_an_ingredient_below_an_ingredient():
    sub = make_ingredient("ib.sub", {"s": 1})

    def cfg(sub):
        k = sub["s"] + 1

    ib = make_ingredient("ib", cfg, ingredients=[sub])

    def main_config(ib):
        both = ib["k"] + ib["sub"]["s"]

    ex = make_experiment(main_config, ingredients=[ib])
    assert config_of(ex) == {"both": 3, "ib": {"k": 2, "sub": {"s": 1}}}
    assert config_of(ex, {"ib.sub.s": 5}) == {"both": 11, "ib": {"k": 6, "sub": {"s": 5}}}
    assert config_of(ex, {"ib": {"sub": {"s": 5}}}) == {"both": 11, "ib": {"k": 6, "sub": {"s": 5}}}


def test_a_config_can_not_overwrite_an_ingredient(caplog):
    ingredient = make_ingredient("ib", {"k": 1})

    def takes_it(ib):
        ib = {"k": 99}
        a = ib["k"]

    ex = make_experiment(takes_it, ingredients=[ingredient])
    run = ex.run()
    assert run.config["ib"] == {"k": 1}
    assert run.config_modifications.ignored_fallbacks == {"ib"}
    (message,) = [text for text in caplog.messages if "Ignored" in text]
    assert message.startswith('Ignored attempt to set value of "ib", because it is an ingredient.')


@pytest.mark.parametrize("config", [{"ib": {"k": 99}, "a": 1}, {"ib": 5, "a": 1}])
def test_a_dictionary_can_not_overwrite_an_ingredient(config, caplog):
    ex = make_experiment(config, ingredients=[make_ingredient("ib", {"k": 1})])
    assert config_of(ex) == {"a": 1, "ib": {"k": 1}}
    assert sum("Ignored attempt" in text for text in caplog.messages) == 1
    assert ex.current_run.config_modifications.ignored_fallbacks == {"ib"}


def test_a_change_inside_a_parameter_is_ignored_and_told(caplog):
    def cfg(ib):
        ib["k"] = 99
        a = 1

    ex = make_experiment(cfg, ingredients=[make_ingredient("ib", {"k": 1})])
    assert config_of(ex) == {"a": 1, "ib": {"k": 1}}
    assert any("Ignored attempt" in text for text in caplog.messages)


def test_other_entries_beside_a_dotted_ingredient(caplog):
    ex = make_experiment({"a": {"other": 1}}, ingredients=[make_ingredient("a.b", {"k": 1})])
    assert config_of(ex) == {"a": {"other": 1, "b": {"k": 1}}}
    assert not any("Ignored" in text for text in caplog.messages)


def test_an_ingredient_of_an_ingredient_has_its_own_place():
    raw = make_ingredient("raw", {"r": 1})
    data = make_ingredient("data", {"p": "x"}, ingredients=[raw])
    model = make_ingredient("model", {"w": 1}, ingredients=[data])
    seen = {}

    @model.capture
    def in_model(_config, raw):
        seen["model"] = dict(_config)

    ex = make_experiment(ingredients=[model])

    @ex.main
    def main(_config, data):
        seen["main"] = dict(_config)
        in_model()

    run = ex.run(config_updates={"seed": 1, "data.p": "y"})
    assert (
        run.config
        == seen["main"]
        == {
            "seed": 1,
            "raw": {"r": 1},
            "data": {"p": "y"},
            "model": {"w": 1},
        }
    )
    assert seen["model"] == {"w": 1, "data": {"p": "y"}, "raw": {"r": 1}}
    assert ex.run(config_updates=run.config).config == run.config


def test_a_shared_ingredient_is_evaluated_once():
    calls = []
    shared = make_ingredient("shared")

    @shared.config
    def cfg():
        calls.append(1)
        s = 1

    left = make_ingredient("left", ingredients=[shared])
    right = make_ingredient("right", ingredients=[shared])
    ex = make_experiment(ingredients=[left, right])
    assert config_of(ex)["shared"] == {"s": 1}
    assert len(calls) == 1


def test_an_experiment_as_ingredient():
    sub = make_experiment({"k": 1}, name="sub")
    ex = make_experiment({"a": 1}, ingredients=[sub])
    assert config_of(ex, {"sub.k": 5}) == {"a": 1, "sub": {"k": 5}}
    assert ex.run("sub.main").meta_info["command"] == "sub.main"


def test_two_ingredients_of_one_path():
    ex = make_experiment(ingredients=[make_ingredient("x"), make_ingredient("x")])
    with pytest.raises(InvalidConfigError, match="Two ingredients have the same path 'x'"):
        ex.run()


def test_ingredients_in_a_circle():
    a, b = make_ingredient("a"), make_ingredient("b")
    a.ingredients.append(b)
    b.ingredients.append(a)
    with pytest.raises(CircularDependencyError) as caught:
        make_experiment(ingredients=[b]).run()
    assert str(caught.value) == "Circular dependency detected: b->a->b"
    with pytest.raises(CircularDependencyError):
        list(a.traverse_ingredients())


def test_an_unknown_command():
    ex = make_experiment(ingredients=[make_ingredient("ib")])
    ex.ingredients[0].command(lambda: None)
    with pytest.raises(CommandNotFoundError, match='Command "mian" not found; did you mean "main"'):
        ex.run("mian")
    with pytest.raises(CommandNotFoundError, match=r'Command "ib.nope" not found'):
        ex.run("ib.nope")


# config hooks


def test_the_logger_of_a_hook_has_the_name_of_what_declared_it():
    ingredient = make_ingredient("ib", {"k": 1})
    ex = make_experiment({"a": 1}, ingredients=[ingredient])
    names = []
    for one in (ingredient, ex):
        one.config_hook(lambda config, command_name, logger: names.append(logger.name))
    ex.run()
    assert names == ["ib", ex.path]


def test_a_hook_sees_everything_and_may_add_and_change():
    seen = {}
    ingredient = make_ingredient("ib", {"k": 1})

    @ingredient.config_hook
    def of_ingredient(config, command_name, logger):
        seen["ingredient"] = config
        return {"k": 5}

    ex = make_experiment({"a": 1, "d": {"x": 1, "y": 2}}, ingredients=[ingredient])

    @ex.config_hook
    def of_experiment(config, command_name, logger):
        seen["experiment"] = config
        seen["command"] = command_name
        config["a"] = "changed"
        config["d"]["x"] = "changed"
        return {"d": {"x": 10}, "new": {"n": [1]}}

    run = ex.run()
    assert seen == {
        "ingredient": {"ib": {"k": 1}},
        "experiment": {"a": "changed", "d": {"x": "changed", "y": 2}, "ib": {"k": 5}},
        "command": "main",
    }
    config = dict(run.config)
    config.pop("seed")
    assert config == {"a": 1, "d": {"x": 10, "y": 2}, "new": {"n": [1]}, "ib": {"k": 5}}
    assert run.config_modifications.added == set()
    assert ex.config_hooks == [of_experiment]
    assert config_of(ex) == config  # nothing is left from the first run


def test_a_hook_can_not_change_what_is_fixed():
    ex = make_experiment({"a": 1, "b": 1, "c": 1, "d": {"x": 1, "y": 1}})
    ex.add_named_config("n", b=5, d={"y": 5})

    @ex.config_hook
    def hook(config, command_name, logger):
        return {"a": 9, "b": 9, "c": 9, "d": {"x": 9, "y": 9}}

    assert config_of(ex, {"a": 3, "d.x": 3}, ["n"]) == {"a": 3, "b": 5, "c": 9, "d": {"x": 3, "y": 5}}


def test_a_hook_can_not_change_a_fixed_element():
    ex = make_experiment({"l": [1, 2], "d": {"m": [1, 2]}})

    @ex.config_hook
    def hook(config, command_name, logger):
        return {"l": [7, 8], "d": {"m": [7, 8]}}

    assert config_of(ex, {"l[1]": 3, "d.m[0]": 4}) == {"l": [7, 3], "d": {"m": [4, 8]}}


def test_a_hook_may_return_nothing():
    ex = make_experiment({"a": 1})
    ex.config_hook(lambda config, command_name, logger: None)
    assert config_of(ex) == {"a": 1}


def test_a_later_hook_sees_the_result_of_an_earlier_one():
    ex = make_experiment({"a": 1})
    ex.config_hook(lambda config, command_name, logger: {"a": 2})

    @ex.config_hook
    def second(config, command_name, logger):
        return {"b": config["a"] * 10}

    assert config_of(ex) == {"a": 2, "b": 20}


def test_an_experiments_hook_may_change_an_ingredient():
    ingredient = make_ingredient("ib.deep", {"k": 1, "fixed": 1})
    ex = make_experiment(ingredients=[ingredient])
    ex.config_hook(lambda config, command_name, logger: {"ib": {"deep": {"k": 7, "fixed": 7}}})
    assert config_of(ex, {"ib.deep.fixed": 2}) == {"ib": {"deep": {"k": 7, "fixed": 2}}}


@pytest.mark.parametrize("result", [5, [1], "text"])
def test_a_hook_that_returns_something_else(result):
    ex = make_experiment({"a": 1})

    @ex.config_hook
    def wrong(config, command_name, logger):
        return result

    with pytest.raises(
        InvalidConfigError, match="The config hook 'wrong' has to return a dictionary or None"
    ):
        ex.run()


def test_a_hook_needs_its_three_parameters():
    ex = make_experiment()
    for wrong in (lambda: None, lambda config: None, lambda config, logger, command_name: None):
        with pytest.raises(InvalidConfigError, match="config, command_name, logger"):
            ex.config_hook(wrong)


def test_a_hook_gives_valid_keys():
    ex = make_experiment()
    ex.config_hook(lambda config, command_name, logger: {"a.b": 1})
    with pytest.raises(ConfigKeyError, match="Invalid key"):
        ex.run()


# resolving by hand, as 0.8's users do


def test_resolving_by_hand():
    from sacred.initialize import create_scaffolding, distribute_config_updates, get_configuration
    from sacred.run.create import gather_ingredients_topological

    ex = make_experiment({"a": 1}, ingredients=[make_ingredient("ib", {"k": 1})])
    scaffolding = create_scaffolding(ex, gather_ingredients_topological(ex))
    prefixes = sorted([path.split(".") for path in scaffolding if path != ""], reverse=True, key=len)
    distribute_config_updates(prefixes, scaffolding, {"a": 5, "ib": {"k": 6}})
    for scaffold in scaffolding.values():
        scaffold.set_up_config()
    assert get_configuration(scaffolding) == {"a": 5, "ib": {"k": 6}}


def test_find_best_match():
    assert find_best_match("a.b.c", ["a", "a.b", ""]) == ("a.b", "c")
    assert find_best_match("a.b", ["a.b"]) == ("a.b", "")
    assert find_best_match("q.z", ["a"]) == ("", "q.z")
    assert find_best_match("a.b.c", [["a", "b"], ["a"]]) == ("a.b", "c")


def test_part_by_ingredient():
    values = {"a": 1, "ib": {"k": 1, "sub": {"s": 2}}, "x": {"y": {"z": 3}, "w": 4}, 5: 6}
    assert part_by_ingredient(values, ["", "ib", "ib.sub", "x.y", "none.such"]) == {
        "": {"a": 1, "x": {"w": 4}, 5: 6},
        "ib": {"k": 1},
        "ib.sub": {"s": 2},
        "x.y": {"z": 3},
    }


def test_config_keys_of_all_ingredients():
    ex = make_experiment({"a": 1, "d": {"x": 1}}, ingredients=[make_ingredient("ib", {"k": 1})])
    assert sorted(ex.gather_config_keys()) == ["a", "d.x", "ib.k", "seed"]


def test_an_experiment_of_another_module_as_class():
    class Mine(Experiment):
        def __init__(self, name):
            super().__init__(name, save_git_info=False)
            self.add_config(a=1)

    ex = Mine("mine")
    ex.main(lambda a: a)
    assert ex.run().result == 1


def test_what_a_later_config_removes_from_a_parameter_is_gone():
    def changes(d, values):
        del d["a"]
        d["b"].pop("c")
        values.pop()

    ex = make_experiment({"d": {"a": 1, "b": {"c": 1, "d": 2}}, "values": [1, 2]}, changes)
    config = config_of(ex)
    assert config["d"] == {"b": {"d": 2}}
    assert config["values"] == [1]
    assert config_of(ex, {"d.b.d": 5})["d"] == {"b": {"d": 5}}
    assert config_of(ex, {"d.a": 5})["d"] == {"a": 5, "b": {"d": 2}}


def test_configs_see_what_hooks_made_of_their_ingredients():
    part = make_ingredient("part", {"size": 2})

    @part.config_hook
    def hook(config, command_name, logger):
        return {"size": 7, "extra": 8}

    def copies(part):
        copied = (part["size"], part["extra"])

    ex = make_experiment(copies, ingredients=[part])
    assert config_of(ex)["copied"] == [7, 8]
    assert config_of(ex, {"part.size": 3})["copied"] == [3, 8]


def test_an_added_entry_that_a_config_function_takes_is_used(caplog):
    def follows(x, a):
        b = x + a

    ex = make_experiment({"a": 1}, follows)
    assert config_of(ex, {"x": 2})["b"] == 3
    assert 'Added new config entry: "x"' in caplog.text


def test_a_captured_function_sees_what_stands_below_its_ingredients_path():
    data, paths = make_ingredient("data", {"size": 2}), make_ingredient("data.paths", {"root": "here"})

    @data.capture
    def read(size, paths):
        return size, paths

    ex = make_experiment(ingredients=[data, paths])
    assert ex.run().config["data"] == {"size": 2, "paths": {"root": "here"}}
    assert read() == (2, {"root": "here"})


@pytest.mark.parametrize("path", ["data", "model.data"])
def test_named_configs_of_ingredients_that_need_others(path):
    data = make_ingredient(path, {"size": 2, "kind": 1})
    model = make_ingredient("model", {"width": 3}, ingredients=[data])
    model.add_named_config("wide", {"width": 9})
    model.add_named_config("large", {"data": {"size": 7}})
    ex = make_experiment(ingredients=[model])
    run = ex.run(config_updates={f"{path}.kind": 5}, named_configs=["model.wide", "model.large"])
    assert run.config["model"]["width"] == 9
    found = run.config["model"]["data"] if "." in path else run.config["data"]
    assert found == {"size": 7, "kind": 5}
    assert run.config_modifications.added == set()


@pytest.mark.parametrize("paths", [("data.paths", "data"), ("data", "data.paths")])
def test_configs_and_hooks_see_an_ingredient_and_what_is_below_it_in_any_order(paths):
    seen = []

    def sees(data):
        copied = str(data)

    ingredients = [make_ingredient(path, {"size": 2}) for path in paths]

    @ingredients[-1].config_hook
    def look(config, command_name, logger):
        seen.append(config["data"])

    ex = make_experiment(sees, ingredients=ingredients)
    both = {"size": 2, "paths": {"size": 2}}
    assert ast.literal_eval(config_of(ex)["copied"]) == both
    assert seen == [both]


def test_what_a_config_hook_returns_keeps_its_type():
    def hook(config, command_name, logger):
        return {"shape": (3, 32), "d": {"pair": (1, 2)}}

    ex = make_experiment({"a": 1})
    ex.config_hook(hook)
    config = config_of(ex)
    assert config == {"a": 1, "shape": (3, 32), "d": {"pair": (1, 2)}}


def test_an_update_of_an_ingredients_seed_is_a_modification():
    ex = make_experiment(ingredients=[make_ingredient("part", {"size": 2})])
    changes = ex.run(config_updates={"part.seed": 5}).config_modifications
    assert (changes.added, changes.modified) == (set(), {"part", "part.seed"})


@pytest.mark.parametrize(
    ("declared", "inner", "outer"),
    [(["b.a", "b"], 86981882, 600083075), (["b", "b.a"], 600083075, 678777375), (["b"], 86981882, 600083075)],
)
def test_the_seed_of_an_ingredient_below_another_follows_as_in_sacred_08(declared, inner, outer):
    ingredients = {"b.a": make_ingredient("b.a", {"size": 2})}
    ingredients["b"] = make_ingredient("b", {"size": 2}, ingredients=[ingredients["b.a"]])
    drawn = {path: ingredient.capture(lambda _seed: _seed) for path, ingredient in ingredients.items()}
    make_experiment(ingredients=[ingredients[path] for path in declared]).run(config_updates={"seed": 1})
    assert (drawn["b.a"](), drawn["b"]()) == (inner, outer)


def test_a_config_that_only_takes_an_ingredient_with_arrays_does_not_overwrite_it(caplog):
    np = pytest.importorskip("numpy")

    def takes(part):
        size = len(part["shape"])

    part = make_ingredient("part", {"shape": np.array([1, 2]), "d": {"items": [np.array([3])]}})
    assert config_of(make_experiment(takes, ingredients=[part]))["size"] == 2
    assert "Ignored attempt" not in caplog.text
