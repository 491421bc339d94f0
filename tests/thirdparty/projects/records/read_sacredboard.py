"""Read the records as sacredboard does, and ask its pages."""

import json

import experiment  # noqa: F401  it makes the records
from flask import Flask
from sacredboard.app.config import jinja_filters
from sacredboard.app.data.filestorage import FileStorage
from sacredboard.app.webapi import metrics, proxy, routes, runs

storage = FileStorage("runs")
found = {
    run["_id"]: [
        run["status"],
        run["config"]["lr"],
        run["result"],
        run["info"],
        run["start_time"].year > 2000,
    ]
    for run in storage.get_run_dao().get_runs()
}
app = Flask("sacredboard.bootstrap")
app.config["data"] = storage
for module in (proxy, routes, metrics, runs, jinja_filters):
    module.initialize(app, {"http.serve_on_endpoint": "/"})
client = app.test_client()
pages = {path: client.get(path).status_code for path in ("/runs", "/api/run/1", "/api/run/2")}
print(json.dumps({"runs": found, "pages": pages}))
