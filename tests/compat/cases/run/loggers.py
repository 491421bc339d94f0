"""Names of loggers and their lines; a logger of the user's own."""
# run:
# run: -l WARNING
# run: -l 10
# run: -n renamed
# run: own
# run: root
# run: stream

import logging
import sys

from kit import tell

from sacred import Experiment, Ingredient

part = Ingredient("part.deep")


@part.capture
def of_part(_log):
    _log.info("part at %s", _log.getEffectiveLevel())
    return _log.name


ex = Experiment("loggers", ingredients=[part])


@ex.capture
def helper(_log):
    _log.debug("helper debug")
    return _log.name


class Model:
    @ex.capture
    def method(self, _log):
        return _log.name


@ex.main
def main(_log, _run):
    _log.warning("a warning")
    _log.info("with %s", "words")
    tell(
        names=[_log.name, helper(), of_part(), Model().method(), _run.run_logger.name, _run.root_logger.name]
    )


if sys.argv[1:] == ["own"]:
    ex.logger = logging.getLogger("own")
    handler = logging.StreamHandler(sys.stdout)
    handler.setFormatter(logging.Formatter("%(name)s|%(levelname)s|%(message)s"))
    ex.logger.handlers = [handler]
    ex.logger.setLevel("INFO")
    ex.logger.propagate = False
    ex.run()
elif sys.argv[1:] == ["root"]:
    ex.logger = logging.getLogger()
    ex.logger.handlers = [logging.StreamHandler(sys.stdout)]
    ex.logger.setLevel(logging.DEBUG)
    ex.run()
elif sys.argv[1:] == ["stream"]:
    run = ex.run()
    run.root_logger.handlers[0].stream = sys.stdout
    run.root_logger.info("to stdout")
else:
    ex.run_commandline()
