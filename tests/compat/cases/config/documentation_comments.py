"""Which comments and docstrings document entries, as print_config shows them and `docs` holds them."""
# run: print_config
# run: print_config with lr=1 size=text new.thing=2 model.depth=9 -f
# run:

from kit import tell

from sacred import SETTINGS, Experiment, Ingredient

SETTINGS.CONFIG.IGNORED_COMMENTS.append("^TODO")
model = Ingredient("model")


@model.config
def model_config():
    """The model."""
    # how many layers
    depth = 3
    width = 10  # of each layer


ex = Experiment("documented", ingredients=[model])


@ex.config
def config():
    """How it is trained."""
    lr = 0.1  # the rate
    # above the entry
    size = 5

    # a comment of its own, with an empty line below

    plain = 1
    # above
    both = 2  # at the end
    # TODO: decide
    undecided = None
    text = "# no comment"  # a comment
    spread = {  # of the opening line
        "inner": 1,  # of an inner line
    }
    first, second = 1, 2  # of two
    if lr:  # of the branch
        branch = 1  # inside
    chosen = (
        1  # in the middle
    )
    #no space
    squeezed = 3 #too near
    # twice
    again = 1
    again = 2  # the second time


@ex.config
def more(lr):
    half = lr / 2  # of the rate
    size = 6  # another


@ex.automain
def main(_config, _run):
    tell(docs=_run.config_modifications.docs, doc=_config["__doc__"], model=_config["model"])
