"""Random agreements and duties: valid documents whose grants and prohibitions mostly concern the world's request.

Decides what is written and signed, never whether it permits anything.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.generative.worlds_calendar import Calendar, parsed
from tests.generative.worlds_dice import Dice, at_least_one, chance, pick
from tests.generative.worlds_policies import CONSENT_KINDS, DETAILS, ROLES, Heart, some_scope

Doc = dict[str, Any]
REFERENCES = ("family-support", "front-door", "health-links")
LOOK_BACKS = ("P2Y", "P1M", "P1Y", "P30D", "P1Y1M", "P45D")


@dataclass(frozen=True)
class Desk:
    """What an author of papers has in front of them."""

    dice: Dice
    days: Calendar
    heart: Heart
    policies: dict[str, Doc]

    def codes(self, stem: str) -> list[str]:
        """The codes of a policy file."""
        return [entry["code"] for entry in self.policies[stem][stem]]

    def types(self) -> list[str]:
        """Every type that some organisation has."""
        return sorted({kind for body in self.policies["organisations"]["organisations"] for kind in body["types"]})


def writers(desk: Desk) -> list[Any]:
    """`from`: codes or types."""
    entries: list[Any] = []
    if chance(desk.dice, 30):
        entries.append({"type": pick(desk.dice, desk.types())})
    if not entries or chance(desk.dice, 50):
        entries += at_least_one(desk.dice, desk.codes("organisations"), 60)
    return entries


def readers(desk: Desk) -> list[Doc]:
    """`to`: the organisation that will ask, mostly; sometimes a type; sometimes only some roles."""
    dice, heart = desk.dice, desk.heart
    if chance(dice, 20):
        own = next(b for b in desk.policies["organisations"]["organisations"] if b["code"] == heart.recipient)
        entry: Doc = {"type": pick(dice, own["types"] if chance(dice, 85) else desk.types())}
    else:
        entry = {"organisation": heart.recipient if chance(dice, 90) else pick(dice, desk.codes("organisations"))}
    if chance(dice, 30):
        entry["roles"] = some_scope(dice, list(ROLES), heart.role)
    entries = [entry]
    if chance(dice, 15):
        entries.append({"organisation": pick(dice, desk.codes("organisations")), "roles": [pick(dice, ROLES)]})
    return entries


def lawful_basis(desk: Desk, categories: list[str], documents: Doc) -> Doc:
    """A basis that compiles for these categories; names the policy document where a condition needs one."""
    dice, bases = desk.dice, desk.policies["lawful-bases"]
    chosen = {
        entry["code"]: entry for entry in desk.policies["categories"]["categories"] if entry["code"] in categories
    }
    article_6 = pick(dice, (*bases["article_6"], bases["article_6"][0], bases["article_6"][0]))
    basis: Doc = {"article_6": article_6["code"]}
    needs_schedule_1 = False
    if any(entry["special"] for entry in chosen.values()) or chance(dice, 5):
        article_9 = pick(dice, bases["article_9"])
        basis["article_9"] = article_9["code"]
        needs_schedule_1 = article_9["needs_schedule_1"]
    if any(entry["offence"] for entry in chosen.values()):
        article_10 = pick(dice, bases["article_10"])
        basis["article_10"] = article_10["code"]
        needs_schedule_1 = needs_schedule_1 or article_10["needs_schedule_1"]
    if needs_schedule_1:
        condition = pick(dice, bases["schedule_1"])
        basis["schedule_1"] = condition["code"]
        if condition["needs_policy_document"]:
            documents["appropriate_policy_document"] = "APD-7"
    if article_6["needs_gateway"] or chance(dice, 40):
        basis["gateway"] = pick(dice, desk.codes("gateways"))
    return basis


def condition_on_age(desk: Desk) -> Doc:
    """`subject`: under, from, or both."""
    subject: Doc = {}
    if chance(desk.dice, 60):
        subject["under"] = pick(desk.dice, (18, 16, 12))
    if not subject or chance(desk.dice, 40):
        subject["from"] = pick(desk.dice, (0, 5, 10))
    return subject


def condition_on_case(desk: Desk) -> Doc:
    """`case`: kinds, levels, or both."""
    condition: Doc = {}
    if chance(desk.dice, 60):
        condition["kinds"] = at_least_one(desk.dice, ("team", "enquiry", "plan"), 60)
    if not condition or chance(desk.dice, 50):
        condition["levels"] = at_least_one(desk.dice, (2, 3, 4), 60)
    return condition


def grant(desk: Desk, clause: str, documents: Doc) -> Doc:
    """One grant, mostly about the world's request."""
    dice = desk.dice
    categories = at_least_one(dice, desk.codes("categories"), 55)
    made: Doc = {
        "clause": clause,
        "text": "Shared with the people working with the family.",
        "from": writers(desk),
        "to": readers(desk),
        "purposes": some_scope(dice, desk.codes("purposes"), desk.heart.purpose),
        "categories": categories,
        "detail": pick(dice, ("full", *DETAILS)),
    }
    if chance(dice, 20):
        made["subject"] = condition_on_age(desk)
    if chance(dice, 15):
        made["case"] = condition_on_case(desk)
    made["lawful_basis"] = lawful_basis(desk, categories, documents)
    if chance(dice, 60):
        made["consent"] = pick(dice, (CONSENT_KINDS[0], CONSENT_KINDS[0], *CONSENT_KINDS))
    if chance(dice, 20):
        made["decision"] = pick(dice, ("holder", "automatic"))
    if chance(dice, 35):
        made["look_back"] = pick(dice, LOOK_BACKS)
    if chance(dice, 30):
        made["protected_address"] = chance(dice, 75)
    if chance(dice, 10):
        made["obligations"] = ["no-onward-sharing"]
    return made


def prohibition(desk: Desk, clause: str) -> Doc:
    """One prohibition, narrow enough to leave something standing."""
    dice = desk.dice
    made: Doc = {"clause": clause, "text": "Not shared."}
    made["categories"] = [pick(dice, desk.codes("categories"))]
    if chance(dice, 50):
        made["purposes"] = some_scope(dice, desk.codes("purposes"))
    if chance(dice, 40):
        made["from"] = (
            [pick(dice, desk.codes("organisations"))] if chance(dice, 60) else [{"type": pick(dice, desk.types())}]
        )
    if chance(dice, 30):
        made["to"] = readers(desk)
    if chance(dice, 5):
        del made["categories"]
        made["purposes"] = [pick(dice, desk.codes("purposes"))]
    return made


def dates_in_force(desk: Desk) -> Doc:
    """`in_force`: mostly open; sometimes not begun, ended, up for review, or lapsed to the day."""
    dice, days = desk.dice, desk.days
    made: Doc = {"from": days.day_near(dice, 20, 60) if chance(dice, 8) else "2020-01-01"}
    if chance(dice, 10) and (end := days.last_day(dice, made["from"])) is not None:
        made["until"] = end
    if chance(dice, 20):
        review, grace = pick(
            dice,
            (
                (days.days_ago(-100), "P3M"),
                (days.days_ago(10), "P1M"),
                (days.days_ago(30), "P30D"),
                (days.days_ago(31), "P1M"),
                (days.days_ago(0), None),
                (days.days_ago(1), None),
                (days.days_ago(28), "P1M"),
                (days.days_ago(400), "P3M"),
            ),
        )
        if parsed(review) > parsed(made["from"]):
            made["review_by"] = review
            if grace is not None:
                made["grace"] = grace
    return made


def agreement(desk: Desk, reference: str, version: int) -> Doc:
    """One version of one agreement."""
    dice = desk.dice
    bodies = desk.codes("organisations")
    parties = bodies if chance(dice, 80) else at_least_one(dice, bodies, 70)
    documents: Doc = {"dpia": "DPIA-1"} if chance(dice, 40) else {}
    made: Doc = {
        "agreement": reference,
        "version": version,
        "title": f"Agreement {reference}",
        "classification": "OFFICIAL-SENSITIVE",
        "owner": parties[0],
        "parties": parties,
        "in_force": dates_in_force(desk),
    }
    grants = [grant(desk, f"4.{index + 1}", documents) for index in range(dice.integer(1, 4))]
    if documents:
        made["documents"] = documents
    made["grants"] = grants
    if chance(dice, 30):
        made["prohibitions"] = [prohibition(desk, "7.1")]
    return made


def agreements(desk: Desk) -> list[Doc]:
    """One to three agreements, some in several versions."""
    return [
        agreement(desk, reference, version + 1)
        for reference in REFERENCES[: desk.dice.integer(1, 3)]
        for version in range(desk.dice.integer(2, 3) if chance(desk.dice, 20) else 1)
    ]


def clause_in_force(desk: Desk) -> Doc:
    """The dates of a clause of the duties."""
    start = desk.days.day_near(desk.dice, 80, 12)
    made: Doc = {"from": start}
    if chance(desk.dice, 35) and (end := desk.days.last_day(desk.dice, start)) is not None:
        made["until"] = end
    return made


def duties(desk: Desk) -> Doc:
    """`duties.yaml`: now and then a grant or two and a prohibition, each with dates of its own."""
    dice = desk.dice
    documents: Doc = {"appropriate_policy_document": "APD-1"}
    grants = [grant(desk, f"2.{index + 1}", documents) for index in range(pick(dice, (0, 0, 1, 1)))]
    prohibitions = [prohibition(desk, "9.1")] if chance(dice, 25) else []
    for clause in grants + prohibitions:
        if chance(dice, 50):
            clause["in_force"] = clause_in_force(desk)
    return {
        "duties": "statutory",
        "version": dice.integer(1, 2),
        "documents": documents,
        "grants": grants,
        "prohibitions": prohibitions,
    }


def signature(desk: Desk) -> Any:
    """A date, or an interval."""
    start = desk.days.moment(desk.dice, 88, 8)
    if chance(desk.dice, 60):
        return start
    end = desk.days.end(desk.dice, start) if chance(desk.dice, 50) else None
    return {"from": start} | ({} if end is None else {"until": end})


def signed(desk: Desk, papers: list[Doc]) -> Any:
    """All, or party by party; None to leave it out (nobody signed)."""
    dice = desk.dice
    if not chance(dice, 35):
        return "all"
    if chance(dice, 10):
        return None
    by_reference: Doc = {}
    for paper in papers:
        if chance(dice, 92):
            by_reference.setdefault(paper["agreement"], {}).update(
                {party: signature(desk) for party in paper["parties"] if chance(dice, 88)}
            )
    return by_reference
