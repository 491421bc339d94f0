"""The output of runs that live, that ended, and that were killed at any moment; putting it together."""

import json
import os
import struct

import pytest

from sacred.folder import output_reader as module
from sacred.folder.output_reader import find_outer, read_output, read_output_part, recover_output

BUILTIN = "apply_backspaces_and_linefeeds"


@pytest.fixture
def make(tmp_path):
    """Make a run folder."""

    def make_run(name="1", recorder=None, **files):
        folder = tmp_path / name
        folder.mkdir(exist_ok=True)
        (folder / "run.json").write_text(json.dumps({"status": "RUNNING", "recorder": recorder or {}}))
        for key, content in files.items():
            (folder / key.replace("_", ".")).write_bytes(content)
        return folder

    return make_run


def merge(out, err, length):
    return struct.pack("<QQQ", out, err, length)


def list_names(folder):
    return sorted(path.name for path in folder.iterdir() if path.name != "run.json")


def two_targets(make, **more):
    """A run that was killed before the last lines were put together."""
    return make(
        cout_txt=b"a\nb\nput together, but not said so",
        cout_merge=merge(2, 2, 4),
        stdout_raw=b"a\nc\n",
        stderr_raw=b"b\nd\n",
        **more,
    )


def test_what_is_not_yet_put_together_is_read(make):
    assert read_output(two_targets(make)) == b"a\nb\nc\nd\n"


def test_it_is_put_together_once(make):
    folder = two_targets(make)
    assert recover_output(folder) == 8
    assert list_names(folder) == ["cout.txt"]
    assert (folder / "cout.txt").read_bytes() == read_output(folder) == b"a\nb\nc\nd\n"
    assert recover_output(folder) == 8
    assert read_output(folder) == b"a\nb\nc\nd\n"


def test_the_filter_is_applied(make):
    folder = make(recorder={"filter": BUILTIN}, cout_txt=b"1", cout_raw=b"1\r2\xff\n")
    shown = "2\N{REPLACEMENT CHARACTER}\n".encode()
    assert read_output(folder) == shown
    assert recover_output(folder) == 5
    assert list_names(folder) == ["cout.txt"]
    assert (folder / "cout.txt").read_bytes() == shown


def test_two_targets_and_the_filter(make):
    folder = make(
        recorder={"filter": BUILTIN},
        cout_txt=b"1",
        cout_raw=b"1and more",
        cout_merge=merge(1, 0, 1),
        stdout_raw=b"1\r2",
        stderr_raw=b"3\n",
    )
    assert read_output(folder) == b"23\n"
    assert recover_output(folder) == 3
    assert list_names(folder) == ["cout.txt"]
    assert read_output(folder) == b"23\n"


def test_a_run_within_a_run(make):
    outer = two_targets(make)
    where = json.dumps({"of": str(outer / "cout.txt"), "start": 2}).encode()
    folder = make("2", cout_txt=b"b\nc", cout_range=where)
    assert read_output(folder) == b"b\nc\nd\n"
    assert recover_output(folder) == 6
    assert list_names(folder) == ["cout.txt"]
    assert read_output(folder) == b"b\nc\nd\n"


def test_a_run_within_a_filtered_run(make):
    outer = make(recorder={"filter": BUILTIN}, cout_raw=b"outer\n1\r2\n")
    where = json.dumps({"of": str(outer / "cout.raw"), "start": 6}).encode()
    plain = make("2", cout_txt=b"1", cout_range=where)
    filtered = make("3", recorder={"filter": BUILTIN}, cout_txt=b"1", cout_raw=b"1", cout_range=where)
    assert (read_output(plain), read_output(filtered)) == (b"1\r2\n", b"2\n")
    assert (recover_output(plain), recover_output(filtered)) == (4, 2)
    assert recover_output(outer) == 8
    assert [read_output(folder) for folder in (outer, plain, filtered)] == [b"outer\n2\n", b"1\r2\n", b"2\n"]


def test_an_outer_run_that_is_gone_leaves_what_was_copied(make, tmp_path):
    where = json.dumps({"of": str(tmp_path / "gone" / "cout.txt"), "start": 2}).encode()
    folder = make("2", cout_txt=b"copied\n", cout_range=where)
    assert read_output(folder) == b"copied\n"
    assert recover_output(folder) == 7
    assert list_names(folder) == ["cout.txt"]


@pytest.mark.parametrize(
    "content", [b"", b"[]", b"{", b'{"of": 1, "start": 0}', b'{"of": "/etc/hosts", "start": 0}']
)
def test_a_range_that_is_none(make, content):
    folder = make(cout_txt=b"mine\n", cout_range=content)
    assert find_outer(folder) == (None, 0)
    assert read_output(folder) == b"mine\n"


def test_after_the_end_what_a_child_wrote_is_not_the_run_s(make):
    folder = make(recorder={"output_bytes": 4}, cout_txt=b"run\nchild\n")
    assert read_output(folder) == b"run\n"


def test_a_filter_of_the_users_own(make):
    folder = make(recorder={"filter": "custom"}, cout_txt=b"filtered\n")
    assert read_output(folder) == b"filtered\n"
    assert recover_output(folder) == 9


@pytest.mark.parametrize("files", [{}, {"cout_merge": b"short"}, {"cout_merge": merge(3, 3, 100)}])
def test_missing_and_damaged_files(make, files):
    folder = make(**files)
    assert read_output(folder) == b""
    assert recover_output(folder) == 0


def test_a_folder_of_another_time(make):
    folder = make(cout_txt=b"by 0.8\n")
    (folder / "run.json").write_text("{damaged")
    assert read_output(folder) == b"by 0.8\n"


class Killed(BaseException):
    """Stands for the end of the process."""


CALLS = ("unlink", "replace", "ftruncate", "fsync", "write")


@pytest.mark.parametrize("step", range(12))
def test_a_recovery_that_is_killed_can_be_started_again(make, monkeypatch, step):
    outer = make(
        recorder={"filter": BUILTIN},
        cout_raw=b"0\n1\r2\n",
        cout_txt=b"",
        cout_merge=merge(0, 0, 2),
        stdout_raw=b"1\r2\n",
    )
    where = json.dumps({"of": str(outer / "cout.raw"), "start": 2}).encode()
    inner = make("2", cout_txt=b"1", cout_range=where)
    count = iter(range(1000))

    def make_killer(original):
        def call(*args):
            if next(count) == step:
                raise Killed
            return original(*args)

        return call

    with monkeypatch.context() as patch:
        for name in CALLS:
            patch.setattr(os, name, make_killer(getattr(os, name)))
        try:
            recover_output(inner)
            recover_output(outer)
        except Killed:
            pass
    assert (read_output(inner), read_output(outer)) == (b"1\r2\n", b"0\n2\n")
    assert (recover_output(inner), recover_output(outer)) == (4, 4)
    assert (read_output(inner), read_output(outer)) == (b"1\r2\n", b"0\n2\n")
    assert [name for name in list_names(outer) + list_names(inner) if not name.endswith(".tmp")] == [
        "cout.txt"
    ] * 2


def test_a_run_that_ends_while_it_is_read_is_read_again(make, monkeypatch):
    folder = two_targets(make)
    read = module._iter_output

    def end_first(*args):
        if (folder / "cout.merge").exists():
            recover_output(folder)
            (folder / "cout.txt").write_bytes(b"whole\n")
            return iter([b"torn"])
        return read(*args)

    monkeypatch.setattr(module, "_iter_output", end_first)
    assert read_output(folder) == b"whole\n"


def test_much_is_recovered_in_constant_memory(make):
    import tracemalloc

    line = b"x" * 98 + b"\r\n"
    folder = make(
        recorder={"filter": BUILTIN},
        cout_merge=merge(0, 0, 0),
        stdout_raw=line * 300_000,
        stderr_raw=line * 300_000,
    )
    tracemalloc.start()
    size = recover_output(folder)
    peak = tracemalloc.get_traced_memory()[1]
    tracemalloc.stop()
    assert size == 99 * 600_000
    assert peak < 16 << 20


# --- a part of it ------------------------------------------------------------------------------------------


@pytest.mark.parametrize("state", ["ended", "merging", "raw", "filtered", "old", "custom"])
def test_a_part_is_that_of_the_whole(make, state):
    states = {
        "ended": lambda: make(recorder={"output_bytes": 7}, cout_txt=b"0123456789"),
        "merging": lambda: two_targets(make),
        "raw": lambda: make(recorder={}, cout_raw=b"from the raw file", cout_txt=b"other"),
        "filtered": lambda: make(recorder={"filter": BUILTIN}, cout_raw=b"a\rb\nc\bd\n"),
        "old": lambda: make(cout_txt="größer".encode()),
        "custom": lambda: make(recorder={"filter": "custom"}, cout_txt=b"filtered", cout_raw=b"no"),
    }
    folder = str(states[state]())
    whole = read_output(folder)
    assert whole
    for start in range(len(whole) + 2):
        assert read_output_part(folder, start, None) == whole[start:]
        for stop in range(len(whole) + 2):
            assert read_output_part(folder, start, stop) == whole[start:stop]


def test_a_part_before_the_start(make):
    folder = str(make(cout_txt=b"abc"))
    assert read_output_part(folder, -2, 1) == b"a"
    assert read_output_part(folder, 5, 2) == b""
