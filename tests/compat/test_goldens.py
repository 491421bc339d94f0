"""Each case on this package, compared with what Sacred 0.8.7 did (``goldens/``, made by `make goldens`)."""

import sys

import pytest

from compat.differences import DIFFERENCES
from compat.harness import CASES, GOLDENS, compare, read_golden, run_case, sort_differences


@pytest.mark.parametrize("script", CASES, ids=lambda script: script.stem)
def test_case(script, tmp_path, record_property):
    golden = read_golden(script)
    assert golden is not None, f"no golden of this text of {script.name}: make goldens"
    folder = tmp_path.resolve() / script.stem
    folder.mkdir()
    ours = run_case(script, sys.executable, folder)
    found = list(compare({part: golden[part] for part in ours}, ours))
    used, unexplained = sort_differences(script.stem, found, DIFFERENCES)
    record_property("compat", (script.stem, len(used), len(unexplained)))
    stale = [row.what for row in DIFFERENCES if row.case == script.stem and row not in used]
    assert not unexplained, "\n".join(["Sacred 0.8.7 → this package:", *unexplained])
    assert not stale, "\n".join(["rows of differences.py that are no longer true:", *stale])


def test_every_golden_has_its_case():
    assert {path.stem for path in GOLDENS.glob("*/*.json")} == {script.stem for script in CASES}


def test_no_two_cases_have_one_name():
    assert len({script.stem for script in CASES}) == len(CASES)


def test_every_difference_is_explained_in_a_sentence():
    assert [row for row in DIFFERENCES if not row.why.endswith(".")] == []
