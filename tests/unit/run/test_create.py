"""From an experiment to a run that has not started."""

import pytest

from recording import make_experiment
from sacred import Ingredient
from sacred.config.config_scope import ConfigScope
from sacred.errors import (
    CircularDependencyError,
    CommandNotFoundError,
    ConfigAddedError,
    InvalidConfigError,
    NamedConfigNotFoundError,
    SacredError,
)
from sacred.run.create import create_run, create_scaffolding, gather_ingredients_topological


def make_ingredient(path, *ingredients, **options):
    return Ingredient(path, ingredients=ingredients, save_git_info=False, **options)


def test_ingredients_come_before_those_that_need_them():
    a = make_ingredient("a")
    b = make_ingredient("b", a)
    c = make_ingredient("c", a, b)
    ex = make_experiment(ingredients=[c, b])
    assert gather_ingredients_topological(ex) == [a, b, c, ex]
    assert list(create_scaffolding(ex, [a, b, c, ex])) == ["a", "b", "c", ""]


def test_a_circle_is_named():
    a = make_ingredient("a")
    b = make_ingredient("b", a)
    a.ingredients.append(b)
    ex = make_experiment(ingredients=[b])
    ex.main(lambda: None)
    with pytest.raises(CircularDependencyError, match="b->a->b"):
        ex.run()


def test_two_ingredients_of_one_path_are_refused():
    ex = make_experiment(ingredients=[make_ingredient("same"), make_ingredient("same")])
    ex.main(lambda: None)
    with pytest.raises(InvalidConfigError, match="Two ingredients have the same path 'same'"):
        ex.run()


def test_an_experiment_can_be_an_ingredient():
    inner = make_experiment(name="inner")
    inner.add_config(a=1)
    inner.command(lambda a: a, prefix=None)
    outer = make_experiment(ingredients=[inner], name="outer")
    outer.main(lambda inner: inner["a"])
    assert outer.run().result == 1
    assert outer.run(config_updates={"inner.a": 5}).result == 5
    assert outer.run("inner.<lambda>", config_updates={"inner": {"a": 7}}).result == 7


def test_commands_of_ingredients_run_by_their_path():
    deep = make_ingredient("data.deep")
    deep.add_config(x=3)

    @deep.command
    def stats(x):
        return x

    ex = make_experiment(ingredients=[deep])
    run = ex.run("data.deep.stats")
    assert (run.result, run.meta_info["command"]) == (3, "data.deep.stats")


@pytest.mark.parametrize("name", ["mian", "data.main", ".", "main.main"])
def test_an_unknown_command(name):
    ex = make_experiment()
    ex.main(lambda: None)
    ex.command(main := lambda: None)
    main.__name__ = "main"
    with pytest.raises(CommandNotFoundError, match=r"not found"):
        ex.run(name)


def test_an_unknown_command_names_what_is_near():
    ex = make_experiment()

    @ex.command
    def train():
        pass

    with pytest.raises(
        CommandNotFoundError, match='Command "trian" not found; did you mean "train"'
    ) as raised:
        ex.run("trian")
    assert "train" in raised.value.available_commands


def test_no_command_at_all():
    with pytest.raises(SacredError, match="No command found"):
        make_experiment().run()


def test_unknown_updates_and_named_configs():
    ex = make_experiment()
    ex.add_config(rate=1)
    ex.add_named_config("big", rate=2)
    ex.main(lambda rate: rate)
    with pytest.raises(ConfigAddedError, match='did you mean "rate"'):
        ex.run(config_updates={"rat": 1})
    with pytest.raises(NamedConfigNotFoundError, match='"bg"; did you mean "big"'):
        ex.run(named_configs=["bg"])
    with pytest.raises(InvalidConfigError, match="named_configs has to be a list"):
        ex.run(named_configs="big")
    assert ex.run(named_configs=["big"]).result == 2


def test_force_switches_the_checks_off():
    ex = make_experiment()
    ex.main(lambda: None)
    run = ex.run(config_updates={"unheard_of": 1}, options={"--force": True})
    assert run.config["unheard_of"] == 1
    assert run.force is True


def test_a_failed_resolution_leaves_the_experiment_usable():
    ex = make_experiment()
    ex.add_config(a=1)
    ex.main(lambda a: a)
    with pytest.raises(ConfigAddedError):
        ex.run(config_updates={"b": 1})
    assert ex.run().result == 1


def test_observers_may_be_added_by_configs():
    from recording import Recorder

    recorder = Recorder()
    ex = make_experiment()

    def config():
        ex.observers.append(recorder)

    ex.configurations.append(ConfigScope(config))
    ex.main(lambda: 1)
    run = ex.run()
    assert run.observers == [recorder]
    assert recorder.names[0] == "started_event"


def test_observers_added_during_a_run_count_from_the_next_on():
    from recording import Recorder

    late = Recorder()
    ex = make_experiment()
    ex.main(lambda: ex.observers.append(late))
    ex.run()
    assert late.names == []
    ex.observers.pop()
    ex.observers.append(late)
    ex.run()
    assert late.names[0] == "started_event"


def test_create_run_stands_alone():
    ex = make_experiment()
    ex.add_config(a=1)

    @ex.main
    def main(a):
        return a

    run = create_run(ex, "main", {"a": 4}, log_level="ERROR")
    assert run.status is None
    assert run() == 4


def test_what_the_run_knows_of_changes():
    ing = make_ingredient("ing")
    ing.add_config(x=1)
    ex = make_experiment(ingredients=[ing])
    ex.add_config(a=1, b="text")
    ex.main(lambda new: new)
    run = ex.run(config_updates={"a": 2, "b": 3, "new": 4, "ing.x": 5})
    changes = run.config_modifications
    assert changes.added == {"new"}
    assert changes.modified == {"a", "ing", "ing.x"}
    assert changes.typechanged == {"b": (str, int)}
