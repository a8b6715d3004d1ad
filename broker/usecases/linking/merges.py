"""Two ids that are one person, and one id that is two: merging, and taking apart again with everybody told.

Decides that each organisation merges and separates what is its own (its keys for the person and its records),
that a merge gives nobody standing and lifts no marker, that a separation restores both as they were, and that
every release which showed a record under the wrong person is listed and its recipient told, in one act. From
docs/how-to-link.md and UK GDPR Articles 5(1)(d), 16 and 19.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass, replace
from enum import StrEnum, unique
from typing import Any, Final

from broker.access import Verb
from broker.audit.commitment import commit_private
from broker.audit.entry import AuditEntry, instant_text
from broker.audit.events import Event
from broker.canonical import canonical_json
from broker.casework import Staff
from broker.decision.protection import without_protected
from broker.errors import CallWrong
from broker.people import ProtectionMarker, Relationship, RelationshipKind
from broker.rights.breach import BreachKind
from broker.store.audit_private import put_private
from broker.store.gather import gather_facts
from broker.store.headers import find_versions
from broker.store.holds import lift_hold
from broker.store.households import find_households, record_members
from broker.store.links import SourceDecision, find_source_people, find_sources_of, record_source_people
from broker.store.matters import (
    NewMatter,
    append_matter,
    find_matters_about,
    open_matter,
)
from broker.store.people import find_people, record_people
from broker.store.records import find_headers
from broker.store.relationships import record_relationships
from broker.store.rewritten import move_records
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform, random_32
from broker.usecases.kinds import MatterKind
from broker.usecases.linking.link_disputes import DisputeState
from broker.usecases.matters import certain_instant_of, get_matter, require_unconnected
from broker.usecases.release.recall import Reached, Told, Topic, find_releases_of, tell_recipients
from broker.usecases.rights.breaches import NewBreach, open_breach
from broker.usecases.world import World

LINKED: Final = "linked"


@unique
class MergeState(StrEnum):
    """Merged until they are separated."""

    MERGED = "merged"
    SEPARATED = "separated"


@dataclass(frozen=True, slots=True)
class Merged:
    """A merge: whose keys and records of the organisation now stand for whom."""

    matter_id: str
    gone: str
    kept: str
    records: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Separated:
    """A separation: the releases that had shown a record under the wrong person, and the breach where one was
    recorded."""

    matter_id: str
    tainted: tuple[Told, ...]
    breach_id: str | None = None


def merge_people(act: Act, staff: Staff, gone: str, kept: str, evidence: str) -> Merged:
    """Makes one person of two in this act. Raises CallWrong where that could not be undone, or may not be done."""
    facts, _ = without_protected(gather_facts(act, [gone, kept]))
    for one in (gone, kept):
        if one not in facts.people:
            raise CallWrong("person", f"nobody here has the id `{one}`; find the person first")
    if gone == kept:
        raise CallWrong("person", "is the same already")
    require_unconnected(act, staff, gone, kept)
    decided = [one.about for one in facts.consents] + [one.about for one in facts.holder_decisions]
    if gone in decided:
        raise CallWrong("person", f"`{gone}` has decisions of their own: record them for `{kept}` and keep both")
    held = [one for one in find_headers(act, [gone]) if one.header.controller == staff.organisation]
    if any({gone, kept} <= one.header.about | (one.header.mentions or frozenset()) | one.named for one in held):
        raise CallWrong("person", "are two: a record is about both")
    matter_id = act.new_id("m-")
    private, blinding = canonical_json({"evidence": evidence.strip()}), random_32(act)
    entry = entry_of(
        act,
        staff,
        Event.PEOPLE_MERGED,
        {"link": matter_id},
        about=[gone, kept],
        commitment=commit_private(private, blinding),
    )
    put_private(act, kept, blinding, private, entry=entry)
    sources = _own_sources(act, staff, gone)
    because = f"merged {matter_id}"
    record_source_people(act, [replace(one, person_id=kept, because=because) for one in sources], entry=entry)
    records = tuple(sorted(move_records(act, [one.header.id for one in held], gone, kept, entry=entry)))
    body = {
        "gone": gone,
        "kept": kept,
        "at": instant_text(act.at),
        "records": list(records),
        "sources": [one.source_id for one in sources],
        "ties": _copy_ties(act, matter_id, facts.relationships, gone, kept, entry),
        "homes": _join_homes(act, gone, kept, entry),
        "markers": _add_markers(act, gone, kept, entry),
    }
    matter = NewMatter(MatterKind.MERGE, staff.organisation, MergeState.MERGED, None, (gone, kept), body)
    open_matter(act, matter, entry=entry, matter_id=matter_id)
    return Merged(matter_id, gone, kept, records)


def unmerge(
    world: World,
    acting: Acting,
    matter_id: str,
    reason: str,
    *,
    records: Iterable[str] = (),
    breach: str = "",
) -> Separated:
    """Takes a merge apart: both are as they were. `records` are the ids of records that came since and go with
    them; with `breach` (what happened, in a sentence) one is recorded. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> Separated:
        matter = get_matter(act, staff, MatterKind.MERGE, matter_id)
        if matter.state != MergeState.MERGED:
            raise CallWrong("merge", f"`{matter_id}` was taken apart already")
        body = matter.body
        gone, kept = body["gone"], body["kept"]
        require_unconnected(act, staff, gone, kept)
        extra = _own_records(act, staff, kept, records)
        moved = sorted({*body["records"], *extra})
        since = certain_instant_of(body["at"])
        tainted = [one for one in find_releases_of(act, moved) if one.disclosure.request.at >= since]
        entry = _separating(act, staff, matter_id, (gone, kept), len(tainted), reason)
        back = find_source_people(act, staff.organisation, body["sources"])
        because = f"unmerged {matter_id}"
        decisions = [
            replace(one, person_id=gone, because=because) for one in back.values() if one.person_id == kept
        ]
        record_source_people(act, decisions, entry=entry)
        move_records(act, moved, kept, gone, entry=entry)
        for tie_id, tie in body["ties"]:
            record_relationships(act, [(tie_id, _tie(tie))], entry=entry, retract=True)
        for home in body["homes"]:
            record_members(act, home, left=[kept], entry=entry)
        _take_markers(act, kept, body["markers"], entry)
        append_matter(act, matter, MergeState.SEPARATED, None, body, entry=entry)
        return _told(act, world, staff, matter_id, tainted, (gone, kept), breach, entry)

    return perform(world, acting, Verb.LINK_UNMERGE, work)


def split_person(
    world: World,
    acting: Acting,
    person_id: str,
    other: str,
    records: Iterable[str],
    sources: Iterable[str],
    reason: str,
    *,
    breach: str = "",
) -> Separated:
    """Gives somebody else (`other`, made known before) the records and the organisation's own keys that were taken
    for this person's when they were loaded. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> Separated:
        facts, _ = without_protected(gather_facts(act, [person_id, other]))
        for one in (person_id, other):
            if one not in facts.people:
                raise CallWrong("person", f"nobody here has the id `{one}`; find or add the person first")
        require_unconnected(act, staff, person_id, other)
        moved = sorted(_own_records(act, staff, person_id, records))
        found = find_source_people(act, staff.organisation, list(sources))
        keys = [one for one in found.values() if one.person_id == person_id and one.decision_code == LINKED]
        if len(keys) != len(set(sources)) or not (moved or keys):
            raise CallWrong("source", "is none of this person's; list them with `broker link sources`")
        matter_id = act.new_id("m-")
        tainted = list(find_releases_of(act, moved))
        entry = _separating(act, staff, matter_id, (person_id, other), len(tainted), reason)
        because = f"split {matter_id}"
        record_source_people(act, [replace(one, person_id=other, because=because) for one in keys], entry=entry)
        move_records(act, moved, person_id, other, entry=entry)
        body = {"gone": other, "kept": person_id, "records": moved, "sources": [one.source_id for one in keys]}
        matter = NewMatter(
            MatterKind.MERGE, staff.organisation, MergeState.SEPARATED, None, (person_id, other), body
        )
        open_matter(act, matter, entry=entry, matter_id=matter_id)
        return _told(act, world, staff, matter_id, tainted, (person_id, other), breach, entry)

    return perform(world, acting, Verb.LINK_UNMERGE, work)


def list_sources(world: World, acting: Acting, person_id: str) -> tuple[SourceDecision, ...]:
    """By which of the organisation's own keys, and on what evidence, somebody is known. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[SourceDecision, ...]:
        facts, _ = without_protected(gather_facts(act, [person_id]))
        found = _own_sources(act, staff, person_id) if person_id in facts.people else []
        details = {"report": "link-sources", "rows": len(found)}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=[person_id]))
        return tuple(found)

    return perform(world, acting, Verb.LINK_REVIEW, work)


def _separating(
    act: Act, staff: Staff, matter_id: str, about: tuple[str, str], tainted: int, reason: str
) -> AuditEntry:
    if not reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why they are two people")
    private, blinding = canonical_json({"reason": reason.strip()}), random_32(act)
    entry = entry_of(
        act,
        staff,
        Event.PEOPLE_UNMERGED,
        {"link": matter_id, "reason": "two-people", "tainted": tainted},
        about=about,
        commitment=commit_private(private, blinding),
    )
    put_private(act, about[1], blinding, private, entry=entry)
    return entry


def _told(
    act: Act,
    world: World,
    staff: Staff,
    matter_id: str,
    tainted: list[Reached],
    people: tuple[str, str],
    breach: str,
    entry: AuditEntry,
) -> Separated:
    """Tells the recipients, ends this organisation's freeze of the two, and records the breach where one is
    named."""
    told = tell_recipients(act, staff, Topic.UNMERGED, tainted)
    for one in find_matters_about(act, people, [MatterKind.NOT_THIS_PERSON]):
        whole = one.body["record"] is None and one.organisation == staff.organisation
        if whole and one.state == DisputeState.FROZEN:
            lift_hold(act, one.id, concerned=people, entry=entry)
            append_matter(act, one, DisputeState.MOVED, None, one.body, entry=entry)
    breach_id = None
    if breach.strip():
        sides = [
            one.disclosure.id
            for one in tainted
            if staff.organisation in {one.disclosure.recipient, *(cell.controller for cell in one.cells)}
        ]
        new = NewBreach(BreachKind.CONFIDENTIALITY, breach.strip(), disclosures=tuple(sides))
        breach_id = open_breach(act, world, staff, new).breach_id
    return Separated(matter_id, told, breach_id)


def _own_sources(act: Act, staff: Staff, person_id: str) -> list[SourceDecision]:
    keys = {one.source_id for one in find_sources_of(act, person_id) if one.controller == staff.organisation}
    governing = find_source_people(act, staff.organisation, keys)
    return [
        one for _, one in sorted(governing.items()) if one.person_id == person_id and one.decision_code == LINKED
    ]


def _own_records(act: Act, staff: Staff, person_id: str, records: Iterable[str]) -> set[str]:
    wanted = set(records)
    held = {
        one.header.id
        for one in find_headers(act, [person_id])
        if one.header.controller == staff.organisation and person_id in one.header.about
    }
    frozen = _frozen_records(act, staff, person_id, wanted - held)
    if wanted - held - frozen:
        raise CallWrong("record", f"`{min(wanted - held - frozen)}` is none that you hold about this person")
    return wanted


def _frozen_records(act: Act, staff: Staff, person_id: str, wanted: set[str]) -> set[str]:
    """Those of the records that a freeze keeps out of sight."""
    return {
        record_id
        for record_id, versions in find_versions(act, wanted).items()
        if versions[-1].header.controller == staff.organisation
        and person_id in versions[-1].header.about
        and not versions[-1].retracted
    }


def _copy_ties(
    act: Act, matter_id: str, every: Iterable[Relationship], gone: str, kept: str, entry: AuditEntry
) -> list[Any]:
    """The ties of whoever goes, copied to whoever stays: they make a conflict of interest, and give no
    standing."""
    copies = []
    for number, tie in enumerate(one for one in every if gone in (one.from_id, one.to_id)):
        ends = [kept if one == gone else one for one in (tie.from_id, tie.to_id)]
        if ends[0] == ends[1]:
            continue
        copy = Relationship(ends[0], ends[1], tie.kind, interval=tie.interval)
        tie_id = f"{matter_id}-{number}"
        record_relationships(act, [(tie_id, copy)], entry=entry)
        copies.append([tie_id, [copy.from_id, copy.to_id, copy.kind.value]])
    return copies


def _tie(found: list[str]) -> Relationship:
    return Relationship(found[0], found[1], RelationshipKind(found[2]))


def _join_homes(act: Act, gone: str, kept: str, entry: AuditEntry) -> list[str]:
    joined = []
    for home in find_households(act, [gone]):
        if gone in home.members and kept not in home.members:
            record_members(act, home.id, joined=[kept], entry=entry)
            joined.append(home.id)
    return joined


def _add_markers(act: Act, gone: str, kept: str, entry: AuditEntry) -> list[str]:
    people = find_people(act, [gone, kept])
    added = people[gone].markers - people[kept].markers
    if added:
        record_people(act, [replace(people[kept], markers=people[kept].markers | added)], entry=entry)
    return sorted(added)


def _take_markers(act: Act, kept: str, added: list[str], entry: AuditEntry) -> None:
    person = find_people(act, [kept])[kept]
    left = person.markers - {ProtectionMarker(one) for one in added}
    if left != person.markers:
        record_people(act, [replace(person, markers=left)], entry=entry)
