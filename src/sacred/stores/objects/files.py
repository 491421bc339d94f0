"""The files of a run in an object storage, listed by what lists those of run folders."""

import os
from collections.abc import Iterator, Mapping
from dataclasses import replace
from typing import Any

from sacred.model.record import Document, StoredFile
from sacred.stores.folders import files
from sacred.stores.folders.documents import shorten_shared_path
from sacred.stores.folders.paths import SHARED_FOLDERS
from sacred.stores.objects.image import draw
from sacred.stores.objects.place import Found
from sacred.stores.objects.scan import make_small_folder


def list_files(
    run_id: str, document: Document, own: Mapping[str, Found], shared: Mapping[str, Found]
) -> list[StoredFile]:
    """Return all files of a run.

    Args:
        run_id: the run.
        document: of the run.
        own: the run's objects, by their names within it.
        shared: sources and resources, by their whole names.

    Raises:
        StoreError: they can't be listed.
    """
    # 0.8.7 puts them below the run: `1/BASEDIR/_sources/NAME`
    inside = {
        name: inner
        for name in iter_shared(document)
        if name not in shared
        for inner in own
        if inner.endswith(f"/{name}")
    }
    hidden = set(inside.values())
    found = {f"{run_id}/{inner}": one for inner, one in own.items() if inner not in hidden}
    found |= shared
    found |= {name: own[inner] for name, inner in inside.items()}
    with make_small_folder() as root:
        os.makedirs(os.path.join(root, run_id))
        draw(root, found, found)
        listed = files.list_files(root, run_id, document)
    keys = {name: f"{run_id}/{inner}" for name, inner in inside.items()}
    return [replace(file, key=keys.get(file.key, file.key)) for file in listed]


def shorten_sources(document: Document) -> Document:
    """Name the copies of sources relative to the store, in whichever form they are recorded."""
    experiment = document.get("experiment")
    if isinstance(experiment, dict) and isinstance(experiment.get("sources"), list):
        experiment["sources"] = [
            [one[0], shorten_shared_path(one[1])] if _is_pair(one) else one for one in experiment["sources"]
        ]
    return document


def iter_shared(document: Document) -> Iterator[str]:
    """Yield the names of sources and resources that a run refers to, relative to the store."""
    experiment = document.get("experiment")
    sources = experiment.get("sources") if isinstance(experiment, dict) else None
    for pairs in (sources, document.get("resources")):
        for one in pairs if isinstance(pairs, list) else []:
            name = shorten_shared_path(one[1]) if _is_pair(one) else ""
            if name.count("/") == 1 and name.split("/", 1)[0] in SHARED_FOLDERS:
                yield name


def _is_pair(value: Any) -> bool:
    return isinstance(value, list) and len(value) == 2 and isinstance(value[1], str)
