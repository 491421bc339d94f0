"""An option hook that adds configs: hooks run before the configuration is worked out."""
# run: -n special with b=4
# run: -c "many words" -l WARNING
# run: save_config -n special

from kit import tell

from sacred import Experiment

ex = Experiment("hooked")
ex.add_config(a=1)
seen = []


@ex.option_hook
def first(options):
    seen.append(["first", options["--name"], options["--loglevel"], options["--force"]])
    if options["--name"] == "special":
        ex.add_config(b=2, c={"d": 5})
        ex.path = "changed_by_hook"
    else:
        ex.add_config({"b": 0})


@ex.option_hook
def second(options):
    seen.append(["second", sorted(key for key, value in options.items() if value), len(ex.configurations)])
    options["--comment"] = "set by the hook"


@ex.config
def config(a):
    e = a + 1


@ex.main
def main(_config, _run, a, b):
    return [a, b, _run.meta_info.get("comment"), _run.experiment_info["name"]]


tell(same=ex.option_hook(second) is second)
ex.option_hooks.pop()
run = ex.run_commandline()
tell(
    result=run.result,
    seen=seen,
    options={key: value for key, value in run.meta_info["options"].items() if value},
    config={key: value for key, value in run.config.items() if key != "seed"},
)
seen.clear()
tell(again=ex.run(options={"--name": "special"}).result, seen_again=seen)
