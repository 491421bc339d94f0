"""Mode ``sys``: what Python code prints, taken from ``sys.stdout`` and ``sys.stderr``."""

import contextlib
import sys
from collections.abc import Iterable, Iterator
from functools import lru_cache
from typing import Any

from sacred.collect.output.capture import Capture
from sacred.support.spool import Spool

_STREAM_NAMES = ("stdout", "stderr")


class TeeingStreamProxy:
    """A text stream that passes everything on, and a copy of what is written to a buffer.

    All that is not writing is the original stream's own.
    """

    def __init__(self, stream: Any, out_file: Any) -> None:
        self._stream = stream
        self._out_file = out_file

    def write(self, data: str) -> Any:
        """Write text; an error of the copy is not the writer's."""
        written = self._stream.write(data)
        out_file = self._out_file  # another thread may end this
        if out_file is not None:
            try:  # noqa: SIM105 - `suppress` costs more than all the rest here
                out_file.write(data)
            except (OSError, ValueError):
                pass
        return written

    def writelines(self, lines: Iterable[str]) -> None:
        """Write several texts."""
        for line in lines:
            self.write(line)

    def flush(self) -> None:
        """Flush the original stream."""
        self._stream.flush()

    def end(self) -> None:
        """Stop copying; who still holds this stream goes on writing to the original."""
        self._out_file = None

    def has_ended(self) -> bool:
        """Tell whether this stream only passes on."""
        return self._out_file is None

    def find_original(self) -> Any:
        """Return the nearest stream below that still has a purpose."""
        below = self._stream
        return below.find_original() if isinstance(below, TeeingStreamProxy) and below.has_ended() else below

    def __getattr__(self, name: str) -> Any:
        return getattr(self.__dict__["_stream"], name)

    def __iter__(self) -> Iterator[str]:
        return iter(self._stream)


class StreamCapture(Capture):
    """Takes what Python code prints, from its construction until :meth:`stop`.

    Captures can be in each other: the outer one has the inner one's text as well. What is written is in the
    file when ``write`` returns, and takes no lock that a signal handler could wait for in vain.

    Args:
        near: where the file will probably get its name.

    Raises:
        OSError: there is no place for it; nothing has changed then.
    """

    mode = "sys"

    def __init__(self, near: str | None = None) -> None:
        flush()
        super().__init__([Spool(near)])
        self._proxies = {}
        for name in _STREAM_NAMES:
            if getattr(sys, name) is not None:  # there is none without a console
                self._proxies[name] = TeeingStreamProxy(getattr(sys, name), _OwnOutput(self, self.spools[0]))
                setattr(sys, name, self._proxies[name])

    def flush(self) -> None:
        """Flush the streams; their text is here already."""
        flush()

    def catch_up(self) -> None:
        """Bring in what came in other ways, before Python's text is appended: here there are none."""

    def _release(self) -> None:
        flush()
        for name, proxy in self._proxies.items():
            proxy.end()
            if getattr(sys, name) is proxy:  # else somebody put a stream of their own over ours
                setattr(sys, name, proxy.find_original())


class _OwnOutput:
    """Takes what belongs to a capture."""

    def __init__(self, capture: StreamCapture, spool: Spool) -> None:
        self._capture = capture
        self._spool = spool

    def write(self, text: str) -> None:
        if self._capture.is_addressed():
            self._capture.catch_up()
            try:
                self._spool.append(text.encode("utf-8", "backslashreplace"))
            except OSError as error:
                self._capture.gap = f"{error.strerror}: some of the output was not captured"


def flush() -> None:
    """Flush standard output and error: Python's streams, and those of C code if there can be any."""
    for stream in {id(one): one for one in (sys.stdout, sys.stderr, sys.__stdout__, sys.__stderr__)}.values():
        flush_quietly(stream)
    _flush_c_stdout()


def flush_quietly(stream: Any) -> None:
    """Flush a stream, or leave it where it is missing, closed or broken."""
    with contextlib.suppress(Exception):  # a stream of the user's own may raise anything
        stream.flush()


def _flush_c_stdout() -> None:
    """Flush C's own buffer of standard output: into a file it would else wait for the end of the process.

    Only with ctypes, whose import takes 4 ms: so it is loaded only where some extension module may print.
    """
    if "ctypes" not in sys.modules and not _has_extensions():
        return
    import ctypes

    with contextlib.suppress(OSError, ValueError, AttributeError):
        library = ctypes.CDLL(None)
        # not fflush(NULL): that waits for a thread that reads standard input
        library.fflush(ctypes.c_void_p.in_dll(library, "stdout"))


def _has_extensions() -> bool:
    """Tell whether compiled modules are loaded that are not Python's own."""
    return _find_extensions(len(sys.modules))


@lru_cache(maxsize=1)
def _find_extensions(_count: int) -> bool:
    """Look through the loaded modules, once for each number of them: a beat should not take long."""
    return any(
        name not in sys.stdlib_module_names and _is_compiled(module)
        for name, module in list(sys.modules.items())
    )


def _is_compiled(module: object) -> bool:
    try:
        filename = object.__getattribute__(module, "__dict__").get("__file__")
    except (AttributeError, TypeError):
        return False
    return isinstance(filename, str) and filename.endswith((".so", ".dylib"))
