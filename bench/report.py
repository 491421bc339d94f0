"""From samples to rows: minimum, median, maximum of both sides and of their ratios, as table and JSON."""

import json
from dataclasses import asdict, dataclass
from pathlib import Path
from statistics import median


@dataclass(frozen=True)
class Row:
    """Paired samples of one figure, in seconds: the n-th of both sides were taken one after the other."""

    name: str
    target: float
    ours: list[float]
    peer: list[float]

    @property
    def ratios(self) -> list[float]:
        """Our time as a share of the peer's, pair by pair."""
        return [ours / peer for ours, peer in zip(self.ours, self.peer, strict=True)]

    @property
    def is_reached(self) -> bool:
        """Whether the median ratio is at most the target."""
        return median(self.ratios) <= self.target


def format_table(rows: list[Row], ours: str, peer: str) -> str:
    """An aligned table; times in milliseconds, ratios as shares."""
    head = ["median (minimum-maximum)", f"{ours} ms", f"{peer} ms", "ratio", "to reach", ""]
    lines = [head]
    for row in rows:
        times = [_spread([1000 * seconds for seconds in side]) for side in (row.ours, row.peer)]
        verdict = "reached" if row.is_reached else "MISSED"
        lines.append([row.name, *times, _spread(row.ratios), f"<= {row.target:.2f}", verdict])
    widths = [max(len(line[column]) for line in lines) for column in range(len(head))]
    return "\n".join(
        "  ".join([line[0].ljust(widths[0]), *map(str.rjust, line[1:-1], widths[1:-1]), line[-1]]).rstrip()
        for line in lines
    )


def _spread(values: list[float]) -> str:
    digits = 2 if median(values) < 10 else 1  # three figures are enough
    middle, least, most = (f"{value:.{digits}f}" for value in (median(values), min(values), max(values)))
    return f"{middle} ({least}-{most})"


def save_json(path: Path, rows: list[Row], facts: dict[str, str]) -> None:
    """Keep every sample, in seconds, with the versions that were compared."""
    content = {
        "facts": facts,
        "rows": [asdict(row) | {"ratio": median(row.ratios), "reached": row.is_reached} for row in rows],
    }
    path.write_text(json.dumps(content, indent=2) + "\n", encoding="utf-8")
