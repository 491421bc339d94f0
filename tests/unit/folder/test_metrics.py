"""metrics.json from the journal: the same bytes as from memory, in constant memory; and what readers get."""

import errno
import json
import math
import os
import threading
import tracemalloc
from datetime import UTC, datetime

import pytest

from sacred.folder import metrics as metrics_module
from sacred.folder.journal import Journal, Point
from sacred.folder.journal_reader import read_points
from sacred.folder.metrics import read_metric_records, write_metrics_json
from sacred.model.serialize import format_json

TIME = 1_700_000_000.0


def write_journal(folder, points, **options):
    journal, numbers = Journal(str(folder), **options), {}
    for point in points:
        if point.name not in numbers:
            numbers[point.name] = journal.add_name(point.name)
        journal.append(point, numbers[point.name])
    journal.close()


def to_moment(seconds):
    return datetime.fromtimestamp(seconds, UTC).replace(tzinfo=None)


def expect(points):
    """What format_json makes of points in memory."""
    metrics = {}
    for point in points:
        columns = metrics.setdefault(point.name, {"steps": [], "timestamps": [], "values": []})
        columns["steps"].append(point.step)
        columns["timestamps"].append(to_moment(point.time).isoformat())
        columns["values"].append(point.value)
    return format_json(metrics).encode()


def read(folder):
    return (folder / "metrics.json").read_bytes()


@pytest.fixture
def small(monkeypatch):
    """Pieces so small that a few points take every way."""
    monkeypatch.setattr(metrics_module, "_PIECE_POINTS", 7)
    monkeypatch.setattr(metrics_module, "_SMALL_PIECE_POINTS", 3)
    monkeypatch.setattr(metrics_module, "_MEMORY_BYTES", 500)


ODD = [
    None,
    True,
    "text ä\n",
    [],
    [1, {"b": 2, "a": [None]}],
    {},
    2**70,
    float("nan"),
    float("-inf"),
    -0.0,
    1e22,
]


def mixed_points(count):
    return [
        Point(
            f"metric {step % 4}", step / 2 if step % 9 == 0 else step, TIME + step * 0.3, ODD[step % len(ODD)]
        )
        for step in range(count)
    ]


@pytest.mark.parametrize("pause", [None, lambda: None])
@pytest.mark.parametrize("count", [0, 1, 5, 200])
def test_the_bytes_are_those_of_format_json(tmp_path, small, count, pause):
    write_journal(tmp_path, mixed_points(count))
    write_metrics_json(str(tmp_path), durable=False, pause=pause)
    assert read(tmp_path) == expect(read_points(str(tmp_path)))
    assert len(list(read_points(str(tmp_path)))) == count


def test_no_points(tmp_path):
    write_metrics_json(str(tmp_path), durable=True)
    assert read(tmp_path) == b"{}"


def test_timestamps_are_those_of_datetime():
    moments = [0.0, 1e-6, 0.5, TIME, TIME + 0.999999, TIME + 0.9999996, TIME + 1e-7, TIME + 0.000001]
    moments += [TIME - 0.25, -0.5, -1.0, -1e9 - 1 / 3, 253_402_300_798.9]
    moments += [TIME + number / 7919 for number in range(10_000)]
    moments += [TIME + number * 5e-7 for number in range(10_000)]
    texts = metrics_module._join_moments(moments).split(",\n      ")
    assert [json.loads(text) for text in texts] == [to_moment(moment).isoformat() for moment in moments]


def test_journals_of_children_are_part_of_it(tmp_path):
    write_journal(tmp_path, [Point("m", step, TIME + step, "parent") for step in range(3)])
    write_journal(
        tmp_path, [Point("m", step, TIME + step + 0.5, "child") for step in range(3)], is_child=True
    )
    write_metrics_json(str(tmp_path), durable=False)
    assert json.loads(read(tmp_path))["m"]["values"] == ["parent", "child"] * 3


def test_there_is_a_pause_after_each_small_piece(tmp_path):
    write_journal(tmp_path, mixed_points(1500))
    pauses = []
    write_metrics_json(str(tmp_path), durable=False, pause=lambda: pauses.append(os.listdir(tmp_path)))
    assert len(pauses) == 3
    assert not any("metrics.json" in names for names in pauses)  # which takes its place whole, at the end


def test_a_reader_sees_the_old_file_or_the_new_one(tmp_path):
    write_journal(tmp_path, mixed_points(3000))
    write_metrics_json(str(tmp_path), durable=False)
    whole, seen, end = read(tmp_path), set(), threading.Event()

    def look():
        while not end.is_set():
            seen.add(read(tmp_path))

    thread = threading.Thread(target=look)
    thread.start()
    for _ in range(10):
        write_metrics_json(str(tmp_path), durable=False)
    end.set()
    thread.join()
    assert seen == {whole}


@pytest.mark.parametrize("failing", ["pwrite", "write"])
def test_a_full_disk_leaves_the_old_file(tmp_path, small, monkeypatch, failing):
    """The disk is full when the pieces are put into a file, or when the document is written."""
    write_journal(tmp_path, mixed_points(100))
    (tmp_path / "metrics.json").write_text("old")

    def fail(*_arguments):
        raise OSError(errno.ENOSPC, "No space left on device")

    if failing == "write":
        monkeypatch.setattr(metrics_module._MetricsText, "write", fail)
    else:
        monkeypatch.setattr(metrics_module.Spool, "append", fail)
    with pytest.raises(OSError, match="No space"):
        write_metrics_json(str(tmp_path), durable=False)
    assert read(tmp_path) == b"old"
    assert sorted(os.listdir(tmp_path)) == [
        "metrics.journal",
        "metrics.json",
        "metrics.names",
        "metrics.side",
    ]


def test_it_takes_constant_memory(tmp_path):
    write_journal(
        tmp_path, [Point(f"m{step % 3}", step, TIME + step * 1e-3, step / 7) for step in range(150_000)]
    )
    tracemalloc.start()
    try:
        write_metrics_json(str(tmp_path), durable=False)
        assert tracemalloc.get_traced_memory()[1] < 8 << 20
    finally:
        tracemalloc.stop()
    assert os.path.getsize(tmp_path / "metrics.json") > 10 << 20


# --- what readers get --------------------------------------------------------------------------------------


def test_records_come_from_the_journal(tmp_path):
    write_journal(
        tmp_path, [Point("b", 0, TIME, 1.5), Point("a", 3, TIME + 0.25, "x"), Point("b", 1, TIME, True)]
    )
    (tmp_path / "metrics.json").write_text("{}")
    first, second = read_metric_records(str(tmp_path), 7)
    assert first == {
        "_id": "7:b",
        "name": "b",
        "run_id": 7,
        "steps": [0, 1],
        "values": [1.5, True],
        "timestamps": [to_moment(TIME)] * 2,
    }
    assert (second["_id"], second["steps"], second["values"]) == ("7:a", [3], ["x"])
    assert second["timestamps"][0].tzinfo is None


def test_records_of_0_8_come_from_metrics_json(tmp_path):
    columns = {
        "steps": [0, {"py/object": "numpy.int64", "value": 1}],
        "timestamps": ["2026-11-24T08:00:00.123456", "2026-11-24T08:00:01"],
        "values": [float("nan"), {"py/tuple": [1, 2]}],
    }
    (tmp_path / "metrics.json").write_text(json.dumps({"loss": columns}))
    (record,) = read_metric_records(str(tmp_path), "3")
    assert (record["_id"], record["name"], record["run_id"]) == ("3:loss", "loss", "3")
    assert record["steps"] == [0, 1]
    assert math.isnan(record["values"][0])
    assert record["values"][1] == (1, 2)
    assert record["timestamps"] == [datetime.fromisoformat(text) for text in columns["timestamps"]]


def test_without_either_there_are_no_records(tmp_path):
    assert read_metric_records(str(tmp_path), 1) == []


def test_an_empty_journal_is_the_truth(tmp_path):
    write_journal(tmp_path, [])
    (tmp_path / "metrics.json").write_text('{"m": {"steps": [1], "timestamps": [], "values": []}}')
    assert read_metric_records(str(tmp_path), 1) == []


@pytest.mark.parametrize("text", ["[1]", "{", '{"m": 5}', '{"m": {"steps": [1]}}', '{"m": null}'])
def test_a_damaged_metrics_json_is_told(tmp_path, text):
    (tmp_path / "metrics.json").write_text(text)
    with pytest.raises(ValueError, match=r".+"):
        read_metric_records(str(tmp_path), 1)
