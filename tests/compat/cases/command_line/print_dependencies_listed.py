"""print_dependencies: what is found, what was added by hand, and the repository if there is one."""
# run: print_dependencies
# run: print_dependencies with a=5 -u
# run: main -F runs

import contextlib
import io
import sys
from pathlib import Path

from kit import tell

Path("tools.py").write_text("def tool():\n    pass\n")
Path("extra.py").write_text("pass\n")
sys.path.insert(0, ".")

from tools import tool  # noqa: E402

from sacred import Experiment  # noqa: E402

ex = Experiment("depends")
ex.add_config(a=1, seed=1)
ex.add_source_file("extra.py")
ex.add_package_dependency("a_package", "1.2.3")
ex.add_package_dependency("package_with_a_long_name_of_its_own", "4")


@ex.main
def main():
    tool()


text = io.StringIO()
with contextlib.redirect_stdout(text):
    ex.run_commandline()
lines = [line.replace("\x1b[0m", "") for line in text.getvalue().splitlines()]
own = ("a_package", "package_with", "numpy", "extra", "tools", "print_dependencies")
tell(headings=[line for line in lines if line.endswith(":")])
tell(words=[line.split() for line in lines if line.strip().startswith(own)])
