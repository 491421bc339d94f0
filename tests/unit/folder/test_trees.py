"""Copying folders: again only what changed, and whatever may be in them."""

import inspect
import os
import socket
import sys
import threading
import tracemalloc
from pathlib import Path

import pytest

from sacred.folder import files, trees
from sacred.folder.trees import TreeRecord, copy_tree


@pytest.fixture
def tree(tmp_path):
    (tmp_path / "tree" / "sub").mkdir(parents=True)
    (tmp_path / "tree" / "a").write_bytes(b"a")
    (tmp_path / "tree" / "sub" / "b").write_bytes(b"b")
    return tmp_path / "tree"


@pytest.fixture
def copy(tmp_path):
    return tmp_path / "copy"


@pytest.fixture
def settled(monkeypatch):
    """Files count as old enough to be known by their times."""
    monkeypatch.setattr(files, "_RACY_SECONDS", 0)
    monkeypatch.setattr(files, "_RACY_SECONDS_COARSE", 0)


@pytest.fixture
def copied(monkeypatch):
    """The names of files that were copied."""
    names = []
    for name in ("copy_file", "_copy_small"):
        real = getattr(trees, name)

        def note(path, *rest, real=real):
            names.append(os.path.basename(path))
            return real(path, *rest)

        monkeypatch.setattr(trees, name, note)
    return names


def content(root):
    return {str(path.relative_to(root)): path.read_bytes() for path in root.rglob("*") if path.is_file()}


class TestAgain:
    def test_copies_what_changed(self, tree, copy, copied, settled):
        record = TreeRecord()
        copy_tree(str(tree), str(copy), record)
        copied.clear()
        (tree / "a").write_bytes(b"A!")
        (tree / "new").write_bytes(b"new")
        copy_tree(str(tree), str(copy), record)
        assert sorted(copied) == ["a", "new"]
        assert content(copy) == content(tree)

    def test_does_not_read_what_did_not_change(self, tree, copy, settled, monkeypatch):
        record = TreeRecord()
        copy_tree(str(tree), str(copy), record)
        monkeypatch.setattr(trees, "is_same_content", None)
        monkeypatch.setattr(trees, "open_regular", None)
        copy_tree(str(tree), str(copy), record)
        assert record.file_count == 2

    def test_compares_what_is_so_new_that_it_could_change_without_a_trace(self, tree, copy, monkeypatch):
        monkeypatch.setattr(files, "_RACY_SECONDS", 1e9)
        record = TreeRecord()
        for text in (b"1", b"2"):
            (tree / "a").write_bytes(text)
            os.utime(tree / "a", ns=(10**18 + 1, 10**18 + 1))
            copy_tree(str(tree), str(copy), record)
            assert (copy / "a").read_bytes() == text

    def test_sees_a_change_whose_time_was_set_back(self, tree, copy, settled):
        record = TreeRecord()
        copy_tree(str(tree), str(copy), record)
        found = (tree / "a").stat()
        (tree / "a").write_bytes(b"A")
        os.utime(tree / "a", ns=(found.st_atime_ns, found.st_mtime_ns))
        copy_tree(str(tree), str(copy), record)
        assert (copy / "a").read_bytes() == b"A"

    def test_copies_what_is_gone_from_the_copy(self, tree, copy, settled):
        record = TreeRecord()
        copy_tree(str(tree), str(copy), record)
        (copy / "a").unlink()
        copy_tree(str(tree), str(copy), record)
        assert content(copy) == content(tree)

    def test_sets_aside_what_is_replaced(self, tree, copy, tmp_path):
        copy_tree(str(tree), str(copy))
        (tree / "sub" / "b").write_bytes(b"B!")
        seen = []

        def set_aside(inner, place):
            seen.append((inner, Path(place).read_bytes()))

        copy_tree(str(tree), str(copy), None, set_aside)
        assert seen == [("sub/b", b"b")]

    def test_onto_itself(self, tree, copied):
        assert not copy_tree(str(tree), str(tree))
        assert copied == []


class TestLinks:
    def test_that_lead_to_each_other_end(self, tmp_path, copy):
        for name, other in (("x", "y"), ("y", "x")):
            (tmp_path / name).mkdir()
            (tmp_path / name / "file").write_bytes(name.encode())
            (tmp_path / name / "link").symlink_to(tmp_path / other)
        copy_tree(str(tmp_path / "x"), str(copy))
        assert (copy / "link" / "file").read_bytes() == b"y"
        assert not (copy / "link" / "link").exists()

    def test_that_double_at_every_step_are_followed_once(self, tmp_path, copy):
        for level in range(40):  # copies of copies would be 2 ** 40
            (tmp_path / f"{level}").mkdir()
            (tmp_path / f"{level}" / "file").write_bytes(b"x")
            if level:
                for name in ("left", "right"):
                    (tmp_path / f"{level}" / name).symlink_to(tmp_path / f"{level - 1}")
        record = TreeRecord()
        copy_tree(str(tmp_path / "39"), str(copy), record)
        assert record.file_count == 40
        assert (copy / "left" / "file").samefile(copy / "right" / "file")
        assert copy.resolve() in (copy / "right").resolve().parents

    def test_to_a_file_in_the_folder_take_no_room(self, tree, copy):
        (tree / "latest").symlink_to("sub/b")
        copy_tree(str(tree), str(copy))
        assert (copy / "latest").samefile(copy / "sub" / "b")
        assert not (copy / "latest").is_symlink()

    def test_hard_ones_stay(self, tree, copy):
        os.link(tree / "a", tree / "sub" / "same")
        copy_tree(str(tree), str(copy))
        assert (copy / "a").samefile(copy / "sub" / "same")
        assert not (copy / "a").samefile(tree / "a")

    def test_are_replaced_by_later_content_one_by_one(self, tree, copy):
        os.link(tree / "a", tree / "same")
        copy_tree(str(tree), str(copy))
        (tree / "same").unlink()
        (tree / "same").write_bytes(b"other")
        copy_tree(str(tree), str(copy))
        assert content(copy) == content(tree)

    def test_to_a_folder_above_are_left_out(self, tree, copy):
        (tree / "sub" / "up").symlink_to("/")
        copy_tree(str(tree), str(copy))
        assert content(copy) == {"a": b"a", "sub/b": b"b"}


class TestWhatCanNotBeCopied:
    @pytest.fixture
    def odd(self, tree):
        """A folder with all kinds of things that have no content."""
        os.mkfifo(tree / "pipe")
        (tree / "dangling").symlink_to("nowhere")
        (tree / "round").symlink_to("round")
        listener = socket.socket(socket.AF_UNIX)
        listener.bind(str(tree / "socket"))
        yield tree
        listener.close()

    def test_is_named(self, odd, copy):
        record = TreeRecord()
        with pytest.raises(OSError, match=r"\(and 3 more\)"):
            copy_tree(str(odd), str(copy), record)
        assert dict(record.left_out) == {
            "pipe": "Not a regular file",
            "socket": "Not a regular file",
            "dangling": "No such file or directory",
            "round": "Too many levels of symbolic links",
        }
        assert content(copy) == {"a": b"a", "sub/b": b"b"}

    def test_only_the_first_are_named(self, tree, copy, monkeypatch):
        monkeypatch.setattr(trees, "MOST_LEFT_OUT", 3)
        for number in range(5):
            os.mkfifo(tree / f"pipe_{number}")
        record = TreeRecord()
        with pytest.raises(OSError, match=r"\(and 4 more\)"):
            copy_tree(str(tree), str(copy), record)
        assert len(record.left_out) == 3

    def test_a_pipe_in_the_place_of_a_file_is_not_waited_for(self, tree, copy, monkeypatch):
        real = trees.open_regular

        def replace_then_open(path):
            os.unlink(path)
            os.mkfifo(path)
            return real(path)

        monkeypatch.setattr(trees, "open_regular", replace_then_open)
        record = TreeRecord()

        def copy_all():
            with pytest.raises(OSError, match="Not a regular file"):
                copy_tree(str(tree), str(copy), record)

        copying = threading.Thread(target=copy_all, daemon=True)
        copying.start()
        copying.join(30)
        assert not copying.is_alive()
        assert len(record.left_out) == 2

    def test_a_file_that_vanishes(self, tree, copy, monkeypatch):
        real = trees.open_regular

        def vanish(path):
            if path.endswith("a"):
                os.unlink(path)
            return real(path)

        monkeypatch.setattr(trees, "open_regular", vanish)
        record = TreeRecord()
        with pytest.raises(OSError, match="No such file"):
            copy_tree(str(tree), str(copy), record)
        assert record.left_out == [["a", "No such file or directory"]]
        assert content(copy) == {"sub/b": b"b"}

    def test_a_disk_that_is_full_leaves_no_part_of_a_small_file(self, tree, copy, monkeypatch):
        def fail(descriptor, data):
            os.write(descriptor, data[:1])
            raise OSError(28, "No space left on device")

        monkeypatch.setattr(trees, "write_all", fail)
        with pytest.raises(OSError, match=r"No space left on device: .* \(and 1 more\)"):
            copy_tree(str(tree), str(copy))
        assert content(copy) == {}

    @pytest.mark.skipif(os.geteuid() == 0, reason="root may read everything")
    def test_what_may_not_be_read(self, tree, copy):
        (tree / "a").chmod(0)
        (tree / "sub").chmod(0)
        record = TreeRecord()
        try:
            with pytest.raises(PermissionError):
                copy_tree(str(tree), str(copy), record)
        finally:
            (tree / "sub").chmod(0o700)
        assert sorted(record.left_out) == [["a", "Permission denied"], ["sub", "Permission denied"]]


def test_a_file_that_grows_meanwhile_is_told(tree, copy, monkeypatch):
    real = trees.open_regular

    def grow(path):
        with open(path, "ab") as file:
            file.write(b" and more")
        return real(path)

    monkeypatch.setattr(trees, "open_regular", grow)
    assert copy_tree(str(tree), str(copy))


def test_names_of_all_kinds(tree, copy):
    names = ["line\nend", "ü", "日本", " ", "-rf", "\udcff\udcfe", "n" * 255, "*", "a\\b"]
    for name in names:
        (tree / name).write_bytes(os.fsencode(name))
    copy_tree(str(tree), str(copy))
    assert set(os.listdir(copy)) == {*names, "a", "sub"}
    assert (copy / "\udcff\udcfe").read_bytes() == b"\xff\xfe"


def test_a_folder_that_is_deeper_than_calls_can_be(tmp_path, copy):
    deepest = "/".join("d" * 200)
    (tmp_path / "tree" / deepest).mkdir(parents=True)
    (tmp_path / "tree" / deepest / "file").write_bytes(b"deep")
    limit = sys.getrecursionlimit()
    sys.setrecursionlimit(len(inspect.stack()) + 100)
    try:
        copy_tree(str(tmp_path / "tree"), str(copy))
    finally:
        sys.setrecursionlimit(limit)
    assert (copy / deepest / "file").read_bytes() == b"deep"


def test_memory_does_not_grow_with_the_number_of_files(tmp_path, copy, settled):
    count = 5_000
    (tmp_path / "tree").mkdir()
    for number in range(count):
        (tmp_path / "tree" / str(number)).touch()
    record = TreeRecord()
    copy_tree(str(tmp_path / "tree"), str(copy), record)
    tracemalloc.start()
    try:
        copy_tree(str(tmp_path / "tree"), str(copy), record)
        assert tracemalloc.get_traced_memory()[1] < 100 * count  # the numbers that are sorted
        assert record.file_count == count
    finally:
        tracemalloc.stop()
