"""The output of a worker process: it goes into the record of the run that the worker takes part in."""

import contextlib
import os
import sys
from io import TextIOWrapper
from typing import TextIO

from sacred.collect.output.stream import TeeingStreamProxy

_STREAM_NAMES = ("stdout", "stderr")


class WorkerOutput:
    """Sees to it that each line that Python code prints in this process is in the record when it ends.

    In mode ``fd`` the descriptors are the run's own. Only Python keeps text back, up to 8 KiB where it goes
    into a file, which are lost when a pool ends its workers. In mode ``sys`` a copy is appended to the run's.

    Args:
        mode: how the run captures its output.
        path: the file of mode ``sys``.
    """

    def __init__(self, mode: str | None, path: str | None) -> None:
        self._file: TextIO | None = None
        self._proxies: dict[str, TeeingStreamProxy] = {}
        if mode == "fd":
            write_whole_lines()
        elif mode == "sys" and path is not None:
            with contextlib.suppress(OSError):  # the run has just ended, or is on another machine
                self._copy_into(path)

    def _copy_into(self, path: str) -> None:
        descriptor = os.open(path, os.O_WRONLY | os.O_APPEND)  # a file that is gone is not made anew
        # one file for both streams, so that a line of one does not come into the middle of another's
        self._file = os.fdopen(descriptor, "w", 1, encoding="utf-8", errors="backslashreplace")
        for name in _STREAM_NAMES:
            if getattr(sys, name) is not None:
                self._proxies[name] = TeeingStreamProxy(getattr(sys, name), self._file)
                setattr(sys, name, self._proxies[name])

    def end(self) -> None:
        """Let what is printed from now on go where it went before."""
        for name, proxy in self._proxies.items():
            proxy.end()
            if getattr(sys, name) is proxy:
                setattr(sys, name, proxy.find_original())
        if self._file is not None:
            with contextlib.suppress(OSError):
                self._file.close()


def write_whole_lines() -> None:
    """Let Python's streams write each line when it is complete, also where they lead into a file."""
    for name in _STREAM_NAMES:
        stream = getattr(sys, name)
        if isinstance(stream, TextIOWrapper) and not stream.line_buffering:
            with contextlib.suppress(OSError, ValueError):  # closed, or the disk is full
                stream.reconfigure(line_buffering=True)
