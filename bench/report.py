"""From samples to rows: minimum, median, maximum of both sides and of their ratios, as table and JSON."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median

from figures import Figure

_IN_ONE = {"ns": 1e9, "ms": 1e3, "MiB": 2**-20}  # others are shown as they are


@dataclass(frozen=True)
class Row:
    """Samples of one figure; the n-th of both sides were taken one after the other."""

    figure: Figure
    ours: list[float]
    other: list[float]

    @property
    def ratios(self) -> list[float]:
        """Our value as a share of the other's, pair by pair, where that means something."""
        if not (self.other and all(self.other)):
            return []
        return [ours / other for ours, other in zip(self.ours, self.other, strict=True)]

    @property
    def is_reached(self) -> bool:
        """Whether the median of what counts is at most the target."""
        return median(self.ratios if self.figure.is_share else self.ours) <= self.figure.target


def format_table(rows: list[Row]) -> str:
    """An aligned table."""
    head = ["median (minimum-maximum)", "ours", "", "compared with", "", "ratio", "to reach", ""]
    lines = [head, *map(_format_row, rows)]
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    left = {0, 2, 3, 7}
    return "\n".join(
        "  ".join(
            cell.ljust(width) if column in left else cell.rjust(width)
            for column, (cell, width) in enumerate(zip(line, widths, strict=True))
        ).rstrip()
        for line in lines
    )


def _format_row(row: Row) -> list[str]:
    figure, scale = row.figure, _IN_ONE.get(row.figure.unit, 1)
    values = [_spread([scale * value for value in side]) for side in (row.ours, row.other)]
    target = (
        f"{figure.target:.2f} x" if figure.is_share else f"{scale * figure.target:g} {figure.unit}".rstrip()
    )
    return [
        figure.name,
        values[0],
        figure.unit,
        figure.other if row.other and figure.other else "",
        values[1],
        _spread(row.ratios),
        f"<= {target}",
        "reached" if row.is_reached else "MISSED",
    ]


def _spread(values: list[float]) -> str:
    if not values:
        return ""
    digits = 2 if median(values) < 10 else 1  # three figures are enough
    if all(value == int(value) for value in values):
        digits = 0
    middle, least, most = (f"{value:.{digits}f}" for value in (median(values), min(values), max(values)))
    return f"{middle} ({least}-{most})" if least != most else middle


def save_json(path: Path, rows: list[Row], facts: dict[str, str]) -> None:
    """Keep every sample, in seconds, bytes and plain numbers, with the versions that were compared."""
    content = {
        "facts": facts,
        "rows": [
            asdict(row.figure)
            | {"ours": row.ours, "compared": row.other, "ratios": row.ratios, "reached": row.is_reached}
            for row in rows
        ],
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
