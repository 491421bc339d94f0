"""What runs without a command: `main`, `automain`, one set by hand, none; and commands called like options."""
# run: main_function
# run: named
# run: two_mains
# run: command_only
# run: lambda
# run: replaced

import sys

from kit import outcome, tell

from sacred import Experiment

kind = sys.argv.pop(1)
ex = Experiment(kind)
ex.add_config(a=1, seed=1)


def train(a):
    """Train."""
    return ["train", a]


def evaluate(a, _run):
    """Evaluate."""
    return ["evaluate", a, _run.meta_info["command"]]


if kind == "main_function":
    ex.main(evaluate)
    ex.command(train)
elif kind == "named":
    ex.command(train)
    ex.main(train)
elif kind == "two_mains":
    ex.main(train)
    ex.main(evaluate)
elif kind == "command_only":
    ex.command(train)
elif kind == "lambda":
    ex.main(lambda a: ["lambda", a])
else:
    ex.main(train)
    ex.default_command = "evaluate"
    ex.command(evaluate)

tell(default=ex.default_command, commands=list(ex.commands)[-2:])
for name in ("train", "evaluate", "main"):
    found = outcome(ex.run, name)
    tell(**{name: found["returns"].result if "returns" in found else found["raises"][-3:]})
tell(result=ex.run_commandline().result)
