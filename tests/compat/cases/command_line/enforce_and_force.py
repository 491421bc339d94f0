"""`-f` against suspicious changes: unknown entries, types, ingredients, and named configs that don't exist."""
# run: -f with unknown=1 part.unknown=2 deep.er=3
# run: -f with a=text d=5 part.size=None
# run: -f with nope
# run: with part.size=text -f -l ERROR
# run: with d.x=1.5 a=2.0 seed=1

from kit import tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
part.add_config(size=1)
ex = Experiment("forced", ingredients=[part])
ex.add_config(a=1, d={"x": 1}, seed=1)


@part.capture
def get_size(size):
    return size


@ex.automain
def main(_config, _run):
    modifications = _run.config_modifications
    tell(config=_config, size=get_size())
    tell(
        added=modifications.added,
        modified=modifications.modified,
        typechanged=sorted(modifications.typechanged),
    )
