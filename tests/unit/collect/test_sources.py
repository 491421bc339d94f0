"""Sources and the modes of finding them."""

import hashlib
import subprocess
import sys

import pytest

from sacred.collect.sources import (
    Source,
    collect_sources,
    get_main_file,
    get_sources_from_imported_modules,
    get_sources_from_local_dir,
    get_sources_from_sys_modules,
    make_relative,
    source_discovery_strategies,
)
from sacred.errors import SettingError


@pytest.fixture
def project(tmp_path, monkeypatch):
    """A project whose module ``collected_pkg.inner`` is imported, and ``unused.py`` is not."""
    package = tmp_path / "collected_pkg"
    package.mkdir()
    (package / "__init__.py").write_text("")
    (package / "inner.py").write_text("value = 1\n")
    (tmp_path / "unused.py").write_text("")
    (tmp_path / "main.py").write_text("")
    monkeypatch.syspath_prepend(tmp_path)
    import collected_pkg.inner  # noqa: F401

    yield tmp_path
    for name in ("collected_pkg", "collected_pkg.inner"):
        del sys.modules[name]


def names(sources, base):
    return sorted(source.to_json(base)[0] for source in sources)


def test_a_source_knows_file_and_content(tmp_path, monkeypatch):
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    monkeypatch.chdir(tmp_path)
    source = Source.create("a.py")
    assert source.filename == str(path)
    assert source.digest == hashlib.md5(b"x = 1\n").hexdigest()  # noqa: S324 - the layout's name
    assert (source.repo, source.commit, source.is_dirty) == (None, None, None)
    assert source == str(path)
    assert source == Source.create(path, save_git_info=False)
    assert source != 3
    assert len({source, str(path)}) == 1
    assert repr(source) == f"<Source: {path}>"


def test_a_changed_file_has_another_digest(tmp_path):
    path = tmp_path / "a.py"
    path.write_text("x = 1\n")
    before = Source.create(path).digest
    path.write_text("x = 22\n")
    assert Source.create(path).digest != before


@pytest.mark.parametrize("filename", ["nope.py", "", None, "."])
def test_what_is_no_file_is_an_error(filename):
    with pytest.raises(ValueError, match="invalid filename or file not found"):
        Source.create(filename)


def test_names_are_relative_to_the_base_folder():
    source = Source("/a/b/c.py", "d", None, None, None)
    assert source.to_json("/a") == ("b/c.py", "d")
    assert source.to_json("/a/x") == ("../b/c.py", "d")
    assert source.to_json() == ("/a/b/c.py", "d")
    assert make_relative("/a/bc/d.py", "/a/b") == "../bc/d.py"


def test_imported_finds_every_loaded_module_of_the_tree(project):
    expected = ["collected_pkg/__init__.py", "collected_pkg/inner.py"]
    assert names(get_sources_from_imported_modules({}, str(project), False), project) == expected
    assert names(get_sources_from_sys_modules({}, str(project), False), project) == expected


def test_dir_finds_files_that_are_not_loaded(project):
    found = names(get_sources_from_local_dir({}, str(project), False), project)
    assert found == ["collected_pkg/__init__.py", "collected_pkg/inner.py", "main.py", "unused.py"]


def test_the_main_file_always_belongs_to_the_sources(project):
    main = str(project / "main.py")
    assert names(collect_sources(main, str(project), "none"), project) == ["main.py"]
    assert names(collect_sources(main, str(project / "collected_pkg"), "imported"), project) == [
        "collected_pkg/__init__.py",
        "collected_pkg/inner.py",
        "main.py",
    ]
    assert collect_sources(None, str(project), "none") == []


def test_a_loaded_module_whose_file_is_gone_is_left_out(project):
    (project / "collected_pkg" / "inner.py").unlink()
    assert names(collect_sources(None, str(project), "sys"), project) == ["collected_pkg/__init__.py"]


@pytest.mark.parametrize("mode", ["imports", None, ["sys"]])
def test_an_unknown_mode_is_an_error_that_names_the_modes(mode):
    with pytest.raises(SettingError, match=r"DISCOVER_SOURCES.*dir, imported, none, sys"):
        collect_sources(None, "/", mode)


def test_users_can_add_a_mode(project, monkeypatch):
    def only_main(_globs, base_path, _save_git_info):
        return {Source.create(f"{base_path}/unused.py", False)}

    monkeypatch.setitem(source_discovery_strategies, "mine", only_main)
    assert names(collect_sources(None, str(project), "mine"), project) == ["unused.py"]


def test_main_file_of_a_module(project, monkeypatch):
    base, main = get_main_file({"__file__": str(project / "main.py")}, save_git_info=True)
    assert (base, main) == (str(project), str(project / "main.py"))
    monkeypatch.chdir(project)
    assert get_main_file({}, save_git_info=True) == (str(project), None)


def test_git_is_asked_about_sources(project):
    git = ["git", "-C", str(project), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "main.py"], check=True)
    subprocess.run([*git, "commit", "-qm", "x"], check=True)
    commits = {source.commit for source in get_sources_from_sys_modules({}, str(project), save_git_info=True)}
    assert len(commits) == 1
    assert len(commits.pop()) == 40
    assert Source.create(project / "main.py").is_dirty is False
    assert Source.create(project / "main.py", save_git_info=False).commit is None
