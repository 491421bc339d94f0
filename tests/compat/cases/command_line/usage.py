"""The usage and help texts, parsed by hand as some projects do."""
# run:
# run: with
# run: main with a=1 extra_word

import re

from kit import outcome, tell

from sacred import Experiment
from sacred.arg_parser import get_config_updates
from sacred.utils import ensure_wellformed_argv

ex = Experiment("usage")
ex.add_config(a=1)


@ex.main
def main(a):
    """The main thing."""
    return a


short, long, internal = ex.get_usage("prog")
tell(short=short, long=long.startswith(short), flags=sorted(set(re.findall(r"--[a-z][\w-]*", long))))
tell(commands=long.partition("Commands:")[2].split()[::1][:1], doc=__doc__ in long)
updates = [
    "a=1",
    "b.c=[1, 2]",
    "b.d=text",
    "named",
    "e='quoted'",
    "f=",
    "g==3",
    "h=None",
    "i=1e-3",
    "file.json",
]
tell(updates=get_config_updates(updates), argv=ensure_wellformed_argv("prog with 'a=1 2' -F x"))
tell(wrong=[outcome(ex.run_commandline, 5), outcome(ex.run_commandline, ["prog", 5])])
tell(
    text=ex.run_commandline("prog with a=5").result,
    list=ex.run_commandline(["prog", "main", "with", "a=6"]).result,
)
ex.run_commandline()
