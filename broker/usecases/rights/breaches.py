"""Breaches: recorded by whoever notices, assessed by those who govern, with clocks that surface when they run out.

Decides that a breach which was a release counts what that release showed, that the organisations on both sides
of it are told at once and each only of what concerns it, and that a warning waits for the officers a day before
the 72 hours end. `open_breach` is for other acts that find one (an override review, an un-merge). From UK GDPR
Articles 33 and 34 and docs/how-to-breach.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any, Final

from broker.access import Verb
from broker.audit.entry import AuditEntry, instant_text
from broker.audit.events import Event
from broker.casework import Staff
from broker.errors import CallWrong, did_you_mean
from broker.rights.breach import (
    AUTHORITY_WITHIN,
    Assessment,
    Breach,
    BreachKind,
    BreachState,
    NotTold,
    Risk,
    Step,
    check_assessment,
    check_closing,
    check_step,
)
from broker.rights.clocks import Clock, next_due
from broker.store.disclosures import StoredDisclosure, find_disclosure
from broker.store.matters import NewMatter, StoredMatter, append_matter, find_matters, open_matter
from broker.store.notices import NewNotice, mark_sent, queue_notices
from broker.store.session import Act, View
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.kinds import MatterKind
from broker.usecases.matters import certain_instant_of, get_matter, instant_of, plain_fields, require_none
from broker.usecases.release.recall import Reached, shown_by
from broker.usecases.world import World
from broker.vocabulary.codes import Vocabulary

BREACH: Final = "breach"
CLOCK: Final = "breach-clock"
_WARN: Final = timedelta(hours=24)


@dataclass(frozen=True, slots=True)
class NewBreach:
    """A breach to record. `people` and `records` are counts at least; naming `disclosures` counts what they
    released. `aware_at` None is now."""

    kind: BreachKind
    what: str
    aware_at: datetime | None = None
    happened_at: datetime | None = None
    categories: frozenset[str] = frozenset()
    people: int = 0
    records: int = 0
    disclosures: tuple[str, ...] = ()
    partners: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class BreachNow:
    """A breach with its state and clocks, and the instant of asking."""

    breach_id: str
    breach: Breach
    state: str
    at: datetime

    @property
    def overdue(self) -> tuple[Clock, ...]:
        """The clocks that ran out and are not done."""
        if self.state == BreachState.CLOSED:
            return ()
        return tuple(clock for clock in self.breach.clocks() if clock.is_overdue(self.at))


def record_breach(world: World, acting: Acting, new: NewBreach) -> BreachNow:
    """Records a breach and tells the partners concerned, one transaction. Raises NotAllowed, CallWrong."""
    return perform(world, acting, Verb.BREACH_RECORD, lambda act, staff: open_breach(act, world, staff, new))


def open_breach(act: Act, world: World, staff: Staff, new: NewBreach) -> BreachNow:
    """Records a breach in an act that found one. Raises CallWrong."""
    vocabulary = world.partnership.vocabulary
    if new.people < 0 or new.records < 0:
        raise CallWrong("people", "and `records` are counts, none or more")
    found = [shown_by(act, _get_release(act, staff, one)) for one in dict.fromkeys(new.disclosures)]
    releases = [one for one in found if one is not None]
    breach = _breach(act, staff, new, releases, vocabulary)
    _require_fit(act, vocabulary, breach)
    breach_id = act.new_id("m-")
    people = tuple(sorted({cell.person_id for one in releases for cell in one.cells}))
    details = {
        "breach": breach_id,
        "kind": breach.kind.value,
        "people": breach.people,
        "aware_at": instant_text(breach.aware_at),
        "due_at": instant_text(breach.aware_at + AUTHORITY_WITHIN),
        "disclosures": len(breach.disclosures),
    }
    entry = entry_of(act, staff, Event.BREACH_RECORDED, details, about=people)
    told = [
        NewNotice(BREACH, one, act.at, {"breach": breach_id, **part})
        for one in breach.partners
        for part in _concerning(one, releases)
    ]
    warning = NewNotice(
        CLOCK, staff.organisation, max(act.at, breach.aware_at + AUTHORITY_WITHIN - _WARN), {"breach": breach_id}
    )
    clock_id, *_ = queue_notices(act, [warning, *told], entry=entry)
    body = _body(breach, clock_id)
    new_matter = NewMatter(
        MatterKind.BREACH, staff.organisation, breach.state, next_due(breach.clocks()), people, body
    )
    open_matter(act, new_matter, entry=entry, matter_id=breach_id)
    return BreachNow(breach_id, breach, breach.state, act.at)


def assess_breach(
    world: World,
    acting: Acting,
    breach_id: str,
    risk: Risk,
    reason: str,
    *,
    report: bool,
    people_not_told: NotTold | None = None,
) -> BreachNow:
    """Decides the risk, whether the Commissioner is told and, for a high risk, why people are not. Raises
    NotAllowed, CallWrong."""

    def change(breach: Breach, at: datetime) -> Breach:
        made = Assessment(risk, report, reason.strip(), at, people_not_told)
        require_none("breach", check_assessment(breach, made))
        return replace(breach, assessment=made)

    return _changed(world, acting, breach_id, f"assessed-{risk.value}", change)


def note_breach(
    world: World, acting: Acting, breach_id: str, step: Step, done_at: datetime | None, late_because: str = ""
) -> BreachNow:
    """Notes that somebody was told, at an instant (None: now). Raises NotAllowed, CallWrong."""

    def change(breach: Breach, at: datetime) -> Breach:
        when = done_at or at
        require_none("breach", check_step(breach, step, when, at, late_because))
        return breach.noted(step, when, late_because.strip())

    return _changed(world, acting, breach_id, step.value, change)


def close_breach(world: World, acting: Acting, breach_id: str) -> BreachNow:
    """Closes a breach. Raises NotAllowed, and CallWrong with what is still to be done."""

    def change(breach: Breach, at: datetime) -> Breach:  # noqa: ARG001 - the signature is that of every change
        require_none("breach", check_closing(breach))
        return breach

    return _changed(world, acting, breach_id, "closed", change, BreachState.CLOSED)


def list_breaches(world: World, acting: Acting) -> tuple[BreachNow, ...]:
    """The organisation's breaches, those with a clock running first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[BreachNow, ...]:
        found = tuple(_now(one, act.at) for one in find_matters(act, staff.organisation, [MatterKind.BREACH]))
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "breaches", "rows": len(found)}))
        return found

    return perform(world, acting, Verb.BREACH_DECIDE, work)


def _changed(
    world: World,
    acting: Acting,
    breach_id: str,
    what: str,
    change: Callable[[Breach, datetime], Breach],
    state: BreachState | None = None,
) -> BreachNow:
    def work(act: Act, staff: Staff) -> BreachNow:
        matter = get_matter(act, staff, MatterKind.BREACH, breach_id)
        if matter.state == BreachState.CLOSED:
            raise CallWrong("breach", f"`{breach_id}` is closed; record a new one")
        breach = change(_breach_from(matter.body), act.at)
        entry = entry_of(act, staff, Event.BREACH_CHANGED, {"breach": breach_id, "change": what})
        clock_id = matter.body["clock_notice"]
        _still(act, breach, clock_id, entry)
        after = state or breach.state
        append_matter(act, matter, after, next_due(breach.clocks()), _body(breach, clock_id), entry=entry)
        return BreachNow(breach_id, breach, after, act.at)

    return perform(world, acting, Verb.BREACH_DECIDE, work)


def _still(act: Act, breach: Breach, clock_id: str, entry: AuditEntry) -> None:
    """Takes the warning away once the Commissioner was told or need not be."""
    if breach.clocks()[0].done_at is not None:
        mark_sent(act, clock_id, entry=entry)


def _breach(act: Act, staff: Staff, new: NewBreach, releases: list[Reached], vocabulary: Vocabulary) -> Breach:
    cells = [cell for one in releases for cell in one.cells]
    # A body outside the partnership is told by whoever gave it to them.
    recipients = {one.disclosure.recipient for one in releases} & vocabulary.organisations.keys()
    concerned = new.partners | {cell.controller for cell in cells} | recipients
    partners = tuple(sorted(concerned - {staff.organisation}))
    return Breach(
        new.kind,
        new.what.strip(),
        new.aware_at or act.at,
        new.happened_at,
        tuple(sorted(new.categories | {cell.category for cell in cells})),
        max(new.people, len({cell.person_id for cell in cells})),
        max(new.records, len({record_id for one in releases for record_id in one.records})),
        tuple(dict.fromkeys(new.disclosures)),
        partners,
        partners_told_at=act.at if partners else None,
    )


def _require_fit(act: Act, vocabulary: Vocabulary, breach: Breach) -> None:
    if not breach.what:
        raise CallWrong("what", "is missing: say in a sentence what happened")
    if breach.aware_at > act.at or (breach.happened_at or act.at) > act.at:
        raise CallWrong("aware", "nobody can be aware of what lies in the future; correct the instant")
    for what, codes, known in (
        ("category", breach.categories, vocabulary.categories),
        ("partner", breach.partners, vocabulary.organisations),
    ):
        for code in codes:
            if code not in known:
                raise CallWrong(what, f"`{code}` is not known{did_you_mean(code, known)}")


def _get_release(view: View, staff: Staff, disclosure_id: str) -> StoredDisclosure:
    """A release that the organisation gave from or received. Anybody else's is as one that never was."""
    found = find_disclosure(view, disclosure_id)
    if found is not None:
        sides = {found.recipient, *(cell.controller for cell in found.cells)}
        if staff.organisation in sides:
            return found
    raise CallWrong("release", f"`{disclosure_id}` is no release of your organisation's; copy its reference")


def _concerning(partner: str, releases: Iterable[Reached]) -> list[dict[str, Any]]:
    """What a partner is told, release by release: all of it where it received it, else its own part. One that no
    release names is told that there was a breach."""
    found: list[dict[str, Any]] = []
    for one in releases:
        cells = [cell for cell in one.cells if partner in (one.disclosure.recipient, cell.controller)]
        if cells:
            kinds = sorted({(cell.category, cell.controller) for cell in cells})
            found.append({"disclosure": one.disclosure.id, "cells": [list(kind) for kind in kinds]})
    return found or [{}]


def _now(matter: StoredMatter, at: datetime) -> BreachNow:
    return BreachNow(matter.id, _breach_from(matter.body), matter.state, at)


def _body(breach: Breach, clock_id: str) -> dict[str, Any]:
    made = breach.assessment
    whole = plain_fields(replace(breach, assessment=None))
    return {**whole, "assessment": None if made is None else plain_fields(made), "clock_notice": clock_id}


def _breach_from(body: dict[str, Any]) -> Breach:
    made = body["assessment"]
    return Breach(
        BreachKind(body["kind"]),
        body["what"],
        certain_instant_of(body["aware_at"]),
        instant_of(body["happened_at"]),
        tuple(body["categories"]),
        body["people"],
        body["records"],
        tuple(body["disclosures"]),
        tuple(body["partners"]),
        None if made is None else _assessment_from(made),
        instant_of(body["authority_told_at"]),
        body["late_because"],
        instant_of(body["partners_told_at"]),
        instant_of(body["people_told_at"]),
    )


def _assessment_from(body: dict[str, Any]) -> Assessment:
    not_told = body["people_not_told"]
    return Assessment(
        Risk(body["risk"]),
        body["report"],
        body["reason"],
        certain_instant_of(body["at"]),
        None if not_told is None else NotTold(not_told),
    )
