"""Packages with torch below them: imitation and skorch (`make test-thirdparty LARGE=1`)."""

import pytest

from thirdparty.environment import need, read_json, run_project

SCRIPTS = ["train_rl", "train_imitation", "train_adversarial", "train_preference_comparisons", "eval_policy"]


@pytest.mark.parametrize("script", SCRIPTS)
def test_configurations_of_imitation(tmp_path, script):
    """Ingredients, hooks, named configs, and JSON files that 0.8 wrote with the names of classes."""
    need("imitation", "jsonpickle")
    done = run_project("imitation", tmp_path, "-m", f"imitation.scripts.{script}", "print_config")
    assert "Configuration" in done.stdout
    assert f"INFO - {script} - Completed" in done.stderr


def test_skorch_logs_its_epochs(tmp_path):
    need("skorch")
    run_project("skorch", tmp_path, "experiment.py")
    metrics = read_json(tmp_path / "runs/1/metrics.json")
    assert metrics["train_loss_epoch"]["steps"] == [1, 2]
    assert len(metrics["train_loss_batch"]["values"]) == 2
