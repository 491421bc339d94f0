"""Own options taken out of argv, and a config made of them, before Sacred sees the rest."""
# run: --config=deep --env-config=sc2 with lr=0.5 env_args.seed=7
# run: --config=deep with missing=1
# run: --env-config=sc2 with env_args.map_name=2m --name=thing
# run: --config=deep train with lr=2 -l WARNING

import sys
from collections.abc import Mapping
from copy import deepcopy

from kit import tell

from sacred import SETTINGS, Experiment
from sacred.observers import FileStorageObserver

SETTINGS["CAPTURE_MODE"] = "sys"
ex = Experiment("pymarl")
CONFIGS = {
    "--config": {"deep": {"lr": 0.1, "layers": [64, 64], "agent": "rnn"}},
    "--env-config": {"sc2": {"env": "sc2", "env_args": {"map_name": "3m", "seed": None, "debug": False}}},
}


def take_config(params, option):
    for index, word in enumerate(params):
        if word.split("=")[0] == option:
            name = word.split("=")[1]
            del params[index]
            return CONFIGS[option][name]
    return {}


def recursive_dict_update(d, u):
    for k, v in u.items():
        d[k] = recursive_dict_update(d.get(k, {}), v) if isinstance(v, Mapping) else v
    return d


def config_copy(config):
    if isinstance(config, dict):
        return {k: config_copy(v) for k, v in config.items()}
    if isinstance(config, list):
        return [config_copy(v) for v in config]
    return deepcopy(config)


@ex.command
def train(lr):
    return ["trained with", lr]


@ex.main
def my_main(_run, _config, _log):
    config = config_copy(_config)
    config["env_args"]["seed"] = config["seed"]
    config.setdefault("layers", []).append(1)
    _log.info("agent %s", config.get("agent"))
    tell(
        config={key: value for key, value in config.items() if key != "seed"},
        options=_run.meta_info["options"],
    )
    return sorted(config)


if __name__ == "__main__":
    params = deepcopy(sys.argv)
    config_dict = {"env_args": {"map_name": ""}, "lr": 1}
    config_dict = recursive_dict_update(config_dict, take_config(params, "--env-config"))
    config_dict = recursive_dict_update(config_dict, take_config(params, "--config"))
    ex.add_config(config_dict)
    ex.observers.append(FileStorageObserver.create("results/sacred"))
    tell(rest=params[1:])
    run = ex.run_commandline(params)
    tell(result=run.result)
