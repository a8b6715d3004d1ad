"""What the store asks of a keyring, and the sealed value as a row holds it.

The store and the keyring do not know each other: `broker.wiring` hands one to the other.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Protocol


class Sealed(bytes):
    """A sealed value as stored. Loading it did no cryptography, and printing it shows nothing."""

    __slots__ = ()

    def __repr__(self) -> str:
        return "Sealed(…)"

    def __str__(self) -> str:
        return "Sealed(…)"

    def __format__(self, _spec: str) -> str:
        return "Sealed(…)"


class Sealer(Protocol):
    """Seals and opens under one key."""

    def seal(self, table: str, column: str, row: bytes, person: str, data: bytes) -> bytes:
        """`data` sealed for this table, column, row and person and for no other place."""

    def open(self, table: str, column: str, row: bytes, person: str, sealed: bytes) -> bytes:
        """What was sealed for this place. Raises SystemFailed when it was changed or moved."""


class Keys(Protocol):
    """The keyring as the store uses it."""

    def new_person_key(self, person_id: str) -> bytes:
        """A new data key, wrapped."""

    def person(self, wrapped_keys: Mapping[str, bytes]) -> Sealer:
        """The sealer for content about these people (ids to wrapped keys)."""

    def facts(self, table: str) -> Sealer:
        """The sealer of a table's facts."""

    def token(self, kind: str, *parts: str) -> bytes:
        """16 bytes by which a row is found."""

    def mark(self, kind: str, *parts: bytes) -> bytes:
        """16 bytes that are equal for equal parts, of any length, and test no guess without the key."""

    def pseudonym(self, domain: str, person_id: str) -> bytes:
        """The person's pseudonym in a domain, 16 bytes."""

    def pseudonym_text(self, domain: str, person_id: str) -> str:
        """The same as text."""


class RememberedKeys:
    """The keyring over one moment of the database: a token or pseudonym that is wanted again is not derived again.
    Keys are never remembered, and nothing outlives the moment. Printing it shows nothing."""

    __slots__ = ("_keys", "_pseudonyms", "_tokens", "facts", "mark", "new_person_key", "person", "pseudonym_text")

    def __init__(self, keys: Keys) -> None:
        self._keys = keys
        self._tokens: dict[tuple[str, ...], bytes] = {}
        self._pseudonyms: dict[tuple[str, str], bytes] = {}
        self.new_person_key = keys.new_person_key
        self.person = keys.person
        self.facts = keys.facts
        self.mark = keys.mark
        self.pseudonym_text = keys.pseudonym_text

    def __repr__(self) -> str:
        return "RememberedKeys(…)"

    def token(self, kind: str, *parts: str) -> bytes:
        """16 bytes by which a row is found."""
        key = (kind, *parts)
        found = self._tokens.get(key)
        if found is None:
            found = self._tokens[key] = self._keys.token(kind, *parts)
        return found

    def pseudonym(self, domain: str, person_id: str) -> bytes:
        """The person's pseudonym in a domain, 16 bytes."""
        found = self._pseudonyms.get((domain, person_id))
        if found is None:
            found = self._pseudonyms[domain, person_id] = self._keys.pseudonym(domain, person_id)
        return found
