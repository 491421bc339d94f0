"""Copying content: all ways give the same copy. With --basetemp on btrfs or xfs, clones are tested, too."""

# ruff: noqa: S324 - MD5 names files

import fcntl
import hashlib
import os
import tracemalloc

import pytest

from sacred.support import file_copy
from sacred.support.file_copy import copy_and_digest, copy_content, is_same_content

MIB = 1 << 20
DATA = os.urandom(3 * MIB + 1)


def refuse(*_args):
    raise OSError(18, "Invalid cross-device link")


def copy_little(reader, writer, count, *offsets):
    return REAL(reader, writer, min(count, 1000), *offsets)


def stop_half_way(reader, writer, count, *offsets):
    return refuse() if offsets[0] else REAL(reader, writer, min(count, MIB), *offsets)


REAL = os.copy_file_range
KERNELS = {
    "works": REAL,
    "copies little at once": copy_little,
    "can't": refuse,
    "stops half way": stop_half_way,
    "copies nothing": lambda *_args: 0,
}
CONTENTS = {
    "empty": [],
    "small": [(0, b"content")],
    "large": [(0, DATA)],
    "a hole in the middle": [(0, b"start"), (20 * MIB, DATA)],
    "holes around": [(5 * MIB, DATA), (30 * MIB, None)],
    "only a hole": [(30 * MIB, None)],
}


@pytest.fixture(params=CONTENTS.values(), ids=CONTENTS)
def source(request, tmp_path):
    path = tmp_path / "source"
    with path.open("wb") as file:
        for offset, data in request.param:
            if data is None:
                file.truncate(offset)
            else:
                file.seek(offset)
                file.write(data)
    return path


def count_bytes(path):
    """How much room a file takes."""
    with path.open("rb") as file:
        os.fsync(file.fileno())
    return path.stat().st_blocks * 512


@pytest.fixture
def unclonable(monkeypatch):
    monkeypatch.setattr(file_copy, "_clone", lambda *_files: False)


def can_clone(folder):
    (folder / "probe").write_bytes(bytes(1 << 16))
    with (folder / "probe").open("rb") as reader, (folder / "probe_2").open("wb") as writer:
        try:
            fcntl.ioctl(writer, 0x40049409, reader.fileno())
        except OSError:
            return False
    return True


@pytest.mark.usefixtures("unclonable")
class TestEveryWay:
    @pytest.mark.parametrize("kernel", KERNELS.values(), ids=KERNELS)
    def test_copies_all(self, source, tmp_path, monkeypatch, kernel):
        monkeypatch.setattr(os, "copy_file_range", kernel)
        copy_content(str(source), str(tmp_path / "copy"))
        assert (tmp_path / "copy").read_bytes() == source.read_bytes()
        assert count_bytes(tmp_path / "copy") < count_bytes(source) + 8 * MIB  # xfs reserves some

    def test_copies_without_the_kernel(self, source, tmp_path, monkeypatch):
        monkeypatch.delattr(os, "copy_file_range")
        copy_content(str(source), str(tmp_path / "copy"))
        assert (tmp_path / "copy").read_bytes() == source.read_bytes()

    def test_copies_and_makes_the_checksum(self, source, tmp_path):
        digest = copy_and_digest(str(source), str(tmp_path / "copy"))
        assert (tmp_path / "copy").read_bytes() == source.read_bytes()
        assert digest == hashlib.md5(source.read_bytes()).hexdigest()
        assert count_bytes(tmp_path / "copy") < count_bytes(source) + 8 * MIB  # xfs reserves some

    @pytest.mark.parametrize("copy", [copy_content, copy_and_digest])
    def test_leaves_an_existing_file_alone(self, source, tmp_path, copy):
        (tmp_path / "copy").write_bytes(b"mine")
        with pytest.raises(FileExistsError):
            copy(str(source), str(tmp_path / "copy"))
        assert (tmp_path / "copy").read_bytes() == b"mine"


def test_clones_share_their_blocks(source, tmp_path):
    if not can_clone(tmp_path):
        pytest.skip("this file system has no clones")
    os.sync()
    free = os.statvfs(tmp_path).f_bfree
    for number in range(3):
        copy_content(str(source), str(tmp_path / f"copy_{number}"))
        digest = copy_and_digest(str(source), str(tmp_path / f"other_{number}"))
        assert (tmp_path / f"copy_{number}").read_bytes() == source.read_bytes()
        assert digest == hashlib.md5(source.read_bytes()).hexdigest()
    os.sync()
    assert (free - os.statvfs(tmp_path).f_bfree) * os.statvfs(tmp_path).f_frsize < MIB


@pytest.mark.parametrize("copy", [copy_content, copy_and_digest])
@pytest.mark.parametrize("special", ["/proc/self/status", "/sys/kernel/mm/transparent_hugepage/enabled"])
def test_files_whose_size_is_not_what_is_in_them(tmp_path, copy, special):
    if not os.path.exists(special):
        pytest.skip("this system has no such file")
    copy(special, str(tmp_path / "copy"))
    with open(special, "rb") as file:
        assert (tmp_path / "copy").read_bytes()[:5] == file.read()[:5] != b""


@pytest.mark.parametrize("grown", [b"", b"0123456789 and more"])
@pytest.mark.usefixtures("unclonable")
def test_a_file_that_changes_meanwhile(tmp_path, monkeypatch, grown):
    """The copy has what was there, and no zeros in place of what was not."""
    source = tmp_path / "source"
    source.write_bytes(b"0123456789")

    def change_then_copy(*args):
        source.write_bytes(grown)
        return REAL(*args)

    monkeypatch.setattr(os, "copy_file_range", change_then_copy)
    copy_content(str(source), str(tmp_path / "copy"))
    assert (tmp_path / "copy").read_bytes() in (b"", b"0123456789", grown)
    assert len((tmp_path / "copy").read_bytes()) <= len(grown)


@pytest.mark.parametrize("number", [5, 28, 122])  # EIO, ENOSPC, EDQUOT
@pytest.mark.usefixtures("unclonable")
def test_a_disk_that_is_full_or_broken_is_told(tmp_path, monkeypatch, number):
    def fail(*_args):
        raise OSError(number, os.strerror(number))

    (tmp_path / "source").write_bytes(b"content")
    monkeypatch.setattr(os, "copy_file_range", fail)
    with pytest.raises(OSError, match=os.strerror(number)):
        copy_content(str(tmp_path / "source"), str(tmp_path / "copy"))


@pytest.mark.usefixtures("unclonable")
@pytest.mark.parametrize("copy", [copy_content, copy_and_digest])
def test_memory_is_constant(tmp_path, monkeypatch, copy):
    monkeypatch.setattr(os, "copy_file_range", refuse)
    with (tmp_path / "source").open("wb") as file:
        for _ in range(32):
            file.write(DATA[: 2 * MIB])
    tracemalloc.start()
    try:
        copy(str(tmp_path / "source"), str(tmp_path / "copy"))
        assert tracemalloc.get_traced_memory()[1] < 8 * MIB
    finally:
        tracemalloc.stop()
    assert (tmp_path / "copy").stat().st_size == 64 * MIB


@pytest.mark.usefixtures("unclonable")
@pytest.mark.parametrize("kernel", [REAL, refuse], ids=["kernel", "by hand"])
def test_how_far_it_is(tmp_path, monkeypatch, kernel):
    monkeypatch.setattr(os, "copy_file_range", kernel)
    monkeypatch.setattr(file_copy, "_KERNEL_CHUNK_BYTES", MIB)
    (tmp_path / "source").write_bytes(DATA)
    steps = []
    copy_content(str(tmp_path / "source"), str(tmp_path / "copy"), steps.append)
    assert sum(steps) == len(DATA)
    assert len(steps) == 4


class TestSameContent:
    @pytest.fixture
    def paths(self, tmp_path):
        for name in ("one", "two"):
            (tmp_path / name).write_bytes(DATA)
        return tmp_path / "one", tmp_path / "two"

    def test_is_the_same(self, paths):
        assert is_same_content(*map(str, paths))

    @pytest.mark.parametrize("place", [0, MIB, len(DATA) - 1])
    def test_one_byte_differs(self, paths, place):
        with paths[1].open("r+b") as file:
            file.seek(place)
            file.write(bytes([DATA[place] ^ 1]))
        assert not is_same_content(*map(str, paths))

    @pytest.mark.parametrize(
        "change", [lambda path: path.write_bytes(DATA + b"x"), lambda path: path.unlink()]
    )
    def test_another_length_or_nothing(self, paths, change):
        change(paths[1])
        assert not is_same_content(*map(str, paths))
        assert not is_same_content(*map(str, reversed(paths)))

    def test_a_pipe_is_not_waited_for(self, paths):
        paths[1].unlink()
        os.mkfifo(paths[1])
        assert not is_same_content(*map(str, paths))
