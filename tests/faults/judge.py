"""What held in spite of a fault: one sentence about each thing that did not."""

import json
import re
import subprocess

from faults.fault import COLUMNS
from faults.program import open_place, read_facts, run_fault
from readers import read_by_package, read_by_program
from sacred.errors import StoreError

LONGEST_SECONDS = 60
_ENDS = {"COMPLETED": "completed_event", "FAILED": "failed_event", "INTERRUPTED": "interrupted_event"}
_OURS = re.compile(r"^(?:WARNING|ERROR|CRITICAL) - .*$", re.MULTILINE)
_PYTHONS = re.compile(r"Traceback|Exception ignored|Logging error|Fatal Python error|Exception in thread")


def judge(folder, fault):
    """Let a fault happen; return for each column what is wrong, which is nothing where all is well."""
    with open_place(folder, fault) as (runs, prefix):
        try:
            done = run_fault(folder, fault, prefix, LONGEST_SECONDS)
        except subprocess.TimeoutExpired:
            return dict.fromkeys(COLUMNS, "") | {"in time": f"not over after {LONGEST_SECONDS} s"}
        facts = read_facts(folder)
        stderr = done.stderr.decode(errors="replace")
        return {
            "result": _judge_result(fault, done.returncode, facts),
            "readable": _judge_record(fault, runs / "1", facts),
            "told": _judge_warnings(fault, stderr) or _judge_notes(fault, runs / "1"),
            "in time": "",
            "others": _judge_others(fault, facts) or _judge_terminal(fault, done.stdout, facts),
        }


def _judge_result(fault, code, facts):
    if code not in fault.codes:
        return f"the exit code is {code}"
    result = facts.get("result")
    return "" if result == fault.result else f"the result is {result!r}"


def _judge_record(fault, folder, facts):
    if "folder" in fault.loses:
        return ""
    try:
        found, other = read_by_package(folder), read_by_program(folder)
    except StoreError as error:
        return str(error)
    if repr(found) != repr(other):  # NaN is not NaN
        return f"the two readers differ: {_find_difference(found, other)}"
    if found["state"] not in fault.states:
        return f"the state is {found['state']}"
    values = found["metrics"].get("loss", {"values": []})["values"]
    numbers = [int(number) for number in re.findall(r"^line (\d+)$", found["output"], re.MULTILINE)]
    return _compare("points", [value * 8 for value in values], facts, fault) or _compare(
        "lines", numbers, facts, fault
    )


def _find_difference(found, other):
    return next(
        f"{key}: {found[key]!r:.300} and {other[key]!r:.300}"
        for key in found
        if repr(found[key]) != repr(other[key])
    )


def _compare(kind, found, facts, fault):
    told = facts[kind]
    is_enough = len(found) >= told or kind in fault.loses
    is_all = len(found) <= told or "DEAD" in fault.states  # one that is killed can't tell how far it got
    if found == list(range(len(found))) and is_enough and is_all:
        return ""
    return f"{len(found)} of {told} {kind}, {found[-3:]} last"


def _judge_terminal(fault, shown, facts):
    if fault.redirection or not fault.shows:
        return ""
    numbers = list(map(int, re.findall(rb"^line (\d+)$", shown, re.MULTILINE)))
    return (
        ""
        if numbers == list(range(facts["lines"]))
        else f"the terminal got {len(numbers)} of {facts['lines']} lines"
    )


def _judge_warnings(fault, stderr):
    if not fault.quiet:
        return ""
    lines = _OURS.findall(stderr)
    for part in fault.told:
        if sum(part in line for line in lines) != 1:
            return f"{part!r} is not told once:\n{stderr}"
    if any(not any(part in line for part in (*fault.told, *fault.may_tell)) for line in lines):
        return f"told besides:\n{stderr}"
    return f"not ours alone:\n{stderr}" if not fault.says and _PYTHONS.search(stderr) else ""


def _judge_notes(fault, folder):
    if "folder" in fault.loses:
        return ""
    if not (folder / "run.json").exists():
        return "there is no record"
    notes = json.loads((folder / "run.json").read_bytes()).get("missing", [])
    wanted = list(fault.noted)
    for kind, part in fault.noted:
        if any(note["kind"] == kind and part in note["reason"] for note in notes):
            wanted.remove((kind, part))
    is_right = len(notes) == len(fault.noted) or fault.loses  # where much is lost, more may be
    return "" if is_right and not wanted else f"not noted: {wanted} in {notes}"


def _judge_others(fault, facts):
    if not fault.hears:
        return ""
    end = _ENDS[fault.states[0]]
    if facts.get("end") != end:
        return f"the last event was {facts.get('end')}, heard were {facts.get('heard')}"
    if end == "completed_event" and facts["heard_result"] != (42 if fault.result is None else fault.result):
        return f"the result heard is {facts['heard_result']!r}"
    if facts["heard_points"] < facts["points"]:
        return f"{facts['heard_points']} of {facts['points']} points heard"
    return ""
