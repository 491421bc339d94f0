"""One scaffolding resolves many configurations, as seml does it: its state is put back in between."""

import copy

from sacred import Ingredient
from sacred.initialize import (
    create_scaffolding,
    distribute_config_updates,
    gather_ingredients_topological,
    get_configuration,
)
from sacred.utils import convert_to_nested_dict
from unit.config.helpers import make_experiment

# by these names 0.8 had what changes
STATE = ["config_updates", "named_configs_to_use", "config", "fallback", "presets", "fixture", "logger"]
STATE += ["seed", "rnd", "config_mods", "summaries"]


def test_each_configuration_begins_anew():
    data = Ingredient("data")
    data.add_config(size=10)
    ex = make_experiment({"lr": 0.1}, ingredients=[data])

    @ex.config
    def derived(data, lr):
        total = data["size"] * lr

    scaffolding = create_scaffolding(ex, gather_ingredients_topological(ex))
    kept = copy.deepcopy(
        {path: {name: getattr(one, name) for name in STATE} for path, one in scaffolding.items()}
    )
    found = []
    for updates in ({"data.size": 20, "seed": 1}, {"lr": 2, "seed": 2}, {"seed": 3}):
        for path, scaffold in scaffolding.items():
            for name, value in kept[path].items():
                setattr(scaffold, name, copy.copy(value))
        distribute_config_updates([["data"]], scaffolding, convert_to_nested_dict(updates))
        for scaffold in scaffolding.values():
            scaffold.gather_fallbacks()
            scaffold.set_up_config()
        for scaffold in reversed(scaffolding.values()):
            scaffold.set_up_seed()
        found.append(get_configuration(scaffolding))
    assert found == [
        {"data": {"size": 20}, "lr": 0.1, "total": 2.0, "seed": 1},
        {"data": {"size": 10}, "lr": 2, "total": 20, "seed": 2},
        {"data": {"size": 10}, "lr": 0.1, "total": 1.0, "seed": 3},
    ]


def test_the_last_fallback_is_kept_for_configs_that_are_called_by_hand():
    data = Ingredient("data")
    data.add_config(size=10)
    ex = make_experiment({}, ingredients=[data])
    scaffolding = create_scaffolding(ex, gather_ingredients_topological(ex))
    scaffolding["data"].set_up_config()
    scaffold = scaffolding[""]
    assert scaffold.gather_fallbacks() == scaffold.fallback
    assert scaffold.fallback["data"] == {"size": 10}
