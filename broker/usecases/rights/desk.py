"""The rights desk: everything that waits for an organisation's officers, with its clock, and one of it in full.

Decides who sees what of it: requests and disputes those who answer them, requests also those who release an
answer, breaches those who govern. Whoever knows somebody otherwise than from work sees nothing of what is theirs.
From docs/how-to-rights.md, docs/how-to-breach.md and docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date, datetime
from typing import Any, Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.decision.admission import has_personal_connection
from broker.errors import CallWrong, NotAllowed
from broker.store.headers import find_versions
from broker.store.matters import StoredMatter, find_matter, find_matter_content, find_matters
from broker.store.people import find_people
from broker.store.session import Act
from broker.store.vault import find_identities
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import is_protected, nearby
from broker.usecases.kinds import MatterKind
from broker.usecases.matters import require_unconnected
from broker.usecases.world import World

_OVER: Final = frozenset({"released", "refused", "withdrawn", "corrected", "lifted", "answered", "closed"})
"""States in which nothing is left to do, whatever the kind."""
_READS: Final[Mapping[Verb, tuple[MatterKind, ...]]] = {
    Verb.RIGHTS_ANSWER: (
        MatterKind.SUBJECT_ACCESS,
        MatterKind.RECTIFICATION,
        MatterKind.RESTRICTION,
        MatterKind.COMPLAINT,
    ),
    Verb.RIGHTS_REVIEW: (MatterKind.SUBJECT_ACCESS,),
    Verb.BREACH_DECIDE: (MatterKind.BREACH,),
}


@dataclass(frozen=True, slots=True, repr=False)
class DeskRow:
    """One matter: its kind and state, whom it is about by name (empty for a breach, and where no name is known),
    when it came in and its next clock (None: none runs). Printing it shows nothing."""

    matter_id: str
    kind: MatterKind
    state: str
    name: str
    opened_at: datetime
    due_at: datetime | None

    @property
    def is_over(self) -> bool:
        """Whether nothing is left to do."""
        return self.state in _OVER


@dataclass(frozen=True, slots=True)
class Desk:
    """What waits, the soonest due first, and what is over, the latest first."""

    waiting: tuple[DeskRow, ...]
    over: tuple[DeskRow, ...]
    at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class MatterShown:
    """One matter in full: its row, what is kept of it, the words that were said (under the person's own key) and,
    where it is about a record, the record's kind and day. Printing it shows nothing."""

    row: DeskRow
    about: tuple[str, ...]
    body: Mapping[str, Any]
    words: Mapping[str, str]
    category: str | None
    occurred_on: date | None
    at: datetime
    moved_at: datetime
    """When it was last changed: of one that is over, when that was."""


def desk_verb(world: World, acting: Acting) -> Verb:
    """The verb by which this role reads the desk; answering where it may use none, which is refused."""
    return next(
        (one for one in _READS if world.access.find_role([acting.role], one) is not None), Verb.RIGHTS_ANSWER
    )


def show_desk(world: World, acting: Acting) -> Desk:
    """What waits for an organisation's officers, as far as the role reads it. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> Desk:
        found = find_matters(act, staff.organisation, _kinds(world, acting))
        rows = _rows(act, staff, found)
        details = {"report": "rights-desk", "rows": len(rows)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details))
        over = sorted((one for one in rows if one.is_over), key=lambda one: one.opened_at, reverse=True)
        return Desk(tuple(one for one in rows if not one.is_over), tuple(over[:20]), act.at)

    return perform(world, acting, desk_verb(world, acting), work)


def show_matter(world: World, acting: Acting, kind: MatterKind, matter_id: str) -> MatterShown:
    """One in full. Raises NotAllowed for whoever knows the person, and in one answer for another organisation's,
    one of another kind, one that the role does not read and one never opened."""

    def work(act: Act, staff: Staff) -> MatterShown:
        found = find_matter(act, matter_id)
        theirs = found is not None and found.kind is kind and found.organisation == staff.organisation
        if found is None or not theirs or kind not in _kinds(world, acting):
            raise NotAllowed(f"`{matter_id}`", "is nothing of your organisation's; open it from the list")
        people = () if kind is MatterKind.BREACH else found.about
        require_unconnected(act, staff, *people)
        rows = _rows(act, staff, [found])
        if not rows:
            raise NotAllowed(f"`{matter_id}`", "is nothing of your organisation's; open it from the list")
        details = {"report": f"rights-{kind.value}", "rows": 1}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=people))
        category, occurred_on = _record(act, found)
        return MatterShown(
            rows[0], people, found.body, _words(act, found), category, occurred_on, act.at, found.at
        )

    return perform(world, acting, desk_verb(world, acting), work)


def require_step(step: str, known: Iterable[str]) -> None:
    """Raises CallWrong for a step that this kind of matter has not."""
    if step not in known:
        raise CallWrong("step", "is none that can be taken here; go back and choose again")


def _kinds(world: World, acting: Acting) -> list[MatterKind]:
    return [
        kind
        for verb, kinds in _READS.items()
        if world.access.find_role([acting.role], verb) is not None
        for kind in kinds
    ]


def _rows(act: Act, staff: Staff, found: Iterable[StoredMatter]) -> list[DeskRow]:
    matters = list(found)
    people = {one for matter in matters if matter.kind is not MatterKind.BREACH for one in matter.about}
    hidden = {one for one, person in find_people(act, people).items() if is_protected(person)}
    own = nearby(act, staff)
    names = find_identities(act, people - hidden)
    rows = []
    for matter in matters:
        about = () if matter.kind is MatterKind.BREACH else matter.about
        if has_personal_connection(own, staff, frozenset(about)) or not hidden.isdisjoint(about):
            continue
        name = next((names[one].full_name() for one in about if one in names), "")
        rows.append(DeskRow(matter.id, matter.kind, matter.state, name, matter.opened_at, _due_at(matter)))
    return rows


def _due_at(matter: StoredMatter) -> datetime | None:
    # While somebody is asked who they are the clock stands still.
    return None if matter.state == "clarifying" else matter.due_at


def _words(act: Act, matter: StoredMatter) -> dict[str, str]:
    if matter.kind is not MatterKind.RECTIFICATION:
        return {}
    (about,) = matter.about
    found = find_matter_content(act, matter.id, matter.body["content"], about) or {}
    return {name: str(found.get(name, "")) for name in ("words", "because", "statement")}


def _record(act: Act, matter: StoredMatter) -> tuple[str | None, date | None]:
    record_id = matter.body.get("record") if matter.kind is MatterKind.RECTIFICATION else None
    versions = find_versions(act, [record_id]).get(record_id) if record_id is not None else None
    if not versions:
        return None, None
    return versions[-1].header.category, versions[-1].header.occurred_on
