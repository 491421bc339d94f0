"""Checksums are worked out beside the user's code, and nothing of them is lost or waited for in vain."""

import hashlib
import os
import threading

import pytest

from sacred.folder import checksums
from sacred.folder.checksums import Checksums


@pytest.fixture
def path(tmp_path):
    (tmp_path / "file").write_bytes(b"content" * 1000)
    return str(tmp_path / "file")


@pytest.fixture
def digest(path):
    with open(path, "rb") as file:
        return hashlib.sha256(file.read()).hexdigest()


@pytest.fixture
def beside(monkeypatch):
    """All files count as large."""
    monkeypatch.setattr(checksums, "AT_ONCE_BYTES", 0)


def test_a_small_one_is_there_at_once(path, digest):
    found = []
    Checksums().request(path, found.append)
    assert found == [digest]


@pytest.mark.usefixtures("beside")
class TestLargeFiles:
    def test_are_told_when_somebody_asks_in_that_thread(self, path, digest):
        found = []
        worker = Checksums()
        worker.request(path, lambda text: found.append((text, threading.current_thread())))
        worker.wait()
        assert found == []
        assert worker.collect()
        assert found == [(digest, threading.main_thread())]
        assert not worker.collect()

    def test_many(self, tmp_path):
        worker = Checksums()
        found = {}
        for number in range(50):
            (tmp_path / str(number)).write_bytes(b"%d" % number)
            worker.request(
                str(tmp_path / str(number)), lambda text, number=number: found.update({number: text})
            )
        worker.wait()
        worker.collect()
        assert found == {number: hashlib.sha256(b"%d" % number).hexdigest() for number in range(50)}

    def test_that_got_another_name_meanwhile(self, path, digest, monkeypatch):
        found, may_read = [], threading.Event()
        real = Checksums._work_out

        def work_out_later(self, job):
            may_read.wait(60)
            real(self, job)

        monkeypatch.setattr(Checksums, "_work_out", work_out_later)
        worker = Checksums()
        worker.request(path, found.append)
        os.rename(path, f"{path}.moved")
        with open(path, "wb") as file:
            file.write(b"something else")
        may_read.set()
        worker.wait()
        worker.collect()
        assert found == [digest]

    def test_that_can_not_be_read(self, path, digest, tmp_path):
        found = []
        worker = Checksums()
        os.mkfifo(tmp_path / "pipe")
        for name in (str(tmp_path / "nowhere"), str(tmp_path / "pipe"), str(tmp_path), "\0", path):
            worker.request(name, found.append)
        worker.wait()
        worker.collect()
        assert found == [digest]

    def test_a_disk_that_stands_still_is_not_waited_for(self, path, monkeypatch):
        monkeypatch.setattr(checksums, "_STANDSTILL_SECONDS", 0.2)
        may_end = threading.Event()

        def stand_still(_self, job):
            with job.file:
                may_end.wait(60)

        monkeypatch.setattr(Checksums, "_work_out", stand_still)
        worker = Checksums()
        worker.request(path, print)
        worker.wait()
        assert worker._thread.is_alive()
        may_end.set()
        worker._thread.join(60)

    def test_a_forked_child_works_out_its_own(self, path, digest):
        worker = Checksums()
        worker._lock.acquire()  # as if another thread had it just now
        child = os.fork()
        if child == 0:
            found = []
            worker.request(path, found.append)
            worker.wait()
            os._exit(int(found != [digest]))
        worker._lock.release()
        assert os.waitstatus_to_exitcode(os.waitpid(child, 0)[1]) == 0
