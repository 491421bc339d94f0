"""Runs a case, and compares what two versions of the package did with it.

A case is a script in ``cases/SUBJECT/`` that uses public names only. Its ``# run:`` lines are the command
lines it is started with, one after the other in one empty folder, each in a process of its own; words in
brackets hide numpy or set a variable of the environment::

    # run: with seed=3
    # run: [no-numpy] [NO_COLOR=1] with seed=3

What is compared: exit codes, the lines of stdout and stderr, the facts that the script tells through
``kit``, every run folder it leaves, and the contents of other files. Times, addresses, folders and versions
are replaced by their names first.
"""

import json
import os
import re
import shlex
import shutil
import subprocess
from datetime import datetime
from difflib import SequenceMatcher
from hashlib import md5
from pathlib import Path

from sacred.model.serialize import restore

HERE = Path(__file__).parent
CASES = sorted((HERE / "cases").glob("*/*.py"))
GOLDENS = HERE / "goldens"
TIMEOUT = 60

_RUN_LINE = re.compile(r"^# run:(?P<marks>( \[[^\]\s]+\])*)(?P<words>.*)$", re.MULTILINE)
_NORMAL = [
    (re.compile(r"\x1b\[[\d;]*m"), ""),
    (re.compile(r"\d{4}-\d\d-\d\d[T ]\d\d:\d\d:\d\d(\.\d+)?"), "<time>"),
    (re.compile(r"(after|time:) (\d+ days?, )?\d+:\d\d:\d\d(\.\d+)?"), r"\1 <duration>"),
    (re.compile(r"\b0x[0-9a-f]{6,}"), "<address>"),
    (re.compile(r"\b([\w-]+)==\d[\w.+]*"), r"\1==<version>"),
    (re.compile(r"^(  \S+ +== )\d\S*"), r"\1<version>"),
    (re.compile(r"^\S+:\d+: (\w+Warning)"), r"<file>: \1"),
]


def run_case(script, python, folder):
    """Run a case with an interpreter.

    Args:
        script: the case.
        python: the interpreter; its ``sacred`` is what is tried.
        folder: an empty folder to work in.

    Returns:
        all that is compared, as JSON values.
    """
    shutil.copy(script, folder)
    lines = list(_RUN_LINE.finditer(script.read_text(encoding="utf-8")))
    if not lines:
        raise ValueError(f"{script.name} has no '# run:' line")
    runs = {}
    for number, line in enumerate(lines, 1):
        name = f"{number} {line.group(0).removeprefix('# run:').strip()}".strip()
        runs[name] = _run(script.name, line, python, folder)
    return {"runs": runs, "folders": _read_folders(folder)}


def _run(script, line, python, folder):
    facts = folder.parent / f"{folder.name}.facts"
    facts.unlink(missing_ok=True)
    done = subprocess.run(  # noqa: PLW1510 -- the exit code is one of the facts
        [python, script, *shlex.split(line["words"])],
        cwd=folder,
        env=_make_environment(facts, line["marks"].replace("[", " ").replace("]", " ").split()),
        capture_output=True,
        stdin=subprocess.DEVNULL,
        text=True,
        timeout=TIMEOUT,
    )
    told = json.loads(facts.read_text(encoding="utf-8")) if facts.exists() else {}
    return {
        "exit": done.returncode,
        "stdout": _normalise_lines(done.stdout, folder),
        "stderr": [line for line in _normalise_lines(done.stderr, folder) if line],
        "facts": _normalise(told, folder),
    }


def _make_environment(facts, marks):
    # these change how output is captured and what is left in folders
    unwanted = {"PYTHONUNBUFFERED", "PYTHONDONTWRITEBYTECODE", "PYTHONPATH", "PYTHONWARNINGS"}
    # measured by coverage, a process would list it among its packages
    kept = {
        name: value
        for name, value in os.environ.items()
        if name not in unwanted and not name.startswith("COVERAGE_")
    }
    paths = [HERE / "kit" / "hide_numpy"] * ("no-numpy" in marks) + [HERE / "kit"]
    return kept | {
        "PYTHONPATH": os.pathsep.join(map(str, paths)),
        "PYTHONHASHSEED": "0",  # the order of sets in messages
        "COLUMNS": "80",
        "COMPAT_FACTS": str(facts),
        "SACRED_STORE": "none",  # the default store has tests of its own
        "SACRED_CACHE": str(facts.parent / "cache"),  # not the user's
        **dict(mark.split("=", 1) for mark in marks if "=" in mark),
    }


# --- reading run folders ------------------------------------------------------------------------------


def _read_folders(folder):
    """Read every run folder below a folder, by its relative path; and name all other files."""
    folders = {}
    for path in sorted(folder.rglob("run.json")):
        run_folder = path.parent
        folders[str(run_folder.relative_to(folder))] = _normalise(_read_run_folder(run_folder), folder)
    found = (
        path for path in sorted(folder.rglob("*")) if path.is_file() and path.parent.name != "__pycache__"
    )
    files = {str(path.relative_to(folder)): path for path in found}
    folders["files"] = list(files)
    folders["contents"] = {
        name: _read_content(path, folder) for name, path in files.items() if not _is_known(path)
    }
    return folders


def _is_known(path):
    """Tell whether a file's content is compared otherwise: by its name, or with its run folder."""
    if path.parent.name in {"_sources", "_resources"} or path.name.startswith(("metrics.", "system.")):
        return True
    in_run_folder = (path.parent / "run.json").exists()
    return path.suffix == ".py" or (
        in_run_folder and (path.suffix == ".json" or path.name.startswith("cout."))
    )


def _read_content(path, folder):
    content = path.read_bytes()
    try:
        return _normalise_lines(content.decode(), folder)
    except UnicodeDecodeError:
        return f"{len(content)} bytes, md5 {md5(content, usedforsecurity=False).hexdigest()}"


def _read_run_folder(run_folder):
    found = {}
    for path in sorted(run_folder.iterdir()):
        if path.suffix == ".json":
            found[path.name] = restore(json.loads(path.read_text(encoding="utf-8")))
        elif path.name == "cout.txt":
            found[path.name] = path.read_text(encoding="utf-8").splitlines()
    run = found["run.json"]
    if "host" in run:
        run["host"] = sorted(run["host"])
    if "fail_trace" in run:
        run["fail_trace"] = run["fail_trace"][-1:]
    return found


# --- what differs from run to run, and what is not to be kept -----------------------------------------


def _normalise_text(text, folder):
    text = text.replace(str(folder), "<DIR>")
    for pattern, name in _NORMAL:
        text = pattern.sub(name, text)
    return text


def _normalise(value, folder):
    if isinstance(value, str):
        return _normalise_text(value, folder)
    if isinstance(value, dict):
        return {_normalise_text(str(key), folder): _normalise(item, folder) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [_normalise(item, folder) for item in value]
    if isinstance(value, set):
        return sorted((_normalise(item, folder) for item in value), key=repr)
    return "<time>" if isinstance(value, datetime) else value


def _normalise_lines(text, folder):
    """Return lines without usage texts and frames of libraries: what those show is not ours to keep."""
    kept = []
    hidden = False
    for raw in text.splitlines():
        line = _normalise_text(raw.rstrip(), folder)
        hidden = _is_hidden(line, kept[-1] if kept else "", hidden)
        if not hidden:
            kept.append("<usage>" if line == "Usage:" else line)
    return kept


def _is_hidden(line, before, hidden):
    if line.startswith('  File "'):
        return not line.startswith('  File "<DIR>')
    if line and not line.strip(" ~^"):  # marks below a line of code
        return True
    if before == "<usage>" or before.startswith("<file>: "):  # the lines below a usage or a warning
        return line.startswith("  ")
    return hidden and line.startswith("    ")


# --- comparing ----------------------------------------------------------------------------------------


def compare(old, new, path=""):
    """Yield each difference as one line: ``place: old → new``, ``place: - lost`` or ``place: + added``."""
    if isinstance(old, dict) and isinstance(new, dict):
        yield from _compare_dicts(old, new, path)
    elif isinstance(old, list) and isinstance(new, list):
        yield from _compare_lists(old, new, path)
    elif _show(old) != _show(new):
        yield f"{path}: {_show(old)} → {_show(new)}"


def _compare_dicts(old, new, path):
    for key in sorted(old.keys() | new.keys()):
        place = f"{path} / {key}" if path else key
        if key not in new:
            yield f"{place}: - {_show(old[key])}"
        elif key not in old:
            yield f"{place}: + {_show(new[key])}"
        elif key == "raises":  # an exception may be of a class of ours that is also what 0.8.7 raised
            if old[key][0] not in new[key]:
                yield f"{place}: {old[key][0]} → {new[key][0]}"
        else:
            yield from compare(old[key], new[key], place)


def _compare_lists(old, new, path):
    if len(old) == len(new) and not all(isinstance(item, str) for item in old):
        for index, pair in enumerate(zip(old, new, strict=True)):
            yield from compare(*pair, f"{path}[{index}]")
        return
    before, after = [_show(item) for item in old], [_show(item) for item in new]
    for tag, i1, i2, j1, j2 in SequenceMatcher(None, before, after, autojunk=False).get_opcodes():
        if tag != "equal":
            yield from (f"{path}: - {item}" for item in before[i1:i2])
            yield from (f"{path}: + {item}" for item in after[j1:j2])


def _show(value):
    return json.dumps(value, ensure_ascii=False, sort_keys=True)


def sort_differences(case, differences, table):
    """Part differences in those that a table means and those that nothing explains.

    Args:
        case: name of the case.
        differences: what ``compare`` yields.
        table: rows with ``case``, ``what`` (``*`` stands for any text in both) and ``why``.

    Returns:
        the rows that were used, and the unexplained differences.
    """
    used, unexplained = [], []
    for difference in differences:
        rows = [row for row in table if _fits(row.case, case) and _fits(row.what, difference)]
        used += rows[:1]
        unexplained += [] if rows else [difference]
    return used, unexplained


def _fits(pattern, text):
    return re.fullmatch(".*".join(map(re.escape, pattern.split("*"))), text, re.DOTALL) is not None


# --- goldens ------------------------------------------------------------------------------------------


def digest(script):
    """Return what a golden file notes of the script that it was made from."""
    return md5(script.read_bytes(), usedforsecurity=False).hexdigest()


def golden_path(script):
    """Return where the golden of a case is kept."""
    return GOLDENS / script.parent.name / f"{script.stem}.json"


def read_golden(script):
    """Return the golden of a case; None if there is none that was made from this text of the script."""
    path = golden_path(script)
    golden = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return golden if golden.get("script") == digest(script) else None
