import pytest

from recording import root_logging  # noqa: F401  a fixture


@pytest.fixture(autouse=True)
def _clean_logging(root_logging):  # noqa: F811
    """Every test here runs experiments."""
