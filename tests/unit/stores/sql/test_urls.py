"""Which driver a URL means, and what of it is shown."""

import pytest

from sacred.errors import StoreError
from sacred.stores.sql.urls import format_location, parse_url


@pytest.mark.parametrize(
    ("url", "driver", "location"),
    [
        ("sqlite:///runs.db", "sqlite", "sqlite:///runs.db"),
        ("sqlite:////data/my runs.db", "sqlite", "sqlite:////data/my runs.db"),
        ("postgresql://ada:s3cret@host:5433/lab", "postgresql+psycopg", "postgresql://host:5433/lab"),
        ("postgres://ada:s3cret@host/lab", "postgresql+psycopg", "postgresql://host/lab"),
        ("postgresql+asyncpg://ada@host/lab", "postgresql+asyncpg", "postgresql://host/lab"),
        ("mysql://ada:s3cret@host/lab", "mysql+pymysql", "mysql://host/lab"),
        ("mariadb://host/lab?password=s3cret", "mariadb+pymysql", "mariadb://host/lab"),
        ("postgresql:///lab?host=/run/pg&password=s3cret", "postgresql+psycopg", "postgresql:///lab"),
    ],
)
def test_drivers_and_locations(url, driver, location):
    parsed = parse_url(url)
    assert parsed.drivername == driver
    assert format_location(parsed) == location


@pytest.mark.parametrize("url", ["no url", "postgresql://ada:s3cret@host:port/lab", ":", ""])
def test_no_url(url):
    with pytest.raises(StoreError) as caught:
        parse_url(url)
    assert "s3cret" not in str(caught.value)


@pytest.mark.parametrize("url", ["sqlite://", "sqlite:///:memory:"])
def test_a_database_in_memory_is_no_store(url):
    with pytest.raises(StoreError, match="keeps nothing"):
        parse_url(url)
