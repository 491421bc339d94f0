"""Heartbeats of a run that takes longer: what each brings of output, info, metrics and results, in which order."""
# run:
# run: with fails=True

import sys
from threading import Event

from kit import outcome, tell

from sacred import Experiment
from sacred.observers import RunObserver

ex = Experiment("beating")
ex.add_config(seed=1, fails=False)
seen = Event()
calls = []


class Beats(RunObserver):
    def heartbeat_event(self, info, captured_out, beat_time, result):
        lines = [line for line in captured_out.splitlines() if " - " not in line]
        calls.append(["beat", dict(info), lines, result])
        seen.set()

    def log_metrics(self, metrics_by_name, info):
        calls.append(["metrics", {name: metric["values"] for name, metric in metrics_by_name.items()}])

    def completed_event(self, stop_time, result):
        calls.append(["completed", result])

    def failed_event(self, fail_time, fail_trace):
        calls.append(["failed"])

    def join(self):
        calls.append(["join"])


def wait_for_beats():
    for _ in range(2):  # one may have begun before the last change
        seen.clear()
        assert seen.wait(20)


ex.observers.append(Beats())


@ex.main
def main(_run, fails):
    wait_for_beats()
    print("first", flush=True)
    _run.info["epoch"] = 1
    wait_for_beats()
    _run.log_scalar("loss", 0.5)
    _run.log_scalar("loss", 0.25)
    wait_for_beats()
    _run.result = "so far"
    print("second", flush=True)
    wait_for_beats()
    _run.log_scalar("loss", 0.125)
    if fails:
        raise ValueError("no")
    return "done"


outcome(ex.run_commandline, [*sys.argv, "--beat-interval=0.05"])
different = [call for number, call in enumerate(calls) if call not in calls[:number]]
tell(beats=[call for call in different if call[0] == "beat"], ends=calls[-3:])
tell(points=[point for call in calls if call[0] == "metrics" for point in call[1].get("loss", [])])
