"""The options of the command line, read back from meta_info, and what options add to it."""
# run: -n mine -F runs
# run: train with lr=3 large -n mine -c "what for" -P 5 -i chosen -F runs
# run: -f -b 3 -l 30 -C no
# run: --name=with-equals --comment "spaced out" --beat-interval=1.5 --loglevel=ERROR

from kit import Recorder, tell

from sacred import Experiment, cli_option


@cli_option("-G", "--group")
def group(args, run):
    """The group of the run."""
    run.meta_info["group"] = args
    run.info["group"] = args.upper()


@cli_option("-y", "--yes", is_flag=True)
def yes(args, run):
    """Say yes."""
    run.meta_info["yes"] = args


ex = Experiment("meta", additional_cli_options=[group, yes], save_git_info=False)
ex.add_config(lr=1, size=1)
ex.add_named_config("large", size=10)
ex.observers.append(Recorder(only=["started_event"]))


@ex.command
def train(lr, _run):
    tell(options=_run.meta_info["options"], meta={k: v for k, v in _run.meta_info.items() if k != "options"})
    return lr


@ex.main
def main(_run):
    name = _run.meta_info["options"]["--name"]
    tell(name=name, beat=[_run.beat_interval, _run.force, _run.capture_mode or "sys", _run.unobserved])
    return train()


ex.run_commandline()
tell(
    python=sorted(ex.run("train", {"lr": 5}, ["large"], {"i": 1}, {"mine": 2}, {"--group": "abc"}).meta_info),
    info=ex.current_run.info,
    group=ex.current_run.meta_info["group"],
    default={key: value for key, value in ex.get_default_options().items() if "group" in key or "yes" in key},
)
