"""What `_run.meta_info` holds, from Python and from the command line."""
# run: with a=2 named -c "a remark" -P 3 --name=other -b 5
# run: other -u --loglevel WARNING --force
# run: --capture sys --debug -i 7

from kit import tell

from sacred import Experiment

ex = Experiment("meta")
ex.add_config(a=1)
ex.add_named_config("named", a=5)


@ex.main
def main(_run):
    return _run._id


@ex.command
def other():
    return 1


run = ex.run_commandline()
tell(
    commandline=run.meta_info,
    run=[run.beat_interval, run.unobserved, run.force, run.debug, run.pdb, run.capture_mode],
)
tell(queue=run.queue_only, name=run.run_logger.name)
python = ex.run(
    config_updates={"a": 3},
    named_configs=["named"],
    meta_info={"own": 1, "comment": "mine"},
    options={"--comment": "theirs", "--loglevel": "ERROR"},
)
tell(python=python.meta_info, plain=ex.run("other").meta_info, default=ex.get_default_options())
