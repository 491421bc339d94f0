"""The colours that print_config gives to modified, added and type-changed entries, as codes."""
# run: [FORCE_COLOR=1] print_config with seed=1 changed=2 kind=text d.changed=2 added=5
# run: [FORCE_COLOR=1] print_config with seed=1 d.kind=[] -f
# run: [FORCE_COLOR=1] print_config with seed=1 small

import contextlib
import io

from kit import tell

from sacred import Experiment

ex = Experiment("coloured")
ex.add_config(same=1, changed=1, kind=1, d={"same": 1, "changed": 1, "kind": 1}, seed=1)
ex.add_named_config("small", changed=0, d={"same": 0})


@ex.main
def main(added=None):
    return added


text = io.StringIO()
with contextlib.redirect_stdout(text):
    ex.run_commandline()
found = text.getvalue().replace("\x1b", "<esc>").splitlines()
words = [line.partition("#")[0].replace("<esc>[2m", "").replace("<esc>[0m", "").split() for line in found]
tell(coloured=[line for line in words if line and line[0].startswith("<esc>[3") and "=" in line])
