"""The keyring: everything the store needs keys for, over any provider.

Decides which key is used for what. Each person has a data key; content about several people is sealed under a key
derived from all of theirs, so that destroying any one of them erases it (the reading that releases less: the
controller still holds the original and can send one about the rest). Facts are sealed under a key per table, found
by keyed tokens of a key per kind. Deliberately keeps no cache of people's keys: a destroyed key is gone at once.
From docs/security.md sections 2 ("At rest") and 6 (last trap).
"""

from __future__ import annotations

import hmac
import os
from collections.abc import Mapping
from typing import Final

from broker.keyring.envelope import KEY_BYTES, Sealer, derive_key
from broker.keyring.person_domain import PersonDomain
from broker.keyring.provider import KeyProvider, SecretName
from broker.pseudonyms import PseudonymRoot

TOKEN_BYTES: Final = 16  # 128 bits: among 10^9 values the chance of any collision is 10^-21
_JOINT: Final = b"broker-joint-v1"


class Keyring:
    """Seals, opens, tokens and pseudonyms of one deployment. Printing it shows nothing but the deployment."""

    def __init__(self, provider: KeyProvider, epoch: int = 1) -> None:
        self._provider = provider
        self._salt = provider.deployment.encode()
        self._epoch = epoch
        self._facts: dict[str, Sealer] = {}
        self._token_keys: dict[str, bytes] = {}
        self._domains: dict[str, PersonDomain] = {}

    def __repr__(self) -> str:
        return f"Keyring(deployment={self._provider.deployment!r})"

    def new_person_key(self, person_id: str) -> bytes:
        """A new data key for the person, wrapped: what the database keeps."""
        return self._provider.wrap(os.urandom(KEY_BYTES), person_id.encode())

    def person(self, wrapped_keys: Mapping[str, bytes]) -> Sealer:
        """The sealer for content about these people (ids to their wrapped keys), one or several.

        Raises SealBroken when a key does not unwrap, ValueError when there is none.
        """
        if not wrapped_keys:
            raise ValueError("content is about somebody")
        people = sorted(wrapped_keys)
        keys = [self._provider.unwrap(wrapped_keys[one], one.encode()) for one in people]
        if len(keys) == 1:
            return Sealer(keys[0])
        return Sealer(derive_key(b"".join(keys), self._salt, _JOINT, *(one.encode() for one in people)))

    def facts(self, table: str) -> Sealer:
        """The sealer of a table's facts."""
        found = self._facts.get(table)
        if found is None:
            root = self._provider.secret(SecretName.FACTS)
            found = self._facts[table] = Sealer(derive_key(root, self._salt, b"broker-facts-v1", table.encode()))
        return found

    def token(self, kind: str, *parts: str) -> bytes:
        """16 bytes by which a row is found, keyed per kind: the tokens of two kinds cannot be joined."""
        # Spelled out, because a batch needs tens of thousands: the same bytes as `length_prefixed` of the parts.
        data = b""
        for part in parts:
            encoded = part.encode()
            data += len(encoded).to_bytes(2, "big") + encoded
        key = self._token_keys.get(kind) or self._token_key(kind)
        return hmac.digest(key, data, "sha256")[:TOKEN_BYTES]

    def mark(self, kind: str, *parts: bytes) -> bytes:
        """16 bytes that are equal for equal parts, of any length, and test no guess without the key."""
        data = b"".join(len(part).to_bytes(8, "big") + part for part in parts)
        return hmac.digest(self._token_key(f"mark/{kind}"), data, "sha256")[:TOKEN_BYTES]

    def _token_key(self, kind: str) -> bytes:
        key = self._token_keys.get(kind)
        if key is None:
            root = self._provider.secret(SecretName.SEARCH)
            key = self._token_keys[kind] = derive_key(root, self._salt, b"broker-token-v1", kind.encode())
        return key

    def pseudonym(self, domain: str, person_id: str) -> bytes:
        """The person's pseudonym in a domain (a controller's code, or one of the broker's own), 16 bytes."""
        return self._domain(domain).digest(person_id)

    def pseudonym_text(self, domain: str, person_id: str) -> str:
        """The same as text: `p1.<domain>.<epoch>.<26 characters>`."""
        return self._domain(domain).text(person_id)

    def pseudonym_root(self) -> PseudonymRoot:
        """The root of every domain's keys, for pseudonymising identifiers in bulk."""
        return PseudonymRoot(self._provider.secret(SecretName.PSEUDONYMS), self._provider.deployment)

    def _domain(self, code: str) -> PersonDomain:
        found = self._domains.get(code)
        if found is None:
            root = self._provider.secret(SecretName.PSEUDONYMS)
            found = self._domains[code] = PersonDomain.derive(root, self._provider.deployment, code, self._epoch)
        return found
