"""Version 1: the first tables.

This says what they were, whatever becomes of them in ``schema``; only the types are the same for ever.
"""

from typing import Any

import sqlalchemy as sa
from alembic import op
from sqlalchemy import BigInteger, Column, Double, ForeignKey, Index, Integer, SmallInteger, UniqueConstraint

from sacred.stores.sql.types import ANY_TEXT, BYTES, JSON_TEXT, NUMBER, CodePointText, ascii_text

revision = "1"
down_revision = None
branch_labels = None
depends_on = None


def upgrade() -> None:
    """Make the tables, and the row that is locked."""
    _make_runs()
    _make_index()
    _make_points()
    _make_files()
    _make("sacred_locks", Column("name", ascii_text(16), primary_key=True))
    locks = sa.table("sacred_locks", sa.column("name", sa.String))
    if op.get_bind().execute(sa.select(locks)).first() is None:
        op.bulk_insert(locks, [{"name": "runs"}])


def _make(name: str, *items: Any) -> None:
    # MariaDB has no transactions for this: what an interrupted try has made is there already
    if not sa.inspect(op.get_bind()).has_table(name):
        op.create_table(name, *items)


def _owner(name: str, key: str, *, is_primary: bool = True) -> Column[int]:
    owner = ForeignKey(key, ondelete="CASCADE")
    return Column(name, NUMBER, owner, primary_key=is_primary, autoincrement=False, nullable=False)


def _part(name: str, kind: Any = BigInteger) -> Column[Any]:
    return Column(name, kind, primary_key=True, autoincrement=False)


def _make_runs() -> None:
    _make(
        "sacred_runs",
        Column("key", NUMBER, primary_key=True),
        Column("id", ANY_TEXT, nullable=False),
        Column("id_digest", ascii_text(64), nullable=False, unique=True),
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
    _make(
        "sacred_document_parts",
        _owner("run", "sacred_runs.key"),
        _part("number", Integer),
        Column("text", JSON_TEXT, nullable=False),
    )
    _make(
        "sacred_old_runs",
        Column("id_digest", ascii_text(64), primary_key=True),
        Column("id", ANY_TEXT, nullable=False),
        Column("annotations", JSON_TEXT, nullable=False),
        Column("trashed_us", BigInteger),
    )


def _make_index() -> None:
    _make(
        "sacred_fields",
        _part("path"),
        _owner("run", "sacred_runs.key"),
        Column("kind", SmallInteger, nullable=False),
        Column("number", Double),
        Column("text", CodePointText),
        Index("sacred_fields_of_run", "run"),
    )
    _make(
        "sacred_items",
        _part("path"),
        Column("item", CodePointText(500), primary_key=True),
        _owner("run", "sacred_runs.key"),
        Index("sacred_items_of_run", "run"),
    )
    _make("sacred_field_names", _part("path"), Column("name", ANY_TEXT))


def _make_points() -> None:
    _make(
        "sacred_metrics",
        Column("key", NUMBER, primary_key=True),
        _owner("run", "sacred_runs.key", is_primary=False),
        Column("position", Integer, nullable=False),
        Column("name", ANY_TEXT, nullable=False),
        Column("name_digest", ascii_text(64), nullable=False),
        Column("points", BigInteger, nullable=False),
        Column("summary", JSON_TEXT),
        UniqueConstraint("run", "name_digest", name="sacred_metrics_of_run"),
    )
    _make(
        "sacred_chunks",
        _owner("metric", "sacred_metrics.key"),
        _part("start"),
        Column("points", Integer, nullable=False),
        Column("packed", BYTES, nullable=False),
    )
    _make(
        "sacred_output",
        _owner("run", "sacred_runs.key"),
        _part("start"),
        Column("content", BYTES, nullable=False),
    )


def _make_files() -> None:
    _make(
        "sacred_blobs",
        Column("key", NUMBER, primary_key=True),
        Column("digest", ascii_text(64), unique=True),
        Column("size_bytes", BigInteger, nullable=False),
        Column("added_us", BigInteger, nullable=False),
    )
    _make(
        "sacred_pieces",
        _owner("blob", "sacred_blobs.key"),
        _part("start"),
        Column("content", BYTES, nullable=False),
    )
    _make(
        "sacred_files",
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
