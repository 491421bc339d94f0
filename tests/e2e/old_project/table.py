"""Reads what the runs left, as such projects do."""

import json
import os
import sys

runs = sys.argv[1] if len(sys.argv) > 1 else "runs"
for number in sorted(filter(str.isdigit, os.listdir(runs)), key=int):
    with open(os.path.join(runs, number, "run.json")) as file:
        run = json.load(file)
    with open(os.path.join(runs, number, "config.json")) as file:
        config = json.load(file)
    with open(os.path.join(runs, number, "metrics.json")) as file:
        loss = json.load(file)["loss"]
    with open(os.path.join(runs, number, "cout.txt")) as file:
        epochs = file.read().count("epoch ")
    names = [name for name, stored in run["experiment"]["sources"] if os.path.exists(os.path.join(runs, stored))]
    print(
        number, run["status"], config["name"], config["seed"], f"{run['result']:.6f}", len(loss["values"]), epochs,
        ",".join(sorted(names)), ",".join(run["artifacts"]),
    )
