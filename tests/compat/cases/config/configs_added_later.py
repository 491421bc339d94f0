"""Configs, ingredients' configs, named configs and captured functions that are added between runs."""
# run:
# run: with a=5

from kit import outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(size=1)
ex = Experiment("later", ingredients=[part])
ex.add_config(a=1, d={"x": 1})


@ex.main
def main(_config):
    return {name: value for name, value in _config.items() if name != "seed"}


def run(*names, **updates):
    return ex.run(config_updates=updates, named_configs=names, options={"--loglevel": "ERROR"}).result


first = run()
ex.add_config(a=2, b=3)
second = run()
part.add_config(size=5, other=6)


@ex.config
def computed(a, b, part):
    total = a + b + part["size"]


third = run()
ex.add_named_config("named", a=100)
part.add_named_config("small", {"size": 0})
fourth = run("named", "part.small")


@ex.capture
def takes(unknown_before=None):
    return unknown_before


fifth = outcome(run, unknown_before=1)
ex.configurations.pop()
sixth = run()
later_part = Ingredient("late")
later_part.add_config(z=1)
ex.ingredients = [*ex.ingredients, later_part]
tell(first=first, second=second, third=third, fourth=fourth, fifth=fifth, sixth=sixth, seventh=outcome(run))
ex.run_commandline()
tell(commandline=ex.current_run.config["a"], count=len(ex.configurations))
