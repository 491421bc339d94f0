"""Modes ``sys`` and ``no``, and choosing a mode."""

import io
import os
import sys
import threading
from types import SimpleNamespace

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.collect.output import (
    TeeingStreamProxy,
    flush,
    get_stdcapturer,
    no_tee,
    tee_output_python,
)
from sacred.errors import SettingError
from sacred.settings import SETTINGS
from sacred.support import spool as module


def test_what_python_prints_is_captured_and_passed_on(capsys):
    with tee_output_python() as out:
        print("out")
        print("err", file=sys.stderr)
        sys.stdout.writelines(["a", "b\r\n"])
        assert out.get() == "out\nerr\nab\r\n"
        assert not out.closed
        print("last")
    assert out.closed
    assert (out.get(), out.get()) == ("last\n", "")
    assert capsys.readouterr() == ("out\nab\r\nlast\n", "err\n")


def test_streams_are_as_before_afterwards():
    before = sys.stdout, sys.stderr
    with pytest.raises(ZeroDivisionError), tee_output_python():
        assert 1 / int(not isinstance(sys.stdout, TeeingStreamProxy))
    assert (sys.stdout, sys.stderr) == before


def test_a_stream_of_the_users_own_is_left_in_place(monkeypatch):
    monkeypatch.setattr(sys, "stdout", sys.stdout)
    mine = io.StringIO()
    with tee_output_python():
        sys.stdout = mine
    assert sys.stdout is mine


def test_captures_in_each_other():
    before = sys.stdout
    with tee_output_python() as outer:
        print("a")
        with tee_output_python() as inner:
            print("b")
        print("c")
    assert (outer.get(), inner.get()) == ("a\nb\nc\n", "b\n")
    assert sys.stdout is before


def test_captures_that_end_in_another_order():
    before = sys.stdout
    first, second = tee_output_python(), tee_output_python()
    first_out, second_out = first.__enter__(), second.__enter__()
    first.__exit__(None, None, None)
    print("later")
    second.__exit__(None, None, None)
    assert sys.stdout is before
    assert (first_out.get(), second_out.get()) == ("", "later\n")


def test_who_keeps_the_stream_goes_on_writing(capsys):
    with tee_output_python() as out:
        kept = sys.stdout
    print("after", file=kept)
    kept.flush()
    assert out.get() == ""
    assert capsys.readouterr().out == "after\n"


def test_the_proxy_is_otherwise_the_stream():
    stream = io.StringIO("one\ntwo\n")
    proxy = TeeingStreamProxy(stream, io.StringIO())
    assert proxy.isatty() is False
    assert list(proxy) == ["one\n", "two\n"]
    assert proxy.write("abc") == 3
    with pytest.raises(AttributeError):
        _ = proxy.nonsense


def test_a_broken_copy_does_not_reach_the_writer():
    stream, copy = io.StringIO(), io.StringIO()
    proxy = TeeingStreamProxy(stream, copy)
    copy.close()
    proxy.write("text")
    assert stream.getvalue() == "text"


def test_missing_streams_are_left_missing(monkeypatch):
    monkeypatch.setattr(sys, "stderr", None)
    with tee_output_python() as out:
        print("text")
    assert sys.stderr is None
    assert out.get() == "text\n"


def test_threads_lose_nothing():
    def work():
        for _ in range(2000):
            sys.stdout.write("line\n")

    read = []
    with tee_output_python() as out:
        threads = [threading.Thread(target=work) for _ in range(4)]
        for thread in threads:
            thread.start()
        while any(thread.is_alive() for thread in threads):
            read.append(out.get())
        for thread in threads:
            thread.join()
    read.append(out.get())
    assert "".join(read) == "line\n" * 8000


@given(st.lists(st.one_of(st.text(max_size=20), st.none())))
def test_text_comes_back_equal(pieces):
    read, written = [], []
    with tee_output_python() as out:
        for piece in pieces:
            if piece is None:
                read.append(out.get())
            else:
                sys.stdout.write(piece)
                written.append(piece)
        read.append(out.get())
    assert "".join(read) == "".join(written)


def test_text_that_is_no_unicode_is_kept_readable(monkeypatch):
    monkeypatch.setattr(sys, "stdout", io.StringIO())
    with tee_output_python() as out:
        sys.stdout.write("a\udc80b")
    assert out.get() == "a\\udc80b"


def test_mode_no_captures_nothing(capsys):
    with no_tee() as out:
        print("text")
        out.flush()
        assert out.get() == ""
    assert out.closed
    assert out.get() == ""
    assert capsys.readouterr().out == "text\n"


def test_choosing_a_mode(monkeypatch):
    assert get_stdcapturer("sys") == ("sys", tee_output_python)
    assert get_stdcapturer("no") == ("no", no_tee)
    assert get_stdcapturer("fd") == ("sys", tee_output_python)  # pytest has replaced the streams
    monkeypatch.setitem(SETTINGS, "CAPTURE_MODE", "no")
    assert get_stdcapturer()[0] == "no"


@pytest.mark.parametrize("mode", ["df", "", 3])
def test_an_unknown_mode_is_an_error_that_names_the_modes(mode):
    with pytest.raises(SettingError, match=r"Unknown capture mode.*fd, no, sys"):
        get_stdcapturer(mode)


def test_flushing_survives_closed_streams(monkeypatch):
    closed = io.StringIO()
    closed.close()
    monkeypatch.setattr(sys, "stdout", closed)
    monkeypatch.setattr(sys, "stderr", None)
    flush()


def test_a_capture_that_has_ended_gives_its_text_once():
    with tee_output_python() as out:
        sys.stdout.write("x")
    out.finalize()
    assert (out.closed, out.get(), out.get()) == (True, "x", "")


class TestPlaceOfTheSpool:
    @pytest.fixture
    def places(self, tmp_path, monkeypatch):
        """Two folders for temporary files, and how much is free in each."""
        free = {}
        for name in ("TMPDIR", "TEMP", "TMP"):
            (tmp_path / name).mkdir()
            monkeypatch.setenv(name, str(tmp_path / name))
            free[str(tmp_path / name)] = 1 << 30

        def statvfs(folder):
            return SimpleNamespace(f_bavail=free.get(folder, 0) // 4096, f_frsize=4096)

        monkeypatch.setattr(os, "statvfs", statvfs)
        opened = []
        monkeypatch.setattr(module, "_open_unlinked_in", lambda folder: opened.append(folder) or 0)
        return SimpleNamespace(free=free, opened=opened, names=list(free))

    @pytest.mark.parametrize(("full", "chosen"), [((), 0), ((0,), 1), ((0, 1), 2), ((0, 1, 2), 0)])
    def test_a_folder_with_room_comes_first(self, places, full, chosen):
        for index in full:
            places.free[places.names[index]] = (16 << 20) - 4096
        module.open_unnamed(None)
        assert places.opened == [places.names[chosen]]
