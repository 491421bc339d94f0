"""The source of a config function: its body as code of its own, and the comments on its entries."""

import __future__

import ast
import linecache
import re
from types import CodeType, FunctionType
from typing import Any, NamedTuple

from sacred.config.scope_rewrite import Rewriter, walk_own
from sacred.errors import InvalidConfigError
from sacred.settings import SETTINGS

_FUTURE_FLAGS = sum(getattr(__future__, name).compiler_flag for name in __future__.all_feature_names)


class ScopeSource(NamedTuple):
    """What a config function's source says.

    Attributes:
        code: the body, compiled with the file's own line numbers.
        docs: ``{entry: comment}``.
        outer_names: names that the code declares to belong to the module or to functions around.
    """

    code: CodeType
    docs: dict[str, str]
    outer_names: tuple[str, ...]


def read_scope(function: FunctionType) -> ScopeSource:
    """Find, check and compile the body of a config function.

    Raises:
        InvalidConfigError: its source can't be found, or it has a ``return`` or ``yield``.
    """
    lines = _get_lines(function)
    node = _find_definition(function, lines)
    _check_statements(function, node)
    docs = find_docs(node.body, lines)
    outer = _find_outer_names(function, node)
    body = ast.Module(body=node.body, type_ignores=[])
    module = ast.fix_missing_locations(Rewriter(function.__code__.co_freevars).visit(body))
    flags = function.__code__.co_flags & _FUTURE_FLAGS
    code = compile(module, function.__code__.co_filename, "exec", flags=flags, dont_inherit=True)
    return ScopeSource(
        code.replace(co_name=function.__name__, co_qualname=function.__qualname__), docs, outer
    )


def _find_outer_names(function: FunctionType, node: ast.FunctionDef) -> tuple[str, ...]:
    names: list[str] = []
    for child in ast.walk(node):
        if isinstance(child, ast.Global):
            names += child.names
        elif isinstance(child, ast.Nonlocal):
            names += [name for name in child.names if name in function.__code__.co_freevars]
    return tuple(names)


def _get_lines(function: FunctionType) -> list[str]:
    linecache.checkcache(function.__code__.co_filename)  # the module may have been reloaded
    lines = linecache.getlines(function.__code__.co_filename, function.__globals__)
    if not lines:
        raise InvalidConfigError(
            f"The source of the config function {function.__name__!r} can't be found "
            f"({function.__code__.co_filename}): define it in a file or a notebook cell, "
            "or give its entries as a dictionary to add_config"
        )
    return lines


def _find_definition(function: FunctionType, lines: list[str]) -> ast.FunctionDef:
    """Parse as little of the file as holds the function; the whole file if that isn't to be told."""
    first = function.__code__.co_firstlineno
    last = max((line for _, _, line in function.__code__.co_lines() if line), default=first)
    end = _find_end(lines, first, last)
    for start, stop in ((first, end), (1, len(lines))):
        node = _parse_definition(lines, start, stop, function)
        if node is not None:
            return node
    raise InvalidConfigError(
        f"The config function {function.__name__!r} isn't where Python says it is, line {first} of "
        f"{function.__code__.co_filename}: was the file changed, or is it no function made by def?"
    )


def _find_end(lines: list[str], first: int, last: int) -> int:
    """Return the number of the last line before the next one that stands no deeper than the function."""
    depth = _indentation(lines[first - 1])
    for number in range(last + 1, len(lines) + 1):
        line = lines[number - 1]
        if line.strip() and _indentation(line) <= depth and line.lstrip()[0] not in ")]}#":
            return number - 1
    return len(lines)


def _indentation(line: str) -> int:
    return len(line) - len(line.lstrip())


def _parse_definition(
    lines: list[str], start: int, stop: int, function: FunctionType
) -> ast.FunctionDef | None:
    text = "".join(lines[start - 1 : stop])
    shift = start - 1
    if text[:1].isspace():
        text, shift = "if True:\n" + text, shift - 1
    try:
        tree = ast.parse(text, feature_version=None)
    except SyntaxError:
        return None
    ast.increment_lineno(tree, shift)
    for node in ast.walk(tree):
        if isinstance(node, ast.FunctionDef) and node.name == function.__code__.co_name:
            first = min([node.lineno, *(decorator.lineno for decorator in node.decorator_list)])
            if first == function.__code__.co_firstlineno and _assigns_only(node, function.__code__):
                return node
    return None


def _assigns_only(node: ast.FunctionDef, code: CodeType) -> bool:
    """Tell whether a source assigns only variables that the code has; else it is another one's."""
    known = {*code.co_varnames, *code.co_cellvars, *code.co_freevars, *code.co_names}
    targets = [
        target for child in walk_own(node.body) if isinstance(child, ast.Assign) for target in child.targets
    ]
    return known.issuperset(name for target in targets for name in _target_names(target))


def _check_statements(function: FunctionType, node: ast.FunctionDef) -> None:
    for child in walk_own(node.body):
        if isinstance(child, ast.Return | ast.Yield | ast.YieldFrom | ast.Await):
            word = type(child).__name__.lower().removesuffix("from")
            raise InvalidConfigError(
                f"{function.__code__.co_filename}:{child.lineno}: the config function {function.__name__!r} "
                f"has a {word}: its variables are the entries, so it can't end early or give a value",
                print_traceback=False,
            )


def find_docs(body: list[ast.stmt], lines: list[str]) -> dict[str, str]:
    """Return the comment of each entry: at the end of its line, else in the lines above.

    The first assignment of a name counts; comments that match ``SETTINGS.CONFIG.IGNORED_COMMENTS`` don't.
    """
    docs: dict[str, str] = {}
    assignments = [
        node
        for node in walk_own(body)
        if isinstance(node, ast.Assign | ast.AnnAssign) and hasattr(node, "lineno")
    ]
    for node in sorted(assignments, key=lambda node: node.lineno):
        targets = node.targets if isinstance(node, ast.Assign) else [node.target]
        names = [name for target in targets for name in _target_names(target)]
        if not names:
            continue
        doc = _find_comment(node, lines)
        for name in names:
            if doc:
                docs.setdefault(name, doc)
    return docs


def _target_names(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Tuple | ast.List):
        return [name for element in target.elts for name in _target_names(element)]
    return []


def _find_comment(node: Any, lines: list[str]) -> str:
    tail = lines[node.end_lineno - 1].encode()[node.end_col_offset :].decode(errors="replace")
    match = re.match(r"^[^'\"]*?#(.*)$", tail.rstrip())
    if match:
        return _clean_comment(match[1])
    comment: list[str] = []
    for line in reversed(lines[: node.lineno - 1]):
        text = line.strip()
        if text.startswith("#"):
            comment.insert(0, _clean_comment(text[1:]))
        elif text or comment:
            break
    return " ".join(part for part in comment if part)


def _clean_comment(comment: str) -> str:
    text = comment.lstrip("#").strip()
    return "" if any(re.match(pattern, text) for pattern in SETTINGS.CONFIG.IGNORED_COMMENTS) else text
