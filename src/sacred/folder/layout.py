"""Which files a run folder has, and how stored files are named."""

import os
import re
from collections.abc import Mapping

from sacred.support.files import make_safe_name, shorten_name

RUN = "run.json"
CONFIG = "config.json"
INFO = "info.json"
METRICS = "metrics.json"
OUTPUT = "cout.txt"
RAW_OUTPUT = "cout.raw"
STREAMS = ("stdout.raw", "stderr.raw")
MERGE = "cout.merge"
RANGE = "cout.range"
# in the order in which they are removed: a reader that finds the rest of them finds the whole output
OUTPUT_HELPERS = (MERGE, RANGE, RAW_OUTPUT, *STREAMS)
SYSTEM = "system"  # what the names of the files of its journal begin with
ENVIRONMENT = "environment.json"
PATCH = "git.patch"
LOCK = "run.lock"
RECOVER_LOCK = "recover.lock"
SPOOL = "spool.json"  # in a run folder on a network: where the local one in front of it is
MIRROR = "mirror.json"  # in that one: which folder is behind it
ROOM = ".room.tmp"  # keeps some for the end of the record
REPORT_STEM = "report"
TEMPLATE = "template.html"

SOURCES_FOLDER = "_sources"
RESOURCES_FOLDER = "_resources"
VERSIONS_FOLDER = "_versions"
PARTIAL_FOLDER = "_partial"

_HALF_WRITTEN = re.compile(r"\.\d+\.tmp$")
_PATTERN = re.compile(
    r"(metrics|system)\.(\d+\.)?(journal|names|side)|git\.\d+\.patch|\..*\.tmp"
    r"|cout\.rank\d+\.txt|(stdout|stderr)\.rank\d+\.raw|rank\d+\.json"
)
_PATCHES = re.compile(r"git\.(\d+\.)?patch")


class _Reserved(frozenset[str]):
    """Names of files of the record, with those that have a number or anything else in them."""

    def __contains__(self, name: object) -> bool:
        if not isinstance(name, str):
            return False
        name = _HALF_WRITTEN.sub("", name)
        return super().__contains__(name) or _PATTERN.fullmatch(name) is not None


RESERVED = _Reserved(
    {
        *(RUN, CONFIG, INFO, METRICS, OUTPUT, f"{REPORT_STEM}.html"),
        # written by later versions: a folder of today must not have an artifact in their place
        *(LOCK, RECOVER_LOCK, SPOOL, MIRROR, ROOM, "annotations.json", "environment.json", "git.patch"),
        *OUTPUT_HELPERS,
        *(VERSIONS_FOLDER, PARTIAL_FOLDER),
    }
)
"""Names, in lower case, that no artifact can have; it knows those of journals and half-written files, too."""


def is_further_record(name: str) -> bool:
    """Tell whether a file has facts that are gathered once: the surroundings, or uncommitted changes."""
    return name == ENVIRONMENT or _PATCHES.fullmatch(name) is not None


def make_stored_name(path: str, digest: str) -> str:
    """Return the name of a stored file: ``data.csv`` with its MD5 checksum becomes ``data_MD5.csv``."""
    stem, extension = os.path.splitext(os.path.basename(path))
    return shorten_name(f"{stem}_{digest}{extension}")


def choose_artifact_name(given: str, taken: Mapping[str, str]) -> str:
    """Return the name, relative to the run folder, under which an artifact is kept.

    Args:
        given: the name that the user chose.
        taken: ``{name in the folder: given name}`` of the artifacts so far. The same given name means a new
            version of that artifact; another one must not overwrite it, so ``x.txt`` becomes ``x_2.txt``.
    """
    name = make_safe_name(given, RESERVED)
    stem, extension = os.path.splitext(name)
    count = 1
    while taken.get(name, given) != given:
        count += 1
        name = make_safe_name(f"{stem}_{count}{extension}")
    return name
