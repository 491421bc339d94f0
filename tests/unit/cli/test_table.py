import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.cli.table import Column, choose_columns, format_table, measure, pad, shorten


def test_a_table():
    columns = [
        Column("id", ["1", "20"], align="right"),
        Column("name", ["ada", "漢字"]),
        Column("x", ["", "\N{EN DASH}"]),
    ]
    assert format_table(columns) == ["id  name  x", " 1  ada", "20  漢字  \N{EN DASH}"]


def test_what_a_record_contains_stays_in_its_cell():
    lines = format_table([Column("a\nb", ["\x1b[31mred\n"]), Column("c", ["d"])])
    assert lines == ["a\\nb           c", "\\x1b[31mred\\n  d"]


def test_colours_take_no_room():
    columns = [Column("s", ["ok", "failed"], styles=["\x1b[32m", "\x1b[31m"]), Column("x", ["1", "2"])]
    lines = format_table(columns, 20, coloured=True)
    assert lines == [
        "\x1b[1ms     \x1b[0m  \x1b[1mx\x1b[0m",
        "\x1b[32mok    \x1b[0m  1",
        "\x1b[31mfailed\x1b[0m  2",
    ]


def test_the_widest_column_gives_way():
    columns = [Column("id", ["1"]), Column("long", ["x" * 50]), Column("short", ["y" * 12])]
    (_, line) = format_table(columns, 40)
    assert line == f"1   {'x' * 21}…  {'y' * 12}"
    assert measure(line) == 40


def test_columns_of_low_rank_stay():
    columns = [
        Column("id", ["1"]),
        Column("wide", ["w" * 30], rank=2),
        Column("b", ["b" * 5], rank=3),
        Column("c", ["c" * 9], rank=1),
    ]
    assert [one.title for one in choose_columns(columns, 80)] == ["id", "wide", "b", "c"]
    assert [one.title for one in choose_columns(columns, 30)] == ["id", "b", "c"]
    assert [one.title for one in choose_columns(columns, 3)] == ["id"]


@pytest.mark.parametrize(
    ("text", "width", "short"),
    [
        ("abc", 3, "abc"),
        ("abcd", 3, "ab…"),
        ("漢字漢字", 5, "漢字…"),
        ("漢字漢字", 4, "漢…"),
        ("e\u0301e\u0301", 2, "e\u0301e\u0301"),
    ],
)
def test_shorten(text, width, short):
    assert shorten(text, width) == short


def test_pad():
    assert pad("漢", 4) == "漢  "
    assert pad("1", 3, "right") == "  1"


@given(
    st.lists(st.lists(st.text(max_size=30), min_size=2, max_size=2), min_size=1, max_size=5),
    st.integers(30, 100),
)
def test_no_line_is_wider_than_the_terminal(contents, width):
    columns = [Column(str(number), cells) for number, cells in enumerate(contents)]
    lines = format_table(columns, width)
    room = max(width, len(columns) * 10)
    assert len(lines) == 3
    assert all(measure(line) <= room for line in lines)
