"""Config hooks of several ingredients: their order, what they see, what their results become."""
# run:
# run: with part.a=5 x=6
# run: with part.deep.z=9 preset
# run: stats with x=2

from kit import tell

from sacred import Experiment, Ingredient

calls = []
deep = Ingredient("part.deep")
deep.add_config(z=1)
part = Ingredient("part", ingredients=[deep])
part.add_config(a=1, nested={"p": 1, "q": 2})
other = Ingredient("other")
other.add_config(o=1)


@deep.config_hook
def deep_hook(config, command_name, logger):
    calls.append(["deep", sorted(config), command_name])
    return {"z": 100, "from_deep": config["part"]["deep"]["z"] + 1}


@part.config_hook
def part_hook(config, command_name, logger):
    calls.append(["part", sorted(config), config["part"]["deep"]["z"]])
    config["part"]["a"] = "not returned"
    return {"nested": {"q": 200}, "derived": config["part"]["nested"]["p"] * 10}


@other.config_hook
def other_hook(config, command_name, logger):
    calls.append(["other", sorted(config)])


ex = Experiment("hooks_of_ingredients", ingredients=[part, other])


@ex.config
def config(part, other):
    x = part["a"]
    y = other["o"]
    z_seen = part["deep"]["z"]


@ex.named_config
def preset():
    x = 70
    part = {"a": 71}


@ex.config_hook
def last_hook(config, command_name, logger):
    calls.append(["experiment", sorted(config), config["x"], config["part"]["nested"]["q"]])
    return {"x": 300, "summary": [config["part"]["a"], config["other"]["o"]]}


@part.capture
def show(a, nested, derived, deep):
    return [a, nested, derived, deep]


@ex.command
def stats(x, summary):
    tell(stats=[x, summary], calls=calls)


@ex.automain
def main(_config, _run):
    tell(config=_config, calls=calls, shown=show(), docs=_run.config_modifications.docs)
    tell(modified=_run.config_modifications.modified, added=_run.config_modifications.added)
