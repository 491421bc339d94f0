"""The parts of a config function's source, for tools that read them as Sacred 0.8 offered them."""

import inspect
import tokenize
from collections.abc import Callable
from types import CodeType, FunctionType
from typing import Any

from sacred.config.scope_source import find_definition, get_lines, is_empty_or_comment, iscomment, read_scope
from sacred.config.seeding import SEED_DOC
from sacred.errors import InvalidConfigError


def get_config_comments(func: Callable[..., Any]) -> dict[str, str]:
    """Return the comment on each entry of a config function, and on the seed that every experiment has."""
    return {"seed": SEED_DOC, **read_scope(_unwrap(func)).docs}


def get_function_body_code(func: Callable[..., Any]) -> CodeType:
    """Return the body of a config function as code: run in a namespace, it leaves the entries there.

    Raises:
        InvalidConfigError: its source can't be found, or it has a ``return`` or ``yield``.
    """
    return read_scope(_unwrap(func)).code


def get_function_body(func: Callable[..., Any]) -> tuple[str, int]:
    """Return the text behind the colon of a function's head, and the number of the line below that colon.

    Raises:
        InvalidConfigError: its source can't be found.
    """
    function = _unwrap(func)
    lines = get_lines(function)
    node = find_definition(function, lines)
    row, column = _find_head_end(lines, node.lineno)
    return "".join([lines[row - 1][column:], *lines[row : node.body[-1].end_lineno]]), row + 1


def dedent_function_body(body: str) -> str:
    """Take the indentation of the first line with code away from all lines."""
    lines = body.splitlines(keepends=True)
    first = next((line for line in lines if not is_empty_or_comment(line)), "")
    indent = first[: len(first) - len(first.lstrip())]
    return "".join(dedent_line(line, indent) for line in lines)


def dedent_line(line: str, indent: str) -> str:
    """Take away what a line has of ``indent`` at its start; from a comment all white space."""
    if iscomment(line):
        return line.lstrip()
    common = 0
    while line[common : common + 1] and line[common] == indent[common : common + 1]:
        common += 1
    return line[common:]


def _find_head_end(lines: list[str], first: int) -> tuple[int, int]:
    """Return the line and the column behind the colon that ends the head of the function in a line."""
    depth = 0
    for token in tokenize.generate_tokens(iter(lines[first - 1 :]).__next__):
        depth += (token.string in {"(", "[", "{"}) - (token.string in {")", "]", "}"})
        if token.string == ":" and not depth:
            return token.end[0] + first - 1, token.end[1]
    raise InvalidConfigError(f"Line {first} is no head of a function")


def _unwrap(func: Callable[..., Any]) -> FunctionType:
    function = inspect.unwrap(func)
    if not isinstance(function, FunctionType):
        raise TypeError(f"{func!r} is no function with a source")
    return function
