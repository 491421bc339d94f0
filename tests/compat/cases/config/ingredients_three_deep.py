"""Ingredients of ingredients of ingredients: whose entries are where, and who sees what."""
# run:
# run: with paths.root=/data dataset.split=test
# run: with dataset.loader.workers=9 "dataset.loader.options={'pin': False}"
# run: with dataset.loader.many dataset.tiny
# run: dataset.loader.show with dataset.loader.workers=1

from kit import tell

from sacred import Experiment, Ingredient

paths = Ingredient("paths")
loader = Ingredient("dataset.loader", ingredients=[paths])
dataset = Ingredient("dataset", ingredients=[loader])


@paths.config
def paths_config():
    root = "."


@loader.config
def loader_config(paths):
    """How data are loaded."""
    workers = 2
    options = {"pin": True, "from": paths["root"]}
    batches = workers * 4


@loader.named_config
def many():
    workers = 16


@loader.capture
def load(workers, options, paths, _config, _log):
    return [workers, options, paths, sorted(_config), _log.name]


@loader.command
def show(_config, batches):
    tell(shown=_config, batches=batches, loaded=load())


@dataset.config
def dataset_config(loader):
    split = "train"
    size = 100 * loader["workers"]


@dataset.named_config
def tiny():
    split = "tiny"


@dataset.capture
def read(split, size, loader, _config, _log):
    return [split, size, loader["workers"], sorted(_config), _log.name, load()]


@dataset.capture(prefix="loader")
def through_prefix(workers, options):
    return [workers, options]


ex = Experiment("deep", ingredients=[dataset])


@ex.config
def config(dataset):
    epochs = dataset["size"] // 10
    batches = dataset["loader"]["batches"]


@ex.automain
def main(_config, _run, dataset):
    tell(config=_config, run=_run.config, read=read(), prefix=through_prefix(), seen=dataset)
    tell(modified=_run.config_modifications.modified, docs=_run.config_modifications.docs)
