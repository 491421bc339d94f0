"""A program that stands in for an experiment: what the command line needs of one, and no more."""

import os
import sys
from types import SimpleNamespace

from sacred.commandline.commands import (
    print_config,
    print_dependencies,
    print_named_configs,
    save_config,
)
from sacred.commandline.main import run_commandline
from sacred.commandline.options import gather_options
from sacred.errors import MissingConfigError, SacredInterrupt
from sacred.plugins.options import cli_option


@cli_option("g", "gpu-count")
def gpu_count(args, run):
    """How many graphics processors to use."""
    run.gpus = int(args)


def make_named_config():
    def tiny():
        """A model that fits anywhere."""

    return SimpleNamespace(_func=tiny)


class StandIn:
    doc = "Train a network on handwritten digits."
    default_command = "train"

    def __init__(self, outcome=None):
        self.outcome = outcome
        self.all_cli_options = gather_options([gpu_count])
        self.requests = []

    def gather_commands(self):
        yield "print_config", print_config
        yield "print_dependencies", print_dependencies
        yield "print_named_configs", print_named_configs(self)
        yield "save_config", save_config
        yield "train", self.train
        yield "data.stats", self.stats

    def gather_named_configs(self):
        yield "tiny", make_named_config()
        yield "data.small", SimpleNamespace()

    def gather_config_keys(self):
        sys.stdout.write("noise of a config\n")
        return ["epochs", "model.rate", "model.layers", "data.path"]

    def train(self, epochs, rate=0.1):
        """Train, and save the model.

        The model is an artifact.
        """

    def stats(self):
        """Print how much data there is."""

    def run(self, *args, **kwargs):
        self.requests.append((args, kwargs))
        if self.outcome is not None:
            return self.outcome()
        return SimpleNamespace(meta_info={"options": kwargs["options"]})


def divide():
    return 1 / 0


def fail():
    try:
        return divide()
    except ZeroDivisionError as error:
        raise RuntimeError("training failed") from error


def miss():
    raise MissingConfigError("train is missing value(s):", ["rate"])


def stop():
    raise SacredInterrupt("enough")


def leave():
    sys.exit(3)


def interrupt():
    raise KeyboardInterrupt


if __name__ == "__main__":
    if os.environ.get("NOISE"):
        sys.stdout.write("noise of the program\n")
    outcomes = {f.__name__: f for f in (fail, miss, stop, leave, interrupt)}
    experiment = StandIn(outcomes.get(os.environ.get("OUTCOME", "")))
    run_commandline(experiment)
    sys.stdout.write(f"RAN {experiment.requests[0][0]}\n")
