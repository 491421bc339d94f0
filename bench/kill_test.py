"""Kills runs with SIGKILL at random moments, and counts what is lost: `python bench/kill_test.py`.

A run logs a point and prints a line each millisecond, and acknowledges each when the call has returned. What
is left is read by this package, and by the program in tests/e2e that knows only docs/record.md.
"""

import argparse
import json
import os
import random
import re
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from pathlib import Path
from typing import IO, Any

from processes import OURS, PEER, Side, clean_environment, make_folder
from sacred.errors import StoreError
from sacred.folder import reader

WORKLOAD = Path(__file__).parent / "workloads" / "killed.py"
READER = Path(__file__).parents[1] / "tests" / "e2e" / "reader_in_sixty_lines.py"
CAPTURE_MODES = ("fd", "sys")
TARGETS = ("a file", "a pipe", "two pipes")
BEAT_SECONDS = (0.25, 10.0)
SHORTEST_SECONDS = 0.2
LEFT_BEHIND = ("run.lock", "recover.lock", "stdout.raw", "stderr.raw", "cout.raw", "cout.merge", "cout.range")


@dataclass
class Tally:
    """What happened to the runs of one side."""

    kills: int = 0
    too_early: int = 0
    points: int = 0
    points_lost: int = 0
    lines: int = 0
    lines_lost: int = 0
    dead_at_once: int = 0
    recovered: int = 0
    unreadable: int = 0
    troubles: list[str] = field(default_factory=list)

    @property
    def alive(self) -> int:
        """How many runs were under way when they were killed."""
        return self.kills - self.too_early

    @property
    def is_clean(self) -> bool:
        """Whether nothing was lost, and everything told right."""
        is_lossless = not (self.points_lost or self.lines_lost or self.unreadable or self.troubles)
        return is_lossless and self.dead_at_once == self.recovered == self.alive


@dataclass(frozen=True)
class Victim:
    """A run that was killed: its folder, and what had been acknowledged."""

    folder: Path
    points: int
    lines: int


def main() -> int:
    """Kill, look, and print the table; 1 if something of ours was lost or told wrong."""
    arguments = _parse()
    random.seed(arguments.seed)
    tallies = {OURS: _kill_all(Side(OURS, sys.executable), arguments.kills, arguments.longest)}
    if arguments.peer_python:
        peer = Side(PEER, os.path.abspath(arguments.peer_python))
        tallies[PEER] = _kill_all(peer, arguments.peer_kills, arguments.longest)
    print(_format_table(tallies))
    for trouble in tallies[OURS].troubles:
        print(trouble)
    return int(not tallies[OURS].is_clean)


def _parse() -> argparse.Namespace:
    parser = argparse.ArgumentParser(description=(__doc__ or "").splitlines()[0])
    parser.add_argument("--kills", type=int, default=100, help="how many runs to kill (default: 100)")
    parser.add_argument(
        "--longest", type=float, default=3.0, help="seconds until the last are killed (default: 3)"
    )
    parser.add_argument(
        "--seed", type=int, default=None, help="of the random moments (default: another each time)"
    )
    parser.add_argument("--peer-python", help="an interpreter that has sacred 0.8.7, to see what that loses")
    parser.add_argument(
        "--peer-kills", type=int, default=6, help="how many runs of 0.8.7 to kill (default: 6)"
    )
    return parser.parse_args()


def _kill_all(side: Side, count: int, longest: float) -> Tally:
    tally = Tally()
    for number in range(count):
        mode, target = CAPTURE_MODES[number % 2], TARGETS[number % 3]
        seconds = random.uniform(SHORTEST_SECONDS, longest)
        victim = _kill(side, mode, target, seconds)
        trouble = _examine(side, victim, tally)
        if trouble:
            tally.troubles.append(f"{side.label}, {mode}, {target}, killed after {seconds:.3f} s: {trouble}")
    return tally


def _kill(side: Side, mode: str, target: str, seconds: float) -> Victim:
    """Start a run and kill it after some seconds."""
    folder = make_folder()
    acknowledged = folder / "acknowledged"
    acknowledged.write_bytes(bytes(16))
    words = [str(WORKLOAD), mode, str(random.choice(BEAT_SECONDS)), str(acknowledged)]
    with (folder / "stdout").open("wb") as file:
        process = subprocess.Popen(
            [side.python, *words],
            cwd=folder,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=file if target == "a file" else subprocess.PIPE,
            stderr=subprocess.PIPE if target == "two pipes" else subprocess.STDOUT,
        )
    readers = [
        threading.Thread(target=_drain, args=[pipe]) for pipe in (process.stdout, process.stderr) if pipe
    ]
    for thread in readers:
        thread.start()
    time.sleep(seconds)
    process.kill()
    process.wait()
    points, lines = struct.unpack("<QQ", acknowledged.read_bytes())
    for thread in readers:
        thread.join()
    return Victim(folder / "runs" / "1", points, lines)


def _drain(pipe: IO[bytes]) -> None:
    with pipe:
        while pipe.read(1 << 16):
            pass


def _examine(side: Side, victim: Victim, tally: Tally) -> str:
    """Count what a victim lost, and return what is wrong with it apart from that."""
    tally.kills += 1
    tally.points += victim.points
    tally.lines += victim.lines
    if not (victim.folder / "run.json").exists() or (side.is_ours and not _has_begun(victim)):
        tally.too_early += 1
        tally.points_lost += victim.points
        tally.lines_lost += victim.lines
        return ""
    tally.unreadable += _count_unreadable(victim.folder)
    try:
        found = _read_by_package(victim.folder)
    except StoreError as error:
        found = {"state": None, "metrics": {}, "output": ""}
        tally.troubles.append(str(error))
    tally.dead_at_once += found["state"] == "DEAD"
    tally.points_lost += _count_lost_points(found, victim.points)
    tally.lines_lost += _count_lost_lines(found, victim.lines)
    if not side.is_ours:
        return ""
    if _read_by_program(victim.folder) != found:
        return "the two readers differ"
    trouble = _recover(victim.folder, found)
    tally.recovered += not trouble
    return trouble


def _has_begun(victim: Victim) -> bool:
    return victim.points > 0 or (victim.folder / "run.lock").exists()


def _read_by_package(folder: Path) -> dict[str, Any]:
    path = str(folder)
    return {
        "state": reader.read_run(path)["status"],
        "config": reader.read_config(path),
        "output": reader.read_output(path),
        "metrics": {
            record["name"]: {
                "steps": record["steps"],
                "timestamps": [moment.isoformat() for moment in record["timestamps"]],
                "values": record["values"],
            }
            for record in reader.read_metrics(path)
        },
    }


def _read_by_program(folder: Path) -> Any:
    said = subprocess.run([sys.executable, str(READER), str(folder)], capture_output=True, check=False)
    return json.loads(said.stdout) if said.returncode == 0 else said.stderr.decode()


def _count_unreadable(folder: Path) -> int:
    return sum(not _is_json(path) for path in [*folder.glob("*.json"), *folder.glob("run.lock")])


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True


def _count_lost_points(found: dict[str, Any], acknowledged: int) -> int:
    values: list[float] = found["metrics"].get("loss", {"values": []})["values"]
    expected = [number / 8 for number in range(acknowledged)]
    return acknowledged - sum(value == right for value, right in zip(values, expected, strict=False))


def _count_lost_lines(found: dict[str, Any], acknowledged: int) -> int:
    numbers = map(int, re.findall(r"^line (\d+)$", found["output"], re.MULTILINE))
    return acknowledged - sum(
        number == right for number, right in zip(numbers, range(acknowledged), strict=False)
    )


def _recover(folder: Path, before: dict[str, Any]) -> str:
    """Recover a run, and return what is wrong with the result."""
    command = [sys.executable, "-m", "sacred", "recover", str(folder)]
    said = subprocess.run(command, capture_output=True, text=True, env=clean_environment(), check=False)
    if said.returncode:
        return f"recover: {said.stderr}"
    if _read_by_package(folder) != before or _read_by_program(folder) != before:
        return "it reads differently after recovery"
    if json.loads((folder / "metrics.json").read_bytes()) != before["metrics"]:
        return "metrics.json is not complete after recovery"
    left = [name for name in LEFT_BEHIND if (folder / name).exists()]
    return f"recovery left {left}" if left else ""


_ROWS: dict[str, Callable[[Tally], str]] = {
    "kills": lambda one: f"{one.kills:,}",
    "before the run began": lambda one: f"{one.too_early:,}",
    "points acknowledged": lambda one: f"{one.points:,}",
    "points lost": lambda one: f"{one.points_lost:,}",
    "lines acknowledged": lambda one: f"{one.lines:,}",
    "lines lost": lambda one: f"{one.lines_lost:,}",
    "DEAD at once": lambda one: f"{one.dead_at_once:,} of {one.alive:,}",
    "recovered": lambda one: f"{one.recovered:,} of {one.alive:,}",
    "unreadable files": lambda one: f"{one.unreadable:,}",
}


def _format_table(tallies: dict[str, Tally]) -> str:
    head = f"{'':22}" + "".join(f"{label:>16}" for label in tallies)
    lines = [
        f"{name:22}" + "".join(f"{show(one):>16}" for one in tallies.values()) for name, show in _ROWS.items()
    ]
    return "\n".join([head, *lines])


if __name__ == "__main__":
    raise SystemExit(main())
