"""What heartbeats report while main runs: `_run.result` and `info` as they are then."""
# run:

import time

from kit import tell

from sacred import SETTINGS, Experiment
from sacred.observers import FileStorageObserver, RunObserver

SETTINGS.CAPTURE_MODE = "sys"
ex = Experiment("beats")
beats = []


class Beats(RunObserver):
    def heartbeat_event(self, info, captured_out, beat_time, result):
        beat = [result, dict(info), captured_out]
        if beat not in beats:
            beats.append(beat)


ex.observers.append(Beats())
ex.observers.append(FileStorageObserver("runs"))


@ex.main
def main(_run):
    print("first")
    _run.result = 0.25
    ex.current_run.info["train"] = {"loss": [1.0]}
    time.sleep(0.5)
    print("second")
    _run.result = 0.5
    _run.info.setdefault("train", {})["loss"].append(0.5)
    ex.info["more"] = 1
    time.sleep(0.5)


run = ex.run(options={"--beat-interval": "0.1"}, info={"given": True})
tell(beats=[[beats[0][0], beats[0][2]], beats[-1]], result=run.result, interval=run.beat_interval)
