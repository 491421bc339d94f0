"""The save_config command, and what its files hold."""
# run: save_config with seed=1
# run: save_config with seed=1 a=5 config_filename=mine.yaml
# run: save_config with config_filename=mine.txt
# run: show with config.json
# run: show with mine.yaml a=6

import os

from kit import tell

from sacred import Experiment

ex = Experiment("saved")


@ex.config
def config():
    a = 1
    d = {"t": (1, 2), "none": None, "text": "ä"}


@ex.command
def show(_config):
    tell(config=_config)


ex.main(lambda: None)
run = ex.run_commandline()
for name in ("config.json", "mine.yaml"):
    if os.path.exists(name):
        with open(name) as file:
            print(file.read())
