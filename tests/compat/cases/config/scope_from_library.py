"""Config functions of other modules: imported, registered by a function, shared by two experiments."""
# run:
# run: with lr=1 library_name=mine
# run: with preset_small
# run: with size=3 -p

from pathlib import Path

Path("library.py").write_text(
    '''"""A module of the project."""
DEFAULT = 64


def defaults():
    """The defaults of the project."""
    # how fast
    lr = 0.1
    size = DEFAULT
    library_name = __name__


def derived(lr, size):
    steps = size * 10  # how many
    scaled = lr * helper(size)


def helper(value):
    return value / 2


def register(experiment):
    @experiment.config
    def registered():
        registered_in = "library"

    @experiment.named_config
    def preset_small():
        size = DEFAULT // 8
'''
)

import library
from kit import tell

from sacred import Experiment

ex = Experiment("library")
other = Experiment("other")


ex.config(library.defaults)
ex.config(library.derived)
library.register(ex)
other.config(library.defaults)


@other.config
def more(size):
    own = size + 1


@ex.main
def main(_config, _run):
    tell(config=_config, docs=_run.config_modifications.docs)


@other.main
def other_main(_config):
    return dict(_config)


ex.run_commandline()
tell(other=other.run(config_updates={"seed": 1, "size": 2}).result, direct=library.defaults())
