"""Who keeps the folder of a run: the user's ``FileStorageObserver``, the default store, or the spool."""

from typing import Any, Protocol

from sacred.errors import StoreError
from sacred.folder.store import find_default_store, is_store_named, prepare_store
from sacred.observers.dispatch import Dispatch
from sacred.observers.file_storage import FileStorageObserver
from sacred.observers.keeper import SpoolKeeper


class Kept(Protocol):
    """What has to be known of a run."""

    dispatch: Dispatch
    unobserved: bool
    debug: bool
    group: Any
    run_logger: Any
    _id: Any


def find_keepers(run: Kept) -> list[FileStorageObserver]:
    """Return the user's observers that keep run folders; the first one's folder is the run's own."""
    return [one for one in run.dispatch.observers if isinstance(one, FileStorageObserver)]


def make_keeper(run: Kept) -> FileStorageObserver | None:
    """Return an observer of our own for a run that none of the user's observers keeps in a folder.

    None for a run that is not to be observed, or that nobody wants to have recorded.

    Raises:
        StoreError: the store that the user chose can't be made.
    """
    if run.unobserved or find_keepers(run):
        return None
    if run.group is not None and run.group.is_joining:
        keeper: FileStorageObserver = run.group.make_keeper()
        return keeper
    if run.dispatch.observers:
        return _make_spool_keeper(run)
    store = find_default_store()
    if store is None:
        if not run.debug:
            run.run_logger.warning("No observers have been added to this run")
        return None
    try:
        if prepare_store(store):
            run.run_logger.info("Runs are recorded in %s (SACRED_STORE=none switches that off)", store)
    except OSError as error:
        return replace_keeper(run, FileStorageObserver(store), error)
    return FileStorageObserver(store)


def start_keeper(run: Kept, keeper: FileStorageObserver, event: str, facts: dict[str, Any]) -> Any:
    """Tell a keeper of the start, and return the id of the run; a spool gives it none.

    Raises:
        StoreError: the keeper can't write its folder.
    """
    if not isinstance(keeper, SpoolKeeper):
        return run.dispatch.add_keeper(keeper, event, run._id, **facts)
    run.dispatch.add_keeper(keeper, event, keeper.name, **facts)
    return run._id


def replace_keeper(run: Kept, keeper: FileStorageObserver, error: Exception) -> FileStorageObserver | None:
    """Return what keeps a run in place of a keeper that can't, with a warning: a spool, or nothing.

    Raises:
        StoreError: the user chose that store, so the run does not start without it.
    """
    reason = getattr(error, "strerror", None) or error
    is_joining = run.group is not None and run.group.is_joining
    if is_store_named() and not (is_joining or isinstance(keeper, SpoolKeeper)):
        raise StoreError(f'The store "{keeper.basedir}" can\'t be written: {reason}') from error
    run.run_logger.warning("The run can't be recorded in %s: %s", keeper.basedir, reason)
    return None if isinstance(keeper, SpoolKeeper) else _make_spool_keeper(run)


def find_needless_spool(run: Kept) -> SpoolKeeper | None:
    """Return the spool of a run that every observer has; if one has not, say where it is."""
    keeper = run.dispatch.keeper
    if not isinstance(keeper, SpoolKeeper):
        return None
    # of a distributed run it also has what the other ranks print, which no observer has
    is_done = run.dispatch.is_over and not run.dispatch.failed
    if run.dispatch.observers and is_done and run.group is None:
        return keeper
    run.run_logger.warning("The record of this run is in %s", keeper.dir)
    return None


def _make_spool_keeper(run: Kept) -> SpoolKeeper | None:
    try:
        return SpoolKeeper()
    except OSError as error:
        run.run_logger.warning("The run is not recorded: there is no place for it: %s", error)
        return None
