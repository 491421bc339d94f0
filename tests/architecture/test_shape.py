"""The budget every module and function lives in (CONTRIBUTING, "Rules"), and no import circles."""

import ast
from fnmatch import fnmatch
from graphlib import CycleError, TopologicalSorter

from architecture.source import (
    count_lines,
    imported_modules,
    iter_functions,
    iter_public,
    load_modules,
    missing_hints,
    nesting,
    parameters,
)

MODULE_LINES = 400
FUNCTION_LINES = 40
NESTING = 3
PARAMETERS = 6
DOCUMENTED = 0.95

# Signatures that 0.8's users call or override as they are: pattern of the qualified name -> whose contract.
CONTRACT_SIGNATURES = {
    "sacred.errors.*.__init__": "0.8's constructors; users raise these",
    "sacred.experiment.experiment.Experiment.__init__": "0.8's constructor",
    "sacred.experiment.experiment.Experiment.run": "0.8's method, and what is passed on from it",
    "sacred.observers.*.queued_event": "an observer's event, called with keywords",
    "sacred.observers.*.started_event": "an observer's event, called with keywords",
    "sacred.observers.file_storage.FileStorageObserver.__init__": "0.8's constructor",
    "sacred.observers.file_storage.FileStorageObserver.create": "0.8's constructor under its older name",
    "sacred.run.scaffold.Scaffold.__init__": "0.8's constructor",
    "sacred.run.state.RunState.__init__": "0.8's constructor of Run",
}

MODULES = load_modules()
FUNCTIONS = [(module, *found) for module in MODULES for found in iter_functions(module.tree, module.name)]


def report(problems, hint):
    assert not problems, "\n".join([hint, *problems])


def test_every_module_has_a_docstring():
    problems = [
        module.place(module.tree)
        for module in MODULES
        if module.text.strip() and not ast.get_docstring(module.tree)
    ]
    report(problems, "A module says in its docstring what it owns:")


def test_modules_are_short():
    problems = [
        f"{module.place(module.tree)}: {module.lines} lines"
        for module in MODULES
        if module.lines > MODULE_LINES
    ]
    report(problems, f"Over {MODULE_LINES} lines, a module owns more than one thing:")


def test_functions_are_short():
    problems = [
        f"{module.place(function)} {name}: {count_lines(function)} lines"
        for module, name, function, _ in FUNCTIONS
        if count_lines(function) > FUNCTION_LINES
    ]
    report(problems, f"Over {FUNCTION_LINES} lines without the docstring: name its steps as functions:")


def test_functions_are_flat():
    problems = [
        f"{module.place(function)} {name}: {nesting(function)} blocks deep"
        for module, name, function, _ in FUNCTIONS
        if nesting(function) > NESTING
    ]
    report(problems, f"Blocks nested more than {NESTING} deep: return early, or name the inner part:")


def test_functions_take_few_parameters():
    problems = [
        f"{module.place(function)} {name}: {len(parameters(function, is_method))} parameters"
        for module, name, function, is_method in FUNCTIONS
        if len(parameters(function, is_method)) > PARAMETERS and not is_contract(name)
    ]
    report(
        problems,
        f"Over {PARAMETERS} parameters (and not in CONTRACT_SIGNATURES): what do they form together?",
    )


def is_contract(name):
    return any(fnmatch(name, pattern) for pattern in CONTRACT_SIGNATURES)


def test_everything_is_annotated():
    problems = [
        f"{module.place(function)} {name}: {', '.join(missing)}"
        for module, name, function, is_method in FUNCTIONS
        if (missing := missing_hints(function, is_method))
    ]
    report(problems, "Without type hints:")


def test_public_names_are_documented():
    public = [(module, *found) for module in MODULES for found in iter_public(module.tree, module.name)]
    missing = [f"{module.place(node)} {name}" for module, name, node in public if not ast.get_docstring(node)]
    share = 1 - len(missing) / max(len(public), 1)
    hint = f"{share:.0%} of {len(public)} public names have a docstring, at least {DOCUMENTED:.0%} must:"
    report(missing if share < DOCUMENTED else [], hint)


def test_no_module_imports_itself_in_a_circle():
    known = {module.name for module in MODULES}
    imports = {module.name: imported_modules(module, known) - {module.name} for module in MODULES}
    try:
        TopologicalSorter(imports).prepare()
    except CycleError as error:
        circle = " -> ".join(reversed(error.args[1]))
        report([circle], "Imports (in functions and for type checkers too) go round in a circle:")
