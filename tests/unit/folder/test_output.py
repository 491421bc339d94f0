"""``cout.txt`` while a run lives and at its end: put together, filtered, read back."""

import gc
import os
import struct
import threading

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.folder.output import OutputFiles
from sacred.folder.output_reader import read_output
from sacred.support.spool import Spool
from sacred.support.text import apply_backspaces_and_linefeeds


@pytest.fixture
def folder(tmp_path):
    path = tmp_path / "1"
    path.mkdir()
    return path


def settle(output, spools, folder):
    """Do what a capture does."""
    for spool, path in zip(spools, output.settle(str(folder)), strict=False):
        spool.settle(path)


def list_names(folder):
    return sorted(path.name for path in folder.iterdir())


def say(folder, kind):
    name = apply_backspaces_and_linefeeds.__name__ if kind == "builtin" else kind
    text = f'"{name}"' if name else "null"
    (folder / "run.json").write_text(f'{{"status": "RUNNING", "recorder": {{"filter": {text}}}}}')


def test_one_file_is_the_output_itself(folder):
    spools = [Spool(str(folder))]
    output = OutputFiles(spools)
    spools[0].append(b"before\n")
    settle(output, spools, folder)
    spools[0].append(b"after\n")
    assert list_names(folder) == ["cout.txt"]
    assert (folder / "cout.txt").read_bytes() == b"before\nafter\n"
    assert output.read_text() == "before\nafter\n"
    assert output.finish() == output.finish() == 13
    spools[0].append(b"of a child that outlived it\n")
    assert output.read_text() == "before\nafter\n"
    assert (folder / "cout.txt").read_bytes().endswith(b"outlived it\n")


def test_two_files_are_put_together(folder):
    spools = [Spool(), Spool(), Spool()]
    output = OutputFiles(spools)
    spools[1].append(b"out\n")
    settle(output, spools, folder)
    assert list_names(folder) == ["cout.merge", "cout.txt", "stderr.raw", "stdout.raw"]
    spools[2].append(b"err\n")
    assert read_output(str(folder)) == b"out\nerr\n"  # also what is not yet put together
    assert output.pump()
    assert (folder / "cout.txt").read_bytes() == b"out\nerr\n"
    assert struct.unpack("<QQQ", (folder / "cout.merge").read_bytes()) == (4, 4, 8)
    spools[2].append(b"begun \xe2")
    assert output.finish() == 15
    assert list_names(folder) == ["cout.txt"]
    assert (folder / "cout.txt").read_bytes() == b"out\nerr\nbegun \xe2"
    assert output.read_text() == "out\nerr\nbegun \N{REPLACEMENT CHARACTER}"


@pytest.mark.parametrize("count", [1, 3])
def test_the_built_in_filter_shows_what_a_terminal_would(folder, count):
    spools = [Spool() for _ in range(count)]
    output = OutputFiles(spools, "builtin")
    spools[-1].append(b"start\n")
    assert output.read_text() == "start\n"
    settle(output, spools, folder)
    say(folder, "builtin")
    for percent in range(0, 101, 10):
        spools[-1].append(b"\r%d %%" % percent)
        output.pump()
        shown = f"start\n{percent} %"
        assert (folder / "cout.txt").read_text() == output.read_text() == shown
        assert read_output(str(folder)).decode() == shown
    spools[-1].append(b"\rdone\n\xe2")
    shown = "start\ndone%\n\N{REPLACEMENT CHARACTER}"
    assert output.finish() == len(shown.encode())
    assert (folder / "cout.txt").read_text() == output.read_text() == shown
    assert list_names(folder) == ["cout.txt", "run.json"]


def test_a_custom_filter_stores_nothing_unfiltered(folder):
    spools = [Spool(), Spool(), Spool()]
    output = OutputFiles(spools, "custom")
    settle(output, spools, folder)
    spools[1].append(b"secret \xe2")
    assert output.read_new() == "secret "
    assert output.read_new() == ""
    spools[1].append(b"\x82\xac\n")
    output.finish()
    assert output.read_new() == "\N{EURO SIGN}\n"
    assert output.read_new() == ""
    assert list_names(folder) == []


@pytest.mark.parametrize("kind", [None, "builtin"])
def test_a_run_within_a_run_has_a_range_of_its_output(tmp_path, kind):
    outer_folder, folder = tmp_path / "1", tmp_path / "2"
    outer_folder.mkdir()
    folder.mkdir()
    outer_spools, spools = [Spool()], [Spool()]
    outer = OutputFiles(outer_spools, kind)
    settle(outer, outer_spools, outer_folder)
    outer_spools[0].append(b"outer\n")
    output = OutputFiles(spools, kind, (outer.merged, 6))
    outer_spools[0].append(b"1\r2")
    settle(output, spools, folder)
    for path in (outer_folder, folder):
        say(path, kind)
    shown = "2" if kind else "1\r2"
    assert (folder / "cout.txt").read_bytes().decode() == output.read_text() == shown
    outer_spools[0].append(b"3\n")
    assert read_output(str(folder)).decode() == shown + "3\n"  # not yet copied
    assert output.finish() == len(shown) + 2
    assert list_names(folder) == ["cout.txt", "run.json"]
    outer_spools[0].append(b"outer again\n")
    assert output.read_text() == shown + "3\n"
    assert outer.read_text() == f"outer\n{shown}3\nouter again\n"


def test_nothing_is_captured(folder):
    output = OutputFiles([])
    assert output.merged is None
    assert output.settle(str(folder)) == []
    assert (output.pump(), output.read_text(), output.read_new(), output.finish()) == (True, "", "", 0)
    output.detach()
    assert output.read_text() == ""


@pytest.mark.parametrize("kind", [None, "builtin"])
def test_a_folder_that_cannot_be_written_leaves_all_where_it_was(tmp_path, folder, kind):
    spools = [Spool(), Spool(), Spool()]
    output = OutputFiles(spools, kind)
    spools[1].append(b"text\n")
    with pytest.raises(OSError, match="No such file"):
        output.settle(str(tmp_path / "missing"))
    if kind:
        (folder / "cout.txt").mkdir()
        with pytest.raises(OSError, match="Is a directory"):
            output.settle(str(folder))
        assert list_names(folder) == ["cout.txt"]
    output.pump()
    assert output.read_text() == "text\n"


def test_without_a_folder_a_filter_of_the_users_own_gets_all(folder):
    spools = [Spool()]
    output = OutputFiles(spools, "custom")
    spools[0].append(b"one\n")
    assert output.read_new() == "one\n"
    spools[0].append(b"two\n")
    output.finish()
    output.detach()
    assert output.read_new() == "two\n"
    assert output.read_new() == ""


@pytest.mark.parametrize("kind", [None, "builtin"])
@pytest.mark.parametrize("length", [10, 2_000_000])
@pytest.mark.parametrize("has_folder", [True, False])
def test_text_outlives_the_folder(folder, kind, length, has_folder):
    spools = [Spool()]
    output = OutputFiles(spools, kind)
    if has_folder:
        settle(output, spools, folder)
    spools[0].append(b"x" * length)
    output.finish()
    output.detach()
    for path in folder.iterdir():
        path.unlink()
    assert output.read_text() == "x" * length


def test_a_folder_that_somebody_removed_has_no_text(folder):
    spools = [Spool()]
    output = OutputFiles(spools)
    settle(output, spools, folder)
    spools[0].append(b"text\n")
    output.finish()
    (folder / "cout.txt").unlink()
    assert output.read_text() == ""


@pytest.mark.parametrize("kind", [None, "builtin"])
def test_a_run_that_is_over_holds_no_file(folder, kind):
    gc.collect()
    before = os.listdir("/proc/self/fd")
    spools = [Spool(), Spool(), Spool()]
    output = OutputFiles(spools, kind)
    settle(output, spools, folder)
    output.finish()
    del spools
    assert os.listdir("/proc/self/fd") == before
    assert output.read_text() == ""


@pytest.mark.parametrize("count", [1, 3])
def test_a_full_disk_costs_nothing_for_good(folder, count, monkeypatch):
    spools = [Spool() for _ in range(count)]
    output = OutputFiles(spools, "builtin")
    settle(output, spools, folder)
    spools[-1].append(b"one\n")

    def refuse(*args):
        raise OSError(28, "No space left on device")

    with monkeypatch.context() as patch:
        patch.setattr(os, "pwrite", refuse)
        assert output.pump() is False
        spools[-1].append(b"two\n")
        assert output.pump() is False
    assert output.pump() is True
    assert (folder / "cout.txt").read_text() == "one\ntwo\n"


@pytest.mark.parametrize("kind", [None, "builtin"])
def test_a_disk_that_is_full_at_the_end_leaves_the_rest_to_readers(folder, kind, monkeypatch):
    spools = [Spool(), Spool(), Spool()]
    output = OutputFiles(spools, kind)
    settle(output, spools, folder)
    say(folder, kind)
    spools[1].append(b"text\n")

    def refuse(*args):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(Spool, "append", refuse)
    assert output.finish() is None
    monkeypatch.undo()
    assert read_output(str(folder)) == b"text\n"


def test_many_threads_bring_it_up_to_date(folder):
    spools = [Spool(), Spool(), Spool()]
    output = OutputFiles(spools, "builtin")
    settle(output, spools, folder)

    def work(index):
        for number in range(200):
            spools[1 + index % 2].append(f"{index} {number}\n".encode())
            output.pump()

    threads = [threading.Thread(target=work, args=(index,)) for index in range(8)]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join()
    output.finish()
    lines = (folder / "cout.txt").read_text().splitlines()
    assert sorted(lines) == sorted(f"{index} {number}" for index in range(8) for number in range(200))
    for index in range(8):
        mine = [line for line in lines if line.startswith(f"{index} ")]
        assert mine == [f"{index} {number}" for number in range(200)]


@pytest.mark.filterwarnings("ignore:.*fork.*:DeprecationWarning")
def test_a_forked_child_reads_and_writes_nothing(folder):
    spools = [Spool(), Spool(), Spool()]
    output = OutputFiles(spools)
    settle(output, spools, folder)
    spools[1].append(b"new\n")
    with output._lock:  # as if another thread were at work
        child = os.fork()
        if child == 0:
            is_right = output.pump() and output.read_text() == ""
            os._exit(0 if is_right else 1)
    assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
    assert (folder / "cout.txt").read_bytes() == b""
    output.pump()
    assert (folder / "cout.txt").read_bytes() == b"new\n"


@given(st.lists(st.binary(max_size=8) | st.text("ab\r\b\n\u20ac", max_size=8).map(str.encode)), st.booleans())
def test_filtered_in_pieces_or_at_once(tmp_path_factory, pieces, is_late):
    folder = tmp_path_factory.mktemp("run")
    spools = [Spool()]
    output = OutputFiles(spools, "builtin")
    if not is_late:
        settle(output, spools, folder)
    for piece in pieces:
        spools[0].append(piece)
        output.pump()
    if is_late:
        settle(output, spools, folder)
    output.finish()
    raw = b"".join(pieces).decode("utf-8", "replace")
    assert (
        (folder / "cout.txt").read_bytes().decode()
        == apply_backspaces_and_linefeeds(raw)
        == output.read_text()
    )


def test_constant_memory(folder):
    import tracemalloc

    spools = [Spool(), Spool(), Spool()]
    output = OutputFiles(spools, "builtin")
    settle(output, spools, folder)
    piece = (b"x" * 99 + b"\n") * 10_000
    tracemalloc.start()
    for _ in range(50):
        spools[1].append(piece)
        spools[2].append(piece)
    output.pump()
    assert output.finish() == 100 * len(piece)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert peak < 16 << 20
