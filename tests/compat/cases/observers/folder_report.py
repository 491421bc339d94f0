"""Reports made from a template: given by path, found in the folder of the runs, missing."""
# run: given
# run: found
# run: missing
# run: fails

import sys
from pathlib import Path

from kit import outcome, tell

from sacred import Experiment
from sacred.observers import FileStorageObserver

TEMPLATE = """<h1>${run['experiment']['name']} ${run['command']}</h1>
<p>${run['status']} ${config['a']} ${info.get('note')} ${run['result']}</p>
% for name in sorted(config):
<li>${name}: ${config[name] | h}</li>
% endfor
<pre>${cout}</pre><p>${savedir}</p>
"""
ex = Experiment("reported")
ex.add_config(a=1, b="<b>", seed=1)


@ex.main
def main(_run):
    _run.info["note"] = "noted"
    return 5


@ex.command
def fails(_run):
    raise ValueError("no")


kind = sys.argv[1]
if kind == "found":
    Path("found").mkdir()
    Path("found/template.html").write_text(TEMPLATE)
    ex.observers.append(FileStorageObserver("found"))
elif kind == "missing":
    ex.observers.append(FileStorageObserver("missing", template="none.html"))
else:
    Path("my_template.html").write_text(TEMPLATE)
    ex.observers.append(FileStorageObserver("given", template="my_template.html"))
found = outcome(ex.run, "fails" if kind == "fails" else None, options={"--capture": "no"})
tell(outcome=found.get("raises", "fine"), status=ex.current_run and ex.current_run.status)
