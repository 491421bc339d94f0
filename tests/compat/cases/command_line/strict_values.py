"""STRICT_PARSING: which values are accepted, and what is told of those that are not."""
# run: with a=5 b='"text"' c=None d=[1]
# run: with a=text
# run: with b=1e-3 c=True d="{'x': (1, 2)}"
# run: with d=[1,x]
# run: train with small a=2
# run: with a=

from kit import tell

from sacred import SETTINGS, Experiment

SETTINGS.COMMAND_LINE.STRICT_PARSING = True
ex = Experiment("strict")
ex.add_config(a=1, b="", c=None, d=[], seed=1)
ex.add_named_config("small", b="small")


@ex.command
def train(_config):
    tell(train=_config)


@ex.automain
def main(_config):
    tell(config=_config)
