"""Loggers of the user's own: with handlers, formatters and levels, and below the root logger."""
# run: plain
# run: formatted
# run: child
# run: silent
# run: basic_config
# run: file

import logging
import sys
from pathlib import Path

from kit import tell

from sacred import Experiment

ex = Experiment("handlers")
ex.add_config(seed=1)
kind = sys.argv[1]


def make_logger():
    logger = logging.getLogger("mine" if kind != "child" else "mine.child")
    logger.handlers = []
    if kind == "formatted":
        handler = logging.StreamHandler(sys.stdout)
        handler.setFormatter(logging.Formatter("[%(levelname).1s] %(name)s: %(message)s"))
        logger.addHandler(handler)
        logger.setLevel(logging.INFO)
    elif kind == "silent":
        logger.addHandler(logging.NullHandler())
        logger.setLevel(logging.ERROR)
        logger.propagate = False
    elif kind == "file":
        logger.addHandler(logging.FileHandler("log.txt"))
        logger.setLevel("INFO")
    return logger


if kind == "basic_config":
    logging.basicConfig(level=logging.WARNING, format="basic %(levelname)s %(message)s", stream=sys.stdout)
else:
    ex.logger = make_logger()


@ex.capture
def train(_log):
    _log.info("training")
    _log.warning("slow")
    return _log.name


@ex.main
def main(_log, _run):
    _log.error("in main")
    logging.getLogger("library").warning("of a library")
    names = [train(), _log.name, _run.run_logger.name, _run.root_logger.name]
    tell(names=names, levels=[_log.level, _log.getEffectiveLevel(), _run.root_logger.level])


ex.run(options={"--unobserved": True})
tell(log=Path("log.txt").read_text().splitlines() if kind == "file" else None)
