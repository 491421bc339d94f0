"""Folding in what a killed run left, so that its folder looks like that of a run that ended.

Every step can be done again: killed in between, a recovery is started anew.
"""

import contextlib
import json
import os
from collections.abc import Iterator
from datetime import UTC, datetime
from typing import Any, Literal, NamedTuple

from sacred.folder import layout
from sacred.folder.bring_over import bring_over
from sacred.folder.front import find_front, read_spool_note
from sacred.folder.journal_reader import cut_journal, has_journal, read_points
from sacred.folder.layout import LOCK, RECOVER_LOCK
from sacred.folder.leftovers import note_leftovers
from sacred.folder.lock import find_holder, flock, read_holder
from sacred.folder.metrics import write_metrics_json
from sacred.folder.output_reader import find_outer, recover_output
from sacred.folder.ranks import is_rank_output
from sacred.folder.reader import read_run
from sacred.folder.room import give_room
from sacred.folder.silence import parse_moment
from sacred.model import status as statuses
from sacred.model.serialize import format_json
from sacred.support.clock import format_naive_utc, now, to_naive_utc
from sacred.support.digests import CHUNK_BYTES
from sacred.support.files import write_atomically

_OUTPUT_FILES = (layout.OUTPUT, layout.RAW_OUTPUT, *layout.STREAMS)


class Outcome(NamedTuple):
    """What became of recovering a run.

    Attributes:
        action: what was done.
        text: the same with the facts, in words.
    """

    action: Literal["recovered", "left alone", "nothing"]
    text: str


def recover(folder: str) -> Outcome:
    """Fold in output and points of a run whose lock proves that it died; leave every other one as it is.

    What such a run on a network file system left on this machine is brought over first.

    Where another process does it just now, this waits for it.

    Raises:
        StoreError: this is no run folder, or a file in it can't be read.
        OSError: a file can't be written; it can be tried again.
    """
    bring_over(folder)
    entry = read_run(folder)
    if find_holder(folder) != "dead" and not os.path.exists(os.path.join(folder, RECOVER_LOCK)):
        return _explain(folder, entry)
    for inner in _find_inner(folder):
        _recover_alone(inner)
    return _recover_alone(folder)


def _find_inner(folder: str) -> list[str]:
    """Return the folders of runs within a run that read their output from a file that recovery removes."""
    parent, own = os.path.split(os.path.abspath(folder))
    raw = os.path.join(parent, own, layout.RAW_OUTPUT)
    if not os.path.exists(raw):
        return []
    others = [os.path.join(parent, name) for name in os.listdir(parent) if name != own]
    return [other for other in others if find_outer(other)[0] == raw]


def _recover_alone(folder: str) -> Outcome:
    with _open_lock(folder):
        if find_holder(folder) != "dead":  # somebody else did it, or was killed at the very end
            return _explain(folder, read_run(folder))
        return _fold(folder)


def _explain(folder: str, entry: dict[str, Any]) -> Outcome:
    """Say why there is nothing to do."""
    holder, status = read_holder(folder) or read_spool_note(folder), entry.get("status")
    if status == statuses.RUNNING:
        place = f" on {holder.get('host')} (process {holder.get('pid')})" if holder else ""
        return Outcome("left alone", f"RUNNING{place}, left alone")
    if status == statuses.DEAD and not entry.get("stop_time"):
        witness = f"only {holder.get('host')}, where it ran, can prove it" if holder else "no lock proves it"
        return Outcome("left alone", f"DEAD as its heartbeat tells, but {witness}: left alone")
    if find_front(folder) is not None:
        text = f"{status}, process {holder.get('pid')} has still to bring over its end: left alone"
        return Outcome("left alone", text)
    return Outcome("nothing", f"{_format_state(entry)}, nothing to do")


def _format_state(entry: dict[str, Any]) -> str:
    moment = parse_moment(entry.get("stop_time"))
    since = f" since {moment:%Y-%m-%d %H:%M} UTC" if moment and entry["status"] == statuses.DEAD else ""
    return f"{entry.get('status')}{since}"


@contextlib.contextmanager
def _open_lock(folder: str) -> Iterator[None]:
    """Be the only one that recovers a folder, waiting for others."""
    path = os.path.join(folder, RECOVER_LOCK)
    descriptor = _lock_file(path)
    while not _is_file(descriptor, path):  # who had it before has removed it
        os.close(descriptor)
        descriptor = _lock_file(path)
    try:
        yield
    finally:
        with contextlib.suppress(FileNotFoundError):
            os.unlink(path)
        os.close(descriptor)


def _lock_file(path: str) -> int:
    descriptor = os.open(path, os.O_RDWR | os.O_CREAT, 0o666)
    flock(descriptor, wait=True)
    return descriptor


def _is_file(descriptor: int, path: str) -> bool:
    try:
        return os.path.samestat(os.fstat(descriptor), os.stat(path))
    except FileNotFoundError:
        return False


def _fold(folder: str) -> Outcome:
    give_room(folder)  # the disk may be full, and that may be why the run has no end
    entry = _read_plain(folder)
    is_killed = entry.get("status") == statuses.RUNNING
    point_count, last_point = _survey_points(folder)
    last_sample = _survey_points(folder, layout.SYSTEM)[1]
    if is_killed and not entry.get("stop_time"):
        # first of all, since what follows changes the output files
        entry["stop_time"] = format_naive_utc(_find_last_sign(folder, entry, max(last_point, last_sample)))
        _write_entry(folder, entry)
    output_bytes = recover_output(folder)
    if has_journal(folder):
        write_metrics_json(folder, durable=True)
        cut_journal(folder)
    cut_journal(folder, layout.SYSTEM)
    note_leftovers(folder, entry)
    if is_killed:
        entry["status"] = statuses.DEAD
    entry.setdefault("recorder", {}).setdefault("output_bytes", output_bytes)
    _write_entry(folder, entry)
    os.unlink(os.path.join(folder, LOCK))
    line_count = _count_lines(os.path.join(folder, layout.OUTPUT), entry["recorder"]["output_bytes"])
    found = f"{point_count:,} points and {line_count:,} lines"
    return Outcome("recovered", f"{_format_state(entry)}, {found} recovered")


def _read_plain(folder: str) -> dict[str, Any]:
    """Return ``run.json`` as it is there, to be written again."""
    with open(os.path.join(folder, layout.RUN), "rb") as file:
        entry: dict[str, Any] = json.load(file)
    return entry


def _write_entry(folder: str, entry: dict[str, Any]) -> None:
    write_atomically(os.path.join(folder, layout.RUN), format_json(entry))


def _survey_points(folder: str, prefix: str = "metrics") -> tuple[int, float]:
    """Return how many points there are, and when the last one was logged (seconds since 1970, UTC)."""
    count, last = 0, 0.0
    for point in read_points(folder, prefix):
        count, last = count + 1, max(last, point.time)
    return count, last


def _find_last_sign(folder: str, entry: dict[str, Any], last_point: float) -> datetime:
    """Return when the run last gave a sign of life, as naive UTC."""
    seconds = [last_point]
    outputs_of_ranks = (name for name in os.listdir(folder) if is_rank_output(name))
    for name in (*_OUTPUT_FILES, *outputs_of_ranks):
        with contextlib.suppress(FileNotFoundError):
            seconds.append(os.stat(os.path.join(folder, name)).st_mtime)
    latest = min(max(seconds), now().timestamp())  # a damaged record may be of any time
    told = [parse_moment(entry.get(key)) for key in ("start_time", "heartbeat")]
    return max([to_naive_utc(datetime.fromtimestamp(latest, UTC)), *filter(None, told)])


def _count_lines(path: str, size: int) -> int:
    count = 0
    with contextlib.suppress(FileNotFoundError), open(path, "rb") as file:
        while size > 0 and (chunk := file.read(min(size, CHUNK_BYTES))):
            count += chunk.count(b"\n")
            size -= len(chunk)
    return count
