"""seml: configurations of a YAML file are resolved as with 0.8.7, and its experiments run."""

import json

from thirdparty.environment import HERE, need, read_json, run_project


def test_configurations_are_resolved_as_with_0_8_7(tmp_path):
    need("seml")
    found = json.loads(run_project("seml", tmp_path, "resolve.py").stdout)
    golden = read_json(HERE / "goldens" / "seml.json")  # from the same script on 0.8.7
    assert found["resolved"] == golden["resolved"]
    assert found["named_configs"] == golden["named_configs"]
    assert len(found["resolved"]) == 16
    assert found["refused"].startswith(golden["refused"])
    assert "learning_rate" in found["refused"]


def test_an_experiment_runs(tmp_path):
    need("seml")
    words = ["-F", "runs", "with", "seed=7", "data.size=20", "big", "overwrite=None"]
    done = run_project("seml", tmp_path, "experiment.py", *words)
    run, config = read_json(tmp_path / "runs/1/run.json"), read_json(tmp_path / "runs/1/config.json")
    assert run["status"] == "COMPLETED"
    assert run["result"] == {"lr": 0.01, "twice": 0.02, "total": 60, "hidden": 256, "loaded": 20}
    assert config["model"] == {"type": "gcn", "hidden": 256, "dropout": 0.5}
    assert (config["db_collection"], config["overwrite"]) == (None, None)
    assert "learning rate 0.01" in done.stderr + done.stdout
    assert "Added new config entry" not in done.stderr + done.stdout
