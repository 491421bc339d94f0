"""Random experiments and updates, resolved by Sacred 0.8.7 and by this package: what differs is meant.

Needs 0.8.7 in an environment of its own: ``.venv-compat`` (`make test-compat` makes it), or the interpreter
that SACRED_PEER_PYTHON names. TWIN_CASES is the number of cases (`make fuzz-compat` takes 10,000).
"""

import os
import sys
from collections import Counter
from pathlib import Path

import pytest
from hypothesis import HealthCheck, Phase, given, settings

from compat.twin.outcome import Outcome
from compat.twin.process import Peer
from compat.twin.rules import RULES, sort_by_rules
from compat.twin.strategies import cases

ROOT = Path(__file__).parents[2]
PEER_PYTHON = os.environ.get("SACRED_PEER_PYTHON") or str(ROOT / ".venv-compat" / "bin" / "python")
CASES = int(os.environ.get("TWIN_CASES", "300"))
LEAST_EQUAL = 0.5  # the share of cases that no rule may touch: rules must not swallow the comparison

pytestmark = [
    pytest.mark.skipif(
        not Path(PEER_PYTHON).exists(), reason="no Sacred 0.8.7: make .venv-compat, or set SACRED_PEER_PYTHON"
    ),
    pytest.mark.timeout(0),  # a case has a limit of its own
]


@pytest.fixture(scope="module")
def twins(tmp_path_factory):
    """Processes of both, with numpy and without."""
    made = {
        (python, has_numpy): Peer(python, tmp_path_factory.mktemp("twin").resolve(), has_numpy=has_numpy)
        for python in (PEER_PYTHON, sys.executable)
        for has_numpy in (True, False)
    }
    yield made
    for peer in made.values():
        peer.close()


def ask_both(twins, case):
    old, new = (twins[python, case.has_numpy].ask(case) for python in (PEER_PYTHON, sys.executable))
    return Outcome(case, old, new)


def test_random_cases(twins, record_property, capsys):
    touched = Counter()

    @settings(
        max_examples=CASES,
        deadline=None,
        derandomize="TWIN_CASES" not in os.environ,  # a long run looks for what is new
        database=None,
        phases=[Phase.generate, Phase.shrink],
        suppress_health_check=list(HealthCheck),
    )
    @given(cases())
    def compare_both(case):
        explained, rest = sort_by_rules(ask_both(twins, case))
        touched.update(list(explained) or ["equal"])
        touched["cases"] += 1
        assert not rest, "\n".join(["Sacred 0.8.7 → this package:", *rest, "", "of the script", case.source])

    compare_both()
    for name, count in touched.most_common():
        record_property("twins", (name, count))
    with capsys.disabled():
        print("", *(f"{count:7} {name}" for name, count in touched.most_common()), sep="\n")
    assert touched["equal"] >= LEAST_EQUAL * touched["cases"]


def test_every_rule_has_its_name_and_its_reason():
    assert len({rule.name for rule in RULES}) == len(RULES)
    assert [rule.name for rule in RULES if not rule.why.endswith(".")] == []
