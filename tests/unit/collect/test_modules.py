"""Which modules and files are the user's own."""

import importlib.util
import os
import sys
import types
from pathlib import Path

import pytest

from sacred.collect.modules import (
    convert_path_to_module_parts,
    find_main_file,
    find_module_file,
    get_namespace,
    get_py_file_if_possible,
    is_in_project,
    is_local_source,
    iter_local_files,
    iterate_all_python_files,
    iterate_imported_modules,
    iterate_sys_modules,
    list_local_files,
)


@pytest.fixture
def project(tmp_path):
    """A tree with packages, an environment, an installation, hidden and stored files."""
    for name in (
        "main.py",
        "pkg/__init__.py",
        "pkg/part.py",
        "env/pyvenv.cfg",
        "env/lib/python3.11/foo.py",
        "vendor/site-packages/bar.py",
        ".hidden/no.py",
        "runs/_sources/main_123.py",
        "__pycache__/main.py",
        "notes.txt",
    ):
        path = tmp_path / name
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    return tmp_path


def test_python_files_are_the_projects_own(project):
    found = [os.path.relpath(path, project) for path in iterate_all_python_files(project)]
    assert found == ["main.py", "pkg/__init__.py", "pkg/part.py"]


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("main.py", True),
        ("pkg/part.py", True),
        ("env/lib/python3.11/foo.py", False),
        ("vendor/site-packages/bar.py", False),
    ],
)
def test_what_is_installed_below_the_project_is_not_its_own(project, name, expected):
    assert is_in_project(str(project / name), str(project)) is expected


def test_a_file_beside_the_project_is_not_in_it(project):
    assert not is_in_project(str(project) + "2/main.py", str(project))
    assert not is_in_project(str(project / "main.py"), str(project / "pkg"))


def test_an_installed_experiment_owns_what_is_below_it(project):
    package = project / "vendor" / "site-packages" / "mine"
    package.mkdir()
    assert is_in_project(str(package / "x.py"), str(package))
    assert not is_in_project(str(package / "x.py"), str(package.parent))


def test_standard_library_and_this_package_are_never_local():
    assert not is_in_project(os.__file__, "/")
    assert not is_in_project(importlib.util.find_spec("sacred.collect.modules").origin, "/")


def test_the_main_module_is_no_local_source_by_itself(project):
    assert is_local_source(project / "pkg" / "part.py", "pkg.part", project)
    assert not is_local_source(project / "main.py", "__main__", project)


def test_local_files_of_loaded_modules(project):
    local = types.ModuleType("pkg")
    local.__file__ = str(project / "pkg" / "__init__.py")
    compiled = types.ModuleType("pkg.part")
    compiled.__file__ = str(project / "pkg" / "part.pyc")
    extension = types.ModuleType("pkg.ext")
    extension.__file__ = str(project / "pkg" / "ext.so")
    modules = [("pkg", local), ("pkg.part", compiled), ("pkg.ext", extension), ("os", os), ("sys", sys)]
    assert list(iter_local_files(modules, str(project))) == [
        str(project / "pkg/__init__.py"),
        str(project / "pkg/part.py"),
    ]


@pytest.mark.parametrize("linked_base", [True, False])
def test_local_files_of_a_tree_behind_a_symbolic_link(project, tmp_path_factory, linked_base):
    """Python has real paths where the program was called by the link; PYTHONPATH may have the link."""
    link = tmp_path_factory.mktemp("elsewhere") / "link"
    link.symlink_to(project)
    base, other = (link, project) if linked_base else (project, link)
    modules = []
    for name in ("main.py", "pkg/part.py", "vendor/site-packages/bar.py", "env/lib/python3.11/foo.py"):
        modules.append((name, types.ModuleType(name)))
        modules[-1][1].__file__ = str(other / name)
    assert list(iter_local_files(modules, str(base))) == [str(base / "main.py"), str(base / "pkg/part.py")]


def test_looking_at_a_lazy_module_does_not_load_it(tmp_path, monkeypatch):
    (tmp_path / "slow_one.py").write_text("raise RuntimeError('loaded')")
    monkeypatch.syspath_prepend(tmp_path)
    spec = importlib.util.find_spec("slow_one")
    spec.loader = importlib.util.LazyLoader(spec.loader)
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    assert find_module_file(module) == str(tmp_path / "slow_one.py")
    with pytest.raises(RuntimeError, match="loaded"):
        _ = module.anything


def test_odd_things_among_the_modules_have_no_names():
    class Slotted:
        __slots__ = ()

    assert get_namespace(Slotted()) == {}
    assert find_module_file(None) is None


def test_loaded_modules_are_iterated_without_gaps(monkeypatch):
    monkeypatch.setitem(sys.modules, "blocked_import", None)
    names = dict(iterate_sys_modules())
    assert names["os"] is os
    assert "blocked_import" not in names


def test_modules_behind_global_names():
    from json import decoder

    globs = {
        "d": decoder,
        "loads": decoder.JSONDecoder,
        "an_object": decoder.JSONDecoder(),
        "n": 3,
        "none": None,
    }
    names = [name for name, _ in iterate_imported_modules(globs)]
    assert names[:2] == ["json", "json.decoder"]
    assert len(names) == len(set(names))


@pytest.mark.parametrize(
    ("path", "parts"),
    [
        ("a/b/c.py", ["a", "b", "c"]),
        ("a/b/__init__.py", ["a", "b"]),
        ("/a/x", ["a", "x"]),
        ("__init__.py", []),
    ],
)
def test_module_parts(path, parts):
    assert convert_path_to_module_parts(path) == parts


def test_compiled_files_give_way_to_their_source(tmp_path):
    (tmp_path / "a.py").touch()
    assert get_py_file_if_possible(str(tmp_path / "a.pyc")) == str(tmp_path / "a.py")
    assert get_py_file_if_possible(str(tmp_path / "b.pyc")) == str(tmp_path / "b.pyc")
    assert get_py_file_if_possible("x.so") == "x.so"


def test_main_file():
    assert find_main_file({"__file__": "main.py"}) == str(Path.cwd() / "main.py")
    assert find_main_file({}) is None
    assert find_main_file({"__file__": "<stdin>"}) is None


def test_local_files_are_looked_for_again_when_a_module_takes_the_place_of_another(project, monkeypatch):
    base = str(project)
    assert list_local_files(base) == []
    assert list_local_files(base) is list_local_files(base)
    for name in ("main.py", "pkg/part.py"):
        module = types.ModuleType("taken_in_turns")
        module.__file__ = str(project / name)
        monkeypatch.setitem(sys.modules, "taken_in_turns", module)
        assert list_local_files(base) == [str(project / name)]
