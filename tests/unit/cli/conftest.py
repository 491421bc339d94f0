"""A store in memory with runs of all kinds, hostile ones too, and a way to call ``sacred`` with it."""

from datetime import UTC, datetime, timedelta
from typing import NamedTuple

import pytest

from sacred.cli.call import Call
from sacred.cli.main import main
from sacred.model.record import StoredFile
from sacred.model.series import Series
from sacred.reader import Store
from sacred.stores.memory import KeptRun, MemoryStore

NASTY = "\x1b]0;title\x07\x1b[31mred\r[bold]\u202eend"
NOW = datetime.now(UTC)


class Answer(NamedTuple):
    code: int
    out: str
    err: str


def moment(minutes_ago):
    return (NOW - timedelta(minutes=minutes_ago)).replace(tzinfo=None).isoformat()


def make_document(run_id, minutes_ago=5, **facts):
    return {
        "id": run_id,
        "status": "COMPLETED",
        "experiment": {
            "name": "digits",
            "base_dir": "/home/ada",
            "mainfile": "train.py",
            "dependencies": ["numpy==2.0"],
        },
        "command": "main",
        "start_time": moment(minutes_ago),
        "stop_time": moment(minutes_ago - 1),
        "config": {"rate": 0.1, "optimizer": {"kind": "sgd"}, "layers": [64, 32], "seed": 1},
        "info": {},
        "meta": {"comment": "a try", "options": {"UPDATE": ["rate=0.1"]}},
        "host": {"hostname": "lovelace", "python_version": "3.11.7", "os": ["Linux", "x"]},
        "result": 0.5,
        **facts,
    }


def make_series(name="loss", values=(1.0, 0.5, 0.25), start=1000.0):
    values = list(values)
    return Series(name, list(range(len(values))), values, [start + place for place in range(len(values))])


def put(memory, document, series=(), output=b"", files=()):
    stored = [
        (StoredFile(kind, name, number, None if content is None else len(content)), content)
        for number, (kind, name, content) in enumerate(files)
    ]
    memory._runs[document["id"]] = KeptRun(document, {one.name: one for one in series}, output, stored)


@pytest.fixture(autouse=True)
def program(monkeypatch):
    monkeypatch.setattr("sys.argv", ["sacred"])


@pytest.fixture
def memory(tmp_path, monkeypatch):
    monkeypatch.setenv("SACRED_CACHE", str(tmp_path / "cache"))
    for name in ("FORCE_COLOR", "NO_COLOR", "COLUMNS"):
        monkeypatch.delenv(name, raising=False)
    memory = MemoryStore("here")
    files = [
        ("artifact", "model.pt", b"weights"),
        ("source", "train.py", b"print()\n"),
        ("resource", "/data/x.csv", b"1"),
    ]
    files += [("artifact", "plots/a.png", b"a"), ("artifact", "plots/b.png", b"b")]
    put(
        memory,
        make_document("1", 60),
        [make_series(), make_series("val.acc", [0.5, 0.75])],
        b"one\ntwo\nthree\n",
        files,
    )
    changed = {"rate": 0.2, "optimizer": {"kind": "adam"}, "layers": [64, 32], "seed": 2}
    put(
        memory,
        make_document("2", 50, config=changed, result=0.25),
        [make_series(values=[2.0, 1.0])],
        b"one\nzwei\n",
    )
    trace = ["Traceback (most recent call last):\n", f"ValueError: {NASTY}\n"]
    put(
        memory,
        make_document("3", 40, status="FAILED", result=None, fail_trace=trace),
        output=b"\x1b[31mred\x1b[0m\x07\n",
    )
    put(memory, make_document("4", 30, status="INTERRUPTED", result=None))
    return memory


@pytest.fixture
def nasty(memory):
    """A run in which everything is hostile."""
    config = {NASTY: NASTY, "rate": 0.3}
    facts = {"name": NASTY, "base_dir": NASTY, "mainfile": NASTY, "dependencies": [NASTY]}
    put(
        memory,
        make_document(
            "66",
            1,
            status=NASTY,
            experiment=facts,
            command=NASTY,
            config=config,
            info={NASTY: [NASTY]},
            meta={"comment": NASTY, "options": {"UPDATE": [NASTY]}},
            host={"hostname": NASTY},
            result=NASTY,
            fail_trace=[NASTY],
            tags=[NASTY],
            notes=NASTY,
            missing=[{"kind": NASTY, "name": NASTY, "reason": NASTY}],
        ),
        [make_series(NASTY)],
        NASTY.encode("utf-8"),
        [("artifact", NASTY, b"1"), ("source", NASTY, b"2"), ("resource", NASTY, b"3")],
    )


@pytest.fixture
def sacred(memory, monkeypatch, capsys):
    """Call the command with the store in memory."""
    monkeypatch.setattr(Call, "open_store", lambda *_: Store(memory))

    def call(*words):
        capsys.readouterr()
        code = main(words)
        return Answer(code, *capsys.readouterr())

    return call


@pytest.fixture
def terminal(monkeypatch):
    """Let the answer go to a terminal of a width."""

    def make(width, *, coloured=False):
        monkeypatch.setattr(Call, "is_terminal", True)
        monkeypatch.setenv("COLUMNS", str(width))
        monkeypatch.setenv("FORCE_COLOR" if coloured else "NO_COLOR", "1")

    return make
