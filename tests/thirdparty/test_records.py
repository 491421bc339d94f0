"""Tools that read run folders: sacredboard, sfo, incense."""

import json

import pytest

from thirdparty.environment import need, run_project


def read(name, folder):
    done = run_project("records", folder, f"read_{name}.py")
    return json.loads(done.stdout.splitlines()[-1])


def test_sacredboard_shows_them(tmp_path):
    need("sacredboard")
    found = read("sacredboard", tmp_path)
    assert found["runs"] == {
        "1": ["COMPLETED", 0.1, 0.5, {"best": {"step": 2}}, True],
        "2": ["FAILED", 0.2, None, {"best": {"step": 2}}, True],
    }
    assert set(found["pages"].values()) == {200}


def test_sfo_finds_them(tmp_path):
    need("sfo")
    found = read("sfo", tmp_path)
    assert found["states"] == {"1": [True, False], "2": [False, True]}
    assert found["loss"] == [0.0, 0.1, 0.2]


def test_incense_loads_them(tmp_path):
    need("incense")
    found = read("incense", tmp_path)
    assert "table.csv" in found.pop("artifacts")  # all files whose names it does not know count as such
    assert found == {
        "lr": [0.1, 0.2],
        "status": ["COMPLETED", "FAILED"],
        "loss": [0.0, 0.1, pytest.approx(0.2)],
        "steps": [0, 10, 20],
        "result": 0.5,
    }
