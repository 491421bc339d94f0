"""cli_option functions: names, flags, what they get and may do to the run, one shared by two experiments."""
# run: --learning-rate=0.1 -G
# run: -g 3 with a=2
# run: other --learning-rate 0.5
# run: python
# run: --raises

import sys

from kit import Recorder, outcome, tell

from sacred import Experiment, cli_option
from sacred.commandline_options import CLIOption


@cli_option("-r", "--learning-rate")
def learning_rate(args, run):
    """The learning rate, a number.

    It has more lines than one.
    """
    run.config["rate"] = float(args)
    run.info["rate"] = args


@cli_option("-g", "--gpus")
def gpus(args, run):
    """How many."""
    run.meta_info["gpus"] = int(args)
    run.observers.append(Recorder("gpus", only=["started_event"]))


@cli_option("-G", "--no-gpu", is_flag=True)
def no_gpu(args, run):
    """None at all."""
    run.info["no_gpu"] = [args, run.status, run._id, sorted(run.config)]
    run.unobserved = True


@cli_option("-z", "--raises", is_flag=True)
def raises(args, run):
    raise RuntimeError("of the option")


options = [learning_rate, gpus, no_gpu, raises]
ex = Experiment("functions", additional_cli_options=options)
second = Experiment("second", additional_cli_options=[learning_rate])
ex.add_config(a=1, rate=0.0, seed=1)
second.main(lambda _run: _run.info)
second.add_config(seed=1)


@ex.command
def other(rate, _config):
    return [rate, _config["rate"]]


@ex.main
def main(_run, rate):
    return [rate, _run.config["rate"], _run.info, _run.meta_info.get("gpus")]


tell(
    kinds=[isinstance(one, CLIOption) for one in options],
    flags=[[one.get_flag(), one.short_flag, one.is_flag] for one in options],
    docs=[one.get_flags() for one in options],
    default={
        name: value for name, value in ex.get_default_options().items() if "gpu" in name or "rate" in name
    },
)
if sys.argv[1:] == ["python"]:
    tell(python=ex.run(options={"--learning-rate": "0.25", "--no-gpu": True}).result)
    tell(second=second.run(options={"--learning-rate": 2}).result)
    tell(number=ex.run(options={"--gpus": 2}).meta_info["gpus"])
    tell(wrong=outcome(ex.run, options={"--learning-rate": "fast"})["raises"][0])
else:
    tell(result=ex.run_commandline().result)
