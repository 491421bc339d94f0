"""JSON config files in which 0.8 wrote classes and functions as their names."""

import json
import sys
from collections import OrderedDict

import pytest

from sacred.config import load_config_file
from unit.config.helpers import make_experiment


def write(folder, content):
    path = folder / "config.json"
    path.write_text(json.dumps(content), encoding="utf-8")
    return str(path)


def test_classes_and_functions_are_there(tmp_path):
    path = write(
        tmp_path,
        {
            "kind": {"py/type": "collections.OrderedDict"},
            "nested": {"net": {"py/type": "builtins.int"}, "all": [{"py/function": "json.dumps"}]},
        },
    )
    assert load_config_file(path) == {"kind": OrderedDict, "nested": {"net": int, "all": [json.dumps]}}


def test_a_captured_function_gets_them(tmp_path):
    ex = make_experiment({"seed": 1})
    ex.add_named_config("ordered", write(tmp_path, {"kind": {"py/type": "collections.OrderedDict"}}))

    @ex.main
    def main(kind):
        return kind(a=1)["a"]

    assert ex.run(named_configs=["ordered"], options={"--force": True}).result == 1


def test_a_name_that_is_nowhere_is_an_error(tmp_path):
    path = write(tmp_path, {"kind": {"py/type": "collections.Nothing"}})
    with pytest.raises(ValueError, match=r"Can't read the configuration file .*Nothing"):
        load_config_file(path)


def test_objects_need_jsonpickle(tmp_path, monkeypatch):
    path = write(tmp_path, {"moment": {"py/object": "decimal.Decimal", "py/reduce": []}})
    monkeypatch.setitem(sys.modules, "jsonpickle", None)
    with pytest.raises(ImportError, match="A config file with Python objects needs the package jsonpickle"):
        load_config_file(path)


def test_objects_by_jsonpickle(tmp_path):
    pytest.importorskip("jsonpickle", reason="jsonpickle is no development tool of ours")
    path = write(tmp_path, {"net": {"py/object": "types.SimpleNamespace", "size": 3}})
    assert load_config_file(path)["net"].size == 3
