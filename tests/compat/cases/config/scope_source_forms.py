"""How a config function may be written down: one line, odd indentation, long strings, continued lines, classes."""
# run:
# run: with one=5 text=new inside=6
# run: with in_class=9 semicolon=3 last=4

from kit import tell

from sacred import Experiment

ex = Experiment("forms")


@ex.config
def one_line(): one = 1; semicolon = one + 1


@ex.config
def only_docstring():
    """Nothing else."""


@ex.config
def only_comment():
    # nothing at all
    pass


@ex.config
def long_strings():
    text = """first
    second
        third"""
    sql = (
        "select *"
        " from runs"  # in parts
    )
    continued = 1 + \
        2
    nested = {
        "a": [
            1,
            2,
        ],  # a list
        "b": (3,),
    }
    hashes = "a # b"  # c
    empty = ""
    escaped = "tab\there \\ \u00e9"
    raw = r"\d+"
    formatted = f"{one_line.__class__.__name__}{len(text)}"


@ex.config
def odd_indentation():
        deep = 1
        if deep:
          odd = 2
        else:
                odd = 3


@ex.config
def tabs():
	tabbed = 1
	if tabbed:
		inside = 2


if True:

    @ex.config
    def inside_if():
        # documented here
        under_if = "x" if ex.path else "y"


class Configs:
    @ex.config
    def in_a_class():
        in_class = 1
        in_class_too = in_class + 1


for number in (1, 2):

    @ex.config
    def in_a_loop():
        looped = 7


@ex.config
def with_annotations(one: int, *, text: str) -> None:
    typed = [one, text]


@ex.config

def spaced(

    one,
    text,
):

    # a comment first

    last = [one,
            len(text)]


@ex.automain
def main(_config, _run):
    tell(config={name: value for name, value in _config.items() if name != "__annotations__"})
    tell(docs=_run.config_modifications.docs)
