"""Writing the metrics journal: every byte of its files, segments, closing, what can't be written."""

import errno
import json
import mmap
import os
import struct
import threading

import pytest

from sacred.folder import journal as journal_module
from sacred.folder import journal_files
from sacred.folder.journal import NOWHERE, RECORD_BYTES, Journal, Point, Segment
from sacred.folder.journal_files import remove_journals
from sacred.folder.journal_reader import read_points

TIME = 1_700_000_000.25


@pytest.fixture(params=["mapped", "written"])
def any_mode(request, monkeypatch):
    """Once as a memory map, once as where a map can't be trusted."""
    if request.param == "written":
        monkeypatch.setattr(journal_module, "can_map", lambda _folder: False)
    return request.param


def write(folder, *points, close=True, **options):
    journal = Journal(str(folder), **options)
    numbers = {}
    for point in points:
        if point.name not in numbers:
            numbers[point.name] = journal.add_name(point.name)
        journal.append(point, numbers[point.name])
    if close:
        journal.close()
    return journal


def floats(count, name="m"):
    return [Point(name, step, TIME + step, step / 3) for step in range(count)]


def unpack(folder, form="<qdiHBBQ", name="metrics.journal"):
    return list(struct.iter_unpack(form, (folder / name).read_bytes()[RECORD_BYTES:]))


# --- the format --------------------------------------------------------------------------------------------


def test_the_bytes_are_those_of_the_format(tmp_path, any_mode):
    write(
        tmp_path,
        Point("loss", 3, TIME, 0.5),
        Point("ä\n", -1, TIME, -7),
        Point("loss", 4, TIME, True),
        Point("loss", 5, TIME, "odd"),
    )
    side = b'{"metric": "loss", "step": 5, "value": "odd"}\n'
    assert (tmp_path / "metrics.journal").read_bytes() == b"".join(
        [
            b"sacred-metrics\0" + b"\x01" + bytes(16),
            struct.pack("<ddiHBBQ", 0.5, TIME, 3, 0, 0, 0, 2),
            struct.pack("<qdiHBBQ", -7, TIME, -1, 1, 1, 0, 3),
            struct.pack("<qdiHBBQ", 1, TIME, 4, 0, 2, 0, 4),
            struct.pack("<qdiHBBQ", 0, TIME, 0, 0, 3, 0, 5),
        ]
    )
    assert (tmp_path / "metrics.names").read_bytes() == b'"loss"\n"\\u00e4\\n"\n'
    assert (tmp_path / "metrics.side").read_bytes() == side


def test_the_side_file_is_only_there_for_odd_values(tmp_path):
    write(tmp_path, *floats(1))
    assert sorted(os.listdir(tmp_path)) == ["metrics.journal", "metrics.names"]


@pytest.mark.parametrize(
    ("step", "value"),
    [
        (0, 2**63),
        (0, -(2**63) - 1),
        (2**31, 1),
        (-(2**31) - 1, 1.0),
        (0.5, 1.0),
        ("epoch", 1),
        (None, 1),
        (0, None),
        (0, "text"),
        (0, [1, {"a": [None, True]}]),
    ],
)
def test_what_a_record_has_no_room_for_goes_aside(tmp_path, any_mode, step, value):
    write(tmp_path, Point("m", step, TIME, value))
    assert unpack(tmp_path)[0][4] == 3
    assert list(read_points(str(tmp_path))) == [Point("m", step, TIME, value)]


@pytest.mark.parametrize("value", [2**63 - 1, -(2**63), 0, -1, 0.0, -0.0, 5e-324, float("inf"), False])
def test_the_extremes_that_a_record_holds(tmp_path, value):
    points = [Point("m", step, TIME, value) for step in (2**31 - 1, -(2**31))]
    write(tmp_path, *points)
    assert not (tmp_path / "metrics.side").exists()
    assert repr(list(read_points(str(tmp_path)))) == repr(points)


def test_metrics_beyond_the_last_number_go_aside(tmp_path):
    journal = Journal(str(tmp_path))
    journal.append(Point("last", 0, TIME, 1.0), 0xFFFF)
    journal.append(Point("beyond", 0, TIME, 2.0), 0x10000)
    journal.close()
    assert [fields[3:5] for fields in unpack(tmp_path)] == [(0xFFFF, 0), (0, 3)]
    assert [point.name for point in read_points(str(tmp_path))] == ["beyond"]  # the other has no name


class Secret:
    def __repr__(self):
        return "<secret>"


def test_what_json_cannot_hold_is_kept_as_type_and_repr(tmp_path):
    write(tmp_path, Point("m", 0, TIME, Secret()), Point("m", 1, TIME, 10**5000))
    first, second = read_points(str(tmp_path))
    assert first.value["py/repr"] == "<secret>"
    assert second.value["py/type"] == "int"  # Python does not write so many digits


# --- segments ----------------------------------------------------------------------------------------------


def test_a_live_journal_is_longer_than_its_points_and_an_ended_one_is_not(tmp_path):
    journal = write(tmp_path, *floats(3), close=False)
    assert os.path.getsize(tmp_path / "metrics.journal") == 1 << 16
    assert [point.step for point in read_points(str(tmp_path))] == [0, 1, 2]
    journal.close()
    assert os.path.getsize(tmp_path / "metrics.journal") == 4 * RECORD_BYTES
    assert journal.end_slot == 4


def test_blocks_are_reserved_so_that_a_full_disk_kills_nobody(tmp_path):
    write(tmp_path, *floats(1), close=False)
    assert os.stat(tmp_path / "metrics.journal").st_blocks * 512 >= 1 << 16


def test_segments_grow_to_four_mebibytes(tmp_path):
    journal = write(tmp_path, *floats(1), close=False)
    sizes = []
    for size in (1 << 16, 1 << 18, 1 << 20, 1 << 22, 1 << 22):
        sizes.append(len(journal.segment.buffer))
        assert sizes[-1] == size
        journal.segment.exhaust()
        journal.append(Point("m", 1, TIME, 1.0), 0)
    assert os.path.getsize(tmp_path / "metrics.journal") == sum(sizes) + (1 << 22)


def test_points_go_on_in_the_next_segment(tmp_path, any_mode):
    count = 12_000  # over the first segment of 2,048 records and the second of 8,192
    write(tmp_path, *floats(count))
    assert list(read_points(str(tmp_path))) == floats(count)
    assert [fields[-1] for fields in unpack(tmp_path)] == list(range(2, count + 2))


def test_the_next_segment_is_prepared_when_half_of_one_is_used(tmp_path):
    journal = write(tmp_path, *floats(1000), close=False)
    journal.prepare()
    assert os.path.getsize(tmp_path / "metrics.journal") == 1 << 16
    for point in floats(100):
        journal.append(point, 0)
    journal.prepare()
    journal.prepare()
    prepared = os.path.getsize(tmp_path / "metrics.journal")
    assert prepared == (1 << 16) + (1 << 18)
    for point in floats(5000):
        journal.append(point, 0)
    assert os.path.getsize(tmp_path / "metrics.journal") == prepared
    journal.close()
    assert list(read_points(str(tmp_path))) == floats(1000) + floats(100) + floats(5000)


def test_a_prepared_segment_that_was_not_needed_is_cut_off(tmp_path):
    journal = write(tmp_path, *floats(2000), close=False)
    journal.prepare()
    journal.close()
    assert os.path.getsize(tmp_path / "metrics.journal") == 2001 * RECORD_BYTES


def test_who_holds_a_full_segment_can_still_write_to_it(tmp_path):
    journal = write(tmp_path, *floats(1), close=False)
    segment = journal.segment
    stamp, place = segment.draw()
    segment.exhaust()
    journal.append(Point("m", 2, TIME, 2.0), 0)
    assert journal.segment is not segment
    journal.close()
    struct.pack_into("<ddiHBBQ", segment.buffer, place, 1.0, TIME, 1, 0, 0, 0, stamp)
    assert [point.value for point in read_points(str(tmp_path))] == [0.0, 1.0, 2.0]


def test_who_drew_a_record_before_the_end_writes_within_the_file(tmp_path):
    journal = write(tmp_path, *floats(2), close=False)
    segment = journal.segment
    for _ in range(500):  # to the next page: to touch it beyond the end of the file would kill the process
        stamp, place = segment.draw()
    journal.close()
    struct.pack_into("<ddiHBBQ", segment.buffer, place, 9.0, TIME, 2, 0, 0, 0, stamp)
    assert [point.value for point in read_points(str(tmp_path))] == [0.0, 1 / 3, 9.0]


def test_after_the_end_nobody_draws_a_record(tmp_path):
    journal = write(tmp_path, *floats(2), close=False)
    segment = journal.segment
    journal.close()
    with pytest.raises(StopIteration):
        segment.draw()


def test_threads_draw_every_stamp_once():
    segment = Segment(mmap.mmap(-1, 1 << 20), 5)
    drawn = [[] for _ in range(8)]

    def draw(mine):
        try:
            while True:
                mine.append(segment.draw())
        except StopIteration:
            pass

    threads = [threading.Thread(target=draw, args=(mine,)) for mine in drawn]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    everything = sorted(pair for mine in drawn for pair in mine)
    assert everything == [(5 + number, number * RECORD_BYTES) for number in range(1 << 15)]


def test_an_exhausted_segment_tells_how_far_it_was_used():
    segment = Segment(bytearray(64 * RECORD_BYTES), 2)
    for _ in range(10):
        segment.draw()
    assert segment.next_stamp == 12
    assert segment.exhaust() == 12
    with pytest.raises(StopIteration):
        segment.draw()
    with pytest.raises(StopIteration):
        NOWHERE.draw()


# --- which files -------------------------------------------------------------------------------------------


def test_a_child_takes_a_number_after_those_that_are_taken(tmp_path):
    (tmp_path / "metrics.2.journal").touch()
    stems = [os.path.basename(write(tmp_path, *floats(1), is_child=True).stem) for _ in range(2)]
    assert stems == ["metrics.3", "metrics.4"]
    assert os.path.basename(write(tmp_path, *floats(1)).stem) == "metrics"
    assert (tmp_path / "metrics.3.names").exists()


def test_two_in_one_folder_do_not_harm_each_other(tmp_path):
    first = write(tmp_path, *floats(2, "first"), close=False)
    write(tmp_path, *floats(2, "second"))
    first.append(Point("first", 2, TIME + 2, 2 / 3), 0)
    first.close()
    points = list(read_points(str(tmp_path)))
    assert [point for point in points if point.name == "first"] == floats(3, "first")
    assert [point for point in points if point.name == "second"] == floats(2, "second")


def test_what_is_left_of_an_earlier_run_is_removed_and_its_maps_stay_alive(tmp_path):
    old = write(tmp_path, *floats(5), Point("m", 5, TIME, "odd"), close=False)
    write(tmp_path, *floats(5), is_child=True)
    write(tmp_path, *floats(1), prefix="system")
    (tmp_path / "metrics.json").write_text("{}")
    remove_journals(str(tmp_path))
    old.append(Point("m", 9, TIME, 9.0), 0)  # would be SIGBUS if the file had been emptied
    assert sorted(os.listdir(tmp_path)) == ["metrics.json", "system.journal", "system.names"]
    remove_journals(str(tmp_path / "gone"))


def test_files_have_the_mode_that_open_gives(tmp_path):
    before = os.umask(0o027)
    try:
        write(tmp_path, Point("m", 0, TIME, "odd"))
    finally:
        os.umask(before)
    assert {os.stat(tmp_path / name).st_mode & 0o777 for name in os.listdir(tmp_path)} == {0o640}


def test_another_prefix_is_another_journal(tmp_path):
    write(tmp_path, *floats(2))
    write(tmp_path, Point("cpu", 0, TIME, 0.5), prefix="system")
    assert [point.name for point in read_points(str(tmp_path), "system")] == ["cpu"]
    assert [point.name for point in read_points(str(tmp_path))] == ["m", "m"]


# --- what can't be written ---------------------------------------------------------------------------------


def test_no_folder_no_files(tmp_path):
    with pytest.raises(FileNotFoundError):
        Journal(str(tmp_path / "gone"))


def fail_once(monkeypatch, module, name, written=0):
    """Let a function of os fail with a full disk the next time, after a part of the bytes."""
    real = getattr(os, name)

    def fail(descriptor, *arguments):
        monkeypatch.setattr(module.os, name, real)
        if written:
            real(descriptor, bytes(arguments[0][:written]), arguments[1])
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(module.os, name, fail)


@pytest.mark.parametrize("failing", ["names", "side", "journal"])
def test_a_point_that_failed_halfway_can_be_tried_again(tmp_path, monkeypatch, failing):
    monkeypatch.setattr(journal_module, "can_map", lambda _folder: False)
    journal = write(tmp_path, *floats(2, "a"), close=False)
    value = "odd" if failing == "side" else 2.0
    point = Point("bb", 0, TIME, value)

    def attempt():
        journal.append(point, journal.add_name("bb"))

    fail_once(monkeypatch, journal_files, "pwrite", written=5)
    with pytest.raises(OSError, match="No space"):
        attempt() if failing == "names" else journal.append(point, 1)
    journal.append(point, 1 if failing != "names" else journal.add_name("bb"))
    if failing != "names":
        journal.add_name("bb")
    journal.close()
    assert list(read_points(str(tmp_path))) == [*floats(2, "a"), point]
    assert [json.loads(line) for line in (tmp_path / "metrics.names").read_text().splitlines()] == ["a", "bb"]


def test_a_journal_that_has_no_room_for_a_large_segment_takes_a_small_one(tmp_path, monkeypatch):
    journal = write(tmp_path, *floats(3000), close=False)
    journal.segment.exhaust()
    fail_once(monkeypatch, journal_module, "posix_fallocate")
    before = os.path.getsize(tmp_path / "metrics.journal")
    journal.append(Point("m", 1, TIME, 1.0), 0)
    assert os.path.getsize(tmp_path / "metrics.journal") == before + (1 << 16)


def test_a_header_that_can_not_be_written_leaves_no_file(tmp_path, monkeypatch):
    fail_once(monkeypatch, journal_files, "pwrite", written=7)
    with pytest.raises(OSError, match="No space"):
        Journal(str(tmp_path), is_child=True)
    assert os.listdir(tmp_path) == []


# --- where it can be a map ---------------------------------------------------------------------------------


def test_only_file_systems_that_are_known_to_be_good_are_mapped(tmp_path, monkeypatch):
    for kind in ("ext4", "xfs", "tmpfs", "overlay", "nfs4", "btrfs", "fuse.sshfs", "9p", None):
        monkeypatch.setattr(journal_files, "find_type", lambda _device, kind=kind: kind)
        assert journal_files.can_map(str(tmp_path)) == (kind in {"ext4", "xfs", "tmpfs", "overlay"})
    assert not journal_files.can_map(str(tmp_path / "gone"))


def test_the_type_of_a_file_system_is_found_by_its_device():
    assert journal_files.find_type(os.stat("/proc").st_dev) == "proc"
    assert journal_files.find_type(os.makedev(4095, 4095)) is None


def test_without_a_map_each_record_is_in_the_file_at_once(tmp_path, monkeypatch):
    monkeypatch.setattr(journal_module, "can_map", lambda _folder: False)
    journal = write(tmp_path, *floats(2), close=False)
    assert journal.segment is NOWHERE
    assert os.path.getsize(tmp_path / "metrics.journal") == 3 * RECORD_BYTES
    assert list(read_points(str(tmp_path))) == floats(2)


def test_a_closed_journal_holds_no_descriptor(tmp_path, any_mode):
    before = os.listdir("/proc/self/fd")
    journal = write(tmp_path, *floats(3), Point("m", 4, TIME, "odd"))
    journal.sync()
    journal.close()
    assert os.listdir("/proc/self/fd") == before
