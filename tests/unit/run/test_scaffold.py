"""Updates that look like mistakes are warned of, or refused."""

import logging

import pytest

from sacred import Ingredient
from sacred.errors import ConfigAddedError
from unit.config.helpers import make_experiment


def warnings_of(caplog):
    ignored = ("No observers", "Ignored")
    return [
        (record.name, record.getMessage())
        for record in caplog.records
        if record.levelno == logging.WARNING and not record.getMessage().startswith(ignored)
    ]


@pytest.fixture
def ex():
    ex = make_experiment({"a": 1, "d": {"x": 1, "y": 2.0}, "text": "t", "nothing": None})

    @ex.capture
    def uses(new_entry, extra=None, _seed=None):
        pass

    @ex.capture(prefix="pre.fix")
    def prefixed(q):
        pass

    return ex


def test_a_new_entry_that_a_function_takes(ex, caplog):
    run = ex.run(config_updates={"new_entry": 5, "extra.w.v": 1})
    assert warnings_of(caplog) == [
        ("root", 'Added new config entry: "extra.w.v"'),
        ("root", 'Added new config entry: "new_entry"'),
    ]
    assert run.config["new_entry"] == 5
    assert run.config_modifications.added == {"new_entry", "extra.w.v"}


def test_a_new_entry_below_a_prefix(ex, caplog):
    ex.run(config_updates={"pre.fix.q": 5})
    assert warnings_of(caplog) == [("root", 'Added new config entry: "pre.fix.q"')]
    for path in ("pre.fix.other", "q"):
        with pytest.raises(ConfigAddedError):
            ex.run(config_updates={path: 5})


@pytest.mark.parametrize("hook", ["pre_run_hook", "post_run_hook", "command", "capture"])
def test_arguments_of_all_kinds_of_captured_functions_count(ex, hook):
    getattr(ex, hook)(lambda of_hook=1: None)
    assert ex.run(config_updates={"of_hook": 2}).config["of_hook"] == 2


@pytest.mark.parametrize(
    ("updates", "message"),
    [
        ({"zzz": 1}, "Added new config entry that is not used anywhere (zzz)"),
        (
            {"d.xx": 1},
            'Added new config entry that is not used anywhere (d.xx)\n  d.xx; did you mean "d.x"?',
        ),
        ({"d": {"p": {"q": 1}}}, "Added new config entry that is not used anywhere (d.p.q)"),
        ({"b": 1, "c": 2}, "Added new config entry that is not used anywhere (b, c)"),
        ({"tetx": 1}, 'Added new config entry that is not used anywhere (tetx)\n  tetx; did you mean "text"'),
        (
            {"new_entri": 1},
            "Added new config entry that is not used anywhere (new_entri)\n  new_entri; did you mean",
        ),
    ],
)
def test_a_new_entry_that_nothing_takes(ex, updates, message):
    with pytest.raises(ConfigAddedError) as caught:
        ex.run(config_updates=updates)
    assert str(caught.value).startswith(message)
    assert not caught.value.print_traceback


def test_force_lets_everything_through(ex, caplog):
    run = ex.run(config_updates={"zzz": 1, "a": "x", "new_entry": 1}, options={"--force": True})
    assert warnings_of(caplog) == []
    assert run.config["zzz"] == 1
    assert run.config_modifications.added == {"zzz", "new_entry"}
    assert run.config_modifications.typechanged == {"a": (int, str)}


@pytest.mark.parametrize(
    ("updates", "warning"),
    [
        ({"a": "x"}, 'Changed type of config entry "a" from int to str'),
        ({"a": True}, 'Changed type of config entry "a" from int to bool'),
        ({"a": None}, 'Changed type of config entry "a" from int to NoneType'),
        ({"d.y": "x"}, 'Changed type of config entry "d.y" from float to str'),
        ({"d": 5}, 'Changed type of config entry "d" from dict to int'),
        ({"a": 1.5}, None),
        ({"d.y": 2}, None),
        ({"nothing": 5}, None),
        ({"text": "u"}, None),
    ],
)
def test_a_changed_type(ex, updates, warning, caplog):
    ex.run(config_updates=updates)
    assert warnings_of(caplog) == ([("root", warning)] if warning else [])


def test_added_entries_are_told_before_changed_types(ex, caplog):
    ex.run(config_updates={"a": "x", "new_entry": 1})
    assert [text.split()[0] for _, text in warnings_of(caplog)] == ["Added", "Changed"]


def test_named_configs_are_judged_as_updates_are(ex, caplog):
    ex.add_named_config("typo", {"zzz": 1})
    ex.add_named_config("retyped", {"a": "x", "new_entry": 1})
    with pytest.raises(ConfigAddedError, match="zzz"):
        ex.run(named_configs=["typo"])
    ex.run(named_configs=["retyped"])
    assert [text for _, text in warnings_of(caplog)] == [
        'Added new config entry: "new_entry"',
        'Changed type of config entry "a" from int to str',
    ]


def test_a_named_configs_docstring_is_no_suspicious_entry(ex, caplog):
    @ex.named_config
    def documented():
        """What it is for."""
        a = 5

    assert ex.run(named_configs=["documented"]).config["a"] == 5
    assert warnings_of(caplog) == []


def test_ingredients_judge_their_own_entries(caplog):
    ingredient = Ingredient("ib", save_git_info=False)
    ingredient.add_config(k=1)
    ingredient.capture(lambda knew: None)
    ex = make_experiment(ingredients=[ingredient])
    ex.capture(lambda elsewhere: None, prefix="ib")
    ex.run(config_updates={"ib.knew": 1, "ib.k": "x"})
    assert warnings_of(caplog) == [
        ("ib", 'Added new config entry: "knew"'),
        ("ib", 'Changed type of config entry "k" from int to str'),
    ]
    with pytest.raises(ConfigAddedError, match=r"\(ib\.kk\)\n  ib\.kk; did you mean \"ib\.k\""):
        ex.run(config_updates={"ib.kk": 1})


def test_the_seed_may_be_given(ex, caplog):
    run = ex.run(config_updates={"seed": 5})
    assert warnings_of(caplog) == []
    assert run.config_modifications.modified == {"seed"}
    assert run.config_modifications.added == set()


def test_an_update_of_what_is_already_so_is_no_change(ex, caplog):
    run = ex.run(config_updates={"a": 1, "text": "t"})
    assert run.config_modifications.modified == set()
    assert warnings_of(caplog) == []
