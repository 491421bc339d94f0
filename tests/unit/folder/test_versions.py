"""Artifacts under a name that was used before: earlier versions are kept, within limits."""

import hashlib
import logging
import os
import threading
from pathlib import Path

import pytest

from sacred.folder import checksums
from sacred.folder.entry import RunEntry
from sacred.folder.files import copy_file
from sacred.folder.leftovers import note_leftovers
from sacred.folder.partial import copy_folder, make_partial
from sacred.folder.writer import FolderWriter
from sacred.settings import SETTINGS


@pytest.fixture
def folder(tmp_path):
    (tmp_path / "run").mkdir()
    return tmp_path / "run"


@pytest.fixture
def entry(folder):
    return RunEntry(FolderWriter(str(folder)))


@pytest.fixture
def keep(entry, folder, tmp_path):
    """A function that keeps a content under a name."""

    def save(path, name):
        if os.path.isdir(path):
            return copy_folder(path, str(folder), name, *entry.artifacts.plans[name])
        return copy_file(path, str(folder / name))

    def keep(content, name="a", **notes):
        (tmp_path / "source").write_bytes(content)
        entry.keep_artifact(name, str(tmp_path / "source"), save, **notes)

    keep.save = save
    return keep


def versions_of(entry, name="a"):
    return entry["artifact_notes"][name].get("versions", [])


def stored_versions(folder):
    base = folder / "_versions"
    return {str(path.relative_to(base)): path.read_bytes() for path in base.rglob("*") if path.is_file()}


def test_what_is_replaced_is_kept(entry, keep, folder):
    for number, content in enumerate((b"one", b"two!", b"three"), 1):
        keep(content, metadata={"number": number})
    assert (folder / "a").read_bytes() == b"three"
    assert stored_versions(folder) == {"a/1": b"one", "a/2": b"two!"}
    first, second = versions_of(entry)
    assert first["added_time"] < second["added_time"] < entry["artifact_notes"]["a"]["added_time"]
    assert (first["version"], first["file"], first["size"]) == (1, "_versions/a/1", 3)
    assert first["sha256"] == hashlib.sha256(b"one").hexdigest()
    assert [version["metadata"]["number"] for version in (first, second)] == [1, 2]
    assert entry["artifact_notes"]["a"]["version"] == 3
    assert entry["artifacts"] == ["a"]


def test_the_same_content_is_no_version(entry, keep, folder):
    for _ in range(3):
        keep(b"same")
    assert not (folder / "_versions").exists()
    assert "version" not in entry["artifact_notes"]["a"]


def test_equal_versions_share_a_file(entry, keep, folder):
    for content in (b"1", b"2", b"1", b"2", b"3"):
        keep(content)
    assert stored_versions(folder) == {"a/1": b"1", "a/2": b"2"}
    assert [version["file"][-1] for version in versions_of(entry)] == ["1", "2", "1", "2"]


def test_large_equal_versions_share_a_file_once_their_checksums_are_known(entry, keep, folder, monkeypatch):
    monkeypatch.setattr(checksums, "AT_ONCE_BYTES", 0)
    for content in (b"1", b"2", b"1", b"2", b"3"):
        keep(content)
    entry.finish()
    assert stored_versions(folder) == {"a/1": b"1", "a/2": b"2"}
    assert {version["sha256"] for version in versions_of(entry)} == {
        hashlib.sha256(content).hexdigest() for content in (b"1", b"2")
    }


def test_names_in_subfolders_and_names_like_versions(entry, keep, folder):
    for name in ("d/x", "d/x", "d", "d/1"):
        keep(os.urandom(4), "d/1" if name == "d" else name)
    assert set(stored_versions(folder)) == {"d/x/1", "d/1/1"}


class TestLimits:
    def test_of_the_number(self, entry, keep, folder, monkeypatch):
        monkeypatch.setitem(SETTINGS.ARTIFACTS, "VERSIONS", 2)
        for number in range(6):
            keep(b"%d" % number)
        assert stored_versions(folder) == {"a/4": b"3", "a/5": b"4"}
        assert [version["version"] for version in versions_of(entry)] == [4, 5]
        assert entry["artifact_notes"]["a"]["version"] == 6

    def test_of_the_bytes_of_all_names(self, entry, keep, folder, monkeypatch):
        monkeypatch.setitem(SETTINGS.ARTIFACTS, "VERSION_BYTES", 250)
        for number in range(3):
            for name in ("a", "b"):
                keep(b"%d" % number * 100, name)
        assert stored_versions(folder) == {"a/2": b"1" * 100, "b/2": b"1" * 100}

    def test_a_shared_file_counts_once_and_stays_as_long_as_it_is_needed(
        self, entry, keep, folder, monkeypatch
    ):
        monkeypatch.setitem(SETTINGS.ARTIFACTS, "VERSIONS", 2)
        for content in (b"1", b"2", b"1", b"3"):
            keep(content)
        assert [version["file"] for version in versions_of(entry)] == ["_versions/a/2", "_versions/a/1"]
        assert stored_versions(folder) == {"a/1": b"1", "a/2": b"2"}

    @pytest.mark.parametrize("setting", ["VERSIONS", "VERSION_BYTES"])
    def test_none_at_all(self, entry, keep, folder, monkeypatch, setting):
        monkeypatch.setitem(SETTINGS.ARTIFACTS, setting, 0)
        keep(b"1")
        keep(b"2")
        assert not (folder / "_versions").exists()
        assert (folder / "a").read_bytes() == b"2"
        assert entry["artifact_notes"]["a"]["version"] == 2

    def test_all(self, entry, keep, folder, monkeypatch):
        monkeypatch.setitem(SETTINGS.ARTIFACTS, "VERSIONS", None)
        monkeypatch.setitem(SETTINGS.ARTIFACTS, "VERSION_BYTES", None)
        for number in range(30):
            keep(b"%d" % number)
        assert len(stored_versions(folder)) == 29


class TestFaults:
    def test_a_copy_that_fails_leaves_the_one_before(self, entry, keep, folder, tmp_path, caplog):
        keep(b"good")

        def fail(_path, _name):
            raise OSError(28, "No space left on device")

        (tmp_path / "source").write_bytes(b"other")
        entry.keep_artifact("a", str(tmp_path / "source"), fail, metadata={"epoch": 2})
        assert (folder / "a").read_bytes() == b"good"
        assert stored_versions(folder) == {}
        assert entry["artifact_notes"]["a"]["sha256"] == hashlib.sha256(b"good").hexdigest()
        assert [record.levelno for record in caplog.records] == [logging.WARNING]

    def test_without_second_names_files_are_moved(self, keep, folder, monkeypatch):
        def refuse(*_args, **_options):
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
        keep(b"1")
        keep(b"2")
        assert ((folder / "a").read_bytes(), stored_versions(folder)) == (b"2", {"a/1": b"1"})

    def test_without_second_names_a_copy_that_fails_leaves_the_one_before(
        self, entry, keep, folder, tmp_path, monkeypatch
    ):
        def refuse(*_args, **_options):
            raise PermissionError(1, "Operation not permitted")

        monkeypatch.setattr(os, "link", refuse)
        keep(b"1")
        entry.keep_artifact("a", str(tmp_path / "nowhere"), keep.save)
        assert (folder / "a").read_bytes() == b"1"

    def test_threads_that_keep_the_same_name(self, entry, keep, folder, tmp_path):
        """Whatever is the last, no content is lost, and each file is listed."""

        def keep_own(number):
            path = tmp_path / f"own_{number}"
            path.write_bytes(b"%d" % number)
            entry.keep_artifact("a", str(path), keep.save)

        threads = [threading.Thread(target=keep_own, args=(number,)) for number in range(8)]
        for thread in threads:
            thread.start()
        for thread in threads:
            thread.join(60)
        contents = {(folder / "a").read_bytes(), *stored_versions(folder).values()}
        assert contents == {b"%d" % number for number in range(8)}
        assert {version["file"] for version in versions_of(entry)} == {
            f"_versions/{name}" for name in stored_versions(folder)
        }


class TestFolders:
    def test_only_what_changed_is_a_version(self, entry, keep, folder, tmp_path):
        (tmp_path / "out").mkdir()
        for number, changed in enumerate(("x", "y")):
            for name in ("x", "y", "z"):
                (tmp_path / "out" / name).write_bytes(b"%d" % (number if name == changed else 7))
            entry.keep_artifact("out", str(tmp_path / "out"), keep.save)
        assert stored_versions(folder) == {"out/1/x": b"0", "out/1/y": b"7"}
        notes = entry["artifact_notes"]["out"]
        assert (notes["version"], notes["files"], notes["size"]) == (2, 3, 3)
        (first,) = notes["versions"]
        assert (first["file"], first["files"], first["size"]) == ("_versions/out/1", 2, 2)

    def test_an_unchanged_one_has_no_version(self, entry, keep, folder, tmp_path):
        (tmp_path / "out").mkdir()
        (tmp_path / "out" / "x").write_bytes(b"x")
        for _ in range(3):
            entry.keep_artifact("out", str(tmp_path / "out"), keep.save)
        assert not (folder / "_versions").exists()
        assert "version" not in entry["artifact_notes"]["out"]

    def test_what_is_left_out_is_noted(self, entry, keep, tmp_path):
        (tmp_path / "out").mkdir()
        os.mkfifo(tmp_path / "out" / "pipe")
        entry.keep_artifact("out", str(tmp_path / "out"), keep.save)
        assert entry["artifact_notes"]["out"]["left_out"] == [["pipe", "Not a regular file"]]
        assert len(entry["missing"]) == 1

    def test_old_versions_are_removed_as_a_whole(self, entry, keep, folder, tmp_path, monkeypatch):
        monkeypatch.setitem(SETTINGS.ARTIFACTS, "VERSIONS", 1)
        (tmp_path / "out").mkdir()
        for number in range(3):
            (tmp_path / "out" / "x").write_bytes(b"%d" % number)
            entry.keep_artifact("out", str(tmp_path / "out"), keep.save)
        assert stored_versions(folder) == {"out/2/x": b"1"}
        assert os.listdir(folder / "_versions" / "out") == ["2"]


class TestWhatAKilledRunLeft:
    def test_an_unlisted_version_is_listed(self, folder):
        (folder / "_versions" / "a").mkdir(parents=True)
        (folder / "_versions" / "a" / "1").write_bytes(b"old")
        (folder / "a").write_bytes(b"new")
        told = {"artifacts": ["a"]}
        for _ in range(2):
            note_leftovers(str(folder), told)
        assert told["artifact_notes"] == {
            "a": {"version": 2, "versions": [{"version": 1, "file": "_versions/a/1", "size": 3}]}
        }

    def test_a_second_name_of_the_artifact_itself_is_removed(self, folder):
        (folder / "_versions" / "a").mkdir(parents=True)
        (folder / "a").write_bytes(b"only one")
        os.link(folder / "a", folder / "_versions" / "a" / "1")
        told = {"artifacts": ["a"]}
        note_leftovers(str(folder), told)
        assert stored_versions(folder) == {}
        assert "artifact_notes" not in told

    def test_what_was_being_written_is_told_once(self, folder):
        place = make_partial(str(folder), "d/model.pt")
        Path(place).write_bytes(b"half")
        told = {}
        for _ in range(2):
            note_leftovers(str(folder), told)
        assert told["missing"] == [
            {"kind": "artifact", "name": "d/model.pt", "reason": "It was not finished", "path": place}
        ]

    def test_listed_ones_stay_as_they_are(self, entry, keep, folder):
        for content in (b"1", b"2", b"1", b"3"):
            keep(content)
        before = repr(entry)
        note_leftovers(str(folder), entry)
        assert repr(entry).replace(", 'missing': []", "") == before
