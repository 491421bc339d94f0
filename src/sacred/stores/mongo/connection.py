"""A connection to a MongoDB server, and its errors as one line for people."""

from collections.abc import Iterator
from contextlib import contextmanager
from typing import TYPE_CHECKING, Any
from urllib.parse import unquote, urlsplit

from bson.codec_options import CodecOptions, DatetimeConversion
from bson.errors import BSONError
from pymongo import MongoClient
from pymongo.errors import AutoReconnect, ConfigurationError, OperationFailure, PyMongoError

from sacred.errors import StoreError
from sacred.support.masking import mask_url

if TYPE_CHECKING:
    from pymongo.database import Database

Raw = dict[str, Any]
"""A document as pymongo gives it."""

DEFAULT_DATABASE = "sacred"
DEFAULT_COLLECTION = "runs"
_SELECTION_SECONDS = 5
_SILENCE_SECONDS = 120
_CODEC: CodecOptions[Raw] = CodecOptions(
    document_class=dict,
    datetime_conversion=DatetimeConversion.DATETIME_AUTO,  # a date beyond Python's is no reason to fail
    unicode_decode_error_handler="replace",
)


class Connection:
    """A database on a MongoDB server, and which of its collections has the runs.

    Nothing is sent before something is asked for.

    Args:
        url: ``mongodb://[user:password@]host[:port][,…]/[database[.collection]][?options]``.

    Attributes:
        location: the URL without credentials and options.
        database: the database; ``sacred`` if the URL names none.
        collection: the name of the collection; ``runs`` if the URL names none.

    Raises:
        StoreError: the URL can't be understood.
    """

    def __init__(self, url: str) -> None:
        parts = urlsplit(url)
        name, _, collection = unquote(parts.path.lstrip("/")).partition(".")
        self.location = mask_url(url).partition("?")[0]
        self.collection = collection or DEFAULT_COLLECTION
        given = parts.query.lower()
        limits: dict[str, Any] = {
            "serverSelectionTimeoutMS": _SELECTION_SECONDS * 1000,
            "socketTimeoutMS": _SILENCE_SECONDS * 1000,
        }
        limits = {key: value for key, value in limits.items() if key.lower() + "=" not in given}
        with self.answering():
            try:
                self._client: MongoClient[Raw] = MongoClient(url, connect=False, **limits)
                self.database: Database[Raw] = self._client.get_database(
                    name or DEFAULT_DATABASE, codec_options=_CODEC
                )
            except ValueError as error:  # a port that is no number
                raise ConfigurationError(str(error)) from None

    @contextmanager
    def answering(self) -> Iterator[None]:
        """Turn errors of the server and of the way to it into a :class:`StoreError` of one line."""
        try:
            yield
        except (PyMongoError, BSONError) as error:
            raise StoreError(self._describe(error)) from error

    def _describe(self, error: Exception) -> str:
        reason = mask_url(
            " ".join(str(error).split()).partition(", Timeout:")[0].partition(", full error:")[0]
        )
        reason = reason.partition(" (configured timeouts:")[0]
        reason = reason if len(reason) <= 300 else reason[:300] + "…"
        if isinstance(error, AutoReconnect):
            return f"{self.location} does not answer: {reason}"
        if isinstance(error, ConfigurationError):
            return f"{self.location} can't be used as a store: {reason}"
        if isinstance(error, OperationFailure):
            return f"{self.location} refuses: {reason}"
        return f"{self.location} can't be read or written: {reason}"

    def close(self) -> None:
        """Close all connections."""
        self._client.close()
