"""Options as CommandLineOption classes, of the script and of a library: flags, arguments, what they may change."""
# run: --data_folder=here -R 5
# run: -o there --rounds 7 --dry_run
# run: -N
# run: -h
# run: with a=2 --no_numbers

import contextlib
import io
import sys
from pathlib import Path

from kit import Recorder, tell

Path("library.py").write_text('''
from sacred.commandline_options import CommandLineOption

class DataFolderOption(CommandLineOption):
    """Where the data is.

    A longer text.
    """

    short_flag = "o"
    arg = "FOLDER"
    arg_description = "path of a folder"

    @classmethod
    def apply(cls, args, run):
        run.config["folder"] = args
        run.info["folder"] = [cls.__name__, cls.get_flag(), args]
''')
sys.path.insert(0, ".")
sys.dont_write_bytecode = True

import library  # noqa: E402, F401

from sacred import Experiment  # noqa: E402
from sacred.commandline_options import CommandLineOption  # noqa: E402


class Rounds(CommandLineOption):
    """How often."""

    short_flag = "R"
    arg = "N"
    arg_description = "a number"

    @classmethod
    def apply(cls, args, run):
        run.info["rounds"] = int(args)


class DryRun(CommandLineOption):
    """Change nothing."""

    short_flag = "y"

    @classmethod
    def apply(cls, args, run):
        run.unobserved = True
        run.observers = [Recorder("dry", only=["started_event"])]
        run.info["dry"] = args


class NoNumbersOption(CommandLineOption):
    """Leave numbers out."""

    short_flag = "N"

    @classmethod
    def apply(cls, args, run):
        run.info["numbers"] = not args
        run.pre_run_hooks.clear()


ex = Experiment("older")
ex.add_config(a=1, folder=None, seed=1)


@ex.pre_run_hook
def before(_run):
    _run.info["hook"] = True


@ex.main
def main(_run, folder):
    tell(info=_run.info, config=_run.config, folder=folder)


text = io.StringIO()
try:
    with contextlib.redirect_stdout(text):
        run = ex.run_commandline()
    tell(observers=len(run.observers))
finally:
    own = ("--data_folder", "--rounds", "--dry_run", "--no_numbers", "-o", "-R", "-y", "-N")
    tell(
        printed=any(flag in text.getvalue() for flag in own),
        default=[flag for flag in sorted(ex.get_default_options()) if flag in own],
    )
