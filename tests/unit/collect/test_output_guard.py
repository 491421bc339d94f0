import os
import random
from io import BufferedWriter, FileIO, TextIOWrapper

import pytest

from sacred.collect.output.guard import StreamGuard


@pytest.fixture
def descriptor():
    """Where nothing can be written."""
    descriptor = os.open("/dev/full", os.O_WRONLY)
    yield descriptor
    os.close(descriptor)


def make_leave(descriptor, path):
    def leave(error):
        told.append(error.strerror)
        target = os.open(path, os.O_WRONLY | os.O_CREAT | os.O_APPEND)
        os.dup2(target, descriptor)
        os.close(target)

    told = []
    return leave, told


@pytest.mark.parametrize("size", [1, 4096, 4097, 8192, 100_000])
@pytest.mark.parametrize("is_buffered", [True, False])
def test_what_a_file_does_not_take_is_written_once_elsewhere(tmp_path, descriptor, size, is_buffered):
    raw = FileIO(descriptor, "w", closefd=False)
    stream = TextIOWrapper(BufferedWriter(raw) if is_buffered else raw, encoding="utf-8")
    leave, told = make_leave(descriptor, tmp_path / "file")
    guard = StreamGuard([stream], leave)
    expected = ""
    for number in range(20):
        text = f"{number:05}" + "x" * size
        stream.write(text)
        expected += text
        if random.random() < 0.5:
            stream.flush()
    stream.flush()
    guard.end()
    assert (tmp_path / "file").read_text() == expected
    assert told == ["No space left on device"]
    assert stream.buffer.write.__self__ is stream.buffer  # as it was


def test_an_error_that_stays_is_the_writers(descriptor):
    stream = TextIOWrapper(BufferedWriter(FileIO(descriptor, "w", closefd=False)))
    told = []
    guard = StreamGuard([stream], told.append)
    with pytest.raises(OSError, match="No space left"):
        stream.write("x" * 100_000)
    guard.end()
    assert told
    null = os.open(os.devnull, os.O_WRONLY)
    os.dup2(null, descriptor)
    os.close(null)


def test_other_streams_are_left_alone():
    class Own:
        buffer = "mine"

    StreamGuard([Own(), None, object()], print).end()
