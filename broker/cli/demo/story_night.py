"""Story 6, an emergency at night: a teenager is missing, a second person opens the door, and it shuts by itself.

Checked: nobody opens it alone who asked for two; the council's second person does not open what a drug service
holds, the service's own does; after its minutes nothing comes through; it is reviewed by somebody who had no part
in it, and the family is told.
"""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, datetime
from typing import Final

from broker.casework.emergency_access import AccessState, ReviewFinding
from broker.casework.telling import How
from broker.cli.demo.cast import COUNCIL_LEAD, DECIDER, DRUG_LEAD, PUBLISHER
from broker.cli.demo.checks import Checks
from broker.cli.demo.families import Household
from broker.cli.demo.stage import Stage
from broker.cli.demo.telling import Teller, clock_words
from broker.errors import NotAllowed
from broker.release.disclosure import Disclosure
from broker.usecases.emergency.answer_override import approve_override
from broker.usecases.emergency.read_override import list_overrides, show_override
from broker.usecases.emergency.request_override import AccessNow, NewOverride, request_override
from broker.usecases.emergency.review_override import review_override
from broker.usecases.emergency.tell_about_override import tell_person
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import release_profile

STORY: Final = "the night"
PURPOSE: Final = "exploitation-missing"
SERVICE: Final = "essex-drug-service"
NIGHT: Final = datetime(2026, 11, 6, 23, 10, tzinfo=UTC)
MONDAY: Final = datetime(2026, 11, 9, 9, 15, tzinfo=UTC)


def tell_night(stage: Stage, teller: Teller, checks: Checks, home: Household) -> Disclosure:
    """Tells the story and checks it; what the night's worker was shown in the end."""
    child, broker = home.child, stage.broker
    stage.until(NIGHT)
    plain_answer = _ask(stage, child.id, None)
    stage.later(2)
    new = NewOverride(
        "missing-person", "Not home since school, phone off, no coat", "vital-interests", PURPOSE, (child.id,)
    )
    first = request_override(broker, DECIDER, new).access.id
    stage.later(1)
    alone = _approves_own(stage, first)
    early = _ask(stage, child.id, first)
    stage.later(4)
    approve_override(broker, COUNCIL_LEAD, first)
    stage.later(1)
    by_council = _ask(stage, child.id, first)
    stage.later(2)
    second = request_override(broker, DECIDER, replace(new, second_from=SERVICE)).access.id
    stage.later(6)
    opened = approve_override(broker, DRUG_LEAD, second)
    stage.later(1)
    by_service = _ask(stage, child.id, second)
    stage.later(61)
    too_late = _ask(stage, child.id, second)
    teller.chapter("Story 6. An emergency at night")
    teller.say(
        f"It is {clock_words(NIGHT)}. {child.first}, {child.age}, has not come home, and it is cold. Dee Walsh "
        "is on duty. There is no team and no time for one. She needs to know tonight who might know where "
        f"{child.first} is."
    )
    teller.say(
        "She asks for emergency access and says why in a sentence. She cannot open it herself: June Abbott, "
        "the council's safeguarding lead, is rung and approves. It is open for an hour."
    )
    teller.shown("What Dee is shown with the council's approval", by_council)
    teller.say(
        "What a drug service holds stays shut to this: for such a service somebody from the service itself has to "
        "approve. Dee asks; Drew Castle of the drug service approves six minutes later."
    )
    teller.rows(
        "Added with the service's own approval",
        ("from", "what they say"),
        [
            (
                item.papers.controller_name,
                "; ".join(f"{name.replace('_', ' ')}: {value}" for name, value in item.fields),
            )
            for item in (by_service.profile.items if by_service.profile is not None else ())
            if item.papers.controller == SERVICE
        ],
    )
    reviewed = _reviewed(stage, teller, home, (first, second), opened)
    claims = (
        ("without emergency access the question is refused: no case is open", plain_answer.profile is None),
        (
            "whoever asks cannot approve it herself, and until somebody does nothing opens",
            alone and early.profile is None,
        ),
        (
            "with the council's approval there is something from others, and nothing of the drug service",
            _sources(by_council) and SERVICE not in _sources(by_council),
        ),
        ("the drug service's part opens only with its own second person", SERVICE in _sources(by_service)),
        ("every item is marked as emergency access", _marked(by_service)),
        ("an hour later the same question is refused", too_late.profile is None),
        *reviewed,
    )
    teller.claims(checks, STORY, claims)
    return by_service


def _reviewed(
    stage: Stage, teller: Teller, home: Household, ids: tuple[str, str], opened: AccessNow
) -> tuple[tuple[str, object], ...]:
    """On Monday somebody else looks, and the teenager is told; what is claimed of it."""
    broker, child = stage.broker, home.child
    stage.until(MONDAY)
    state = show_override(broker, PUBLISHER, ids[0]).state
    for one in ids:
        stage.later(10)
        review_override(
            broker, PUBLISHER, one, ReviewFinding.JUSTIFIED, "A child was missing at night in the cold"
        )
        stage.later(10)
        tell_person(broker, PUBLISHER, one, child.id, How.IN_PERSON)
    window = opened.access.window
    due = window.review_due_at if window is not None else opened.at
    left = [one for one in list_overrides(broker, PUBLISHER) if one.access.id in ids]
    teller.say(
        f"{child.first} is found at the boat yard before midnight. On Monday Ivy Marsh, who had no part in it, "
        f"reads what was opened and why. She finds it justified, and {child.first} is told in person that it "
        "was used. Had nobody looked by the end of Tuesday, it would stand as late on the list of those who "
        "govern."
    )
    teller.say(
        "Why: no agreement is needed to find a child who may be in danger. What is owed is two people, a "
        "reason, an end, and an honest look afterwards."
    )
    return (
        (
            "on Monday it waits to be reviewed, and is not late yet",
            state is AccessState.REVIEW_DUE and due > MONDAY,
        ),
        ("once reviewed and told, nothing of it waits any more", not left),
    )


def _ask(stage: Stage, child: str, override: str | None) -> Disclosure:
    asked = Asked(PURPOSE, (child,), "missing since school", override=override)
    return release_profile(stage.broker, DECIDER, asked)


def _approves_own(stage: Stage, override: str) -> bool:
    """That whoever asked cannot approve."""
    try:
        approve_override(stage.broker, DECIDER, override)
    except NotAllowed:
        return True
    return False


def _sources(disclosure: Disclosure) -> set[str]:
    items = disclosure.profile.items if disclosure.profile is not None else ()
    return {item.papers.controller for item in items}


def _marked(disclosure: Disclosure) -> bool:
    items = disclosure.profile.items if disclosure.profile is not None else ()
    return bool(items) and all(item.papers.override for item in items)
