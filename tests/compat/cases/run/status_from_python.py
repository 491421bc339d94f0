"""What `ex.run` raises, and the run afterwards."""
# run:

from kit import outcome, tell

from sacred import Experiment
from sacred.utils import SacredInterrupt, TimeoutInterrupt

ex = Experiment("python")


@ex.main
def main(kind=None):
    if kind == "exit":
        raise SystemExit(4)
    if kind:
        raise {
            "stop": SacredInterrupt,
            "late": TimeoutInterrupt,
            "boom": ValueError,
            "key": KeyboardInterrupt,
        }[kind]
    return 5


@ex.command
def other():
    return "other"


def end(kind):
    found = outcome(ex.run, config_updates={"kind": kind})
    run = ex.current_run
    stopped = run.stop_time is not None
    return found["raises"] + [run.status, stopped, run.result, bool(run.fail_trace)]


tell(**{kind: end(kind) for kind in ("stop", "late", "boom", "key", "exit")})
run = ex.run()
tell(fine=[run.status, run.result, run.fail_trace, run._id, run.start_time, run.stop_time])
tell(again=outcome(run), other=ex.run("other").result, unknown=outcome(ex.run, "nope"))
tell(empty=outcome(Experiment("empty").run))
