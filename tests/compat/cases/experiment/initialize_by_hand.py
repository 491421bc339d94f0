"""Projects that work out a configuration by hand, or allow any entry."""
# run:

from kit import tell

from sacred import Experiment, Ingredient
from sacred.initialize import (
    Scaffold,
    create_scaffolding,
    distribute_config_updates,
    gather_ingredients_topological,
    get_configuration,
    get_scaffolding_and_config_name,
)
from sacred.utils import convert_to_nested_dict, iterate_flattened, recursive_update

part = Ingredient("part")
part.add_config(k=1, seed=4)
part.add_named_config("large", k=100)
ex = Experiment("hand", ingredients=[part])


@ex.config
def config():
    a = 1
    b = a + 1


@ex.main
def main(_config):
    return sorted(_config)


ingredients = gather_ingredients_topological(ex)
scaffolding = create_scaffolding(ex, ingredients)
prefixes = sorted([path.split(".") for path in scaffolding if path], reverse=True, key=len)
distribute_config_updates(prefixes, scaffolding, convert_to_nested_dict({"part.k": 5}))
scaffold, name = get_scaffolding_and_config_name("part.large", scaffolding)
tell(paths=list(scaffolding), found=[scaffold.path, name], ingredients=[each.path for each in ingredients])
for each in scaffolding.values():
    each.set_up_config()
found = get_configuration(scaffolding)
tell(config={key: value for key, value in found.items() if key != "seed"})
tell(
    flat=list(iterate_flattened({"a": 1, "b": {"c": 2, "d": {}}})),
    updated=recursive_update({"a": {"b": 1}}, {"a": {"c": 2}}),
)
Scaffold._warn_about_suspicious_changes = lambda self: None
tell(any=ex.run(config_updates={"whatever": 1}).result)
