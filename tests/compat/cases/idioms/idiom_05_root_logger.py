"""The root logger, with handlers of the project's own, as the experiment's logger."""
# run:
# run: -l WARNING with level=1
# run: -l ERROR
# run: with fail=True

import logging
import sys

from kit import tell

from sacred import Experiment, Ingredient

logger = logging.getLogger()
logger.handlers = []
handler = logging.StreamHandler(sys.stdout)
layout = "[%(levelname)s %(name)s] %(message)s"
handler.setFormatter(logging.Formatter(layout))
logger.addHandler(handler)
logger.setLevel("INFO")

data = Ingredient("data")
ex = Experiment("logged", ingredients=[data])
ex.logger = logger
ex.add_config(level=0, fail=False)


@data.capture
def load(_log):
    _log.info("loading")
    return _log.name


@ex.capture
def step(_log, level):
    _log.debug("one step %d", level)
    _log.warning("level is %s", level)
    return _log.name


@ex.main
def main(_log, _run, fail):
    names = [load(), step()]
    logging.getLogger("library").info("from a library")
    tell(
        names=[_log.name, *names],
        levels=[_log.getEffectiveLevel(), logger.level],
        same=[_run.root_logger is logger, _run.run_logger is _log, ex.logger is logger],
        handlers=len(logger.handlers),
    )
    if fail:
        raise ValueError("failed as asked")
    return "done"


ex.run_commandline()
