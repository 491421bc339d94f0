"""The source of a config function: its body as code of its own, and the comments on its entries."""

import __future__

import ast
import linecache
import re
from collections.abc import Iterator
from types import CodeType, FunctionType
from typing import NamedTuple

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
        helpers: names of what the code imports and defines for its own use.
    """

    code: CodeType
    docs: dict[str, str]
    outer_names: tuple[str, ...]
    helpers: frozenset[str]


def read_scope(function: FunctionType) -> ScopeSource:
    """Find, check and compile the body of a config function.

    Raises:
        InvalidConfigError: its source can't be found, or it has a ``return`` or ``yield``.
    """
    lines = get_lines(function)
    node = find_definition(function, lines)
    _check_statements(function, node)
    docs = find_docs(node.body, lines)
    outer = _find_outer_names(function, node)
    helpers = frozenset(_iter_helpers(node))
    body = ast.Module(body=node.body, type_ignores=[])
    module = ast.fix_missing_locations(Rewriter(function.__code__.co_freevars).visit(body))
    flags = function.__code__.co_flags & _FUTURE_FLAGS
    code = compile(module, function.__code__.co_filename, "exec", flags=flags, dont_inherit=True)
    return ScopeSource(
        code.replace(co_name=function.__name__, co_qualname=function.__qualname__), docs, outer, helpers
    )


def _iter_helpers(node: ast.FunctionDef) -> Iterator[str]:
    """Yield the names that are bound by imports and definitions."""
    for child in walk_own(node.body):
        if isinstance(child, ast.FunctionDef | ast.AsyncFunctionDef | ast.ClassDef):
            yield child.name
        elif isinstance(child, ast.Import | ast.ImportFrom):
            yield from (alias.asname or alias.name.split(".")[0] for alias in child.names)


def _find_outer_names(function: FunctionType, node: ast.FunctionDef) -> tuple[str, ...]:
    names: list[str] = []
    for child in ast.walk(node):
        if isinstance(child, ast.Global):
            names += child.names
        elif isinstance(child, ast.Nonlocal):
            names += [name for name in child.names if name in function.__code__.co_freevars]
    return tuple(names)


def get_lines(function: FunctionType) -> list[str]:
    """Return the lines of the file that a function was read from.

    Raises:
        InvalidConfigError: they can't be found.
    """
    linecache.checkcache(function.__code__.co_filename)  # the module may have been reloaded
    lines = linecache.getlines(function.__code__.co_filename, function.__globals__)
    if not lines:
        raise InvalidConfigError(
            f"The source of the config function {function.__name__!r} can't be found "
            f"({function.__code__.co_filename}): define it in a file or a notebook cell, "
            "or give its entries as a dictionary to add_config"
        )
    return lines


def find_definition(function: FunctionType, lines: list[str]) -> ast.FunctionDef:
    """Parse as little of the file as holds the function; the whole file if that isn't to be told.

    Raises:
        InvalidConfigError: it isn't where Python says.
    """
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
        for target in node.targets if isinstance(node, ast.Assign) else [node.target]:
            add_doc(target, docs, lines, node)
    return docs


def add_doc(
    target: ast.expr, variables: dict[str, str], body_lines: list[str], entry: ast.stmt | None = None
) -> None:
    """Put the comment of an assignment into ``variables``, for each of its names that has none yet.

    Args:
        target: what is assigned to.
        variables: ``{name: comment}``, which is added to.
        body_lines: the lines that ``target`` was parsed from.
        entry: the whole assignment; without it, its comment is looked for in the line of ``target``.
    """
    names = _target_names(target)
    doc = find_doc_for(entry or target, body_lines) if names else None
    if doc:
        for name in names:
            variables.setdefault(name, doc)


def _target_names(target: ast.expr) -> list[str]:
    if isinstance(target, ast.Name):
        return [target.id]
    if isinstance(target, ast.Tuple | ast.List):
        return [name for element in target.elts for name in _target_names(element)]
    return []


def find_doc_for(ast_entry: ast.stmt | ast.expr, body_lines: list[str]) -> str | None:
    """Return the comment on an assignment: at the end of its last line, else in the lines above it."""
    last = body_lines[(ast_entry.end_lineno or ast_entry.lineno) - 1]
    tail = last.encode()[ast_entry.end_col_offset or 0 :].decode(errors="replace")
    match = re.match(r"^[^'\"]*?#(.*)$", tail.rstrip())
    if match:
        return _clean_comment(match[1]) or None
    comment: list[str] = []
    for line in reversed(body_lines[: ast_entry.lineno - 1]):
        if iscomment(line):
            comment.insert(0, _clean_comment(line))
        elif comment or not is_empty_or_comment(line):
            break
    return " ".join(part for part in comment if part) or None


def _clean_comment(comment: str) -> str:
    text = comment.strip().lstrip("#").strip()
    return "" if is_ignored(text) else text


def iscomment(line: str) -> bool:
    """Tell whether a line holds a comment and nothing else."""
    return line.lstrip().startswith("#")


def is_empty_or_comment(line: str) -> bool:
    """Tell whether a line has no code."""
    return not line.strip() or iscomment(line)


def is_ignored(line: str) -> bool:
    """Tell whether a comment, given without its ``#``, is in ``SETTINGS.CONFIG.IGNORED_COMMENTS``."""
    return any(re.match(pattern, line) for pattern in SETTINGS.CONFIG.IGNORED_COMMENTS)
