"""Where runs go that nobody gave a place."""

import os
import stat
import tempfile

import pytest

from sacred.folder.store import (
    find_cache_folder,
    find_default_store,
    is_store_named,
    make_spool_base,
    make_spool_name,
    prepare_store,
)
from sacred.settings import SETTINGS


@pytest.fixture(autouse=True)
def environment(monkeypatch, tmp_path):
    """An empty working folder, and a home of its own."""
    for name in ("SACRED_STORE", "SACRED_CACHE", "XDG_CACHE_HOME"):
        monkeypatch.delenv(name, raising=False)
    (tmp_path / "home").mkdir()
    (tmp_path / "work" / "deep").mkdir(parents=True)
    monkeypatch.setenv("HOME", str(tmp_path / "home"))
    monkeypatch.chdir(tmp_path / "work" / "deep")


@pytest.fixture
def outside_pytest(monkeypatch):
    """Return a function that makes it so; pytest sets its variable again when a test begins."""
    return lambda: monkeypatch.delenv("PYTEST_CURRENT_TEST")


class TestTheDefaultStore:
    def test_is_in_the_working_folder(self, tmp_path, outside_pytest):
        outside_pytest()
        assert find_default_store() == str(tmp_path / "work" / "deep" / ".sacred")
        assert find_default_store(str(tmp_path)) == str(tmp_path / ".sacred")
        assert not (tmp_path / ".sacred").exists()
        assert not is_store_named()

    @pytest.mark.parametrize("kind", ["folder", "file"])  # a worktree or submodule has a file
    def test_is_at_the_root_of_the_repository(self, tmp_path, kind, outside_pytest):
        outside_pytest()
        git = tmp_path / "work" / ".git"
        git.mkdir() if kind == "folder" else git.write_text("gitdir: elsewhere")
        assert find_default_store() == str(tmp_path / "work" / ".sacred")

    def test_is_one_that_exists_above(self, tmp_path):
        (tmp_path / ".sacred").mkdir()
        (tmp_path / "work" / ".git").mkdir()
        assert find_default_store() == str(tmp_path / ".sacred")
        (tmp_path / "work" / ".sacred").mkdir()
        assert find_default_store() == str(tmp_path / "work" / ".sacred")

    def test_under_pytest_is_only_one_that_exists(self, tmp_path, monkeypatch):
        monkeypatch.setenv("PYTEST_CURRENT_TEST", "test_it.py::test_it (call)")
        assert find_default_store() is None
        (tmp_path / ".sacred").mkdir()
        assert find_default_store() == str(tmp_path / ".sacred")

    @pytest.mark.parametrize(
        ("named", "place"),
        [("runs", "work/deep/runs"), ("~/runs", "home/runs"), ("{}/runs", "runs")],
    )
    def test_is_where_the_user_wants_it(self, tmp_path, monkeypatch, named, place):
        named = named.format(tmp_path)
        (tmp_path / "work" / ".sacred").mkdir()
        monkeypatch.setattr(SETTINGS, "DEFAULT_STORE", named)
        assert find_default_store() == str(tmp_path / place)
        monkeypatch.setattr(SETTINGS, "DEFAULT_STORE", None)
        monkeypatch.setenv("SACRED_STORE", named)
        assert find_default_store() == str(tmp_path / place)
        assert is_store_named()

    @pytest.mark.parametrize("off", ["none", ""])
    def test_can_be_switched_off(self, tmp_path, monkeypatch, off):
        monkeypatch.setattr(SETTINGS, "DEFAULT_STORE", tmp_path)
        monkeypatch.setenv("SACRED_STORE", off)
        assert find_default_store() is None
        assert not is_store_named()

    def test_can_be_switched_off_by_a_setting(self, monkeypatch, outside_pytest):
        outside_pytest()
        monkeypatch.setattr(SETTINGS, "DEFAULT_STORE", None)
        assert find_default_store() is None
        monkeypatch.setenv("SACRED_STORE", "auto")
        assert find_default_store() is not None

    def test_is_nowhere_without_a_working_folder(self, tmp_path, outside_pytest):
        outside_pytest()
        os.rmdir(tmp_path / "work" / "deep")
        assert find_default_store() is None


class TestMakingAStore:
    def test_git_leaves_it_alone(self, tmp_path):
        path = tmp_path / "runs" / ".sacred"
        assert prepare_store(str(path)) is True
        assert (path / ".gitignore").read_text() == "*\n"

    def test_one_that_exists_stays_as_it_is(self, tmp_path):
        assert prepare_store(str(tmp_path)) is False
        assert not (tmp_path / ".gitignore").exists()

    def test_a_file_in_its_place(self, tmp_path):
        (tmp_path / ".sacred").write_text("")
        with pytest.raises(FileExistsError):
            prepare_store(str(tmp_path / ".sacred"))
        with pytest.raises(FileExistsError):
            prepare_store(str(tmp_path / ".sacred" / "below"))


class TestTheCacheFolder:
    def test_is_in_the_home(self, tmp_path):
        assert find_cache_folder() == str(tmp_path / "home" / ".cache" / "sacred")
        assert os.listdir(tmp_path / "home") == []

    def test_is_where_the_user_wants_it(self, tmp_path, monkeypatch):
        monkeypatch.setenv("XDG_CACHE_HOME", str(tmp_path / "cache"))
        assert find_cache_folder() == str(tmp_path / "cache" / "sacred")
        monkeypatch.setenv("XDG_CACHE_HOME", "relative")
        assert find_cache_folder() == str(tmp_path / "home" / ".cache" / "sacred")
        monkeypatch.setenv("SACRED_CACHE", "~/mine")
        assert find_cache_folder() == str(tmp_path / "home" / "mine")

    @pytest.mark.parametrize("home", ["/dev/null", "no/path"])
    def test_is_among_the_temporary_files_without_a_home(self, tmp_path, monkeypatch, home):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        monkeypatch.setenv("HOME", home)
        expected = tmp_path / f"sacred-{os.getuid()}"
        assert find_cache_folder() == find_cache_folder() == str(expected)
        assert stat.S_IMODE(expected.stat().st_mode) == 0o700

    @pytest.mark.parametrize("whose", ["a link", "somebody else's"])
    def test_is_the_user_s_own(self, tmp_path, monkeypatch, whose):
        monkeypatch.setattr(tempfile, "tempdir", str(tmp_path))
        monkeypatch.setenv("HOME", "/dev/null")
        place = tmp_path / f"sacred-{os.getuid()}"
        if whose == "a link":
            place.symlink_to(tmp_path / "home")
        elif os.getuid() == 0:
            place.mkdir()
            os.chown(place, 4711, 4711)
        else:
            pytest.skip("only root can give folders away")
        with pytest.raises(PermissionError, match="is not a folder of this user"):
            find_cache_folder()


class TestTheSpool:
    def test_is_for_the_user_alone(self, tmp_path):
        base = make_spool_base()
        assert base == make_spool_base() == str(tmp_path / "home" / ".cache" / "sacred" / "spool")
        assert stat.S_IMODE(os.stat(base).st_mode) == 0o700

    def test_a_file_in_its_place(self, tmp_path, monkeypatch):
        monkeypatch.setenv("SACRED_CACHE", str(tmp_path))
        (tmp_path / "spool").write_text("")
        with pytest.raises(FileExistsError):
            make_spool_base()

    def test_names_are_no_numbers(self):
        names = {make_spool_name() for _ in range(100)}
        assert len(names) == 100
        assert not any(name.isdigit() for name in names)
