"""Reading the metrics journal in every state: growing, with gaps, damaged, several of them."""

import os
import random
import struct
import threading

import pytest

from sacred.folder import journal_reader
from sacred.folder.journal import RECORD_BYTES, Journal, Point
from sacred.folder.journal_files import HEADER
from sacred.folder.journal_reader import JournalReader, cut_journal, has_journal, read_points

TIME = 1_700_000_000.0
RECORD = struct.Struct("<ddiHBBQ")


def make_record(stamp, value=1.0, *, time=TIME, step=0, metric=0, tag=0):
    return RECORD.pack(value, time, step, metric, tag, 0, stamp)


def make_files(folder, records, names=b'"m"\n', side=None, stem="metrics"):
    (folder / f"{stem}.journal").write_bytes(HEADER + b"".join(records))
    if names is not None:
        (folder / f"{stem}.names").write_bytes(names)
    if side is not None:
        (folder / f"{stem}.side").write_bytes(side)


def read(folder):
    return list(read_points(str(folder)))


def values_of(folder):
    return [point.value for point in read(folder)]


# --- what is not valid is left out -------------------------------------------------------------------------


def test_nothing_there(tmp_path):
    assert read(tmp_path) == read(tmp_path / "gone") == []
    assert not has_journal(str(tmp_path))
    make_files(tmp_path, [])
    assert read(tmp_path) == []
    assert has_journal(str(tmp_path))


@pytest.mark.parametrize("content", [b"", b"sacred", HEADER + b"x" * 31])
def test_a_journal_that_was_just_begun(tmp_path, content):
    (tmp_path / "metrics.journal").write_bytes(content)
    assert read(tmp_path) == []


def test_a_gap_and_zeros_at_the_end(tmp_path):
    records = [make_record(2, 1.0), bytes(32), make_record(4, 3.0), bytes(32 * 5000)]
    make_files(tmp_path, records)
    assert values_of(tmp_path) == [1.0, 3.0]


def test_points_after_a_long_gap(tmp_path):
    make_files(tmp_path, [make_record(2, 1.0), bytes(32 * 5000), make_record(5003, 2.0)])
    assert values_of(tmp_path) == [1.0, 2.0]


def test_a_record_with_the_stamp_of_another_slot(tmp_path):
    make_files(tmp_path, [make_record(3), make_record(3, 2.0), make_record(2)])
    assert values_of(tmp_path) == [2.0]


@pytest.mark.parametrize("time", [float("nan"), float("inf"), -1e18, 1e18])
def test_a_record_of_no_moment(tmp_path, time):
    make_files(tmp_path, [make_record(2, time=time), make_record(3, 2.0)])
    assert values_of(tmp_path) == [2.0]


def test_a_record_of_an_unknown_tag(tmp_path):
    make_files(tmp_path, [make_record(2, tag=4), make_record(3, tag=255), make_record(4, 2.0)])
    assert values_of(tmp_path) == [2.0]


def test_a_cut_off_line_of_names_is_no_name(tmp_path):
    records = [make_record(2, metric=0), make_record(3, metric=1), make_record(4, metric=700)]
    make_files(tmp_path, records, names=b'"a"\n"lo')
    assert [point.name for point in read(tmp_path)] == ["a"]


def test_a_damaged_name_does_not_shift_the_others(tmp_path):
    records = [make_record(stamp, metric=stamp - 2) for stamp in range(2, 6)]
    make_files(tmp_path, records, names=b'"a"\n\r\xff\x85\n{"no": "name"}\n"d"\n')
    assert [point.name for point in read(tmp_path)] == ["a", "d"]


def test_without_names_there_are_no_points(tmp_path):
    make_files(tmp_path, [make_record(2)], names=None)
    assert read(tmp_path) == []


@pytest.mark.parametrize("offset", [-1, 5, 1000, 2**62, -(2**63)])
def test_a_side_offset_that_leads_nowhere(tmp_path, offset):
    good = struct.pack("<qdiHBBQ", 0, TIME, 0, 0, 3, 0, 2)
    bad = struct.pack("<qdiHBBQ", offset, TIME, 0, 0, 3, 0, 3)
    make_files(tmp_path, [good, bad], side=b'{"metric": "m", "step": 7, "value": "x"}\n')
    assert read(tmp_path) == [Point("m", 7, TIME, "x")]


@pytest.mark.parametrize(
    "line", [b"", b"5\n", b"[]\n", b"{}\n", b'{"metric": "m"}\n', b"\xff\n", b"[" * 10**5]
)
def test_a_damaged_side_line(tmp_path, line):
    make_files(tmp_path, [struct.pack("<qdiHBBQ", 0, TIME, 0, 0, 3, 0, 2), make_record(3, 2.0)], side=line)
    assert values_of(tmp_path) == [2.0]


def test_without_a_side_file_the_other_points_are_read(tmp_path):
    make_files(tmp_path, [struct.pack("<qdiHBBQ", 0, TIME, 0, 0, 3, 0, 2), make_record(3, 2.0)])
    assert values_of(tmp_path) == [2.0]


def test_any_bytes_can_be_read(tmp_path):
    chance = random.Random(1)
    for _ in range(30):
        make_files(
            tmp_path,
            [chance.randbytes(3000)],
            names=chance.randbytes(50),
            side=chance.randbytes(50),
        )
        assert read(tmp_path) == []


def test_flipped_bytes_do_no_harm(tmp_path):
    """Stamps stay as they are: else there is nothing to read."""
    chance = random.Random(2)
    records = bytearray(b"".join(make_record(stamp, stamp * 1.0, step=stamp) for stamp in range(2, 502)))
    for at in range(0, len(records), RECORD_BYTES):
        records[at + chance.randrange(24)] = chance.randrange(256)
    make_files(tmp_path, [bytes(records)], side=b'{"metric": "m", "step": 7, "value": "x"}\n')
    points = read(tmp_path)
    assert 100 < len(points) <= 500
    assert {point.name for point in points} == {"m"}


def test_a_file_that_can_not_be_read_is_told(tmp_path):
    (tmp_path / "metrics.journal").mkdir()
    with pytest.raises(IsADirectoryError):
        read(tmp_path)


# --- several journals --------------------------------------------------------------------------------------


def test_several_journals_are_put_together_by_time(tmp_path):
    for stem, shift in (("metrics", 0.0), ("metrics.1", 0.5), ("metrics.12", 0.25)):
        records = [make_record(2 + i, i + shift, time=TIME + i + shift, step=i) for i in range(3)]
        make_files(tmp_path, records, stem=stem, names=f'"{stem}"\n'.encode())
    (tmp_path / "metrics.x.journal").write_bytes(HEADER + make_record(2))
    (tmp_path / "system.journal").write_bytes(HEADER + make_record(2))
    assert values_of(tmp_path) == [0.0, 0.25, 0.5, 1.0, 1.25, 1.5, 2.0, 2.25, 2.5]
    assert {point.name for point in read(tmp_path)} == {"metrics", "metrics.1", "metrics.12"}


def test_points_of_one_metric_stay_in_the_order_of_their_slots(tmp_path):
    """The clock was set back."""
    make_files(tmp_path, [make_record(2 + i, float(i), time=TIME - i) for i in range(5)])
    assert values_of(tmp_path) == [0.0, 1.0, 2.0, 3.0, 4.0]


# --- what is new -------------------------------------------------------------------------------------------


def test_new_points_are_read_once(tmp_path):
    journal = Journal(str(tmp_path))
    journal.add_name("m")
    reader = JournalReader(journal.stem)
    seen = []
    for count in (1, 0, 3000, 7, 0):
        points = [Point("m", step, TIME, float(step)) for step in range(count)]
        for point in points:
            journal.append(point, 0)
        assert reader.read_new(journal.end_slot) == points
        seen += points
    journal.close()
    assert reader.read_new(journal.end_slot) == []
    assert read(tmp_path) == seen


def test_a_slot_that_is_written_late_is_read_later(tmp_path):
    journal = Journal(str(tmp_path))
    journal.add_name("m")
    reader = JournalReader(journal.stem)
    journal.append(Point("m", 0, TIME, 0.0), 0)
    segment, drawn = journal.segment, [journal.segment.draw() for _ in range(3)]
    journal.append(Point("m", 4, TIME, 4.0), 0)
    assert [row[3] for row in reader.read_new(journal.end_slot)] == [0.0, 4.0]
    for index in (1, 0):
        stamp, place = drawn[index]
        RECORD.pack_into(segment.buffer, place, float(stamp), TIME, 0, 0, 0, 0, stamp)
        assert [row[3] for row in reader.read_new(journal.end_slot)] == [float(stamp)]
    assert reader.read_new(journal.end_slot) == []
    journal.close()
    assert values_of(tmp_path) == [0.0, 3.0, 4.0, 4.0]


def test_what_could_not_be_read_is_read_the_next_time(tmp_path, monkeypatch):
    journal = Journal(str(tmp_path))
    journal.add_name("m")
    for step in range(3000):
        journal.append(Point("m", step, TIME, 1.0), 0)
    reader = JournalReader(journal.stem)
    real, calls = os.pread, []

    def fail_in_the_middle(*arguments):
        calls.append(arguments)
        if len(calls) == 3:
            raise OSError(5, "Input/output error")
        return real(*arguments)

    monkeypatch.setattr(journal_reader.os, "pread", fail_in_the_middle)
    with pytest.raises(OSError, match="Input/output"):
        reader.read_new(journal.end_slot)
    assert [row[1] for row in reader.read_new(journal.end_slot)] == list(range(3000))


def test_a_record_that_is_being_written_is_not_taken(tmp_path, monkeypatch):
    """The copy has its stamp and lacks its value: a second look tells."""
    make_files(tmp_path, [make_record(2, 1.0), make_record(3, 0.0), make_record(4, 3.0)])
    reader, real, looks = JournalReader(str(tmp_path / "metrics")), os.pread, []

    def read_while_it_is_written(*arguments):
        if looks:
            make_files(tmp_path, [make_record(2, 1.0), make_record(3, 2.0), make_record(4, 3.0)])
        looks.append(arguments)
        return real(*arguments)

    monkeypatch.setattr(journal_reader.os, "pread", read_while_it_is_written)
    assert [row[3] for row in reader.read_new(4)] == [1.0, 3.0]
    assert [row[3] for row in reader.read_new(4)] == [2.0]


def test_a_live_journal_is_read_while_threads_write_it(tmp_path):
    """Values are what their step says, and nothing is twice or lost, whenever it is read."""
    journal = Journal(str(tmp_path))
    journal.add_name("m")
    journal.append(Point("m", 0, TIME, 0.0), 0)
    segment, reader, found = journal.segment, JournalReader(journal.stem), []

    def write():
        try:
            while True:
                stamp, place = segment.draw()
                RECORD.pack_into(segment.buffer, place, stamp * 1.5, TIME, stamp, 0, 0, 0, stamp)
        except StopIteration:
            pass

    threads = [threading.Thread(target=write) for _ in range(3)]
    for thread in threads:
        thread.start()
    while any(thread.is_alive() for thread in threads):
        found += reader.read_new(journal.end_slot)
    found += reader.read_new(journal.end_slot)
    assert sorted(row[1] for row in found) == [0, *range(3, 2049)]
    assert all(row[3] == row[1] * 1.5 for row in found)


# --- cutting -----------------------------------------------------------------------------------------------


def test_a_journal_is_cut_after_its_last_point(tmp_path):
    make_files(tmp_path, [make_record(2, 1.0), bytes(32), make_record(4, 3.0), bytes(32 * 3000)])
    child = HEADER + make_record(2, 9.0, time=TIME + 9) + bytes(320)
    (tmp_path / "metrics.1.journal").write_bytes(child)
    (tmp_path / "metrics.1.names").write_bytes(b'"m"\n')
    for _ in range(2):
        cut_journal(str(tmp_path))
        assert os.path.getsize(tmp_path / "metrics.journal") == 4 * RECORD_BYTES
    assert (tmp_path / "metrics.1.journal").read_bytes() == child  # which a living process may have mapped
    assert values_of(tmp_path) == [1.0, 3.0, 9.0]
    cut_journal(str(tmp_path / "gone"))


def test_reading_takes_constant_memory(tmp_path):
    import tracemalloc

    count = 200_000
    (tmp_path / "metrics.names").write_bytes(b'"m"\n')
    with open(tmp_path / "metrics.journal", "wb") as file:
        file.write(HEADER)
        file.writelines(make_record(stamp, stamp / 7, step=stamp) for stamp in range(2, count + 2))
    tracemalloc.start()
    try:
        assert sum(1 for _ in read_points(str(tmp_path))) == count
        assert tracemalloc.get_traced_memory()[1] < 2 << 20
    finally:
        tracemalloc.stop()
