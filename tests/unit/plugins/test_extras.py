"""Optional packages: what is there, and which extra brings what is missing."""

import sys
import types

import numpy as np
import pytest

from sacred.errors import SacredError
from sacred.plugins.extras import (
    MissingExtraError,
    get_package_version,
    module_exists,
    module_is_in_cache,
    modules_exist,
    parse_version,
    require,
)


def test_what_is_installed_is_returned():
    assert require("json", "Anything") is __import__("json")


@pytest.mark.parametrize(
    ("package", "remedy"),
    [
        ("yaml", 'pip install "sacred[yaml]"'),
        ("mako", 'pip install "sacred[mako]"'),
        ("matplotlib", 'pip install "sacred[plot]"'),
        ("odd_one", "pip install odd_one"),
    ],
)
def test_what_is_missing_names_its_extra(package, remedy, monkeypatch):
    monkeypatch.setitem(sys.modules, package, None)
    with pytest.raises(MissingExtraError) as raised:
        require(package, "A config file")
    assert str(raised.value) == f"A config file needs the package {package}, which is not installed: {remedy}"
    assert raised.value.name == package
    assert raised.value.print_traceback is False
    assert isinstance(raised.value, (SacredError, ImportError))


def test_a_package_that_is_there_but_broken_is_no_missing_extra(tmp_path, monkeypatch):
    (tmp_path / "half_package.py").write_text("import its_own_dependency_is_missing\n")
    monkeypatch.syspath_prepend(tmp_path)
    with pytest.raises(ModuleNotFoundError, match="its_own_dependency_is_missing") as raised:
        require("half_package", "Anything")
    assert not isinstance(raised.value, MissingExtraError)


def test_module_exists_without_importing(tmp_path, monkeypatch):
    (tmp_path / "loud_module.py").write_text("raise SystemExit")
    monkeypatch.syspath_prepend(tmp_path)
    assert module_exists("loud_module")
    assert not module_is_in_cache("loud_module")
    assert module_exists("json")
    assert module_is_in_cache("json")
    assert not module_exists("no_such_module")
    assert not module_exists("json.no.such.module")
    assert not module_exists("")
    assert modules_exist("json", "os")
    assert not modules_exist("json", "no_such_module")
    monkeypatch.setitem(sys.modules, "blocked", None)
    assert not module_exists("blocked")
    odd = types.ModuleType("odd_spec")
    monkeypatch.setitem(sys.modules, "odd_spec", odd)
    assert module_exists("odd_spec")


def test_versions_compare():
    assert parse_version("1.10") > parse_version("1.9.post1")
    assert parse_version("1.0.dev1") < parse_version("1.0")
    with pytest.raises(ValueError, match="nonsense"):
        parse_version("nonsense")
    assert get_package_version("numpy") == parse_version(np.__version__)
    with pytest.raises(ModuleNotFoundError):
        get_package_version("no_such_package")


def test_versions_need_packaging(monkeypatch):
    monkeypatch.setitem(sys.modules, "packaging", None)
    with pytest.raises(MissingExtraError, match="Comparing versions needs the package packaging"):
        parse_version("1.0")
