"""URLs of databases: which driver is used, and what of them may be shown."""

from sqlalchemy.engine import URL, make_url
from sqlalchemy.exc import ArgumentError

from sacred.errors import StoreError
from sacred.support.masking import mask_url

_DRIVERS = {
    "mariadb": "mariadb+pymysql",
    "mysql": "mysql+pymysql",
    "postgres": "postgresql+psycopg",
    "postgresql": "postgresql+psycopg",
}


def parse_url(text: str) -> URL:
    """Return a database's URL with the driver that is used where it names none.

    Raises:
        StoreError: it is none.
    """
    try:
        url = make_url(text)
    except (ArgumentError, ValueError):
        raise StoreError(f'"{mask_url(text)}" is no URL of a database') from None
    if url.get_backend_name() == "sqlite" and url.database in {None, "", ":memory:"}:
        raise StoreError("a database in memory keeps nothing: sqlite:///PATH names a file")
    return url.set(drivername=_DRIVERS.get(url.drivername, url.drivername))


def format_location(url: URL) -> str:
    """Return what people are shown of a URL: no user, no password, no options."""
    backend = url.get_backend_name()
    if backend == "sqlite":
        return f"sqlite:///{url.database}"
    shown = URL.create(backend, host=url.host, port=url.port, database=url.database)
    return shown.render_as_string()
