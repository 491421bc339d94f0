"""The facts about an experiment's code, as observers receive them."""

import subprocess

import pytest

from sacred.collect.experiment_info import (
    CodeOrigin,
    collect_experiment_info,
    gather_sources_and_dependencies,
)
from sacred.errors import SettingError
from sacred.settings import SETTINGS
from sacred.support.digests import get_digest


@pytest.fixture(autouse=True)
def only_what_is_given(monkeypatch):
    """Leave out what pytest has loaded."""
    monkeypatch.setitem(SETTINGS, "DISCOVER_DEPENDENCIES", "none")


@pytest.fixture
def main(tmp_path):
    path = tmp_path / "project" / "main.py"
    path.parent.mkdir()
    path.write_text("x = 1\n")
    return path


def make_repository(folder):
    git = ["git", "-C", str(folder), "-c", "user.name=a", "-c", "user.email=a@b"]
    subprocess.run([*git, "init", "-q"], check=True)
    subprocess.run([*git, "add", "."], check=True)
    subprocess.run([*git, "commit", "-qm", "x"], check=True)


def test_a_script_of_one_file(main):
    info = collect_experiment_info("name", [CodeOrigin(str(main.parent), str(main))])
    dependencies = info.pop("dependencies")
    assert info == {
        "name": "name",
        "base_dir": str(main.parent),
        "mainfile": "main.py",
        "sources": [("main.py", get_digest(main))],
        "repositories": [],
    }
    assert [name.partition("==")[0] for name in dependencies] == ["numpy"]


def test_an_interactive_session_has_no_main_file(tmp_path):
    info = collect_experiment_info("name", [CodeOrigin(str(tmp_path), None)])
    assert (info["mainfile"], info["sources"]) == (None, [])


def test_ingredients_and_additions_belong_to_it(main, tmp_path):
    ingredient = tmp_path / "elsewhere.py"
    extra = main.parent / "extra.sh"
    ingredient.touch()
    extra.touch()
    origins = [
        CodeOrigin(str(main.parent), str(main), [str(extra)], [("foo", "1.2"), ("numpy", "0.1")]),
        CodeOrigin(str(tmp_path), str(ingredient), dependencies=[("foo", "3"), ("bar", None)]),
    ]
    info = collect_experiment_info("name", origins)
    assert [name for name, _ in info["sources"]] == ["../elsewhere.py", "extra.sh", "main.py"]
    assert info["dependencies"][:2] == ["bar==<unknown>", "foo==1.2"]
    assert "numpy==0.1" not in info["dependencies"]


def test_one_repository_is_named_once(main):
    make_repository(main.parent)
    other = main.parent / "other.py"
    other.touch()
    info = collect_experiment_info("name", [CodeOrigin(str(main.parent), str(main), [str(other)])])
    (repository,) = info["repositories"]
    assert repository["url"] == f"git:/{main.parent}"
    assert repository["dirty"] is False
    assert "notes" not in info


def test_git_is_not_asked_when_it_is_not_wanted(main):
    make_repository(main.parent)
    unwanted = CodeOrigin(str(main.parent), str(main), save_git_info=False)
    assert collect_experiment_info("name", [unwanted])["repositories"] == []
    wanted = CodeOrigin(str(main.parent), str(main))
    assert len(collect_experiment_info("name", [unwanted, wanted])["repositories"]) == 1


def test_what_can_not_be_found_out_is_noted(main):
    subprocess.run(["git", "-C", str(main.parent), "init", "-q"], check=True)  # noqa: S607
    gone = str(main.parent / "gone.py")
    info = collect_experiment_info("name", [CodeOrigin(str(main.parent), str(main), [gone])])
    assert info["repositories"] == []
    assert info["notes"] == [
        f"source file {gone} is gone",
        f"{main.parent}: the repository has no commit yet",
    ]


def test_a_wrong_setting_is_an_error(main, monkeypatch):
    monkeypatch.setitem(SETTINGS, "DISCOVER_SOURCES", "import")
    with pytest.raises(SettingError, match='did you mean "imported"'):
        collect_experiment_info("name", [CodeOrigin(str(main.parent), str(main))])


def test_the_function_of_old_returns_its_three(main, tmp_path):
    make_repository(main.parent)
    source, sources, dependencies = gather_sources_and_dependencies(
        {"__file__": str(main)}, save_git_info=True
    )
    assert source == str(main)
    assert sources == {str(main)}
    assert len(next(iter(sources)).commit) == 40
    assert {package.name for package in dependencies} == {"numpy"}
    assert gather_sources_and_dependencies({}, False, tmp_path)[0] is None
