"""What is recorded of a git repository, clean and with changes, and what -e says of it."""
# run: clean -F runs
# run: clean -e
# run: dirty -F runs
# run: dirty -e
# run: no_git -e
# run: unsaved -F runs

import os
import shutil
import subprocess
import sys
from pathlib import Path

from kit import tell

from sacred import Experiment

kind = sys.argv.pop(1)
identity = ["-c", "user.name=somebody", "-c", "user.email=somebody@example.org", "-c", "commit.gpgsign=false"]
os.environ["GIT_AUTHOR_DATE"] = os.environ["GIT_COMMITTER_DATE"] = "2020-01-02T03:04:05Z"


def git(*words):
    return subprocess.run(
        ["git", *identity, *words], capture_output=True, text=True, check=True
    ).stdout.strip()


if kind in {"clean", "dirty", "unsaved"}:
    git("init", "--initial-branch=main")
    Path(".gitignore").write_text("runs/\n__pycache__/\n")
    git("add", ".gitignore", Path(sys.argv[0]).name)
    git("remote", "add", "origin", "https://example.org/project.git")
    git("commit", "--message=first")
if kind == "dirty":
    with open(".gitignore", "a") as file:
        file.write("# changed\n")

ex = Experiment("versions", save_git_info=kind != "unsaved")
ex.add_config(seed=1)


@ex.main
def main(_run):
    repositories = _run.experiment_info["repositories"]
    heads = [repository["commit"] == git("rev-parse", "HEAD") for repository in repositories]
    tell(repositories=repositories, heads=heads)


try:
    ex.run_commandline()
finally:
    shutil.rmtree(".git", ignore_errors=True)
