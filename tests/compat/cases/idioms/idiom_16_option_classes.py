"""Options of the command line as classes, found through their base; one replaces the observers."""
# run: --print_to_folder=out with a=2
# run: -T with a=3
# run: -Z elsewhere -T
# run: --unknown_option

import os

from kit import Recorder, tell

from sacred import Experiment
from sacred.commandline_options import CommandLineOption
from sacred.observers import FileStorageObserver

applied = []


class PrintToFolderOption(CommandLineOption):
    """Record in a folder, and nowhere else."""

    short_flag = "Z"
    arg = "FOLDER"
    arg_description = "where to record"

    @classmethod
    def apply(cls, args, run):
        applied.append([cls.__name__, args, [type(each).__name__ for each in run.observers]])
        run.observers = [FileStorageObserver(args)]


class TinyOption(CommandLineOption):
    """Make everything tiny."""

    short_flag = "T"

    @classmethod
    def apply(cls, args, run):
        applied.append([cls.__name__, args, run.status])
        run.info["tiny"] = True
        run.config["size"] = 1


ex = Experiment("optional")
ex.add_config(a=1, size=100)
ex.observers.append(Recorder("usual", only=["started_event", "completed_event"]))


@ex.main
def main(_run, a, size):
    tell(
        observers=[type(each).__name__ for each in _run.observers],
        info=_run.info,
        size=[size, _run.config["size"]],
        options={key: value for key, value in _run.meta_info["options"].items() if value},
        flags=[PrintToFolderOption.get_flag(), TinyOption.get_flag()]
        if hasattr(TinyOption, "get_flag")
        else None,
    )
    return [a, os.path.isdir("out"), os.path.isdir("elsewhere")]


try:
    ex.run_commandline()
finally:
    tell(applied=applied)
