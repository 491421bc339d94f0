"""What hooks may take and return: entries, special arguments, prefixes, methods, several for one event."""
# run: with a=3 part.deep.x=9
# run: other with a=4

from kit import tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(deep={"x": 1, "y": 2}, seed=3)
ex = Experiment("hooked", ingredients=[part])
ex.add_config(a=1, seed=2)
calls = []


@part.config_hook
def of_part(config, command_name, logger):
    calls.append(["part hook", sorted(config), command_name, logger.name])
    return {"added": config["part"]["deep"]["x"] if "part" in config else None}


@ex.config_hook
def first_hook(config, command_name, logger):
    calls.append(["first hook", config["a"]])
    return {"more": config["a"] * 2}


@ex.config_hook
def second_hook(config, command_name, logger):
    calls.append(["second hook", config.get("more")])
    return {"most": 1}


@part.pre_run_hook(prefix="deep")
def part_before(x, y, _log):
    calls.append(["part before", x, y, _log.name])


@ex.pre_run_hook
def before(a, more, most, _seed, _config, default=5):
    calls.append(["before", a, more, most, _seed, sorted(_config), default])
    return "ignored"


@ex.pre_run_hook
def also_before(_run):
    calls.append(["also before", _run.status])


@ex.post_run_hook
def after(a, _run, _rnd):
    calls.append(["after", a, _run.result, type(_rnd).__name__])
    return "ignored"


@ex.command
def other(a):
    return ["other", a]


@ex.main
def main(a, more):
    return [a, more]


run = ex.run_commandline()
tell(
    calls=calls, result=run.result, config=run.config, hooks=[len(run.pre_run_hooks), len(run.post_run_hooks)]
)
