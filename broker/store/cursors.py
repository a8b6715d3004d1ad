"""Where a page ended, sealed: whoever holds a cursor can go on from it and can neither read nor make one.

Decides that a cursor is of one list and one reader; anybody else's opens nothing. From docs/security.md section 4
("pagination").
"""

from __future__ import annotations

import base64
import binascii
from datetime import UTC, datetime, timedelta
from typing import Final

from broker.errors import SystemFailed
from broker.store.session import View

_TABLE: Final = "cursor"
_EPOCH: Final = datetime(1970, 1, 1, tzinfo=UTC)
_SIZE: Final = 8

Place = tuple[datetime, str]
"""The instant and id of the last one on a page."""


def seal_cursor(view: View, kind: str, reader: str, place: Place) -> str:
    """The cursor of the list `kind` for this reader, as text for a query."""
    at, last = place
    micros = (at - _EPOCH) // timedelta(microseconds=1)
    sealed = view.keys.facts(_TABLE).seal(_TABLE, kind, b"", reader, micros.to_bytes(_SIZE, "big") + last.encode())
    return base64.urlsafe_b64encode(sealed).rstrip(b"=").decode("ascii")


def open_cursor(view: View, kind: str, reader: str, text: str) -> Place | None:
    """Where it goes on; None for what is no cursor of this list for this reader."""
    try:
        sealed = base64.b64decode(text.encode("ascii") + b"=" * (-len(text) % 4), b"-_", validate=True)
        body = view.keys.facts(_TABLE).open(_TABLE, kind, b"", reader, sealed)
    except (UnicodeEncodeError, binascii.Error, SystemFailed):
        return None
    return _EPOCH + timedelta(microseconds=int.from_bytes(body[:_SIZE], "big")), body[_SIZE:].decode()
