"""What can be done with the recorder outside of a run, in an unobserved one, and after the end."""
# run:

from pathlib import Path

from kit import Recorder, outcome, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

Path("some.txt").write_text("some")
ex = Experiment("outside")
ex.add_config(seed=1)


def try_all(target):
    found = {
        "artifact": outcome(target.add_artifact, "some.txt"),
        "resource": outcome(target.add_resource, "some.txt"),
        "scalar": outcome(target.log_scalar, "x", 1),
        "info": outcome(lambda: target.info),
        "open": outcome(lambda: target.open_resource("some.txt").read()),
    }
    return {key: value.get("raises", "fine")[-4:] for key, value in found.items()}


@ex.main
def main(_run):
    return [try_all(_run), try_all(ex)]


tell(before=try_all(ex))
ex.observers = [Recorder(only=["artifact_event", "resource_event"]), FileStorageObserver("runs")]
tell(unobserved=ex.run(options={"--unobserved": True}).result)
tell(observed=ex.run().result)
tell(after=try_all(ex), folder=sorted(path.name for path in Path("runs/1").glob("[!m]*")))
