"""Checks of the configuration switched off, so that any entry may be given."""
# run: with unheard=1 lr=text
# run: with unheard.of=1 nested.new=2 part.other=3
# run: with part.k=text part.sub.x=1 -f
# run: with mine=1 part.mine=2 part.k=None

from kit import tell

from sacred import Experiment, Ingredient
from sacred.initialize import Scaffold


def noop(*args, **kwargs):
    pass


Scaffold._warn_about_suspicious_changes = noop
part = Ingredient("part")
part.add_config(k=1)
ex = Experiment("anything", ingredients=[part])


@ex.config
def config():
    lr = 0.1
    nested = {"old": 1}


@ex.main
def main(_config, _run):
    modifications = _run.config_modifications
    tell(
        config={key: value for key, value in _config.items() if key != "seed"},
        added=sorted(modifications.added),
        modified=sorted(modifications.modified),
        typechanged={
            key: [kind.__name__ for kind in kinds] for key, kinds in modifications.typechanged.items()
        },
    )


ex.run_commandline()
