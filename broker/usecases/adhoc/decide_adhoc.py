"""Deciding an ad hoc request to us: what goes, to whom, by which right; or a no with its reason.

Decides that what goes is decided cell by cell and record by record by the engine that decides every profile, over
one clause made of the decision; that the entry, the disclosure and what it rests on are one commit, and the letter
is made of what was released and leaves afterwards. A refused request is kept too. From docs/how-to-adhoc.md and
docs/security.md section 3, point 1.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass, replace
from typing import Any, Final

from broker.access import Verb
from broker.agreements.adhoc import check_adhoc
from broker.audit.entry import AuditEntry
from broker.audit.events import Event, Outcome
from broker.casework import Staff
from broker.casework.adhoc import Adhoc, AdhocState, Direction, RefusedBecause, needs_second, require_open
from broker.casework.second_person import are_one_person
from broker.casework.steps import StepKind
from broker.dates import london_day
from broker.decision.adhoc import (
    OUTSIDE,
    AdhocTerms,
    decide_adhoc,
    objections_of,
)
from broker.decision.decision import Decision
from broker.decision.facts import Facts
from broker.decision.records import Clearances, RecordRuling, record_rulings
from broker.errors import CallWrong
from broker.release.adhoc_document import Letter
from broker.release.disclosure import decision_digest, permitted_cells
from broker.release.redact import redact
from broker.store.disclosures import Outside, ReleasedCell, StoredDisclosure, record_disclosure
from broker.store.gather import gather_facts, lock_facts
from broker.store.notices import NewNotice, queue_notices
from broker.store.records import open_contents
from broker.store.session import Act
from broker.store.staff import staff_behind
from broker.store.steps import append_step, find_steps
from broker.store.vault import find_identities
from broker.store.work_items import finish_work
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.adhoc.adhoc_requests import require_adhoc
from broker.usecases.adhoc.adhoc_terms import AdhocDecision, body_of, plain_terms, right_of, terms_of
from broker.usecases.kinds import BasisKind, DisclosureOutcome, VersionedKind
from broker.usecases.release.grounds import Ground, ground_text
from broker.usecases.release.resting import grounds_of
from broker.usecases.rules.rules import Rules, current_rules, lock_rules
from broker.usecases.world import World

ALONE: Final = "adhoc-alone"
"""The topic of the notice to governance that one person wrote a request down and decided it, in an emergency."""
WHY_NOT: Final = {
    RefusedBecause.NO_POWER: "we see no legal power to.",
    RefusedBecause.NOT_NECESSARY: "we do not see why it is needed for this.",
    RefusedBecause.TOO_MUCH: "it asks for more than this needs. Ask again for less.",
    RefusedBecause.NOT_IDENTIFIED: "we cannot tell who asks, or for whom.",
    RefusedBecause.NOT_SECURE: "we see no safe way to send it.",
    RefusedBecause.OTHER_ROUTE: "there is another way to ask for this. Ring us.",
}


@dataclass(frozen=True, slots=True, repr=False)
class AdhocDecided:
    """The request as it is now, and the letter to send: None while a second person has to decide the same."""

    adhoc: Adhoc
    letter: Letter | None


def decide_request(world: World, acting: Acting, adhoc_id: str, decision: AdhocDecision) -> AdhocDecided:
    """Decides a request to us. Raises NotAllowed, CallWrong."""
    if not decision.reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why")

    def work(act: Act, staff: Staff) -> AdhocDecided:
        found = require_adhoc(act, world, acting, staff, adhoc_id)
        require_open(found, Direction.OUT)
        made = _Deciding(act, world, acting, staff, found, decision)
        return made.refuse(decision.because) if decision.because is not None else made.release()

    return perform(world, acting, Verb.HOLDER_DECIDE, work, locking=_locking(adhoc_id))


def _locking(adhoc_id: str) -> Callable[[Act], object]:
    def locking(act: Act) -> None:
        lock_rules(act)
        act.lock([(VersionedKind.CASE, adhoc_id)])
        begun = find_steps(act, [adhoc_id]).get(adhoc_id, ())
        about = [str(one) for step in begun[:1] for one in step.facts.get("about", ())]
        lock_facts(act, about)

    return locking


@dataclass(frozen=True, slots=True)
class _Deciding:
    act: Act
    world: World
    acting: Acting
    staff: Staff
    adhoc: Adhoc
    wanted: AdhocDecision

    def refuse(self, because: RefusedBecause) -> AdhocDecided:
        """Keeps the refusal and writes the letter that says no."""
        details = {"adhoc": self.adhoc.id, "change": "refused", "reason": because.value}
        entry = self._entry(details, Outcome.REFUSED)
        self._step(StepKind.ADHOC_REFUSED, {"because": because.value}, entry)
        letter = replace(self._letter(""), why_not=WHY_NOT[because])
        return AdhocDecided(self._now(AdhocState.REFUSED, because=because), letter)

    def release(self) -> AdhocDecided:
        """Decides, records and returns what goes, or notes the first of two decisions."""
        act, adhoc = self.act, self.adhoc
        terms = terms_of(act, self.world.partnership.vocabulary, adhoc, self.wanted)
        problems = tuple(check_adhoc(self.world.partnership.vocabulary, terms, act.at))
        if problems:
            raise CallWrong("decision", "; ".join(problems))
        first = staff_behind(act, adhoc.first_by) if adhoc.first_by is not None else None
        tier = terms.tier(self.world.partnership.vocabulary)
        second = needs_second(adhoc, staff_behind(act, adhoc.recorded_by), first, self.staff, tier)
        if second:
            return self._first(terms)
        if adhoc.first and dict(adhoc.first) != plain_terms(terms):
            raise CallWrong("decision", f"is not what `{adhoc.first_by}` decided; two have to decide the same")
        rules = current_rules(act, self.world)
        facts = gather_facts(act, adhoc.about)
        decision = decide_adhoc(
            rules.table, facts, terms, adhoc.about, act.at, self.staff.id, weighed=self.wanted.weighed
        )
        if objections_of(decision, terms):
            raise CallWrong(
                "decision", "an objection stands: weigh it, and say with `--objection-weighed` that you did"
            )
        return self._made(terms, rules, facts, decision)

    def _first(self, terms: AdhocTerms) -> AdhocDecided:
        details = {"adhoc": self.adhoc.id, "change": "first-of-two", "power": terms.power}
        entry = entry_of(self.act, self.staff, Event.ADHOC_DECIDED, details, about=self.adhoc.about)
        words = {"reason": self.wanted.reason.strip()}
        append_step(
            self.act,
            self.adhoc.id,
            StepKind.ADHOC_FIRST,
            self.staff.id,
            {"terms": plain_terms(terms)},
            entry=entry,
            words=words,
            about=self.adhoc.about,
        )
        return AdhocDecided(replace(self.adhoc, state=AdhocState.SECOND_NEEDED, first_by=self.staff.id), None)

    def _made(self, terms: AdhocTerms, rules: Rules, facts: Facts, decision: Decision) -> AdhocDecided:
        act, adhoc = self.act, self.adhoc
        alone = adhoc.first_by is None and are_one_person(staff_behind(act, adhoc.recorded_by), self.staff)
        permitted = tuple(cell for cell in permitted_cells(decision) if cell[2] == terms.controller)
        released = [
            one
            for one in record_rulings(decision)
            if one.released
            and one.header.controller == terms.controller
            and one.header.category in terms.categories
        ]
        grounds = self._grounds(rules, facts, decision, permitted)
        ground = (BasisKind.HOLDER_DECISION, adhoc.id)
        details: dict[str, Any] = {
            "adhoc": adhoc.id,
            "change": "released",
            "power": terms.power,
            "second": adhoc.first_by,
            "alone": alone,
            "introduces": [ground_text(ground)],
        }
        decided = self._entry(details, Outcome.PERMITTED)
        act.record(decided)
        disclosure_id = act.new_id("d-")
        told = {
            "disclosure": disclosure_id,
            "adhoc": adhoc.id,
            "purpose": terms.purpose,
            "permitted": len(permitted),
            "records": len(released),
            "rests_on": sorted(ground_text(one) for one in grounds | {ground}),
            "recipient": terms.recipient,
        }
        entry = entry_of(
            act,
            self.staff,
            Event.ADHOC_RELEASED,
            told,
            about=adhoc.about,
            outcome=Outcome.PERMITTED,
            agreements_digest=rules.table.digest,
            policies_digest=rules.policies_digest,
        )
        # INVARIANT: no content is opened before this line, and none but that of released records after it.
        contents = open_contents(act, [one.header.id for one in released])
        self._keep(terms, rules, decision, disclosure_id, permitted, released, grounds | {ground}, entry)
        self._step(StepKind.ADHOC_RELEASED, {"disclosure": disclosure_id, "terms": plain_terms(terms)}, entry)
        if alone:
            body = {"adhoc": adhoc.id, "by": self.staff.id}
            queue_notices(act, [NewNotice(ALONE, self.staff.organisation, act.at, body)], entry=entry)
        letter = replace(
            self._letter(terms.recipient_name),
            right=right_of(self.world.partnership.vocabulary, terms),
            conditions=self.wanted.conditions,
            items=tuple(self._items(decision, released, contents)),
        )
        return AdhocDecided(self._now(AdhocState.RELEASED, disclosure=disclosure_id), letter)

    def _grounds(
        self, rules: Rules, facts: Facts, decision: Decision, permitted: tuple[Any, ...]
    ) -> frozenset[Ground]:
        """What it rests on besides the decision: consents, and releases its holder made before."""
        found = grounds_of(self.act, decision, facts, rules, permitted)
        return frozenset(one for one in found if one[0] is not BasisKind.DUTIES)

    def _keep(
        self,
        terms: AdhocTerms,
        rules: Rules,
        decision: Decision,
        disclosure_id: str,
        permitted: tuple[Any, ...],
        released: list[RecordRuling],
        grounds: frozenset[Ground],
        entry: AuditEntry,
    ) -> None:
        request = replace(decision.request, by=self.staff.id, role=self.acting.role, reason=self.wanted.reason)
        outside = Outside(terms.recipient_name, terms.controller) if terms.recipient == OUTSIDE else None
        stored = StoredDisclosure(
            disclosure_id,
            DisclosureOutcome.ANSWERED,
            request,
            terms.recipient,
            decision_digest(decision),
            rules.table.digest,
            rules.policies_digest,
            tuple(
                ReleasedCell(person, category, controller, outcome.detail.code)
                for person, category, controller, outcome in permitted
                if outcome.detail is not None
            ),
            tuple(sorted((one.header.id, one.detail.code) for one in released if one.detail is not None)),
            grounds,
            outside=outside,
        )
        record_disclosure(self.act, stored, entry=entry)

    def _items(
        self, decision: Decision, released: list[RecordRuling], contents: dict[str, dict[str, Any]]
    ) -> list[tuple[str, str, Any, dict[str, Any]]]:
        clearances = Clearances(decision)
        names = find_identities(self.act, self.adhoc.about)
        found = []
        for ruling in sorted(released, key=lambda one: (one.header.occurred_on, one.header.id)):
            who = ", ".join(names[one].full_name() if one in names else one for one in sorted(ruling.cleared))
            shown = redact(clearances, ruling, contents[ruling.header.id])
            found.append((who, ruling.category.title, ruling.header.occurred_on, shown))
        return found

    def _letter(self, recipient: str) -> Letter:
        vocabulary = self.world.partnership.vocabulary
        return Letter(
            self.adhoc.id,
            london_day(self.act.at),
            vocabulary.organisations[self.adhoc.organisation].name,
            recipient or body_of(self.act, vocabulary, self.adhoc),
            vocabulary.purposes[self.adhoc.purpose].title,
            (),
            (),
            (),
        )

    def _entry(self, details: dict[str, Any], outcome: Outcome) -> AuditEntry:
        return entry_of(
            self.act, self.staff, Event.ADHOC_DECIDED, details, about=self.adhoc.about, outcome=outcome
        )

    def _step(self, kind: StepKind, facts: dict[str, Any], entry: AuditEntry) -> None:
        words = {"reason": self.wanted.reason.strip(), "conditions": list(self.wanted.conditions)}
        append_step(
            self.act, self.adhoc.id, kind, self.staff.id, facts, entry=entry, words=words, about=self.adhoc.about
        )
        finish_work(self.act, [self.adhoc.id], entry=entry)

    def _now(self, state: AdhocState, **more: Any) -> Adhoc:
        return replace(self.adhoc, state=state, decided_by=self.staff.id, decided_at=self.act.at, **more)
