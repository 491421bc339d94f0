"""Which parts of runs a store should read at once: as many as fit in memory, and none that is large."""

from collections.abc import Mapping, Sequence
from dataclasses import dataclass, field
from typing import Any

from sacred.model.record import StoredFile
from sacred.stores.base import MOST_BYTES_AHEAD

LARGE_BYTES = 1 << 20
"""What is larger is read by itself, and piece by piece where that can be."""


@dataclass(slots=True)
class Plan:
    """What to read.

    Attributes:
        runs: whose parts, by what the store knows runs by.
        points: of which of them the points.
        outputs: of which of them the output.
        contents: of which files, by key: how many bytes each has.
    """

    runs: list[Any] = field(default_factory=list)
    points: list[Any] = field(default_factory=list)
    outputs: list[Any] = field(default_factory=list)
    contents: dict[Any, int] = field(default_factory=dict)


def make_plan(
    runs: Sequence[Any],
    points: Mapping[Any, int],
    outputs: Mapping[Any, int],
    files: Mapping[Any, Sequence[StoredFile]],
    piece_bytes: int,
) -> Plan:
    """Plan what to read of runs: the first ones that fit, but always one.

    Args:
        runs: which ones, in the order in which they are needed.
        points: how many bytes the points of each take; missing for none.
        outputs: how many its output has.
        files: its files; their keys can be hashed.
        piece_bytes: how many bytes a store keeps in one piece.
    """
    plan = Plan()
    room = MOST_BYTES_AHEAD
    for run in runs:
        sizes = (points.get(run, 0), outputs.get(run, 0))
        contents = _choose_files(files.get(run, ()), plan.contents, min(piece_bytes, LARGE_BYTES))
        room -= sum(size for size in sizes if size <= LARGE_BYTES) + sum(contents.values())
        if room < 0 and plan.runs:
            break
        plan.runs.append(run)
        for size, chosen in zip(sizes, (plan.points, plan.outputs), strict=True):
            if size <= LARGE_BYTES:
                chosen.append(run)
        plan.contents |= contents
    return plan


def _choose_files(files: Sequence[StoredFile], known: Mapping[Any, int], most_bytes: int) -> dict[Any, int]:
    """Return the sizes of the contents that a run has beside known ones: small ones, until there are many."""
    chosen: dict[Any, int] = {}
    total = 0
    for file in files:
        size = file.size_bytes
        if file.key is None or size is None or size > most_bytes or file.key in known:
            continue
        total += size
        if total > MOST_BYTES_AHEAD // 2:
            break
        chosen[file.key] = size
    return chosen
