"""Consent, objections and opt-outs for one cell.

Decides what the dated events add up to at the request's instant. Does not decide whether a grant demands it.
From the rules (docs/rules.md, part 1), **Consent**, and the last sentence of the paragraph on `protected`.
"""

from __future__ import annotations

from datetime import UTC, datetime

from tests.reference.facts import Cell, Doc, World
from tests.reference.instants import age, instant
from tests.reference.standing import has_died, lacks_capacity, standing

RAISED_KINDS = ("objection", "opt-out")
NOES = ("refused", "withdrawn")
FOREVER = datetime.max.replace(tzinfo=UTC)


def scope_covers(event: Doc, part: str, code: str) -> bool:
    """“Each a list or `all`; left out means `all`.”"""
    stated = event.get(part, "all")
    return stated == "all" or code in stated


def names_category(event: Doc, category: str) -> bool:
    """Whether the event's scope lists the category, rather than covering it by `all`."""
    stated = event.get("categories", "all")
    return stated != "all" and category in stated


def is_too_general(world: World, cell: Cell, event: Doc) -> bool:
    """“**A `given` for `all` categories never covers a cell of tier T4**, whose category must be named; a
    refusal or withdrawal for `all` does, and for objections and opt-outs `all` is all.”
    """
    return (
        event["kind"] not in RAISED_KINDS
        and event["decision"] == "given"
        and world.tier(cell.category, cell.controller) == "T4"
        and not names_category(event, cell.category)
    )


def covers(world: World, cell: Cell, event: Doc) -> bool:
    """Whether the scope of an event covers the cell."""
    return (
        scope_covers(event, "purposes", world.request["purpose"])
        and scope_covers(event, "categories", cell.category)
        and scope_covers(event, "controllers", cell.controller)
        and scope_covers(event, "recipients", world.recipient)
        and not is_too_general(world, cell, event)
    )


def events_for(world: World, cell: Cell, kind: str) -> list[Doc]:
    """“Take the events about this person up to now whose scope covers the cell” (of the kind asked for)."""
    return [
        event
        for event in world.scenario.get("consents", [])
        if event["about"] == cell.person
        and event["kind"] == kind
        and instant(event["at"]) <= world.at
        and covers(world, cell, event)
    ]


def is_later(event: Doc, other: Doc) -> bool:
    """Strictly later: at the same instant the tie is settled by what is most restrictive."""
    return instant(event["at"]) > instant(other["at"])


def standing_noes(events: list[Doc], category: str) -> list[Doc]:
    """“While a refusal or withdrawal that **names** the category has no later `given` that names it too.”"""
    return [
        event
        for event in events
        if event["decision"] in NOES
        and names_category(event, category)
        and not any(
            other["decision"] == "given" and names_category(other, category) and is_later(other, event)
            for other in events
        )
    ]


def without_ignored(events: list[Doc], category: str) -> list[Doc]:
    """“... later `given`s that don't are ignored and the latest of the rest governs.”"""
    noes = standing_noes(events, category)
    return [
        event
        for event in events
        if event["decision"] != "given"
        or names_category(event, category)
        or not any(is_later(event, no) for no in noes)
    ]


def end_of(event: Doc) -> datetime:
    """When a `given` ends; the end of time when it has none."""
    until = event.get("until")
    return FOREVER if until is None else instant(until)


def restrictiveness(event: Doc) -> tuple[int, bool, datetime]:
    """Sorts the most restrictive first: “withdrawn, refused, given; then the unsafe; then the one that ends
    first”; “for objections and opt-outs `given` is the most restrictive”.
    """
    order = (
        ("given", "withdrawn", "refused") if event["kind"] in RAISED_KINDS else ("withdrawn", "refused", "given")
    )
    return order.index(event["decision"]), not event.get("unsafe", False), end_of(event)


def governing_of(events: list[Doc], category: str) -> Doc:
    """“For each signatory the latest governs (at the same instant the most restrictive ...)”; naming “makes no
    difference” for objections and opt-outs.
    """
    rest = events if events[0]["kind"] in RAISED_KINDS else without_ignored(events, category)
    latest = max(instant(event["at"]) for event in rest)
    return min((event for event in rest if instant(event["at"]) == latest), key=restrictiveness)


def governing(world: World, cell: Cell, kind: str) -> dict[str, Doc]:
    """The governing event of each signatory."""
    events = events_for(world, cell, kind)
    return {
        who: governing_of([event for event in events if event["by"] == who], cell.category)
        for who in {event["by"] for event in events}
    }


def stands_now(world: World, cell: Cell) -> set[str]:
    """Who has standing for the cell's person and category now."""
    return standing(world, cell.person, world.at, cell.category)


def stood_then(world: World, cell: Cell, event: Doc) -> bool:
    """Whether the signatory of an event had standing when they signed."""
    return event["by"] in standing(world, cell.person, instant(event["at"]), cell.category)


def kept(world: World, cell: Cell, governors: dict[str, Doc]) -> list[Doc]:
    """“Keep signatories with standing now, and for a `given` also when they signed.”"""
    now = stands_now(world, cell)
    return [
        event
        for who, event in governors.items()
        if who in now and (event["decision"] != "given" or stood_then(world, cell, event))
    ]


def is_running(world: World, event: Doc) -> bool:
    """“Not past its `until`.”"""
    return event.get("until") is None or world.at < instant(event["until"])


def is_best_interests(world: World, cell: Cell) -> bool:
    """“`consent-best-interests` (the person, alive and 16 or over, lacks capacity and nobody has standing)”; 16
    being the setting `own_decision_from`.
    """
    person = world.people[cell.person]
    years = age(person.get("born"), world.at)
    return (
        years is not None
        and years >= world.policies["standing"]["own_decision_from"]
        and not has_died(person, world.at)
        and lacks_capacity(person, world.at)
        and not stands_now(world, cell)
    )


def reason_with_nothing_kept(world: World, cell: Cell, governors: dict[str, Doc]) -> str:
    """“If no event is kept: ...” the four reasons in their order."""
    if is_best_interests(world, cell):
        return "consent-best-interests"
    now = stands_now(world, cell)
    if any(stood_then(world, cell, event) and who not in now for who, event in governors.items()):
        return "consent-lapsed"
    return "consent-no-standing" if governors else "consent-absent"


def reason_among_kept(world: World, events: list[Doc]) -> str | None:
    """“**given** when some governing `given` is not past its `until`, none is refused or withdrawn, and no kept
    event is `unsafe`; otherwise the first that is true: ...”
    """
    decisions = {event["decision"] for event in events}
    running = any(event["decision"] == "given" and is_running(world, event) for event in events)
    if any(event.get("unsafe", False) for event in events):
        return "consent-unsafe"
    if running and decisions & set(NOES):
        return "consent-disputed"
    if "withdrawn" in decisions:
        return "consent-withdrawn"
    if "refused" in decisions:
        return "consent-refused"
    return None if running else "consent-expired"


def protected_no(world: World, cell: Cell, kind: str) -> bool:
    """“If they hold (relationships before they were taken out) standing for somebody and their governing event
    there is a refusal or withdrawal, a result of *given* becomes `consent-absent`.”
    """
    before = world.before
    assert before is not None
    hidden = set(before.people) - set(world.people)
    now = stands_now(before, cell)
    return any(
        who in hidden & now and event["decision"] in NOES for who, event in governing(before, cell, kind).items()
    )


def consent_reason(world: World, cell: Cell, kind: str) -> str | None:
    """None when the consent is given, otherwise the one consent reason."""
    governors = governing(world, cell, kind)
    events = kept(world, cell, governors)
    if not events:
        return reason_with_nothing_kept(world, cell, governors)
    reason = reason_among_kept(world, events)
    return "consent-absent" if reason is None and protected_no(world, cell, kind) else reason


def is_raised(world: World, cell: Cell, kind: str) -> bool:
    """“An objection or opt-out stands when any signatory with standing now (whether or not they had it then) has
    `given` as their governing event, not past its `until`.”
    """
    now = stands_now(world, cell)
    return any(
        who in now and event["decision"] == "given" and is_running(world, event)
        for who, event in governing(world, cell, kind).items()
    )
