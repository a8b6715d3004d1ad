"""Story 7, when things go wrong: two boys of one name are taken for one, and it is put right with everybody told.

Checked: the other boy's record was shown, and the release that showed it is on the list; from the moment it is
noticed nothing about either is shown; afterwards each has his own; whoever was shown it is told; the 72 hours run.
"""

from __future__ import annotations

from datetime import UTC, date, datetime, timedelta
from typing import Final

from broker.cli.demo.by_hand import enter_namesakes
from broker.cli.demo.cast import CHARITY, PUBLISHER, TRIAGE
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import find_member
from broker.cli.demo.loading import NAMESAKES
from broker.cli.demo.stage import Stage
from broker.cli.demo.team import agree, ask, form_team, show_responsibility
from broker.cli.demo.telling import Teller, clock_words
from broker.release.disclosure import Disclosure
from broker.store.notices import find_due_to
from broker.usecases.casework.cases import CaseNow
from broker.usecases.linking.link_disputes import freeze_person
from broker.usecases.linking.link_review import confirm_match, list_possible
from broker.usecases.linking.merges import unmerge
from broker.usecases.notices import list_notices
from broker.usecases.people.people import NewPerson, add_person
from broker.usecases.rights.breaches import BreachNow, list_breaches

STORY: Final = "the mistake"
TUESDAY: Final = datetime(2026, 11, 10, 10, 0, tzinfo=UTC)
_OTHERS: Final = "Reads to his sister"
_OWN: Final = "Loves swimming"
_NAME: Final = f"{NAMESAKES[0]} {NAMESAKES[1]}"


def tell_mistake(stage: Stage, teller: Teller, checks: Checks) -> Disclosure:
    """Tells the story and checks it; what was shown once it was put right."""
    broker = stage.broker
    stage.until(TUESDAY)
    with broker.store.look() as view:
        both = set(find_member(view, *NAMESAKES))
    (pair,) = [one for one in list_possible(broker, PUBLISHER) if {one.newcomer, one.known} <= both]
    daniel, other = pair.known, pair.newcomer
    enter_namesakes(stage, daniel, other)
    about, case = _team(stage, daniel)
    merged = confirm_match(broker, PUBLISHER, other, daniel, "Same name, same birthday, same road")
    stage.later(30)
    wrong = ask(stage, about, case, "preparing the first meeting")
    stage.later(2)
    charity = ask(stage, about, case, "preparing the first meeting", CHARITY)
    stage.later(120)
    freeze_person(broker, PUBLISHER, daniel, "His mother says he has no sister: these may be two boys")
    stage.later(1)
    frozen = ask(stage, about, case, "looking again")
    stage.later(45)
    separated = unmerge(
        broker,
        PUBLISHER,
        merged.matter_id,
        "Two NHS numbers, two birth certificates",
        breach="One boy's wishes were shown to the team of another boy with the same name",
    )
    stage.later(2)
    right = ask(stage, about, case, "first meeting")
    stage.later(1)
    (breach,) = [one for one in list_breaches(broker, PUBLISHER) if one.breach_id == separated.breach_id]
    rosas = {one.topic for one in list_notices(broker, CHARITY)}
    with broker.store.look() as view:
        charitys = {one.notice.topic for one in find_due_to(view, "open-door", stage.clock.at)}
    _tell(teller, wrong, frozen, right, breach)
    (clock,) = [one for one in breach.breach.clocks() if one.name == "authority"]
    claims = (
        (
            "before it was noticed, the other boy's words stood on the page",
            _says(wrong, _OTHERS) and _says(wrong, _OWN),
        ),
        ("once it was noticed, nothing about him was shown to anybody", not _about(frozen, daniel)),
        (
            "every release that had shown it is on the list: Kim's and Rosa's",
            {one.disclosure_id for one in separated.tainted} == {wrong.id, charity.id},
        ),
        (
            "Rosa is told that it was another boy's, and her charity of the breach",
            {"unmerged"} <= rosas and {"breach"} <= charitys,
        ),
        (
            "the 72 hours are counted from when it was known",
            clock.due_at == breach.breach.aware_at + timedelta(hours=72),
        ),
        (
            "afterwards the page shows his own words and not the other boy's",
            _says(right, _OWN) and not _says(right, _OTHERS),
        ),
    )
    teller.claims(checks, STORY, claims)
    return right


def _team(stage: Stage, daniel: str) -> tuple[tuple[str, str], CaseNow]:
    """His mother becomes known, agrees for both, and a team forms."""
    karen = add_person(stage.broker, TRIAGE, NewPerson("Karen", "Smith", date(1990, 5, 2)))
    stage.later(1)
    show_responsibility(stage, karen, daniel, NAMESAKES[2])
    agree(stage, karen, karen)
    agree(stage, daniel, karen)
    stage.later()
    case = form_team(stage, (karen, daniel), with_charity=True)
    stage.later(30)
    return (karen, daniel), case


def _tell(teller: Teller, wrong: Disclosure, frozen: Disclosure, right: Disclosure, breach: BreachNow) -> None:
    teller.chapter("Story 7. When things go wrong")
    teller.say(
        f"Two boys are called {_NAME}. They share a birthday and a postcode; only their NHS numbers differ. The "
        "county had kept them apart and asked somebody to look. On a busy morning they were confirmed as one. "
        "Kim and Rosa, who work with one of them, were shown something about the other. His mother noticed: he "
        "has no sister. She needs it put right, and so does a family that knows nothing of it."
    )
    teller.rows(
        f"In the boys' own words, on the page of {_NAME}",
        ("when", "what the page says"),
        [
            ("before anybody noticed", _words(wrong)),
            ("while it was looked at", _words(frozen)),
            ("taken apart again", _words(right)),
        ],
    )
    (clock,) = [one for one in breach.breach.clocks() if one.name == "authority"]
    teller.say(
        "Everything about him was held back at once. Ivy Marsh took the two apart, and in the same step "
        "everybody who had been shown something was told. A breach is on record: the Information Commissioner "
        f"is to be told by {clock_words(clock.due_at)}, unless a risk to anybody is unlikely."
    )
    teller.say(
        "Why: a mistake will happen. What matters is that it can be undone, that nobody has to guess who saw "
        "what, and that the clock is one that everybody can see. It says what happened and blames nobody."
    )


def _about(disclosure: Disclosure, person: str) -> bool:
    items = disclosure.profile.items if disclosure.profile is not None else ()
    return any(person in item.about for item in items)


def _strengths(disclosure: Disclosure) -> list[str]:
    items = disclosure.profile.items if disclosure.profile is not None else ()
    return [str(value) for item in items for name, value in item.fields if name == "strength"]


def _words(disclosure: Disclosure) -> str:
    return "; ".join(sorted(_strengths(disclosure))) or "Nothing released."


def _says(disclosure: Disclosure, words: str) -> bool:
    return words in _strengths(disclosure)
