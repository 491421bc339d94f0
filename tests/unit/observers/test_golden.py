"""Byte for byte the files that sacred 0.8.7 writes for the same events (see golden/recipe.py)."""

import importlib.util
import json
from pathlib import Path

import pytest

from sacred.model.serialize import format_json
from sacred.observers import FileStorageObserver

GOLDEN = Path(__file__).parent / "golden"
FILES = sorted(str(path.relative_to(GOLDEN)) for path in (GOLDEN / "runs").rglob("*") if path.is_file())


def load_recipe():
    spec = importlib.util.spec_from_file_location("golden_recipe", GOLDEN / "recipe.py")
    module = importlib.util.module_from_spec(spec)
    spec.loader.exec_module(module)
    return module


@pytest.fixture(scope="module")
def ours(tmp_path_factory):
    folder = tmp_path_factory.mktemp("golden")
    with pytest.MonkeyPatch.context() as patch:
        patch.chdir(folder)
        load_recipe().record_all(FileStorageObserver)
    return folder


def test_the_same_files_are_there(ours):
    assert len(FILES) > 10
    written = (path for path in (ours / "runs").rglob("*") if path.is_file())
    assert sorted(str(path.relative_to(ours)) for path in written) == FILES


@pytest.mark.parametrize("name", FILES)
def test_same_content(ours, name):
    text = (ours / name).read_text(encoding="utf-8")
    if name.endswith("run.json"):  # 0.8.7 says nothing of its files but their names
        told = json.loads(text).items()
        text = format_json({key: value for key, value in told if not key.endswith("_notes")})
    assert text == (GOLDEN / name).read_text(encoding="utf-8")
