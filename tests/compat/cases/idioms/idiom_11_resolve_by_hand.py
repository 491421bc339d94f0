"""The configuration worked out by hand, without a run: updates, named configs, presets, seeds."""
# run:
# run: [no-numpy]

from collections import OrderedDict

from kit import outcome, tell

from sacred import Experiment, Ingredient
from sacred.initialize import (
    create_scaffolding,
    distribute_config_updates,
    distribute_presets,
    find_best_match,
    gather_ingredients_topological,
    get_config_modifications,
    get_configuration,
    get_scaffolding_and_config_name,
)
from sacred.utils import convert_to_nested_dict, iterate_flattened, join_paths, set_by_dotted_path

deep = Ingredient("data.deep")
deep.add_config(d=4)
data = Ingredient("data", ingredients=[deep])
data.add_config(k=1, seed=8)


@data.named_config
def many():
    k = 100


ex = Experiment("resolved", ingredients=[data])


@ex.config
def config(data):
    a = 1
    b = a + data["k"]


@ex.named_config
def big():
    a = 10
    data = {"k": 55}


@ex.main
def main(a, b):
    pass


def resolve(updates, named_configs=()):
    ingredients = gather_ingredients_topological(ex)
    scaffolding = create_scaffolding(ex, ingredients)
    prefixes = sorted([path.split(".") for path in scaffolding if path != ""], reverse=True, key=len)
    nested = convert_to_nested_dict(updates)
    distribute_config_updates(prefixes, scaffolding, nested)
    for name in named_configs:
        scaffold, config_name = get_scaffolding_and_config_name(name, scaffolding)
        scaffold.gather_fallbacks()
        named = scaffold.run_named_config(config_name)
        where = join_paths(scaffold.path, config_name) if scaffold.path else config_name
        distribute_presets(scaffold.path, prefixes, scaffolding, named)
        tell(**{f"named_{where.replace('.', '_')}": dict(named)})
        for path, value in iterate_flattened(named):
            set_by_dotted_path(nested, join_paths(scaffold.path, path), value)
    distribute_config_updates(prefixes, scaffolding, nested)
    for scaffold in scaffolding.values():
        scaffold.gather_fallbacks()
        scaffold.set_up_config()
    for scaffold in reversed(list(scaffolding.values())):
        scaffold.set_up_seed()
    config = get_configuration(scaffolding)
    modifications = get_config_modifications(scaffolding)
    return [
        {key: value for key, value in config.items() if key != "seed"},
        sorted(modifications.added),
        sorted(modifications.modified),
        list(scaffolding),
    ]


tell(plain=resolve({}))
tell(updated=resolve({"a": 5, "data.k": 7, "data.deep.d": 9}))
tell(named=outcome(resolve, {"a": 5}, ["data.many"]))
tell(big=outcome(resolve, {}, ["big"]))
tell(missing=outcome(resolve, {}, ["data.nope"]))
tell(
    matches=[
        find_best_match(path, [["data", "deep"], ["data"]])
        for path in ("data.many", "data.deep.x.y", "big", "dat.x")
    ],
    nested=convert_to_nested_dict(OrderedDict([("data.k", 1), ("a.b.c", 2)])),
    order=[each.path for each in gather_ingredients_topological(ex)],
)
