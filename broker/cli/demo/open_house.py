"""The morning after the stories, for whoever opens the pages: work that waits at each desk, so that none is empty.

Nothing is told and nothing checked here: the stories are over. Every step is the use case that a real desk uses.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import UTC, datetime, timedelta
from typing import Final

from broker.casework.contact import ContactWords, FamilyKnows, SafeContact, SourceKind
from broker.cli.demo.cast import DECIDER, LEAD, TRIAGE
from broker.cli.demo.families import Household, other_homes
from broker.cli.demo.play import Played
from broker.cli.demo.stage import Stage
from broker.cli.demo.story_holder import KIND, POLICE
from broker.cli.demo.story_night import PURPOSE as MISSING
from broker.cli.demo.team import PURPOSE
from broker.usecases.casework.agency_checks import ask_check
from broker.usecases.casework.record_contact import NewContact, record_contact
from broker.usecases.casework.screen_contact import take_contact
from broker.usecases.emergency.request_override import NewOverride, request_override
from broker.usecases.holders.ask_holder import NewQuestion, ask_holder
from broker.vocabulary.clocks import Rating

MORNING: Final = datetime(2026, 11, 16, 9, 40, tzinfo=UTC)


@dataclass(frozen=True, slots=True)
class _Worry:
    """A contact that waits: what was said, by whom, how urgent, and how long before the morning it came."""

    words: ContactWords
    source: SourceKind
    minutes: int
    rating: Rating | None = None
    source_code: str | None = None
    knows: FamilyKnows = FamilyKnows.UNKNOWN
    danger: bool = False
    taken: bool = False


WORRIES: Final = (
    _Worry(
        ContactWords(
            "Told the class teacher: nothing to eat since Friday, and too afraid to go home tonight.",
            "Mr Osei, class teacher",
            "01632 960141",
            SafeContact("01632 960142", call=True, when="before 3 pm, when the partner is at work"),
        ),
        SourceKind.ORGANISATION,
        50,
        source_code="school",
        knows=FamilyKnows.NOT_SAFE,
        danger=True,
    ),
    _Worry(
        ContactWords(
            "Two calls this month about shouting at night. The child was at the window when we came.",
            "PC Lane",
            "01632 960150",
        ),
        SourceKind.ORGANISATION,
        170,
        Rating.AMBER,
        "essex-police",
        FamilyKnows.YES,
        taken=True,
    ),
    _Worry(
        ContactWords(
            "Mum says she is not coping since the move and would be glad of somebody to talk to.",
            "Dr Ames",
            "01632 960170",
            SafeContact("01632 960171", call=True, text=True),
        ),
        SourceKind.ORGANISATION,
        75,
        Rating.GREEN,
        "riverside-surgery",
        FamilyKnows.YES,
    ),
    _Worry(
        ContactWords("The little one is out on the road alone again, in slippers.", "a neighbour"),
        SourceKind.ANONYMOUS,
        20,
    ),
    _Worry(
        ContactWords(
            "We are the grandparents. We are worried about who is staying in the flat.",
            "Mr and Mrs Dunn",
            "01632 960188",
        ),
        SourceKind.FAMILY,
        35,
        Rating.AMBER,
        knows=FamilyKnows.NO,
    ),
)


def open_house(stage: Stage, played: Played) -> None:
    """Lets the morning come and lays the work out."""
    broker = stage.broker
    homes = other_homes(broker.store, played.county, played.cast, len(WORRIES))
    stage.until(max(MORNING - timedelta(minutes=max(one.minutes for one in WORRIES)), stage.clock.now()))
    for worry, home in sorted(zip(WORRIES, homes, strict=False), key=lambda one: -one[0].minutes):
        stage.until(max(MORNING - timedelta(minutes=worry.minutes), stage.clock.now()))
        _come_in(stage, worry, home)
    child, case = played.cast.led.child, played.led.case.id
    why = "The plan is reviewed on Thursday: has anything changed?"
    question = NewQuestion(child.id, POLICE, KIND, PURPOSE, why, case)
    ask_holder(broker, LEAD, question)
    stage.later(3)
    access = NewOverride(
        "missing-person",
        "Did not come home after school yesterday, phone off",
        "vital-interests",
        MISSING,
        (played.cast.missing.child.id,),
    )
    request_override(broker, DECIDER, access)
    stage.until(max(MORNING, stage.clock.now()))


def _come_in(stage: Stage, worry: _Worry, home: Household) -> None:
    code = home.child.person.school_code if worry.source_code == "school" else worry.source_code
    new = NewContact(
        worry.source,
        worry.words,
        frozenset({home.mother.id, home.child.id}),
        source_code=code,
        family_knows=worry.knows,
        danger=worry.danger,
        rating=worry.rating,
    )
    contact = record_contact(stage.broker, TRIAGE, new).case.id
    if worry.taken:
        stage.later(1)
        take_contact(stage.broker, TRIAGE, contact)
        ask_check(stage.broker, TRIAGE, contact, POLICE)
