"""A case: an experiment and what is asked of it, and the one place that writes it down as a script.

The script runs as it is with either package; both write the same module to a file, as configs are read from
their source.
"""

from dataclasses import dataclass
from textwrap import indent

PREAMBLE = """\
from pathlib import Path

from sacred import SETTINGS, Experiment, Ingredient

try:
    import numpy as np
except ImportError:
    np = None

HERE = Path(__file__).parent
SETTINGS.CAPTURE_MODE = "no"
SETTINGS.DISCOVER_SOURCES = SETTINGS.DISCOVER_DEPENDENCIES = "none"
SETTINGS.HOST_INFO.INCLUDE_GPU_INFO = SETTINGS.HOST_INFO.INCLUDE_CPU_INFO = False
SEEN = []


def look(function):
    try:
        SEEN.append((function.__name__, function()))
    except Exception as error:
        SEEN.append((function.__name__, {"raises": [kind.__name__ for kind in type(error).__mro__]}))


def draw(rnd):
    return float(rnd.random())
"""

POSTSCRIPT = """
if __name__ == "__main__":
    print(run().config, *SEEN, sep="\\n")
"""


@dataclass(frozen=True)
class Config:
    """A config or named config: a function, a dictionary or a file.

    Attributes:
        kind: ``function``, ``dict``, ``json`` or ``yaml``.
        body: statements of the function; of others the one text of the dictionary or file.
        parameters: of the function.
        name: of a named config; empty for others.
    """

    kind: str
    body: tuple[str, ...]
    parameters: tuple[str, ...] = ()
    name: str = ""


@dataclass(frozen=True)
class Function:
    """A captured function: returns what it is given.

    Attributes:
        required: its arguments without default values.
        optional: those with some.
        prefix: where its values come from; empty for all entries.
        special: whether it takes ``_seed`` and ``_rnd``.
    """

    required: tuple[str, ...] = ()
    optional: tuple[str, ...] = ()
    prefix: str = ""
    special: bool = False


@dataclass(frozen=True)
class Part:
    """An ingredient, or the experiment.

    Attributes:
        path: its path; empty for the experiment.
        needs: paths of the ingredients that it declares.
        configs: its configs, in order.
        named_configs: its named configs.
        hooks: bodies of its config hooks, in order.
        functions: its captured functions, in order.
        has_command: whether it has a command ``show``.
    """

    path: str
    needs: tuple[str, ...] = ()
    configs: tuple[Config, ...] = ()
    named_configs: tuple[Config, ...] = ()
    hooks: tuple[tuple[str, ...], ...] = ()
    functions: tuple[Function, ...] = ()
    has_command: bool = False

    @property
    def variable(self) -> str:
        """Its name in the script."""
        return self.path.replace(".", "_") or "ex"


@dataclass(frozen=True)
class Case:
    """An experiment and what is asked of it.

    Attributes:
        parts: ingredients before those that need them, the experiment last.
        command: the command to run.
        updates: the text of a value by dotted path, in order.
        named_configs: names of named configs and of config files, in order.
        words: whether they are given as words of a command line.
        nested: whether updates are given as nested dictionaries (in Python only).
        force: whether ``--force`` is given.
        has_numpy: whether numpy can be imported.
        files: config files that are named: the text of a dictionary by file name.
    """

    parts: tuple[Part, ...]
    command: str = "main"
    updates: tuple[tuple[str, str], ...] = ()
    named_configs: tuple[str, ...] = ()
    words: bool = False
    nested: bool = False
    force: bool = False
    has_numpy: bool = True
    files: tuple[tuple[str, str], ...] = ()

    @property
    def source(self) -> str:
        """The case as a script."""
        files = "".join(_write_file(name, text) for name, text in self.files)
        return "\n\n".join([PREAMBLE + files, *map(_write_part, self.parts), _write_run(self) + POSTSCRIPT])


def _write_part(part: Part) -> str:
    needs = ", ".join(path.replace(".", "_") for path in part.needs)
    kind, name = ("Ingredient", part.path) if part.path else ("Experiment", "twin")
    made = f'{part.variable} = {kind}("{name}", ingredients=[{needs}], save_git_info=False)\n'
    pieces = [_write_config(part, config, number) for number, config in enumerate(part.configs)]
    pieces += [_write_config(part, config, number) for number, config in enumerate(part.named_configs)]
    pieces += [_write_hook(part, body, number) for number, body in enumerate(part.hooks)]
    pieces += [_write_function(part, function, number) for number, function in enumerate(part.functions)]
    pieces += [_write_command(part, "show")] if part.has_command else []
    return "\n\n".join([made, *pieces])


def _write_config(part: Part, config: Config, number: int) -> str:
    adds = (
        f'{part.variable}.add_named_config("{config.name}", '
        if config.name
        else f"{part.variable}.add_config("
    )
    if config.kind == "dict":
        return f"{adds}{config.body[0]})\n"
    if config.kind != "function":
        file = f"{part.variable}_{config.name or number}.{config.kind}"
        return f'{_write_file(file, config.body[0])}{adds}str(HERE / "{file}"))\n'
    decorator = "named_config" if config.name else "config"
    name = config.name or f"{part.variable}_config_{number}"
    head = f"@{part.variable}.{decorator}\ndef {name}({', '.join(config.parameters)}):\n"
    return head + _indent(config.body)


def _write_file(name: str, text: str) -> str:
    # JSON is YAML, but for numbers that are no finite ones
    return f"(HERE / {name!r}).write_text(__import__('json').dumps({text}), encoding='utf-8')\n"


def _write_hook(part: Part, body: tuple[str, ...], number: int) -> str:
    name = f"{part.variable}_hook_{number}"
    return f"@{part.variable}.config_hook\ndef {name}(config, command_name, logger):\n" + _indent(body)


def _write_function(part: Part, function: Function, number: int) -> str:
    prefix = f'(prefix="{function.prefix}")' if function.prefix else ""
    special = ["_seed", "_rnd"] * function.special
    optional = [f'{name}="the default"' for name in function.optional]
    names = [*function.required, *function.optional, *special[:1], *["draw(_rnd)"] * function.special]
    return (
        f"@{part.variable}.capture{prefix}\n"
        f"def {part.variable}_take_{number}({', '.join([*special, *function.required, *optional])}):\n"
        f"    return [{', '.join(names)}]\n"
    )


def _write_command(part: Part, name: str, decorator: str = "command", calls: tuple[str, ...] = ()) -> str:
    lines = [f'SEEN.append(("{part.variable}_{name}", _config, _seed, draw(_rnd)))', *calls]
    return f"@{part.variable}.{decorator}\ndef {name}(_config, _seed, _rnd):\n" + _indent(tuple(lines))


def _write_run(case: Case) -> str:
    calls = tuple(
        f"look({part.variable}_take_{number})" for part in case.parts for number in range(len(part.functions))
    )
    main = _write_command(case.parts[-1], "main", decorator="main", calls=calls + calls[:1])
    return f"{main}\n\ndef run():\n    return " + (_write_words(case) if case.words else _write_call(case))


def _write_words(case: Case) -> str:
    updates = [f"{path}={value}" for path, value in case.updates]
    words = ["twin.py", case.command, *["with"] * bool(updates or case.named_configs)]
    words += [*case.named_configs, *updates, *["--force"] * case.force]
    return f"ex.run_commandline({words!r})\n"


def _write_call(case: Case) -> str:
    updates = ", ".join(f"{path!r}: {value}" for path, value in case.updates)
    if case.nested:
        updates = ", ".join(_nest(path, value) for path, value in case.updates)
    options = {"--force": True} if case.force else {}
    return (
        f"ex.run({case.command!r}, config_updates={{{updates}}},\n"
        f"        named_configs={list(case.named_configs)!r}, options={options!r})\n"
    )


def _nest(path: str, value: str) -> str:
    first, *others = path.split(".")
    return f"{first!r}: " + "".join(f"{{{name!r}: " for name in others) + value + "}" * len(others)


def _indent(lines: tuple[str, ...]) -> str:
    return indent("\n".join(lines or ("pass",)) + "\n", "    ")
