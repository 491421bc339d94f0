import re

import pytest
from hypothesis import given
from hypothesis import strategies as st

from sacred.support.printable import find_begun_sequence, make_lines_printable, make_printable, render_output

UNSAFE = re.compile(r"[\x00-\x1f\x7f-\x9f\u202a-\u202e\u2066-\u2069\ud800-\udfff]")


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("plain text", "plain text"),
        ("a\nb\tc\r", "a\\nb\\tc\\r"),
        ("\x1b[31mred", "\\x1b[31mred"),
        ("\x00\x7f\x9b", "\\x00\\x7f\\x9b"),
        ("\u202eevil\u2066", "\\u202eevil\\u2066"),
        ("\ud800", "\\ud800"),
        ("é漢\U0001f600", "é漢\U0001f600"),
    ],
)
def test_one_line(text, shown):
    assert make_printable(text) == shown


@pytest.mark.parametrize(
    ("text", "shown"),
    [
        ("a\n\tb\r\nc", "a\n\tb\nc"),
        ("\x1b[1;31mred\x1b[0m", "red"),
        ("\x1b]0;title\x07text\x1b]8;;http://x\x1b\\link\x1b]8;;\x1b\\", "textlink"),
        ("\x1b(B\x1b=x", "x"),
        ("\x9b31mred", "red"),
        ("open\x1b]0;title\nnext", "open0;title\nnext"),
        ("\x07\x00", "\\x07\\x00"),
        ("50%\r100%", "50%\\r100%"),
    ],
)
def test_lines(text, shown):
    assert make_lines_printable(text) == shown


def test_output_is_as_it_looked():
    assert render_output("50%\r\x1b[K100%\nab\b\bcd\r\n") == "100%\ncd\n"


@given(st.text(alphabet=st.characters(codec=None)))
def test_nothing_unsafe_is_left(text):
    assert not UNSAFE.search(make_printable(text))
    assert not UNSAFE.search(re.sub(r"[\n\t]", "", make_lines_printable(text)))
    assert not UNSAFE.search(re.sub(r"[\n\t]", "", render_output(text)))


@pytest.mark.parametrize(
    "text", ["\x1b", "\x1b[", "\x1b[1;3", "\x9b1", "\x1b]0;tit", "\x1b]0;tit\x1b", "\x1b("]
)
def test_begun_sequences(text):
    assert find_begun_sequence(f"abc{text}") == 3


@pytest.mark.parametrize("text", ["abc", "\x1b[0m", "\x1b]0;t\x07", "\x1b]0;t\x1b\\", "\x1b]" + "x" * 3000])
def test_whole_sequences(text):
    assert find_begun_sequence(text) == len(text)
