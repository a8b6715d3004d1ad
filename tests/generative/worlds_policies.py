"""Random standing rules of a partnership: every file of `policies/`, small vocabularies, valid by construction.

Decides which codes a world has. What they do to a decision is for the evaluators.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.generative.worlds_calendar import Calendar
from tests.generative.worlds_dice import Dice, at_least_one, chance, pick, some

Doc = dict[str, Any]
ORGANISATIONS = ("ecc", "school", "clinic", "police")
TYPES = ("LA-CSC", "SCH", "SEXH", "POL", "VCS")
CATEGORIES = ("attendance", "contact", "health", "visits", "refuge", "incident")
USUAL_TIERS = ("T2", "T1", "T3", "T4", "T0", "T2")
PURPOSES = ("support", "protect", "research")
ROLES = ("lead", "triage", "analyst")
FIELD_KINDS = ("text", "number", "date", "code", "address", "place", "person", "narrative")
LEVELS = ("flag", "summary", "full")
DETAILS = LEVELS
CONSENT_KINDS = ("engagement", "confidentiality", "data-protection", "statutory")
TIERS = ("T0", "T1", "T2", "T3", "T4", "T5")
AREAS = ("essex", "southend", "england")


@dataclass(frozen=True)
class Heart:
    """What the request of a world will be about, chosen first so that its papers can concern it."""

    recipient: str
    role: str
    purpose: str


def organisations(dice: Dice) -> list[Doc]:
    """Two to four organisations with a type or two, mostly in one area, and now and then a tier of their own."""
    made = []
    for index in range(dice.integer(2, 4)):
        types = [TYPES[index]]
        if chance(dice, 25):
            types.append(pick(dice, [each for each in TYPES if each != TYPES[index]]))
        organisation: Doc = {"code": ORGANISATIONS[index], "name": ORGANISATIONS[index].title(), "types": types}
        organisation["area"] = pick(dice, AREAS) if chance(dice, 30) else AREAS[0]
        if chance(dice, 15):
            organisation["tier"] = pick(dice, ("T0", "T1", "T3", "T4", "T2", "T5"))
        made.append(organisation)
    return made


def retention(dice: Dice) -> Any:
    """A period, or one that runs from birth."""
    if chance(dice, 20):
        return {"from": "born", "keep": pick(dice, ("P75Y", "P25Y", "P75Y", "P18Y"))}
    return pick(dice, ("P7Y", "P7Y", "P10Y", "P7Y", "P1Y", "P10Y", "P1M", "P7Y", "P45D"))


def category(dice: Dice, index: int) -> Doc:
    """One category with its tier, flags and fields."""
    tier = pick(dice, TIERS) if chance(dice, 25) else USUAL_TIERS[index]
    kinds = at_least_one(dice, FIELD_KINDS, 45)
    made: Doc = {
        "code": CATEGORIES[index],
        "title": CATEGORIES[index].title(),
        "tier": tier,
        "special": chance(dice, 25),
        "offence": chance(dice, 15),
        "retention": retention(dice),
        "fields": [{"name": kind, "kind": kind, "level": pick(dice, LEVELS)} for kind in kinds],
    }
    if chance(dice, 30):
        made["explain"] = chance(dice, 60)
    if chance(dice, 45):
        made["joint"] = pick(dice, ("mask", "withhold", "mask"))
    return made


def purposes(dice: Dice, count: int) -> list[Doc]:
    """A plain purpose, a protective one and a secondary one, mostly."""
    made = []
    for index in range(count):
        purpose: Doc = {"code": PURPOSES[index], "title": PURPOSES[index].title()}
        if chance(dice, 85 if index == 1 else 7):
            purpose["protective"] = True
        if chance(dice, 85 if index == 2 else 7):
            purpose["secondary"] = True
        purpose["case_required"] = chance(dice, 25)
        purpose["team_only"] = chance(dice, 25)
        made.append(purpose)
    return made


def roles(dice: Dice, codes: list[str], heart: Heart) -> list[Doc]:
    """Roles; the one that asks may ask for its purpose."""
    made = []
    for code in ROLES:
        chosen = at_least_one(dice, codes, 60)
        if code == heart.role and heart.purpose not in chosen:
            chosen.append(heart.purpose)
        made.append({"code": code, "title": code.title(), "purposes": chosen})
    return made


def gateways(dice: Dice, days: Calendar, codes: list[str], types: list[str], areas: list[str]) -> list[Doc]:
    """Two or three gateways, most of them open; some hold in some areas alone."""
    made = []
    for index in range(dice.integer(2, 3)):
        start = days.boundary(dice)[:10] if chance(dice, 8) else "2005-03-01"
        in_force: Doc = {"from": start}
        if chance(dice, 15) and (end := days.last_day(dice, start)) is not None:
            in_force["until"] = end
        gateway: Doc = {
            "code": f"gateway-{index + 1}",
            "provision": f"Example Act s.{index + 1}",
            "kind": pick(dice, ("power", "duty", "power")),
            "in_force": in_force,
        }
        if chance(dice, 40):
            gateway["objection"] = pick(dice, ("stops", "weigh", "none", "stops"))
        if chance(dice, 15):
            gateway["disclosers"] = at_least_one(dice, types, 60)
        if chance(dice, 15):
            gateway["recipients"] = at_least_one(dice, types, 60)
        if chance(dice, 15):
            gateway["purposes"] = at_least_one(dice, codes, 70)
        if chance(dice, 20):
            gateway["areas"] = at_least_one(dice, areas, 70)
        made.append(gateway)
    return made


def lawful_bases(dice: Dice) -> Doc:
    """Every kind of basis, some needing a gateway, a Schedule 1 condition or a policy document."""
    return {
        "article_6": [
            {"code": "e", "title": "Public task", "needs_gateway": True},
            {"code": "a", "title": "Consent", "needs_gateway": False},
            {"code": "c", "title": "Legal obligation", "needs_gateway": True},
            {"code": "ea", "title": "Recognised legitimate interest", "needs_gateway": chance(dice, 50)},
            {"code": "f", "title": "Legitimate interests", "needs_gateway": False},
        ],
        "article_9": [
            {"code": "g", "title": "Substantial public interest", "needs_schedule_1": True},
            {"code": "h", "title": "Health or social care", "needs_schedule_1": False},
        ],
        "schedule_1": [
            {"code": "18", "title": "Safeguarding", "needs_policy_document": True},
            {"code": "2", "title": "Health purposes", "needs_policy_document": False},
        ],
        "article_10": [
            {"code": "official-authority", "title": "Under official authority", "needs_schedule_1": False},
            {"code": "schedule-1", "title": "Under a condition", "needs_schedule_1": True},
        ],
    }


def standing(dice: Dice) -> Doc:
    """The ages, mostly those of England."""
    pairs = ((18, 16), (18, 13), (18, 17), (16, 16), (21, 16))
    adult, own = pick(dice, pairs) if chance(dice, 20) else pairs[0]
    return {"adult_from": adult, "own_decision_from": own}


def override(dice: Dice) -> Doc:
    """The override's policy."""
    return {
        "reasons": [{"code": "significant-harm", "title": "Harm"}, {"code": "missing", "title": "Missing person"}],
        "minutes": 60,
        "max_tier": pick(dice, ("T4", "T3", "T4", "T2")),
        "detail": pick(dice, ("full", "full", "summary")),
        "alone": {
            "allowed": chance(dice, 75),
            "max_tier": pick(dice, ("T3", "T2", "T4")),
            "detail": pick(dice, ("summary", "flag", "full")),
            "review": "PT24H",
        },
        "review": "P2D",
    }


def heart_of(dice: Dice, organisation_codes: list[str], purpose_codes: list[str]) -> Heart:
    """Who will ask, in which role, and what for."""
    return Heart(pick(dice, organisation_codes), pick(dice, ROLES[:2]), pick(dice, purpose_codes))


def policies(dice: Dice, days: Calendar) -> tuple[dict[str, Doc], Heart]:
    """Every policy file but the duties, which are written like an agreement; and the heart of the world."""
    bodies = organisations(dice)
    named = purposes(dice, dice.integer(2, 3))
    codes = [purpose["code"] for purpose in named]
    heart = heart_of(dice, [body["code"] for body in bodies], codes)
    types = sorted({kind for body in bodies for kind in body["types"]})
    areas = sorted({body["area"] for body in bodies})
    made: dict[str, Doc] = {
        "organisations": {"organisations": bodies},
        "categories": {"categories": [category(dice, index) for index in range(dice.integer(3, 6))]},
        "purposes": {"purposes": named},
        "roles": {"roles": roles(dice, codes, heart)},
        "gateways": {"gateways": gateways(dice, days, codes, types, areas)},
        "lawful-bases": lawful_bases(dice),
        "standing": standing(dice),
        "override": override(dice),
    }
    return made, heart


def some_scope(dice: Dice, codes: list[str], always: str | None = None) -> list[str]:
    """A few codes, mostly with one that matters among them."""
    chosen = some(dice, codes, 45)
    if always is not None and always not in chosen and chance(dice, 85):
        chosen.append(always)
    return chosen or [pick(dice, codes)]
