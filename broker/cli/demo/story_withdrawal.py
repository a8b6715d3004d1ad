"""The mother withdraws: the next question finds nothing of it, and whoever had received something is told.

Checked: of what rested on her agreement for the child nothing is left, what she agreed to for herself stays, and a
notice waits for each organisation that had been shown something.
"""

from __future__ import annotations

from broker.cli.demo.cast import LEAD
from broker.cli.demo.checks import Checks
from broker.cli.demo.stage import Stage
from broker.cli.demo.story_ordinary import Ordinary
from broker.cli.demo.team import ask
from broker.cli.demo.telling import Teller
from broker.release.disclosure import Disclosure
from broker.store.notices import find_due
from broker.usecases.withdraw_consent import Withdrawal, withdraw_consent

STORY = "withdrawal"


def tell_withdrawal(stage: Stage, teller: Teller, checks: Checks, ordinary: Ordinary) -> int:
    """Tells the story and checks it; how many notices wait."""
    home = ordinary.home
    teller.chapter("Story 4. Withdrawal bites at once")
    teller.say(f"{home.mother.first} changes her mind about {home.child.first} and says so at the desk.")
    stage.later()
    withdrawn = withdraw_consent(stage.broker, LEAD, Withdrawal(ordinary.child_consent.consent_id))
    # The very next instant: nothing has to run in between.
    after = ask(stage, home, ordinary.case, "second review of the plan")
    stage.later()
    with stage.broker.store.look() as view:
        due = find_due(view, stage.clock.at, most=1000)
    told = sorted({notice.notice.recipient for notice in due if notice.notice.topic == "withdrawal"})
    before, now = _by_category(ordinary.lead, home.child.id), _by_category(after, home.child.id)
    titles = stage.broker.partnership.vocabulary.categories
    kinds = sorted(before.keys() | now.keys())
    teller.rows(
        f"What the lead practitioner is shown of {home.child.first}",
        ("kind of information", "items before", "items after"),
        [(titles[kind].title, before.get(kind, 0), now.get(kind, 0)) for kind in kinds],
    )
    organisations = stage.broker.partnership.vocabulary.organisations
    teller.say("To be told that it was withdrawn: " + ", ".join(organisations[code].name for code in told) + ".")
    claims = (
        ("the withdrawal counts", withdrawn.counts),
        ("nothing of the child that rested on it is shown any more", bool(before) and not now),
        (
            "what is shown of the mother is untouched",
            _by_category(after, home.mother.id) == _by_category(ordinary.lead, home.mother.id) != {},
        ),
        ("everybody who had received it is told: the council and the charity", told == ["ecc", "open-door"]),
        ("the worker at the desk is told what stops", bool(withdrawn.stops)),
    )
    for says, holds in claims:
        teller.claim(checks.claim(STORY, says, holds))
    return len(due)


def _by_category(disclosure: Disclosure, person: str) -> dict[str, int]:
    """How many items about this person alone, kind by kind."""
    found: dict[str, int] = {}
    for item in disclosure.profile.items if disclosure.profile is not None else ():
        if item.about == (person,):
            found[item.papers.category] = found.get(item.papers.category, 0) + 1
    return found
