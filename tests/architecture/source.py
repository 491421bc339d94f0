"""The package's source as syntax trees, and the measures that the shape tests apply to them."""

import ast
from collections.abc import Iterator
from dataclasses import dataclass
from pathlib import Path

ROOT = Path(__file__).resolve().parents[2]
PACKAGE = ROOT / "src" / "sacred"

Function = ast.FunctionDef | ast.AsyncFunctionDef
_BLOCKS = (ast.If, ast.For, ast.AsyncFor, ast.While, ast.With, ast.AsyncWith, ast.Try, ast.TryStar, ast.Match)
_SCOPES = (ast.FunctionDef, ast.AsyncFunctionDef, ast.ClassDef)


@dataclass(frozen=True)
class Module:
    name: str
    path: Path
    text: str
    tree: ast.Module

    @property
    def is_package(self) -> bool:
        return self.path.name == "__init__.py"

    @property
    def lines(self) -> int:
        return len(self.text.splitlines())

    def place(self, node: ast.AST) -> str:
        return f"{self.path.relative_to(ROOT)}:{getattr(node, 'lineno', 1)}"


def load_modules(package: Path = PACKAGE) -> list[Module]:
    return [_load_module(path, package.parent) for path in sorted(package.rglob("*.py"))]


def _load_module(path: Path, base: Path) -> Module:
    parts = path.relative_to(base).with_suffix("").parts
    name = ".".join(parts[:-1] if parts[-1] == "__init__" else parts)
    text = path.read_text(encoding="utf-8")
    return Module(name, path, text, ast.parse(text, filename=str(path)))


def iter_functions(node: ast.AST, prefix: str) -> Iterator[tuple[str, Function, bool]]:
    """Every function under a node, nested ones too: (qualified name, function, is a method)."""
    for child in ast.iter_child_nodes(node):
        name = f"{prefix}.{child.name}" if isinstance(child, _SCOPES) else prefix
        if isinstance(child, Function):
            yield name, child, isinstance(node, ast.ClassDef)
        yield from iter_functions(child, name)


def iter_public(
    node: ast.Module | ast.ClassDef, prefix: str
) -> Iterator[tuple[str, Function | ast.ClassDef]]:
    """What users can reach: public functions, classes, and the methods of public classes."""
    for child in node.body:
        if not isinstance(child, _SCOPES) or child.name.startswith("_") or _is_repeated(child):
            continue
        yield f"{prefix}.{child.name}", child
        if isinstance(child, ast.ClassDef):
            yield from iter_public(child, f"{prefix}.{child.name}")


def _is_repeated(node: Function | ast.ClassDef) -> bool:
    """Overloads, setters and deleters speak of the same thing as their first definition."""
    names = {ast.unparse(decorator).rsplit(".", 1)[-1] for decorator in node.decorator_list}
    return bool(names & {"overload", "setter", "deleter"})


def count_lines(function: Function) -> int:
    """Lines from `def` to the end, without the docstring."""
    total = (function.end_lineno or function.lineno) - function.lineno + 1
    if ast.get_docstring(function, clean=False) is None:
        return total
    docstring = function.body[0]
    return total - ((docstring.end_lineno or docstring.lineno) - docstring.lineno + 1)


def nesting(node: ast.AST) -> int:
    """Depth of blocks in blocks; functions within count for themselves, an `elif` like its `if`."""
    deepest = 0
    for child in ast.iter_child_nodes(node):
        if isinstance(child, _SCOPES):
            continue
        is_elif = isinstance(node, ast.If) and isinstance(child, ast.If) and node.orelse == [child]
        deepest = max(deepest, nesting(child) + (isinstance(child, _BLOCKS) and not is_elif))
    return deepest


def parameters(function: Function, is_method: bool) -> list[ast.arg]:
    """The parameters by name, without `self`, `cls` and the starred ones."""
    arguments = function.args
    positional = [*arguments.posonlyargs, *arguments.args]
    decorators = {ast.unparse(decorator) for decorator in function.decorator_list}
    if is_method and "staticmethod" not in decorators:
        positional = positional[1:]
    return [*positional, *arguments.kwonlyargs]


def missing_hints(function: Function, is_method: bool) -> list[str]:
    starred = [arg for arg in (function.args.vararg, function.args.kwarg) if arg]
    missing = [arg.arg for arg in [*parameters(function, is_method), *starred] if arg.annotation is None]
    return missing + (["return"] if function.returns is None else [])


def imported_modules(module: Module, known: set[str]) -> set[str]:
    """The package's own modules that a module imports anywhere, in functions and for type checkers too."""
    found: set[str] = set()
    for node in ast.walk(module.tree):
        if isinstance(node, ast.Import):
            found |= {alias.name for alias in node.names}
        elif isinstance(node, ast.ImportFrom):
            source = import_source(module, node)
            submodules = {f"{source}.{alias.name}" for alias in node.names}
            found |= submodules & known
            if not submodules <= known:
                found.add(source)
    return found & known


def import_source(module: Module, node: ast.ImportFrom) -> str:
    """The absolute name of the module in `from ... import`."""
    if not node.level:
        return node.module or ""
    parts = module.name.split(".")
    parents = parts[: len(parts) - node.level + module.is_package]
    return ".".join([*parents, *filter(None, [node.module])])
