"""hyperspace-explorer: a run of its worker, whose experiments are made within a function."""

from thirdparty.environment import need, read_json, run_project


def test_a_queued_run(tmp_path):
    need("hyperspace-explorer")
    done = run_project("hyperspace", tmp_path, "worker.py")
    assert done.stdout.splitlines()[-1] == "5"
    run = read_json(tmp_path / "runs/1/run.json")
    assert (run["status"], run["result"], run["experiment"]["name"]) == ("COMPLETED", 5, "adding")
    assert read_json(tmp_path / "runs/1/config.json") == {"seed": 5, "steps": 2}
    assert read_json(tmp_path / "runs/1/info.json") == {"offset": 3}
    assert read_json(tmp_path / "runs/1/metrics.json")["sum"]["values"] == [3, 4]
    assert run["resources"][0][0].endswith("tasks/adding.json")
