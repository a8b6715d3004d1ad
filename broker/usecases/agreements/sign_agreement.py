"""Signing a published agreement for a party, and taking the signature back.

Decides who may sign (somebody of the party, or of a body with a recorded authorisation that stands, recorded by
somebody else), that what is signed is what was published, and that nobody signs twice. A signature is the record
of a signed-in click over the document's digest, or one by a key that counts: the key is then the proof, and
whoever may sign may hand it in. From docs/formats.md ("Signatures").
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime

from broker import dates
from broker.access import Verb
from broker.agreements.document import Agreement
from broker.agreements.terms_used import terms_digest, terms_used
from broker.audit.entry import instant_text
from broker.audit.events import Event
from broker.casework import Staff
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.store.agreements import StoredSignature, StoredVersion, append_signature, find_signatures
from broker.store.session import Act
from broker.usecases.acting import Acting, Signed, entry_of, perform
from broker.usecases.agreements.publish_agreement import rules_changed
from broker.usecases.agreements.signing_proofs import (
    ByKey,
    Signing,
    require_authorisation,
    require_key,
    rests_on,
    statement_for,
)
from broker.usecases.partners.tell_systems import tell_systems
from broker.usecases.release.grounds import ground_text, signature_ground, standing_signature
from broker.usecases.rules.rules import current_rules, lock_rules
from broker.usecases.world import World
from broker.webhooks.topics import WebhookTopic

__all__ = ["ByKey", "SignatureKept", "Signing", "sign_agreement", "statement_of", "withdraw_signature"]


@dataclass(frozen=True, slots=True)
class SignatureKept:
    """What was signed, for whom and when; `unsigned` are the parties whose signature is still missing."""

    reference: str
    version: int
    party: str
    document_digest: str
    at: datetime
    unsigned: tuple[str, ...]


def sign_agreement(
    world: World, acting: Acting, signing: Signing, require_seen: Callable[[Act], None] = lambda _act: None
) -> SignatureKept:
    """Signs for a party; `require_seen` raises, in the same act, where the version is not as it was when it was
    read. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> SignatureKept:
        require_seen(act)
        stored, agreement = _published(act, world, signing.reference, signing.version)
        _require_whole(signing, agreement, stored)
        by_key = signing.by_key
        signer = staff.organisation if by_key is None else require_key(act, signing, stored, by_key)
        authorisation = None if signer == signing.party else require_authorisation(act, staff, signer, signing)
        if stored.ended_at is not None:
            raise CallWrong(f"agreement `{agreement.name}`", "was ended early: sign the version that replaces it")
        standing = stored.signatures.get(signing.party, ())
        if any(interval.covers(act.at) for interval in standing):
            raise CallWrong(f"`{signing.party}`", f"has signed `{agreement.name}` already")
        ground = signature_ground(signing.reference, signing.version, signing.party, len(standing) + 1)
        details = {
            "agreement": agreement.name,
            "document_digest": stored.document_digest,
            "party": signing.party,
            "introduces": [ground_text(ground)],
            "authorisation": None if authorisation is None else authorisation.id,
        }
        evidence = {
            "signatory": signing.signatory,
            "post": signing.post,
            "authority": signing.authority,
            "signed_by": signer,
            "authorisation": None if authorisation is None else authorisation.id,
            "handed_in": {"by": staff.id, "organisation": staff.organisation, "at": act.at.isoformat()},
        }
        if by_key is not None:
            details |= {"key": by_key.key, "signed_at": instant_text(by_key.signed_at)}
            evidence["ed25519"] = {
                "key": by_key.key,
                "signature": by_key.signature,
                "signed_at": dates.instant_text(by_key.signed_at),
            }
        terms = terms_used(agreement, world.partnership.vocabulary)
        details["terms_digest"] = terms_digest(terms)
        entry = entry_of(act, staff, Event.AGREEMENT_SIGNED, details)
        kept = StoredSignature(signing.party, "signed", act.at, stored.document_digest, evidence)
        append_signature(act, signing.reference, signing.version, kept, terms, entry=entry)
        body = {"agreement": agreement.name, "party": signing.party}
        tell_systems(act, WebhookTopic.AGREEMENT_SIGNED, agreement.parties, body, entry=entry)
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

    def locking(act: Act) -> None:
        act.share(rests_on(signing))
        lock_rules(act, signing.reference)

    return perform(world, acting, Verb.AGREEMENT_SIGN, work, locking=locking)


def statement_of(world: World, acting: Acting, signing: Signing, key: str, signed_at: datetime) -> bytes:
    """The bytes that a key signs for this signature. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> bytes:
        del staff
        stored, agreement = _published(act, world, signing.reference, signing.version)
        _require_whole(signing, agreement, stored)
        return statement_for(signing, stored, key, signed_at).to_bytes()

    return perform(world, acting, Verb.AGREEMENT_READ, work, locking=lock_rules)


def withdraw_signature(
    world: World, acting: Acting, reference: str, version: int, party: str, reason: str
) -> SignatureKept:
    """Takes a party's signature back as of now: the party itself, or the body that gave it for the party.

    Raises NotAllowed, CallWrong.
    """

    def work(act: Act, staff: Staff) -> SignatureKept:
        stored, agreement = _published(act, world, reference, version)
        given = [
            one for one in find_signatures(act, reference, version) if (one.party, one.event) == (party, "signed")
        ]
        signed_by = given[-1].evidence.get("signed_by") if given else None
        if staff.organisation not in (party, signed_by):
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
        body = {"agreement": agreement.name, "party": party}
        tell_systems(act, WebhookTopic.AGREEMENT_UNSIGNED, agreement.parties, body, entry=entry)
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


def _require_whole(signing: Signing, agreement: Agreement, stored: StoredVersion) -> None:
    """Raises CallWrong unless the signing is for a party, says who signs and is over the published text."""
    if signing.party not in agreement.parties:
        hint = did_you_mean(signing.party, agreement.parties)
        raise CallWrong(f"`{signing.party}`", f"is not a party of `{agreement.name}`{hint}")
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
