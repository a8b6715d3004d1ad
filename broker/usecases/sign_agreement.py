"""Signing a published agreement for a party, and taking the signature back.

Decides who may sign (somebody of the party, or of a body that the party authorised, which must be stated), that
what is signed is what was published, and that nobody signs twice. The signature is the record of a signed-in click
over the document's digest. From docs/formats.md, and docs/policies.md ("party by party").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.agreements.document import Agreement
from broker.audit.events import Event
from broker.casework import Staff
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.store.agreements import StoredSignature, StoredVersion, append_signature
from broker.store.session import Act
from broker.usecases.acting import Acting, Signed, entry_of, perform
from broker.usecases.grounds import ground_text, signature_ground, standing_signature
from broker.usecases.publish_agreement import rules_changed
from broker.usecases.rules import current_rules, lock_rules
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Signing:
    """One signature. `document_digest` is of the text the signatory read (None: of the text published);
    `authority` is the evidence that the post may sign, and `authorised_by` the evidence that the party lets
    another body sign for it (None: the signatory is of the party itself)."""

    reference: str
    version: int
    party: str
    signatory: str
    post: str
    authority: str
    document_digest: str | None = None
    authorised_by: str | None = None


@dataclass(frozen=True, slots=True)
class SignatureKept:
    """What was signed, for whom and when; `unsigned` are the parties whose signature is still missing."""

    reference: str
    version: int
    party: str
    document_digest: str
    at: datetime
    unsigned: tuple[str, ...]


def sign_agreement(world: World, acting: Acting, signing: Signing) -> SignatureKept:
    """Signs for a party. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> SignatureKept:
        stored, agreement = _published(act, world, signing.reference, signing.version)
        _require_may_sign(staff, signing, agreement, stored)
        standing = stored.signatures.get(signing.party, ())
        if any(interval.covers(act.at) for interval in standing):
            raise CallWrong(f"`{signing.party}`", f"has signed `{agreement.name}` already")
        ground = signature_ground(signing.reference, signing.version, signing.party, len(standing) + 1)
        details = {
            "agreement": agreement.name,
            "document_digest": stored.document_digest,
            "party": signing.party,
            "introduces": [ground_text(ground)],
        }
        entry = entry_of(act, staff, Event.AGREEMENT_SIGNED, details)
        evidence = {
            "signatory": signing.signatory,
            "post": signing.post,
            "authority": signing.authority,
            "authorised_by": signing.authorised_by,
            "click": {"by": staff.id, "organisation": staff.organisation, "at": act.at.isoformat()},
        }
        kept = StoredSignature(signing.party, "signed", act.at, stored.document_digest, evidence)
        append_signature(act, signing.reference, signing.version, kept, entry=entry)
        rules_changed(act, world, Signed.of(staff))
        unsigned = tuple(
            party
            for party in agreement.parties
            if party != signing.party
            and not any(interval.covers(act.at) for interval in stored.signatures.get(party, ()))
        )
        return SignatureKept(
            signing.reference, signing.version, signing.party, stored.document_digest, act.at, unsigned
        )

    return perform(
        world, acting, Verb.AGREEMENT_SIGN, work, locking=lambda act: lock_rules(act, signing.reference)
    )


def withdraw_signature(
    world: World, acting: Acting, reference: str, version: int, party: str, reason: str
) -> SignatureKept:
    """Takes a party's signature back as of now. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> SignatureKept:
        stored, agreement = _published(act, world, reference, version)
        if staff.organisation != party:
            raise NotAllowed(f"`{party}`", f"takes its own signature back; you act for `{staff.organisation}`")
        if not any(interval.covers(act.at) for interval in stored.signatures.get(party, ())):
            raise CallWrong(f"`{party}`", f"has no signature on `{agreement.name}` to take back")
        details = {
            "agreement": agreement.name,
            "party": party,
            "ends": [ground_text(standing_signature(reference, version, stored.signatures, party))],
        }
        entry = entry_of(act, staff, Event.AGREEMENT_SIGNATURE_WITHDRAWN, details)
        kept = StoredSignature(party, "withdrawn", act.at, stored.document_digest, {"reason": reason})
        append_signature(act, reference, version, kept, entry=entry)
        rules_changed(act, world, Signed.of(staff))
        return SignatureKept(reference, version, party, stored.document_digest, act.at, (party,))

    return perform(world, acting, Verb.AGREEMENT_SIGN, work, locking=lambda act: lock_rules(act, reference))


def _published(act: Act, world: World, reference: str, version: int) -> tuple[StoredVersion, Agreement]:
    rules = current_rules(act, world)
    stored = rules.stored.get((reference, version))
    if stored is None:
        names = [f"{known}@{number}" for known, number in rules.stored]
        raise CallWrong(
            f"agreement `{reference}@{version}`",
            f"is not published{did_you_mean(f'{reference}@{version}', names)}",
        )
    return stored, rules.documents[(reference, version)]


def _require_may_sign(staff: Staff, signing: Signing, agreement: Agreement, stored: StoredVersion) -> None:
    if signing.party not in agreement.parties:
        hint = did_you_mean(signing.party, agreement.parties)
        raise CallWrong(f"`{signing.party}`", f"is not a party of `{agreement.name}`{hint}")
    if staff.organisation != signing.party and not (signing.authorised_by or "").strip():
        raise NotAllowed(
            f"`{signing.party}`",
            f"signs for itself; you act for `{staff.organisation}`: state its authority with `--authorised-by`",
        )
    for what, words in (
        ("signatory", signing.signatory),
        ("post", signing.post),
        ("authority", signing.authority),
    ):
        if not words.strip():
            raise CallWrong(what, "is missing: a signature says who signed, in which post and on what authority")
    if signing.document_digest is not None and signing.document_digest != stored.document_digest:
        raise CallWrong(
            f"agreement `{agreement.name}`", "is published with another text than the one you read; read it again"
        )
