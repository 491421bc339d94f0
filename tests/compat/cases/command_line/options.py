"""Options of the user's own: functions, the older classes, hooks."""
# run: --epochs=7 --verbose -x 2 --loud_mode
# run: -e
# run: --epochs 3 with a=2 --observers_off
# run: --unknown

from kit import Recorder, outcome, tell, text

from sacred import Experiment, cli_option
from sacred.commandline_options import CommandLineOption


@cli_option("-E", "--epochs")
def epochs(args, run):
    """How many epochs."""
    run.info["epochs"] = args
    order.append("epochs")


@cli_option("-v", "--verbose", is_flag=True)
def verbose(args, run):
    """Say more."""
    run.info["verbose"] = args
    order.append("verbose")


class ExtraOption(CommandLineOption):
    """Something extra."""

    short_flag = "x"
    arg = "AMOUNT"
    arg_description = "how much"

    @classmethod
    def apply(cls, args, run):
        run.info["extra"] = args
        order.append("extra")


class LoudModeOption(CommandLineOption):
    """Be loud."""

    short_flag = "L"

    @classmethod
    def apply(cls, args, run):
        run.info["loud"] = args


class ObserversOffOption(CommandLineOption):
    """Replace the observers."""

    short_flag = "O"

    @classmethod
    def apply(cls, args, run):
        run.observers = [Recorder("replaced", only=["started_event"])]


order = []
ex = Experiment("options", additional_cli_options=[verbose, epochs])
ex.observers.append(Recorder("first", only=["started_event"]))


@ex.option_hook
def hook(options):
    order.append("hook")
    tell(hook={name: value for name, value in options.items() if value})
    if options["--epochs"]:
        ex.add_config(epochs=int(options["--epochs"]))


@ex.main
def main(_run, _config, a=1):
    tell(info=_run.info, order=order, config=_config)


def wrong(x):
    pass


tell(flags=[epochs.get_flag(), epochs.get_flags(), epochs.is_flag, verbose.is_flag])
tell(hooks=outcome(ex.option_hook, wrong), malformed=text(cli_option("Z", "--zed"), wrong))
ex.run_commandline()
