from math import inf, nan

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.cli.chart import Chart, find_round, format_mark
from sacred.cli.curve import Line, draw_sparkline, keep_numbers
from sacred.cli.table import measure


def draw(*curves, width=40, height=8, coloured=False, **options):
    lines = [Line(f"run {number}", "loss", points, "\x1b[31m") for number, points in enumerate(curves)]
    return Chart(width, height, **options).draw(lines, coloured=coloured)


def test_its_corners():
    *rows, axis, marks = draw([(0, 0.0), (10, 10.0)], width=24, height=4)
    assert [row[:4] for row in rows] == ["10 ┤", "   │", " 5 ┤", " 0 ┤"]
    assert rows[0].endswith(("⠉", "⠁", "⠈", "⡰", "⠊", "⠋", "⣀⠤⠒⠉")) or measure(rows[0]) == 24
    assert axis[3:] == "└" + axis[4:]
    assert marks.split()[0] == "0"
    assert marks.split()[-1] == "10"
    assert rows[3][4] != " "


def test_letters_where_there_are_no_colours():
    text = "\n".join(draw([(0, 0), (1, 1)], [(0, 1), (1, 0)]))
    assert "A" in text
    assert "B" in text
    assert "\x1b" not in text
    assert "A" not in "\n".join(draw([(0, 0), (1, 1)]))
    assert "\x1b[31m" in "\n".join(draw([(0, 0), (1, 1)], [(0, 1), (1, 0)], coloured=True))


def test_a_logarithmic_axis():
    rows = draw([(0, 1.0), (1, 1000.0)], height=13, is_logarithmic=True)
    assert [row.split()[0] for row in rows if "┤" in row] == ["1e+03", "100", "10", "1"]
    rows = draw([(0, 1.0), (1, 30.0)], height=13, is_logarithmic=True)
    assert [row.split()[0] for row in rows if "┤" in row] == ["20", "10", "5", "2", "1"]


def test_moments_below():
    marks = draw([(1764000000, 1), (1764003600, 2)], is_moment=True)[-1].split()
    assert [len(one) for one in marks] == [8, 8]
    assert len(draw([(0, 1), (1e300, 2)], is_moment=True)) == 10


@given(
    st.lists(
        st.tuples(
            st.floats(allow_nan=False, allow_infinity=False), st.floats(allow_nan=False, allow_infinity=False)
        ),
        min_size=1,
    ),
    st.integers(1, 120),
    st.integers(1, 30),
)
def test_any_numbers(points, width, height):
    rows = draw(points, width=width, height=height)
    assert len(rows) == max(height, 3) + 2
    assert all(measure(row) <= max(width, 45) for row in rows)


@given(st.floats(-1e6, 1e6), st.floats(1e-3, 1e9), st.integers(2, 10))
def test_round_numbers(low, span, about):
    found = find_round(low, low + span, about)
    assert len(found) >= 2
    assert found == sorted(found)
    assert low - span * 1e-5 <= found[0]
    assert found[-1] <= low + span * (1 + 1e-5)


@pytest.mark.parametrize(
    ("value", "span", "text"),
    [
        (0.0, 1, "0"),
        (1e-12, 1, "0"),
        (5.0, 10, "5"),
        (0.25, 1, "0.25"),
        (1000.5, 1, "1000.5"),
        (1e9, 1e9, "1e+09"),
    ],
)
def test_marks(value, span, text):
    assert format_mark(value, span) == text


def test_sparklines():
    assert draw_sparkline([0, 1, 2, 3, 4, 5, 6, 7], 8) == "▁▂▃▄▅▆▇█"
    assert draw_sparkline(range(100), 4) == "▁▃▆█"
    assert draw_sparkline([3, 3], 8) == "▁▁"
    assert draw_sparkline(["x", nan, None], 8) == ""
    assert len(draw_sparkline([1.7e308, -1.7e308], 8)) == 2


def test_numbers():
    assert keep_numbers([1, True, "2", nan, inf, None, 10**400, 0.5]) == [1.0, 1.0, 0.5]
