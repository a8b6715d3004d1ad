"""Story 2, the team around the family: the mother agrees, her partner does not.

Checked item by item on what the team received: what is shown names a clause, a basis and whose agreement; what is
about him, alone or with others, is not shown; the charity sees less than the lead practitioner; and for a party
that has not signed the screen says so, with the next step. Source: docs/rules.md (each person decides for
themselves).
"""

from __future__ import annotations

from dataclasses import dataclass
from typing import Final

from broker.cli.demo.cast import CHARITY
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Household, partner_of
from broker.cli.demo.papers import UNSIGNED
from broker.cli.demo.stage import Stage
from broker.cli.demo.team import agree, ask, form_team, mother_agrees
from broker.cli.demo.telling import Teller
from broker.consent.record import ConsentKind
from broker.release.disclosure import Disclosure
from broker.release.in_words import TOLD_WORDS
from broker.release.profile import CONSENT_WORDS, NotSharedLine, ProfileItem
from broker.store.records import find_headers
from broker.usecases.casework.cases import CaseNow
from broker.usecases.consent.append_consent import ConsentAppended

STORY: Final = "the team"
_AGREED: Final = ("attendance", "early-help", "family-voice")


@dataclass(frozen=True, slots=True)
class Team:
    """What the later stories build on."""

    home: Household
    case: CaseNow
    lead: Disclosure
    charity: Disclosure
    child_consent: ConsentAppended


def tell_team(stage: Stage, teller: Teller, checks: Checks, home: Household) -> Team:
    """Tells the story and checks it."""
    mother, child, partner = home.mother, home.child, partner_of(home)
    own, childs = mother_agrees(stage, home)
    agree(stage, partner.id, partner.id, refused=True)
    stage.later()
    case = form_team(stage, home.ids, with_charity=True)
    stage.later()
    lead = ask(stage, home.ids, case, "first review of the plan")
    stage.later()
    charity = ask(stage, home.ids, case, "preparing a home visit", CHARITY)
    teller.chapter("Story 2. The team around the family")
    teller.say(
        f"{mother.first} would like help with mornings, and agrees for herself and for {child.first}: the "
        f"worker has seen the birth certificate. Her partner {partner.first} says no for himself. Kim Okafor "
        "forms a team with Rosa Lind of Open Door Families. Kim needs to see what bears on the plan, and "
        "nothing that was not agreed."
    )
    teller.shown("What Kim is shown", lead)
    his, joint = _of_partner(stage, home)
    teller.say(
        f"Of {partner.first} there is nothing on her screen. This demo knows that {len(his)} items are about "
        f"him alone and {len(joint)} about him and somebody else; Kim's screen cannot tell. In {mother.first}'s "
        "tenancy the second tenant is “another person”."
    )
    line = _unsigned(lead)
    if line is not None:
        teller.say(
            f"And one next step: {line.controller_name}: {TOLD_WORDS[line.reason].lower()}. {line.next_step}"
        )
    teller.say(
        f"Why: each adult decides for themselves. {mother.first}'s yes opens what is about her and "
        f"{child.first}; {partner.first}'s no closes what is about him, and takes nothing from {child.first}. "
        "The demo ends with this screen in full, every item with its papers."
    )
    teller.claims(
        checks, STORY, (("the mother may decide for both, and both count", own.counts and childs.counts),)
    )
    _check_shown(teller, checks, home, lead)
    items = _items(lead)
    shown = {item.record for item in items}
    kinds = {item.papers.category for item in _items(charity)}
    teller.claims(
        checks,
        STORY,
        (
            ("nothing about the partner alone is shown", his and not his & shown),
            ("nothing about him and somebody else is shown", joint and not joint & shown),
            (
                "his name stands nowhere on the screen",
                not any(partner.id in repr(item.fields) or partner.first in repr(item.fields) for item in items),
            ),
            (
                "where a tenancy names him, it says another person",
                any("another person" in repr(item.fields) for item in items if item.about == (mother.id,)),
            ),
            (
                "Rosa, in the same team, sees less: the landlord's arrears go to the lead practitioner only",
                "tenancy-arrears" in {item.papers.category for item in items}
                and kinds
                and "tenancy-arrears" not in kinds,
            ),
            ("the party that has not signed is named, with the next step", line is not None and line.next_step),
        ),
    )
    return Team(home, case, lead, charity, childs)


def _check_shown(teller: Teller, checks: Checks, home: Household, lead: Disclosure) -> None:
    profile, items = lead.profile, _items(lead)
    kinds = {item.papers.category for item in items}
    agreed = CONSENT_WORDS[ConsentKind.ENGAGEMENT]
    about = {person for item in items for person in item.about}
    claims = (
        ("something is shown of the mother and of the child", about == {home.mother.id, home.child.id}),
        (
            "attendance, names, who is involved and the family's own words are there",
            {"attendance", "identity", "involvement", "family-voice"} <= kinds,
        ),
        (
            "every item shown names its clause and its lawful basis",
            items and all(item.papers.clauses and item.papers.basis for item in items),
        ),
        (
            "what rests on agreement says whose",
            all(
                any(words.startswith(agreed) for words in item.papers.consent)
                for item in items
                if item.papers.category in _AGREED
            ),
        ),
        ("mental health, shared with level 3 teams only, is not shown", "mental-health" not in kinds),
        (
            "police incidents are left to the police to decide, and the screen says so",
            profile is not None
            and any(
                line.category == "police-incidents" and line.reason == "holder-decides"
                for line in profile.not_shared
            ),
        ),
        ("the screen says what silence means, source by source", profile is not None and profile.coverage),
    )
    teller.claims(checks, STORY, claims)


def _items(disclosure: Disclosure) -> tuple[ProfileItem, ...]:
    return disclosure.profile.items if disclosure.profile is not None else ()


def _of_partner(stage: Stage, home: Household) -> tuple[set[str], set[str]]:
    """The records about him alone, and about him and somebody else. Safety of workers and orders in force, which
    need nobody's agreement, there are none of his here."""
    partner = partner_of(home)
    with stage.broker.store.look() as view:
        about = {one.header.id: one.header.about for one in find_headers(view, home.ids)}
    his = {record for record, people in about.items() if people == {partner.id}}
    return his, {record for record, people in about.items() if partner.id in people} - his


def _unsigned(lead: Disclosure) -> NotSharedLine | None:
    lines = lead.profile.not_shared if lead.profile is not None else ()
    wanted = (UNSIGNED[1], "party-not-signed")
    return next((line for line in lines if (line.controller, line.reason) == wanted), None)
