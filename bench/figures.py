"""The words of the benchmark: samples, how they are taken, and what a figure of ours is held against."""

from collections.abc import Callable
from dataclasses import dataclass

from processes import PEER, Side

Sample = dict[str, float]
"""Figures by key, in seconds, bytes or plain numbers."""


@dataclass(frozen=True)
class Figure:
    """One row of the table: what a value in our samples is, and the most that it may be."""

    key: str
    name: str
    target: float
    unit: str = "ms"
    other: str | None = PEER
    """What stands beside it: the same of 0.8.7, a value of our samples by its key, or nothing."""
    is_share: bool = True
    """Whether the target is for our share of the other; else it is for our value alone."""


@dataclass(frozen=True)
class Workload:
    """How one sample of some figures is taken, and how often."""

    key: str
    figures: tuple[Figure, ...]
    take: Callable[[Side], Sample]
    repeats: int = 11
    is_warmed_up: bool = True
    """Whether a first sample of each side doesn't count; long ones don't need that."""

    @property
    def needs_peer(self) -> bool:
        """Whether 0.8.7 is measured as well."""
        return any(figure.other == PEER for figure in self.figures)
