"""Files that first have no name: where they are made, how they get one, how they are read meanwhile."""

import os
import stat
import subprocess
import sys

import pytest

from sacred.support import spool as module
from sacred.support.spool import Spool, Tail, TextTail

SHARED_MEMORY = "/dev/shm"  # noqa: S108 - the file has no name there


def read(path):
    return path.read_bytes()


def test_it_has_no_name_before_it_settles(tmp_path):
    spool = Spool(str(tmp_path))
    spool.append(b"early\n")
    assert list(tmp_path.iterdir()) == []
    assert spool.settle(str(tmp_path / "cout.txt")) is False
    spool.append(b"late\n")
    assert [path.name for path in tmp_path.iterdir()] == ["cout.txt"]
    assert read(tmp_path / "cout.txt") == b"early\nlate\n"
    assert os.path.samestat(os.fstat(spool.descriptor), os.stat(tmp_path / "cout.txt"))
    assert spool.path == str(tmp_path / "cout.txt")


def test_a_file_that_has_the_name_is_replaced(tmp_path):
    (tmp_path / "cout.txt").write_text("old")
    spool = Spool(str(tmp_path))
    spool.append(b"new")
    spool.settle(str(tmp_path / "cout.txt"))
    assert read(tmp_path / "cout.txt") == b"new"


@pytest.mark.parametrize("has_nameless_files", [True, False])
def test_it_may_be_read_by_whom_the_umask_lets(tmp_path, monkeypatch, has_nameless_files):
    if not has_nameless_files:
        monkeypatch.delattr(os, "O_TMPFILE")
    before = os.umask(0o027)
    try:
        spool = Spool(str(tmp_path))
        spool.settle(str(tmp_path / "cout.txt"))
    finally:
        os.umask(before)
    assert stat.S_IMODE(os.stat(tmp_path / "cout.txt").st_mode) == 0o640


def test_the_nearest_folder_that_exists_is_used(tmp_path):
    spool = Spool(str(tmp_path / "runs" / "1"))
    (tmp_path / "runs" / "1").mkdir(parents=True)
    assert spool.settle(str(tmp_path / "runs" / "1" / "cout.txt")) is False


def test_where_files_need_a_name_it_is_copied(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "O_TMPFILE")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    spool = Spool(str(tmp_path))
    spool.append(b"a" * 3_000_000)
    assert list(tmp_path.iterdir()) == []
    kept_by_a_child = os.dup(spool.descriptor)
    assert spool.settle(str(tmp_path / "cout.txt")) is True
    os.write(kept_by_a_child, b"b")
    spool.follow()
    spool.append(b"c")
    os.write(kept_by_a_child, b"d")
    spool.follow()
    spool.follow()
    os.close(kept_by_a_child)
    assert read(tmp_path / "cout.txt") == b"a" * 3_000_000 + b"bcd"


@pytest.mark.skipif(not os.path.isdir(SHARED_MEMORY), reason="needs a second file system")
def test_it_moves_to_another_file_system(tmp_path):
    if os.stat(SHARED_MEMORY).st_dev == os.stat(tmp_path).st_dev:
        pytest.skip("temporary files are in /dev/shm")
    spool = Spool(SHARED_MEMORY)
    spool.append(b"text")
    assert spool.settle(str(tmp_path / "cout.txt")) is True
    spool.append(b" and more")
    assert read(tmp_path / "cout.txt") == b"text and more"


@pytest.mark.parametrize("has_nameless_files", [True, False])
def test_a_place_that_cannot_be_changes_nothing(tmp_path, monkeypatch, has_nameless_files):
    if not has_nameless_files:
        monkeypatch.delattr(os, "O_TMPFILE")
    (tmp_path / "folder").mkdir()
    spool = Spool(str(tmp_path))
    for path in (tmp_path / "missing" / "cout.txt", tmp_path / "folder"):
        with pytest.raises(OSError, match=r"No such file|Is a directory"):
            spool.settle(str(path))
    assert spool.path is None
    assert [path.name for path in tmp_path.iterdir()] == ["folder"]
    spool.append(b"goes on")
    assert Tail(spool).read() == b"goes on"


def test_a_full_disk_near_is_avoided(tmp_path, monkeypatch):
    there, elsewhere = tmp_path / "there", tmp_path / "elsewhere"
    there.mkdir()
    elsewhere.mkdir()
    monkeypatch.setenv("TMPDIR", str(elsewhere))
    monkeypatch.setattr(module, "_is_full", lambda folder: folder == str(there))
    opened = []
    monkeypatch.setattr(
        module, "_open_nameless", lambda folder: opened.append(folder) or os.open("/dev/null", 0)
    )
    Spool(str(there))
    assert opened == [str(elsewhere)]


def test_its_descriptor_is_closed_with_it(tmp_path):
    spool = Spool(str(tmp_path))
    descriptor = spool.descriptor
    spool.close()
    spool.close()
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)
    descriptor = Spool(str(tmp_path)).descriptor
    with pytest.raises(OSError, match="Bad file descriptor"):
        os.fstat(descriptor)


def test_it_never_takes_the_place_of_a_standard_stream():
    program = """
import os, sys
from sacred.support.spool import Spool
for number in (0, 1, 2):
    os.close(number)
os._exit(0 if Spool().descriptor > 2 else 1)
"""
    assert subprocess.run([sys.executable, "-c", program], timeout=60, check=False).returncode == 0


def test_reading_what_is_appended(tmp_path):
    spool = Spool(str(tmp_path))
    first, second = Tail(spool), Tail(spool, position=2)
    spool.append(b"abc")
    assert (first.count(), first.peek(), first.read(), first.read()) == (3, b"abc", b"abc", b"")
    assert second.read() == b"c"
    spool.append(b"x" * ((1 << 20) + 1))
    assert [len(first.read()) for _ in range(3)] == [1 << 20, 1, 0]


def test_a_file_that_somebody_emptied_is_read_from_its_beginning(tmp_path):
    spool = Spool(str(tmp_path))
    tail = Tail(spool)
    spool.append(b"lost or not")
    tail.read()
    os.ftruncate(spool.descriptor, 0)
    assert tail.read() == b""
    spool.append(b"new")
    assert tail.read() == b"new"


def test_a_tail_follows_the_file_to_its_copy(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "O_TMPFILE")
    spool = Spool(str(tmp_path))
    tail = Tail(spool)
    spool.append(b"one")
    assert tail.read() == b"one"
    spool.settle(str(tmp_path / "cout.txt"))
    spool.append(b"two")
    assert tail.read() == b"two"


def test_text_waits_for_whole_characters(tmp_path):
    spool = Spool(str(tmp_path))
    tail = TextTail(spool)
    spool.append(b"a\xe2\x82")
    assert tail.read_text() == "a"
    spool.append(b"\xac\xff\xe2")
    assert tail.read_text() == "\N{EURO SIGN}\N{REPLACEMENT CHARACTER}"
    assert tail.read_text(is_last=True) == "\N{REPLACEMENT CHARACTER}"
