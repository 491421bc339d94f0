"""Taking runs in: from folders file by file, from elsewhere by their documents; whole, or not at all."""

import json
import os
import shutil
from pathlib import Path

import pytest

from sacred.errors import StoreError
from sacred.model.record import StoredFile, compute_fingerprint
from sacred.model.series import Series
from sacred.stores.base import StoredRun
from sacred.stores.folders.store import FolderStore
from sacred.stores.memory import MemoryStore

OF_087 = Path(__file__).parents[3] / "compat" / "databases" / "documents" / "folders"


@pytest.fixture
def target(tmp_path, cache):
    (tmp_path / "target").mkdir()
    store = FolderStore(str(tmp_path / "target"))
    yield store
    store.close()


def copy(source, target, *ids):
    documents = source.load(list(ids) or source.find_ids())
    return [run_id for _, run_id in target.add_runs(StoredRun(source, one) for one in documents.values())]


def read_tree(folder):
    return {
        str(path.relative_to(folder)): path.read_bytes()
        for path in sorted(folder.rglob("*"))
        if path.is_file()
    }


def test_folders_of_0_8_are_copied_file_by_file(target, cache):
    source = FolderStore(str(OF_087))
    ids = copy(source, target)
    assert ids == source.find_ids()
    before, after = source.load(ids), target.load(ids)
    for run_id in ids:
        copied = dict(after[run_id])
        origin = copied.pop("origin")
        assert json.dumps(copied) == json.dumps(before[run_id])
        assert origin["fingerprint"] == compute_fingerprint(before[run_id])
        assert target.read_output(run_id) == source.read_output(run_id)
        files, copies = (read_tree(Path(store.find_run_folder(run_id))) for store in (source, target))
        files.pop("run.json")
        copies.pop("run.json")
        assert copies == files
        for file, other in zip(source.list_files(run_id), target.list_files(run_id), strict=True):
            assert (file.name, file.size_bytes, file.digests) == (other.name, other.size_bytes, other.digests)
    assert read_tree(OF_087 / "_sources") == read_tree(Path(target.location) / "_sources")
    assert read_tree(OF_087 / "_resources") == read_tree(Path(target.location) / "_resources")
    assert sorted(target.list_fingerprints()) == sorted(source.list_fingerprints())
    source.close()


def test_a_copy_of_a_copy_says_where_it_was_recorded(runs, target, tmp_path):
    runs.make("7")
    copy(runs.open(), target)
    (tmp_path / "third").mkdir()
    third = FolderStore(str(tmp_path / "third"))
    copy(target, third)
    assert third.load(["7"])["7"]["origin"] == target.load(["7"])["7"]["origin"]
    assert third.list_fingerprints() == runs.open().list_fingerprints()
    third.close()


def test_ids_that_are_taken(runs, target):
    source = runs.open()
    runs.make("3", result="a")
    assert copy(source, target) == ["3"]
    runs.make("3", result="b", command="other")
    runs.make("name")
    assert copy(source, target) == ["4", "name"]
    assert target.load(["4"])["4"]["result"] == "b"
    assert target.load(["4"])["4"]["origin"]["id"] == "3"


def test_a_running_run_is_taken_as_it_is(runs, target):
    now = __import__("time").strftime("%Y-%m-%dT%H:%M:%S", __import__("time").gmtime())
    runs.make(
        "1",
        status="RUNNING",
        heartbeat=now,
        recorder={"format": 1, "beat_interval": 10.0},
        files={
            "cout.raw": b"from raw",
            "run.lock": b"{}",
            "model.pt": b"m",
        },
        artifacts=["model.pt"],
        artifact_notes={"model.pt": {"size": 1, "metadata": {"a": 1}}},
    )
    copy(runs.open(), target)
    folder = Path(target.find_run_folder("1"))
    assert target.read_output("1") == b"from raw"
    assert not (folder / "run.lock").exists()
    assert (folder / "model.pt").read_bytes() == b"m"
    document = target.load(["1"])["1"]
    assert document["recorder"]["output_bytes"] == 8
    assert document["artifact_notes"] == {"model.pt": {"size": 1, "metadata": {"a": 1}}}


def test_annotations_come_along(runs, target):
    runs.make("1")
    source = runs.open()
    source.annotate("1", tags=["a", "b"], notes="text")
    copy(source, target)
    document = target.load(["1"])["1"]
    assert (document["tags"], document["notes"]) == (["a", "b"], "text")


def test_links_in_a_folder_are_not_copied(runs, target, tmp_path):
    (tmp_path / "secret").write_text("secret")
    folder = runs.make("1", files={"cout.txt": b"out"}, artifacts=["link"])
    (folder / "link").symlink_to(tmp_path / "secret")
    copy(runs.open(), target)
    assert "secret" not in str(read_tree(Path(target.location)))
    assert target.read_output("1") == b"out"


class Failing(MemoryStore):
    """Its second file can't be read to its end."""

    def __init__(self):
        super().__init__("failing")
        self.put(
            {"id": "1", "status": "COMPLETED", "config": {}}, [Series("m", [0], [1.0], [5.0])], b"output"
        )

    def list_files(self, run_id):
        return [StoredFile("source", "a.py", 0), StoredFile("artifact", "b", 1)]

    def open_file(self, run_id, file):
        if file.key == 0:
            return open(__file__, "rb")
        raise OSError(5, "Input/output error")


def test_a_run_that_can_not_be_read_leaves_nothing(target):
    source = Failing()
    with pytest.raises(StoreError, match="Run 1 can't be copied: Input/output error"):
        copy(source, target)
    assert target.find_ids() == []
    assert [name for name in os.listdir(target.location) if name != "_sources"] == []


def test_names_that_do_harm(target, tmp_path):
    class Hostile(Failing):
        names = ("run.json", "../up", "a", "a/b", "a/b/c", "metrics.journal", "/abs", "A")

        def list_files(self, run_id):
            return [StoredFile("artifact", name, name) for name in self.names]

        def open_file(self, run_id, file):
            path = tmp_path / "content"
            path.write_text(f"content of {file.key}")
            return path.open("rb")

    copy(Hostile(), target)
    files = [file for file in target.list_files("1") if file.kind == "artifact"]
    assert len(files) == len(Hostile.names)
    contents = []
    for file in files:
        with target.open_file("1", file) as opened:
            contents.append(opened.read().decode().removeprefix("content of "))
    assert sorted(contents) == sorted(Hostile.names)
    assert sorted(os.listdir(tmp_path)) == ["cache", "content", "target"]
    assert target.load(["1"])["1"]["status"] == "COMPLETED"
    given = target.load(["1"])["1"]["artifact_notes"]
    assert given["artifact_run.json"]["given_name"] == "run.json"


def test_a_source_is_stored_once(runs, target):
    for number in range(3):
        runs.make(
            number,
            experiment={"sources": [["t.py", "_sources/t_0cc175b9c0f1b6a831c399e269772661.py"]]},
            command=str(number),
        )
    (runs.path / "_sources").mkdir()
    (runs.path / "_sources" / "t_0cc175b9c0f1b6a831c399e269772661.py").write_bytes(b"a")
    copy(runs.open(), target)
    assert os.listdir(Path(target.location) / "_sources") == ["t_0cc175b9c0f1b6a831c399e269772661.py"]
    shutil.rmtree(runs.path)
    (file,) = target.list_files("2")
    with target.open_file("2", file) as opened:
        assert opened.read() == b"a"


def test_a_wrong_checksum_makes_no_wrong_name(runs, target):
    """A name promises content: what is copied is checked."""
    wrong = "_sources/t_ffffffffffffffffffffffffffffffff.py"
    runs.make("1", experiment={"sources": [["t.py", wrong]]})
    (runs.path / "_sources").mkdir()
    (runs.path / wrong).write_bytes(b"a")
    copy(runs.open(), target)
    assert os.listdir(Path(target.location) / "_sources") == ["t_0cc175b9c0f1b6a831c399e269772661.py"]
