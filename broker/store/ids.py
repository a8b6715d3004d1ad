"""New ids: opaque ones for people and acts, ordered ones for rows.

An id says nothing: 128 random bits after a letter that tells what it is the id of. A row's key begins with the
instant of its act and the row's number within it, so that the latest row is the greatest key and new rows lie
together in the index.
"""

from __future__ import annotations

import base64
import secrets
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Final

from broker.store.tables.base import EPOCH

RandomBytes = Callable[[int], bytes]
"""So many unpredictable bytes; a seeded one in tests that compare transcripts."""

ROW_BYTES: Final = 16
_INSTANT_BYTES, _NUMBER_BYTES = 8, 4


def opaque_id(prefix: str, random_bytes: RandomBytes = secrets.token_bytes) -> str:
    """`prefix` and 26 characters of lower-case base32 (128 bits)."""
    return prefix + base64.b32encode(random_bytes(16)).decode("ascii").rstrip("=").lower()


def row_key(at: datetime, number: int, random_bytes: RandomBytes = secrets.token_bytes) -> bytes:
    """16 bytes: microseconds, number within the act, randomness against another act of the same instant."""
    microseconds = (at - EPOCH) // timedelta(microseconds=1)
    random_part = random_bytes(ROW_BYTES - _INSTANT_BYTES - _NUMBER_BYTES)
    return microseconds.to_bytes(_INSTANT_BYTES, "big") + number.to_bytes(_NUMBER_BYTES, "big") + random_part
