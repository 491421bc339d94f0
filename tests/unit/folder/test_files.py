# ruff: noqa: S324 - paths are text in this room, MD5 names files

import hashlib
import multiprocessing
import os
from pathlib import Path

import pytest

from sacred.folder import files
from sacred.folder.files import copy_file, store_file
from sacred.folder.trees import copy_tree
from sacred.support.digests import get_digest


def md5(content):
    return hashlib.md5(content).hexdigest()


@pytest.fixture
def source(tmp_path):
    path = tmp_path / "data.tar.gz"
    path.write_bytes(b"content")
    return path


@pytest.mark.parametrize("digest", [None, md5(b"content"), "0" * 32])
def test_stored_by_name_and_content(tmp_path, source, digest):
    stored = store_file(str(source), str(tmp_path / "store"), digest)
    assert stored == str(tmp_path / "store" / f"data.tar_{md5(b'content')}.gz")
    assert Path(stored).read_bytes() == b"content"
    assert len(os.listdir(tmp_path / "store")) == 1


@pytest.mark.parametrize(
    ("name", "stored"), [("noext", "noext_{}"), (".hidden", ".hidden_{}"), ("ä b.py", "ä b_{}.py")]
)
def test_names(tmp_path, name, stored):
    (tmp_path / name).write_bytes(b"x")
    assert os.path.basename(store_file(str(tmp_path / name), str(tmp_path))) == stored.format(md5(b"x"))


def test_stored_once(tmp_path, source):
    stored = Path(store_file(str(source), str(tmp_path)))
    inode = stored.stat().st_ino
    store_file(str(source), str(tmp_path))
    store_file(str(source), str(tmp_path), md5(b"content"))
    assert stored.stat().st_ino == inode


def test_a_known_checksum_spares_reading(tmp_path, source, monkeypatch):
    store_file(str(source), str(tmp_path))
    monkeypatch.setattr(files, "get_digest", None)
    monkeypatch.setattr(files, "copy_and_digest", None)
    store_file(str(source), str(tmp_path), md5(b"content"))


def test_what_is_new_is_read_once_and_what_is_stored_is_not_copied(tmp_path, source, monkeypatch):
    monkeypatch.setattr(files, "_SMALL_BYTES", 0)  # of a small file reading costs nothing
    with monkeypatch.context() as patch:
        patch.setattr(files, "get_digest", None)
        store_file(str(source), str(tmp_path / "store"))
        source.write_bytes(b"something else")
        store_file(str(source), str(tmp_path / "store"))
    monkeypatch.setattr(files, "copy_and_digest", None)
    store_file(str(source), str(tmp_path / "store"))
    assert len(os.listdir(tmp_path / "store")) == 2


def test_for_a_small_file_nobody_looks_through_a_folder_of_very_many(tmp_path, source, monkeypatch):
    monkeypatch.setattr(os, "scandir", None)
    stored = [store_file(str(source), str(tmp_path / "store")) for _ in range(2)]
    assert stored[0] == stored[1]
    assert Path(stored[0]).read_bytes() == b"content"


def test_a_part_is_replaced(tmp_path, source):
    stored = Path(store_file(str(source), str(tmp_path / "store")))
    stored.write_bytes(b"con")
    store_file(str(source), str(tmp_path / "store"), md5(b"content"))
    assert stored.read_bytes() == b"content"


def test_a_file_that_changes_while_it_is_stored(tmp_path, source, monkeypatch):
    stored = store_file(str(source), str(tmp_path / "store"))

    def digest_then_grow(path):
        digest = get_digest(path)
        source.write_bytes(b"content and more")
        return digest

    source.write_bytes(b"CONTENT")
    monkeypatch.setattr(files, "get_digest", digest_then_grow)
    other = Path(store_file(str(source), str(tmp_path / "store")))
    assert str(other) != stored
    assert md5(other.read_bytes()) in other.name
    assert len(os.listdir(tmp_path / "store")) == 2


def store_many(path, folder, barrier):
    barrier.wait()
    for _ in range(20):
        stored = store_file(path, folder)
        assert os.path.getsize(stored) == os.path.getsize(path)


def test_many_processes_store_the_same(tmp_path):
    source = tmp_path / "big.bin"
    source.write_bytes(os.urandom(300_000))
    context = multiprocessing.get_context("fork")
    barrier = context.Barrier(8)
    workers = [
        context.Process(target=store_many, args=(str(source), str(tmp_path / "store"), barrier))
        for _ in range(8)
    ]
    for worker in workers:
        worker.start()
    for worker in workers:
        worker.join(60)
    assert [worker.exitcode for worker in workers] == [0] * 8
    assert len(os.listdir(tmp_path / "store")) == 1


@pytest.mark.parametrize("make", [Path.mkdir, os.mkfifo])
def test_what_is_no_file(tmp_path, make):
    make(tmp_path / "it")
    with pytest.raises(OSError, match=r"Is a directory|Not a regular file"):
        copy_file(str(tmp_path / "it"), str(tmp_path / "copy"))
    assert not (tmp_path / "copy").exists()


def test_a_failed_copy_leaves_nothing_and_keeps_the_old_one(tmp_path, source, monkeypatch):
    def fail(_source, target):
        Path(target).write_bytes(b"con")
        raise OSError(28, "No space left on device")

    (tmp_path / "store").mkdir()
    (tmp_path / "store" / "target").write_text("old")
    monkeypatch.setattr(files, "copy_content", fail)
    with pytest.raises(OSError, match="No space left"):
        copy_file(str(source), str(tmp_path / "store" / "target"))
    assert os.listdir(tmp_path / "store") == ["target"]
    assert (tmp_path / "store" / "target").read_text() == "old"


class TestTrees:
    @pytest.fixture
    def tree(self, tmp_path):
        root = tmp_path / "tree"
        (root / "deep" / "er").mkdir(parents=True)
        (root / "empty").mkdir()
        (root / "a").write_text("a")
        (root / "deep" / "er" / "b").write_text("b")
        (tmp_path / "outside").write_text("outside")
        (root / "link").symlink_to(tmp_path / "outside")
        return root

    def content(self, root):
        return {str(path.relative_to(root)): path.read_text() for path in root.rglob("*") if path.is_file()}

    def test_all_files(self, tree, tmp_path):
        copy_tree(str(tree), str(tmp_path / "copy"))
        assert self.content(tmp_path / "copy") == {"a": "a", "deep/er/b": "b", "link": "outside"}
        assert not (tmp_path / "copy" / "link").is_symlink()
        assert (tmp_path / "copy" / "empty").is_dir()

    def test_links_that_go_round(self, tree, tmp_path):
        (tree / "deep" / "up").symlink_to(tree)
        (tree / "side").symlink_to(tree / "deep" / "er")
        copy_tree(str(tree), str(tmp_path / "copy"))
        assert self.content(tmp_path / "copy") == {
            "a": "a", "deep/er/b": "b", "link": "outside", "side/b": "b",
        }  # fmt: skip

    def test_into_itself(self, tree):
        for _ in range(2):
            copy_tree(str(tree), str(tree / "deep" / "copy"))
        assert self.content(tree / "deep" / "copy") == {"a": "a", "deep/er/b": "b", "link": "outside"}

    def test_a_link_in_the_copy_does_not_lead_out_of_it(self, tree, tmp_path):
        (tmp_path / "elsewhere").mkdir()
        (tmp_path / "copy").mkdir()
        (tmp_path / "copy" / "deep").symlink_to(tmp_path / "elsewhere")
        with pytest.raises(OSError, match=r"A link there leads out of the run folder: .*deep$"):
            copy_tree(str(tree), str(tmp_path / "copy"))
        assert os.listdir(tmp_path / "elsewhere") == []
        assert (tmp_path / "copy" / "a").read_text() == "a"

    def test_what_can_be_copied_is_copied(self, tree, tmp_path):
        (tree / "a_dangling").symlink_to(tmp_path / "nowhere")
        os.mkfifo(tree / "deep" / "pipe")
        with pytest.raises(OSError, match=r"No such file or directory: .*a_dangling \(and 1 more\)"):
            copy_tree(str(tree), str(tmp_path / "copy"))
        assert self.content(tmp_path / "copy") == {"a": "a", "deep/er/b": "b", "link": "outside"}


def test_a_folder_of_the_name_is_not_replaced(tmp_path, source):
    (tmp_path / "run" / "sub").mkdir(parents=True)
    with pytest.raises(IsADirectoryError, match="There is a folder of this name already"):
        copy_file(str(source), str(tmp_path / "run" / "sub"))
    assert os.listdir(tmp_path / "run") == ["sub"]


def test_a_link_to_the_source_becomes_a_copy(tmp_path, source):
    (tmp_path / "copy").symlink_to(source)
    copy_file(str(source), str(tmp_path / "copy"))
    assert not (tmp_path / "copy").is_symlink()
    source.write_bytes(b"changed")
    assert (tmp_path / "copy").read_bytes() == b"content"


@pytest.mark.parametrize("copy", [copy_file, copy_tree])
def test_a_file_in_the_place_of_a_folder(tmp_path, source, copy):
    (tmp_path / "tree").mkdir()
    (tmp_path / "x").write_text("x")
    given = source if copy is copy_file else tmp_path / "tree"
    with pytest.raises(NotADirectoryError, match=r"There is a file in the place of the folder .*x"):
        copy(str(given), str(tmp_path / "x" / "sub"))
    assert (tmp_path / "x").read_text() == "x"


def test_a_copy_that_can_not_be_renamed_leaves_nothing(tmp_path, source, monkeypatch):
    def fail(*_args):
        raise PermissionError(13, "Permission denied")

    monkeypatch.setattr(os, "replace", fail)
    (tmp_path / "store").mkdir()
    for keep in (
        lambda: copy_file(str(source), str(tmp_path / "store" / "a")),
        lambda: store_file(str(source), str(tmp_path / "store")),
    ):
        with pytest.raises(PermissionError):
            keep()
    assert os.listdir(tmp_path / "store") == []
