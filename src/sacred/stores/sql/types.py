"""The types of our columns, which are alike in all databases."""

from typing import Any

from sqlalchemy import BigInteger, Dialect, Integer, LargeBinary, String, Text
from sqlalchemy.dialects import mysql
from sqlalchemy.types import TypeDecorator, TypeEngine

from sacred.stores.sql.texts import decode_text, encode_text


class CodePointText(TypeDecorator[str]):
    """Text that is compared and sorted by code point.

    Args:
        length: how many characters it has at most, if it is part of a key.
    """

    impl = Text
    cache_ok = True

    def __init__(self, length: int | None = None) -> None:
        super().__init__(length)
        self.length = length

    def load_dialect_impl(self, dialect: Dialect) -> TypeEngine[Any]:
        """Return the type of this database."""
        if dialect.name == "postgresql":
            return dialect.type_descriptor(Text(collation="C"))
        if dialect.name not in {"mysql", "mariadb"}:
            return dialect.type_descriptor(Text())
        # the usual collations take "a" and "a " for equal
        is_mariadb = bool(getattr(dialect, "is_mariadb", False))
        collation = "utf8mb4_nopad_bin" if is_mariadb else "utf8mb4_0900_bin"
        if self.length is None:
            return dialect.type_descriptor(mysql.LONGTEXT(charset="utf8mb4", collation=collation))
        kind = mysql.VARCHAR(self.length, charset="utf8mb4", collation=collation)
        return dialect.type_descriptor(kind)


class AnyText(CodePointText):
    """As that, with NUL and lone surrogates, which databases refuse."""

    cache_ok = True

    def process_bind_param(self, value: str | None, dialect: Dialect) -> str | None:
        """Return a text as it is kept."""
        del dialect
        return None if value is None else encode_text(value)

    def process_result_value(self, value: str | None, dialect: Dialect) -> str | None:
        """Return a text as it was given."""
        del dialect
        return None if value is None else decode_text(value)


_MYSQL = ("mysql", "mariadb")
ANY_TEXT = AnyText()
NUMBER = BigInteger().with_variant(Integer(), "sqlite")  # only an INTEGER counts up by itself there
BYTES = LargeBinary().with_variant(mysql.LONGBLOB(), *_MYSQL)
JSON_TEXT = Text().with_variant(mysql.LONGTEXT(charset="ascii", collation="ascii_bin"), *_MYSQL)
"""JSON in ASCII: all else is escaped, so that any text comes through any database."""


def ascii_text(length: int) -> TypeEngine[str]:
    """Return the type of a short text in ASCII."""
    plain = String(length)
    return plain.with_variant(mysql.VARCHAR(length, charset="ascii", collation="ascii_bin"), *_MYSQL)
