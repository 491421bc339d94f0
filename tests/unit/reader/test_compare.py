"""What is different between two runs."""

import json
import math

import pytest

from sacred.errors import EntryNotFoundError
from sacred.reader.compare import Comparison, Difference, iter_differences
from unit.reader.conftest import make_document, make_series, put

LEFT = {"same": 1, "rate": 0.1, "kind": "sgd", "old": [1], "model": {"size": 3, "deep": {"x": 1}}}
RIGHT = {"same": 1, "rate": 0.2, "kind": 7, "new": None, "model": {"size": 3, "deep": {"x": 2}}}


def test_differences():
    assert list(iter_differences(LEFT, RIGHT)) == [
        Difference("rate", "changed", 0.1, 0.2),
        Difference("kind", "type changed", "sgd", 7),
        Difference("old", "removed", [1], None),
        Difference("model.deep.x", "changed", 1, 2),
        Difference("new", "added", None, None),
    ]
    assert list(iter_differences(LEFT, LEFT)) == []


@pytest.mark.parametrize(
    ("left", "right", "kind"),
    [
        (math.nan, math.nan, None),
        (1, 1.0, "type changed"),
        (1, True, "type changed"),
        ([1], [True], "changed"),
        ([1], (1,), "changed"),
        ({"a": 1}, 3, "type changed"),
        (None, 0, "type changed"),
        ({}, {"a": 1}, "added"),
    ],
    ids=str,
)
def test_kinds(left, right, kind):
    found = [one.kind for one in iter_differences({"x": left}, {"x": right})]
    assert found == ([kind] if kind else [])


def test_how_they_are_said():
    texts = [str(one) for one in iter_differences(LEFT, RIGHT)]
    assert texts == [
        "rate: 0.1 -> 0.2",
        "kind: 'sgd' -> 7",
        "old: [1] -> nothing",
        "model.deep.x: 1 -> 2",
        "new: nothing -> None",
    ]
    assert "\x1b" not in str(Difference("x", "changed", "\x1b[2J", "a" * 100 + "\x1b"))


@pytest.fixture
def pair(store, memory):
    environments = [
        {
            "distributions": {"torch": "2.0", "sacred": "1.0"},
            "repositories": [{"root": "/r", "branch": "main"}],
        },
        {
            "distributions": {"torch": "2.1", "sacred": "1.0"},
            "repositories": [{"root": "/r", "branch": "fix"}],
        },
    ]
    for run_id, environment, source in (("21", environments[0], b"a\nb\n"), ("22", environments[1], b"a\nc")):
        facts = {
            "experiment": {
                "name": "digits",
                "dependencies": [f"numpy=={run_id}"],
                "repositories": [{"url": "git@x", "commit": run_id, "dirty": run_id == "22"}],
            },
            "result": 0.5 if run_id == "21" else 0.25,
        }
        files = [
            ("source", "train.py", source, {"md5": run_id}),
            ("source", "same.py", b"x", {"md5": "0"}),
            ("source", f"only{run_id}.py", b"x\n", {"md5": "0"}),
            ("record", "environment.json", json.dumps(environment).encode()),
            ("record", "git.patch", f"patch {run_id}\n".encode()),
        ]
        put(
            memory,
            make_document(run_id, **facts),
            [make_series(values=[float(run_id)]), make_series("system.cpu", [float(run_id)])],
            f"run {run_id}\nend\n".encode(),
            files,
        )
    return store[21], store[22]


def test_all_sections(pair):
    comparison = pair[0].compare(pair[1])
    assert (comparison.left, comparison.right) == ("21", "22")
    said = {section: [str(one) for one in differences] for section, differences in comparison}
    assert said["experiment"] == said["config"] == said["host"] == []
    assert said["sources"] == [
        "train.py: '21' -> '22'",
        "only21.py: '0' -> nothing",
        "only22.py: nothing -> '0'",
    ]
    assert said["packages"] == ["numpy: '21' -> '22'", "torch: '2.0' -> '2.1'"]
    assert said["git"][:3] == [
        "git@x: commit: '21' -> '22'",
        "git@x: uncommitted changes: False -> True",
        "/r: branch: 'main' -> 'fix'",
    ]
    assert said["git"][3].startswith("git.patch: '1 lines, sha256 ")
    assert said["result"] == ["result: 0.5 -> 0.25"]
    assert said["metrics"] == [f"loss.{key}: 21.0 -> 22.0" for key in ("last", "min", "max", "mean")]
    assert not comparison.is_same
    assert pair[0].compare(pair[0]).is_same


def test_as_text(pair):
    comparison = pair[0].compare(pair[1])
    lines = repr(comparison).splitlines()
    assert lines[0] == f"<Comparison of run 21 and run 22: {len(lines) - 6} differences>"
    assert [line for line in lines[1:] if line[0] != " "] == [
        "sources",
        "packages",
        "git",
        "result",
        "metrics",
    ]
    assert all(f"  {one}" in lines for _, differences in comparison for one in differences)
    many = Comparison(
        "1", "\x1b[31m", config=[Difference(f"k{place}", "added", 0, "\x1b") for place in range(50)]
    )
    assert "\x1b" not in repr(many)
    assert repr(many).splitlines()[-1] == "  … and 30 more"
    assert repr(many).startswith(
        "<Comparison of run 1 and run \\x1b[31m: 50 differences>\nconfig\n  k0: nothing"
    )
    assert repr(Comparison("1", "2")) == "<Comparison of run 1 and run 2: no differences>"


def test_as_json(pair):
    facts = json.loads(json.dumps(pair[0].compare(pair[1]).to_dict()))
    assert (facts["left"], facts["right"]) == ("21", "22")
    assert facts["result"] == [{"path": "result", "kind": "changed", "left": 0.5, "right": 0.25}]
    assert list(facts)[2:] == list(Comparison.SECTIONS)


def test_diffs(pair):
    comparison = pair[0].compare(pair[1])
    assert comparison.diff_source("train.py") == (
        "--- 21/train.py\n+++ 22/train.py\n@@ -1,2 +1,2 @@\n a\n-b\n+c\n\\ No newline at end of file\n"
    )
    assert comparison.diff_source("same.py") == ""
    assert "+++ /dev/null" in comparison.diff_source("only21.py")
    assert list(comparison.diff_sources()) == ["train.py", "only21.py", "only22.py"]
    assert "-run 21\n+run 22\n" in comparison.diff_output()
    assert "-patch 21\n+patch 22\n" in comparison.diff_patch()
    with pytest.raises(EntryNotFoundError, match=r'no source "tran.py"; did you mean "train.py"'):
        comparison.diff_source("tran.py")
    with pytest.raises(ValueError, match="not made of two runs"):
        Comparison("1", "2").diff_output()


def test_outputs_that_are_very_long(pair, memory):
    memory._runs["21"].output = b"x\n" * 30_000
    assert "too long to be compared" in pair[0].compare(pair[1]).diff_output()


def test_runs_that_have_nothing_in_common(store, memory):
    put(memory, {"id": "5"})
    comparison = store[5].compare(store[1])
    assert {one.kind for one in comparison.config} == {"added"}
    assert comparison.to_dict()
