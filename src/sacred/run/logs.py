"""The loggers of a run."""

import logging
import sys
from typing import TYPE_CHECKING, Any, Protocol, TextIO

if TYPE_CHECKING:
    from collections.abc import Iterable

NO_LOGGER = logging.getLogger("ignore")
"""A logger that says nothing."""
NO_LOGGER.disabled = True

LOG_FORMAT = "%(levelname)s - %(name)s - %(message)s"


class _ConsoleHandler(logging.StreamHandler[TextIO]):
    """Writes to what ``sys.stderr`` is at that moment, so that captured output has the log as well."""

    def __init__(self) -> None:
        self._stream: TextIO | None = None
        super().__init__()
        self._stream = None
        self.setFormatter(logging.Formatter(LOG_FORMAT))

    @property
    def stream(self) -> TextIO:
        return self._stream or sys.stderr

    @stream.setter
    def stream(self, stream: TextIO) -> None:
        self._stream = stream


def create_basic_stream_logger() -> logging.Logger:
    """Return the root logger, which writes to standard error from level INFO on.

    Handlers of the user's own stay; if one of them writes to the terminal already, none is added.
    """
    logger = logging.getLogger()
    if not any(_is_console(handler) for handler in logger.handlers):
        logger.addHandler(_ConsoleHandler())
        if logger.level in (logging.WARNING, logging.NOTSET):  # what it is before anybody chose one
            logger.setLevel(logging.INFO)
    return logger


def _is_console(handler: logging.Handler) -> bool:
    if isinstance(handler, _ConsoleHandler):
        return True
    streams = (sys.stderr, sys.stdout, sys.__stderr__, sys.__stdout__)
    return type(handler) is logging.StreamHandler and handler.stream in streams


class _HasLogger(Protocol):
    path: str
    logger: logging.Logger | None


class _Scaffold(Protocol):
    path: str
    logger: logging.Logger


def initialize_logging(
    experiment: _HasLogger, scaffolding: dict[str, Any], log_level: Any = None
) -> tuple[logging.Logger, logging.Logger]:
    """Give every scaffold its logger; return the root logger and the run's.

    Args:
        experiment: a ``logger`` of its own is used as root.
        scaffolding: the scaffolds by path.
        log_level: set on the root logger.
    """
    root = experiment.logger or create_basic_stream_logger()
    if log_level is not None:
        root.setLevel(log_level)
    scaffolds: Iterable[_Scaffold] = scaffolding.values()
    for scaffold in scaffolds:
        scaffold.logger = root.getChild(scaffold.path) if scaffold.path else root
    return root, root.getChild(experiment.path)
