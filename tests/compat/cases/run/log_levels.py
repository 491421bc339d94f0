"""Which lines a level lets through: names in any case, numbers, of captured functions and ingredients."""
# run: -l DEBUG
# run: -l ERROR
# run: --loglevel=25
# run: -l CRITICAL
# run: -l 15
# run: -l warning

from kit import tell

from sacred import Experiment, Ingredient

data = Ingredient("data")
ex = Experiment("levels", ingredients=[data])
ex.add_config(seed=1)


def say_all(log):
    for level in ("debug", "info", "warning", "error", "critical"):
        getattr(log, level)("%s of %s", level, log.name)


@data.capture
def load(_log):
    say_all(_log)


@ex.main
def main(_log, _run):
    say_all(_log)
    load()
    try:
        raise ValueError("told")
    except ValueError:
        _log.exception("an exception")
    tell(levels=[_log.getEffectiveLevel(), _run.run_logger.getEffectiveLevel(), _run.root_logger.level])


ex.run_commandline()
