"""Signatures as they lie beside an agreement: who signed for which party, on what authority, for which bytes.

Decides the form, and whether the file fits the agreement beside it: same reference and version, parties only,
the digest of the very bytes. Does not verify an Ed25519 signature: that needs the party's registered key, which no
file here holds. Format: docs/formats.md ("Signatures").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from typing import Final

from broker.agreements.document import Agreement
from broker.documents.forms import Fields, Form, optional, required
from broker.documents.nodes import Node
from broker.documents.reading import Reading
from broker.documents.shapes import (
    REFUSED,
    Integer,
    Known,
    ListOf,
    Matching,
    Moment,
    NewCode,
    Refused,
    Text,
)
from broker.errors import did_you_mean

_DIGEST_SHAPE = Matching(r"sha256:[0-9a-f]{64}", "a digest, `sha256:` and 64 hexadecimal digits")


@dataclass(frozen=True, slots=True)
class KeySignature:
    """An Ed25519 signature over the document's digest by a key registered for the party, base64."""

    key: str
    signature: str


@dataclass(frozen=True, slots=True)
class Click:
    """The record of a signed-in click: which session said so, and when."""

    record: str
    at: datetime


@dataclass(frozen=True, slots=True)
class SignatureEntry:
    """One signature. `signed_by` is the organisation that signed for the party on its authority, None where the
    party signed itself. Exactly one of `ed25519` and `click` is set."""

    party: str
    signatory: str
    post: str
    authority: str
    signed_at: datetime
    withdrawn_at: datetime | None
    digest: str
    signed_by: str | None
    ed25519: KeySignature | None
    click: Click | None
    line: int


@dataclass(frozen=True, slots=True)
class SignatureFile:
    """The signatures of one version of an agreement."""

    reference: str
    version: int
    entries: tuple[SignatureEntry, ...]
    line: int


_KEY = required("key", Text(), "the key's id, `organisation/name`")
_BASE64 = required("signature", Matching(r"[A-Za-z0-9+/]{86}==", "an Ed25519 signature, 64 bytes in base64"))
_ED25519: Form[KeySignature] = Form(
    "a key's signature", (_KEY, _BASE64), lambda fields, _: KeySignature(fields[_KEY], fields[_BASE64])
)

_CLICK_RECORD = required("record", Text(), "the reference of the record kept of it")
_CLICK_AT = required("at", Moment())
_CLICK: Form[Click] = Form(
    "a click", (_CLICK_RECORD, _CLICK_AT), lambda fields, _: Click(fields[_CLICK_RECORD], fields[_CLICK_AT])
)

_PARTY = required("party", Known("organisation"))
_SIGNATORY = required("signatory", Text(), "who signed")
_POST = required("post", Text(), "their post")
_AUTHORITY = required("authority", Text(), "the evidence that the post may sign")
_SIGNED_AT = required("signed_at", Moment())
_WITHDRAWN_AT = optional("withdrawn_at", Moment(), None, "left out: it still stands")
_DIGEST = required("digest", _DIGEST_SHAPE, "of the bytes of the agreement's file")
_SIGNED_BY = optional("signed_by", Known("organisation"), None, "who signed for the party on its authority")
_BY_KEY = optional("ed25519", _ED25519, None)
_BY_CLICK = optional("click", _CLICK, None)


def _entry(fields: Fields, reading: Reading) -> SignatureEntry | Refused:
    if (fields[_BY_KEY] is None) == (fields[_BY_CLICK] is None):
        reading.error(fields.line, "a signature is made by key or by click: write one of `ed25519` and `click`")
        return REFUSED
    withdrawn_at = fields[_WITHDRAWN_AT]
    if withdrawn_at is not None and withdrawn_at < fields[_SIGNED_AT]:
        reading.error(fields.line_of(_WITHDRAWN_AT), "withdrawn before it was signed: correct one of the two")
        return REFUSED
    return SignatureEntry(
        fields[_PARTY],
        fields[_SIGNATORY],
        fields[_POST],
        fields[_AUTHORITY],
        fields[_SIGNED_AT],
        withdrawn_at,
        fields[_DIGEST],
        fields[_SIGNED_BY],
        fields[_BY_KEY],
        fields[_BY_CLICK],
        fields.line,
    )


_ENTRY: Form[SignatureEntry] = Form(
    "a signature",
    (
        _PARTY,
        _SIGNATORY,
        _POST,
        _AUTHORITY,
        _SIGNED_AT,
        _WITHDRAWN_AT,
        _DIGEST,
        _SIGNED_BY,
        _BY_KEY,
        _BY_CLICK,
    ),
    _entry,
)

_REFERENCE = required("signatures", NewCode(), "the agreement's reference")
_VERSION = required("version", Integer(1))
_SIGNED = required("signed", ListOf(_ENTRY))

SIGNATURES: Final[Form[SignatureFile]] = Form(
    "a signature file",
    (_REFERENCE, _VERSION, _SIGNED),
    lambda fields, _: SignatureFile(fields[_REFERENCE], fields[_VERSION], fields[_SIGNED], fields.line),
)


def read_signatures(root: Node, reading: Reading) -> SignatureFile | Refused:
    """The signatures at a node; REFUSED after reporting every problem."""
    return SIGNATURES.read(root, reading, "the document")


def check_signatures(signatures: SignatureFile, agreement: Agreement, digest: str, reading: Reading) -> None:
    """Reports what does not fit the agreement beside it; `digest` is that of the agreement's bytes."""
    if (signatures.reference, signatures.version) != (agreement.reference, agreement.version):
        reading.error(
            signatures.line,
            f"these are signatures of `{signatures.reference}@{signatures.version}`, beside the agreement"
            f" `{agreement.name}`: put them beside their own",
        )
        return
    for entry in signatures.entries:
        if entry.party not in agreement.parties:
            hint = did_you_mean(entry.party, agreement.parties)
            reading.error(entry.line, f"`{entry.party}` is not a party of `{agreement.name}`{hint}")
        if entry.digest != digest:
            reading.error(
                entry.line,
                f"`{entry.party}` signed other bytes than these: the agreement was changed after it was signed;"
                " make a new version",
            )
