"""Suspicious changes: entries that nothing takes, entries that something takes, changed types."""
# run: with zzz=1
# run: with part.zzz=1
# run: with d.nope=1
# run: with used=1 part.taken=2
# run: with extra.w.v=1
# run: with pre.q=1
# run: with pre.other=1
# run: with zzz=1 -f
# run: with a=text lr=1 n=5 items=(1,2) d=3
# run: with a=1.5 lr=True items=x -f
# run: with part.size=None
# run: with wrong_name=1 --force

from kit import tell

from sacred import Experiment, Ingredient

part = Ingredient("part")


@part.config
def part_config():
    size = 1


@part.capture
def take(taken=None):
    return taken


ex = Experiment("added", ingredients=[part])


@ex.config
def config():
    a = 1
    lr = 0.5
    n = None
    items = [1, 2]
    d = {"x": 1}
    fixed_name = 1


@ex.capture
def use(used=0, extra=None):
    return used


@ex.capture(prefix="pre")
def prefixed(q=0):
    return q


@ex.automain
def main(_config, _run):
    changes = _run.config_modifications
    typechanged = {name: [kind.__name__ for kind in kinds] for name, kinds in changes.typechanged.items()}
    tell(config=_config, added=changes.added, modified=changes.modified, typechanged=typechanged)
