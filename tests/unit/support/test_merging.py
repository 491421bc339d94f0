"""Growing files put together: no byte is lost, each keeps its order, lines and characters stay whole."""

import os

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.support.merging import Merger, find_character_end
from sacred.support.spool import Spool, Tail


@pytest.fixture
def files():
    """Two files and what they are put together in."""
    return Spool(), Spool(), Spool()


def make(files, start=0):
    *sources, merged = files
    return Merger([Tail(source, start) for source in sources], merged)


def read(spool):
    return os.pread(spool.descriptor, 1 << 24, 0)


def test_the_first_goes_first(files):
    merger = make(files)
    files[1].append(b"err\n")
    files[0].append(b"out\n")
    assert merger.merge() is True
    assert read(files[2]) == b"out\nerr\n"
    assert merger.positions == (4, 4, 8)
    assert merger.merge() is False


def test_whole_lines_go_before_begun_ones(files):
    merger = make(files)
    files[0].append(b"done: 1\nstill at 2")
    files[1].append(b"warning\n")
    merger.merge()
    files[0].append(b" ... done\n")
    merger.merge()
    assert read(files[2]) == b"done: 1\nwarning\nstill at 2 ... done\n"


def test_a_begun_line_does_not_wait(files):
    merger = make(files)
    files[1].append(b"\r10 %")
    merger.merge()
    assert read(files[2]) == b"\r10 %"


def test_characters_stay_whole(files):
    merger = make(files)
    files[0].append(b"\xe2\x82")
    files[1].append(b"E")
    merger.merge()
    assert merger.positions == (0, 1, 1)
    files[0].append(b"\xac")
    merger.merge()
    assert read(files[2]) == "E\N{EURO SIGN}".encode()


def test_at_the_end_nothing_waits(files):
    merger = make(files)
    files[0].append(b"a\xe2\x82")
    merger.merge(is_last=True)
    assert read(files[2]) == b"a\xe2\x82"


def test_from_the_middle_of_one_file(files):
    source, _, merged = files
    source.append(b"of others\nmine\n")
    merger = Merger([Tail(source, 10)], merged)
    merger.merge()
    assert read(merged) == b"mine\n"


def test_lines_longer_than_a_piece(files):
    merger = make(files)
    files[0].append(b"x" * 3_000_000)
    files[1].append(b"y" * 2_000_000 + b"\n")
    merger.merge()
    assert sorted(read(files[2])) == sorted(b"x" * 3_000_000 + b"y" * 2_000_000 + b"\n")


def test_after_a_full_disk_nothing_is_lost_or_there_twice(files, monkeypatch):
    merger = make(files)
    files[0].append(b"one\n")
    merger.merge()
    files[0].append(b"two\n")
    files[1].append(b"three\n")

    def append_a_part(self, data):
        os.write(self.descriptor, data[:2])
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(Spool, "append", append_a_part)
        for _ in range(2):
            with pytest.raises(OSError, match="No space left"):
                merger.merge()
    merger.merge()
    assert read(files[2]) == b"one\ntwo\nthree\n"
    assert merger.positions == (8, 6, 14)


@given(st.lists(st.tuples(st.booleans(), st.binary(max_size=12), st.booleans())))
def test_however_it_comes_each_keeps_all_in_order(steps):
    files = Spool(), Spool(), Spool()
    merger = make(files)
    # bytes of the second have their highest bit, but for line ends: so they can be told apart
    written = [b"", b""]
    for is_second, data, merges in steps:
        piece = bytes(byte | 0x80 if is_second else byte & 0x7F for byte in data)
        files[is_second].append(piece)
        written[is_second] += piece
        if merges:
            merger.merge()
    merger.merge(is_last=True)
    merged = read(files[2])
    assert bytes(byte for byte in merged if byte < 0x80) == written[0]
    assert bytes(byte for byte in merged if byte >= 0x80) == written[1]


@given(st.text(st.characters(exclude_categories=["Cs"])), st.integers(min_value=0, max_value=8))
def test_the_end_of_characters(text, cut):
    data = text.encode()[: -cut or None]
    end = find_character_end(data)
    assert len(data) - end < 4
    data[:end].decode()
