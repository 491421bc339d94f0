"""Runs all cases on Sacred 0.8.7, as a black box, and keeps what they did in ``goldens/``.

Started with this package's own interpreter (`make goldens`); ``--check`` writes nothing and tells where the
stored goldens are no longer what 0.8.7 gives (`make test-compat`).
"""

import argparse
import json
import subprocess
import sys
from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from tempfile import TemporaryDirectory

sys.path.insert(0, str(Path(__file__).resolve().parents[1]))

from compat.harness import CASES, compare, digest, golden_path, read_golden, run_case

_VERSIONS = """
import json, numpy, platform, sacred
versions = {"python": platform.python_version(), "numpy": numpy.__version__, "sacred": sacred.__version__}
print(json.dumps(versions))
"""


def make_golden(script, python, versions):
    """Run a case on 0.8.7 and return its golden."""
    with TemporaryDirectory() as folder:
        place = Path(folder).resolve() / script.stem
        place.mkdir()
        return {"made_with": versions, "script": digest(script), **run_case(script, python, place)}


def write_golden(script, golden):
    """Write a golden; where nothing but the versions changed, the file stays as it is."""
    stored = read_golden(script)
    if stored is None or {**golden, "made_with": stored["made_with"]} != stored:
        path = golden_path(script)
        path.parent.mkdir(exist_ok=True)
        path.write_text(
            json.dumps(golden, indent=1, sort_keys=True, ensure_ascii=False) + "\n", encoding="utf-8"
        )


def check_golden(script, golden):
    """Return what 0.8.7 now does differently from the stored golden."""
    stored = read_golden(script)
    if stored is None:
        return ["no golden of this script is stored: make goldens"]
    return list(compare({**stored, "made_with": None}, {**golden, "made_with": None}))


def main():
    """Make the goldens of all cases, or of those named."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("--peer-python", required=True, help="interpreter that has sacred 0.8.7")
    parser.add_argument("--check", action="store_true", help="compare with the stored goldens, write nothing")
    parser.add_argument("cases", nargs="*", help="names of cases (all)")
    args = parser.parse_args()
    python = str(Path(args.peer_python).absolute())
    versions = json.loads(subprocess.check_output([python, "-c", _VERSIONS], text=True))
    scripts = [script for script in CASES if not args.cases or script.stem in args.cases]
    with ThreadPoolExecutor(2) as pool:
        goldens = list(pool.map(lambda script: make_golden(script, python, versions), scripts))
    if not args.check:
        for script, golden in zip(scripts, goldens, strict=True):
            write_golden(script, golden)
        print(f"{len(scripts)} goldens made with {versions}")
        return
    changed = {s.stem: check_golden(s, golden) for s, golden in zip(scripts, goldens, strict=True)}
    for name, lines in changed.items():
        for line in lines:
            print(f"{name}: {line}")
    wrong = sum(bool(lines) for lines in changed.values())
    print(f"{len(scripts)} cases on {versions}: {len(scripts) - wrong} goldens hold, {wrong} don't")
    sys.exit(wrong > 0)


if __name__ == "__main__":
    main()
