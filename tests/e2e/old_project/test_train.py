"""The project's own tests."""

from train import check, ex, main


def test_run():
    run = ex.run(config_updates={"epochs": 1, "seed": 3}, options={"--loglevel": "ERROR"})
    assert run.status == "COMPLETED"
    assert run.config["epochs"] == 1


def test_command():
    assert ex.run("check", named_configs=["wide"]).result == [64, 8, 4]
