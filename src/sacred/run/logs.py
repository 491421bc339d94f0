"""The loggers of a run."""

import logging
import sys
from typing import TYPE_CHECKING, Any, NamedTuple, Protocol, TextIO

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


class _Found(NamedTuple):
    """How the root logger was before any run that is on now."""

    level: int
    handlers: tuple[logging.Handler, ...]


# a set and a dictionary, and no lock: a process may be forked at any moment
_runs: set[object] = set()
_found: dict[str, _Found] = {}
_given_levels: set[int] = set()


class BorrowedLogging:
    """While entered, a run may set up the root logger, if only to reach the terminal.

    Afterwards it is as it was if somebody else, pytest for example, had set it up; else it stays set up.
    """

    def __enter__(self) -> None:
        root = logging.getLogger()
        _found.setdefault("root", _Found(root.level, tuple(root.handlers)))
        _runs.add(self)

    def __exit__(self, *_: object) -> None:
        _runs.discard(self)
        if _runs:  # another run, around this one or beside it, goes on
            return
        found = _found.pop("root", None)
        if found is not None and any(not isinstance(handler, _ConsoleHandler) for handler in found.handlers):
            _restore(logging.getLogger(), found)
        _given_levels.clear()


def _restore(root: logging.Logger, found: _Found) -> None:
    for handler in list(root.handlers):
        if isinstance(handler, _ConsoleHandler) and handler not in found.handlers:
            root.removeHandler(handler)
    if root.level in _given_levels:  # else it is the user's own since
        root.setLevel(found.level)


class _HasLogger(Protocol):
    path: str
    logger: logging.Logger | None


class _Scaffold(Protocol):
    path: str
    logger: logging.Logger
    hook_logger: logging.Logger


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
    if root is logging.getLogger():
        _given_levels.add(root.level)
    run_logger = root.getChild(experiment.path)
    scaffolds: Iterable[_Scaffold] = scaffolding.values()
    for scaffold in scaffolds:
        scaffold.logger = root.getChild(scaffold.path) if scaffold.path else root
        scaffold.hook_logger = scaffold.logger if scaffold.path else run_logger
    return root, run_logger
