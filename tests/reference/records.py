"""Records: which are released, at what detail, with which fields.

From the rules (docs/rules.md, part 1), **A record** of a permitted cell is released when ...
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from typing import Any

from tests.reference.cells import Decided, is_recorded
from tests.reference.clauses import Grant
from tests.reference.facts import Cell, Doc, World, detail_rank, highest_detail, lowest_detail, tier_rank
from tests.reference.instants import day, day_after, day_before, london_day

ANOTHER_PERSON = "another person"
Decisions = dict[Cell, Decided]


@dataclass(frozen=True)
class RecordDecided:
    """A record released (`detail`, `fields`, `cleared`, `clauses`) or withheld (`reasons`)."""

    record: Doc
    detail: str
    fields: dict[str, Any]
    cleared: tuple[str, ...]
    clauses: tuple[str, ...]
    reasons: frozenset[str]

    @property
    def is_released(self) -> bool:
        """Whether it is released at all."""
        return self.detail != "withheld"


@dataclass(frozen=True, eq=False)
class Means:
    """What carries a record for one person: a grant, or (None) an override."""

    grant: Grant | None
    detail: str


def about(record: Doc) -> list[str]:
    """Everyone a record is about, each once."""
    return list(dict.fromkeys(record["about"]))


def decided_for(decisions: Decisions, record: Doc, person: str) -> Decided | None:
    """The cell of a person and this record, where that person is requested."""
    return decisions.get(Cell(person, record["category"], record["controller"]))


def reaches(world: World, grant: Grant, record: Doc) -> bool:
    """“(Its day on or after `at`'s day minus the period)”"""
    look_back = grant.body.get("look_back")
    return look_back is None or day(record["occurred"]) >= day_before(london_day(world.at), look_back)


def means(world: World, decisions: Decisions, record: Doc, person: str) -> list[Means]:
    """The passing grants of a person's cell whose look-back reaches the record; an override has “no look-back
    limit”.
    """
    decided = decided_for(decisions, record, person)
    if decided is None or not decided.is_permitted:
        return []
    if decided.override_detail is not None:
        return [Means(None, decided.override_detail)]
    return [Means(grant, grant.body["detail"]) for grant in decided.passing if reaches(world, grant, record)]


def is_cleared(world: World, decisions: Decisions, record: Doc, person: str) -> bool:
    """“A person, whether it is about them or only mentions them, is cleared when they are a requested data
    subject, their cell is permitted, and some passing grant's look-back reaches the record.”
    """
    return bool(means(world, decisions, record, person))


def may_mask(world: World, decisions: Decisions, record: Doc, cleared: list[str]) -> bool:
    """“And the category says `joint: mask`, or the purpose is `protective` and the cell's tier is at most T3”; an
    override brings “the third-party rule of a `protective` purpose” where it is what clears everybody cleared.
    """
    overridden = bool(cleared) and all(
        any(each.grant is None for each in means(world, decisions, record, who)) for who in cleared
    )
    is_low = tier_rank(world.tier(record["category"], record["controller"])) <= tier_rank("T3")
    return world.categories[record["category"]].get("joint") == "mask" or (
        is_low and (overridden or world.purpose.get("protective", False))
    )


def detail_for(world: World, decisions: Decisions, record: Doc, cleared: list[str]) -> str:
    """“Its detail is the lowest over them of the highest detail among their grants that reach it.”"""
    return lowest_detail(
        [highest_detail([each.detail for each in means(world, decisions, record, who)]) for who in cleared]
    )


def reasons_withheld(decisions: Decisions, record: Doc) -> frozenset[str]:
    """“Withheld: `beyond-look-back` if that alone is missing, else the cell's own reasons if it is about one
    person, else `third-party`.”
    """
    cells = [decided_for(decisions, record, person) for person in about(record)]
    if all(decided is not None and decided.is_permitted for decided in cells):
        return frozenset({"beyond-look-back"})
    if len(cells) == 1 and cells[0] is not None:
        return cells[0].reasons
    return frozenset({"third-party"})


def retention_starts_on(world: World, record: Doc) -> date:
    """“A period from the day it occurred, or `born`: from the birth of the youngest it is about whose birth is
    known, else from the day it occurred.”
    """
    births = [
        day(world.people[person]["born"])
        for person in about(record)
        if world.people[person].get("born") is not None
    ]
    is_from_birth = isinstance(world.categories[record["category"]]["retention"], dict)
    return max(births) if is_from_birth and births else day(record["occurred"])


def is_retention_over(world: World, record: Doc) -> bool:
    """“Over on the day that period ends.”"""
    retention = world.categories[record["category"]]["retention"]
    keep = retention["keep"] if isinstance(retention, dict) else retention
    return london_day(world.at) >= day_after(retention_starts_on(world, record), keep)


def declared_fields(world: World, record: Doc) -> list[Doc]:
    """The category's fields that this record fills in."""
    return [
        field
        for field in world.categories[record["category"]].get("fields", [])
        if field["name"] in record["fields"]
    ]


def named_in_fields(world: World, record: Doc) -> set[str]:
    """Everyone a `person` field of the record names, whatever its level."""
    return {record["fields"][f["name"]] for f in declared_fields(world, record) if f["kind"] == "person"}


def concerned(world: World, record: Doc) -> set[str]:
    """“Anyone the record is about, mentions or names in a `person` field.”"""
    return set(about(record)) | set(record.get("mentions") or []) | named_in_fields(world, record)


def is_address_protected(world: World, person: str) -> bool:
    """“Is marked `address-protected`, or shares a household with one who is.”"""
    return any(
        "address-protected" in world.people[who].get("markers", [])
        for who in {person} | world.housemates(person)
        if who in world.people
    )


def may_show_addresses(world: World, decisions: Decisions, record: Doc, detail: str) -> bool:
    """“Unless every grant of a cleared person that reaches the record and gives at least the detail released says
    `protected_address: true`”; an override says no such thing.
    """
    carrying = [
        each
        for who in concerned(world, record)
        for each in means(world, decisions, record, who)
        if detail_rank(each.detail) >= detail_rank(detail)
    ]
    return all(each.grant is not None and each.grant.body.get("protected_address", False) for each in carrying)


def hides_addresses(world: World, decisions: Decisions, record: Doc, detail: str) -> bool:
    """Whether `address`, `place` and `narrative` fields are left out for somebody's safety."""
    return any(is_address_protected(world, who) for who in concerned(world, record)) and not may_show_addresses(
        world, decisions, record, detail
    )


def hides_narrative(world: World, decisions: Decisions, record: Doc) -> bool:
    """“Left out when anyone is masked, when `mentions` is not stated, or when it or a `person` field names
    anyone not cleared: free text cannot be masked safely.”
    """
    return record.get("mentions") is None or any(
        not is_cleared(world, decisions, record, who) for who in concerned(world, record)
    )


def shown_fields(world: World, decisions: Decisions, record: Doc, detail: str) -> dict[str, Any]:
    """“Show up to that detail's `level`. A `person` field whose value is not cleared shows `another person`.”"""
    hidden = set()
    if hides_narrative(world, decisions, record):
        hidden |= {"narrative"}
    if hides_addresses(world, decisions, record, detail):
        hidden |= {"address", "place", "narrative"}
    values = {
        field["name"]: (
            ANOTHER_PERSON
            if field["kind"] == "person"
            and not is_cleared(world, decisions, record, record["fields"][field["name"]])
            else record["fields"][field["name"]]
        )
        for field in declared_fields(world, record)
        if field["kind"] not in hidden and detail_rank(field["level"]) <= detail_rank(detail)
    }
    return dict(sorted(values.items()))


def carrying_clauses(world: World, decisions: Decisions, record: Doc, cleared: list[str], detail: str) -> set[str]:
    """The clauses of the grants that carry a record: of those it is released for, reaching it, giving as much."""
    return {
        each.grant.ref
        for who in cleared
        for each in means(world, decisions, record, who)
        if each.grant is not None and detail_rank(each.detail) >= detail_rank(detail)
    }


def withheld(record: Doc, reasons: frozenset[str]) -> RecordDecided:
    """A record not released."""
    return RecordDecided(record, "withheld", {}, (), (), reasons)


def decide_record(world: World, decisions: Decisions, record: Doc) -> RecordDecided:
    """Who it is about, then retention, then fields."""
    everyone = about(record)
    cleared = [person for person in everyone if is_cleared(world, decisions, record, person)]
    is_masked = len(cleared) < len(everyone)
    if not cleared or (is_masked and not may_mask(world, decisions, record, cleared)):
        return withheld(record, reasons_withheld(decisions, record))
    if is_retention_over(world, record):
        return withheld(record, frozenset({"beyond-retention"}))
    detail = detail_for(world, decisions, record, cleared)
    if is_masked:
        detail = lowest_detail([detail, "summary"])
    return RecordDecided(
        record,
        detail,
        shown_fields(world, decisions, record, detail),
        tuple(cleared),
        tuple(sorted(carrying_clauses(world, decisions, record, cleared, detail))),
        frozenset(),
    )


def decide_records(world: World, decided: list[Decided]) -> list[RecordDecided]:
    """Every record, recorded by now, about a requested person, by id: what is not recorded yet is not there."""
    decisions = {each.cell: each for each in decided}
    requested = set(world.requested) & set(world.people)
    return [
        decide_record(world, decisions, record)
        for record in sorted(world.scenario.get("records", []), key=lambda each: each["id"])
        if set(record["about"]) & requested and is_recorded(world, record)
    ]
