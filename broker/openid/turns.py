"""Whose turn it is to wait for the provider: so many at once, and nobody's attempts are what all others wait for.

Decides that one asker (an address that somebody signs in from, or a post whose holder proves again who they are)
never holds more turns than are left for everybody else: alone half of them, beside one that does a quarter. So
whoever keeps turns busy is refused before the next one is, whoever that is and whatever they sent. Nothing is kept
of an asker once their turn is over.
"""

from __future__ import annotations

import threading
from collections import Counter
from dataclasses import dataclass


@dataclass(frozen=True, slots=True, repr=False)
class Asker:
    """Printing it shows nothing. `signed_in` says that there is a session: then `name` is of its post, and else
    the address it is asked from, or nothing where that is not known."""

    name: str = ""
    signed_in: bool = False


class Turns:
    """Safe to use from several threads."""

    def __init__(self, most: int) -> None:
        self._left = most
        self._lock = threading.Lock()
        self._held: Counter[Asker] = Counter()

    def take(self, asker: Asker) -> bool:
        """Whether the asker has a turn now; nobody waits for one."""
        with self._lock:
            if self._held[asker] >= self._left:
                return False
            self._held[asker] += 1
            self._left -= 1
            return True

    def give_back(self, asker: Asker) -> None:
        """Ends a turn."""
        with self._lock:
            self._left += 1
            self._held[asker] -= 1
            if not self._held[asker]:
                del self._held[asker]
