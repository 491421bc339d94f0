"""Every option in its short form, its long forms, and with its value joined to it or apart."""
# run: -l ERROR -c "short remark" -b 2.5 -P 7 -i 12 -n other -C no -F runs
# run: -lERROR -cjoined -b2.5 -P7 -i12b -nother -Cno -Fruns
# run: --loglevel ERROR --comment "long remark" --beat-interval 3 --priority 8 --id 13 --name other --capture no
# run: --loglevel=ERROR "--comment=with = in it" --beat-interval=3 --priority=8 --id=14 --name=other --capture=sys
# run: -u -f -d --beat_interval=5 --print_config
# run: with a=2 --unobserved --force --debug --file_storage=other

from kit import tell

from sacred import Experiment

ex = Experiment("spellings")
ex.add_config(a=1, seed=1)


@ex.main
def main(_run, _log):
    _log.error("shown with every level")
    print(_run._id, [getattr(observer, "basedir", None) for observer in _run.observers])


run = ex.run_commandline()
given = {name: value for name, value in run.meta_info["options"].items() if value}
tell(
    given=given,
    comment=run.meta_info.get("comment"),
    priority=run.meta_info.get("priority"),
    beat_interval=run.beat_interval,
    flags=[run.unobserved, run.force, run.debug, run.pdb, run.queue_only],
    capture_mode=run.capture_mode if given.get("--capture") else "not given",
    logger=run.run_logger.name,
)
