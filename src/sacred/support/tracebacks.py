"""Tracebacks that leave out this package's own frames, so that users see their code."""

import sys
import traceback
from collections.abc import Generator, Iterator
from pathlib import Path
from types import TracebackType
from typing import Any

_PACKAGE = Path(__file__).absolute().parents[1]
_HEADER = "Traceback (most recent call last):\n"
_FILTERED_HEADER = "Traceback (most recent calls WITHOUT Sacred internals):\n"


class FilteredTracebackException(traceback.TracebackException):
    """A traceback, with those of its causes, without this package's own frames.

    A traceback that has no other frames stays whole.
    """

    def __init__(
        self,
        exc_type: type[BaseException],
        exc_value: BaseException,
        exc_traceback: TracebackType | None,
        **kwargs: Any,
    ) -> None:
        super().__init__(exc_type, exc_value, exc_traceback, **kwargs)
        for part in _iter_chain(self):
            _filter_stack(part)

    def format(self, *, chain: bool = True, **kwargs: Any) -> Generator[str, None, None]:
        """Yield the lines, as :class:`traceback.TracebackException` does; the header says what is missing."""
        for line in super().format(chain=chain, **kwargs):
            yield line.replace(_HEADER, _FILTERED_HEADER) if line.endswith(_HEADER) else line


def is_internal(filename: str) -> bool:
    """Tell whether a source file is part of this package."""
    return Path(filename).absolute().is_relative_to(_PACKAGE)


def has_other_frames(error: BaseException) -> bool:
    """Tell whether the traceback of an exception goes through code that isn't this package's."""
    stack = traceback.extract_tb(error.__traceback__)
    return not all(is_internal(frame.filename) for frame in stack)


def remove_own_frames(error: BaseException) -> None:
    """Take this package's frames out of the traceback of an exception, and of those that led to it.

    The traceback of a fault in this package stays whole. A ``SacredError`` is none: it tells of the user's.
    """
    pending: list[BaseException | None] = [error]
    seen: set[int] = set()
    while pending:
        current = pending.pop()
        if current is None or id(current) in seen:
            continue
        seen.add(id(current))
        pending += [current.__cause__, current.__context__]
        if _is_about_users_code(current):
            current.__traceback__ = _without_own_frames(current.__traceback__)


def _is_about_users_code(error: BaseException) -> bool:
    shown = getattr(error, "filter_traceback", None)  # only a SacredError has it
    return shown != "never" if shown is not None else not _is_raised_internally(error)


def _without_own_frames(trace: TracebackType | None) -> TracebackType | None:
    frames = []
    while trace is not None:
        if not is_internal(trace.tb_frame.f_code.co_filename):
            frames.append(trace)
        trace = trace.tb_next
    rest: TracebackType | None = None
    for frame in reversed(frames):
        frame.tb_next = rest
        rest = frame
    return rest


def format_filtered_exception(error: BaseException, filter_traceback: str = "default") -> str:
    """Return the traceback of an exception as text.

    Args:
        error: the exception.
        filter_traceback: ``"default"`` leaves out this package's frames unless the exception was raised in
            one of them, ``"always"`` leaves them out, ``"never"`` shows all.
    """
    raised_here = _is_raised_internally(error)
    if filter_traceback == "always" or (filter_traceback == "default" and not raised_here):
        filtered = FilteredTracebackException(type(error), error, error.__traceback__)
        return "".join(filtered.format())
    whole = "".join(traceback.format_exception(error))
    if filter_traceback == "default":
        return f"Exception originated from within Sacred.\n{whole}"
    return whole


def format_filtered_stacktrace(filter_traceback: str = "default") -> str:
    """Return the traceback of the exception being handled as text, see :func:`format_filtered_exception`."""
    error = sys.exception()
    return format_filtered_exception(error, filter_traceback) if error is not None else ""


def print_filtered_stacktrace(filter_traceback: str = "default") -> None:
    """Write the traceback of the exception being handled on standard error."""
    sys.stderr.write(format_filtered_stacktrace(filter_traceback) + "\n")


def _iter_chain(report: traceback.TracebackException) -> Iterator[traceback.TracebackException]:
    """Yield a report, those of its causes and contexts, and those of the exceptions in a group."""
    pending = [report]
    while pending:
        current = pending.pop()
        yield current
        pending += [linked for linked in (current.__cause__, current.__context__) if linked is not None]
        pending += getattr(current, "exceptions", None) or []


def _filter_stack(report: traceback.TracebackException) -> None:
    frames = [frame for frame in report.stack or () if not is_internal(frame.filename)]
    if frames:
        report.stack = traceback.StackSummary.from_list(frames)


def _is_raised_internally(error: BaseException) -> bool:
    trace = error.__traceback__
    if trace is None:
        return False
    while trace.tb_next is not None:
        trace = trace.tb_next
    return is_internal(trace.tb_frame.f_code.co_filename)
