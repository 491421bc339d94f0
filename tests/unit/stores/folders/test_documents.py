"""The document of a run: of every version, in every state, damaged in every way."""

import json
import os
from datetime import UTC, datetime, timedelta

import pytest

from sacred.errors import StoreError
from sacred.folder.front import make_front
from sacred.folder.lock import RunLock
from sacred.stores.folders.documents import read_run


def ago(seconds):
    return (datetime.now(UTC) - timedelta(seconds=seconds)).replace(tzinfo=None).isoformat()


def read(folder):
    return read_run(str(folder), folder.name)


def test_a_run_of_0_8(runs):
    folder = runs.make(
        config={"pair": {"py/tuple": [1, 2]}, "lr": 0.1},
        info={"a": {"py/object": "numpy.ndarray", "dtype": "int64", "values": [0, 1]}},
        result={"dtype": "float64", "py/object": "numpy.float64", "value": 0.5},
        resources=[["/data/x.csv", "/home/ada/runs/_resources/x_0.csv"], ["odd"]],
    )
    document, problems, is_over, _ = read(folder)
    assert document["id"] == "1"
    assert document["config"] == {"pair": [1, 2], "lr": 0.1}
    assert document["info"] == {"a": [0, 1]}
    assert document["result"] == 0.5
    assert document["resources"] == [["/data/x.csv", "_resources/x_0.csv"], ["odd"]]
    assert (document["tags"], document["notes"]) == ([], "")
    assert problems == []
    assert is_over


def test_a_run_of_0_7(runs):
    """Config and info in the entry, no meta, keys that nobody writes any more."""
    folder = runs.make(
        experiment={"name": "old", "doc": "text", "sources": ["train.py"]},
        host={"cpu_count": 4, "hostname": "lovelace", "os": "Linux"},
        info={"a": 1},
    )
    (folder / "info.json").unlink()
    entry = json.loads((folder / "run.json").read_text())
    (folder / "run.json").write_text(json.dumps({**entry, "config": {"x": 1}, "info": {"a": 1}}))
    (folder / "config.json").unlink()
    document, problems, _, _ = read(folder)
    assert (document["config"], document["info"], problems) == ({"x": 1}, {"a": 1}, [])
    assert document["host"]["cpu_count"] == 4


@pytest.mark.parametrize(
    ("age", "interval", "status"),
    [(0, None, "RUNNING"), (61, None, "DEAD"), (61, 60.0, "RUNNING"), (211, 60.0, "DEAD")],
)
def test_a_silent_run_is_dead(runs, age, interval, status):
    recorder = None if interval is None else {"beat_interval": interval}
    folder = runs.make(status="RUNNING", heartbeat=ago(age), recorder=recorder)
    document, _, is_over, _ = read(folder)
    assert (document["status"], is_over) == (status, False)


def test_the_lock_decides(runs):
    folder = runs.make(status="RUNNING", heartbeat=ago(5000))
    lock = RunLock(str(folder))
    lock.take(datetime.now(UTC))
    assert read(folder).document["status"] == "RUNNING"
    lock.release(has_end=False)
    folder = runs.make(status="RUNNING", heartbeat=ago(0))
    assert read(folder).document["status"] == "DEAD"


def test_a_run_with_a_lock_is_not_over(runs):
    folder = runs.make(files={"run.lock": b"{}"})
    assert not read(folder).is_over


def test_a_run_on_a_network_is_read_where_it_writes(runs, tmp_path):
    folder = runs.make(status="RUNNING", heartbeat=ago(0), result=1)
    (folder / "annotations.json").write_text('{"tags": ["kept"], "notes": "n"}')
    (tmp_path / "local").mkdir()
    front = make_front(str(folder), str(tmp_path / "local"))
    entry = {"status": "RUNNING", "heartbeat": ago(0), "result": 2}
    for name, content in {"run.json": entry, "config.json": {"ahead": True}}.items():
        with open(os.path.join(front, name), "w", encoding="ascii") as file:
            json.dump(content, file)
    document, _, is_over, _ = read(folder)
    assert (document["result"], document["config"], is_over) == (2, {"ahead": True}, False)
    assert (document["tags"], document["notes"]) == (["kept"], "n")
    os.unlink(os.path.join(front, "mirror.json"))
    assert read(folder).document["result"] == 1


@pytest.mark.parametrize(
    "content", [b"", b'{"status": "COM', b"[]", b"\xff\xfe\xfd", b"[" * 100_000, b'{"a": ' * 100_000]
)
def test_a_damaged_entry_is_an_error(runs, content):
    folder = runs.make()
    (folder / "run.json").write_bytes(content)
    with pytest.raises(StoreError, match=r"run.json\" is damaged"):
        read(folder)


@pytest.mark.parametrize("name", ["config.json", "info.json", "annotations.json"])
def test_of_a_damaged_part_the_rest_is_shown(runs, name):
    folder = runs.make()
    (folder / name).write_text('{"a": ')
    document, problems, _, _ = read(folder)
    assert document["status"] == "COMPLETED"
    assert len(problems) == 1
    assert name in problems[0]
    assert "\n" not in problems[0]


@pytest.mark.parametrize("status", [["x"], {"a": 1}, 3, "", [[]]], ids=str)
def test_a_status_that_is_none(runs, status):
    runs.make("1", status=status)
    runs.make("2")
    store = runs.open()
    assert store.find_ids() == ["1", "2"]
    assert store.load(["1"])["1"]["status"] == status
    store.delete(["1"])
    assert store.list_trash() == ["1"]


def test_a_missing_config(runs):
    folder = runs.make()
    (folder / "config.json").unlink()
    document, problems, _, _ = read(folder)
    assert "config" not in document
    assert problems == ["it has no config.json"]


def test_a_future_version(runs):
    folder = runs.make(recorder={"format": 2})
    document, problems, _, _ = read(folder)
    assert document["status"] == "COMPLETED"
    assert "newer version of sacred (format 2)" in problems[0]


def test_links_are_not_followed(runs, tmp_path):
    (tmp_path / "secret.json").write_text('{"password": 1}')
    folder = runs.make()
    (folder / "info.json").symlink_to(tmp_path / "secret.json")
    document, problems, _, _ = read(folder)
    assert document["info"] == {}
    assert len(problems) == 1


def test_a_pipe_does_not_stop_anybody(runs):
    folder = runs.make()
    os.unlink(folder / "config.json")
    os.mkfifo(folder / "config.json")
    assert "config.json" in read(folder).problems[0]


@pytest.mark.parametrize(
    "annotations", ["[]", '{"tags": "x", "notes": 3}', '{"tags": [1, null], "notes": null}']
)
def test_odd_annotations(runs, annotations):
    folder = runs.make()
    (folder / "annotations.json").write_text(annotations)
    document = read(folder).document
    assert (document["tags"], document["notes"]) == ([], "")


def test_odd_texts_come_through(runs):
    config = {"\ud800": "\udcff", "nul": "\0", "": None, "a.b": float("inf"), "big": 10**400}
    assert read(runs.make(config=config)).document["config"] == config
