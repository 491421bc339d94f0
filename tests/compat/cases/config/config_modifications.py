"""What `run.config_modifications` holds, docs included, and updates given in different forms."""
# run:

from kit import outcome, tell

from sacred import Experiment, Ingredient

part = Ingredient("sub.part")


@part.config
def part_config():
    k = 1  # an entry of the part


ex = Experiment("changes", ingredients=[part])


@ex.config
def config():
    # the learning rate
    lr = 0.1
    steps = 10  # how many
    # of several lines
    # the last counts
    a, b = 1, 2
    # pylint: disable=all
    ignored = 1
    d = {"x": 1, "y": {"z": 2}}  # nested
    plain = 1


@ex.main
def main(_config):
    return dict(_config)


def show(name, updates):
    run = ex.run(config_updates=updates)
    changes = run.config_modifications
    typechanged = {key: [kind.__name__ for kind in kinds] for key, kinds in changes.typechanged.items()}
    told = dict(added=changes.added, modified=changes.modified, typechanged=typechanged, docs=changes.docs)
    tell(**{name: told | {"plain": dict(changes), "ignored": changes.ignored_fallbacks}})
    tell(**{f"{name}_config": {key: value for key, value in run.config.items() if key != "seed"}})


show("nothing", {})
show("dotted", {"d.y.z": 5, "sub.part.k": 3})
show("nested", {"d": {"y": {"z": 5}}, "sub": {"part": {"k": 3}}})
show("mixed", {"d.x": 5, "d": {"y.z": 6}})
show("equal", {"lr": 0.1, "d": {"x": 1}})
show("types", {"lr": 1, "steps": 1.5, "a": None, "b": "two", "d.x": [1]})
show("seeded", {"seed": 5})
updates = {"d": {"y.z": 1}}
ex.run(config_updates=updates)
tell(untouched=updates, unknown=outcome(ex.run, config_updates={"nope": 1}))
