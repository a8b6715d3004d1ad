"""Whole random worlds: policies, agreements and one scenario, valid as documents and rich in boundaries.

`random_world(seed)` is fast and repeatable; `worlds()` draws the same worlds through Hypothesis so that a failure
shrinks. A world is {"policies": {stem: document}, "agreements": [...], "scenario": {...}}; the scenario holds the
agreements inline too. Decides nothing about sharing. The shapes are those of Part 2 of the product document.
"""

from __future__ import annotations

from typing import Any

from hypothesis import strategies as st

from tests.generative.worlds_calendar import calendar_of
from tests.generative.worlds_dice import Dice, HypothesisDice, RandomDice, at_least_one, chance, pick, some
from tests.generative.worlds_events import Story, consents, feeds, holder_decisions, records
from tests.generative.worlds_papers import Desk, agreements, duties, signed
from tests.generative.worlds_people import family
from tests.generative.worlds_policies import policies
from tests.generative.worlds_twists import twist

Doc = dict[str, Any]
UNKNOWN_PERSON = "nobody-we-know"


def staff(desk: Desk, names: list[str]) -> list[Doc]:
    """The one who asks, one who may second them, and somebody to decide for each holder."""
    dice, days, heart = desk.dice, desk.days, desk.heart
    bodies = desk.codes("organisations")
    made: list[Doc] = [
        {"id": "kim", "organisation": heart.recipient, "roles": [heart.role]},
        {"id": "lee", "organisation": pick(dice, bodies), "roles": [pick(dice, (heart.role, "lead", "triage"))]},
    ]
    for member in made:
        if chance(dice, 15):
            member["posts_until"] = days.moment(dice, 3, 12)
        if chance(dice, 20):
            member["trained_until"] = days.moment(dice, 4, 14)
        if chance(dice, 3):
            member["person"] = pick(dice, names)
        if chance(dice, 2):
            member["links"] = [pick(dice, names)]
    return made + [{"id": f"holder-{code}", "organisation": code, "roles": ["analyst"]} for code in bodies]


def case(desk: Desk, case_id: str, about: list[str]) -> Doc:
    """One case, mostly open, about those asked for, with the one who asks in its team."""
    dice, days = desk.dice, desk.days
    opened = days.moment(dice, 96, 3)
    made: Doc = {
        "id": case_id,
        "kind": pick(dice, ("team", "enquiry", "plan", "contact", "panel")),
        "level": pick(dice, (2, 3, 4, 1)),
        "purposes": [code for code in desk.codes("purposes") if code == desk.heart.purpose or chance(dice, 40)],
        "about": about,
        "opened": opened,
        "members": [],
    }
    if chance(dice, 6) and (end := days.end(dice, opened)) is not None:
        made["closed"] = end
    if chance(dice, 15):
        made["restricted"] = chance(dice, 80)
    if chance(dice, 93):
        member: Doc = {"staff": "kim", "from": days.moment(dice, 94, 4)}
        if chance(dice, 10) and (end := days.end(dice, member["from"])) is not None:
            member["until"] = end
        made["members"].append(member)
    return made


def override(desk: Desk) -> Doc:
    """An override, mostly well formed."""
    dice = desk.dice
    return {
        "reason": pick(dice, ("significant-harm", "missing")),
        "justification": "A child has been missing since this morning.",
        "gateway": pick(dice, (*desk.codes("gateways"), "vital-interests")),
        "second": pick(dice, ("lee", None, "lee", "holder-ecc", "kim")),
    }


def asked_for(dice: Dice, names: list[str]) -> list[str]:
    """Who the request is about: some of the family, seldom twice, seldom somebody unknown."""
    about = at_least_one(dice, names, 65)
    if chance(dice, 5):
        about.append(about[0])
    if chance(dice, 3):
        about.append(UNKNOWN_PERSON)
    return about


def request(desk: Desk, about: list[str], case_id: str | None) -> Doc:
    """The request."""
    made: Doc = {"by": "kim", "as": desk.heart.role, "purpose": desk.heart.purpose}
    if case_id is not None:
        made["case"] = case_id
    made |= {"about": about, "reason": "first review"}
    if chance(desk.dice, 14):
        made["override"] = override(desk)
    return made


def signatories(facts: Doc, names: list[str]) -> dict[str, list[str]]:
    """Who might sign for each: themselves, and whoever has a relationship to them."""
    towards: dict[str, list[str]] = {name: [name] for name in names}
    for relationship in facts.get("relationships", []):
        if relationship["from"] not in towards[relationship["to"]]:
            towards[relationship["to"]].append(relationship["from"])
    return towards


def scenario(desk: Desk, papers: list[Doc], all_papers: list[Doc]) -> Doc:
    """One scenario of Part 2.3, with its agreements inline and no expectations."""
    dice = desk.dice
    facts = family(desk)
    names = [person["id"] for person in facts["people"]]
    about = asked_for(dice, names)
    known = list(dict.fromkeys(name for name in about if name in names))
    needs_case = next(p for p in desk.policies["purposes"]["purposes"] if p["code"] == desk.heart.purpose)
    has_case = chance(dice, 97 if needs_case["case_required"] else 65)
    story = Story(desk, all_papers, known, names, signatories(facts, names))
    in_case = [name for name in names if name in known or chance(dice, 40)]
    cases = [case(desk, "t1", in_case)]
    if chance(dice, 15):
        cases.append(case(desk, "t2", some(dice, names, 50)))
    made: Doc = {"scenario": "A random world", "why": "To compare two evaluators.", "at": desk.days.at}
    made["agreements"] = papers
    signatures = signed(desk, papers)
    if signatures is not None:
        made["signed"] = signatures
    made |= facts | {"staff": staff(desk, names), "cases": cases, "consents": consents(story)}
    made["holder_decisions"] = holder_decisions(story, "t1" if has_case else None)
    made["feeds"] = feeds(story)
    made["records"] = records(story)
    made["request"] = request(desk, about, "t1" if has_case else None)
    return made


def world(dice: Dice) -> Doc:
    """One world from one source of choices."""
    days = calendar_of(dice)
    rules, heart = policies(dice, days)
    desk = Desk(dice, days, heart, rules)
    rules["duties"] = duties(desk)
    papers = agreements(desk)
    made = {
        "policies": rules,
        "agreements": papers,
        "scenario": scenario(desk, papers, [*papers, rules["duties"]]),
    }
    if chance(dice, 17):
        twist(desk, made)
    return made


def random_world(seed: int) -> Doc:
    """The world of a seed: the same one every time."""
    return world(RandomDice(seed))


@st.composite
def worlds(draw: st.DrawFn) -> Doc:
    """Worlds drawn by Hypothesis: a failing one shrinks towards a plain one."""
    return world(HypothesisDice(draw))
