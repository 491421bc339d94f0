"""The small changes that give a function's body, run at the top of a module, its meaning in the function."""

import ast
from collections.abc import Collection
from typing import TypeVar

from sacred.config.namespace import ENTRIES_NAME

Node = TypeVar("Node", bound=ast.AST)

_FUNCTIONS = ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef


class Rewriter(ast.NodeTransformer):
    """Rewrites the statements of a config function's body.

    Annotations of variables are not evaluated, as in a function. An inner function's ``nonlocal x`` means the
    entry ``x``: since the body is no function any more, ``x`` becomes global there, and an assignment to it
    one to an item of the entries. So does ``:=`` in a comprehension, which at the top of a module would make
    a global variable.

    Args:
        free: the variables that belong to functions around the config function.
    """

    def __init__(self, free: Collection[str] = ()) -> None:
        self.free = frozenset(free)
        self.functions: list[ast.AST] = []
        self.comprehensions = 0
        self.shared: set[str] = set()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:
        """Turn ``x: int = 1`` into ``x = 1``, and ``x: int`` into nothing."""
        self.generic_visit(node)
        if self.functions:
            return node
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)

    def visit_FunctionDef(self, node: ast.FunctionDef | ast.AsyncFunctionDef) -> ast.AST:
        """Find out which names of an inner function are entries of ours."""
        between = {name for function in self.functions for name in bound_names(function)}
        declared = {
            name for child in walk_own(node.body) if isinstance(child, ast.Nonlocal) for name in child.names
        }
        return self._enter(node, (declared - between - self.free) | (self.shared - bound_names(node)))

    visit_AsyncFunctionDef = visit_FunctionDef  # noqa: N815 -- ast's naming

    def visit_Lambda(self, node: ast.Lambda) -> ast.AST:
        """Leave the assignments inside alone: they are the lambda's own."""
        return self._enter(node, set())

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:
        """Leave the assignments and annotations inside alone: they are the class's own."""
        return self._enter(node, set())

    def _enter(self, node: ast.AST, shared: set[str]) -> ast.AST:
        outer = self.shared, self.comprehensions
        self.shared, self.comprehensions = shared, 0
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()
        self.shared, self.comprehensions = outer
        return node

    def visit_ListComp(self, node: Node) -> Node:
        """Note that what is inside stands in a comprehension."""
        self.comprehensions += 1
        self.generic_visit(node)
        self.comprehensions -= 1
        return node

    visit_SetComp = visit_ListComp  # noqa: N815 -- ast's naming
    visit_DictComp = visit_ListComp  # noqa: N815 -- ast's naming
    visit_GeneratorExp = visit_ListComp  # noqa: N815 -- ast's naming

    def visit_comprehension(self, node: ast.comprehension) -> ast.AST:
        """Leave the variable of a comprehension alone: it is the comprehension's own."""
        node.iter = self.visit(node.iter)
        node.ifs = [self.visit(condition) for condition in node.ifs]
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> list[ast.AST]:
        """Keep only names that belong to a function between the inner one and the config function."""
        between = {name for function in self.functions[:-1] for name in bound_names(function)}
        kept = [name for name in node.names if name in between]
        ours = [name for name in node.names if name not in between]
        parts: list[ast.AST] = [ast.Nonlocal(names=kept)] if kept else []
        parts += [ast.Global(names=ours)] if ours else []
        return [ast.copy_location(part, node) for part in parts]

    def visit_NamedExpr(self, node: ast.NamedExpr) -> ast.AST:
        """Turn ``x := value`` into a call that sets the entry, where it would set a global variable."""
        value = self.visit(node.value)
        if node.target.id not in self.shared and (self.functions or not self.comprehensions):
            return ast.copy_location(ast.NamedExpr(target=node.target, value=value), node)
        assign = ast.Attribute(value=_entries(), attr="assign", ctx=ast.Load())
        return ast.copy_location(
            ast.Call(func=assign, args=[ast.Constant(node.target.id), value], keywords=[]), node
        )

    def visit_Name(self, node: ast.Name) -> ast.AST:
        """Turn an assignment to a shared name into one to an item of the entries."""
        if node.id not in self.shared or isinstance(node.ctx, ast.Load):
            return node
        item = ast.Subscript(value=_entries(), slice=ast.Constant(node.id), ctx=node.ctx)
        return ast.copy_location(item, node)


def _entries() -> ast.Name:
    return ast.Name(id=ENTRIES_NAME, ctx=ast.Load())


def walk_own(body: list[ast.stmt]) -> list[ast.AST]:
    """Return all nodes of a body, but not what is inside its inner functions and classes."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(node, _FUNCTIONS):
            waiting.extend(ast.iter_child_nodes(node))
    return found


def bound_names(function: ast.AST) -> set[str]:
    """Return the parameters and variables that belong to a function itself."""
    if not isinstance(function, ast.FunctionDef | ast.AsyncFunctionDef):
        return set()
    own = walk_own(function.body)
    names = {node.arg for node in ast.walk(function.args) if isinstance(node, ast.arg)}
    names |= {node.id for node in own if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in own:
        if isinstance(node, ast.Nonlocal | ast.Global):
            names -= set(node.names)
    return names
