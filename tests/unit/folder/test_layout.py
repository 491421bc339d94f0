"""Names in the run folder: whatever the user calls an artifact, it stays inside and harms nothing."""

import os

import pytest
from hypothesis import example, given
from hypothesis import strategies as st

from sacred.folder import layout
from sacred.folder.layout import RESERVED, choose_artifact_name, make_stored_name
from sacred.support.files import make_safe_name

RECORD = (
    *("run.json", "config.json", "info.json", "metrics.json", "cout.txt", "report.html", "run.lock"),
    *("recover.lock", "metrics.journal", "metrics.names", "metrics.side", "metrics.12.journal"),
    *(
        "metrics.3.names",
        "metrics.3.side",
        "stdout.raw",
        "stderr.raw",
        "cout.raw",
        "cout.merge",
        "cout.range",
    ),
    *(".0123456789abcdef.tmp", "run.json.4711.tmp", "metrics.json.1.tmp"),
)
PIECES = st.one_of(
    st.text(max_size=12),
    st.sampled_from([*RECORD, "..", ".", "/", "\\", "\0", "a", "a/b", "é", "e\u0301", " ", ". .", "x" * 300]),
)
NAMES = st.lists(PIECES, min_size=1, max_size=5).map("".join)


@given(NAMES)
@example("/etc/passwd")
@example("..\\..\\x")
@example("\ud800")
@example("run.json" + "\u200b" * 100)
@example("ä" * 200 + ".tar.gz")
def test_a_safe_name_is_inside_and_not_one_of_the_record(name):
    safe = make_safe_name(name, RESERVED)
    assert not os.path.isabs(safe)
    assert os.path.normpath(safe) == safe
    assert not {"..", ".", ""} & set(safe.split("/"))
    assert not any(ord(letter) < 32 for letter in safe)
    assert all(len(part.encode("utf-8", "surrogatepass")) <= 255 for part in safe.split("/"))
    assert safe.split("/")[0].casefold() not in RECORD
    assert make_safe_name(safe, RESERVED) == safe


@given(st.lists(NAMES, min_size=1, max_size=8))
@example(["x" * 255, "../" + "x" * 255])
@example(["é", "e\u0301"])
def test_two_artifacts_never_share_a_name(names):
    taken = {}
    for name in names:
        stored = choose_artifact_name(name, taken)
        assert taken.setdefault(stored, name) == name
        assert make_safe_name(stored, RESERVED) == stored
    for name in names:
        assert taken[choose_artifact_name(name, taken)] == name


@pytest.mark.parametrize("name", RECORD)
@pytest.mark.parametrize(
    "change", [str, str.upper, "{}.".format, "{} ".format, "\u200d{}".format, "{}/x".format]
)
def test_names_that_some_file_systems_take_for_one_of_the_record(name, change):
    given_name = change(name)
    assert make_safe_name(given_name, RESERVED) == f"artifact_{given_name}"


@pytest.mark.parametrize(
    "name", ["model.pt", "run.json5", "my.tmp", "metrics.csv", "metrics.x.journal", "sub/run.json", "ü.png"]
)
def test_ordinary_names_stay(name):
    assert make_safe_name(name, RESERVED) == name


def test_every_name_of_the_layout_is_reserved():
    named = {value for key, value in vars(layout).items() if key.isupper() and isinstance(value, str)}
    files = {name for name in named if "." in name} - {layout.TEMPLATE}
    assert files <= RESERVED
    assert layout.RUN in files


@pytest.mark.parametrize("name", ["x" * 250 + ".csv", "ä" * 120 + ".csv"])
def test_a_stored_file_with_a_long_name_has_a_name_for_each_content(name):
    first, second = (make_stored_name(f"/data/{name}", digest * 32) for digest in "ab")
    assert first != second
    assert first.endswith(".csv")
    assert len(first.encode()) <= 255
