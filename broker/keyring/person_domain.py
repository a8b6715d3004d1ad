"""A person's pseudonym in one domain: what stands in records instead of the person.

Decides that what is pseudonymised is the broker's own opaque person id (`person-id`), so that a corrected NHS
number moves nobody, and follows the construction of docs/security.md section 2 with the building blocks of
`broker.pseudonyms`. The type is no identifier anybody types, so it stands in no register.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import Final, Self

from cryptography.hazmat.primitives.ciphers.algorithms import AES256
from cryptography.hazmat.primitives.cmac import CMAC

from broker.keyring.envelope import derive_key
from broker.pseudonyms import Pseudonym, PseudonymDomain
from broker.pseudonyms.construction import padded

PERSON_TYPE: Final = "person-id"


@dataclass(frozen=True, slots=True)
class PersonDomain:
    """One domain at one epoch, with its key. Raises CallWrong for what is no domain name."""

    domain: PseudonymDomain
    _key: bytes = field(repr=False)

    @classmethod
    def derive(cls, root: bytes, deployment: str, name: str, epoch: int) -> Self:
        """The domain's key from the root: HKDF with domain, epoch and type in `info`."""
        info = (b"broker-pseudonym", b"v1", name.encode(), str(epoch).encode(), PERSON_TYPE.encode())
        return cls(PseudonymDomain(name, epoch), derive_key(root, deployment.encode(), *info))

    def digest(self, person_id: str) -> bytes:
        """16 bytes."""
        block = padded(person_id.encode())
        mac = CMAC(AES256(self._key))
        mac.update(block + block)
        return mac.finalize()

    def text(self, person_id: str) -> str:
        """`p1.<domain>.<epoch>.<26 characters of lower-case base32>`."""
        return str(Pseudonym(self.domain.name, self.domain.epoch, self.digest(person_id)))
