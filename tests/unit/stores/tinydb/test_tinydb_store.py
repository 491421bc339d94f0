"""Folders of TinyDB: damaged, hostile, written by two, and readable for 0.8 afterwards."""

import contextlib
import fcntl
import io
import json
import os
import threading
from pathlib import Path

import pytest

from sacred.errors import StoreError
from sacred.stores.differences import find_differences
from sacred.stores.tinydb import is_tinydb_folder, metadata
from sacred.stores.tinydb.contents import Contents
from sacred.stores.tinydb.rows import convert, decode, encode
from sacred.stores.tinydb.store import TinyDbStore
from sacred.testing.comparing import compare_documents, compare_files, compare_series
from sacred.testing.samples import Sample, Samples, make_document, make_odd_document, make_sample, make_series

ROW = {
    "_id": 1,
    "format": "TinyDbObserver-0.8.7",
    "experiment": {"name": "digits", "sources": []},
    "status": "COMPLETED",
    "start_time": "{TinyDate}:2026-01-02T03:04:05.678901",
    "config": {"rate": 0.1},
    "info": {},
    "captured_out": "text",
    "resources": [],
    "artifacts": [],
}


@pytest.fixture
def folder(tmp_path):
    return tmp_path / "runs_db"


@pytest.fixture
def store(folder):
    return TinyDbStore(str(folder))


def write(folder, *rows, **tables):
    folder.mkdir(exist_ok=True)
    (folder / "hashfs").mkdir(exist_ok=True)
    runs = {str(number): row for number, row in enumerate(rows, 1)}
    (folder / "metadata.json").write_text(json.dumps({"runs": runs, **tables}))


def read(folder):
    return json.loads((folder / "metadata.json").read_text())


def add(store, *samples):
    return [run_id for _, run_id in store.add_runs(Samples(samples).make_runs())]


# --- what a folder is -----------------------------------------------------------------------------------


def test_folders_of_tinydb_are_known(tmp_path, folder, store):
    assert not is_tinydb_folder(str(tmp_path))
    assert not is_tinydb_folder(str(tmp_path / "nothing"))
    (tmp_path / "metadata.json").write_text('{"name": "something else"}')
    assert not is_tinydb_folder(str(tmp_path))
    (tmp_path / "metadata.json").write_text('{"runs": {}}')
    assert is_tinydb_folder(str(tmp_path))
    add(store, Sample(make_document("1")))
    assert is_tinydb_folder(str(folder))
    write(folder)
    assert is_tinydb_folder(str(folder))


def test_an_empty_place_is_an_empty_store(folder, store):
    assert store.find_ids() == store.list_trash() == []
    assert not folder.exists()
    folder.mkdir()
    (folder / "metadata.json").write_text("")
    assert store.find_ids() == []


# --- forms of values ------------------------------------------------------------------------------------


@pytest.mark.parametrize(
    ("text", "value"),
    [
        ("{TinyDate}:2026-01-02T03:04:05.000000", "2026-01-02T03:04:05"),
        ("{TinyDate}:no date", "{TinyDate}:no date"),
        ("{TinyArray}:[[1, 2.5], [NaN, 0]]", [[1, 2.5], [float("nan"), 0]]),
        ('{TinyDataFrame}:{"a":{"0":1,"1":null}}', {"a": {"0": 1, "1": None}}),
        ('{TinySeries}:{"0":1.5}', {"0": 1.5}),
        ('{TinyFile}:"abc"', "abc"),
        ("{TinyArray}:[1", "{TinyArray}:[1"),
        ("{TinyArray}:" + "[" * 100_000, "{TinyArray}:" + "[" * 100_000),
        ("{TinyOther}:x", "{TinyOther}:x"),
    ],
)
def test_values_of_0_8_become_plain(text, value):
    assert find_differences(value, decode(text)) == []
    assert find_differences([{"a": value}], decode([{"a": text}])) == []


def test_text_is_no_mark_for_0_8():
    text = "{TinyDate}:that would break its reader"
    assert encode({"a": [text, {"b": text}]}) == {"a": [" " + text, {"b": " " + text}]}


def test_pairs_and_triples_of_files_are_what_all_stores_have():
    row = {
        "experiment": {"sources": [["a.py", "m1", '{TinyFile}:"m1"'], "odd"]},
        "resources": [["/r", "m2", '{TinyFile}:"m2"']],
        "artifacts": [["n", "/p", "m3", '{TinyFile}:"m3"'], []],
    }
    found = convert(row)
    assert found["experiment"]["sources"] == [["a.py", "m1"], "odd"]
    assert (found["resources"], found["artifacts"]) == ([["/r", "m2"]], ["n", []])


def test_text_that_looks_like_a_mark_comes_back(folder, store):
    text = "{TinyDate}:nonsense"
    sample = Sample(make_document("1", result={"a": [text]}, command=text, own=text), output=text.encode())
    add(store, sample)
    store.annotate("1", notes=text, tags=[text])
    found = store.load(["1"])["1"]
    assert (found["result"], found["notes"], found["tags"], found["own"]) == (
        {"a": [text]},
        text,
        [text],
        text,
    )
    assert store.read_output("1") == text.encode()
    texts = [value for table in read(folder).values() for row in table.values() for value in row.values()]
    assert not [
        one for one in texts if isinstance(one, str) and one.startswith("{Tiny") and "nonsense" in one
    ]


def test_an_odd_document_comes_back_beside_0_8_s_row(folder, store):
    sample = Sample(make_odd_document("1"), output=b"\xff\x00 bytes")
    add(store, sample)
    assert compare_documents(sample.document, store.load(["1"])["1"]) == []
    assert store.read_output("1") == b"\xff\x00 bytes"
    row = read(folder)["runs"]["1"]
    assert (row["_id"], row["start_time"]) == (1, "{TinyDate}:2026-01-02T03:04:05.678901")
    assert row["stop_time"] == "{TinyDate}:2026-01-02T03:14:06.000000"


# --- damage and hostility -------------------------------------------------------------------------------


def test_what_is_no_run_is_told_and_the_rest_is_there(folder, store):
    rows = [ROW, {"x": 1}, "text", {**ROW, "_id": 2, "config": 5}, {**ROW, "_id": True}, {**ROW, "_id": 7}]
    write(folder, *rows)
    assert {"1", "7"} <= set(store.find_ids()) <= {"1", "2", "7"}
    assert set(store.load(["1", "2", "7"])) == {"1", "7"}
    assert sorted(str(problem.run_id) for problem in store.problems) == ["2", "None", "None", "None"]
    assert set(store.list_fingerprints().values()) == {"1", "7"}
    assert add(store, make_sample("9")) == ["9"]
    assert store.collect_garbage().runs == 0


def test_runs_of_one_id_are_all_there(folder, store):
    write(folder, ROW, {**ROW, "result": 2}, {**ROW, "_id": "1", "result": 3}, {**ROW, "_id": "1.2"})
    found = store.load(store.find_ids())
    assert {run_id: one.get("result") for run_id, one in found.items()} == {
        "1": None,
        "1.2": 2,
        "1.2.2": None,
        "1.3": 3,
    }


@pytest.mark.parametrize("content", ["{", "[]", '{"runs": [1]}', "[" * 100_000, '{"runs": {"1"'])
def test_a_damaged_file_is_one_line(folder, store, content):
    write(folder, ROW)
    (folder / "metadata.json").write_text(content)
    with pytest.raises(StoreError) as caught:
        store.find_ids()
    assert "\n" not in str(caught.value)
    assert "metadata.json" in str(caught.value)
    with pytest.raises(StoreError):
        add(store, make_sample("2"))
    assert (folder / "metadata.json").read_text() == content


def test_a_writing_that_was_interrupted_is_finished(folder, store):
    write(folder, ROW)
    whole = (folder / "metadata.json").read_text()
    (folder / "metadata.json").write_text(whole[:50])
    (folder / ".metadata.json.new").write_text(whole)
    assert store.find_ids() == ["1"]
    assert add(store, make_sample("2")) == ["2"]
    assert list(read(folder)["runs"]) == ["1", "2"]
    assert not (folder / ".metadata.json.new").exists()


def test_the_file_stays_the_same_one_for_an_observer_that_has_it_open(folder, store):
    write(folder, ROW)
    with open(folder / "metadata.json", "r+") as opened:
        add(store, make_sample("2"))
        store.annotate("1", tags=["x" * 1000])
        store.annotate("1", tags=[])
        tables = json.load(opened)
    assert set(tables["runs"]) == {"1", "2"}


@pytest.mark.parametrize(
    "key", ["../../secret", "/etc/passwd", "", None, 5, ["a"], "ab" * 15 + "ag", "0" * 31, "0" * 32]
)
def test_a_key_leads_to_nothing_else(folder, store, key):
    (folder.parent / "secret").write_text("secret")
    write(folder, {**ROW, "artifacts": [["a", "/p", key, "x"]]})
    for file in store.list_files("1"):
        assert store.locate_file("1", file) is None
        with pytest.raises(StoreError, match=r'"a" of run 1 is noted, but not kept'):
            store.open_file("1", file)


@pytest.mark.parametrize("place", ["whole", "part"])
def test_a_link_leads_to_nothing_else(folder, store, place):
    key = "ab" * 16
    outside = folder.parent / "outside"
    outside.mkdir()
    write(folder, {**ROW, "artifacts": [["a", "/p", key, "x"]]})
    inner = folder / "hashfs" / "ab"
    if place == "whole":
        (inner / "ab" / "ab").mkdir(parents=True)
        (outside / "secret").write_text("secret")
        (inner / "ab" / "ab" / key[6:]).symlink_to(outside / "secret")
    else:
        (outside / "ab" / "ab").mkdir(parents=True)
        (outside / "ab" / "ab" / key[6:]).write_text("secret")
        inner.symlink_to(outside)
    (file,) = store.list_files("1")
    assert store.locate_file("1", file) is None
    assert file.size_bytes is None


def test_contents_of_one_md5_are_both_kept(tmp_path):
    contents = Contents(str(tmp_path))
    first = contents.add(io.BytesIO(b"first"))
    path = contents.find(first.key)
    Path(path).write_bytes(b"other")  # as if it had the same MD5
    second = contents.add(io.BytesIO(b"first"))
    assert second.key == first.digests["sha256"]
    assert Path(contents.find(second.key)).read_bytes() == b"first"
    assert contents.add(io.BytesIO(b"first")).key == second.key
    assert not [name for name in os.listdir(tmp_path / "hashfs") if name.endswith(".tmp")]


def test_points_that_are_lost_or_damaged_are_told(folder, store):
    add(store, Sample(make_document("1"), [make_series("loss", [1.0]), make_series("hits", [2])]))
    path = store._contents.find(read(folder)["sacred"]["1"]["points"])
    data = Path(path).read_bytes()
    Path(path).write_bytes(b"damaged" + data[7:])
    series = store.read_series("1")
    assert [len(one) for one in series] == [0, 1]
    assert "metric 'loss'" in store.problems[0].message
    os.unlink(path)
    assert store.read_series("1") == []
    assert store.problems[1].message == "run 1: its points are missing"


@pytest.mark.parametrize("key", ["metrics", "files", "exact", "labels"])
@pytest.mark.parametrize("value", ["{", "5", 5, '{"a": 1}', '[[["x", "y"], 1]]'])
def test_a_damaged_row_of_ours_breaks_nothing_else(folder, store, key, value):
    add(store, make_sample("1"), make_sample("2"))
    tables = read(folder)
    tables["sacred"]["1"][key] = value
    (folder / "metadata.json").write_text(json.dumps(tables))
    assert "2" in store.find_ids()
    store.load(["1", "2"], with_metrics=True)
    for ask in (store.list_metrics, store.read_series, store.list_files, store.annotate):
        with contextlib.suppress(StoreError):
            ask("1")
    assert compare_files(make_sample("2").files, store, "2") == []


def test_our_row_is_not_taken_for_another_run_s(folder, store):
    """TinyDB gives the number of the last row again, once that has been removed."""
    add(store, make_sample("1"))
    tables = read(folder)
    tables["runs"]["1"] = {**ROW, "_id": "other"}
    (folder / "metadata.json").write_text(json.dumps(tables))
    assert store.list_metrics("other") == []
    assert store.list_files("other") == []
    assert store.read_output("other") == b"text"


# --- several writers ------------------------------------------------------------------------------------


def test_a_folder_that_another_one_writes_is_waited_for(folder, store, monkeypatch):
    write(folder, ROW)
    with open(folder / ".sacred.lock", "w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        monkeypatch.setattr(metadata, "_LOCK_SECONDS", 0.1)
        with pytest.raises(StoreError, match=r"is being written by another process"):
            store.annotate("1", tags=["a"])
        monkeypatch.setattr(metadata, "_LOCK_SECONDS", 20)
        threading.Timer(0.2, fcntl.flock, (lock, fcntl.LOCK_UN)).start()
        store.annotate("1", tags=["a"])
    assert TinyDbStore(str(folder)).load(["1"])["1"]["tags"] == ["a"]


def test_a_folder_that_cannot_be_written_is_one_line(tmp_path):
    (tmp_path / "file").write_text("")
    store = TinyDbStore(str(tmp_path / "file" / "below"))
    with pytest.raises(StoreError) as caught:
        add(store, make_sample("1"))
    assert "\n" not in str(caught.value)


def test_only_what_nobody_needs_is_garbage(folder, store):
    add(store, make_sample("1"), make_sample("2"), make_sample("3", result=5))
    store.delete(["1"])
    assert store.collect_garbage().files == 0  # the others have the same
    young = store._contents.add(io.BytesIO(b"young"))
    old = store._contents.add(io.BytesIO(b"old"))
    os.utime(store._contents.find(old.key), (0, 0))
    unfinished = folder / "hashfs" / ".0123456789abcdef.tmp"
    unfinished.write_text("x")
    os.utime(unfinished, (0, 0))
    assert store.collect_garbage().size_bytes == 3
    assert store._contents.find(young.key)
    assert not unfinished.exists()
    for run_id in ("2", "3"):
        assert compare_files(make_sample(run_id).files, store, run_id) == []
        assert compare_series(make_sample(run_id).series, store.read_series(run_id)) == []


def test_a_run_that_runs_is_not_deleted(folder, store):
    from sacred.support.clock import format_naive_utc, now

    moment = f"{{TinyDate}}:{format_naive_utc(now())}"
    write(folder, {**ROW, "status": "RUNNING", "heartbeat": moment}, {**ROW, "_id": 2, "status": "RUNNING"})
    assert [one["status"] for one in store.load(["1", "2"]).values()] == ["RUNNING", "DEAD"]
    with pytest.raises(StoreError, match="run 1 is still running"):
        store.delete(["2", "1"])
    assert store.find_ids() == ["1", "2"]
    store.delete(["2"])
    assert store.list_trash() == ["2"]
