"""Several experiments in one process, one after the other: their log lines, levels, ids and current runs."""
# run:

import logging

from kit import tell

from sacred import Experiment, Ingredient
from sacred.observers import FileStorageObserver

shared = Ingredient("shared")
shared.add_config(k=1, seed=7)


@shared.capture
def get_k(k, _log):
    _log.info("k is %s", k)
    return k


def make(name):
    ex = Experiment(name, ingredients=[shared])
    ex.add_config(a=1, seed=1)
    ex.observers.append(FileStorageObserver("runs"))

    @ex.main
    def main(a, _log, _run):
        _log.info("main of %s", name)
        return [a, get_k(), _run._id]

    return ex


first, second = make("first"), make("second")
results = [
    first.run().result,
    second.run(config_updates={"shared": {"k": 2}}, options={"--loglevel": "WARNING"}).result,
    first.run(config_updates={"shared.k": 3}).result,
    second.run().result,
]
tell(results=results, outside=get_k(), current=[first.current_run._id, second.current_run._id])
tell(handlers=len(logging.getLogger().handlers), level=logging.getLogger().level)
logging.getLogger("somebody").info("from somebody")
logging.warning("of the root")
for name in ("first", "second"):
    third = Experiment(name)
    third.main(lambda: 0)
    tell(**{name: [third.run(config_updates={"seed": 1}).result, len(logging.getLogger().handlers)]})
