"""Appending one consent event: who had standing, what it ends in the log, whom it concerns who already received.

`record_consent` and `withdraw_consent` are the verbs; here is what both do. The event, its evidence (erasable,
under the person's own key), the disclosures it taints and the notices about them are one transaction. From product
rule 1.1 (consent), docs/policies.md and broker/README.md ("Consent").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from broker.audit.commitment import commit_private
from broker.audit.entry import AuditEntry, instant_text
from broker.audit.events import Event
from broker.canonical import canonical_json
from broker.casework import Staff
from broker.consent.record import RAISED, ConsentDecision, ConsentRecord
from broker.decision.facts import Facts
from broker.decision.protection import without_protected
from broker.errors import CallWrong, did_you_mean
from broker.release.profile import uk_date
from broker.release.reach import Reach, consent_reach
from broker.release.receipt import Receipt, make_receipt
from broker.store.audit_private import put_private
from broker.store.consents import append_consents
from broker.store.disclosures import ReleasedCell, StoredDisclosure, find_resting_on
from broker.store.gather import gather_facts
from broker.store.session import Act
from broker.store.vault import find_identities
from broker.usecases.acting import entry_of, random_32
from broker.usecases.consent.refusal_reviews import open_reviews
from broker.usecases.kinds import BasisKind, DisclosureOutcome
from broker.usecases.people.standing_of import StandingAnswer, standing_of
from broker.usecases.release.grounds import (
    consent_ground,
    ended_by,
    ground_text,
    narrowed_by,
    overlap,
)
from broker.usecases.release.recall import Reached, Told, Topic, tell_recipients
from broker.usecases.rules.rules import current_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Tier, Vocabulary

CHANNELS: Final = ("in-person", "phone", "letter", "email", "online", "through-interpreter", "other")
"""How somebody told us."""


@dataclass(frozen=True, slots=True)
class Evidence:
    """What shows that the decision was made and how. `words` is what was signed or said; `present` who else was in
    the room, `private_time` whether the person was spoken to alone: neither ever stands on paper."""

    channel: str = "in-person"
    words: str = ""
    present: tuple[str, ...] = ()
    interpreter: str = ""
    private_time: bool | None = None
    capacity: str = ""


@dataclass(frozen=True, slots=True)
class ConsentAppended:
    """What became of the event. `stops` is what no longer flows because of it, `goes_on` the purposes (titles)
    for which something may still be shared without agreement, both in words; empty for a `given`."""

    consent_id: str
    at: datetime
    standing: StandingAnswer
    receipt: Receipt
    stops: tuple[str, ...]
    goes_on: tuple[str, ...]
    told: tuple[Told, ...]

    @property
    def counts(self) -> bool:
        """Whether whoever decided can decide for at least part of it."""
        return bool(self.standing.counts_for)


def append_event(
    act: Act, world: World, staff: Staff, event: ConsentRecord, evidence: Evidence
) -> ConsentAppended:
    """Appends the event in this act. Raises CallWrong for codes and people that are not known."""
    rules = current_rules(act, world)
    vocabulary = rules.table.vocabulary
    _require_codes(vocabulary, event, evidence)
    raw = gather_facts(act, [event.about, event.signatory])
    facts, _ = without_protected(raw)
    _require_people(facts, vocabulary, event)
    if event.at > act.at:
        raise CallWrong("at", "a decision cannot lie in the future; leave `at` out for now")
    standing = standing_of(facts, vocabulary, event.about, event.signatory, event.categories, act.at)
    private = canonical_json(_evidence_body(evidence, event))
    blinding = random_32(act)
    earlier = [one for one in raw.consents if one.about == event.about]
    entry = _entry(act, staff, event, earlier, vocabulary, commit_private(private, blinding))
    append_consents(act, [event], entry=entry)
    put_private(act, event.about, blinding, private, entry=entry)
    if standing.counts_for:
        open_reviews(act, vocabulary, staff.id, event, entry=entry)
    if event.unsafe:
        _mark_unsafe(act, staff, event)
    reach = consent_reach(rules.table, event, act.at)
    receipt = receipt_of(act, vocabulary, staff, event, facts, reach)
    if event.decision is ConsentDecision.GIVEN:
        return ConsentAppended(event.id, event.at, standing, receipt, (), (), ())
    told = _tell(act, staff, event, earlier, vocabulary, standing) if event.kind not in RAISED else ()
    stops = stops_of(reach) if standing.counts_for else ()
    return ConsentAppended(event.id, event.at, standing, receipt, stops, reach.goes_on, told)


def receipt_of(
    act: Act, vocabulary: Vocabulary, staff: Staff, event: ConsentRecord, facts: Facts, reach: Reach
) -> Receipt:
    """The receipt of an event as the desk of this member of staff hands it over. The facts must already be without
    protected persons. INVARIANT: whether it counts is what a sheet may tell, so that a parent's sheet does not say
    that their child was found competent to decide about a private service."""
    names = find_identities(act, {event.about, event.signatory})

    def call(person_id: str) -> str:
        found = names.get(person_id)
        organisation = vocabulary.organisations.get(person_id)
        named = found.full_name() if found is not None else (organisation.name if organisation else "")
        return named or "the person named in our file"

    def counts(known: Facts) -> bool:
        answer = standing_of(known, vocabulary, event.about, event.signatory, event.categories, act.at)
        return bool(answer.counts_for)

    told = counts(facts) or counts(_without_silent(facts, vocabulary, event.about))
    return make_receipt(event, reach, call, vocabulary.organisations[staff.organisation].name, counts=told)


def _without_silent(facts: Facts, vocabulary: Vocabulary, person_id: str) -> Facts:
    """The facts as the sheet may know them: without what was assessed about private services alone. A parent's
    sheet must not tell that their child was found competent to decide about one."""
    person = facts.people[person_id]
    told = tuple(
        one
        for one in person.competences
        if one.categories is None or any(vocabulary.categories[code].tier < Tier.T4 for code in one.categories)
    )
    return replace(facts, people={**facts.people, person_id: replace(person, competences=told)})


def _require_codes(vocabulary: Vocabulary, event: ConsentRecord, evidence: Evidence) -> None:
    for what, codes, known in (
        ("purpose", event.purposes, vocabulary.purposes),
        ("category", event.categories, vocabulary.categories),
        ("controller", event.controllers, vocabulary.organisations),
        ("recipient", event.recipients, vocabulary.organisations),
    ):
        for code in sorted((codes or frozenset()) - known.keys()):
            raise CallWrong(what, f"`{code}` is not known{did_you_mean(code, known)}")
        if codes is not None and not codes:
            raise CallWrong(what, "a scope names at least one, or is left out for all")
    if evidence.channel not in CHANNELS:
        raise CallWrong("channel", f"`{evidence.channel}` is not known{did_you_mean(evidence.channel, CHANNELS)}")


def _require_people(facts: Facts, vocabulary: Vocabulary, event: ConsentRecord) -> None:
    # An id never issued, somebody erased and somebody protected are one answer.
    if event.about not in facts.people:
        raise CallWrong("about", f"nobody here has the id `{event.about}`; find the person first")
    if event.signatory not in facts.people and event.signatory not in vocabulary.organisations:
        raise CallWrong("signatory", f"nobody here has the id `{event.signatory}`; find or add the person first")


def _evidence_body(evidence: Evidence, event: ConsentRecord) -> dict[str, Any]:
    return {
        "consent": event.id,
        "channel": evidence.channel,
        "words": evidence.words,
        "present": list(evidence.present),
        "interpreter": evidence.interpreter,
        "private_time": evidence.private_time,
        "capacity": evidence.capacity,
        "unsafe": event.unsafe,
    }


_EVENTS: Final[Mapping[ConsentDecision, Event]] = {
    ConsentDecision.GIVEN: Event.CONSENT_GIVEN,
    ConsentDecision.REFUSED: Event.CONSENT_REFUSED,
    ConsentDecision.WITHDRAWN: Event.CONSENT_WITHDRAWN,
}


def _entry(
    act: Act,
    staff: Staff,
    event: ConsentRecord,
    earlier: list[ConsentRecord],
    vocabulary: Vocabulary,
    commitment: bytes,
) -> AuditEntry:
    if event.kind in RAISED and event.decision is not ConsentDecision.GIVEN:
        details: dict[str, Any] = {"kind": event.kind.value}
        return entry_of(act, staff, Event.OBJECTION_WITHDRAWN, details, about=[event.about], commitment=commitment)
    details = {
        "kind": event.kind.value,
        "purposes": _codes(event.purposes),
        "categories": _codes(event.categories),
        "controllers": _codes(event.controllers),
        "recipients": _codes(event.recipients),
        "until": instant_text(event.until_at) if event.until_at is not None else None,
    }
    if event.kind in RAISED:
        kind = Event.OBJECTION_RAISED
    else:
        kind = _EVENTS[event.decision]
        details["introduces"] = [ground_text(consent_ground(event.id))]
        details["ends"] = _grounds(ended_by(event, earlier))
        details["narrows"] = _grounds(narrowed_by(event, earlier, vocabulary))
    return entry_of(act, staff, kind, details, about=[event.about], commitment=commitment)


def _codes(codes: frozenset[str] | None) -> list[str] | None:
    return None if codes is None else sorted(codes)


def _grounds(events: list[ConsentRecord]) -> list[str] | None:
    return sorted({ground_text(consent_ground(one.id)) for one in events}) or None


def _mark_unsafe(act: Act, staff: Staff, event: ConsentRecord) -> None:
    """The silent marker, as an entry of its own: nothing may rest on this decision."""
    ends = [ground_text(consent_ground(event.id))] if event.decision is ConsentDecision.GIVEN else []
    details = {"kind": event.kind.value, "ends": ends}
    act.record(entry_of(act, staff, Event.CONSENT_MARKED_UNSAFE, details, about=[event.about]))


def stops_of(reach: Reach) -> tuple[str, ...]:
    """What no longer flows, in words, purpose by purpose."""
    return tuple(
        f"{sharing.purpose}: {', '.join(sharing.kinds)} (from {', '.join(sharing.sources)}), as far as it rests on"
        " this agreement"
        for sharing in reach.rests
    )


def _tell(
    act: Act,
    staff: Staff,
    event: ConsentRecord,
    earlier: list[ConsentRecord],
    vocabulary: Vocabulary,
    standing: StandingAnswer,
) -> tuple[Told, ...]:
    """Queues a notice for each live disclosure that the refusal or withdrawal taints."""
    tainted = touched_by(act, event, earlier, vocabulary, counts=bool(standing.counts_for))
    return tell_recipients(act, staff, Topic.WITHDRAWAL, tainted, {"withdrawn_on": uk_date(act.at.date())})


def touched_by(
    act: Act, event: ConsentRecord, earlier: list[ConsentRecord], vocabulary: Vocabulary, *, counts: bool
) -> list[Reached]:
    """The releases that a refusal or withdrawal taints. One by somebody who cannot decide taints only what rests
    on their own earlier yes."""
    concerned = [
        one
        for one in earlier
        if one.kind is event.kind
        and one.decision is ConsentDecision.GIVEN
        and (counts or one.signatory == event.signatory)
        and overlap(event, one, vocabulary)
    ]
    reached = [
        Reached(disclosure, _tainted(disclosure, event))
        for disclosure in find_resting_on(act, BasisKind.CONSENT, [one.id for one in concerned])
        if disclosure.outcome is DisclosureOutcome.ANSWERED
    ]
    return [one for one in reached if one.cells]


def _tainted(disclosure: StoredDisclosure, event: ConsentRecord) -> tuple[ReleasedCell, ...]:
    """The cells of the disclosure that the event covers."""
    request = disclosure.request
    if event.purposes is not None and request.purpose not in event.purposes:
        return ()
    if event.recipients is not None and disclosure.recipient not in event.recipients:
        return ()
    return tuple(
        cell
        for cell in disclosure.cells
        if cell.person_id == event.about
        and (event.categories is None or cell.category in event.categories)
        and (event.controllers is None or cell.controller in event.controllers)
    )
