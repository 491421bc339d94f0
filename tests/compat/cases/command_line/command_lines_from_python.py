"""run_commandline with lists, texts and edited argv; what is done with sys.argv and what comes back."""
# run: with a=9
# run: other with a=8 -c remark

import shlex
import sys

from kit import outcome, tell

from sacred import Experiment

ex = Experiment("lines")
ex.add_config(a=1, text="", seed=1)
ex.add_named_config("named", a=100)


@ex.main
def main(a, text):
    return ["main", a, text]


@ex.command
def other(a, text):
    return ["other", a, text]


lines = {
    "plain": ["prog"],
    "list": ["prog", "with", "a=2", "text=two words"],
    "tuple": ("prog", "other", "with", "named"),
    "text": "prog with a=3 'text=two words' -u",
    "joined": shlex.join(["prog", "other", "with", 'text="quoted"']),
    "path": ["/some/where/prog.py", "with", "a=4"],
    "dashes": ["prog", "-u", "-c", "a remark", "other"],
    "edited": [*sys.argv, "text=more"],
    "given": None,
}
for name, line in lines.items():
    run = ex.run_commandline(line)
    tell(**{name: [run.result, run.meta_info["command"], run.meta_info.get("comment"), run.config["a"]]})
tell(
    empty=outcome(ex.run_commandline, []).get("raises", "fine")[-4:],
    no_words=outcome(ex.run_commandline, "").get("raises", "fine")[-4:],
    number=outcome(ex.run_commandline, 5)["raises"][-4:],
    words=outcome(ex.run_commandline, ["prog", 5])["raises"][-4:],
    exits=outcome(ex.run_commandline, "prog nope")["raises"],
    argv=sys.argv[1:],
)
