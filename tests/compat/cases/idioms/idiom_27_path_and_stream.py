"""The experiment renamed after it was made, and its log sent elsewhere through the run's root logger."""
# run: with a=2
# run: -n other
# run: redirect -F runs

import logging
import sys

from kit import Recorder, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(k=1)
ex = Experiment(ingredients=[part])
default = ex.path
ex.path = "renamed"
ex.observers.append(Recorder(only=["started_event"]))
ex.add_config(a=1)


@part.capture
def inside(_log, k):
    _log.info("k is %d", k)
    return _log.name


@ex.capture
def outside(_log):
    return _log.name


@ex.command
def redirect(_run, _log):
    handlers = _run.root_logger.handlers
    handlers[0].stream = sys.stdout
    _log.info("now on stdout")
    tell(
        handlers=len(handlers),
        level=_run.root_logger.level,
        kind=isinstance(handlers[0], logging.StreamHandler),
    )
    logging.getLogger("other").info("of another module")


@ex.main
def main(_run, _log, a):
    tell(
        names=[default, ex.path, _run.experiment_info["name"], _log.name, inside(), outside()],
        root=[_run.root_logger.name, _run.run_logger.name],
        options=_run.meta_info["options"]["--name"],
    )
    _run.root_logger.handlers[0].stream = sys.stderr
    _run.root_logger.info("through the root")
    return a


ex.run_commandline()
