"""The files of a run: all of them, under their names, and none from elsewhere."""

import os
import shutil

import pytest

from sacred.errors import StoreError
from sacred.model.record import StoredFile

MD5 = "05cf281c050be3da4eecf3bc6e8aac1b"


def list_names(store, kind, run_id="1"):
    return [file.name for file in store.list_files(run_id) if file.kind == kind]


def find(store, name, run_id="1"):
    return next(file for file in store.list_files(run_id) if file.name == name)


def read(store, name, run_id="1"):
    with store.open_file(run_id, find(store, name, run_id)) as file:
        return file.read()


def make_shared(runs, shared, name, content=b"shared"):
    (runs.path / shared).mkdir(exist_ok=True)
    (runs.path / shared / name).write_bytes(content)


def test_artifacts_and_what_lies_beside_them(runs):
    runs.make(
        artifacts=["model.pt", "plots", "a/b.txt", "gone"],
        artifact_notes={"model.pt": {"sha256": "0" * 64, "size": 3, "version": 2, "metadata": {"epoch": 1}}},
        files={
            "model.pt": b"abc",
            "plots/loss.png": b"p",
            "plots/deep/acc.png": b"q",
            "a/b.txt": b"b",
            "a/worker.txt": b"w",
            "stray.txt": b"s",
            ".x.tmp": b"",
            "metrics.journal": b"",
            "run.lock": b"{}",
            "_versions/model.pt/1": b"old",
        },
    )
    store = runs.open()
    names = [
        "model.pt",
        "plots/deep/acc.png",
        "plots/loss.png",
        "a/b.txt",
        "gone",
        "a/worker.txt",
        "stray.txt",
    ]
    assert list_names(store, "artifact") == names
    model = find(store, "model.pt")
    assert (model.size_bytes, dict(model.digests)) == (3, {"sha256": "0" * 64})
    assert model.notes == {"version": 2, "metadata": {"epoch": 1}}
    assert find(store, "stray.txt").notes == find(store, "a/worker.txt").notes == {"is_listed": False}
    assert find(store, "plots/loss.png").notes == {"folder": "plots"}
    assert read(store, "plots/deep/acc.png") == b"q"
    assert list_names(store, "record") == ["_versions/model.pt/1"]
    assert store.locate_file("1", model) == str(runs.path / "1" / "model.pt")
    assert store.locate_file("1", find(store, "gone")) is None
    with pytest.raises(StoreError, match="noted, but not kept"):
        read(store, "gone")


def test_the_record_is_listed(runs):
    names = ["cout.rank1.txt", "environment.json", "git.2.patch", "git.patch", "rank1.json", "report.html"]
    runs.make(files=dict.fromkeys(names, b"x"))
    store = runs.open()
    assert list_names(store, "record") == names
    assert list_names(store, "artifact") == []


@pytest.mark.parametrize(
    "stored", ["{root}/_resources/x_{md5}.csv", "_resources/x_{md5}.csv", "/moved/_resources/x_{md5}.csv"]
)
def test_sources_and_resources(runs, stored):
    make_shared(runs, "_sources", f"train_{MD5}.py", b"code")
    make_shared(runs, "_resources", f"x_{MD5}.csv")
    stored = stored.format(root=runs.path, md5=MD5)
    runs.make(
        experiment={"sources": [["train.py", f"_sources/train_{MD5}.py"], ["gone.py", "_sources/gone.py"]]},
        resources=[["/data/x.csv", stored]],
        resource_notes={"/data/x.csv": {"sha256": "1" * 64, "size": 6}},
    )
    store = runs.open()
    assert list_names(store, "source") == ["train.py", "gone.py"]
    assert read(store, "train.py") == b"code"
    assert read(store, "/data/x.csv") == b"shared"
    assert dict(find(store, "train.py").digests) == {"md5": MD5}
    assert dict(find(store, "/data/x.csv").digests) == {"md5": MD5, "sha256": "1" * 64}


def test_sources_of_a_queued_run_and_of_0_7(runs):
    runs.make(
        status="QUEUED", experiment={"sources": [["lib/train.py", MD5]]}, files={"lib/train.py": b"code"}
    )
    runs.make("2", experiment={"sources": [{"filename": "old.py", "md5": MD5}, "plain.py", 5, None]})
    store = runs.open()
    assert read(store, "lib/train.py") == b"code"
    assert list_names(store, "artifact") == []
    assert list_names(store, "source", "2") == ["old.py", "plain.py"]


HOSTILE = [
    "../secret",
    "/etc/passwd",
    "..",
    ".",
    "",
    "a/../../secret",
    "nul\0",
    "x" * 5000,
    "../runs/1/run.json",
]


@pytest.mark.parametrize("name", HOSTILE)
def test_no_name_leads_out(runs, tmp_path, name):
    (tmp_path / "secret").write_text("secret")
    runs.make(
        artifacts=[name],
        resources=[["x", name], ["y", f"_resources/{name}"]],
        experiment={"sources": [["z", name]]},
    )
    store = runs.open()
    for file in store.list_files("1"):
        assert store.locate_file("1", file) is None
        with pytest.raises(StoreError):
            store.open_file("1", file)
    for key in (name, f"1/{name}", 5, None):
        with pytest.raises(StoreError):
            store.open_file("1", StoredFile("artifact", "x", key)).close()


def test_no_link_leads_out(runs, tmp_path):
    (tmp_path / "out").mkdir()
    (tmp_path / "out" / "secret").write_text("secret")
    folder = runs.make(artifacts=["link", "folder"], files={"cout.txt": b"", "inner": b"i"})
    (folder / "link").symlink_to(tmp_path / "out" / "secret")
    (folder / "folder").symlink_to(tmp_path / "out")
    (folder / "own").symlink_to(folder / "inner")
    os.unlink(folder / "cout.txt")
    (folder / "cout.txt").symlink_to(tmp_path / "out" / "secret")
    (folder / "metrics.json").symlink_to(tmp_path / "out" / "secret")
    (folder / "loop").symlink_to(folder)
    store = runs.open()
    for file in store.list_files("1"):
        if file.name not in {"own", "inner"}:
            assert store.locate_file("1", file) is None
    assert read(store, "own") == b"i"
    with pytest.raises(StoreError, match="leads out of the store"):
        store.read_output("1")
    with pytest.raises(StoreError, match="leads out of the store"):
        store.read_series("1")


def test_a_pipe_is_no_file(runs):
    folder = runs.make(artifacts=["pipe"])
    os.mkfifo(folder / "pipe")
    store = runs.open()
    with pytest.raises(StoreError):
        read(store, "pipe")


def test_a_run_that_is_not_there(runs):
    runs.make()
    store = runs.open()
    for run_id in ("2", "..", ".", "", "_sources", "a/b", ".trash"):
        for call in (store.list_files, store.read_series, store.read_output, store.list_metrics):
            with pytest.raises(StoreError, match="There is no run"):
                call(run_id)


def test_a_store_that_was_moved(runs, tmp_path):
    make_shared(runs, "_resources", f"x_{MD5}.csv")
    runs.make(resources=[["/data/x.csv", f"{runs.path}/_resources/x_{MD5}.csv"]])
    shutil.move(runs.path, tmp_path / "moved")
    runs.path = tmp_path / "moved"
    assert read(runs.open(), "/data/x.csv") == b"shared"
