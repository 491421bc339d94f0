"""Training scripts that edit the command line themselves, and use the run afterwards."""
# run: --config=fast --alpha=3 with size=7
# run: with nothing=1

import sys
from copy import deepcopy
from pathlib import Path

from kit import tell

from sacred import SETTINGS, Experiment
from sacred.observers import FileStorageObserver

SETTINGS["CAPTURE_MODE"] = "sys"
SETTINGS["CONFIG"]["READ_ONLY_CONFIG"] = False
ex = Experiment("edited")


def take(params, name):
    for word in list(params):
        if word.startswith(f"--{name}="):
            params.remove(word)
            return word.partition("=")[2]
    return None


@ex.main
def main(_run, _config, _log):
    config = deepcopy(_config)
    config["size"] += 1
    _config["changed"] = True
    tell(main=config)


if __name__ == "__main__":
    params = deepcopy(sys.argv)
    chosen = {"name": take(params, "config"), "alpha": int(take(params, "alpha") or 0), "size": 5}
    ex.add_config(chosen)
    ex.observers.append(FileStorageObserver.create(str(Path("results") / "sacred")))
    config = ex.run_commandline(params).config
    tell(config=config, argv=sys.argv == params)
