"""Option hooks that change the configuration, the observers and the options themselves before the run."""
# run: -c tagged
# run: -n fast with size=5
# run: -P 9 -F runs
# run: python

import sys

from kit import Recorder, tell

from sacred import Experiment, Ingredient

part = Ingredient("part")
ex = Experiment("hooked", ingredients=[part])
ex.add_config(size=1, seed=1)
part.add_config(size=2)


@ex.option_hook
def tag(options):
    if options["--comment"]:
        ex.add_config(tag=options["--comment"])
        options["--comment"] = options["--comment"].upper()


@ex.option_hook
def observe(options):
    tell(second=[options["--comment"], options.get("UPDATE"), options.get("COMMAND")])
    ex.observers.append(Recorder(only=["completed_event"], run_id="hook"))
    if options["--priority"]:
        options["--file_storage"] = None
        options["--unobserved"] = True


@ex.option_hook
def choose(options):
    if options["--name"] == "fast":
        ex.add_config(size=100, speed="fast")


@ex.main
def main(_config, _run, tag=None):
    given = {name: value for name, value in _run.meta_info["options"].items() if value}
    tell(config=_config, given=given, comment=_run.meta_info.get("comment"), observers=len(_run.observers))
    return [_run._id, tag]


if sys.argv[1:] == ["python"]:
    ex.run(options={"--comment": "from python"})
else:
    ex.run_commandline()
