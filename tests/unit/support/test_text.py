from datetime import timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.support.text import (
    Screen,
    apply_backspaces_and_linefeeds,
    convert_camel_case_to_snake_case,
    find_close,
    format_close,
    format_duration,
    format_place,
)


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("", ""),
        ("plain\ntext\n", "plain\ntext\n"),
        ("abc\b\bX", "aXc"),
        ("ab\b", "ab"),
        ("ab\b\n", "ab\n"),
        ("a\b\b\b", "a"),
        ("\babc", "abc"),
        ("a\n\b\bb", "a\nb"),
        ("abcdef\rXY\n", "XYcdef\n"),
        ("a\r\n", "a\n"),
        ("a\r\r\n", "a\n"),
        ("abc\r", "abc\r"),
        ("\r", "\r"),
        ("100%\r 50%\r\n", " 50%\n"),
        ("\x7f\t", "\x7f\t"),
        ("a\bc\rd", "d"),
        ("10%\r20%\r100%\ndone", "100%\ndone"),
        ("ä€\b!", "ä!"),
    ],
)
def test_what_a_terminal_shows(text, shown):
    assert apply_backspaces_and_linefeeds(text) == shown


def show(text):
    """What a terminal shows, character by character."""
    lines = []
    for line in text.replace("\r\n", "\n").split("\n"):
        cells, cursor = [], 0
        for character in line:
            if character in "\r\b":
                cursor = 0 if character == "\r" else max(0, cursor - 1)
            else:
                cells[cursor : cursor + 1] = [character]
                cursor += 1
        lines.append("".join(cells))
    return "\n".join(lines) + "\r" * text.endswith("\r")


@given(st.lists(st.text("ab\u20ac \r\b\n", max_size=12)))
def test_it_does_not_matter_where_text_is_cut(pieces):
    screen = Screen()
    complete = ""
    for count, piece in enumerate(pieces, 1):
        complete += screen.feed(piece)
        so_far = "".join(pieces[:count])
        assert complete + screen.rest == show(so_far) == apply_backspaces_and_linefeeds(so_far)
        assert "\n" not in screen.rest


def test_a_line_that_is_written_over_and_over_stays_one_line():
    screen = Screen()
    for percent in range(20_000):
        assert screen.feed(f"\r{percent} %") == ""
    assert screen.feed(" done\n") == "19999 % done\n"
    assert screen.rest == ""


@pytest.mark.parametrize(
    ("name", "expected"),
    [
        ("HTTPServer", "http_server"),
        ("getHTTPResponse", "get_http_response"),
        ("X1Y2", "x1_y2"),
        ("SomeID2X", "some_id2_x"),
        ("ABC", "abc"),
        ("already_snake", "already_snake"),
        ("camelCase", "camel_case"),
    ],
)
def test_snake_case(name, expected):
    assert convert_camel_case_to_snake_case(name) == expected


def test_near_misses():
    choices = ["learning_rate", "model.rate", "epochs", "epoch"]
    assert find_close("learning_rat", choices)[0] == "learning_rate"
    assert find_close("rate", choices) == ["model.rate"]
    assert find_close("epoc", choices) == ["epoch", "epochs"]
    assert find_close("zzz", choices) == []
    assert (
        find_close("a", [f"a{i}" for i in range(9)], limit=2)
        == find_close("a", [f"a{i}" for i in range(9)])[:2]
    )


def test_what_is_far_off_is_not_suggested():
    assert find_close("unused", ["seed", "used"]) == ["used"]
    assert find_close("lrr", ["lr", "seed"]) == ["lr"]
    assert find_close("raet", ["rate"]) == ["rate"]
    # what stands before is the same for all, and says nothing
    assert find_close("model.encoder.depth", ["model.encoder.width", "model.decoder.depth"]) == [
        "model.decoder.depth"
    ]
    assert find_close("--abcd", ["--abxy", "--abce"]) == ["--abce"]


def test_format_close():
    assert format_close("epoc", ["epoch", "epochs"]) == '; did you mean "epoch" or "epochs"?'
    assert format_close("epoc", []) == ""


@pytest.mark.parametrize(
    ("seconds", "expected"),
    [
        (1, "1 second"),
        (61, "1 minute, 1 second"),
        (2 * 86400 + 3 * 3600 + 1, "2 days, 3 hours, 1 second"),
        (3600, "1 hour"),
        (400 * 86400, "1 year, 1 month, 5 days"),
    ],
)
def test_durations(seconds, expected):
    assert format_duration(timedelta(seconds=seconds)) == expected


def test_a_place_in_a_text_is_shown():
    assert format_place("a = b", 2) == "    a = b\n      ^"
    assert format_place("日本 = e\u0301 x", 8) == "    日本 = e\u0301 x\n             ^"
    assert format_place("\x1b[31m\n", 0) == "     [31m \n    ^"
    line, caret = format_place("x" * 500 + "!" + "y" * 500, 500).split("\n")
    assert line[caret.index("^")] == "!"
    assert line.startswith("    …x")
    assert line.endswith("y…")
    assert len(line) < 80
    assert format_place("", 0) == "    \n    ^"
