"""An experiment that does nothing, as a program of its own: `python empty_run.py -F FOLDER`."""

from sacred import Experiment

ex = Experiment("empty_run")


@ex.automain
def main() -> None:
    """Return at once."""
