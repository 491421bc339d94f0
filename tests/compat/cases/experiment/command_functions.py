"""The functions behind the built-in commands: help_for_command, print_config, print_dependencies, save_config."""
# run:
# run: print_dependencies
# run: help train
# run: help part.size_of

import io
import re
from contextlib import redirect_stdout

from kit import outcome, tell

from sacred import Experiment, Ingredient
from sacred.commands import (
    COLOR_ADDED,
    COLOR_DIRTY,
    COLOR_DOC,
    COLOR_MODIFIED,
    COLOR_TYPECHANGED,
    ENDC,
    ConfigEntry,
    PathEntry,
    help_for_command,
    print_config,
    print_dependencies,
    print_named_configs,
    save_config,
)

part = Ingredient("part")
part.add_config(k=1)
ex = Experiment("commanded", ingredients=[part], save_git_info=False)


@ex.config
def config():
    """All entries."""
    lr = 0.1  # the rate
    deep = {"a": {"b": 1}, "e": {}}


ex.add_named_config("of_dict", lr=3)


@ex.named_config
def of_function():
    # of a comment
    lr = 2


@ex.command
def train(lr, steps=3, *, flag: bool = True, **others):
    """
    Train.

        Indented.
    """


@part.command
def size_of(k):
    """The size."""
    print("size", k)
    return k


@ex.command
def bare(lr):
    pass


@ex.main
def main(_run, _config, _log):
    def printed(function, *args, **kwargs):
        with redirect_stdout(io.StringIO()) as stream:
            found = outcome(function, *args, **kwargs)
        lines = re.sub("\x1b.*?m", "", stream.getvalue()).splitlines()
        return [found, [line.split("#")[0].rstrip() for line in lines if line.split("#")[0].strip()]]

    tell(
        config=printed(print_config, _run),
        named=printed(print_named_configs(ex)),
        saved=printed(save_config, _config, _log),
        names=[function.__name__ for function in (print_config, print_dependencies, save_config)],
        docs=[bool(function.__doc__) for function in (print_config, print_dependencies, save_config)],
        dependencies=printed(print_dependencies, _run)[1][:1],
    )


tell(
    help=[[line.rstrip() for line in help_for_command(each).splitlines()] for each in (train, size_of, bare)],
    colours=[
        each.startswith("\033[") for each in (COLOR_ADDED, COLOR_DIRTY, COLOR_DOC, COLOR_MODIFIED, ENDC)
    ],
    distinct=len({COLOR_ADDED, COLOR_DIRTY, COLOR_MODIFIED, COLOR_TYPECHANGED}),
    entry=[ConfigEntry._fields[:6], PathEntry._fields[:5]],
)
ex.run_commandline()
