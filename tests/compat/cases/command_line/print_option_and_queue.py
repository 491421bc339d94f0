"""`-p` before a run, a queued one, an unobserved one; combinations of flags in one word."""
# run: -pu with seed=1
# run: -uf with seed=1 new=1
# run: -qp with seed=1
# run: -fdu with seed=1 a=text
# run: -upc remark with seed=1

import contextlib
import io

from kit import Recorder, tell

from sacred import Experiment

ex = Experiment("flags")
ex.add_config(a=1, seed=1)
ex.observers.append(Recorder(only=["queued_event", "completed_event"]))


@ex.main
def main(_run):
    print("main runs")
    return [_run.unobserved, _run.force, _run.debug, _run.queue_only, _run.meta_info.get("comment")]


text = io.StringIO()
with contextlib.redirect_stdout(text):
    run = ex.run_commandline()
lines = [line.partition("#")[0].split() for line in text.getvalue().replace("\x1b[0m", "").splitlines()]
tell(lines=[line for line in lines if line])
tell(run=[run.status, run.result, run._id, run.config])
