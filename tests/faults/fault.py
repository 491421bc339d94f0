"""What a fault is: how the real thing is broken while an experiment runs, and what must hold all the same."""

from dataclasses import dataclass, field
from typing import Any

COLUMNS = ("result", "readable", "told", "in time", "others")
"""What must hold: the result and the exit code are right; all that fitted is readable, by two readers; the
record and a warning say what is missing; nothing hangs; the other observers heard everything."""


@dataclass(frozen=True)
class Fault:
    """One thing that breaks.

    Attributes:
        name: of the row.
        does: what happens, for the page.
        holds: what becomes of the run, for the page.
        body: code in the middle of the main function, which logs and prints before and after it.
        head: code before sacred is imported.
        setup: code after the experiment is made.
        options: words of the command line.
        environment: variables that are set, or removed where the value is None.
        redirection: of the shell, for the program's streams.
        disk: options of a small file system (tmpfs) that the run's folder is on.
        preload: C code whose functions take the place of the system's.
        obeys_modes: the program has no right to ignore the modes of files, whoever runs it.
        is_measured: coverage may watch the program: its own files don't suffer from the fault.
        codes: exit codes that are right.
        result: what the caller gets from the run.
        states: what the record may say of the run.
        told: a part of each warning that is to be seen, exactly once.
        may_tell: parts of warnings that may be seen as well: it is a matter of the moment.
        noted: ``(kind, part of the reason)`` of each entry of ``missing`` in ``run.json``.
        loses: what may be incomplete: ``points``, ``lines``, or ``folder`` (there is nothing to read).
        hears: whether the second observer hears all points and the right end.
        shows: whether the terminal gets all lines, too.
        quiet: whether what is told is counted at all.
        says: whether what Python itself writes to stderr (a traceback) belongs to the fault.
    """

    name: str
    does: str
    holds: str
    body: str = "pass"
    head: str = ""
    setup: str = ""
    options: tuple[str, ...] = ()
    environment: dict[str, str | None] = field(default_factory=dict)
    redirection: str = ""
    disk: str = ""
    preload: str = ""
    obeys_modes: bool = False
    is_measured: bool = True
    codes: tuple[int, ...] = (0,)
    result: Any = 42
    states: tuple[str, ...] = ("COMPLETED",)
    told: tuple[str, ...] = ()
    may_tell: tuple[str, ...] = ()
    noted: tuple[tuple[str, str], ...] = ()
    loses: frozenset[str] = frozenset()
    hears: bool = True
    shows: bool = True
    quiet: bool = True
    says: bool = False
