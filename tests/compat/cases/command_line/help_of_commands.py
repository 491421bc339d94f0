"""Help: of the program and of commands with all kinds of documentation and parameters."""
# run: help train
# run: help evaluate
# run: help bare
# run: help data.clean

from kit import tell

from sacred import Experiment, Ingredient

data = Ingredient("data")
ex = Experiment("helpful", ingredients=[data])
ex.add_config(epochs=3, net={"width": 7})


@data.command
def clean(force=False):
    """Remove what was downloaded."""


@ex.command
def train(epochs, width=5, *, _log=None):
    """
    Train the net.

    Parameters
    ----------
    epochs : int
        how often
    """


@ex.command(prefix="net")
def evaluate(width: int, names=("a", "b")) -> float:
    """Evaluate it."""


@ex.command
def bare():
    return None


@ex.main
def main():
    """Do everything."""
    print("main runs")


_, long_usage, _ = ex.get_usage("prog")
listed = long_usage.partition("Commands:")[2].splitlines()
own = ("train", "evaluate", "bare", "main", "data.clean")
tell(commands=[line.strip() for line in listed if line.strip().startswith(own)])
ex.run_commandline()
