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

def iter_points(path):
    records, names = path.read_bytes(), path.with_suffix(".names").read_bytes().split(b"\n")
    for slot in range(1, len(records) // 32):
        value, moment, step, metric, tag, _, stamp = struct.unpack_from("<qdiHBBQ", records, 32 * slot)
        if stamp == slot + 1 and tag == 3:
            odd = json.loads(path.with_suffix(".side").read_bytes()[value:].partition(b"\n")[0])
            yield moment, odd["metric"], odd["step"], odd["value"]
        elif stamp == slot + 1:
            number = struct.unpack_from("<d", records, 32 * slot)[0]
            yield moment, json.loads(names[metric]), step, (number, value, bool(value))[tag]

def read_metrics():
    journals, metrics = [iter_points(path) for path in sorted(Path().glob("metrics*.journal"))], {}
    for moment, name, step, value in heapq.merge(*journals, key=lambda point: point[0]):
        columns = metrics.setdefault(name, {"steps": [], "timestamps": [], "values": []})
        point = step, datetime.fromtimestamp(moment, UTC).replace(tzinfo=None).isoformat(), value
        for column, entry in zip(columns.values(), point, strict=True): column.append(entry)
    return metrics if journals or not os.path.exists("metrics.json") else load("metrics.json")

def read_output(recorder):
    merge = Path("cout.merge").read_bytes() if os.path.exists("cout.merge") else None
    *starts, size = struct.unpack("<QQQ", merge) if merge else [recorder.get("output_bytes")]
    data = Path("cout.raw" if os.path.exists("cout.raw") else "cout.txt").read_bytes()[:size]
    for raw, start in zip(("stdout.raw", "stderr.raw"), starts): data += Path(raw).read_bytes()[start:]
    if os.path.exists("cout.range") and os.path.exists(load("cout.range")["of"]):
        data = Path(load("cout.range")["of"]).read_bytes()[load("cout.range")["start"] :]
    text = data.decode(errors="replace")
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
