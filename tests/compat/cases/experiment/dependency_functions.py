"""sacred.dependencies: digests, packages, sources, local files, and what is gathered."""
# run:

import hashlib
import json
import os
import sys
from pathlib import Path

from kit import outcome, tell

from sacred.dependencies import (
    MB,
    PEP440_VERSION_PATTERN,
    PackageDependency,
    Source,
    convert_path_to_module_parts,
    gather_sources_and_dependencies,
    get_commit_if_possible,
    get_digest,
    get_main_file,
    get_py_file_if_possible,
    is_local_source,
)

Path("pkg/sub").mkdir(parents=True)
for name in ("pkg/__init__.py", "pkg/sub/__init__.py", "pkg/sub/mod.py", "lone.py", "data.bin"):
    Path(name).write_text(f"# {name}\n")
Path("big.bin").write_bytes(b"x" * (3 * MB + 5))
sys.path.insert(0, ".")
import lone  # noqa: E402
import pkg.sub.mod  # noqa: E402

here = os.path.abspath(".")
tell(
    digests=[
        get_digest("lone.py") == hashlib.md5(Path("lone.py").read_bytes()).hexdigest(),
        get_digest("big.bin"),
    ],
    no_digest=outcome(get_digest, "nowhere"),
    megabyte=MB,
    parts=[
        list(convert_path_to_module_parts(Path(path)))
        for path in ("a/b.py", "a/__init__.py", "b.py", "./a/b.py", "a/b/c.py", "__init__.py", "__main__.py")
    ],
    local=[
        is_local_source(os.path.abspath(path), name, here)
        for path, name in [
            ("lone.py", "lone"),
            ("pkg/sub/mod.py", "pkg.sub.mod"),
            ("pkg/__init__.py", "pkg"),
            ("pkg/sub/mod.py", "mod"),
            ("pkg/sub/mod.py", "other.mod"),
            ("lone.py", "something.else"),
        ]
    ],
    outside=[is_local_source(json.__file__, "json", here), is_local_source("/nowhere/x.py", "x", here)],
    py_file=[outcome(get_py_file_if_possible, path) for path in ("lone.py", "lone.pyc")],
    versions=[
        bool(PEP440_VERSION_PATTERN.match(each))
        for each in ("1.0", "1.0.dev3", "1.0rc1", "x", "1.0-beta", "")
    ],
)
packages = {
    "known": PackageDependency("numpy", None),
    "versioned": PackageDependency("thing", "1.2"),
    "module": PackageDependency.create(sys.modules["sacred"]),
}
packages["known"].fill_missing_version()
tell(
    packages={name: [each.name, each.version is not None] for name, each in packages.items()},
    text=[
        packages["versioned"].to_json(),
        repr(packages["versioned"]),
        PackageDependency("x", None).to_json(),
    ],
    equal=[
        PackageDependency("a", "1") == PackageDependency("a", "1"),
        PackageDependency("a", "1") == PackageDependency("b", "1"),
        PackageDependency("a", "1") < PackageDependency("b", "0"),
        len({PackageDependency("a", "1"), PackageDependency("a", "1")}),
    ],
)
found = get_main_file({"__file__": os.path.abspath("lone.py")}, False)
source = Source.create("lone.py", False)
tell(
    source=[os.path.relpath(source.filename), source.digest, source.repo, source.commit, source.is_dirty],
    pairs=[list(source.to_json()), list(source.to_json(here))],
    same=[source == Source.create("lone.py", False), len({source, Source.create("lone.py", False)})],
    missing=outcome(Source.create, "nowhere.py", False),
    commit=[get_commit_if_possible("lone.py", save_git_info=False)],
    main=[os.path.relpath(str(each)) if each == here else os.path.relpath(each.filename) for each in found],
    no_main=outcome(get_main_file, {}, False),
)
globs = {"__file__": os.path.abspath("lone.py"), "__name__": "__main__", "mod": pkg.sub.mod, "json": json}
main, sources, dependencies = gather_sources_and_dependencies(globs, False)
tell(
    gathered=[
        os.path.relpath(main.filename),
        {os.path.relpath(each.filename) for each in sources} >= {"lone.py", "pkg/sub/mod.py"},
        [type(each).__name__ for each in (sources, dependencies)],
        "numpy" in {each.name for each in dependencies},
    ],
    base=[len(gather_sources_and_dependencies(globs, False, os.path.abspath("pkg"))[1]) >= 1],
    names=[lone.__name__],
)
