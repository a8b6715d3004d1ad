"""Story 1, a front-door morning: two worries come in; one family has a lead already, the other is looked at,
checked and decided about.

Checked: who leads is told and nothing of what they do; the clock is the county's; the agency that is asked sees
whom it is about and not what was said; what the front door sees needs nobody's agreement; the school hears what
becomes of its worry, and nothing about the family.
"""

from __future__ import annotations

from typing import Final

from broker.casework.checks import CheckAnswer
from broker.casework.contact import ContactWords, FamilyKnows, SafeContact, SourceKind
from broker.casework.threshold import ThresholdOutcome
from broker.cli.demo.cast import DECIDER, LEAD, LEADS_PHONE, POLICE_DESK, TRIAGE
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Families, Household, Member
from broker.cli.demo.stage import Stage
from broker.cli.demo.team import form_team
from broker.cli.demo.telling import Teller, clock_words
from broker.release.disclosure import Disclosure
from broker.usecases.casework.agency_checks import answer_check, ask_check, list_checks
from broker.usecases.casework.cases import CaseNow
from broker.usecases.casework.decide_contact import close_contact, decide_threshold, tell_referrer
from broker.usecases.casework.find_lead import PASSED, find_lead, pass_to_lead
from broker.usecases.casework.front_door_queue import list_contacts, show_contact
from broker.usecases.casework.record_contact import NewContact, record_contact
from broker.usecases.casework.screen_contact import rate_contact, take_contact
from broker.usecases.notices import list_notices
from broker.usecases.people.people import Wanted, find_person
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import release_profile
from broker.vocabulary.clocks import Rating

STORY: Final = "the front door"
SCREENING: Final = "front-door-screening"
WORRY: Final = "Comes in hungry and tired, and twice this week was not collected until five."
SAFE: Final = SafeContact("01632 960133", call=True, when="after 3 pm", code_word="bluebell")


def open_led(stage: Stage, families: Families) -> CaseNow:
    """The family that has a lead before the morning begins."""
    return form_team(stage, families.led.ids)


def tell_front_door(stage: Stage, teller: Teller, checks: Checks, families: Families, led: CaseNow) -> Disclosure:
    """Tells the story and checks it; what the front door was shown."""
    teller.chapter("Story 1. A front-door morning")
    teller.say(
        "Tom Adeyemi works at the county's front door. Two worries come in on Monday morning. For each he "
        "needs to know two things: is somebody with this family already, and how soon must we act?"
    )
    _already_open(stage, teller, checks, families.led, led)
    return _screened(stage, teller, checks, families.together)


def _already_open(stage: Stage, teller: Teller, checks: Checks, home: Household, led: CaseNow) -> None:
    child, broker = home.child, stage.broker
    words = ContactWords(
        "The mother looks worn out and asked us who could help.", "Riverside Surgery", "01632 960170"
    )
    new = NewContact(SourceKind.ORGANISATION, words, frozenset({child.id}), source_code="riverside-surgery")
    contact = record_contact(broker, TRIAGE, new).case.id
    stage.later(2)
    answer = find_lead(broker, TRIAGE, contact, "is somebody with this family already")
    stage.later(2)
    passed = pass_to_lead(broker, TRIAGE, contact, led.case.id, "the family has a lead")
    stage.later(1)
    waiting = [one for one in list_notices(broker, LEAD) if one.topic == PASSED]
    lead = passed.lead
    teller.say(
        f"The first is from a surgery, about {child.first}, who is {child.age}. Tom asks whether somebody is "
        f"with the family already. The screen answers with a name and a number: {lead.name}, {LEADS_PHONE}. In "
        "one step the worry is Kim Okafor's."
    )
    teller.claims(
        checks,
        STORY,
        (
            (
                "the answer says who leads and how to ring her, and nothing of what she does with the family",
                [(one.name, one.phone) for one in answer.leads] == [(lead.name, LEADS_PHONE)]
                and all(item.papers.category == "involvement" for item in answer.involved),
            ),
            (
                "the worry is closed at the front door and waits for Kim, without a word of what was said",
                passed.contact.closed_at is not None and len(waiting) == 1 and not waiting[0].about,
            ),
        ),
    )


def _screened(stage: Stage, teller: Teller, checks: Checks, home: Household) -> Disclosure:
    child, broker = home.child, stage.broker
    stage.later(10)
    person = child.person
    search = find_person(
        broker, TRIAGE, Wanted(person.given_name, person.family_name, person.born_on), SCREENING, "the school rang"
    )
    stage.later(3)
    words = ContactWords(WORRY, "Mrs Patel", "01632 960112", SAFE)
    new = NewContact(
        SourceKind.ORGANISATION,
        words,
        frozenset({child.id}),
        source_code=person.school_code,
        family_knows=FamilyKnows.NO,
    )
    contact = record_contact(broker, TRIAGE, new).case.id
    stage.later(2)
    take_contact(broker, TRIAGE, contact)
    rate_contact(broker, TRIAGE, contact, Rating.AMBER, "hungry, and not collected", 2)
    stage.later(1)
    queue = list_contacts(broker, TRIAGE)
    teller.say(
        f"The second is from {_school(stage, child)}, about {child.first}, who is {child.age}. Tom writes it "
        f"down in the school's own words, and what is safe: “{SAFE.in_words}”"
    )
    teller.rows(
        "Tom's list",
        ("who", "what was said", "colour", "time left"),
        [
            (
                ", ".join(f"{one.first_name}, {one.age}" for one in row.people),
                row.line,
                row.contact.rating.value if row.contact.rating is not None else "",
                row.left.in_words if row.left is not None else "",
            )
            for row in queue.rows
        ],
    )
    _, check = ask_check(broker, TRIAGE, contact, "essex-police")
    stage.later(15)
    (asked,) = [one for one in list_checks(broker, POLICE_DESK) if one.check.id == check.id]
    answer_check(broker, POLICE_DESK, check.id, CheckAnswer.ANSWERED)
    stage.later()
    seen = show_contact(broker, TRIAGE, contact)
    disclosure = release_profile(broker, TRIAGE, Asked(SCREENING, (child.id,), "a worry from the school", contact))
    teller.say(
        "Tom asks Essex Police for a check. Their desk sees whom it is about and by when, and not what the "
        "school said. He learns that they have answered. Then the screen shows what each agency lets the front "
        "door see:"
    )
    teller.shown(f"What Tom is shown of {child.first}", disclosure)
    stage.later(20)
    decided = decide_threshold(
        broker,
        DECIDER,
        contact,
        2,
        ThresholdOutcome.TAF,
        "Unmet need, no sign of danger; the school has a good link",
    )
    stage.later(2)
    told = tell_referrer(broker, TRIAGE, contact)
    close_contact(broker, TRIAGE, contact)
    teller.say(
        f"Dee Walsh decides at {clock_words(stage.clock.at).rpartition(' at ')[2]}: level 2, a team around the "
        f"family, and writes down why. The school hears: “{told.text}”"
    )
    teller.say(
        "Why: at the front door the law lets these bodies tell the council who is involved, without asking the "
        "family first. It lets them tell no more than the agreement's clauses say. Nobody asked about the "
        "parents, so where a record names them the screen says “another person”."
    )
    row = queue.rows[0]
    items = disclosure.profile.items if disclosure.profile is not None else ()
    hours = row.left.time.total_seconds() / 3600 if row.left is not None else 0
    teller.claims(
        checks,
        STORY,
        (
            (
                "one search by name and birth date finds the child",
                child.id in [one.person_id for one in search.found],
            ),
            ("amber has the county's six hours, counted from when the worry came", 5.5 < hours <= 6),
            (
                "the police desk is told whom and by when, and not what was said",
                asked.people == (child.id,) and WORRY not in repr(asked),
            ),
            (
                "who is involved is shown without anybody's agreement, by a clause that needs none",
                any(item.papers.category == "involvement" and not item.papers.consent for item in items),
            ),
            ("no parent's name is shown: nobody asked about them", not _named(home, items)),
            (
                "the decision has its reason, and its level counts from then",
                decided.decision is not None and decided.decision.level == 2 and seen.words is not None,
            ),
            ("the school hears what becomes of it, and nothing about the family", child.first not in told.text),
        ),
    )
    return disclosure


def _school(stage: Stage, child: Member) -> str:
    return stage.broker.partnership.vocabulary.organisations[child.person.school_code].name


def _named(home: Household, items: object) -> bool:
    adults = (home.mother, home.partner)
    return any(one is not None and (one.id in repr(items) or one.person.name in repr(items)) for one in adults)
