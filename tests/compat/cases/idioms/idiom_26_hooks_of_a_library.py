"""A library that hangs config hooks on the ingredients it is given, and finds their entries by their path."""
# run:
# run: with nets.actor.units=8 nets.base=3
# run: with nets.actor.total=1
# run: save_config with nets.base=2

from kit import tell

from sacred import Experiment, Ingredient
from sacred.utils import get_by_dotted_path, set_by_dotted_path

heard = []


def add_total(ingredient, factor):
    """Give the ingredient an entry ``total``."""

    @ingredient.config_hook
    def hook(config, command_name, logger):
        own = get_by_dotted_path(config, ingredient.path)
        heard.append([ingredient.path, command_name, sorted(own)])
        result = {"total": own["units"] * factor}
        return result

    return ingredient


actor = add_total(Ingredient("nets.actor"), 2)
actor.add_config(units=4)
nets = Ingredient("nets", ingredients=[actor])
nets.add_config(base=1)
ex = Experiment("library", ingredients=[nets])
ex.add_config(lr=0.1)


@ex.config_hook
def last(config, command_name, logger):
    heard.append(["experiment", command_name, sorted(config), get_by_dotted_path(config, "nets.actor.units")])
    found = {}
    set_by_dotted_path(found, "summary.units", get_by_dotted_path(config, "nets.actor.units"))
    return found


@actor.capture
def total_of(total, units):
    return [total, units]


@ex.main
def main(_config, summary):
    tell(config={key: value for key, value in _config.items() if key != "seed"}, captured=total_of())
    return summary


ex.run_commandline()
tell(heard=heard)
