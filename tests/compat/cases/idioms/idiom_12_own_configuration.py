"""A callable of the project's own among the configurations; it returns a ConfigSummary."""
# run:
# run: with lr=7 extra.x=3
# run: with other=1 named
# run: with missing=1

from copy import deepcopy

from kit import tell

from sacred import Experiment
from sacred.config.config_summary import ConfigSummary
from sacred.config.custom_containers import DogmaticDict
from sacred.config.utils import dogmatize, normalize_or_die, recursive_fill_in, undogmatize

ex = Experiment("search")
ex.add_config(lr=0.1, batch=32)
called = []


class SearchSpace:
    """What a library of searches appends: values that nobody fixed come from a space."""

    def __init__(self, space):
        self.space = normalize_or_die(space)

    def __call__(self, fixed=None, preset=None, fallback=None):
        called.append(deepcopy([fixed, preset, sorted(fallback or {})]))
        result = dogmatize(fixed or {})
        recursive_fill_in(result, self.space)
        recursive_fill_in(result, preset or {})
        added = result.revelation()
        summary = ConfigSummary(added, result.modified, result.typechanges)
        summary.update(undogmatize(result))
        return summary


ex.configurations.append(SearchSpace({"lr": 0.5, "extra": {"x": 1, "y": 2}}))


@ex.config
def config(lr, extra, batch):
    total = lr * batch
    seen = sorted(extra)


@ex.named_config
def named():
    batch = 8


@ex.main
def main(lr, batch, extra, total, seen, other=None):
    return [lr, batch, extra, total, seen, other]


kinds = [DogmaticDict({"a": 1}).__class__.__name__, type(dogmatize({"a": {"b": [1]}})).__name__]
run = ex.run_commandline()
summary = run.config_modifications
tell(
    kinds=kinds,
    result=run.result,
    called=called,
    added=sorted(summary.added),
    modified=sorted(summary.modified),
    typechanged=sorted(summary.typechanged),
)
