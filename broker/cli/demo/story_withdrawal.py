"""Story 4: the mother withdraws. The next question finds nothing of it, and whoever had received something is
told.

Checked: of what rested on her agreement for the child nothing is left, what she agreed to for herself stays, and a
notice waits for each organisation that had been shown something.
"""

from __future__ import annotations

from typing import Final

from broker.cli.demo.cast import CHARITY, LEAD
from broker.cli.demo.checks import Checks
from broker.cli.demo.stage import Stage
from broker.cli.demo.story_team import Team
from broker.cli.demo.team import ask
from broker.cli.demo.telling import Teller
from broker.release.disclosure import Disclosure
from broker.store.notices import find_due
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.notices import Finding, close_notice, list_notices

STORY: Final = "withdrawal"


def tell_withdrawal(stage: Stage, teller: Teller, checks: Checks, team: Team) -> None:
    """Tells the story and checks it."""
    home = team.home
    mother, child = home.mother, home.child
    withdrawn = withdraw_consent(stage.broker, LEAD, Withdrawal(team.child_consent.consent_id))
    # The very next instant: nothing has to run in between.
    after = ask(stage, home.ids, team.case, "second review of the plan")
    stage.later()
    with stage.broker.store.look() as view:
        due = find_due(view, stage.clock.at, most=1000)
    told = sorted({one.notice.recipient for one in due if one.notice.topic == "withdrawal"})
    stage.later()
    charitys = [one for one in list_notices(stage.broker, CHARITY) if one.topic == "withdrawal"]
    stage.later(1)
    for one in charitys:
        close_notice(stage.broker, CHARITY, one.notice_id, Finding.TOLD)
    stage.later(1)
    left = [one for one in list_notices(stage.broker, CHARITY) if one.topic == "withdrawal"]
    teller.chapter("Story 4. Withdrawal bites at once")
    teller.say(
        f"{mother.first} changes her mind about {child.first} and says so at the desk. She needs it to stop "
        "now, and everybody who already has something to hear of it. Kim writes it down and asks again, the "
        "same minute:"
    )
    before, now = _by_kind(team.lead, child.id), _by_kind(after, child.id)
    titles = stage.broker.partnership.vocabulary.categories
    kinds = sorted(before.keys() | now.keys())
    teller.rows(
        f"What Kim is shown of {child.first}",
        ("kind of information", "items before", "items after"),
        [(titles[kind].title, before.get(kind, 0), now.get(kind, 0)) for kind in kinds],
    )
    organisations = stage.broker.partnership.vocabulary.organisations
    teller.say(
        "To be told: "
        + " and ".join(organisations[code].name for code in told)
        + ". Rosa Lind finds the notice on her "
        "list, tells her colleague, and closes it."
    )
    teller.say(
        f"Why: {child.first}'s part rested on {mother.first}'s agreement and on nothing else. What was shown "
        "before was right when it was shown; those who have it are told, so that they stop using it."
    )
    claims = (
        ("the withdrawal counts", withdrawn.counts),
        ("nothing of the child that rested on it is shown any more", before and not now),
        (
            "what is shown of the mother is untouched",
            _by_kind(after, mother.id) == _by_kind(team.lead, mother.id) != {},
        ),
        ("the council and the charity, who had received it, are told", told == ["ecc", "open-door"]),
        ("the charity has its notice, and it is gone once it was dealt with", charitys and not left),
        ("the worker at the desk is told what stops", withdrawn.stops),
    )
    teller.claims(checks, STORY, claims)


def _by_kind(disclosure: Disclosure, person: str) -> dict[str, int]:
    """How many items about this person alone, kind by kind."""
    found: dict[str, int] = {}
    for item in disclosure.profile.items if disclosure.profile is not None else ():
        if item.about == (person,):
            found[item.papers.category] = found.get(item.papers.category, 0) + 1
    return found
