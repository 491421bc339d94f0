"""save_config: with updates and named configs, into folders, in every form, and what reads it again."""
# run: save_config with a=5 small part.size=7 seed=1
# run: save_config with config_filename=saved/config.yaml seed=1
# run: save_config with config_filename=saved.pickle seed=1 a=6
# run: with config.json a=8
# run: with saved.pickle part.size=3
# run: part.show with saved/config.yaml

from pathlib import Path

from kit import tell

from sacred import Experiment, Ingredient

Path("saved").mkdir(exist_ok=True)
part = Ingredient("part")
part.add_config(size=1, names=["a", "b"])
ex = Experiment("saving", ingredients=[part])


@ex.config
def config():
    a = 1
    text = "ü ✓"
    nested = {"b": {"c": None}, "a": [1, (2, 3)]}
    number = 1e-5
    truth = True


@ex.named_config
def small():
    nested = {"b": {"c": 0}}


@part.command
def show(_config):
    tell(show=_config)


@ex.automain
def main(_config):
    tell(config=_config)
    return _config["a"]


for name in ("config.json", "saved/config.yaml"):
    if Path(name).exists():
        tell(**{name: Path(name).read_text().splitlines()})
