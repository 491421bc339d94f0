"""The folder of a run with everything in it."""
# run: with a=2 -c "a remark"
# run: with seed=5

import sys
from pathlib import Path

from kit import tell

Path("lib").mkdir(exist_ok=True)
Path("lib/__init__.py").write_text('"""A package of the project."""\n')
Path("lib/part.py").write_text("value = 1\n")
Path("tool.py").write_text("tool = 1\n")
Path("data.csv").write_text("1,2\n")
Path("out.txt").write_text("out\n")
sys.path.insert(0, ".")

from lib import part as lib_part  # noqa: E402

from sacred import SETTINGS, Experiment  # noqa: E402
from sacred.observers import FileStorageObserver  # noqa: E402

SETTINGS.CAPTURE_MODE = "sys"
ex = Experiment("complete")
ex.observers.append(FileStorageObserver("runs"))
ex.add_config(a=1, d={"x": [1, 2], "text": "ä"})
ex.add_source_file("tool.py")
ex.add_package_dependency("somepackage", "1.2.3")


@ex.automain
def main(_run, a):
    print("output")
    with _run.open_resource("data.csv") as file:
        tell(read=file.read())
    ex.add_artifact("out.txt")
    ex.add_artifact("out.txt", name="renamed.txt")
    ex.info["list"] = [1, 2, {"x": None}]
    ex.log_scalar("loss", 0.5, 3)
    tell(id=_run._id, dir=_run.observers[0].dir, basedir=_run.observers[0].basedir, lib=lib_part.value)
    return {"score": a / 4}
