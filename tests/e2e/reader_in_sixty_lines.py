"""Reads a run folder in any state, by docs/record.md alone: `python reader_in_sixty_lines.py FOLDER`.

If a file vanishes meanwhile, the run has just ended: it can be read again.
"""
# ruff: noqa: B905, E401, E701, E704, I001 - sixty lines, not counting empty ones and these
# fmt: off

import fcntl, heapq, json, os, struct, sys, time
from datetime import UTC, datetime
from pathlib import Path

def load(path): return json.loads(Path(path).read_bytes())

def find_holder():
    try:
        with open("run.lock") as file:
            lock = json.load(file)
            is_here = lock["boot_id"] == Path("/proc/sys/kernel/random/boot_id").read_text().strip()
            fcntl.flock(file, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return "dead" if is_here else "unknown"
    except BlockingIOError: return "dead" if is_here and is_gone(lock) else "alive"
    except OSError: return "unknown"

def is_gone(lock):
    if lock["pid_namespace"] != os.readlink("/proc/self/ns/pid"): return False
    try: fields = Path(f"/proc/{lock['pid']}/stat").read_text().rpartition(")")[2].split()
    except FileNotFoundError: return True
    return int(fields[19]) != lock["process_start"] or fields[0] in "ZX"

def find_state(holder, run):
    if run["status"] != "RUNNING" or holder == "alive": return run["status"]
    last = datetime.fromisoformat(run["heartbeat"] or run["start_time"]).replace(tzinfo=UTC).timestamp()
    limit = 3 * run.get("recorder", {}).get("beat_interval", 10) + 30
    return "DEAD" if holder == "dead" or time.time() - last > limit else "RUNNING"

def iter_points(stem):
    first, second = (struct.iter_unpack("<qdiHBBQ", Path(f"{stem}.journal").read_bytes()) for _ in range(2))
    names = Path(f"{stem}.names").read_bytes().split(b"\n") if os.path.exists(f"{stem}.names") else []
    for slot, ((*_, stamp), (value, moment, step, metric, tag, _, _)) in enumerate(zip(first, second)):
        if stamp != slot + 1: continue
        odd = json.loads(Path(f"{stem}.side").read_bytes()[value:].partition(b"\n")[0]) if tag == 3 else {}
        number = (*struct.unpack("<d", struct.pack("<q", value)), value, bool(value), None)[tag]
        name = odd["metric"] if odd else json.loads(names[metric])
        yield moment, name, odd.get("step", step), odd.get("value", number)

def read_metrics():
    journals, metrics = [iter_points(path.stem) for path in sorted(Path().glob("metrics*.journal"))], {}
    for moment, name, step, value in heapq.merge(*journals, key=lambda point: point[0]):
        columns = metrics.setdefault(name, {"steps": [], "timestamps": [], "values": []})
        point = step, datetime.fromtimestamp(moment, UTC).replace(tzinfo=None).isoformat(), value
        for column, entry in zip(columns.values(), point, strict=True): column.append(entry)
    return metrics if journals or not os.path.exists("metrics.json") else load("metrics.json")

def read_output(recorder, start=0):
    while os.path.exists("cout.range") and os.path.exists(load("cout.range")["of"]):
        start += load("cout.range")["start"]
        os.chdir(os.path.dirname(load("cout.range")["of"]))
    merge = Path("cout.merge").read_bytes() if os.path.exists("cout.merge") else None
    *starts, size = struct.unpack("<QQQ", merge) if merge else [recorder.get("output_bytes")]
    data = Path("cout.raw" if os.path.exists("cout.raw") else "cout.txt").read_bytes()[:size]
    for raw, begin in zip(("stdout.raw", "stderr.raw"), starts): data += Path(raw).read_bytes()[begin:]
    text = data[start:].decode(errors="replace")
    if recorder.get("filter") != "apply_backspaces_and_linefeeds": return text
    return "\n".join(map(render, text.replace("\r\n", "\n").split("\n"))) + "\r" * text.endswith("\r")

def render(line):
    cells, cursor = [], 0
    for character in line:
        if character in "\r\b": cursor = max(0, cursor - 1) * (character == "\b")
        else: cells[cursor : cursor + 1], cursor = [character], cursor + 1
    return "".join(cells)

os.chdir(sys.argv[1])
holder, run = find_holder(), load("run.json")
record = {"state": find_state(holder, run), "config": load("config.json"), "metrics": read_metrics()}
print(json.dumps(record | {"output": read_output(run.get("recorder", {}))}))
