"""Ingredients: functions, configs, what is recorded of their code."""

import json
import pickle
import subprocess
import sys
from dataclasses import dataclass

import numpy as np
import pytest

from recording import make_experiment
from sacred import Experiment, Ingredient
from sacred.config.captured_function import CapturedFunction
from sacred.config.config_dict import ConfigDict
from sacred.config.config_scope import ConfigScope
from sacred.errors import CircularDependencyError, ConfigKeyError, InvalidConfigError, SourceError


@pytest.fixture
def ing():
    return Ingredient("ing", save_git_info=False)


def run_with(ing, function=lambda: None, **arguments):
    ex = make_experiment(ingredients=[ing])
    ex.main(function)
    return ex.run(**arguments)


# --- functions ----------------------------------------------------------------------------------------------


def test_capture_in_all_spellings(ing):
    def plain(a):
        return a

    captured = ing.capture(plain)
    assert isinstance(captured, CapturedFunction)
    assert captured.__name__ == "plain"
    assert ing.capture()(lambda: 1).prefix is None
    assert ing.capture(prefix="p")(lambda: 1).prefix == "p"
    assert ing.capture(lambda: 1, prefix="q").prefix == "q"
    assert ing.capture(lambda: 1, "r").prefix == "r"
    assert len(ing.captured_functions) == 5
    assert ing.capture(captured) is captured
    assert len(ing.captured_functions) == 5


def test_commands_in_all_spellings(ing):
    @ing.command
    def one(a):
        return a

    @ing.command(prefix="part", unobserved=True)
    def two(a):
        return a

    @ing.command()
    def three():
        return 3

    assert list(ing.commands) == ["one", "two", "three"]
    assert [command.unobserved for command in ing.commands.values()] == [False, True, False]
    ing.add_config(a=1, part={"a": 2})
    ex = make_experiment(ingredients=[ing])
    assert [ex.run(f"ing.{name}").result for name in ing.commands] == [1, 2, 3]


def test_a_captured_function_can_be_a_command_of_another(ing):
    """As `@ex.main @ing.capture` has it: one function, known to both."""

    @ing.capture
    def shared(a):
        return a

    ing.add_config(a=1)
    ex = make_experiment(ingredients=[ing])
    ex.add_config(a=2)
    ex.command(shared)
    assert ex.run("shared").result in (1, 2)


def test_hooks_in_all_spellings(ing):
    order = []
    ing.add_config(part={"a": 5})

    @ing.pre_run_hook
    def first():
        order.append("first")

    @ing.pre_run_hook(prefix="part")
    def second(a):
        order.append(a)

    ing.post_run_hook(lambda: order.append("last"), prefix=None)
    run_with(ing)
    assert order == ["first", 5, "last"]


# --- configuration ------------------------------------------------------------------------------------------


@dataclass
class Typed:
    rate: float = 0.5


def test_configs_of_every_kind(ing, tmp_path):
    (tmp_path / "file.json").write_text('{"from_json": 1}')
    (tmp_path / "file.yaml").write_text("from_yaml: 2")
    (tmp_path / "file.pickle").write_bytes(pickle.dumps({"from_pickle": 3}))

    @ing.config
    def scope():
        from_scope = 4

    ing.add_config({"from_dict": 5})
    ing.add_config(from_kw=6)
    ing.add_config(str(tmp_path / "file.json"))
    ing.add_config(tmp_path / "file.yaml")
    ing.add_config(str(tmp_path / "file.pickle"))
    ing.add_config(Typed)
    ing.config(ConfigScope(scope._func))
    assert isinstance(scope, ConfigScope)
    config = run_with(ing).config["ing"]
    assert config == {
        "from_scope": 4,
        "from_dict": 5,
        "from_kw": 6,
        "from_json": 1,
        "from_yaml": 2,
        "from_pickle": 3,
        "rate": 0.5,
    }


def test_a_config_function_can_be_called(ing):
    @ing.config
    def config():
        a = 1
        b = a + 1

    assert config() == {"a": 1, "b": 2}


def test_named_configs_of_every_kind(ing, tmp_path):
    (tmp_path / "file.json").write_text('{"a": 4}')
    ing.add_config(a=0)

    @ing.named_config
    def one():
        a = 1

    ing.add_named_config("two", {"a": 2})
    ing.add_named_config("three", a=3)
    ing.add_named_config("four", str(tmp_path / "file.json"))
    assert list(ing.named_configs) == ["one", "two", "three", "four"]
    got = [run_with(ing, named_configs=[f"ing.{name}"]).config["ing"]["a"] for name in ing.named_configs]
    assert got == [1, 2, 3, 4]


@pytest.mark.parametrize("add", ["named_config", "add_named_config"])
def test_a_name_is_taken_once(ing, add):
    ing.add_named_config("taken", a=1)

    def taken():
        a = 2

    arguments = (taken,) if add == "named_config" else ("taken", {"a": 2})
    with pytest.raises(ConfigKeyError, match='Configuration name "taken" already in use'):
        getattr(ing, add)(*arguments)


@pytest.mark.parametrize(
    ("arguments", "keywords", "message"),
    [
        ((), {}, "attempted to add empty config"),
        (({"a": 1},), {"b": 2}, "cannot combine keyword config with positional argument"),
        ((5,), {}, "Invalid argument type <class 'int'>"),
        (([1],), {}, "Invalid argument type <class 'list'>"),
    ],
)
def test_what_is_no_config(ing, arguments, keywords, message):
    with pytest.raises(InvalidConfigError, match=message):
        ing.add_config(*arguments, **keywords)
    with pytest.raises(InvalidConfigError, match=message):
        ing.add_named_config("name", *arguments, **keywords)
    assert ing.configurations == []
    assert ing.named_configs == {}


def test_a_config_file_that_is_missing(ing):
    with pytest.raises(FileNotFoundError, match=r"File not found nowhere\.json"):
        ing.add_config("nowhere.json")


def test_config_hooks(ing):
    @ing.config_hook
    def hook(config, command_name, logger):
        assert command_name == "<lambda>"
        return {"hooked": config["ing"]["a"] + 1}

    assert callable(hook)
    ing.add_config(a=1)
    assert run_with(ing).config["ing"]["hooked"] == 2


@pytest.mark.parametrize(
    "bad", [lambda: None, lambda config: None, lambda config, logger, command_name: None, print]
)
def test_config_hooks_have_three_parameters(ing, bad):
    with pytest.raises(InvalidConfigError, match=r"Expected: \(config, command_name, logger\)"):
        ing.config_hook(bad)


def test_users_reach_into_configurations():
    ex = make_experiment()
    ex.add_config({"a": {"b": 1}})
    assert isinstance(ex.configurations[0], ConfigDict)
    assert ex.configurations[0]._conf["a"]["b"] == 1


# --- code ---------------------------------------------------------------------------------------------------


def test_a_source_file_is_recorded(ing, tmp_path):
    (tmp_path / "extra.txt").write_text("x")
    ing.add_source_file(str(tmp_path / "extra.txt"))
    ing.add_source_file(tmp_path / "extra.txt")
    sources = dict(run_with(ing).experiment_info["sources"])
    assert [name for name in sources if name.endswith("extra.txt")] != []
    assert next(digest for name, digest in sources.items() if name.endswith("extra.txt")) == (
        "9dd4e461268c8034f5c8564e155c67a6"
    )


@pytest.mark.parametrize("name", ["nowhere.py", "."])
def test_a_source_file_that_is_none(ing, name):
    with pytest.raises(SourceError, match="invalid filename or file not found"):
        ing.add_source_file(name)


def test_a_source_file_that_is_gone_by_the_start(ing, tmp_path):
    (tmp_path / "extra.py").write_text("x")
    ing.add_source_file(tmp_path / "extra.py")
    (tmp_path / "extra.py").unlink()
    run = run_with(ing)
    assert run.status == "COMPLETED"
    assert "extra.py" in str(run.experiment_info["notes"])


def test_package_dependencies(ing):
    ing.add_package_dependency("my-package", "1.2.3")
    ing.add_package_dependency("numpy", None)
    dependencies = run_with(ing).experiment_info["dependencies"]

    assert "my-package==1.2.3" in dependencies
    assert f"numpy=={np.__version__}" in dependencies
    with pytest.raises(SourceError, match='Invalid Version: "abc"'):
        ing.add_package_dependency("my-package", "abc")
    with pytest.raises(SourceError, match='Invalid Version: "1x"'):  # what begins like one is none either
        ing.add_package_dependency("my-package", "1x")


def test_experiment_info_without_a_run(tmp_path):
    ing = Ingredient("ing", save_git_info=False)
    info = Experiment("whole", ingredients=[ing], save_git_info=False).get_experiment_info()
    assert info["name"] == "whole"
    assert info["mainfile"] == "test_ingredient.py"
    assert info["repositories"] == []
    assert ing.get_experiment_info()["name"] == "ing"


# --- trees --------------------------------------------------------------------------------------------------


def test_traversing(ing):
    low = Ingredient("low", save_git_info=False)
    middle = Ingredient("middle", ingredients=[low], save_git_info=False)
    ex = make_experiment(ingredients=[middle, low, ing])
    assert [(one.path, depth) for one, depth in ex.traverse_ingredients()] == [
        ("test", 0),
        ("middle", 1),
        ("low", 1),
        ("ing", 1),
    ]
    low.ingredients.append(middle)
    with pytest.raises(CircularDependencyError, match=r"low->middle->low|middle->low->middle"):
        list(ex.traverse_ingredients())


def test_gathering_names(ing):
    ing.command(lambda: 1)
    ing.add_named_config("big", a=1)
    ex = make_experiment(ingredients=[ing])
    ex.add_named_config("small", a=1)
    names = [name for name, _ in ex.gather_commands()]
    assert names == [
        "print_config",
        "print_dependencies",
        "save_config",
        "print_named_configs",
        "ing.<lambda>",
    ]
    assert [name for name, _ in ex.gather_named_configs()] == ["small", "ing.big"]


def test_names_can_be_processed(ing):
    class Short(Experiment):
        def post_process_name(self, name, ingredient):
            return super().post_process_name(name, ingredient).replace("ing.", "i:")

    ing.command(lambda: 1)
    ex = Short("short", ingredients=[ing], save_git_info=False)
    names = [name for name, _ in ex.gather_commands()]
    assert "i:<lambda>" in names
    assert "print_config" in names
    assert [name for name, _ in ing.gather_commands()] == ["ing.<lambda>"]


def test_names_and_reprs(tmp_path):
    assert repr(Ingredient("a.b", save_git_info=False)) == "<Ingredient 'a.b'>"
    assert repr(make_experiment()) == "<Experiment 'test'>"
    assert Ingredient(tmp_path / "as_path", save_git_info=False).path == str(tmp_path / "as_path")
    assert Ingredient("x").doc == __doc__


# --- to another process -------------------------------------------------------------------------------------

AT_MODULE_LEVEL = Ingredient("module_level", save_git_info=False)


def test_a_global_ingredient_pickles_as_its_name():
    assert pickle.loads(pickle.dumps(AT_MODULE_LEVEL)) is AT_MODULE_LEVEL


def test_a_local_one_says_why_it_does_not(ing):
    with pytest.raises(pickle.PicklingError, match="global variable of the module that makes it"):
        pickle.dumps(ing)


def test_spawned_workers_get_experiment_config_and_captured_functions(tmp_path):
    (tmp_path / "lib.py").write_text(
        """
from sacred import Experiment
ex = Experiment("spawned", save_git_info=False)
ex.add_config(a=1, nested={"b": [1]})

@ex.capture
def work(item, a, nested, _seed, _rnd):
    nested = dict(nested)
    return item * a, _seed

@ex.main
def main(_config, a):
    import multiprocessing
    context = multiprocessing.get_context("spawn")
    with context.Pool(2) as pool:
        results = pool.map(work, [1, 2, 3])
        config = pool.apply(dict, (_config,))
        again = pool.apply(type, (ex,)).__name__
    return [value for value, _ in results], config["nested"], again
"""
    )
    program = tmp_path / "program.py"
    program.write_text(
        """
import json, lib
if __name__ == "__main__":
    print(json.dumps(lib.ex.run(config_updates={"a": 10}).result))
"""
    )
    done = subprocess.run(
        [sys.executable, str(program)], cwd=tmp_path, capture_output=True, text=True, timeout=60, check=False
    )
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout) == [[10, 20, 30], {"b": [1]}, "Experiment"]
