"""Print the record of a run in a readable way; by default the newest one in a folder of runs.

    python examples/show_record.py demo_runs
    python examples/show_record.py demo_runs 3

It needs nothing but Python: a record is JSON and text.
"""

import json
import os
import sys
from collections.abc import Callable, Iterator, Mapping, Sequence
from datetime import datetime
from itertools import pairwise
from pathlib import Path
from typing import Any

WIDTH = 80
NAMES = 15  # columns for the names on the left
BARS = "▁▂▃▄▅▆▇█"
OUTPUT_LINES = 8
STATUS_COLOURS = {"COMPLETED": "32", "RUNNING": "34", "QUEUED": "34"}  # others are red


def paint(text: str, colour: str) -> str:
    """Colours are for people: none in a file or a pipe, or where NO_COLOR asks for none."""
    wanted = sys.stdout.isatty() and "NO_COLOR" not in os.environ
    return f"\033[{colour}m{text}\033[0m" if wanted else text


def find_run(folder: Path, number: str | None) -> Path:
    if number is not None:
        if not (folder / number / "run.json").exists():
            names = [path.parent.name for path in folder.glob("*/run.json")]
            there = f"; there are {', '.join(sorted(sorted(names), key=len))}" if names else ""
            sys.exit(f'There is no run "{number}" in "{folder}"{there}.')
        return folder / number
    if (folder / "run.json").exists():
        return folder
    runs = [path.parent for path in folder.glob("*/run.json")]
    if not runs:
        sys.exit(f'There is no run in "{folder}".')
    return max(runs, key=lambda run: (run / "run.json").stat().st_mtime)


def read(run: Path, name: str) -> dict[str, Any]:
    path = run / name
    content: dict[str, Any] = json.loads(path.read_text(encoding="utf-8")) if path.exists() else {}
    return content


# --- the parts of the page -------------------------------------------------------------------------


def show_title(path: Path, run: Mapping[str, Any]) -> None:
    status = run["status"]
    left = f"━━ {run['experiment']['name']}, run {path.name} "
    right = f" {status} ━━"
    line = "━" * max(WIDTH - len(left) - len(right), 1)
    print(paint(left + line, "1") + paint(right, "1;" + STATUS_COLOURS.get(status, "31")))


def show_facts(path: Path, run: Mapping[str, Any]) -> None:
    meta, host = run.get("meta", {}), run.get("host", {})
    updates = meta.get("options", {}).get("UPDATE") or []
    show("command", " ".join([run["command"], *(["with", *updates] if updates else [])]))
    show("result", "" if run.get("result") is None else format_value(run["result"]))
    show("comment", meta.get("comment"))
    show("started", describe_times(run))
    show("folder", str(path))
    show("machine", ", ".join(str(host[key]) for key in ("hostname", "cpu") if host.get(key)))
    show("", f"Python {host.get('python_version')} on {host['os'][1]}" if host.get("os") else None)


def show_config(config: Mapping[str, Any], indent: str = "") -> None:
    for key, value in sorted(config.items(), key=lambda item: (isinstance(item[1], dict), item[0])):
        if isinstance(value, dict) and value:
            show(f"{indent}{key}", " ")
            show_config(value, indent + "  ")
        elif key != "__doc__":
            show(f"{indent}{key}", format_value(value))


def show_info(info: Mapping[str, Any]) -> None:
    for name, value in info.items():
        if isinstance(value, dict):
            show_words(name, [f"{key} {format_value(item)}" for key, item in value.items()])
        else:
            show(name, format_value(value))


def show_metrics(metrics: Mapping[str, Any]) -> None:
    header = f"{'points':>6}  {'first':>8} {'lowest':>8} {'highest':>8} {'last':>8}"
    print(paint(f"  {'':{NAMES}} {header}", "2"))
    for name, series in metrics.items():
        values = [value for value in series["values"] if isinstance(value, int | float)]
        if not values:
            show(name, f"{len(series['values'])} values that are no numbers")
            continue
        numbers = " ".join(f"{x:>8.4g}" for x in (values[0], min(values), max(values), values[-1]))
        print(f"  {paint(f'{name:{NAMES}}', '36')} {len(values):>6}  {numbers}  {sparkline(values, 17)}")


def show_output(text: str) -> None:
    lines = text.splitlines()
    if len(lines) > OUTPUT_LINES:
        print(paint(f"  … {len(lines) - OUTPUT_LINES} lines before", "2"))
    for line in lines[-OUTPUT_LINES:]:
        print(paint("  │ ", "2") + shorten(line, WIDTH - 4))


def show_files(path: Path, run: Mapping[str, Any]) -> None:
    for name in run.get("artifacts", []):
        show("artifact", describe_file(name, path / name))
    for original, stored in run.get("resources", []):
        show("resource", describe_file(Path(original).name, Path(stored)))
    for name, stored in run["experiment"]["sources"]:
        show("source", describe_file(name, path.parent / stored))
    for missing in run.get("missing", []):
        show("missing", f"{missing['kind']} {missing['name']}: {missing['reason']}")


def show_code(experiment: Mapping[str, Any]) -> None:
    for repository in experiment["repositories"]:
        state = "with uncommitted changes" if repository["dirty"] else "all committed"
        show("git", f"{repository['commit'][:12]} {state}")
    show_words("packages", [package.replace("==", " ") for package in experiment["dependencies"]])


# --- how values look -------------------------------------------------------------------------------


def show(name: str, value: object) -> None:
    if value not in (None, ""):
        print(f"  {paint(f'{name:{NAMES}}', '36')} {shorten(str(value), WIDTH - NAMES - 3)}".rstrip())


def show_words(name: str, words: Sequence[str]) -> None:
    for number, line in enumerate(fill(words, WIDTH - NAMES - 3)):
        show("" if number else name, line)


def format_value(value: object) -> str:
    return repr(float(f"{value:.6g}")) if isinstance(value, float) else json.dumps(value, ensure_ascii=False)


def shorten(text: str, width: int) -> str:
    return text if len(text) <= width else text[: width - 1] + "…"


def fill(words: Sequence[str], width: int) -> Iterator[str]:
    line = ""
    for word in words:
        if line and len(line) + 2 + len(word) > width - 1:
            yield line + ","
            line = ""
        line += f", {word}" if line else word
    if line:
        yield line


def describe_times(run: Mapping[str, Any]) -> str:
    if not run.get("start_time"):
        return "not yet"
    started = datetime.fromisoformat(run["start_time"])
    text = f"{started:%Y-%m-%d %H:%M:%S} UTC"
    last = run.get("stop_time") or run.get("heartbeat")
    if last is None:
        return text
    seconds = (datetime.fromisoformat(last) - started).total_seconds()
    word = "took" if run.get("stop_time") else "last heard of after"
    return f"{text}, {word} {seconds:.1f} s"


def describe_file(name: str, path: Path) -> str:
    if path.is_dir():
        return f"{name}, a folder"
    size = f"{path.stat().st_size / 1000:.1f} kB" if path.exists() else "not there"
    return f"{shorten(name, 40):40} {size:>12}"


def sparkline(values: Sequence[float], width: int) -> str:
    """Return a curve of means, in characters."""
    finite = [value for value in values if value - value == 0]  # neither NaN nor infinite
    if not finite:
        return ""
    width = min(width, len(finite))
    edges = [len(finite) * column // width for column in range(width + 1)]
    means = [sum(finite[a:b]) / (b - a) for a, b in pairwise(edges)]
    low, span = min(means), max(means) - min(means)
    return "".join(BARS[int((mean - low) / span * (len(BARS) - 1) + 0.5) if span else 0] for mean in means)


def main(folder: str = "demo_runs", number: str | None = None) -> None:
    path = find_run(Path(folder), number)
    run, config = read(path, "run.json"), read(path, "config.json")
    metrics, info = read(path, "metrics.json"), read(path, "info.json")
    output_file = path / "cout.txt"
    output = output_file.read_text(encoding="utf-8") if output_file.exists() else ""
    show_title(path, run)
    show_facts(path, run)
    sections: list[tuple[str, object, Callable[[], None]]] = [
        ("Configuration", config, lambda: show_config(config)),
        ("Metrics", metrics, lambda: show_metrics(metrics)),
        ("Info", info, lambda: show_info(info)),
        ("Output", output, lambda: show_output(output)),
        ("Traceback", run.get("fail_trace"), lambda: show_output("".join(run["fail_trace"]))),
        ("Files", True, lambda: show_files(path, run)),
        ("Code", True, lambda: show_code(run["experiment"])),
    ]
    for title, content, show_content in sections:
        if content:
            print("\n" + paint(title, "1"))
            show_content()


if __name__ == "__main__":
    main(*sys.argv[1:3])
