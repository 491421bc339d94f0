"""The small changes that give a function's body, run at the top of a module, its meaning in the function."""

import ast

from sacred.config.namespace import ENTRIES_NAME


class Rewriter(ast.NodeTransformer):
    """Rewrites the statements of a config function's body.

    Annotations of variables are not evaluated, as in a function. An inner function's ``nonlocal x`` means the
    entry ``x``: since the body is no function any more, its ``x`` becomes an item of the entries.
    """

    def __init__(self) -> None:
        self.functions: list[ast.AST] = []
        self.shared: set[str] = set()

    def visit_AnnAssign(self, node: ast.AnnAssign) -> ast.AST:  # noqa: N802 -- ast's naming
        """Turn ``x: int = 1`` into ``x = 1``, and ``x: int`` into nothing."""
        self.generic_visit(node)
        if self.functions:
            return node
        if node.value is None:
            return ast.copy_location(ast.Pass(), node)
        return ast.copy_location(ast.Assign(targets=[node.target], value=node.value), node)

    def visit_FunctionDef(self, node: ast.FunctionDef) -> ast.AST:  # noqa: N802 -- ast's naming
        """Find out which names of an inner function are entries of ours."""
        outer = self.shared
        between = {name for function in self.functions for name in bound_names(function)}
        declared = {
            name for child in walk_own(node.body) if isinstance(child, ast.Nonlocal) for name in child.names
        }
        self.shared = (outer - bound_names(node)) | (declared - between)
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()
        self.shared = outer
        return node

    def visit_ClassDef(self, node: ast.ClassDef) -> ast.AST:  # noqa: N802 -- ast's naming
        """Leave the annotations of an inner class as they are."""
        self.functions.append(node)
        self.generic_visit(node)
        self.functions.pop()
        return node

    def visit_Nonlocal(self, node: ast.Nonlocal) -> ast.AST | None:  # noqa: N802 -- ast's naming
        """Keep only names that belong to a function between the inner one and the config function."""
        names = [name for name in node.names if name not in self.shared]
        return ast.copy_location(ast.Nonlocal(names=names), node) if names else ast.copy_location(ast.Pass(), node)

    def visit_Name(self, node: ast.Name) -> ast.AST:  # noqa: N802 -- ast's naming
        """Turn a shared name into an item of the entries."""
        if node.id not in self.shared:
            return node
        entries = ast.Name(id=ENTRIES_NAME, ctx=ast.Load())
        return ast.copy_location(ast.Subscript(value=entries, slice=ast.Constant(node.id), ctx=node.ctx), node)


def walk_own(body: list[ast.stmt]) -> list[ast.AST]:
    """Return all nodes of a body, but not what is inside its inner functions and classes."""
    found: list[ast.AST] = []
    waiting: list[ast.AST] = list(body)
    while waiting:
        node = waiting.pop()
        found.append(node)
        if not isinstance(node, ast.FunctionDef | ast.AsyncFunctionDef | ast.Lambda | ast.ClassDef):
            waiting.extend(ast.iter_child_nodes(node))
    return found


def bound_names(function: ast.AST) -> set[str]:
    """Return the parameters and variables that belong to a function itself."""
    if not isinstance(function, ast.FunctionDef):
        return set()
    arguments = function.args
    names = {argument.arg for argument in [*arguments.posonlyargs, *arguments.args, *arguments.kwonlyargs]}
    own = walk_own(function.body)
    names |= {node.id for node in own if isinstance(node, ast.Name) and isinstance(node.ctx, ast.Store)}
    for node in own:
        if isinstance(node, ast.Nonlocal | ast.Global):
            names -= set(node.names)
    return names
