"""Files in the root are doors: they lead 0.8's import paths to the rooms, and hold nothing themselves."""

import ast
import importlib
import tomllib

import pytest

from architecture.source import PACKAGE, ROOT, import_source, load_modules

NO_DOORS = {"__init__", "__main__", "errors", "settings"}
DOORS_IN_ROOMS = {"sacred.config.custom_containers", "sacred.config.utils"}
STATEMENTS = 15

MODULES = {module.name: module for module in load_modules()}
DOORS = sorted(
    name
    for name, module in MODULES.items()
    if name in DOORS_IN_ROOMS or (module.path.parent == PACKAGE and module.path.stem not in NO_DOORS)
)
CONTRACTS = {
    contract["id"]: contract
    for contract in tomllib.loads((ROOT / "pyproject.toml").read_text())["tool"]["importlinter"]["contracts"]
}


def is_allowed(node):
    match node:
        case ast.Import() | ast.ImportFrom():
            return True
        case ast.Expr(value=ast.Constant()):  # the docstring
            return True
        case ast.Assign(targets=[ast.Name(id="__all__")]):
            return True
        case ast.FunctionDef(name="__getattr__" | "__dir__"):
            return True
        case ast.If():  # for type checkers, or for `python -m`
            return ast.unparse(node.test) in {"TYPE_CHECKING", "__name__ == '__main__'"}
    return False


@pytest.mark.parametrize("name", DOORS)
def test_a_door_only_imports(name):
    module = MODULES[name]
    foreign = [
        f"{module.place(node)}: {ast.unparse(node)[:60]}" for node in module.tree.body if not is_allowed(node)
    ]
    assert not foreign, "\n".join(["A door defines nothing; move this into a room:", *foreign])
    # statements, since the formatter may give each imported name a line
    assert len(module.tree.body) <= STATEMENTS, f"{name} is a door of more than {STATEMENTS} statements"


@pytest.mark.parametrize("name", DOORS)
def test_a_door_shows_the_very_objects_of_the_rooms(name):
    door = importlib.import_module(name)
    for node in MODULES[name].tree.body:
        if not isinstance(node, ast.ImportFrom):
            continue
        source = import_source(MODULES[name], node)
        assert source not in DOORS, f"{name} leads to another door, {source}"
        room = importlib.import_module(source)
        for alias in node.names:
            if alias.name != "*":
                shown = getattr(door, alias.asname or alias.name)
                assert shown is getattr(room, alias.name), f"{name}.{alias.name} is not {source}.{alias.name}"


@pytest.mark.parametrize("name", DOORS)
def test_what_a_door_promises_is_there(name):
    door = importlib.import_module(name)
    missing = [promised for promised in getattr(door, "__all__", []) if not hasattr(door, promised)]
    assert not missing, f"{name}.__all__ names what {name} does not have: {missing}"


def test_every_door_is_closed_to_the_inside():
    unprotected = set(DOORS) - set(CONTRACTS["doors"]["protected_modules"])
    assert not unprotected, f"add to the import contract `doors` in pyproject.toml: {sorted(unprotected)}"


def test_every_room_has_its_layer():
    layers = {room.strip() for layer in CONTRACTS["rooms"]["layers"] for room in layer.split("|")}
    rooms = {path.parent.name for path in PACKAGE.glob("*/*.py")}
    assert rooms <= layers, f"give these folders a layer in pyproject.toml: {sorted(rooms - layers)}"
