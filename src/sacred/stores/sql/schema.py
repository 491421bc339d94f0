"""Our tables. The page "The tables of a database" in the documentation says what they are for.

They stand beside those of Sacred 0.8, and begin with ``sacred_``. What changes here needs a migration in
``migrations/versions``.
"""

from sqlalchemy import (
    BigInteger,
    Column,
    Double,
    ForeignKey,
    Index,
    Integer,
    MetaData,
    SmallInteger,
    Table,
    UniqueConstraint,
)

from sacred.stores.index import ITEM_LIMIT
from sacred.stores.sql.types import ANY_TEXT, BYTES, JSON_TEXT, NUMBER, CodePointText, ascii_text

VERSION = "1"
"""The newest migration; what ``sacred_version`` says of a database that needs none."""

VERSION_TABLE = "sacred_version"


metadata = MetaData()


def _owner(name: str, key: str, *, is_primary: bool = True) -> Column[int]:
    """Return a column that names the row that this one goes with."""
    return Column(
        name,
        NUMBER,
        ForeignKey(key, ondelete="CASCADE"),
        primary_key=is_primary,
        autoincrement=False,
        nullable=False,
    )


runs = Table(
    "sacred_runs",
    metadata,
    Column("key", NUMBER, primary_key=True),
    Column("id", ANY_TEXT, nullable=False),
    Column("id_digest", ascii_text(64), nullable=False, unique=True),  # a text of any length can't be unique
    Column("id_number", BigInteger),
    Column("status", CodePointText),
    Column("start_us", BigInteger),
    Column("stop_us", BigInteger),
    Column("heartbeat_us", BigInteger),
    Column("silent_us", BigInteger),
    Column("fingerprint", ascii_text(32), nullable=False),
    Column("document", JSON_TEXT),
    Column("annotations", JSON_TEXT, nullable=False),
    Column("trashed_us", BigInteger),
    Index("sacred_runs_id_number", "id_number"),
    Index("sacred_runs_start", "start_us"),
    Index("sacred_runs_fingerprint", "fingerprint"),
)

document_parts = Table(
    "sacred_document_parts",
    metadata,
    _owner("run", "sacred_runs.key"),
    Column("number", Integer, primary_key=True, autoincrement=False),
    Column("text", JSON_TEXT, nullable=False),
)

fields = Table(
    "sacred_fields",
    metadata,
    Column("path", BigInteger, primary_key=True, autoincrement=False),
    _owner("run", "sacred_runs.key"),
    Column("kind", SmallInteger, nullable=False),
    Column("number", Double),
    Column("text", CodePointText),
    Index("sacred_fields_of_run", "run"),
)

items = Table(
    "sacred_items",
    metadata,
    Column("path", BigInteger, primary_key=True, autoincrement=False),
    Column("item", CodePointText(ITEM_LIMIT), primary_key=True),
    _owner("run", "sacred_runs.key"),
    Index("sacred_items_of_run", "run"),
)

field_names = Table(
    "sacred_field_names",
    metadata,
    Column("path", BigInteger, primary_key=True, autoincrement=False),
    Column("name", ANY_TEXT),
)

metrics = Table(
    "sacred_metrics",
    metadata,
    Column("key", NUMBER, primary_key=True),
    _owner("run", "sacred_runs.key", is_primary=False),
    Column("position", Integer, nullable=False),
    Column("name", ANY_TEXT, nullable=False),
    Column("name_digest", ascii_text(64), nullable=False),
    Column("points", BigInteger, nullable=False),
    Column("summary", JSON_TEXT),
    UniqueConstraint("run", "name_digest", name="sacred_metrics_of_run"),
)

chunks = Table(
    "sacred_chunks",
    metadata,
    _owner("metric", "sacred_metrics.key"),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("points", Integer, nullable=False),
    Column("packed", BYTES, nullable=False),
)

output = Table(
    "sacred_output",
    metadata,
    _owner("run", "sacred_runs.key"),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("content", BYTES, nullable=False),
)

blobs = Table(
    "sacred_blobs",
    metadata,
    Column("key", NUMBER, primary_key=True),
    Column("digest", ascii_text(64), unique=True),
    Column("size_bytes", BigInteger, nullable=False),
    Column("added_us", BigInteger, nullable=False),
)

pieces = Table(
    "sacred_pieces",
    metadata,
    _owner("blob", "sacred_blobs.key"),
    Column("start", BigInteger, primary_key=True, autoincrement=False),
    Column("content", BYTES, nullable=False),
)

files = Table(
    "sacred_files",
    metadata,
    Column("key", NUMBER, primary_key=True),
    _owner("run", "sacred_runs.key", is_primary=False),
    Column("kind", ascii_text(16), nullable=False),
    Column("name", ANY_TEXT, nullable=False),
    Column("blob", NUMBER, ForeignKey("sacred_blobs.key")),
    Column("size_bytes", BigInteger),
    Column("digests", JSON_TEXT, nullable=False),
    Column("notes", JSON_TEXT, nullable=False),
    Index("sacred_files_of_run", "run"),
    Index("sacred_files_with_blob", "blob"),
)

old_runs = Table(
    "sacred_old_runs",
    metadata,
    Column("id_digest", ascii_text(64), primary_key=True),
    Column("id", ANY_TEXT, nullable=False),
    Column("annotations", JSON_TEXT, nullable=False),
    Column("trashed_us", BigInteger),
)

locks = Table("sacred_locks", metadata, Column("name", ascii_text(16), primary_key=True))
