"""Resources: opened in all modes, the same one again, changed, absolute and relative, missing, without observers."""
# run: with way=opened -F runs
# run: with way=changed -F runs
# run: with way=missing -F runs
# run: with way=opened -u
# run: with way=named -F runs

import os
from pathlib import Path

from kit import Recorder, outcome, tell

from sacred import Experiment

Path("data/deep").mkdir(parents=True, exist_ok=True)
Path("data/a.txt").write_text("first line\nsecond line\n")
Path("data/deep/b.bin").write_bytes(b"\x00\xff\r\n")
ex = Experiment("resources")
ex.add_config(way="opened", seed=1)
ex.observers.append(Recorder(only=["resource_event"]))


@ex.main
def main(_run, way):
    if way == "opened":
        with _run.open_resource("data/a.txt") as file:
            text = file.read()
        with ex.open_resource(os.path.abspath("data/a.txt"), "r") as file:
            lines = list(file)
        with _run.open_resource("data/deep/b.bin", "rb") as file:
            content = list(file.read())
        with _run.open_resource(Path("data/a.txt")) as file:
            name = file.name
        return [len(text), len(lines), content, os.path.basename(name), file.mode]
    if way == "changed":
        _run.add_resource("data/a.txt")
        Path("data/a.txt").write_text("changed")
        _run.add_resource("./data/../data/a.txt")
        Path("data/a.txt").write_text("changed again")
        return None
    if way == "named":
        _run.add_resource(filename="data/deep/b.bin")
        return len(_run.open_resource(filename="data/a.txt", mode="r").read())
    found = [
        outcome(_run.open_resource, "data/none.txt")["raises"],
        outcome(_run.add_resource, "none")["raises"],
    ]
    return [kinds[:-2] for kinds in found]


run = ex.run_commandline()
tell(result=run.result, folder=[type(observer).__name__ for observer in run.observers])
