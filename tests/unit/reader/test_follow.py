"""Following a run: what is there, then what comes, to its end."""

import threading
from datetime import UTC, datetime

import pytest

from sacred.errors import RunNotFoundError, StoreError
from sacred.model.series import Series
from sacred.reader import MetricEvent, OutputEvent, StatusEvent
from sacred.reader import follow as follow_module
from unit.reader.conftest import make_document, make_series, put


def start(memory, run_id="5", **facts):
    now = datetime.now(UTC).replace(tzinfo=None).isoformat()
    put(
        memory,
        make_document(run_id, status="RUNNING", start_time=now, heartbeat=now, stop_time=None, **facts),
    )
    return memory._runs[run_id]


class Steps:
    """Follows a run; between two looks it does the next step."""

    def __init__(self, monkeypatch, run, *steps):
        self.waiting = list(steps)
        monkeypatch.setattr(follow_module.time, "sleep", self.sleep)
        self.events = []
        self.run = run

    def sleep(self, _):
        assert self.waiting, "it goes on for ever"
        self.waiting.pop(0)()

    def follow(self):
        self.events.extend(map(as_text, self.run.follow()))
        return self.events


def as_text(event):
    if isinstance(event, OutputEvent):
        return event.text
    if isinstance(event, StatusEvent):
        return f"{event.previous} -> {event.status}"
    assert len(event.steps) == len(event.values) == len(event.timestamps)
    return (event.name, event.steps.tolist(), event.values.tolist())


def end(kept, status="COMPLETED"):
    return lambda: kept.document.update(status=status)


def test_a_run_that_has_ended(store):
    events = list(store[1].follow())
    assert [type(event) for event in events] == [OutputEvent, MetricEvent, StatusEvent]
    assert [as_text(event) for event in events] == [
        "hello\n",
        ("loss", [0, 1, 2], [1.0, 0.5, 0.25]),
        "None -> COMPLETED",
    ]


def test_what_comes(store, memory, monkeypatch):
    kept = start(memory)

    def first():
        kept.output = b"one\ntw"
        kept.series["loss"] = make_series(values=[1.0])

    def second():
        kept.output += b"o\n"
        kept.series["loss"] = make_series(values=[1.0, 0.5, 0.25])

    def last():
        kept.output += b"end"
        kept.series["acc"] = make_series("acc", [True])
        end(kept)()

    run = store[5]
    events = Steps(monkeypatch, run, first, second, lambda: None, last).follow()
    assert events == [
        "None -> RUNNING",
        "one\ntw",
        ("loss", [0], [1.0]),
        "o\n",
        ("loss", [1, 2], [0.5, 0.25]),
        "end",
        ("acc", [0], [True]),
        "RUNNING -> COMPLETED",
    ]
    assert run.status == "COMPLETED"


def test_a_run_that_waits_then_is_killed(store, memory, monkeypatch):
    kept = start(memory)
    kept.document["status"] = "QUEUED"
    steps = [end(kept, "RUNNING"), lambda: kept.document.update(heartbeat="2020-01-01T00:00:00")]
    assert Steps(monkeypatch, store[5], *steps).follow() == [
        "None -> QUEUED",
        "QUEUED -> RUNNING",
        "RUNNING -> DEAD",
    ]


def test_under_a_filter_a_line_waits_until_it_is_complete(store, memory, monkeypatch):
    kept = start(memory, recorder={"filter": "apply_backspaces_and_linefeeds"})
    outputs = [b"start\n10 %", b"start\n20 %", b"start\n99 %\nnext", b"start\n99 %\nnext one"]
    steps = [lambda output=output: setattr(kept, "output", output) for output in outputs]
    events = Steps(monkeypatch, store[5], *steps, end(kept)).follow()
    assert events == ["None -> RUNNING", "start\n", "99 %\n", "next one", "RUNNING -> COMPLETED"]


def test_characters_that_are_cut_in_two(store, memory, monkeypatch):
    kept = start(memory)
    letter = "ü".encode()
    steps = [
        lambda: setattr(kept, "output", letter[:1]),
        lambda: setattr(kept, "output", letter + b"\xff\xc3"),
    ]
    events = Steps(monkeypatch, store[5], *steps, end(kept)).follow()
    assert events == ["None -> RUNNING", "ü\ufffd", "\ufffd", "RUNNING -> COMPLETED"]


def test_long_output_comes_in_pieces(store, memory, monkeypatch):
    monkeypatch.setattr(follow_module, "_PIECE_BYTES", 4)
    kept = memory._runs["1"]
    kept.output = b"123456789"
    assert [as_text(event) for event in store[1].follow()][:3] == ["1234", "5678", "9"]
    kept.output = b"12345678"
    assert [as_text(event) for event in store[1].follow()][:2] == ["1234", "5678"]


def test_points_of_another_process_that_come_in_late(store, memory, monkeypatch):
    kept = start(memory)

    def log(*points):
        kept.series["loss"] = Series("loss", *([point[place] for point in points] for place in (0, 1, 2)))

    one, two, late, three = (0, 1.0, 100.0), (1, 0.5, 102.0), (7, 9.0, 101.0), (2, 0.25, 103.0)
    steps = [
        lambda: log(one, two),
        lambda: log(one, late, two),
        lambda: log(one, late, two, three),
        end(kept),
    ]
    events = Steps(monkeypatch, store[5], *steps).follow()
    assert events[1:-1] == [
        ("loss", [0, 1], [1.0, 0.5]),
        ("loss", [7], [9.0]),
        ("loss", [2], [0.25]),
    ]


def test_a_run_that_can_t_be_read_for_a_moment(store, memory, monkeypatch):
    kept = start(memory)
    run = store[5]
    steps = [
        lambda: memory._runs.pop("5"),
        lambda: None,
        lambda: memory._runs.update({"5": kept}) or setattr(kept, "output", b"back"),
        end(kept),
    ]
    assert Steps(monkeypatch, run, *steps).follow() == ["None -> RUNNING", "back", "RUNNING -> COMPLETED"]


def test_a_run_that_is_removed(store, memory, monkeypatch):
    start(memory)
    monkeypatch.setattr(follow_module, "_PATIENCE_SECONDS", 0)
    steps = Steps(monkeypatch, store[5], lambda: memory._runs.pop("5"), lambda: None, lambda: None)
    with pytest.raises(RunNotFoundError):
        steps.follow()
    assert steps.events == ["None -> RUNNING"]


def test_a_store_that_does_not_answer_any_more(store, memory, monkeypatch):
    start(memory)
    monkeypatch.setattr(follow_module, "_PATIENCE_SECONDS", 0)

    def fail(*_):
        raise StoreError("the server does not answer")

    memory.read_output = fail
    steps = Steps(monkeypatch, store[5], lambda: None, lambda: None)
    with pytest.raises(StoreError, match="does not answer"):
        steps.follow()


def test_it_looks_less_often_where_looking_takes_long(store, memory, monkeypatch):
    kept = start(memory)
    load = memory.load

    def slow_load(*args, **options):
        threading.Event().wait(0.05)
        return load(*args, **options)

    memory.load = slow_load
    waits = []
    run = store[5]
    monkeypatch.setattr(follow_module.time, "sleep", lambda seconds: waits.append(seconds) or end(kept)())
    list(run.follow(interval=0.01))
    assert 0.2 <= waits[0] < 2
