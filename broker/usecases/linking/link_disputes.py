"""“This is not my client”: a record is frozen at once, and looked at by whoever holds it.

Decides that anybody to whom a record was shown, or whose organisation holds it, may say so; that it is not
released from that instant until its holder has looked; that somebody thought to be two people can be frozen
whole; and that whoever says so learns nothing by it. From UK GDPR Articles 5(1)(d) and 16 and
docs/how-to-link.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Any, Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.decision.protection import without_protected
from broker.errors import CallWrong
from broker.store.disclosures import find_disclosures_about
from broker.store.gather import gather_facts
from broker.store.headers import HeaderVersion, find_versions
from broker.store.holds import lift_hold, place_hold
from broker.store.matters import NewMatter, StoredMatter, append_matter, find_matters, open_matter
from broker.store.notices import NewNotice, queue_notices
from broker.store.rewritten import move_records
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.kinds import DisclosureOutcome, MatterKind
from broker.usecases.matters import get_matter, require_unconnected
from broker.usecases.release.recall import Told, Topic, find_releases_of, tell_recipients
from broker.usecases.world import World

CLAIMED: Final = "not-this-person-claimed"


@unique
class DisputeState(StrEnum):
    """Frozen until its holder has looked: rightly theirs, moved to whom it is about, or set aside for good."""

    FROZEN = "frozen"
    RIGHT = "right"
    MOVED = "moved"
    SET_ASIDE = "set-aside"


@dataclass(frozen=True, slots=True)
class LinkDispute:
    """Something frozen: a record, or (`record_id` None) everything about somebody."""

    matter_id: str
    record_id: str | None
    about: tuple[str, ...]
    state: DisputeState
    since: datetime
    told: tuple[Told, ...] = ()


def dispute_record(world: World, acting: Acting, record_id: str, words: str) -> str:
    """Freezes a record that is said to be about somebody else, and returns the reference of the review. Raises
    NotAllowed, and CallWrong for a record that was never shown to this organisation nor is its own."""

    def work(act: Act, staff: Staff) -> str:
        if not words.strip():
            raise CallWrong("words", "are missing: say why it is not about this person")
        newest = _shown(act, staff, record_id)
        header = newest.header
        matter_id = act.new_id("m-")
        about = tuple(sorted(header.about))
        details = {"matter": matter_id, "kind": MatterKind.NOT_THIS_PERSON.value}
        entry = entry_of(act, staff, Event.RIGHTS_REQUESTED, details, about=about)
        body = {"record": record_id, "words": words.strip(), "by": staff.organisation}
        matter = NewMatter(MatterKind.NOT_THIS_PERSON, header.controller, DisputeState.FROZEN, None, about, body)
        open_matter(act, matter, entry=entry, matter_id=matter_id)
        place_hold(act, matter_id, record_ids=[record_id], concerned=about, entry=entry)
        notice = NewNotice(CLAIMED, header.controller, act.at, {"matter": matter_id, "records": [record_id]})
        queue_notices(act, [notice], entry=entry)
        return matter_id

    return perform(world, acting, Verb.LINK_DISPUTE, work)


def freeze_person(world: World, acting: Acting, person_id: str, words: str) -> str:
    """Freezes everything about somebody who may be two people, and returns the reference. Raises NotAllowed,
    CallWrong."""

    def work(act: Act, staff: Staff) -> str:
        if not words.strip():
            raise CallWrong("words", "are missing: say why they may be two people")
        facts, _ = without_protected(gather_facts(act, [person_id]))
        if person_id not in facts.people:
            raise CallWrong("person", f"nobody here has the id `{person_id}`; find the person first")
        require_unconnected(act, staff, person_id)
        matter_id = act.new_id("m-")
        details = {"matter": matter_id, "kind": MatterKind.NOT_THIS_PERSON.value}
        entry = entry_of(act, staff, Event.RIGHTS_REQUESTED, details, about=[person_id])
        body = {"record": None, "words": words.strip(), "by": staff.organisation}
        matter = NewMatter(
            MatterKind.NOT_THIS_PERSON, staff.organisation, DisputeState.FROZEN, None, (person_id,), body
        )
        open_matter(act, matter, entry=entry, matter_id=matter_id)
        place_hold(act, matter_id, person_ids=[person_id], concerned=[person_id], entry=entry)
        return matter_id

    return perform(world, acting, Verb.LINK_UNMERGE, work)


def settle_dispute(
    world: World,
    acting: Acting,
    matter_id: str,
    reason: str,
    *,
    right: bool,
    move: tuple[str, str] | None = None,
) -> LinkDispute:
    """Ends a freeze. `right`: it is theirs and is released again. Else it is moved (`move`: from whom to whom,
    ids) or, without, set aside for good; whoever received it under the wrong person is told. Raises NotAllowed,
    CallWrong."""

    def work(act: Act, staff: Staff) -> LinkDispute:
        matter = get_matter(act, staff, MatterKind.NOT_THIS_PERSON, matter_id)
        record_id = matter.body["record"]
        if matter.state != DisputeState.FROZEN:
            raise CallWrong("dispute", f"`{matter_id}` is `{matter.state}` already")
        if not reason.strip():
            raise CallWrong("reason", "is missing: say what was looked at")
        if record_id is None and not right:
            raise CallWrong("dispute", "is about a whole person: take them apart with `broker link split`")
        require_unconnected(act, staff, *matter.about, *(move or ()))
        state = _state(right=right, moved=move is not None)
        finding = entry_of(
            act, staff, Event.LINK_REVIEWED, {"link": matter_id, "finding": state.value}, about=matter.about
        )
        told: tuple[Told, ...] = ()
        if not right:
            told = tell_recipients(act, staff, Topic.NOT_THIS_PERSON, find_releases_of(act, [record_id]))
        if move is not None:
            _move(act, record_id, matter.about, move, finding)
        if state is not DisputeState.SET_ASIDE:
            concerned = [*matter.about, *(move or ())]
            lift_hold(act, matter_id, concerned=concerned, entry=finding)
        body = {**matter.body, "reason": reason.strip()}
        append_matter(act, matter, state, None, body, entry=finding)
        return LinkDispute(matter_id, record_id, matter.about, state, matter.opened_at, told)

    return perform(world, acting, Verb.LINK_REVIEW, work)


def list_disputes(world: World, acting: Acting) -> tuple[LinkDispute, ...]:
    """What the organisation has to look at, the longest frozen first. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[LinkDispute, ...]:
        matters = find_matters(act, staff.organisation, [MatterKind.NOT_THIS_PERSON], [DisputeState.FROZEN])
        found = tuple(_now(one) for one in sorted(matters, key=lambda one: (one.opened_at, one.id)))
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "link-disputes", "rows": len(found)}))
        return found

    return perform(world, acting, Verb.LINK_REVIEW, work)


def _shown(act: Act, staff: Staff, record_id: str) -> HeaderVersion:
    """The record as it now is, if it is the organisation's or was shown to it. One answer for every other."""
    versions = find_versions(act, [record_id])
    held = versions.get(record_id, ())
    newest = held[-1] if held else None
    if newest is not None and not newest.retracted:
        own = newest.header.controller == staff.organisation
        if own or _received(act, staff, record_id, versions):
            return newest
    raise CallWrong("record", f"`{record_id}` is none that your organisation was shown; copy its id")


def _received(act: Act, staff: Staff, record_id: str, versions: Mapping[str, Any]) -> bool:
    people = {one for version in versions[record_id] for one in version.header.about}
    return any(
        disclosure.recipient == staff.organisation
        and disclosure.outcome is DisclosureOutcome.ANSWERED
        and any(released == record_id for released, _ in disclosure.records)
        for person_id in sorted(people)
        for disclosure in find_disclosures_about(act, person_id)
    )


def _move(act: Act, record_id: str, about: tuple[str, ...], move: tuple[str, str], entry: Any) -> None:
    wrong, right = move
    if wrong not in about:
        raise CallWrong("from", "is nobody the record is about")
    facts, _ = without_protected(gather_facts(act, [right]))
    if right not in facts.people:
        raise CallWrong("to", f"nobody here has the id `{right}`; find or add the person first")
    if right in about:
        raise CallWrong("to", "is somebody the record is about already")
    move_records(act, [record_id], wrong, right, entry=entry)


def _state(*, right: bool, moved: bool) -> DisputeState:
    if right:
        return DisputeState.RIGHT
    return DisputeState.MOVED if moved else DisputeState.SET_ASIDE


def _now(matter: StoredMatter) -> LinkDispute:
    return LinkDispute(
        matter.id, matter.body["record"], matter.about, DisputeState(matter.state), matter.opened_at
    )
