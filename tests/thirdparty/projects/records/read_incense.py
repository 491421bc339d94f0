"""Read the records as incense does."""

import json

import experiment  # noqa: F401  it makes the records
from incense import FileSystemExperimentLoader

loader = FileSystemExperimentLoader("runs")
found = [loader.find_by_id(number) for number in (1, 2)]
facts = {
    "lr": [one.config.lr for one in found],
    "status": [one.status for one in found],
    "loss": list(found[0].metrics["loss"]),
    "steps": [int(step) for step in found[0].metrics["loss"].index],
    "artifacts": sorted(found[0].artifacts),
    "result": found[0].result,
}
print(json.dumps(facts))
