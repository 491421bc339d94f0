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
    (r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?", "<moment>"),
    (r"\d+:\d\d:\d\d", "<duration>"),
    (r"\b[0-9a-f]{32,40}\b", "<digest>"),
    (r"\b\d{5,}\b", "<number>"),
    (r"==\s?\S+", "== <version>"),
    (r" +", " "),
]


def run(command, folder):
    environment = {key: value for key, value in os.environ.items() if key not in {"FORCE_COLOR", "SACRED"}}
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
    return done.stdout, done.returncode


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
    return [line.rstrip() for line in text.strip("\n").splitlines()]


def iter_commands(code):
    """Yield the commands of a console fence, each with what it prints."""
    parts = re.split(r"^\$ ", code, flags=re.MULTILINE)
    assert not parts[0].strip(), "a console fence begins with a command"
    for part in parts[1:]:
        command, _, output = re.sub(r"\\\n>? *", "", part).partition("\n")
        yield command, output


def check_command(command, shown, folder):
    if command.startswith(NOT_RUN):
        return
    printed, code = run(command, folder)
    assert shown.strip() or "Traceback" not in printed, f"$ {command}\n{printed}"
    assert not shown.strip() or is_alike(shown, printed), f"$ {command}\n{printed}\n--- but shown is\n{shown}"
    assert code == 0 or re.search(r"Error|Interrupt|error", shown), f"$ {command}\n{printed}"


@pytest.mark.parametrize("page", PAGES, ids=name)
def test_the_code_of_a_page(page, tmp_path):
    last_output = None
    for number, fence in enumerate(iter_fences(page.read_text(encoding="utf-8"))):
        place = f"{name(page)}:{fence.line}"
        try:
            if fence.language == "text" and fence.title == "Output":
                assert last_output is not None, "no program is above this output"
                assert is_alike(fence.code, last_output), f"printed is\n{last_output}"
            elif fence.title:
                path = tmp_path / fence.title
                path.parent.mkdir(parents=True, exist_ok=True)
                path.write_text(fence.code, encoding="utf-8")
            elif fence.reason:
                if fence.language == "python":
                    ast.parse(fence.code)
            elif fence.language == "python":
                script = tmp_path / f"snippet_{number}.py"
                script.write_text(fence.code, encoding="utf-8")
                last_output, code = run([sys.executable, str(script)], tmp_path)
                assert code == 0, last_output
            elif fence.language == "console":
                for command, shown in iter_commands(fence.code):
                    check_command(command, shown, tmp_path)
        except AssertionError as error:
            pytest.fail(f"{place}: {error}", pytrace=False)


def test_the_examples_of_the_test_itself():
    assert is_alike("a\n...\nseed = 123456 # x\n", "a\nb\nc\nseed = 99999   # x\n")
    assert is_alike("Completed after 0:00:01", "Completed after 0:00:00\n")
    assert is_alike("a ... c", "a b c\n")
    assert not is_alike("a\n...\nc", "a\nb\n")
    assert not is_alike("lr = 0.1", "lr = 0.2\n")
    assert list(iter_commands("$ a \\\n> b\nc\n$ d\n")) == [("a b", "c\n"), ("d", "")]
