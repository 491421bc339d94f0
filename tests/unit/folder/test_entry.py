"""What ``run.json`` tells of files: their size and type, and what happened to them meanwhile."""

import hashlib
import json
import logging
import os
import time
from functools import partial

import pytest

from sacred.folder import artifacts
from sacred.folder.entry import RunEntry
from sacred.folder.files import copy_file, store_file
from sacred.folder.trees import copy_tree
from sacred.folder.writer import FolderWriter
from sacred.support.clock import format_naive_utc, now


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


@pytest.fixture
def entry(folder):
    return RunEntry(FolderWriter(str(folder)))


@pytest.fixture
def copies(folder):
    """A function that copies into the run folder, with the names it was called for."""

    def save(path, name):
        save.names.append(name)
        copy = copy_tree if os.path.isdir(path) else copy_file
        return copy(path, str(folder / name))

    save.names = []
    return save


@pytest.fixture
def path(tmp_path):
    """A file that was not changed for a while."""
    path = tmp_path / "weights"
    path.write_bytes(b"weights")
    time.sleep(0.06)
    return path


def facts_of(entry, name="a"):
    """What is noted of an artifact, but for the time and the checksum."""
    notes = entry["artifact_notes"][name]
    return {key: value for key, value in notes.items() if key not in ("added_time", "sha256")}


def warnings_in(caplog):
    return [record.getMessage() for record in caplog.records if record.levelno >= logging.WARNING]


@pytest.fixture
def reads(monkeypatch):
    """The paths of files whose content was compared."""
    paths = []
    real = artifacts.is_same_content

    def compare(path, other):
        paths.append(path)
        return real(path, other)

    monkeypatch.setattr(artifacts, "is_same_content", compare)
    return paths


class TestNotesOfAnArtifact:
    @pytest.mark.parametrize(
        ("name", "source", "content_type"),
        [
            ("a.json", "x", "application/json"),
            ("plot.PNG", "x", "image/png"),
            ("best", "x.csv", "text/csv"),  # the name tells nothing, the file's own does
            ("log.txt", "x.csv", "text/plain"),
            ("a.csv.gz", "x", None),  # it is no text
            ("model.pt", "x.pt", None),
            ("http://a/b.html", "x", "text/html"),
        ],
    )
    def test_the_type_is_guessed(self, entry, copies, tmp_path, name, source, content_type):
        (tmp_path / source).write_bytes(b"12345")
        entry.keep_artifact(name, str(tmp_path / source), copies)
        (stored,) = entry["artifact_notes"]
        notes = facts_of(entry, stored)
        assert notes.pop("given_name", name) == name
        assert notes == {"size": 5} | ({"content_type": content_type} if content_type else {})

    def test_a_given_type_and_metadata_are_kept(self, entry, copies, path):
        entry.keep_artifact("a.json", str(path), copies, content_type="x/y", metadata={"epoch": 1})
        assert facts_of(entry, "a.json") == {"size": 7, "content_type": "x/y", "metadata": {"epoch": 1}}

    def test_checksum_and_time(self, entry, copies, path):
        before = format_naive_utc(now())
        entry.keep_artifact("a", str(path), copies)
        notes = entry["artifact_notes"]["a"]
        assert notes["sha256"] == hashlib.sha256(b"weights").hexdigest()
        assert before <= notes["added_time"] <= format_naive_utc(now())

    def test_a_folder_has_no_type(self, entry, copies, tmp_path):
        (tmp_path / "out.json").mkdir()
        entry.keep_artifact("out.json", str(tmp_path / "out.json"), copies)
        assert "content_type" not in facts_of(entry, "out.json")
        assert entry["artifacts"] == ["out.json"]

    def test_of_a_file_that_is_not_copied(self, entry, path):
        entry.keep_artifact("a.txt", str(path), None)
        assert facts_of(entry, "a.txt") == {"path": str(path), "size": 7, "content_type": "text/plain"}


class TestAnArtifactAddedAgain:
    def test_is_not_copied_if_it_did_not_change(self, entry, copies, path):
        for epoch in range(3):
            entry.keep_artifact("a", str(path), copies, metadata={"epoch": epoch})
        assert copies.names == ["a"]
        assert facts_of(entry) == {"size": 7, "metadata": {"epoch": 2}}
        assert entry["artifact_notes"]["a"]["sha256"] == hashlib.sha256(b"weights").hexdigest()

    def test_under_another_name_is_copied(self, entry, copies, path):
        for name in ("a", "b"):
            entry.keep_artifact(name, str(path), copies)
        assert copies.names == ["a", "b"]

    def test_is_copied_if_it_was_changed_and_its_time_was_set_back(self, entry, copies, path, folder):
        entry.keep_artifact("a", str(path), copies)
        found = path.stat()
        path.write_bytes(b"changed")
        os.utime(path, ns=(found.st_atime_ns, found.st_mtime_ns))
        entry.keep_artifact("a", str(path), copies)
        assert (folder / "a").read_bytes() == b"changed"

    def test_is_copied_if_the_copy_is_gone(self, entry, copies, path, folder):
        entry.keep_artifact("a", str(path), copies)
        (folder / "a").unlink()
        entry.keep_artifact("a", str(path), copies)
        assert (folder / "a").exists()

    def test_is_compared_if_it_was_just_written(self, entry, copies, tmp_path, reads):
        (tmp_path / "new").write_bytes(b"1")
        for _ in range(2):
            entry.keep_artifact("a", str(tmp_path / "new"), copies)
        assert copies.names == ["a"]
        assert len(reads) == 1

    def test_is_compared_if_the_clock_is_coarse(self, entry, copies, path, monkeypatch, reads):
        moment = int(time.time() - 1)
        found = path.stat()
        values = list(found)
        whole = {"st_mtime_ns": moment * 10**9, "st_ctime_ns": moment * 10**9}
        real = os.stat
        monkeypatch.setattr(
            os,
            "stat",
            lambda name, **options: (
                os.stat_result(values, whole) if name == str(path) else real(name, **options)
            ),
        )
        for _ in range(2):
            entry.keep_artifact("a", str(path), copies)
        assert copies.names == ["a"]
        assert len(reads) == 1


class TestChangedMeanwhile:
    def test_an_artifact(self, entry, copies, path, caplog):
        def save(source, name):
            before = os.stat(source)
            copies(source, name)
            path.write_bytes(b"longer than before")
            return os.stat(source).st_size != before.st_size

        entry.keep_artifact("a", str(path), save)
        assert entry["artifact_notes"]["a"]["changed_while_copied"] is True
        assert warnings_in(caplog) == [f'The artifact "a" ({path}) changed while it was copied']
        entry.keep_artifact("a", str(path), copies)
        notes = facts_of(entry)
        (first,) = notes.pop("versions")
        assert notes == {"size": 18, "version": 2}
        assert first["changed_while_copied"] is True

    @pytest.mark.parametrize("change", [lambda path: path.write_bytes(b"other"), lambda path: path.unlink()])
    def test_a_resource(self, entry, path, tmp_path, caplog, change):
        def save(source):
            stored = store_file(source, str(tmp_path / "store"))
            change(path)
            return stored

        entry.keep_resource(str(path), save)
        ((_, stored),) = entry["resources"]
        assert os.path.exists(stored)
        assert entry["missing"] == [
            {"kind": "resource", "name": str(path), "reason": "It changed while it was copied"}
        ]
        assert warnings_in(caplog) == [f'The resource "{path}" changed while it was copied']

    def test_a_quiet_resource_is_not_noted(self, entry, path, tmp_path, caplog):
        entry.keep_resource(str(path), partial(store_file, folder=str(tmp_path / "store")))
        assert "missing" not in entry
        assert warnings_in(caplog) == []


@pytest.mark.parametrize("name", ["\0", "x" * 5000, "a/" * 3000])
def test_a_path_that_can_not_be_is_noted(entry, copies, name):
    entry.keep_artifact("a", f"/{name}", copies)
    entry.keep_resource(f"/{name}", partial(store_file, folder="/nowhere"))
    assert [note["kind"] for note in entry["missing"]] == ["artifact", "resource"]
    json.dumps(entry)


def test_something_is_in_a_list_once_also_when_somebody_else_changed_the_list(entry):
    for value in (["a", "b"], ["a", "b"], {"kind": "x"}, {"kind": "x"}, "a"):
        entry.add("things", value)
    assert entry["things"] == [["a", "b"], {"kind": "x"}, "a"]
    entry["things"].remove("a")
    entry.add("things", "a")
    entry.add("things", "b")
    entry["things"] = ["b", "c"]
    entry.add("things", "c")
    entry.add("things", "a")
    assert entry["things"] == ["b", "c", "a"]
