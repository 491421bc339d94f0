"""An experiment that tells an offline run of neptune; what was told is left in files."""

from pathlib import Path

import neptune
from neptune_sacred import NeptuneObserver

from sacred import Experiment

told = neptune.init_run(
    mode="offline",
    project="workspace/project",
    capture_stdout=False,
    capture_stderr=False,
    capture_hardware_metrics=False,
    source_files=[],
    git_ref=False,
)
ex = Experiment("neptune", save_git_info=False)
ex.observers.append(NeptuneObserver(run=told))


@ex.config
def config():
    lr = 0.1
    model = {"layers": [1, 2], "name": None}
    seed = 3


@ex.main
def main(_run):
    for value in (0.5, 0.25):
        _run.log_scalar("loss", value)
    Path("notes.txt").write_text("text", encoding="utf-8")
    ex.open_resource("notes.txt").close()
    ex.add_artifact("notes.txt", name="artifact")
    return {"accuracy": 0.5, "count": 3, "text": "words", "list": [1]}


ex.run()
told.stop()
