import os

from sacred.folder import layout, room


def test_room_is_taken_and_given_back(tmp_path):
    path = tmp_path / layout.ROOM
    room.take_room(str(tmp_path))
    assert path.stat().st_blocks * 512 >= 1 << 16
    room.give_room(str(tmp_path))
    assert not path.exists()
    room.give_room(str(tmp_path))


def test_where_there_is_none_nothing_is_left(tmp_path, monkeypatch):
    def refuse(*_):
        raise OSError(28, "No space left on device")

    monkeypatch.setattr(os, "posix_fallocate", refuse)
    room.take_room(str(tmp_path))
    room.take_room(str(tmp_path / "missing"))
    assert not list(tmp_path.iterdir())
