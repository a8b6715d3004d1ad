"""The next step: which one sentence applies, and what it is filled in with.

From the rules (docs/rules.md, part 3): “which party has yet to sign, who can agree, whose decision is needed,
which day a power begins”. Says it as data: `say` is the sentence's key, the rest what it names. Which words a
sentence is made of is nobody's reading of a rule, and is left to the catalogue.
"""

from __future__ import annotations

from datetime import datetime

from tests.reference.clauses import (
    Grant,
    both_signed,
    gateway_covers,
    gateway_of,
    grants,
    lapses_at,
    names,
    paper_reason,
    signature_stands,
)
from tests.reference.facts import Doc, World, tier_rank
from tests.reference.instants import instant, london_day

FIXED = ("consent-not-given", "condition-not-met", "prohibited", "opt-out")
NO_DAY_YET = "2099-01-01"
BY_REMEDY = {"say": "whoever the remedies name"}
OFFICER_WORDS = {
    "hard-stop": "officer-hard-stop",
    "objection-stops": "officer-objection-stops",
    "holder-withheld": "officer-holder-withheld",
    "no-clause": "officer-no-clause",
    "consent-disputed": "officer-disputed",
    "consent-unsafe": "officer-unsafe",
    "consent-best-interests": "officer-best-interests",
    "objection": "officer-objection",
    "holder-decides": "officer-holder-decides",
}
ASKS_SOMEBODY = (
    "consent-absent",
    "consent-expired",
    "consent-lapsed",
    "consent-no-standing",
    "consent-refused",
    "consent-withdrawn",
)


def failing(world: World, reason: str | None, category: str, controller: str) -> list[Grant]:
    """The naming grants that have this reason on paper, by clause; None: those with nothing against them."""
    found = [
        grant
        for grant in grants(world)
        if names(world, grant, controller, category) and paper_reason(world, grant, controller, category) == reason
    ]
    return sorted(found, key=lambda grant: grant.ref)


def paper_named(grant: Grant) -> list[str]:
    """The title and version of the agreement that a clause stands in; of the duties nothing."""
    return [] if grant.is_duty else [grant.paper["title"], str(grant.paper["version"])]


def title_of(world: World, controller: str) -> str:
    """An organisation's name."""
    name: str = world.organisations[controller]["name"]
    return name


def consent_needed(world: World, category: str, controller: str) -> Doc:
    """A kind is named where no other is demanded; the category where a `given` for all would not do."""
    kinds = {
        grant.body["consent"] for grant in failing(world, None, category, controller) if "consent" in grant.body
    }
    said: Doc = {"say": "consent-needed", "consent": kinds.pop() if len(kinds) == 1 else "any"}
    if tier_rank(world.tier(category, controller)) >= tier_rank("T4"):
        said |= {"say": "consent-needed-named", "category": world.categories[category]["title"]}
    return said


def power(world: World, category: str, controller: str) -> Doc:
    """“Which day a power begins”: the first that then covers this."""
    coming: list[tuple[datetime, str]] = []
    for grant in failing(world, "gateway-not-in-force", category, controller):
        gateway = gateway_of(world, grant)
        assert gateway is not None
        start = gateway["in_force"].get("from")
        covers = gateway_covers(world, gateway | {"in_force": {}}, controller)
        if covers and start is not None and instant(start) > world.at:
            coming.append((instant(start), gateway["provision"]))
    if not coming:
        return {"say": "gateway-elsewhere"}
    begins, provision = min(coming)
    if begins >= instant(NO_DAY_YET):
        return {"say": "gateway-unappointed", "provision": provision}
    return {"say": "gateway-begins", "provision": provision, "day": london_day(begins)}


def signature(world: World, category: str, controller: str) -> Doc:
    """“Which party has yet to sign”: in the clause that lacks least."""

    def outside(grant: Grant) -> list[str]:
        return sorted({controller, world.recipient} - set(grant.paper["parties"]))

    def unsigned(grant: Grant) -> list[str]:
        return sorted(
            party
            for party in {controller, world.recipient}
            if party not in grant.paper["parties"] or not signature_stands(world, grant.paper, party)
        )

    grant = min(
        failing(world, "party-not-signed", category, controller),
        key=lambda grant: (len(outside(grant)), len(unsigned(grant)), grant.ref),
    )
    assert not both_signed(world, grant, controller)
    bodies = outside(grant) or unsigned(grant)
    return {
        "say": "party-to-join" if outside(grant) else "party-to-sign",
        "agreement": paper_named(grant),
        "bodies": sorted(title_of(world, body) for body in bodies),
    }


def in_force(world: World, category: str, controller: str) -> Doc:
    """The first day on which a clause begins; else an agreement that is over; else it is the law that is."""
    over = failing(world, "agreement-not-in-force", category, controller)
    coming: list[tuple[datetime, str, Grant]] = []
    for grant in over:
        start = (grant.body if grant.is_duty else grant.paper).get("in_force", {}).get("from")
        if start is not None and instant(start) > world.at:
            coming.append((instant(start), grant.ref, grant))
    if coming:
        begins, _, grant = min(coming, key=lambda each: each[:2])
        return {"say": "agreement-begins", "agreement": paper_named(grant), "day": london_day(begins)}
    for grant in over:
        if grant.is_duty:
            continue
        until, lapsed = grant.paper["in_force"].get("until"), lapses_at(grant.paper["in_force"])
        ends = [(instant(until), "agreement-ended")] if until is not None else []
        ends += [(lapsed, "agreement-lapsed")] if lapsed is not None else []
        day, key = min((end for end in ends if end[0] <= world.at), key=lambda end: (end[0], end[1]))
        return {"say": key, "agreement": paper_named(grant), "day": london_day(day)}
    return {"say": "duty-ended"}


def told_step(world: World, told: str, category: str, controller: str) -> Doc:
    """What a requester is told: by the reason they may hear, the source, the kind and the papers. No fact about a
    person comes into it.
    """
    if told in FIXED:
        return {"say": told}
    if told == "holder-decides":
        return {"say": told, "controller": title_of(world, controller)}
    by_reason = {
        "consent-needed": consent_needed,
        "gateway-not-in-force": power,
        "party-not-signed": signature,
        "agreement-not-in-force": in_force,
    }
    return by_reason[told](world, category, controller)


def officer_step(world: World, reason: str, told: str | None, category: str, controller: str) -> Doc:
    """What an officer is told, by the exact reason. Whom to ask is the remedies', which are judged by trying."""
    if reason in ASKS_SOMEBODY:
        return BY_REMEDY
    if reason in OFFICER_WORDS:
        key = OFFICER_WORDS[reason]
        is_plain = reason in ("hard-stop", "objection-stops")
        return {"say": key} if is_plain else {"say": key, "controller": title_of(world, controller)}
    assert told is not None
    return told_step(world, told, category, controller)
