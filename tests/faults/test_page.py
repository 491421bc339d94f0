from faults.page import PAGE, make_page
from faults.rows import GROUPS


def test_the_page_has_all_rows():
    text = PAGE.read_text(encoding="utf-8")
    assert make_page(text) == text, "run: PYTHONPATH=tests .venv/bin/python -m faults.page"


def test_each_row_has_a_name_of_its_own():
    names = [fault.name for faults in GROUPS.values() for fault in faults]
    assert len(set(names)) == len(names)
