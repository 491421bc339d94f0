"""The scaffolds that initialize makes: attributes, effects of each step, runs created by hand."""
# run:
# run: [no-numpy]

import logging

from kit import outcome, tell

from sacred import Experiment, Ingredient
from sacred.initialize import (
    Scaffold,
    create_run,
    create_scaffolding,
    distribute_config_updates,
    gather_ingredients_topological,
    get_command,
    get_config_modifications,
    get_configuration,
    initialize_logging,
)

deep = Ingredient("part.deep")
deep.add_config(d=1)
part = Ingredient("part", ingredients=[deep])


@part.config
def part_config(deep):
    k = deep["d"] + 1


@part.capture
def use(k, unused=3):
    return k


@part.command
def show(k):
    return ["show", k]


ex = Experiment("scaffolded", ingredients=[part])
ex.add_config(a=1, seed=7)
ex.add_named_config("big", a=100)


@ex.config
def config(a, part):
    b = a + part["k"]


@ex.main
def main(a, b):
    return [a, b, use()]


ingredients = gather_ingredients_topological(ex)
scaffolding = create_scaffolding(ex, ingredients)
root = scaffolding[""]
tell(
    paths=list(scaffolding),
    kinds=[type(each).__name__ for each in scaffolding.values()],
    topological=[
        type(ingredients).__name__ in ("OrderedDict", "dict", "list"),
        [each.path for each in ingredients],
    ],
    attributes=[
        name
        for name in ("config_scopes", "subrunners", "path", "commands", "named_configs")
        + ("config_hooks", "generate_seed", "config_updates", "presets", "logger", "config")
        if hasattr(root, name)
    ],
    root=[
        root.path,
        sorted(root.commands),
        sorted(root.named_configs),
        len(root.config_scopes),
        root.generate_seed,
    ],
    part=[
        scaffolding["part"].path,
        sorted(scaffolding["part"].commands),
        sorted(scaffolding["part"].subrunners),
    ],
    command=[get_command(scaffolding, "main").__name__, get_command(scaffolding, "part.show").__name__],
    no_command=[outcome(get_command, scaffolding, name) for name in ("nope", "part.nope", "nope.show")],
)
root_logger, run_logger = initialize_logging(ex, scaffolding)
tell(loggers=[root_logger.name, run_logger.name, [each.logger.name for each in scaffolding.values()]])
quiet = initialize_logging(ex, scaffolding, "ERROR")[0]
tell(level=quiet.level)
logging.getLogger().setLevel("INFO")
distribute_config_updates([["part", "deep"], ["part"]], scaffolding, {"a": 5, "part": {"deep": {"d": 8}}})
tell(updates={path: each.config_updates for path, each in scaffolding.items()})
for each in scaffolding.values():
    each.gather_fallbacks()
    each.set_up_config()
for each in reversed(list(scaffolding.values())):
    each.set_up_seed()
modifications = get_config_modifications(scaffolding)
tell(
    configuration=get_configuration(scaffolding),
    configs=[root.config["b"], scaffolding["part"].config["k"], scaffolding["part.deep"].config["d"]],
    modified=sorted(modifications.modified),
    recursive=root.get_config_updates_recursive(),
    named=dict(root.run_named_config("big")),
    no_named=outcome(root.run_named_config, "nope"),
)
run = create_run(ex, "main", {"a": 3}, [])
tell(
    created=[type(run).__name__, run.status, run.config["b"], run.experiment_info["name"], run.start_time],
    result=[run(), run.result, run.status],
    of_part=create_run(ex, "part.show", {"part.deep.d": 4})(),
    forced=outcome(create_run, ex, "main", {"nope": 1}),
    wrong=outcome(create_run, ex, "nope"),
    hand=isinstance(Scaffold([], {}, "p", [], {}, {}, [], False), Scaffold),
)
