"""Copies that follow their files, and the notes and waiting around them."""

import errno
import os
import threading

import pytest

from sacred.errors import StoreError
from sacred.folder import mirror as mirror_module
from sacred.folder import server
from sacred.folder.bring_over import bring_over
from sacred.folder.front import find_front, make_front
from sacred.folder.journal import RECORD_BYTES, Journal, Point
from sacred.folder.journal_reader import read_points
from sacred.folder.mirror import Mirror
from sacred.folder.mirror_files import Document, FileOfLines, GrowingFile, JournalCopy
from sacred.folder.takeover import Copier


def ignore():
    pass


@pytest.fixture
def folders(tmp_path):
    source, target = tmp_path / "source", tmp_path / "target"
    source.mkdir()
    target.mkdir()
    return source, target


def copy_of(kind, folders, name="file"):
    return kind(str(folders[0] / name), str(folders[1] / name), ignore)


@pytest.mark.parametrize("kind", [Document, GrowingFile, FileOfLines])
def test_a_copy_follows_its_file_whatever_becomes_of_either(folders, kind):
    source, target = (folder / "file" for folder in folders)
    copy = copy_of(kind, folders)
    copy.update()
    assert not target.exists()
    for text in ("", "a\n", "a\nb", "a\nb\nc\n"):
        source.write_text(text)
        copy.update()
        assert target.read_text() == text
    target.unlink()
    with source.open("a") as file:
        file.write("d\n")
    copy.update()
    assert target.read_text() == "a\nb\nc\nd\n"
    source.write_text("x")
    copy.update()
    assert target.read_text() == "x"
    target.unlink()
    copy.update(is_last=True)
    assert target.read_text() == "x"
    source.unlink()
    copy.update(is_last=True)
    assert target.read_text() == "x"


def test_what_grows_is_not_copied_again(folders):
    source, target = (folder / "file" for folder in folders)
    copy = copy_of(GrowingFile, folders)
    source.write_text("first")
    copy.update()
    target.write_text("FIRST")
    with source.open("a") as file:
        file.write(" second")
    copy.update()
    assert target.read_text() == "FIRST second"


def test_the_last_line_may_change(folders):
    source, target = (folder / "file" for folder in folders)
    copy = copy_of(FileOfLines, folders)
    source.write_text("done\n50 %, a while")
    copy.update()
    with source.open("r+") as file:
        file.seek(5)
        file.write("99 %\nend")
        file.truncate()
    copy.update()
    assert target.read_text() == "done\n99 %\nend"


def test_what_could_not_be_written_is_written_by_the_next_call(folders, monkeypatch):
    source, target = (folder / "file" for folder in folders)
    copy = copy_of(GrowingFile, folders)
    source.write_text("first")
    copy.update()
    with source.open("a") as file:
        file.write(" second")

    def fail(_descriptor):
        raise OSError(errno.EDQUOT, "as some servers say only then")

    with monkeypatch.context() as patch:
        close = os.close
        patch.setattr(os, "close", lambda descriptor: (close(descriptor), fail(descriptor)))
        with pytest.raises(OSError, match="only then"):
            copy.update()
    target.write_text("first")
    copy.update()
    assert target.read_text() == "first second"


def log(journal, *values, name="loss"):
    number = journal.add_name(name)
    for step, value in enumerate(values):
        journal.append(Point(name, step, 1e9 + step, value), number)


def values_in(folder):
    return [point.value for point in read_points(str(folder))]


def test_of_a_journal_the_valid_records_are_copied_and_late_ones_later(folders):
    source, target = folders
    journal = Journal(str(source))
    log(journal, 0.0, 1.0, "text")
    copy = copy_of(JournalCopy, folders, "metrics")
    stamp, place = journal.segment.draw()  # by a thread that is interrupted before it writes
    slot = journal.segment.buffer[place : place + RECORD_BYTES]
    log(journal, 3.0, name="late")
    copy.update()
    assert values_in(target) == values_in(source) == [0.0, 1.0, "text", 3.0]
    size = (target / "metrics.journal").stat().st_size
    copy.update()
    assert (target / "metrics.journal").stat().st_size == size < (source / "metrics.journal").stat().st_size
    assert slot == bytes(RECORD_BYTES)
    record = bytearray(journal.segment.buffer[place + RECORD_BYTES : place + 2 * RECORD_BYTES])
    record[24:] = stamp.to_bytes(8, "little")
    journal.segment.buffer[place : place + RECORD_BYTES] = bytes(record)
    copy.update()
    assert sorted(map(str, values_in(target))) == ["0.0", "1.0", "3.0", "3.0", "text"]


def test_a_journal_that_somebody_cut_or_removed_is_copied_again(folders):
    source, target = folders
    journal = Journal(str(source))
    log(journal, 0.0, 1.0)
    copy = copy_of(JournalCopy, folders, "metrics")
    copy.update()
    os.truncate(target / "metrics.journal", RECORD_BYTES)
    copy.update(is_last=True)
    assert values_in(target) == [0.0, 1.0]
    for path in target.iterdir():
        path.unlink()
    log(journal, 2.0, name="other")
    with pytest.raises(OSError, match="cut or removed"):
        copy.update()
    copy.update()
    assert values_in(target) == [0.0, 1.0, 2.0]


def test_one_file_that_fails_keeps_no_other_from_being_copied(folders):
    source, target = folders
    for name in ("cout.txt", "config.json", "run.json"):
        (source / name).write_text(name)
    (target / "config.json").mkdir()
    copier = Copier(str(source), str(target))
    with pytest.raises(IsADirectoryError):
        copier.copy()
    assert (target / "cout.txt").read_text() == "cout.txt"
    assert (target / "run.json").read_text() == "run.json"


def test_a_mirror_that_can_t_go_on_is_waited_for_no_longer_than_said(tmp_path, monkeypatch, caplog):
    monkeypatch.setattr(mirror_module, "PATIENCE_SECONDS", 0.1)
    monkeypatch.setattr(mirror_module, "_LESS_PATIENCE_SECONDS", 0.1)
    run, base = tmp_path / "run", tmp_path / "base"
    run.mkdir()
    base.mkdir()
    mirror = Mirror(str(run), str(base))
    hangs, goes_on = threading.Event(), threading.Event()

    def copy(_is_last):
        hangs.set()
        goes_on.wait()

    monkeypatch.setattr(mirror._copier, "copy", copy)
    mirror.start()
    hangs.wait()
    assert not mirror.flush()
    assert not mirror.finish()
    assert "does not answer" in caplog.text
    assert find_front(str(run)) == mirror.front
    goes_on.set()
    mirror._thread.join()
    assert find_front(str(run)) is None
    assert not os.path.exists(mirror.front)


def test_bringing_over_can_be_done_again_when_it_was_killed(tmp_path, monkeypatch):
    run, base = tmp_path / "run", tmp_path / "base"
    run.mkdir()
    base.mkdir()
    front = make_front(str(run), str(base))
    for name, text in (("run.json", '{"status": "RUNNING"}'), ("run.lock", '{"boot_id": "of another boot"}')):
        with open(os.path.join(front, name), "w", encoding="utf-8") as file:
            file.write(text)
    with monkeypatch.context() as patch:
        patch.setattr("sacred.folder.bring_over.remove_front", lambda *_: 1 / 0)
        with pytest.raises(ZeroDivisionError):
            bring_over(str(run))
    assert find_front(str(run)) == front
    bring_over(str(run))
    assert sorted(os.listdir(run)) == ["run.json", "run.lock"]
    assert not os.path.exists(front)
    bring_over(str(run))


def test_a_front_that_nobody_holds_yet_is_left_alone(tmp_path):
    (tmp_path / "run").mkdir()
    front = make_front(str(tmp_path / "run"), str(tmp_path))
    bring_over(str(tmp_path / "run"))
    assert find_front(str(tmp_path / "run")) == front


def test_a_run_waits_for_a_server_and_then_gives_up(monkeypatch, caplog):
    monkeypatch.setattr(server, "_QUIET_SECONDS", 0.01)
    monkeypatch.setattr(server, "START_SECONDS", 0.05)
    server.await_server("/")
    assert not caplog.text
    answers = threading.Event()
    monkeypatch.setattr(os.path, "exists", lambda _: answers.wait())
    with pytest.raises(StoreError, match="does not answer"):
        server.await_server("/remote")
    answers.set()
    assert "The file system of /remote does not answer" in caplog.text
