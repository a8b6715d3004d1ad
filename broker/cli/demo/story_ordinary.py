"""A front-door morning, and an ordinary team: a school rings, the mother agrees, the team sees what was agreed.

Checked: every item shown names a clause that a party has signed, a basis, and whoever agreed; what no clause gives
this team stays out, and the father of whom nobody asked is in nothing.
"""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass

from broker.casework import CaseKind
from broker.cli.demo.by_hand import enter_ordinary
from broker.cli.demo.cast import CHARITY, TRIAGE
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Household
from broker.cli.demo.stage import Stage
from broker.cli.demo.team import PURPOSE, agree, ask, form_team, show_responsibility
from broker.cli.demo.telling import Teller
from broker.cli.profile_words import clause_words
from broker.consent.record import ConsentKind
from broker.release.disclosure import Disclosure
from broker.release.profile import CONSENT_WORDS, uk_date
from broker.usecases.append_consent import ConsentAppended
from broker.usecases.cases import CaseNow, NewCase, open_case
from broker.usecases.people import Wanted, find_person
from broker.usecases.release_profile import Asked, release_profile

STORY = "ordinary team"
SCREENING = "front-door-screening"


@dataclass(frozen=True, slots=True)
class Ordinary:
    """What the later stories build on."""

    home: Household
    case: CaseNow
    lead: Disclosure
    charity: Disclosure
    consent: ConsentAppended
    child_consent: ConsentAppended


def tell_ordinary(stage: Stage, teller: Teller, checks: Checks, home: Household) -> Ordinary:
    """Tells the story and checks it."""
    enter_ordinary(stage, home)
    _front_door(stage, teller, checks, home)
    mother, child = home.mother, home.child
    teller.chapter("Story 1 goes on. An ordinary team around the family")
    teller.say(
        f"{mother.first} agrees to early help, for herself and for {child.first}: the worker has seen the birth "
        "certificate. Kim Okafor, lead practitioner, forms a team; Rosa Lind of Open Door Families joins it."
    )
    stage.later()
    show_responsibility(stage, home)
    own, childs = agree(stage, mother, mother), agree(stage, child, mother)
    checks_out = own.counts and childs.counts
    teller.claim(checks.claim(STORY, "the mother can decide for both, and both decisions count", checks_out))
    stage.later()
    case = form_team(stage, home, with_charity=True)
    stage.later()
    lead = ask(stage, home, case, "first review of the plan")
    teller.profile(lead, stage.broker.partnership.vocabulary.categories)
    _check_profile(teller, checks, home, lead)
    stage.later()
    asked = Asked(PURPOSE, home.ids, "preparing a home visit", case.case.id)
    charity = release_profile(stage.broker, CHARITY, asked)
    shown = _categories(charity)
    teller.claim(
        checks.claim(
            STORY,
            "the charity in the same team sees less: no arrears, which only the lead practitioner is given",
            "tenancy-arrears" in _categories(lead) and bool(shown) and "tenancy-arrears" not in shown,
        )
    )
    return Ordinary(home, case, lead, charity, own, childs)


def _front_door(stage: Stage, teller: Teller, checks: Checks, home: Household) -> None:
    child = home.child
    teller.chapter("Story 1. A front-door morning")
    teller.say(
        f"The school is worried about {child.first}. Tom Adeyemi, at the front door, looks {child.first} up."
    )
    wanted = Wanted(child.person.given_name, child.person.family_name, child.person.born_on)
    search = find_person(stage.broker, TRIAGE, wanted, SCREENING, "a worry from the school")
    found = [one.person_id for one in search.found]
    teller.claim(checks.claim(STORY, "one search by name and birth date finds the child", child.id in found))
    stage.later()
    contact = open_case(
        stage.broker, TRIAGE, NewCase(CaseKind.CONTACT, 2, frozenset({SCREENING}), frozenset({child.id}))
    )
    asked = Asked(SCREENING, (child.id,), "a worry from the school", contact.case.id)
    disclosure = release_profile(stage.broker, TRIAGE, asked)
    profile = disclosure.profile
    items = profile.items if profile is not None else ()
    # Two that read the same are one line with a count: which is which is nothing to the reader.
    lines = Counter(
        (uk_date(one.occurred_on), one.category_title, one.controller_name, clause_words(", ".join(one.clauses)))
        for one in (item.papers for item in items)
    )
    teller.rows(
        f"What the front door may see of {child.first} ({len(items)} items)",
        ("when", "what", "from", "by", "items"),
        [(*line, count) for line, count in lines.items()],
    )
    teller.claim(
        checks.claim(
            STORY,
            "the front door sees who is involved without anybody's consent, by a clause that needs none",
            any(item.papers.category == "involvement" and not item.papers.consent for item in items),
        )
    )


def _check_profile(teller: Teller, checks: Checks, home: Household, lead: Disclosure) -> None:
    profile = lead.profile
    items = profile.items if profile is not None else ()
    categories = _categories(lead)
    agreed = CONSENT_WORDS[ConsentKind.ENGAGEMENT]
    claims = (
        ("something is shown of the mother and of the child", _about(lead) == {home.mother.id, home.child.id}),
        (
            "every item shown names its clause, its lawful basis and the day it happened",
            bool(items) and all(item.papers.clauses and item.papers.basis for item in items),
        ),
        (
            "what rests on agreement says whose: early help, attendance, the family's own words",
            all(
                any(words.startswith(agreed) for words in item.papers.consent)
                for item in items
                if item.papers.category in ("attendance", "early-help", "family-voice")
            ),
        ),
        (
            "attendance, identity, who is involved and the family's own words are there",
            {"attendance", "identity", "involvement", "family-voice"} <= categories,
        ),
        ("mental health, shared at level 3 only, is not", "mental-health" not in categories),
        (
            "police incidents are left to the police to decide, and that is said",
            profile is not None
            and any(
                line.category == "police-incidents" and line.reason == "holder-decides"
                for line in profile.not_shared
            ),
        ),
        (
            "coverage says what silence means for every source a clause names",
            profile is not None and bool(profile.coverage),
        ),
    )
    for says, holds in claims:
        teller.claim(checks.claim(STORY, says, holds))


def _categories(disclosure: Disclosure) -> set[str]:
    return {item.papers.category for item in disclosure.profile.items} if disclosure.profile is not None else set()


def _about(disclosure: Disclosure) -> set[str]:
    if disclosure.profile is None:
        return set()
    return {person for item in disclosure.profile.items for person in item.about}
