"""Errors that say how they are to be shown: print_traceback, filter_traceback, print_usage, of the user's own."""
# run: plain
# run: no_traceback
# run: always
# run: never
# run: usage
# run: own_config_error

from sacred import Experiment
from sacred.utils import InvalidConfigError, SacredError

ex = Experiment("shown")
ex.add_config(a=1, seed=1)


class TooLarge(SacredError):
    def __init__(self, message):
        super().__init__(message, print_traceback=False)


@ex.capture
def check(kind, a):
    if kind == "plain":
        raise SacredError("plain")
    if kind == "no_traceback":
        raise TooLarge("too large")
    if kind == "usage":
        raise SacredError("use it otherwise", print_traceback=False, print_usage=True)
    if kind == "own_config_error":
        raise InvalidConfigError("can't be", "a", print_traceback=False)
    raise SacredError(f"filter {kind}", filter_traceback=kind)


@ex.command
def plain():
    check("plain")


@ex.command
def no_traceback():
    check("no_traceback")


@ex.command
def always():
    check("always")


@ex.command
def never():
    check("default")


@ex.command
def usage():
    check("usage")


@ex.command
def own_config_error():
    check("own_config_error")


ex.run_commandline()
