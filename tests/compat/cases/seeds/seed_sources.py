"""Where the root seed comes from: config function, named config, config hook, command line, updates, file."""
# run:
# run: with seed=5
# run: with fixed
# run: with fixed seed=7
# run: with seed.json
# run: [no-numpy] with seed=None

import json
import random
from pathlib import Path

from kit import tell

from sacred import Experiment

Path("seed.json").write_text(json.dumps({"seed": 99}))


def make(name):
    ex = Experiment(name)
    ex.add_config(size=1)
    ex.named_config(fixed)

    @ex.capture
    def draw(_rnd):
        return float(_rnd.random())

    @ex.main
    def main(seed, _seed, _config):
        return [seed, _seed, draw(), random.random(), list(_config)]

    return ex


def fixed():
    seed = 1234


def in_config():
    seed = 42
    follows = seed + 1


def in_hook(config, command_name, logger):
    return {"seed": 77, "seen": config.get("seed", "none yet")}


def run(ex, **updates):
    random.seed(3)
    return ex.run(config_updates=updates, options={"--loglevel": "ERROR"}).result


configured = make("configured")
configured.config(in_config)
hooked = make("hooked")
hooked.config_hook(in_hook)
both = make("both")
both.config(in_config)
both.config_hook(in_hook)
drawn = make("drawn")

for ex in (configured, hooked, both, drawn):
    tell(**{ex.path: [run(ex), run(ex, seed=8)]})
random.seed(11)
run_ = drawn.run_commandline()
tell(commandline=run_.result, docs=run_.config_modifications.docs, modified=run_.config_modifications.modified)
tell(added=run_.config_modifications.added)
