"""The store in memory, which the others are compared with, passes the contract."""

import pytest

from sacred.stores.memory import MemoryStore
from sacred.testing.stores import StoreContract


class TestMemoryStore(StoreContract):
    is_shared = False

    @pytest.fixture
    def opener(self):
        store = MemoryStore()
        return lambda: store
