"""When a notice is tried again: after a wait that doubles, never longer than an hour, spread by chance.

Decides that it is never given up: what was withdrawn must reach whoever holds it. After three days in vain it is
overdue, and somebody has to look. From docs/how-to-webhooks.md.
"""

from __future__ import annotations

from datetime import timedelta
from typing import Final

FIRST_WAIT: Final = timedelta(seconds=5)
LONGEST_WAIT: Final = timedelta(hours=1)
OVERDUE_AFTER: Final = timedelta(days=3)
"""After how long without an acknowledgement a notice is overdue."""
_MOST_DOUBLINGS: Final = 16


def wait_after(attempts: int, chance: float) -> timedelta:
    """How long to wait after so many attempts in vain (at least one); `chance`, from 0 to 1, spreads those that
    failed together over the later half of the wait."""
    doubled: int = 2 ** min(attempts - 1, _MOST_DOUBLINGS)
    whole = min(FIRST_WAIT * doubled, LONGEST_WAIT)
    return whole / 2 + whole / 2 * chance
