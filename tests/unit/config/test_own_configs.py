"""What configs that are classes of the user's own find in 0.8's containers (as those of seml do)."""

import numpy as np
import pytest

from sacred.config.config_summary import ConfigSummary
from sacred.config.custom_containers import DogmaticDict
from sacred.config.signature import Signature
from sacred.config.utils import dogmatize, recursive_fill_in, undogmatize
from unit.config.helpers import make_experiment


def fill(fixed, defaults):
    container = dogmatize(fixed)
    recursive_fill_in(container, defaults)
    return container


def test_what_fixed_entries_changed():
    container = fill(
        {"a": 1, "same": 2, "nested": {"x": 1, "deeper": {"y": 2}}},
        {"a": "text", "same": 2, "b": 3, "nested": {"x": 1, "deeper": {"y": 2.5}}},
    )
    assert container.modified == {"a", "nested", "nested.deeper", "nested.deeper.y"}
    assert container.typechanges == {"a": (str, int), "nested.deeper.y": (float, int)}
    assert container.revelation() == set()


def test_a_plain_value_in_the_place_of_a_dictionary():
    container = fill({"a": 1}, {"a": {"x": 1}})
    assert container.modified == {"a"}
    assert container.typechanges == {"a": (dict, int)}


def test_a_change_from_none_is_no_change_of_type():
    container = fill({"a": 1}, {"a": None})
    assert container.modified == {"a"}
    assert container.typechanges == {}


def test_arrays_are_compared_as_wholes():
    assert fill({"a": np.ones(2)}, {"a": np.ones(2)}).modified == set()
    assert fill({"a": np.ones(2)}, {"a": np.zeros(2)}).modified == {"a"}


class Defaults:
    """A config as a class: the entries are given to it, and what was fixed is told."""

    def __init__(self, **entries):
        self.entries = entries

    def __call__(self, fixed=None, preset=None, fallback=None):
        result = DogmaticDict(fixed)
        recursive_fill_in(result, self.entries)
        recursive_fill_in(result, preset or {})
        summary = ConfigSummary(result.revelation(), result.modified, result.typechanges)
        summary.update(undogmatize(result))
        return summary


def test_the_run_is_told_of_it():
    ex = make_experiment({"lr": 0.1})
    ex.configurations.append(Defaults(overwrite=None, collection="runs", size=1))
    run = ex.run(config_updates={"overwrite": 3, "size": "large"})
    assert run.config["overwrite"] == 3
    assert run.config["collection"] == "runs"
    assert "overwrite" in run.config_modifications.modified
    assert run.config_modifications.typechanged == {"size": (int, str)}


def test_an_entry_that_another_config_has_is_not_added(caplog):
    ex = make_experiment({"lr": 0.1, "model": {"size": 1, "kind": "a"}})
    ex.configurations.insert(0, Defaults(overwrite=None))
    run = ex.run(config_updates={"lr": 0.2, "model.size": 1})
    assert run.config_modifications.added == set()
    assert run.config_modifications.modified == {"lr"}
    assert "Added new config entry" not in caplog.text


class Model:
    def train(self, rate, /, epochs, *, seed=0):
        """Has parameters of all kinds."""


@pytest.mark.parametrize(
    ("args", "bound", "expected"),
    [
        (("model",), False, (("model", 0.5), {"epochs": 3, "seed": 7})),
        ((), True, ((0.5,), {"epochs": 3, "seed": 7})),
        ((0.1,), True, ((0.1,), {"epochs": 3, "seed": 7})),
        ((0.1, 9), True, ((0.1, 9), {"seed": 7})),
    ],
)
def test_arguments_of_a_method_that_has_its_instance(args, bound, expected):
    options = {"rate": 0.5, "epochs": 3, "seed": 7}
    assert Signature(Model.train).construct_arguments(args, {}, options, bound) == expected


def test_what_a_call_leaves_open():
    signature = Signature(Model.train)
    assert signature.get_free_parameters((), {}, bound=True) == ["rate", "epochs", "seed"]
    assert signature.get_free_parameters(("model", 0.1), {"seed": 1}) == ["epochs"]
