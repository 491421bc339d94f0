"""Artifacts: names of their own, folders in names, the same name twice, metadata, missing ones, pathlib."""
# run: with way=plain -F runs
# run: with way=named -F runs
# run: with way=twice -F runs
# run: with way=missing -F runs
# run: with way=typed -F runs
# run: with way=hooks -F runs

from pathlib import Path

from kit import Recorder, outcome, tell

from sacred import Experiment

Path("out/deep").mkdir(parents=True, exist_ok=True)
Path("out/model.pt").write_bytes(b"\x80\x02model")
Path("out/deep/log.txt").write_text("log\n")
Path("out/table.csv").write_text("a,b\n1,2\n")
Path("out/ü.png").write_bytes(b"\x89PNG")
ex = Experiment("artifacts")
ex.add_config(way="plain", seed=1)
ex.observers.append(Recorder(only=["artifact_event"]))


@ex.post_run_hook
def after(_run, way):
    if way == "hooks":
        _run.add_artifact("out/model.pt", name="final.pt")


@ex.main
def main(_run, way):
    if way == "plain":
        _run.add_artifact("out/model.pt")
        ex.add_artifact("out/deep/log.txt")
        ex.add_artifact(filename="out/ü.png")
    elif way == "named":
        ex.add_artifact("out/model.pt", "checkpoint_1.pt")
        ex.add_artifact("out/model.pt", name="check point 2.pt")
        ex.add_artifact("out/table.csv", name="no_suffix")
    elif way == "twice":
        ex.add_artifact("out/table.csv")
        Path("out/table.csv").write_text("changed\n")
        ex.add_artifact("out/table.csv")
    elif way == "missing":
        return outcome(ex.add_artifact, "out/none.txt")
    elif way == "typed":
        ex.add_artifact("out/table.csv", metadata={"rows": 1, "tags": ["x"]}, content_type="text/x-own")
        _run.add_artifact("out/model.pt", name="m", metadata=None, content_type=None)
    return None


run = ex.run_commandline()
tell(result=run.result)
