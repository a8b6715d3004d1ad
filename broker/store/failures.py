"""The database's failures, said as the broker says them.

Decides that a failure names its kind and never the statement, whose values may be personal, and that a connection
lost during a commit leaves unknown what was done, and is told so. A connection whose commit failed is not used
again: what was begun on it may still be open.
"""

from __future__ import annotations

from collections.abc import Iterator
from contextlib import contextmanager

from sqlalchemy import Connection

from broker.errors import SystemFailed
from broker.store.dialect import DATABASE_ERRORS, kind_of, was_cut_off


@contextmanager
def ending(connection: Connection) -> Iterator[None]:
    """A connection whose transaction could not be ended is given up.

    INVARIANT: nothing of an act that failed is left open for the next act of the same connection to commit.
    """
    try:
        yield
    except DATABASE_ERRORS:
        connection.invalidate()
        raise


@contextmanager
def committing(connection: Connection) -> Iterator[None]:
    """A connection that is lost while a commit is under way leaves it unknown whether the act was done."""
    try:
        with ending(connection):
            yield
    except DATABASE_ERRORS as error:
        if not was_cut_off(error):
            raise
        raise SystemFailed(
            "database",
            f"the connection was lost during the commit ({kind_of(error)}): the act may have been done or not;"
            " look before it is done again",
        ) from None


@contextmanager
def explained() -> Iterator[None]:
    """The database's failures as the broker's, without the statement: its values may be personal."""
    try:
        yield
    except DATABASE_ERRORS as error:
        kind = kind_of(error)
        raise SystemFailed(
            "database", f"the act was not done ({kind}); check disk space, locks and that `broker migrate` has run"
        ) from None
