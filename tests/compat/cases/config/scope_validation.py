"""Checks in config functions: raise and assert, before the run; an observer never hears of it."""
# run:
# run: with batch=0
# run: with mode=fast batch=64
# run: with kind=unknown
# run: with late=5
# run: strict with batch=-1

from kit import Recorder, outcome, tell, text

from sacred import Experiment

ex = Experiment("validation")
ex.observers.append(Recorder())


class BadChoice(Exception):
    """A user's own error."""


@ex.config
def config():
    batch = 32
    mode = "slow"
    kind = "net"
    late = None
    assert batch > 0
    if mode == "fast" and batch > 32:
        raise ValueError(f"too large for {mode}: {batch}")
    if kind not in ("net", "tree"):
        raise BadChoice(kind)
    try:
        ratio = 100 / batch
    except ZeroDivisionError:
        raise


@ex.config_hook
def check(config, command_name, logger):
    if config["late"]:
        raise RuntimeError("found in a hook")
    return {}


@ex.command
def strict(batch):
    tell(batch=batch)


@ex.main
def main(ratio):
    tell(ratio=ratio)
    return ratio


ex.run_commandline()
for name, updates in {
    "zero": {"batch": 0},
    "fast": {"batch": 64, "mode": "fast"},
    "choice": {"kind": "x"},
    "hook": {"late": 1},
}.items():
    tell(**{name: [outcome(ex.run, config_updates=updates), text(ex.run, config_updates=updates)]})
