"""``sacred doctor``: what is installed, which stores answer, and what is wrong."""

import os
import platform
import sys
from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Any

from sacred.cli.call import Call, make_plain, write, write_json
from sacred.cli.sections import Page
from sacred.cli.values import YELLOW, count
from sacred.folder.store import find_cache_folder, find_default_store
from sacred.model import status as statuses
from sacred.plugins.extras import module_exists
from sacred.support.masking import mask_url
from sacred.support.terminal import GREEN, RED
from sacred.support.version import __version__

if TYPE_CHECKING:
    from sacred.reader import Store

_EXTRAS = {
    "yaml": ("yaml",),
    "numpy": ("numpy",),
    "system": ("psutil", "pynvml"),
    "frames": ("pandas", "polars", "pyarrow"),
    "plot": ("matplotlib",),
    "mongo": ("pymongo",),
    "sql": ("sqlalchemy", "alembic"),
    "postgresql": ("psycopg",),
    "mysql": ("pymysql",),
    "s3": ("fsspec", "s3fs"),
    "gcs": ("fsspec", "gcsfs"),
    "tinydb": ("tinydb", "tinydb_serialization", "hashfs"),
    "mako": ("mako",),
}
_DISTRIBUTIONS = {
    "yaml": "PyYAML",
    "pynvml": "nvidia-ml-py",
    "mako": "Mako",
    "tinydb_serialization": "tinydb-serialization",
}
_MOST_PROBLEMS = 20


@dataclass
class _Found:
    """What was found out about a store."""

    location: str
    origin: str
    facts: dict[str, Any] = field(default_factory=dict)
    problems: list[str] = field(default_factory=list)
    advice: list[str] = field(default_factory=list)


def examine(call: Call) -> int:
    """Tell what is installed, which store answers, and what is wrong.

    The exit code is 1 if something is.
    """
    extras = {
        name: {package: _find_version(package) for package in packages} for name, packages in _EXTRAS.items()
    }
    cache, cache_problem = _examine_cache()
    found = _examine_store(call)
    problems = [*found.problems, *([cache_problem] if cache_problem else [])]
    if call.as_json:
        write_json(
            {
                "sacred": __version__,
                "python": platform.python_version(),
                "platform": platform.platform(),
                "extras": extras,
                "cache": cache,
                "store": {"location": found.location, "origin": found.origin, **make_plain(found.facts)},
                "problems": problems,
                "advice": found.advice,
            }
        )
    else:
        write(_draw(call, extras, cache, found, problems))
    return int(bool(problems))


def _draw(
    call: Call, extras: dict[str, dict[str, str | None]], cache: str, found: _Found, problems: list[str]
) -> list[str]:
    page = Page(call)
    page.add_title(
        f"sacred {__version__}", "problems" if problems else "all is well", RED if problems else GREEN
    )
    page.add_facts(
        [
            ("Python", f"{platform.python_version()}, {sys.executable}"),
            ("system", platform.platform()),
            ("cache", cache),
        ]
    )
    page.add_facts(((name, _describe_extra(name, versions)) for name, versions in extras.items()), "extras")
    facts = {name: str(value) for name, value in found.facts.items()}
    page.add_facts({"place": found.location, "from": found.origin, **facts}.items(), "store")
    for heading, lines, style in (("problems", problems, RED), ("advice", found.advice, YELLOW)):
        if lines:
            page.add_heading(heading)
            page.add_points(lines[:_MOST_PROBLEMS], style)
            if len(lines) > _MOST_PROBLEMS:
                page.add_remark(f"and {len(lines) - _MOST_PROBLEMS:,} more")
    return page.lines


def _describe_extra(name: str, versions: dict[str, str | None]) -> str:
    if all(versions.values()):
        return ", ".join(f"{package} {version}" for package, version in versions.items())
    missing = ", ".join(package for package, version in versions.items() if not version)
    return f'no {missing}: pip install "sacred[{name}]"'


def _find_version(package: str) -> str | None:
    from importlib.metadata import PackageNotFoundError, version

    if not module_exists(package):
        return None
    try:
        return version(_DISTRIBUTIONS.get(package, package))
    except PackageNotFoundError:
        return "of unknown version"


def _examine_cache() -> tuple[str, str | None]:
    try:
        folder = find_cache_folder()
        above = folder
        while not os.path.lexists(above):
            above = os.path.dirname(above)
    except OSError as error:
        return "none", f"there is no cache folder: {error.strerror or error}"
    is_writable = os.access(above, os.W_OK | os.X_OK)
    return (
        folder,
        None if is_writable else f'the cache folder "{folder}" can\'t be written, so lists are slower',
    )


def _examine_store(call: Call) -> _Found:
    found = _Found(*_find_location(call))
    if not call.location and not os.path.isdir(found.location):
        found.advice.append("there are no runs yet: run an experiment, or name a store with --store")
        return found
    try:
        with call.open_store() as store:
            found.location = store.location
            _look_into(store, found)
    except Exception as error:  # noqa: BLE001 - whatever is wrong with a store is what is asked for
        from sacred.cli.failure import describe

        found.problems.append(describe(error)[0])
    return found


def _find_location(call: Call) -> tuple[str, str]:
    if call.location:
        return mask_url(call.location), "--store"
    origin = "SACRED_STORE" if os.environ.get("SACRED_STORE") else "the default store"
    return find_default_store() or "none", origin


def _look_into(store: "Store", found: _Found) -> None:
    states = _count_states(store)
    total = sum(states.values())
    found.facts["runs"] = total
    found.facts |= {name.lower(): number for name, number in states.items() if name}
    trash = len(store.trash)
    if trash:
        found.facts["in the trash"] = trash
        found.advice.append(
            f"{count(trash, 'run')} in the trash: sacred gc removes for good, sacred restore brings back"
        )
    if states.get(statuses.DEAD) and "://" not in store.location:
        found.advice.append(
            f"{count(states[statuses.DEAD], 'run')} died: sacred recover finishes the records"
        )
    found.problems += [problem.message for problem in store.problems]


def _count_states(store: "Store") -> dict[str, int]:
    states: dict[str, int] = {}
    for status in store.runs().to_dict(["status"])["status"]:
        states[str(status or "no status")] = states.get(str(status or "no status"), 0) + 1
    return dict(sorted(states.items(), key=lambda item: -item[1]))
