"""Connections to a server that are kept open between acts, and may have been cut meanwhile.

Decides that one which was put by for longer than `FRESH_SECONDS` is asked whether it is still there before an
act is given it, and that all are made anew where it is not: a server that was started again troubles no act. One
used a moment ago is not asked, because that would be one more round of every act: where it was cut in that moment,
the act fails, nothing was done, and the next act has a new one.
"""

from __future__ import annotations

import math
import time
from typing import Any, Final

from sqlalchemy import Engine, event
from sqlalchemy.exc import InvalidatePoolError
from sqlalchemy.pool import ConnectionPoolEntry

FRESH_SECONDS: Final = 1.0
_PUT_BY: Final = "broker_put_by"


def ask_those_put_by(engine: Engine) -> None:
    """Sees to it for the connections of this engine."""
    failures = engine.dialect.loaded_dbapi.Error

    @event.listens_for(engine, "checkin")
    def put_by(_connection: object, record: ConnectionPoolEntry) -> None:
        record.info[_PUT_BY] = time.monotonic()

    @event.listens_for(engine, "checkout")
    def take_up(connection: Any, record: ConnectionPoolEntry, _proxy: object) -> None:
        if time.monotonic() - record.info.get(_PUT_BY, math.inf) > FRESH_SECONDS:
            try:
                engine.dialect.do_ping(connection)
            except failures:
                raise InvalidatePoolError from None
