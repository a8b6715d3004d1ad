"""One version of an agreement as a whole: its state, its signatures party by party, the terms they rest on.

Decides nothing; the words are `agreements.life`'s. From docs/how-to-agreement.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any

from broker.access import Verb
from broker.agreements.document import Agreement
from broker.agreements.life import Superseded, Version, signed_in_words, state_in_words, superseded
from broker.agreements.terms_used import terms_digest, terms_used
from broker.casework import Staff
from broker.dates import parse_instant
from broker.errors import CallWrong, did_you_mean
from broker.store.agreements import StoredSignature, find_signatures, find_terms
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.agreements.lives import ChangedTerm, changed_since_signed, versions_of
from broker.usecases.rules.rules import current_rules, lock_rules
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class SignatureShown:
    """One signature of a party: who, in which post, on what authority, when; `withdrawn_at`: when it was taken
    back. `signed_by` is the organisation that signed, `key` the key that did (None: a click), with its `signature`
    in base64 and the instant it says it was made at."""

    party: str
    signatory: str
    post: str
    authority: str
    signed_at: datetime
    withdrawn_at: datetime | None
    signed_by: str | None
    authorisation: str | None
    key: str | None
    signature: str | None
    key_signed_at: datetime | None
    handed_in_by: str | None
    terms_digest: str | None


@dataclass(frozen=True, slots=True)
class AgreementShown:
    """A version. `terms_digest` is of the rows it uses as they are now; `changed` those that were otherwise when
    some party signed."""

    agreement: Agreement
    document_digest: str
    published_at: datetime
    ended_at: datetime | None
    superseded: Superseded | None
    state: str
    signed: str
    signatures: tuple[SignatureShown, ...]
    unsigned: tuple[str, ...]
    terms_digest: str
    changed: tuple[ChangedTerm, ...]
    text: bytes = field(repr=False)
    """The document, byte for byte."""


def show_agreement(world: World, acting: Acting, reference: str, version: int) -> AgreementShown:
    """The version with everything about it. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> AgreementShown:
        del staff
        return shown_as_it_is(act, world, reference, version)

    return perform(world, acting, Verb.AGREEMENT_READ, work, locking=lock_rules)


def shown_as_it_is(act: Act, world: World, reference: str, version: int) -> AgreementShown:
    """The version at the act's instant. Raises CallWrong."""
    rules = current_rules(act, world)
    stored = rules.stored.get((reference, version))
    if stored is None:
        names = [f"{known}@{number}" for known, number in rules.stored]
        raise CallWrong(
            f"agreement `{reference}@{version}`",
            f"is not published{did_you_mean(f'{reference}@{version}', names)}",
        )
    versions = versions_of(rules)[reference]
    one = next(found for found in versions if found.number == version)
    upon = {
        party: found.digest
        for (_, number, party), found in find_terms(act, reference).items()
        if number == version
    }
    return AgreementShown(
        one.agreement,
        stored.document_digest,
        stored.recorded_at,
        stored.ended_at,
        superseded(one, versions, act.at),
        state_in_words(one, versions, act.at),
        signed_in_words(one, act.at),
        _signatures(one, find_signatures(act, reference, version), upon),
        one.unsigned(act.at),
        terms_digest(terms_used(one.agreement, world.partnership.vocabulary)),
        changed_since_signed(act, world, rules, reference).get((reference, version), ()),
        stored.document,
    )


def _signatures(
    version: Version, events: tuple[StoredSignature, ...], upon: Mapping[str, str]
) -> tuple[SignatureShown, ...]:
    """Every signature with its end, in the document's order of parties."""
    found: list[SignatureShown] = []
    for party in version.agreement.parties:
        given: StoredSignature | None = None
        mine = [event for event in events if event.party == party]
        for event in mine:
            if event.event == "signed":
                given = event
            elif given is not None:
                found.append(_shown(given, event.at, None))
                given = None
        if given is not None:
            found.append(_shown(given, None, upon.get(party)))
    return tuple(found)


def _shown(given: StoredSignature, withdrawn_at: datetime | None, digest: str | None) -> SignatureShown:
    evidence: Mapping[str, Any] = given.evidence
    by_key = evidence.get("ed25519") or {}
    handed_in = evidence.get("handed_in") or evidence.get("click") or {}
    return SignatureShown(
        given.party,
        str(evidence.get("signatory", "")),
        str(evidence.get("post", "")),
        str(evidence.get("authority", "")),
        given.at,
        withdrawn_at,
        evidence.get("signed_by"),
        evidence.get("authorisation"),
        by_key.get("key"),
        by_key.get("signature"),
        parse_instant(by_key["signed_at"]) if by_key else None,
        handed_in.get("by"),
        digest,
    )
