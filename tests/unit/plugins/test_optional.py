"""``sacred.optional``: optional packages under 0.8's names, loaded only when asked for."""

import ctypes
import subprocess
import sys
import types

import pytest

import sacred.optional


def test_packages_are_modules_or_none(monkeypatch):
    import numpy as np
    import yaml

    assert sacred.optional.np is np
    assert sacred.optional.yaml is yaml
    monkeypatch.setitem(sys.modules, "pandas", None)
    assert sacred.optional.pandas is None


def test_flags_tell_what_is_installed(monkeypatch):
    assert sacred.optional.has_numpy is True
    assert sacred.optional.has_yaml is True
    monkeypatch.setitem(sys.modules, "tinydb", None)
    assert sacred.optional.has_tinydb is False


def test_the_c_library():
    assert isinstance(sacred.optional.libc, ctypes.CDLL)


def test_other_names_are_missing():
    with pytest.raises(AttributeError, match=r"sacred\.optional.*nonsense"):
        _ = sacred.optional.nonsense


def test_several_packages_are_there_together():
    import json

    assert sacred.optional.optional_import("json", "os") == (True, json)
    assert sacred.optional.optional_import("json", "no_such_package_at_all") == (False, None)


def test_tensorflow_in_its_first_form(monkeypatch):
    for name in ("tensorflow", "tensorflow.compat", "tensorflow.compat.v1"):
        monkeypatch.setitem(sys.modules, name, types.ModuleType(name))
    assert sacred.optional.get_tensorflow() is sys.modules["tensorflow.compat.v1"]


def test_importing_it_loads_nothing():
    program = "import sys, sacred.optional as o; o.has_numpy\n"
    program += "print('numpy' in sys.modules, 'ctypes' in sys.modules)"
    done = subprocess.run([sys.executable, "-c", program], capture_output=True, text=True, check=True)
    assert done.stdout == "False False\n"
