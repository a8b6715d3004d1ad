"""What every table is made of: names for constraints, instants as numbers, sealed columns.

Columns and constraints only: SQLModel tables do not validate (docs/security.md section 6), so nothing here is a
domain type and nothing reads or writes. Instants are whole microseconds since 1970 in UTC, exact and in order on
every database; codes are stored as their codes.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import UTC, datetime, timedelta
from enum import StrEnum
from typing import ClassVar, Final, cast

from sqlalchemy import BigInteger, CheckConstraint, Dialect, Integer, LargeBinary, MetaData, String, Table, inspect
from sqlalchemy.types import TypeDecorator
from sqlmodel import SQLModel

from broker.store.seals import Sealed

EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_MICROSECOND: Final = timedelta(microseconds=1)

NAMING: Final = {
    "ix": "ix_%(table_name)s_%(column_0_N_name)s",
    "uq": "uq_%(table_name)s_%(column_0_N_name)s",
    "ck": "ck_%(table_name)s_%(constraint_name)s",
    "fk": "fk_%(table_name)s_%(column_0_N_name)s_%(referred_table_name)s",
    "pk": "pk_%(table_name)s",
}


def instant_as_stored(at: datetime | None) -> int | None:
    """Microseconds since 1970 in UTC. Raises TypeError for an instant without an offset."""
    return None if at is None else (at - EPOCH) // _MICROSECOND


class Instant(TypeDecorator[datetime]):
    """An aware instant, stored as microseconds since 1970 in UTC."""

    impl = BigInteger
    cache_ok = True

    def process_bind_param(self, value: datetime | None, dialect: Dialect) -> int | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Raises TypeError for an instant without an offset."""
        return instant_as_stored(value)

    def process_result_value(self, value: int | None, dialect: Dialect) -> datetime | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """In UTC."""
        return None if value is None else EPOCH + timedelta(microseconds=value)


class SealedBytes(TypeDecorator[Sealed]):
    """A sealed value: bytes that nothing prints."""

    impl = LargeBinary
    cache_ok = True

    def process_bind_param(self, value: bytes | None, dialect: Dialect) -> bytes | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """As it is."""
        return value

    def process_result_value(self, value: bytes | None, dialect: Dialect) -> Sealed | None:  # noqa: ARG002 - the signature is SQLAlchemy's
        """Wrapped so that it does not print."""
        return None if value is None else Sealed(value)


ID: Final = String(64)
CODE: Final = String(64)
DIGEST: Final = String(71)
GROUND: Final = String(200)
BYTES: Final = LargeBinary()
AUTOINCREMENT: Final = BigInteger().with_variant(Integer(), "sqlite")  # only INTEGER counts up on SQLite


class Base(SQLModel):
    """The parent of every table."""

    metadata: ClassVar[MetaData] = MetaData(naming_convention=NAMING)


def table_of(model: type[SQLModel]) -> Table:
    """The Core table of a model: the store reads and writes Core statements, without a flush."""
    return cast(Table, inspect(model).local_table)


def check_code(column: str, codes: type[StrEnum] | Iterable[str]) -> CheckConstraint:
    """`column` holds one of a closed list of codes."""
    listed = ", ".join(f"'{code!s}'" for code in codes)
    return CheckConstraint(f"{column} IN ({listed})", name=column)


def check_length(column: str, size: int) -> CheckConstraint:
    """`column` holds exactly so many bytes."""
    return CheckConstraint(f"length({column}) = {size}", name=f"{column}_size")
