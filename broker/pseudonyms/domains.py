"""Pseudonym domains, their epochs, and the keys derived for them.

Decides which key makes which pseudonyms: one domain for each agency and each recipient, so that no two datasets
can be joined, and one key for each domain, epoch and identifier type. Deliberately does not decide where the
root is kept (the keyring does) nor who may ask. Source: security profile, section 2; HKDF is RFC 5869, HMAC is
RFC 2104, CMAC is NIST SP 800-38B.
"""

from __future__ import annotations

import re
from dataclasses import dataclass, replace
from enum import StrEnum
from typing import NoReturn

from cryptography.hazmat.primitives.hashes import SHA256
from cryptography.hazmat.primitives.kdf.hkdf import HKDF

from broker.errors import CallWrong, NotAllowed
from broker.identifiers import get_identifier_type

KEY_BYTES = 32
SMALLEST_ROOT_BYTES = 32
MATCHING_DOMAIN = "matching"
"""The broker's own domain, in which records are linked. Never exported."""

_PURPOSE = "broker-pseudonym"
_VERSION = "v1"
_DOMAIN_NAME = re.compile(r"[a-z0-9](?:[a-z0-9-]{0,61}[a-z0-9])?")
_LARGEST_EPOCH = 999_999


class MacAlgorithm(StrEnum):
    """How a domain turns a canonical value into 16 bytes."""

    AES_256_CMAC = "aes-256-cmac"
    HMAC_SHA_256 = "hmac-sha-256"


def length_prefixed(value: bytes) -> bytes:
    """LP(x): the length in two bytes, big-endian, then x. Raises ValueError above 65,535 bytes."""
    if len(value) > 0xFFFF:
        raise ValueError("a length-prefixed value holds at most 65,535 bytes")
    return len(value).to_bytes(2, "big") + value


@dataclass(frozen=True, slots=True)
class PseudonymDomain:
    """A dataset's own world of pseudonyms, at one epoch.

    `name`: 1 to 63 of a-z, 0-9 and inner hyphens, so that it fits the text form. `epoch`: counted from 1; a new
    epoch is a new key. `algorithm`: chosen with the partner and fixed for the epoch, because the derived key
    does not depend on it and one key must not serve two algorithms. Raises `CallWrong`.
    """

    name: str
    epoch: int = 1
    algorithm: MacAlgorithm = MacAlgorithm.AES_256_CMAC

    def __post_init__(self) -> None:
        if not _DOMAIN_NAME.fullmatch(self.name):
            raise CallWrong(
                "pseudonym domain",
                f"`{self.name}` is not a domain name; use a-z, 0-9 and inner hyphens, at most 63",
            )
        if not 1 <= self.epoch <= _LARGEST_EPOCH:
            raise CallWrong(
                f"pseudonym domain `{self.name}`",
                f"epoch `{self.epoch}` is not between 1 and {_LARGEST_EPOCH}; count epochs from 1",
            )

    @property
    def prefix(self) -> str:
        """What every pseudonym of this domain and epoch begins with, as text."""
        return f"p1.{self.name}.{self.epoch}."

    def require_exportable(self) -> None:
        """Raises `NotAllowed` for the matching domain: its pseudonyms would join every agency's dataset."""
        if self.name == MATCHING_DOMAIN:
            raise NotAllowed(
                f"pseudonym domain `{self.name}`",
                "the matching domain is never exported; name the recipient's own domain",
            )

    def next_epoch(self) -> PseudonymDomain:
        """The same domain, one epoch on: what rotation re-keys to."""
        return replace(self, epoch=self.epoch + 1)


@dataclass(frozen=True, slots=True)
class EpochWindow:
    """The epochs of one domain that are understood at a time: the current one and, while a rotation lasts, the
    one before. New pseudonyms are always made in `current`."""

    current: PseudonymDomain
    previous: PseudonymDomain | None = None

    def __post_init__(self) -> None:
        if self.previous is not None and (
            self.previous.name != self.current.name or self.previous.epoch >= self.current.epoch
        ):
            raise CallWrong(
                f"pseudonym domain `{self.current.name}`",
                "the previous epoch must be an earlier one of the same domain",
            )

    def understands(self, domain_name: str, epoch: int) -> bool:
        """Whether a pseudonym of that domain and epoch can be looked up now."""
        return any(
            (domain_name, epoch) == (domain.name, domain.epoch)
            for domain in (self.current, self.previous)
            if domain is not None
        )

    def rotate(self) -> EpochWindow:
        """A new current epoch; the old current is kept, and what was previous is forgotten."""
        return EpochWindow(self.current.next_epoch(), self.current)

    def settle(self) -> EpochWindow:
        """The end of a rotation: only the current epoch is understood."""
        return EpochWindow(self.current)


class PseudonymKey:
    """The key of one domain, epoch and identifier type: 32 bytes.

    INVARIANT: never shows its secret in `repr`, `str` or a format, and refuses to be pickled or copied. It is
    made by `PseudonymRoot.key_for` only, or from a secret that a partner was given.
    """

    __slots__ = ("_domain", "_secret", "_type_code")

    def __init__(self, domain: PseudonymDomain, type_code: str, secret: bytes) -> None:
        get_identifier_type(type_code)
        if len(secret) != KEY_BYTES:
            raise CallWrong(f"pseudonym domain `{domain.name}`", f"a key has {KEY_BYTES} bytes")
        self._domain = domain
        self._type_code = type_code
        self._secret = bytes(secret)

    @property
    def domain(self) -> PseudonymDomain:
        """The domain and epoch that this key makes pseudonyms of."""
        return self._domain

    @property
    def type_code(self) -> str:
        """The one identifier type that this key is for."""
        return self._type_code

    @property
    def secret(self) -> bytes:
        """The 32 bytes. Whoever reads this can enumerate every identifier of the type."""
        return self._secret

    def __repr__(self) -> str:
        return f"PseudonymKey({self._domain.name!r}, epoch {self._domain.epoch}, {self._type_code}, secret hidden)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a pseudonym key is not written anywhere; derive it again from the root")


class PseudonymRoot:
    """The secret from which a deployment derives all its pseudonym keys.

    `secret`: at least 32 random bytes, held outside the database. `deployment_id` is the HKDF salt, so that two
    deployments with one root by accident still share no pseudonym. Raises `CallWrong`.
    INVARIANT: shows nothing in `repr`, and refuses to be pickled or copied.
    """

    __slots__ = ("_deployment_id", "_secret")

    def __init__(self, secret: bytes, deployment_id: str) -> None:
        if len(secret) < SMALLEST_ROOT_BYTES:
            raise CallWrong("pseudonym root", f"a root has at least {SMALLEST_ROOT_BYTES} bytes")
        if not deployment_id:
            raise CallWrong("pseudonym root", "give the deployment an id; it keeps deployments apart")
        self._secret = bytes(secret)
        self._deployment_id = deployment_id

    def key_for(self, domain: PseudonymDomain, type_code: str) -> PseudonymKey:
        """The key of a domain, its epoch and an identifier type.

        HKDF-SHA-256(root, salt = deployment id, info = LP("broker-pseudonym") LP("v1") LP(domain) LP(epoch)
        LP(type), 32 bytes). Raises `IdentifierTypeUnknown`.
        """
        get_identifier_type(type_code)
        parts = (_PURPOSE, _VERSION, domain.name, str(domain.epoch), type_code)
        info = b"".join(length_prefixed(part.encode("utf-8")) for part in parts)
        salt = self._deployment_id.encode("utf-8")
        secret = HKDF(algorithm=SHA256(), length=KEY_BYTES, salt=salt, info=info).derive(self._secret)
        return PseudonymKey(domain, type_code, secret)

    def __repr__(self) -> str:
        return "PseudonymRoot(secret hidden)"

    def __reduce_ex__(self, protocol: object) -> NoReturn:
        raise TypeError("a pseudonym root is not written anywhere; read it from the keyring again")
