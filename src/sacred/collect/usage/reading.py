"""A reading: what can be seen of the machine at one moment, in absolute numbers."""

from collections.abc import Callable
from typing import NamedTuple

Number = int | float


class AbsentError(Exception):
    """The machine does not have what was to be read."""


class Rate(NamedTuple):
    """Something that grows, and what it is a share of.

    Attributes:
        part: such as seconds of processor time.
        whole: such as seconds of all cores.
    """

    part: float
    whole: float


class Reading:
    """What was seen at one moment; runs that look at the same machine make their own metrics of it.

    Args:
        time: seconds since 1970-01-01 UTC.

    Attributes:
        values: metrics that are what they are, by name.
        counters: metrics that only grow; a run wants to know by how much since its first reading.
        rates: metrics in percent, of what was added since the reading before.
        failures: why a part of the reading is not there, by the part's name.
    """

    def __init__(self, time: float) -> None:
        self.time = time
        self.values: dict[str, Number] = {}
        self.counters: dict[str, int] = {}
        self.rates: dict[str, Rate] = {}
        self.failures: dict[str, str] = {}

    def fill(self, part: str, read: Callable[["Reading"], None]) -> None:
        """Let one part of the machine be read; that it fails is noted and hinders no other.

        Args:
            part: its name in notes, such as ``system.memory``.
            read: adds what it finds.
        """
        try:
            read(self)
        except Exception as error:  # noqa: BLE001 - no error of a kernel or driver may reach the experiment
            self.failures[part] = f"{type(error).__name__}: {error}"
