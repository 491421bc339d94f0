"""The fault matrix: each test breaks a real thing while an experiment runs, and looks at what must hold."""

import pytest

from faults.fault import COLUMNS
from faults.judge import judge
from faults.rows import GROUPS


@pytest.mark.parametrize(
    ("group", "fault"),
    [pytest.param(group, fault, id=fault.name) for group, faults in GROUPS.items() for fault in faults],
)
def test_fault(tmp_path, record_property, group, fault):
    troubles = judge(tmp_path, fault)
    record_property("fault", (group, fault.name, [not troubles[column] for column in COLUMNS]))
    wrong = {column: trouble for column, trouble in troubles.items() if trouble}
    assert not wrong, "\n".join(f"{column}: {trouble}" for column, trouble in wrong.items())
