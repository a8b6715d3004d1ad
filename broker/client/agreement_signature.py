"""What a key for agreements signs, and the signature as it is handed in. Source: docs/formats.md
("Signatures")."""

from __future__ import annotations

import base64
from collections.abc import Callable, Mapping
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import Any, Final

from broker.canonical import canonical_json
from broker.client.answers import AgreementRead

_DOMAIN: Final = b"broker-agreement-signature-v1\n"


@dataclass(frozen=True, slots=True)
class Signatory:
    """For whom somebody signs and as what: `authority` is the evidence that the post may sign; `key` the name of a
    key for agreements, such as `ecc/sid-2027`."""

    party: str
    signatory: str
    post: str
    authority: str
    key: str


@dataclass(frozen=True, slots=True)
class SignatureGiven:
    """A signature over the statement."""

    signatory: Signatory
    document_digest: str
    signed_at: str
    signature: str

    def as_mapping(self) -> Mapping[str, Any]:
        """The members of the body."""
        who = self.signatory
        return {
            "party": who.party,
            "signatory": who.signatory,
            "post": who.post,
            "authority": who.authority,
            "key": who.key,
            "document_digest": self.document_digest,
            "signed_at": self.signed_at,
            "signature": self.signature,
        }


def statement_of(read: AgreementRead, who: Signatory, signed_at: str) -> bytes:
    """The bytes to sign for the version that was read; `signed_at` in UTC, as `2026-03-02T09:30:00Z`."""
    reference, _, version = read.agreement.partition("@")
    return _DOMAIN + canonical_json(
        {
            "agreement": reference,
            "authority": who.authority,
            "document_digest": read.document_digest,
            "key": who.key,
            "party": who.party,
            "post": who.post,
            "signatory": who.signatory,
            "signed_at": signed_at,
            "version": int(version),
        }
    )


def give_signature(
    read: AgreementRead, who: Signatory, at: datetime, sign: Callable[[bytes], bytes]
) -> SignatureGiven:
    """Signs what was read. `sign` gives 64 bytes; where the key lives is its owner's affair."""
    signed_at = at.astimezone(UTC).replace(microsecond=0, tzinfo=None).isoformat() + "Z"
    signature = base64.b64encode(sign(statement_of(read, who, signed_at))).decode("ascii")
    return SignatureGiven(who, read.document_digest, signed_at, signature)
