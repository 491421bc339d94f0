"""neptune-sacred: its observer tells neptune of the whole run."""

import json

from thirdparty.environment import need, run_project


def read_operations(folder):
    """Yield the operations that an offline run of neptune left, each a JSON object after another."""
    decoder = json.JSONDecoder()
    for path in sorted((folder / ".neptune").rglob("data-*.log")):
        text = path.read_bytes().decode("utf-8", "replace")
        start = text.find("{")
        while start >= 0:
            operation, end = decoder.raw_decode(text, start)
            yield operation["obj"]
            start = text.find("{", end)


def test_the_observer_tells_of_the_whole_run(tmp_path):
    need("neptune-sacred")
    run_project("neptune", tmp_path, "experiment.py")
    told = {"/".join(one["path"]): one for one in read_operations(tmp_path)}
    values = {path: one.get("value") for path, one in told.items()}
    assert values["sys/name"] == "neptune"
    assert values["experiment/config/lr"] == 0.1
    assert values["experiment/config/seed"] == 3
    assert values["experiment/config/model layers"] == "[1, 2]"
    assert values["experiment/metrics/results/accuracy"] == 0.5
    assert values["experiment/metrics/results/text"] == "words"
    assert values["experiment/metrics/results/list"] == "[1]"
    points = [one["values"] for one in read_operations(tmp_path) if one["path"][-1] == "loss"]
    assert [point["value"] for group in points for point in group] == [0.5, 0.25]
    assert "experiment/io_files/artifacts/artifact" in told
