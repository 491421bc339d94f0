"""What every store must do: subclass :class:`StoreContract` in a test, and say how to open a store.

::

    class TestMyStore(StoreContract):
        @pytest.fixture
        def opener(self, tmp_path):
            return lambda: MyStore(tmp_path / "runs")  # each call opens the same place, empty at first

Assertions tell more after ``pytest.register_assert_rewrite("sacred.testing")`` in a ``conftest.py``.
"""

from collections.abc import Callable, Iterator

import pytest

from sacred.stores.base import RunStore
from sacred.testing.store_additions import AdditionTests
from sacred.testing.store_changes import ChangeTests
from sacred.testing.store_queries import QueryTests
from sacred.testing.store_records import RecordTests

Opener = Callable[[], RunStore]


class StoreContract(RecordTests, QueryTests, ChangeTests, AdditionTests):
    """All of it. Override :meth:`opener`, and what else is not so for your store."""

    @pytest.fixture
    def opener(self) -> Opener:
        """Return a function that opens one and the same new place each time."""
        raise NotImplementedError

    @pytest.fixture
    def store(self, opener: Opener) -> Iterator[RunStore]:
        """Open the store, empty as yet."""
        store = opener()
        yield store
        store.close()

    @pytest.fixture
    def url(self) -> str | None:
        """Return by what :func:`sacred.stores.opening.open_run_store` opens the place of ``opener``.

        None: other processes can't open it, and what they would do isn't tested.
        """
        return None

    def damage(self, store: RunStore, run_id: str) -> None:
        """Make the record of a run unreadable; if that isn't possible, this isn't tested."""
        del store, run_id
        pytest.skip("nothing is said of how to damage a run")
