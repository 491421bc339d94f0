"""FileStorageObserver with every option: folders, no copies, a priority, and the older spelling."""
# run:

from pathlib import Path

from kit import Recorder, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

Path("data.txt").write_text("data")
Path("out.txt").write_text("out")
ex = Experiment("options")
ex.add_config(seed=1)


@ex.main
def main(_run):
    _run.add_resource("data.txt")
    _run.add_artifact("out.txt")
    return [getattr(observer, "dir", type(observer).__name__) for observer in _run.observers]


made = {
    "plain": FileStorageObserver("plain"),
    "path": FileStorageObserver(Path("path") / "below"),
    "elsewhere": FileStorageObserver(
        "one", resource_dir=Path("two/resources"), source_dir=Path("two/sources")
    ),
    "shared": FileStorageObserver(
        "three", resource_dir=Path("two/resources"), source_dir=Path("two/sources")
    ),
    "no artifacts": FileStorageObserver("four", copy_artifacts=False),
    "no sources": FileStorageObserver("five", copy_sources=False),
    "older": FileStorageObserver.create("six", resource_dir="six_resources", priority=3),
    "positional": FileStorageObserver("seven", Path("seven_resources"), Path("seven_sources"), None, 7),
}
for name, observer in made.items():
    ex.observers = [observer, Recorder(priority=10, only=[])]
    run = ex.run()
    attributes = [observer.basedir, observer.resource_dir, observer.source_dir, observer.priority]
    tell(**{name: [run._id, run.result, *map(str, attributes)]})
tell(
    equal=made["plain"] == FileStorageObserver("plain"),
    other=made["plain"] == FileStorageObserver("path"),
    kind=made["plain"] == "plain",
    folders=sorted(str(path) for path in Path().rglob("*") if path.is_dir() and "__py" not in path.name),
)
