"""Story 8, papers and law: a party signs; benefits are asked for to collect a debt; somebody asks for his own
data; and a paper runs out while a child protection enquiry goes on.

Checked: a signature opens what its clause gives, and nothing before it; what the law locks stays locked; an answer
to one person has nothing of another; a lapsed agreement stops at the front door and never stops an enquiry. What
happens next summer happens in a copy of this county, so that the demo's own stays in November.
"""

from __future__ import annotations

from datetime import UTC, datetime
from typing import Final

from broker.canonical import canonical_json
from broker.casework import CaseKind
from broker.cli.demo.by_hand import enter_abuse
from broker.cli.demo.cast import PUBLISHER, REVENUES, SOCIAL_WORKER, TRIAGE, guardian_of
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Families, Household, partner_of
from broker.cli.demo.papers import UNSIGNED, sign_for
from broker.cli.demo.stage import Stage, copy_world, raised
from broker.cli.demo.story_front_door import SCREENING
from broker.cli.demo.team import ask
from broker.cli.demo.telling import Teller
from broker.release.disclosure import Disclosure
from broker.rights.exemptions import NEUTRAL_SENTENCE
from broker.rights.subject_access import Capacity
from broker.store.notices import find_due
from broker.usecases.access_answer import draft_answer, give_opinion, release_answer, review_items
from broker.usecases.access_requests import ALERT, NewRequest, open_request
from broker.usecases.cases import CaseNow, NewCase, open_case
from broker.usecases.release_profile import Asked, release_profile
from broker.usecases.ties import house

STORY: Final = "papers and law"
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
    _council_tax(stage, teller, checks, families.led, led)
    _own_data(stage, teller, checks, families.asking)
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


def _council_tax(stage: Stage, teller: Teller, checks: Checks, home: Household, led: CaseNow) -> None:
    broker, mother = stage.broker, home.mother
    helped = ask(stage, home.ids, led, "what help is due")
    stage.later()
    asked = Asked("debt-recovery", (mother.id,), "council tax, third reminder")
    answer = release_profile(broker, REVENUES, asked)
    stage.later()
    bans = broker.partnership.duties.prohibitions
    banned = [
        one for one in bans if "benefits" in (one.categories or ()) and "debt-recovery" in (one.purposes or ())
    ]
    teller.say(
        f"Second, council tax. The Department for Work and Pensions tells Kim, who supports {mother.first}, "
        "which benefit is paid. Rick Dale collects council tax in Chelmsford, and asks for the same."
    )
    teller.rows(
        f"Benefits of {mother.first}",
        ("who asks", "what the screen shows"),
        [
            ("Kim Okafor, to support the family", _benefits(helped)),
            ("Rick Dale, to collect a debt", _benefits(answer)),
        ],
    )
    teller.say(
        "Why: the law locks it to its purpose, and no agreement between councils can unlock it. In the words "
        "of the rules: " + " ".join(f"“{one.text}”" for one in banned)
    )
    refused = answer.profile is not None and not answer.profile.items
    claims = (
        ("benefits are shown to whoever supports the family", "universal" in _benefits(helped)),
        ("and never to whoever collects a debt, by a rule that stands above every agreement", refused and banned),
    )
    teller.claims(checks, STORY, claims)


def _benefits(disclosure: Disclosure) -> str:
    items = disclosure.profile.items if disclosure.profile is not None else ()
    told = {
        str(value).replace("-", " ")
        for item in items
        if item.papers.category == "benefits"
        for name, value in item.fields
        if name == "benefit"
    }
    return ", ".join(sorted(told)) or "Nothing released."


def _own_data(stage: Stage, teller: Teller, checks: Checks, home: Household) -> None:
    broker, mother, partner = stage.broker, home.mother, partner_of(home)
    enter_abuse(stage, home)
    house(broker, TRIAGE, joined=[mother.id, partner.id])
    stage.later()
    new = NewRequest(partner.id, partner.id, Capacity.SELF, "Passport seen")
    request = open_request(broker, PUBLISHER, new).matter_id
    with broker.store.look() as view:
        warned = {
            one.notice.recipient for one in find_due(view, stage.clock.at, most=1000) if one.notice.topic == ALERT
        }
    for item in review_items(broker, PUBLISHER, request).items:
        if item.outcome.needs is not None:
            stage.later(5)
            give_opinion(
                broker, SOCIAL_WORKER, request, item.outcome.record_id, "Nothing in it could harm", harm=False
            )
    stage.later(30)
    draft_answer(broker, PUBLISHER, request)
    stage.later(30)
    answer = canonical_json(release_answer(broker, guardian_of("ecc"), request)).decode()
    stage.later()
    teller.say(
        f"Third, {partner.first} asks the council for his own data. He gets it: his own, and a sentence that "
        f"everybody gets, whether or not anything was left out. {mother.first} sees a domestic abuse service, "
        "which names him. Nothing in his answer tells of that. The service is told quietly that he has asked, "
        "so that it can think about her safety."
    )
    claims = (
        ("he is given what is about him", "Coaches a football team" in answer and NEUTRAL_SENTENCE in answer),
        (
            "and nothing of her, of the service or of the panel",
            not any(word in answer for word in (mother.first, mother.id, "domestic", "Haven", "panel")),
        ),
        ("the service that supports her is warned, and he is not told so", "haven-refuge" in warned),
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
