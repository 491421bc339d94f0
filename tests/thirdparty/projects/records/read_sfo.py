"""Read the records as sfo does."""

import json

import experiment  # noqa: F401  it makes the records
from sfo import utils as sfo

names = sorted(sfo.gather_experiments("runs"))
states = {name: [sfo.is_run_completed(f"runs/{name}"), sfo.is_run_failed(f"runs/{name}")] for name in names}
print(json.dumps({"states": states, "loss": sfo.get_json("runs/1", "metrics")["loss"]["values"]}))
