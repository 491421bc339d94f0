"""Kills runs with SIGKILL at random moments, and counts what is lost: `python bench/kill_test.py`.

A run logs a point and prints a line each millisecond, now and then saves an artifact and forks a child that
logs, and acknowledges each when the call has returned; heartbeats go on beside it. What is left is read by
this package, and by the program in tests/e2e that knows only docs/record.md. Then a recovery is killed, too,
and two others run at the same time.
"""

import argparse
import json
import os
import random
import re
import signal
import struct
import subprocess
import sys
import threading
import time
from collections.abc import Callable
from dataclasses import dataclass, field
from functools import partial
from pathlib import Path
from typing import IO, Any

from processes import OURS, PEER, Side, clean_environment, make_folder
from sacred.errors import StoreError
from sacred.folder import reader

WORKLOAD = Path(__file__).parent / "workloads" / "killed.py"
RECOVERING = Path(__file__).parent / "workloads" / "recovering.py"
READER = Path(__file__).parents[1] / "tests" / "e2e" / "reader_in_sixty_lines.py"
CAPTURE_MODES = ("fd", "sys")
TARGETS = ("a file", "a pipe", "two pipes")
BEAT_SECONDS = (0.25, 10.0)
SHORTEST_SECONDS = 0.2
LONGEST_RECOVERY_SECONDS = 0.02
ORPHAN_SECONDS = 10.0
LEFT_BEHIND = ("run.lock", "recover.lock", "stdout.raw", "stderr.raw", "cout.raw", "cout.merge", "cout.range")
KINDS = ("points", "lines", "artifacts", "child points")
"""What is acknowledged, in the order in which the run counts it."""


@dataclass
class Tally:
    """What happened to the runs of one side."""

    kills: int = 0
    too_early: int = 0
    acknowledged: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    lost: dict[str, int] = field(default_factory=lambda: dict.fromkeys(KINDS, 0))
    recoveries_killed: int = 0
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
        is_lossless = not (any(self.lost.values()) or self.unreadable or self.troubles)
        return is_lossless and self.dead_at_once == self.recovered == self.alive


@dataclass(frozen=True)
class Victim:
    """A run that was killed: its folder, and what had been acknowledged."""

    folder: Path
    acknowledged: dict[str, int]


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
    acknowledged.write_bytes(bytes(8 * len(KINDS)))
    words = [str(WORKLOAD), mode, str(random.choice(BEAT_SECONDS)), str(acknowledged)]
    with (folder / "stdout").open("wb") as file:
        process = subprocess.Popen(
            [side.python, *words],
            cwd=folder,
            env=clean_environment(),
            stdin=subprocess.DEVNULL,
            stdout=file if target == "a file" else subprocess.PIPE,
            stderr=subprocess.PIPE if target == "two pipes" else subprocess.STDOUT,
            start_new_session=True,
        )
    readers = [
        threading.Thread(target=_drain, args=[pipe]) for pipe in (process.stdout, process.stderr) if pipe
    ]
    for thread in readers:
        thread.start()
    time.sleep(seconds)
    if random.random() < 0.5:  # with its child, if it has one
        os.killpg(process.pid, signal.SIGKILL)
    process.kill()
    process.wait()
    _wait_for_orphan(process.pid)
    counts = struct.unpack(f"<{len(KINDS)}Q", acknowledged.read_bytes())
    for thread in readers:
        thread.join()
    return Victim(folder / "runs" / "1", dict(zip(KINDS, counts, strict=True)))


def _wait_for_orphan(group: int) -> None:
    """Wait until a child that outlived the run has logged all its points."""
    end = time.monotonic() + ORPHAN_SECONDS
    while time.monotonic() < end and any(
        _is_member(path, group) for path in Path("/proc").glob("[0-9]*/stat")
    ):
        time.sleep(0.001)


def _is_member(stat: Path, group: int) -> bool:
    """Tell whether a process belongs to a group, and lives: nobody may ask how an orphan ended."""
    try:
        fields = stat.read_text().rpartition(")")[2].split()
    except OSError:
        return False
    return int(fields[2]) == group and fields[0] not in {"Z", "X"}


def _drain(pipe: IO[bytes]) -> None:
    with pipe:
        while pipe.read(1 << 16):
            pass


def _examine(side: Side, victim: Victim, tally: Tally) -> str:
    """Count what a victim lost, and return what is wrong with it apart from that."""
    tally.kills += 1
    for kind in KINDS:
        tally.acknowledged[kind] += victim.acknowledged[kind]
    if not (victim.folder / "run.json").exists() or (side.is_ours and not _has_begun(victim)):
        tally.too_early += 1
        for kind in KINDS:
            tally.lost[kind] += victim.acknowledged[kind]
        return ""
    tally.unreadable += _count_unreadable(victim.folder)
    try:
        found = _read_by_package(victim.folder)
    except StoreError as error:
        found = {"state": None, "metrics": {}, "output": ""}
        tally.troubles.append(str(error))
    tally.dead_at_once += found["state"] == "DEAD"
    for kind, count in _count_lost(found, victim).items():
        tally.lost[kind] += count
    if not side.is_ours:
        return ""
    if (other := _read_by_program(victim.folder)) != found:
        reason = _find_difference(other, found) if isinstance(other, dict) else other
        return f"the two readers differ in {victim.folder}: {reason}"
    tally.recoveries_killed += _kill_recovery(victim.folder)
    trouble = _recover(victim.folder, found)
    tally.recovered += not trouble
    return trouble


def _has_begun(victim: Victim) -> bool:
    return victim.acknowledged["points"] > 0 or (victim.folder / "run.lock").exists()


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
            if not record["name"].startswith("system.")  # they are in a journal of their own
        },
    }


def _read_by_program(folder: Path) -> Any:
    said = subprocess.run([sys.executable, str(READER), str(folder)], capture_output=True, check=False)
    return json.loads(said.stdout) if said.returncode == 0 else said.stderr.decode()


def _find_difference(found: dict[str, Any], other: dict[str, Any]) -> str:
    return next(
        (f"{key}: {_cut(found[key])} and {_cut(other[key])}" for key in other if found[key] != other[key]), ""
    )


def _cut(value: Any) -> str:
    return str(value)[-400:]


def _count_unreadable(folder: Path) -> int:
    return sum(not _is_json(path) for path in [*folder.glob("*.json"), *folder.glob("run.lock")])


def _is_json(path: Path) -> bool:
    try:
        json.loads(path.read_bytes())
    except ValueError:
        return False
    return True


def _count_lost(found: dict[str, Any], victim: Victim) -> dict[str, int]:
    """Return how much of each kind was acknowledged and is not there, by its kind."""
    there: dict[str, list[float]] = {
        "points": _read_numbers(found, "loss"),
        "lines": list(map(float, re.findall(r"^line (\d+)$", found["output"], re.MULTILINE))),
        "artifacts": _read_artifacts(victim.folder),
        "child points": _read_numbers(found, "child"),
    }
    return {
        kind: len(set(range(victim.acknowledged[kind])) - set(numbers)) for kind, numbers in there.items()
    }


def _read_numbers(found: dict[str, Any], metric: str) -> list[float]:
    return [value * 8 for value in found["metrics"].get(metric, {"values": []})["values"]]


def _read_artifacts(folder: Path) -> list[float]:
    """Return the numbers of the artifacts that are there, and whole."""
    found = {path.name: path.read_text(encoding="utf-8") for path in folder.glob("artifact_*.txt")}
    return [
        float(number)
        for name, text in found.items()
        if text == f"artifact {(number := name.removeprefix('artifact_').removesuffix('.txt'))}"
    ]


def _kill_recovery(folder: Path) -> bool:
    """Kill a recovery at a random moment; return whether it was still at it."""
    command = [sys.executable, str(RECOVERING), str(folder)]
    with subprocess.Popen(command, stdout=subprocess.PIPE, env=clean_environment()) as process:
        if process.stdout is not None:
            process.stdout.readline()
        time.sleep(random.uniform(0, LONGEST_RECOVERY_SECONDS))
        process.kill()
    return process.returncode == -signal.SIGKILL


def _recover(folder: Path, before: dict[str, Any]) -> str:
    """Recover a run twice at the same time, reading it meanwhile; return what is wrong with the result."""
    command = [sys.executable, "-m", "sacred", "recover", str(folder)]
    pipes: dict[str, Any] = {"stdout": subprocess.DEVNULL, "stderr": subprocess.PIPE, "text": True}
    both = [subprocess.Popen(command, env=clean_environment(), **pipes) for _ in range(2)]
    while any(one.poll() is None for one in both):
        if (found := _read_by_package(folder)) != before:
            return f"read while it is recovered: {_find_difference(found, before)}"
    for process in both:
        if process.communicate()[1] or process.returncode:
            return f"recover: exit code {process.returncode}"
    if _read_by_package(folder) != before or _read_by_program(folder) != before:
        return "it reads differently after recovery"
    return _examine_recovered(folder, before)


def _examine_recovered(folder: Path, before: dict[str, Any]) -> str:
    after = json.loads((folder / "run.json").read_bytes())
    if (after["status"], bool(after.get("stop_time"))) != ("DEAD", True):
        return "it is not said to be dead"
    if {path.name for path in folder.glob("artifact_*.txt")} != set(after["artifacts"]):
        return "artifacts are not listed after recovery"
    if json.loads((folder / "metrics.json").read_bytes()) != before["metrics"]:
        return "metrics.json is not complete after recovery"
    left = [name for name in LEFT_BEHIND if (folder / name).exists()]
    return f"recovery left {left}" if left else ""


def _show_count(tally: Tally, word: str, kind: str) -> str:
    counts: dict[str, int] = getattr(tally, word)
    return f"{counts[kind]:,}"


_ROWS: dict[str, Callable[[Tally], str]] = {
    "kills": lambda one: f"{one.kills:,}",
    "before the run began": lambda one: f"{one.too_early:,}",
    **{
        f"{kind} {word}": partial(_show_count, word=word, kind=kind)
        for kind in KINDS
        for word in ("acknowledged", "lost")
    },
    "recoveries killed": lambda one: f"{one.recoveries_killed:,}",
    "DEAD at once": lambda one: f"{one.dead_at_once:,} of {one.alive:,}",
    "recovered": lambda one: f"{one.recovered:,} of {one.alive:,}",
    "unreadable files": lambda one: f"{one.unreadable:,}",
}


def _format_table(tallies: dict[str, Tally]) -> str:
    head = f"{'':26}" + "".join(f"{label:>16}" for label in tallies)
    lines = [
        f"{name:26}" + "".join(f"{show(one):>16}" for one in tallies.values()) for name, show in _ROWS.items()
    ]
    return "\n".join([head, *lines])


if __name__ == "__main__":
    raise SystemExit(main())
