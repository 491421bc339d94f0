"""Which paths are on file systems with a server, by the table of mounts."""

import os

import pytest

from sacred.folder.store import is_on_network, make_local_spool_base
from sacred.settings import SETTINGS
from sacred.support import mounts

TABLE = """\
22 1 8:1 / / rw,relatime shared:1 - ext4 /dev/sda1 rw
30 22 0:40 / /nfs rw - nfs4 server:/export rw
31 30 0:41 / /nfs/local rw - tmpfs tmpfs rw
32 22 0:42 / /with\\040space rw - fuse.sshfs a@b:/ rw
33 22 0:43 / /hidden rw - nfs server:/ rw
34 33 8:2 / /hidden rw - xfs /dev/sdb1 rw
"""


@pytest.fixture
def table(tmp_path, monkeypatch):
    path = tmp_path / "mountinfo"
    path.write_text(TABLE)
    monkeypatch.setattr(mounts, "_TABLE", str(path))
    mounts._read_mounts.cache_clear()
    yield path
    mounts._read_mounts.cache_clear()


@pytest.mark.parametrize(
    ("path", "expected"),
    [
        ("/", False),
        ("/home/me", False),
        ("/nfs", True),
        ("/nfs/me/runs", True),
        ("/nfsx", False),
        ("/nfs/local/runs", True),  # to get there is to ask the server
        ("/with space/runs", True),
        ("/hidden/runs", False),
        ("/home/../nfs/runs", True),
    ],
)
def test_the_nearest_mount_above_decides(table, path, expected):
    assert mounts.is_remote(path) == expected


def test_links_are_followed_but_not_on_a_file_system_with_a_server(table, tmp_path, monkeypatch):
    (tmp_path / "link").symlink_to("/nfs/me")
    (tmp_path / "two").symlink_to("link")
    (tmp_path / "circle").symlink_to("circle")
    asked, islink = [], os.path.islink
    monkeypatch.setattr(os.path, "islink", lambda path: asked.append(path) or islink(path))
    assert mounts.is_remote(str(tmp_path / "two" / "runs"))
    assert not any(path.startswith("/nfs") for path in asked)
    assert not mounts.is_remote(str(tmp_path / "circle"))


def test_without_a_table_nothing_is_remote(table):
    table.unlink()
    assert not mounts.is_remote("/nfs/runs")


def test_the_setting_and_the_variable_choose(table, monkeypatch):
    assert is_on_network("/nfs/runs")
    monkeypatch.setitem(SETTINGS, "NETWORK_FOLDERS", "none")
    assert not is_on_network("/nfs/runs")
    monkeypatch.setenv("SACRED_NETWORK_FOLDERS", "all")
    assert is_on_network("/home/runs")
    monkeypatch.setenv("SACRED_NETWORK_FOLDERS", "/scratch:/data/runs")
    found = [is_on_network(path) for path in ("/scratch/1", "/scratchy", "/data/runs", "/data", "/nfs/1")]
    assert found == [True, False, True, False, True]


def test_what_stands_in_front_is_on_a_local_file_system(table, tmp_path, monkeypatch):
    monkeypatch.setenv("SACRED_CACHE", str(tmp_path / "cache"))
    assert make_local_spool_base() == str(tmp_path / "cache" / "spool")
    monkeypatch.setenv("SACRED_CACHE", "/nfs/me/cache")
    monkeypatch.setenv("TMPDIR", str(tmp_path))
    monkeypatch.setattr("tempfile.tempdir", None)
    base = make_local_spool_base()
    assert base == str(tmp_path / f"sacred-{os.getuid()}" / "spool")
    assert os.stat(base).st_mode & 0o777 == 0o700
