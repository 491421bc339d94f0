"""print_config(_run) and save_config(_config, _log, name) called by the main function."""
# run: with lr=2 model.size=7
# run: [NO_COLOR=1] with name=other -F runs
# run: with big lr=text file=mine.yaml
# run: with file=mine.pickle

import pickle
import re
from contextlib import redirect_stdout
from io import StringIO
from pathlib import Path

from kit import outcome, tell

import sacred.commands
from sacred import Experiment, Ingredient
from sacred.commands import print_config, save_config

model = Ingredient("model")
model.add_config(size=3, nested={"deep": {"deeper": [1, 2]}})
ex = Experiment("printing", ingredients=[model])


@ex.config
def config():
    lr = 0.1  # learning rate
    name = "n"  # how it is called
    file = "saved.json"
    empty = {}
    # a list of
    # several lines
    items = [1, "two", {"three": 3.0}]


@ex.named_config
def big():
    model = {"size": 99}
    lr = 5


@ex.automain
def main(_run, _config, _log, file):
    with redirect_stdout(StringIO()) as printed:
        print_config(_run)
        print("---")
        sacred.commands.print_config(_run)
    save_config(_config, _log, file)
    if file == "mine.pickle":
        tell(pickled=pickle.loads(Path(file).read_bytes()))
        Path(file).unlink()
    lines = [re.sub("\x1b.*?m", "", line).split("#")[0].rstrip() for line in printed.getvalue().splitlines()]
    tell(
        printed=[line for line in lines if line],
        named=ex.commands["print_config"].__name__,
        save=outcome(save_config, _config, _log, config_filename="again.json"),
        wrong=outcome(save_config, _config, _log, "file.txt"),
        commands=sorted(ex.commands),
    )
