"""Entries, logs and exports to test with: everything is made from numbers, so every run is the same."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from pathlib import Path
from typing import Any

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.checkpoint import Checkpoint, sign_checkpoint
from broker.audit.entry import AuditEntry, entry_bytes
from broker.audit.events import EVENT_FORMS, Event, Kind, Outcome
from broker.audit.export import export_log
from broker.audit.frontier import Frontier
from broker.audit.note import KeyKind, NoteKey, SignedNote, cosign_note
from broker.audit.sequencing import IntegratedBatch, PlacedEntry, integrate
from broker.audit.tree import root_of

START_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
ORIGIN = "broker.example/audit"
AGREEMENTS = "sha256:" + "a1" * 32
POLICIES = "sha256:" + "b2" * 32


def nonce(number: int) -> bytes:
    return hashlib.sha256(b"nonce %d" % number).digest()


def pseudonym(number: int) -> str:
    """A pseudonym in the audit domain; the last character is one that 128 bits can end in."""
    digits = hashlib.sha256(b"person %d" % number).digest()
    return "p1.audit.1." + "".join("abcdefghijklmnopqrstuvwxyz234567"[one % 32] for one in digits[:25]) + "a"


def make_entry(
    number: int, event: Event, details: Mapping[str, Any], outcome: Outcome = Outcome.DONE, **others: Any
) -> AuditEntry:
    """An entry made `number` minutes after the start."""
    values: dict[str, Any] = {
        "occurred_at": START_AT + timedelta(minutes=number),
        "actor": "post:ecc/lead-practitioner/7f3a",
        "organisation": "ecc",
        "nonce": nonce(number),
        "about": (pseudonym(number % 40),),
    }
    return AuditEntry(event=event, outcome=outcome, details=details, **{**values, **others})


def adoption(number: int, agreements: str = AGREEMENTS, policies: str = POLICIES) -> AuditEntry:
    return make_entry(
        number, Event.RULES_ADOPTED, {}, about=(), agreements_digest=agreements, policies_digest=policies
    )


def release(number: int, rests_on: Sequence[str], **others: Any) -> AuditEntry:
    details = {
        "disclosure": f"d-{number}", "purpose": "family-support", "permitted": 12, "records": 3,
        "rests_on": list(rests_on), "case": "t-1", "role": "lead-practitioner",
    }  # fmt: skip
    values = {"agreements_digest": AGREEMENTS, "policies_digest": POLICIES, **others}
    return make_entry(number, Event.PROFILE_RELEASED, details, Outcome.PERMITTED, **values)


def consent(number: int, **details: Any) -> AuditEntry:
    """A consent given, introducing `consent:c-<number>`."""
    return make_entry(
        number, Event.CONSENT_GIVEN, {"kind": "engagement", "introduces": [f"consent:c-{number}"], **details}
    )


def withdrawal(number: int, *, ends: Sequence[str] = (), narrows: Sequence[str] = ()) -> AuditEntry:
    details: dict[str, Any] = {"kind": "engagement", "introduces": [f"consent:c-{number}"]}
    details |= {"ends": list(ends)} if ends else {}
    details |= {"narrows": list(narrows)} if narrows else {}
    return make_entry(number, Event.CONSENT_WITHDRAWN, details)


def iterate_log(size: int) -> Iterator[AuditEntry]:
    """A log that makes sense: rules, an agreement, then consents given, releases, refusals and withdrawals."""
    published = {
        "agreement": "family-support@2",
        "document_digest": AGREEMENTS,
        "introduces": ["agreement:family-support@2"],
    }
    opening = (
        make_entry(0, Event.LOG_STARTED, {"origin": ORIGIN}, about=()),
        adoption(1),
        make_entry(2, Event.AGREEMENT_PUBLISHED, published, about=()),
    )
    yield from opening[:size]
    for number in range(3, size):
        match number % 5:
            case 3:
                yield consent(number)
            case 4:
                yield release(number, [f"consent:c-{number - 1}", "agreement:family-support@2"])
            case 0:
                yield make_entry(number, Event.PROFILE_REFUSED, {"reason": "not-in-team"}, Outcome.REFUSED)
            case 1:
                yield withdrawal(number, ends=[f"consent:c-{number - 3}"])
            case _:
                yield make_entry(number, Event.PERSON_SEARCHED, {"found": number % 4})


def make_log(size: int) -> list[bytes]:
    """The bytes of `iterate_log`."""
    return [entry_bytes(entry) for entry in iterate_log(size)]


@dataclass(frozen=True)
class Signer:
    """A key for tests, made from a number, with the name it signs under."""

    secret: Ed25519PrivateKey
    key: NoteKey

    def sign(self, message: bytes) -> bytes:
        return self.secret.sign(message)


def make_signer(number: int = 1, name: str = ORIGIN, kind: KeyKind = KeyKind.ED25519) -> Signer:
    secret = Ed25519PrivateKey.from_private_bytes(hashlib.sha256(b"key %d" % number).digest())
    return Signer(secret, NoteKey(name, secret.public_key().public_bytes_raw(), kind))


LOG = make_signer(1)
WITNESS = make_signer(2, "witness.example", KeyKind.COSIGNATURE_V1)


def checkpoint_note(leaf_hashes: Sequence[bytes], signer: Signer = LOG) -> SignedNote:
    """A checkpoint over leaf hashes, signed by the log and cosigned by the witness."""
    checkpoint = Checkpoint(ORIGIN, len(leaf_hashes), root_of(leaf_hashes))
    return cosign_note(
        sign_checkpoint(checkpoint, signer.key, signer.sign), WITNESS.key, WITNESS.sign, 1_772_444_000
    )


def place(entries: Sequence[bytes]) -> IntegratedBatch:
    return integrate(Frontier(), entries)


def export(folder: Path, placed: Sequence[PlacedEntry], note: SignedNote | str | None = None) -> Path:
    """An export of these entries under a genuine checkpoint, or under the note given."""
    note = checkpoint_note([one.leaf_hash for one in placed]) if note is None else note
    export_log(folder, placed, str(note))
    return folder


_BY_KIND: Mapping[Kind, Any] = {
    Kind.CODE: "a-code",
    Kind.CODES: ["a-code", "b-code"],
    Kind.ID: "Id_1",
    Kind.IDS: ["Id_1", "Id_2"],
    Kind.COUNT: 7,
    Kind.FLAG: True,
    Kind.INSTANT: "2026-09-01T00:00:00.000000Z",
    Kind.DIGEST: "sha256:" + "0c" * 32,
    Kind.GROUNDS: ["agreement:family-support@2", "consent:c-17"],
}


def full_entry(event: Event) -> AuditEntry:
    """An entry of the event with everything that its form needs and may have."""
    form = EVENT_FORMS[event]
    details = {name: _BY_KIND[kind] for name, kind in {**form.needed, **form.may_have}.items()}
    return make_entry(
        list(Event).index(event),
        event,
        details,
        sorted(form.outcomes)[0],
        about=(pseudonym(1), pseudonym(2)),
        agreements_digest=AGREEMENTS,
        policies_digest=POLICIES,
        commitment=nonce(10_000),
    )
