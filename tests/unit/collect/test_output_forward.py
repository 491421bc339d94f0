"""Passing on what comes to a file: to files, pipes and terminals, quick ones and slow ones."""

import os
import threading
import time

import pytest

from sacred.collect.output import forward as module
from sacred.collect.output.forward import Forwarder
from sacred.support.spool import Spool


@pytest.fixture
def pipe():
    """Both ends of a pipe; the writing one is closed by the test."""
    reading, writing = os.pipe()
    yield reading, writing
    os.close(reading)


def test_a_pipe_that_is_full_is_waited_for_only_so_long(pipe):
    reading, writing = pipe
    spool = Spool()
    forwarder = Forwarder(spool, writing)
    spool.append(b"x" * 1_000_000)
    assert forwarder.forward(0.05) is False
    received = bytearray()

    def read():
        while len(received) < 1_000_000:
            received.extend(os.read(reading, 1 << 16))

    thread = threading.Thread(target=read)
    thread.start()
    assert forwarder.forward() is True
    thread.join()
    os.close(writing)
    assert bytes(received) == b"x" * 1_000_000


def test_a_pipe_without_a_reader_is_given_up():
    reading, writing = os.pipe()
    spool = Spool()
    forwarder = Forwarder(spool, writing)
    os.close(reading)
    spool.append(b"x")
    assert forwarder.forward() is True
    spool.append(b"y")
    assert forwarder.forward(0.05) is True
    os.close(writing)


def test_the_kernel_copies_or_we_do(tmp_path, monkeypatch):
    monkeypatch.delattr(os, "splice")
    monkeypatch.delattr(os, "sendfile")
    with open(tmp_path / "log", "wb") as file:
        spool = Spool()
        forwarder = Forwarder(spool, file.fileno())
        spool.append(b"x" * 3_000_000)
        assert forwarder.forward() is True
    assert (tmp_path / "log").stat().st_size == 3_000_000


@pytest.mark.parametrize("how", ["splice", "sendfile", "write"])
def test_a_file_that_is_emptied_meanwhile_ends_it_for_now(tmp_path, pipe, monkeypatch, how):
    if how == "write":
        monkeypatch.delattr(os, "sendfile")
    with open(tmp_path / "log", "wb") as file:
        spool = Spool()
        forwarder = Forwarder(spool, pipe[1] if how == "splice" else file.fileno())
        with monkeypatch.context() as patch:
            patch.setattr(forwarder._tail, "count", lambda: 10)
            assert forwarder.forward() is True
    os.close(pipe[1])


def test_a_flood_into_a_file_waits_a_little(tmp_path, monkeypatch):
    with open(tmp_path / "log", "wb") as file:
        spool = Spool()
        forwarder = Forwarder(spool, file.fileno())
        spool.append(b"few bytes\n")
        assert forwarder.forward(0.05) is True
        assert (tmp_path / "log").stat().st_size == 10
        spool.append(b"x" * module._BURST_BYTES)
        forwarder.forward(0.05)
        assert (tmp_path / "log").stat().st_size == 10
        monkeypatch.setattr(module, "_BURST_SECONDS", 0.01)
        time.sleep(0.05)
        forwarder.forward(0.05)
        assert (tmp_path / "log").stat().st_size == 10 + module._BURST_BYTES
        spool.append(b"x" * module._BURST_BYTES)
        forwarder.forward()
        assert (tmp_path / "log").stat().st_size == 10 + 2 * module._BURST_BYTES


def test_what_the_target_has_already_is_only_appended(tmp_path):
    with open(tmp_path / "log", "wb") as file:
        spool = Spool()
        forwarder = Forwarder(spool, file.fileno())
        spool.append(b"one ")
        forwarder.skip(b"two ")
        spool.append(b"three")
        forwarder.forward()
    assert (tmp_path / "log").read_bytes() == b"one three"
    assert os.pread(spool.descriptor, 100, 0) == b"one two three"
