"""Random consents, holders' decisions, feeds and records around a family and its papers.

Decides what happened and when; most of it bears on the request, so that cells come out every way.
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Any

from tests.generative.worlds_dice import Dice, at_least_one, chance, pick, some
from tests.generative.worlds_papers import Desk
from tests.generative.worlds_policies import CONSENT_KINDS, some_scope

Doc = dict[str, Any]
LOOK_BACK_DAYS = (5, 0, 20, 1, 30, 31, 28, 10, 45, 59, 100, 365, 366, 400, 730, 731, 2557, 3000)


@dataclass(frozen=True)
class Story:
    """What an author of events knows: the desk, the papers, the people asked about and everybody."""

    desk: Desk
    papers: list[Doc]
    asked: list[str]
    names: list[str]
    signatories: dict[str, list[str]]

    @property
    def dice(self) -> Dice:
        """The choices."""
        return self.desk.dice

    def named(self, desk: Desk) -> tuple[str, str]:
        """A holder and a category that some grant names; seldom any two at all."""
        dice, bodies = self.dice, desk.policies["organisations"]["organisations"]
        controller, category = pick(dice, desk.codes("organisations")), pick(dice, desk.codes("categories"))
        if chance(dice, 85):
            clause = pick(dice, pick(dice, [paper for paper in self.papers if paper["grants"]])["grants"])
            entry = pick(dice, clause["from"])
            typed = isinstance(entry, dict)
            holders = [body["code"] for body in bodies if not typed or entry["type"] in body["types"]]
            controller, category = pick(dice, holders) if typed else entry, pick(dice, clause["categories"])
        return controller, category

    def demanded(self) -> list[str]:
        """The kinds of consent that some grant demands."""
        return sorted({each["consent"] for paper in self.papers for each in paper["grants"] if "consent" in each})


def scope(story: Story, event: Doc) -> Doc:
    """The event with a scope: mostly left out, sometimes `all`, sometimes a list."""
    dice, desk = story.dice, story.desk
    if chance(dice, 30):
        listed = some_scope(dice, desk.codes("categories"), pick(dice, desk.codes("categories")))
        event["categories"] = listed if chance(dice, 80) else "all"
    for part, codes, always in (
        ("purposes", desk.codes("purposes"), desk.heart.purpose),
        ("controllers", desk.codes("organisations"), None),
        ("recipients", desk.codes("organisations"), desk.heart.recipient),
    ):
        if chance(dice, 9):
            event[part] = some_scope(dice, codes, always) if chance(dice, 75) else "all"
    return event


def event(story: Story, about: str, by: str, kind: str, decision: str) -> Doc:
    """One consent event."""
    dice, days = story.dice, story.desk.days
    made: Doc = {"about": about, "by": by, "kind": kind, "decision": decision, "at": days.moment(dice, 85, 11)}
    if chance(dice, 12) and (end := days.end(dice, made["at"])) is not None:
        made["until"] = end
    if chance(dice, 4):
        made["unsafe"] = chance(dice, 85)
    return scope(story, made)


def usual_consents(story: Story) -> list[Doc]:
    """The consent that the papers demand, by those whose it mostly is; T4 categories named."""
    dice = story.dice
    codes = story.desk.codes("categories")
    made = []
    for about in story.asked:
        for kind in story.demanded():
            for by in story.signatories[about]:
                if chance(dice, 78):
                    made.append(event(story, about, by, kind, "given"))
                    if chance(dice, 45):
                        made.append(event(story, about, by, kind, "given") | {"categories": codes})
                if chance(dice, 9):
                    made.append(event(story, about, by, kind, pick(dice, ("refused", "withdrawn"))))
    return made


def other_consents(story: Story) -> list[Doc]:
    """Anything else: refusals, objections, opt-outs, and people who sign without standing."""
    dice = story.dice
    made = []
    for _ in range(dice.integer(0, 4)):
        about = pick(dice, story.asked if chance(dice, 85) else story.names)
        by = pick(dice, story.signatories[about] if chance(dice, 70) else story.names)
        kind = pick(dice, ("objection", "opt-out", *(story.demanded() or CONSENT_KINDS)))
        if kind in ("objection", "opt-out"):
            decision = pick(dice, ("given", "given", "given", "withdrawn", "refused"))
        else:
            decision = pick(dice, ("given", "refused", "withdrawn"))
        made.append(event(story, about, by, kind, decision))
    return made


def consents(story: Story) -> list[Doc]:
    """All of them, numbered."""
    made = usual_consents(story) + other_consents(story)
    return [{"id": f"c{index + 1}"} | each for index, each in enumerate(made)]


def holder_decisions(story: Story, case: str | None) -> list[Doc]:
    """Releases and withholdings, by a member of the controller's staff."""
    dice, desk = story.dice, story.desk
    made = []
    for _ in range(pick(dice, (0, 0, 1, 2, 4))):
        controller, category = story.named(desk)
        decided: Doc = {
            "about": pick(dice, story.asked),
            "category": category,
            "controller": controller,
            "purpose": desk.heart.purpose if chance(dice, 90) else pick(dice, desk.codes("purposes")),
            "decision": pick(dice, ("release", "withhold", "release")),
            "by": f"holder-{controller}",
            "at": desk.days.moment(dice, 75, 18),
        }
        if case is not None and chance(dice, 20):
            decided["case"] = case
        if chance(dice, 20) and (end := desk.days.end(dice, decided["at"])) is not None:
            decided["until"] = end
        made.append(decided)
        if chance(dice, 20):
            made.append(decided | {"decision": pick(dice, ("release", "withhold"))})
    return made


def feeds(story: Story) -> list[Doc]:
    """What holders promised to send, and when they last did."""
    dice, desk = story.dice, story.desk
    return [
        {
            "controller": controller,
            "categories": "all" if chance(dice, 60) else at_least_one(dice, desk.codes("categories"), 50),
            "every": pick(dice, ("P1D", "P7D", "P1M", "P30D")),
            "last_received": pick(dice, (*desk.days.past, *desk.days.near)),
        }
        for controller in some(dice, desk.codes("organisations"), 35)
    ]


def field_value(story: Story, kind: str) -> Any:
    """A value of the kind a field declares."""
    if kind == "person":
        return pick(story.dice, story.asked if chance(story.dice, 60) else story.names)
    return {
        "text": "Seen at home",
        "number": 81,
        "date": "2026-01-05",
        "code": "B2",
        "address": "1 Example Street",
        "place": "Library",
        "narrative": "A few words about the visit.",
    }[kind]


def record(story: Story, index: int) -> Doc:
    """One record, about one to three people."""
    dice, desk = story.dice, story.desk
    controller, code = story.named(desk)
    category = next(each for each in desk.policies["categories"]["categories"] if each["code"] == code)
    about = [pick(dice, story.asked)] if chance(dice, 94) else [pick(dice, story.names)]
    if chance(dice, 30) and len(story.names) > 1:
        about += some(dice, [name for name in story.names if name not in about], 35)[:2]
    occurred = desk.days.days_ago(pick(dice, LOOK_BACK_DAYS))
    if chance(dice, 8):
        occurred = desk.days.day_near(dice, 20, 40)
    made: Doc = {
        "id": f"r{index + 1}",
        "controller": controller,
        "category": code,
        "about": about,
    }
    if chance(dice, 75):
        made["mentions"] = some(dice, story.names, 20)
    made["occurred"] = occurred
    if chance(dice, 15):
        made["recorded"] = desk.days.moment(dice, 60, 30)
    filled = some(dice, category["fields"], 85)
    made["fields"] = {field["name"]: field_value(story, field["kind"]) for field in filled}
    return made


def records(story: Story) -> list[Doc]:
    """Two to seven records."""
    return [record(story, index) for index in range(story.dice.integer(2, 7))]
