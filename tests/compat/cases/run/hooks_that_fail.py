"""Errors in hooks: before and after the run, of ingredients, of the configuration and of the options."""
# run: with fails=before -F runs
# run: with fails=part -F runs
# run: with fails=after -F runs
# run: with fails=config -F runs
# run: with fails=main -F runs
# run: -c options -F runs

from kit import Recorder, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
ex = Experiment("failing", ingredients=[part])
ex.add_config(fails=None, seed=1)
ex.observers.append(Recorder(only=["failed_event", "completed_event"]))
called = []


def step(name, fails):
    called.append(name)
    if fails == name:
        raise RuntimeError(f"{name} is broken")


@ex.option_hook
def options(options):
    step("options", options["--comment"])


@ex.config_hook
def configure(config, command_name, logger):
    step("config", config["fails"])
    return {}


@part.pre_run_hook
def of_part(_run):
    step("part", _run.config["fails"])


@ex.pre_run_hook
def before(fails):
    step("before", fails)


@ex.post_run_hook
def after(fails):
    step("after", fails)


@ex.post_run_hook
def last():
    called.append("last")


@ex.main
def main(fails):
    step("main", fails)
    return "result"


try:
    ex.run_commandline()
finally:
    tell(called=called, run=ex.current_run and [ex.current_run.status, ex.current_run.result])
