"""One decision read again: what was asked, what was answered, and every test in its order, recomputed just now.

Decides who reads it and how much. An officer of the organisation that asked reads all of it, except the reasons
for what was not released in tiers T3 and above: those are read by officers of whoever holds it, and elsewhere
counted, not below ten. An officer of an organisation of which something was released with it reads what is its
own, and of whom was asked about sees only those of whom it held something then: who else belongs to a family, and
what case it was, is not theirs to learn.
For anybody else it is not there, like an id never issued. People stand in it by their ids; no content is
opened. The decision is made again from the facts and the rules as they were known at its instant, and its
digest compared with the one kept. Reading leaves an entry. From docs/rules.md (part 2) and docs/security.md
section 3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from broker.access import Verb
from broker.agreements.partnership import partnership_of_bytes
from broker.audit.events import Event
from broker.casework import Staff
from broker.decision.decision import Decision
from broker.decision.evaluate import evaluate
from broker.decision.outcome import Outcome
from broker.decision.reasons import Effect, Reason, Refusal
from broker.decision.table import DecisionTable
from broker.decision.trace import Trace, Traces
from broker.errors import DocumentsRefused, NotAllowed
from broker.release.disclosure import decision_digest
from broker.store.agreements import find_policies, find_versions
from broker.store.disclosures import ReleasedCell, StoredDisclosure, find_disclosure
from broker.store.gather import gather_facts
from broker.store.people import find_people
from broker.store.records import find_headers
from broker.store.session import Act, View
from broker.store.staff import find_members
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.adhoc.adhoc_requests import NO_DIGEST
from broker.usecases.casework.front_door import is_protected
from broker.usecases.rules.rules import compile_stored
from broker.usecases.world import World
from broker.vocabulary.codes import Tier, Vocabulary

FEWEST: Final = 10
"""Below this a count would tell of somebody."""
REPORT: Final = "decision"


@unique
class Recomputed(StrEnum):
    """What making the decision again came to."""

    SAME = "same"
    DIFFERENT = "different"
    IMPOSSIBLE = "impossible"


@dataclass(frozen=True, slots=True)
class CellRead:
    """One cell: the person by id and by their place among those asked for (from 1), and what was decided."""

    number: int
    person: str
    place: int
    category: str
    controller: str
    outcome: Outcome


@dataclass(frozen=True, slots=True)
class DecisionRead:
    """A decision as one officer may read it. `whole` says that their organisation asked; else only what is their
    own is in it, `about` are those of whom it held something, and `reason`, `case` and who asked (`actor_name`)
    are empty. `not_told` is how many cells in tiers T3 and
    above are not told of, None for fewer than ten. `refused_because` is as the officer may know it. `cells` are
    those that some clause names.
    """

    stored: StoredDisclosure
    actor_name: str
    whole: bool
    about: tuple[str, ...]
    case: str | None
    reason: str
    recomputed: Recomputed
    digest_now: str | None
    read_at: datetime
    released: tuple[ReleasedCell, ...]
    cells: tuple[CellRead, ...]
    not_told: int | None
    titles: dict[str, str]
    """By `family-support@1`, what the agreements in it are called."""

    @property
    def refusal(self) -> Refusal | None:
        """Why the request as a whole was refused; None where it was answered."""
        found = self.stored.refused_because
        return None if found is None else Refusal(found)


@dataclass(frozen=True, slots=True)
class CellExplained:
    """One cell of a decision with its tests in order, and the titles of the agreements they are in."""

    decision: DecisionRead
    cell: CellRead
    trace: Trace


def explain_decision(world: World, acting: Acting, disclosure_id: str) -> DecisionRead:
    """The decision. Raises NotAllowed where it is not theirs to read, or not there."""

    def work(act: Act, staff: Staff) -> DecisionRead:
        read, _ = _read(act, world, staff, disclosure_id)
        _log(act, staff, read, len(read.cells))
        return read

    return perform(world, acting, Verb.AUDIT_READ, work)


def explain_cell(world: World, acting: Acting, disclosure_id: str, number: int) -> CellExplained:
    """One cell of it, by its number there. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> CellExplained:
        read, decision = _read(act, world, staff, disclosure_id)
        cell = next((one for one in read.cells if one.number == number), None)
        if cell is None or decision is None:
            raise NotAllowed("decision", "has no such part that is yours to read")
        trace = Traces(decision).of(cell.person, cell.category, cell.controller)
        _log(act, staff, read, 1)
        return CellExplained(read, cell, trace)

    return perform(world, acting, Verb.AUDIT_READ, work)


def _log(act: Act, staff: Staff, read: DecisionRead, rows: int) -> None:
    details = {"report": REPORT, "rows": rows}
    act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=read.about))


def _read(act: Act, world: World, staff: Staff, disclosure_id: str) -> tuple[DecisionRead, Decision | None]:
    stored = find_disclosure(act, disclosure_id)
    whole = stored is not None and stored.recipient == staff.organisation
    about = () if stored is None else stored.request.about if whole else _own_people(act, stored, staff)
    if stored is None or not (whole or about):
        raise NotAllowed("decision", "there is none by this id that is yours to read")
    decision = _again(act, world, stored)
    digest = None if decision is None else decision_digest(decision)
    recomputed = Recomputed.IMPOSSIBLE if digest is None else Recomputed.DIFFERENT
    if digest == stored.decision_digest:
        recomputed = Recomputed.SAME
    cells, not_told = _cells(decision, stored, about, staff.organisation, whole=whole)
    name = find_members(act, [stored.request.by]).get(stored.request.by)
    clauses = [clause for one in cells for clause in one.outcome.clauses]
    read = DecisionRead(
        stored,
        (name.name if name is not None else stored.request.by) if whole else "",
        whole,
        about,
        stored.request.case if whole else None,
        stored.request.reason if whole else "",
        recomputed,
        digest,
        act.at,
        tuple(one for one in stored.cells if whole or _is_own(one, about, staff)),
        cells,
        not_told if whole else None,
        {} if decision is None else dict(_titles(decision, clauses)),
    )
    return read, decision


def _own_people(act: Act, stored: StoredDisclosure, staff: Staff) -> tuple[str, ...]:
    """Whom of those asked about the reader's organisation gave or kept back something of, in the order of the
    request; nobody where nothing of its own was released. Somebody protected since is not among them."""
    everybody = stored.request.about
    if stored.decision_digest == NO_DIGEST:  # told in an emergency: nothing was decided here, and nothing held
        own = {one.person_id for one in stored.cells if one.controller == staff.organisation}
    else:
        known = find_headers(act, everybody, stored.request.at)
        held = [one.header for one in known if one.header.controller == staff.organisation]
        given = {record_id for record_id, _detail in stored.records}
        if given.isdisjoint(one.id for one in held):
            return ()
        own = {person for one in held if one.recorded_at <= stored.request.at for person in one.about}
    people = find_people(act, own)
    return tuple(one for one in everybody if one in own and not is_protected(people.get(one)))


def _is_own(cell: ReleasedCell, about: tuple[str, ...], staff: Staff) -> bool:
    return cell.controller == staff.organisation and cell.person_id in about


def _titles(decision: Decision, clauses: list[str]) -> dict[str, str]:
    plan = decision.plan
    named = clauses if plan is None else [*clauses, *(p.clause for p in Traces(decision).papers)]
    return dict(decision.table.titles(named))


def _cells(
    decision: Decision | None,
    stored: StoredDisclosure,
    about: tuple[str, ...],
    organisation: str,
    *,
    whole: bool,
) -> tuple[tuple[CellRead, ...], int | None]:
    """What may be read of it, and how many cells may not. INVARIANT: of what was not released in tiers T3 and
    above no reason is told but of the reader's own organisation."""
    if decision is None or decision.plan is None or stored.refused_because is not None:
        return (), None
    known, place = decision.table.vocabulary, {one: n for n, one in enumerate(about, start=1)}
    found: list[CellRead] = []
    not_told = 0
    for person, category, controller, outcome in decision.cells():
        if outcome.reasons == (Reason.NO_CLAUSE,) or person not in place:
            continue
        if not (whole or controller == organisation):
            continue
        if (
            outcome.effect is not Effect.PERMIT
            and controller != organisation
            and _is_silent(known, category, controller)
        ):
            not_told += 1
            continue
        found.append(CellRead(len(found) + 1, person, place[person], category, controller, outcome))
    return tuple(found), not_told if not_told >= FEWEST else None


def _is_silent(known: Vocabulary, category: str, controller: str) -> bool:
    return max(known.categories[category].tier, known.organisations[controller].tier) >= Tier.T3


def _again(view: View, world: World, stored: StoredDisclosure) -> Decision | None:
    """The decision made again from what was known at its instant; None where the rules of then can no longer be
    read by this release of the broker."""
    request = stored.request
    if stored.override_barred is not None:
        request = replace(request, override=None)
    table = _table_then(view, world, stored, request.at)
    if table is None:
        return None
    second = request.override.second if request.override is not None else None
    staff_ids = [one for one in (request.by, second) if one]
    facts = gather_facts(view, request.about, case_id=request.case, staff_ids=staff_ids, known_at=request.at)
    return evaluate(table, facts, request)


def _table_then(view: View, world: World, stored: StoredDisclosure, at: datetime) -> DecisionTable | None:
    policies = find_policies(view, digest=stored.policies_digest)
    if policies is None:
        return None
    partnership = world.partnership
    try:
        if partnership.vocabulary.digest != stored.policies_digest:
            files = {name: text.encode() for name, text in policies.files.items()}
            partnership = partnership_of_bytes(files, "rules of then").require()
        return compile_stored(partnership, find_versions(view, known_at=at), policies.adopted_at).table
    except DocumentsRefused:
        return None
