"""Story 8, papers and law: a party signs; benefits are asked for to collect a debt; somebody asks for his own
data; and a paper runs out while a child protection enquiry goes on.

Checked: a signature opens what its clause gives, and nothing before it; what the law locks stays locked; an answer
to one person has nothing of another; a lapsed agreement stops at the front door and never stops an enquiry. What
happens next summer happens in a copy of this county, so that the demo's own stays in November.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from broker.casework import CaseKind
from broker.cli.demo.cast import SOCIAL_WORKER, TRIAGE
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Families, Household
from broker.cli.demo.papers import UNSIGNED, sign_for
from broker.cli.demo.stage import Stage, copy_world, raised
from broker.cli.demo.story_front_door import SCREENING
from broker.cli.demo.story_law import STORY, tell_council_tax, tell_own_data
from broker.cli.demo.team import ask
from broker.cli.demo.telling import Teller
from broker.release.disclosure import Disclosure
from broker.usecases.casework.cases import CaseNow, NewCase, open_case
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import release_profile

THURSDAY: Final = datetime(2026, 11, 12, 9, 30, tzinfo=UTC)
SUMMER: Final = datetime(2027, 7, 5, 9, 0, tzinfo=UTC)
"""Later than the front door's agreement's day of review and its three months of grace."""


def tell_papers(stage: Stage, teller: Teller, checks: Checks, families: Families, led: CaseNow, seed: int) -> None:
    """Tells the story and checks it."""
    stage.until(THURSDAY)
    teller.chapter("Story 8. Papers and law")
    teller.say(
        "Ivy Marsh looks after the county's agreements. Four things cross her desk this week, and for each she "
        "needs to be sure that the screen does what the paper and the law say."
    )
    _signed(stage, teller, checks, families.led, led)
    tell_council_tax(stage, teller, checks, families.led, led, seed)
    tell_own_data(stage, teller, checks, families.asking)
    _next_summer(stage, teller, checks, families.together, seed)


def _signed(stage: Stage, teller: Teller, checks: Checks, home: Household, led: CaseNow) -> None:
    reference, party = UNSIGNED
    name = stage.broker.partnership.vocabulary.organisations[party].name
    before = ask(stage, home.ids, led, "who else is involved")
    stage.later(20)
    kept = sign_for(stage, reference, 1, party)
    stage.later()
    after = ask(stage, home.ids, led, "who else is involved")
    teller.say(
        f"First, a signature. {name} signs the family support agreement; every other party had. Kim asks who is "
        f"involved with {home.child.first}, before and after:"
    )
    teller.rows(
        f"From {name}",
        ("", "what Kim is shown"),
        [("before it signed", _from(before, party)), ("after it signed", _from(after, party))],
    )
    claims = (
        ("nothing flows from a party that has not signed", not _sources(before, party)),
        ("once it has signed, what its clause gives is shown", _sources(after, party) and not kept.unsigned),
    )
    teller.claims(checks, STORY, claims)


def _next_summer(stage: Stage, teller: Teller, checks: Checks, home: Household, seed: int) -> None:
    child = home.child
    settings = copy_world(stage, stage.folder / "next-summer")
    with raised(settings.data_dir, settings, seed, SUMMER) as summer:
        contact = _case(summer, home, CaseKind.CONTACT, SCREENING)
        door = release_profile(summer.broker, TRIAGE, Asked(SCREENING, (child.id,), "a worry", contact))
        summer.later()
        enquiry = _case(summer, home, CaseKind.ENQUIRY, "section-47")
        asked = Asked("section-47", home.ids, "a bruise that nobody could explain", enquiry)
        found = release_profile(summer.broker, SOCIAL_WORKER, asked)
    lines = door.profile.not_shared if door.profile is not None else ()
    teller.say(
        "Fourth, a paper that runs out. Nobody reviews the front door's agreement, and three months later it "
        "lapses. It is 5 July 2027, in a copy of this county. The front door is shown nothing by it any more, "
        f"and the screen says why. The same day a bruise is seen on {child.first}. Zoe Chen, a social worker, "
        "opens a child protection enquiry. She is shown:"
    )
    teller.shown("What Zoe is shown", found)
    teller.say(
        "Why: an enquiry about harm to a child rests on the law, and not on a paper or on anybody's agreement. "
        f"A lapsed agreement does not stop it, nor does it matter that {home.mother.first} had withdrawn."
    )
    items = found.profile.items if found.profile is not None else ()
    claims = (
        (
            "after its grace the front door's agreement gives nothing",
            not any(clause.startswith("front-door@") for clause in _clauses(door)),
        ),
        ("and the screen says why", any(line.reason == "agreement-not-in-force" for line in lines)),
        (
            "the enquiry goes on, by the law's own clauses",
            items and all(clause.startswith("statutory@") for clause in _clauses(found)),
        ),
        ("with nobody's agreement needed", all(not item.papers.consent for item in items)),
    )
    teller.claims(checks, STORY, claims)


def _case(stage: Stage, home: Household, kind: CaseKind, purpose: str) -> str:
    by = TRIAGE if kind is CaseKind.CONTACT else SOCIAL_WORKER
    level = 2 if kind is CaseKind.CONTACT else 4
    new = NewCase(kind, level, frozenset({purpose}), frozenset(home.ids))
    opened = open_case(stage.broker, by, new)
    stage.later()
    return opened.case.id


def _clauses(disclosure: Disclosure) -> set[str]:
    items = disclosure.profile.items if disclosure.profile is not None else ()
    return {clause for item in items for clause in item.papers.clauses}


def _sources(disclosure: Disclosure, party: str) -> list[str]:
    items = disclosure.profile.items if disclosure.profile is not None else ()
    return [str(dict(item.fields).get("service", "")) for item in items if item.papers.controller == party]


def _from(disclosure: Disclosure, party: str) -> str:
    return ", ".join(one for one in _sources(disclosure, party) if one) or "Nothing released."
