"""The code that the documentation shows does what the documentation says.

Each page has an empty folder. From top to bottom:

- a fence of Python with a title is saved under that name,
- a fence of Python without one is run as a program of its own,
- the commands of a ``console`` fence, the lines that begin with ``$``, are run, and print what stands below
  them. ``...`` stands for any lines, and numbers that differ from run to run don't count,
- a ``text`` fence with the title ``Output`` is what the program above it prints,
- any other fence with a title is saved, too.

``<!-- no-run: REASON -->`` above a fence keeps it from being run.
"""

import ast
import os
import re
import subprocess
import sys
from pathlib import Path

import pytest

from docs.pages import PAGES, iter_fences, name

NOT_RUN = ("make", "pip", "git", "cd", ".venv/bin")
CHANGING = [
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d(:\d\d(\.\d+)?)?", "<moment>"),
    (r"\b\d+(\.\d+)? s\b", "<seconds>"),
    (r"\d+:\d\d:\d\d", "<duration>"),
    (r"\b[0-9a-f]{32,40}\b", "<digest>"),
    (r"\b\d{5,}\b", "<number>"),
    (r"==\s?\S+", "== <version>"),
    (r" +", " "),
]


class DifferenceError(Exception):
    """What the documentation says is not what happens."""


def run(command, folder):
    unwanted = (
        "FORCE_COLOR",
        "SACRED",
        "COVERAGE_",  # measured by coverage, a page would show it as a package
        "PYTEST_CURRENT_TEST",  # what runs without observers do is another matter under pytest
    )
    environment = {key: value for key, value in os.environ.items() if not key.startswith(unwanted)}
    environment["PATH"] = os.pathsep.join([str(Path(sys.executable).parent), os.environ["PATH"]])
    environment |= {"PYTHONUNBUFFERED": "1", "COLUMNS": "80"}
    done = subprocess.run(
        command,
        cwd=folder,
        env=environment,
        shell=isinstance(command, str),
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        text=True,
        check=False,
    )
    return done.stdout.replace(f"{folder}{os.sep}", ""), done.returncode


def is_alike(shown, printed):
    """Compare line by line, where ``...`` is any lines; also for the end of a line."""
    pattern = ""
    for line in normalize(shown):
        if line == "...":
            pattern += r"(?:.*\n)*?"
        else:
            pattern += re.escape(line).replace(r"\.\.\.", ".*") + "\n"
    return re.fullmatch(pattern, "\n".join([*normalize(printed), ""])) is not None


def normalize(text):
    for pattern, word in CHANGING:
        text = re.sub(pattern, word, text)
    lines = [line.rstrip() for line in text.strip("\n").splitlines()]
    # the marks below a line of a traceback are not the same in all versions of Python
    return [line for line in lines if not re.fullmatch(r" *[~^]+", line)]


def iter_commands(code):
    """Yield the commands of a console fence, each with what it prints."""
    parts = re.split(r"^\$ ", code, flags=re.MULTILINE)
    assert not parts[0].strip(), "a console fence begins with a command"
    for part in parts[1:]:
        command, _, output = re.sub(r"\\\n>? *", "", part).partition("\n")
        yield command, output


class Reader:
    """Does what a page says, from top to bottom, in one folder."""

    def __init__(self, folder):
        self.folder = folder
        self.last_output = None

    def read(self, fence, number):
        if fence.language == "text" and fence.title == "Output":
            self.check_output(fence.code)
        elif fence.title:
            self.save(fence.title, fence.code)
        elif fence.reason:
            if fence.language == "python":
                ast.parse(fence.code)
        elif fence.language == "python":
            self.run_program(fence.code, f"snippet_{number}.py")
        elif fence.language == "console":
            for command, shown in iter_commands(fence.code):
                self.check_command(command, shown)

    def save(self, title, code):
        path = self.folder / title
        path.parent.mkdir(parents=True, exist_ok=True)
        path.write_text(code, encoding="utf-8")
        return path

    def run_program(self, code, title):
        path = self.save(title, code)
        self.last_output, exit_code = run([sys.executable, str(path)], self.folder)
        if exit_code:
            raise DifferenceError(f"the exit code is {exit_code}\n{self.last_output}")

    def check_output(self, shown):
        assert self.last_output is not None, "no program is above this output"
        if not is_alike(shown, self.last_output):
            raise DifferenceError(f"printed is\n{self.last_output}\n--- but shown is\n{shown}")

    def check_command(self, command, shown):
        if command.startswith(NOT_RUN):
            return
        printed, exit_code = run(command, self.folder)
        if shown.strip() and not is_alike(shown, printed):
            raise DifferenceError(f"$ {command}\n{printed}\n--- but shown is\n{shown}")
        if exit_code and not re.search("error", shown, re.IGNORECASE):
            raise DifferenceError(f"$ {command}\n{printed}\n--- the exit code is {exit_code}")


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_code_of_a_page(page, tmp_path):
    reader = Reader(tmp_path)
    for number, fence in enumerate(iter_fences(page.read_text(encoding="utf-8"))):
        problem = ""
        try:
            reader.read(fence, number)
        except DifferenceError as error:
            problem = str(error)
        if problem:
            pytest.fail(f"{name(page)}:{fence.line}: {problem}", pytrace=False)


def test_the_examples_of_the_test_itself():
    assert is_alike("a\n...\nseed = 123456 # x\n", "a\nb\nc\nseed = 99999   # x\n")
    assert is_alike("Completed after 0:00:01", "Completed after 0:00:00\n")
    assert is_alike("a ... c", "a b c\n")
    assert not is_alike("a\n...\nc", "a\nb\n")
    assert not is_alike("lr = 0.1", "lr = 0.2\n")
    assert list(iter_commands("$ a \\\n> b\nc\n$ d\n")) == [("a b", "c\n"), ("d", "")]
