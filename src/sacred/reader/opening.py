"""The door through which users come to their runs."""

import os

from sacred.reader.store import Store


def open_store(url_or_path: str | os.PathLike[str] | None = None) -> Store:
    """Open a place with runs, to read them, compare them, move them.

    Args:
        url_or_path: a folder with runs, of this version or of Sacred 0.8, or a URL such as
            ``sqlite:///runs.db``, ``postgresql://…``, ``mongodb://…``, ``s3://bucket/folder``; without one
            the default store.

    Raises:
        StoreError: there is none, or it does not answer.
        MissingExtraError: a package is missing that it needs.
    """
    from sacred.stores.opening import open_run_store

    url = None if url_or_path is None else os.fspath(url_or_path)
    run_store = open_run_store(url)
    if url is None or "://" not in url:  # another process may be in another folder
        url = os.path.abspath(os.path.expanduser(run_store.location if url is None else url))
    return Store(run_store, url)
