"""A command line made by hand from the usage text, docopt and the parts of Sacred's own."""
# run: with lr=2 model.size=5 large
# run: train with lr=1e-2 --name=mine -c "a comment"
# run: nope
# run: help train
# run: save_config with lr=4 -l ERROR

import sys

from docopt import docopt
from kit import tell

from sacred import Experiment
from sacred.arg_parser import get_config_updates
from sacred.commands import help_for_command
from sacred.utils import ensure_wellformed_argv

ex = Experiment("by_hand")
ex.add_config(lr=0.1, model={"size": 1, "deep": True})
ex.add_named_config("large", model={"size": 100})


@ex.command
def train(lr):
    """Train it.

    For as long as it takes.
    """
    return ["train", lr]


@ex.main
def main(lr, model, _run):
    return [lr, model["size"], _run.meta_info.get("comment")]


argv = ensure_wellformed_argv(sys.argv)
short, usage, internal = ex.get_usage(argv[0])
args = docopt(internal, [str(word) for word in argv[1:]], False)
command = args["COMMAND"] or ex.default_command
config_updates, named_configs = get_config_updates(args["UPDATE"])
tell(
    updates=config_updates,
    named=named_configs,
    command=command,
    argv=argv[1:],
    short=short.splitlines()[:1],
    given={key: value for key, value in args.items() if value and key.startswith("--")},
    checked=str(ex._check_command(command))[:31],
)
if args["help"]:
    print(help_for_command(ex.commands["train"]))
    sys.exit()
if command not in ex.commands:
    print("no such command:", command)
    sys.exit(3)
run = ex.run(
    command, config_updates=config_updates, named_configs=named_configs, info={"by": "hand"}, options=args
)
tell(result=run.result, info=run.info, options=run.meta_info["options"], meta=sorted(run.meta_info))
