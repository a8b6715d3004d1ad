"""Story 5, the holder decides: the police release one incident in summary, and keep another back.

Checked: before the decision nothing of either is shown and the screen says who decides; the decisions are the
police's alone; afterwards one is shown in summary, without the account, and of the other nothing.
"""

from __future__ import annotations

from typing import Final

from broker.cli.demo.cast import COUNCIL_LEAD, POLICE_LEAD
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Household
from broker.cli.demo.stage import Stage
from broker.cli.demo.team import PURPOSE, ask, mother_agrees
from broker.cli.demo.telling import Teller
from broker.decision.facts import HolderRuling
from broker.errors import NotAllowed
from broker.release.disclosure import Disclosure
from broker.release.profile import ProfileItem
from broker.usecases.acting import Acting
from broker.usecases.cases import CaseNow
from broker.usecases.decide_as_holder import HolderRules, decide_as_holder

STORY: Final = "the holder decides"
KIND: Final = "police-incidents"


def tell_holder(stage: Stage, teller: Teller, checks: Checks, home: Household, case: CaseNow) -> Disclosure:
    """Tells the story and checks it; what was shown after the decisions."""
    mother, child = home.mother, home.child
    mother_agrees(stage, home)
    stage.later()
    before = ask(stage, home.ids, case, "planning a safe first visit")
    stage.later(40)
    refused = _others_may_not(stage, home, case)
    _decide(stage, POLICE_LEAD, case, mother.id, HolderRuling.RELEASE, "It shows what support would help with")
    stage.later(2)
    _decide(stage, POLICE_LEAD, case, child.id, HolderRuling.WITHHOLD, "It does not bear on the plan")
    stage.later()
    after = ask(stage, home.ids, case, "planning a safe first visit")
    shown = _incidents(after)
    teller.chapter("Story 5. The holder decides")
    teller.say(
        f"Kim leads a team for {mother.first} and {child.first}, who is {child.age}. She needs to know whether "
        "anything the police know bears on a first visit. Her screen says that Essex Police decide each time, "
        "and that the line is there whether or not there is anything."
    )
    teller.say(
        f"Sam Hart, safeguarding lead at Essex Police, decides. About {mother.first}: tell the team, in "
        f"summary. About {child.first}: no, it does not bear on the plan. Kim asks again:"
    )
    teller.rows(
        "Police incidents on Kim's screen",
        ("about", "what the police say"),
        [
            (
                mother.first,
                "; ".join(
                    f"{name.replace('_', ' ')}: {str(value).replace('-', ' ')}" for name, value in item.fields
                ),
            )
            for item in shown
        ]
        or [("", "Nothing released.")],
    )
    teller.say(
        "Why: the agreement leaves this to the police, one by one, and nobody else can decide it for them. In "
        "summary means without the account, where a caller may have named a neighbour. Whoever looks later "
        "finds who decided, when, and why."
    )
    claims = (
        ("before the police decided, no incident was shown and the screen said who decides", _says_who(before)),
        ("nobody but the police can decide it: the council's own safeguarding lead cannot", refused),
        ("afterwards hers is shown, in summary", {item.about for item in shown} == {(mother.id,)}),
        ("without the account", all("account" not in dict(item.fields) for item in shown) and shown),
        (f"and nothing of {child.first}'s", not any(child.id in item.about for item in shown)),
    )
    teller.claims(checks, STORY, claims)
    return after


def _decide(stage: Stage, by: Acting, case: CaseNow, about: str, ruling: HolderRuling, reason: str) -> None:
    rules = HolderRules(about, "essex-police", KIND, PURPOSE, ruling, reason, case.case.id)
    decide_as_holder(stage.broker, by, rules)


def _others_may_not(stage: Stage, home: Household, case: CaseNow) -> bool:
    try:
        _decide(stage, COUNCIL_LEAD, case, home.mother.id, HolderRuling.RELEASE, "We would like to see it")
    except NotAllowed:
        return True
    return False


def _incidents(disclosure: Disclosure) -> list[ProfileItem]:
    items = disclosure.profile.items if disclosure.profile is not None else ()
    return [item for item in items if item.papers.category == KIND]


def _says_who(disclosure: Disclosure) -> bool:
    lines = disclosure.profile.not_shared if disclosure.profile is not None else ()
    said = any((line.category, line.reason) == (KIND, "holder-decides") for line in lines)
    return said and not _incidents(disclosure)
