"""What every story needs before anybody asks: parental responsibility shown, consent taken, a team formed.

Decides nothing: each step is the use case that a real desk uses, by the member of staff whose role it is.
"""

from __future__ import annotations

from broker.casework import CaseKind
from broker.cli.demo.cast import CHARITY, LEAD, TRIAGE
from broker.cli.demo.families import Household, Member
from broker.cli.demo.stage import Stage
from broker.consent.record import ConsentDecision, ConsentKind
from broker.dates import Interval, start_of_day
from broker.people import Relationship, RelationshipKind
from broker.release.disclosure import Disclosure
from broker.usecases.append_consent import ConsentAppended, Evidence
from broker.usecases.cases import CaseNow, NewCase, open_case
from broker.usecases.record_consent import ConsentStatement, record_consent
from broker.usecases.release_profile import Asked, release_profile
from broker.usecases.ties import relate

PURPOSE = "family-support"


def show_responsibility(stage: Stage, home: Household) -> None:
    """The worker has seen the birth certificate: the mother has parental responsibility."""
    child = home.child
    since = Interval(start_of_day(child.person.born_on), None)
    relationship = Relationship(
        home.mother.id, child.id, RelationshipKind.MOTHER, parental_responsibility=True, interval=since
    )
    relate(stage.broker, TRIAGE, relationship, evidence="full birth certificate seen")


def agree(stage: Stage, about: Member, by: Member, *, refused: bool = False) -> ConsentAppended:
    """Writes down that somebody agrees to early help for somebody, or does not."""
    statement = ConsentStatement(
        about.id,
        by.id,
        ConsentKind.ENGAGEMENT,
        ConsentDecision.REFUSED if refused else ConsentDecision.GIVEN,
        evidence=Evidence(words="signed the form at the kitchen table", private_time=True),
    )
    return record_consent(stage.broker, LEAD, statement)


def form_team(stage: Stage, home: Household, *, with_charity: bool = False) -> CaseNow:
    """A team around the family at level 2, led by the council's lead practitioner."""
    members = frozenset({CHARITY.by} if with_charity else ())
    new = NewCase(CaseKind.TEAM, 2, frozenset({PURPOSE}), frozenset(home.ids), members)
    return open_case(stage.broker, LEAD, new)


def ask(stage: Stage, home: Household, case: CaseNow, reason: str) -> Disclosure:
    """The lead practitioner asks for the family's profile."""
    return release_profile(stage.broker, LEAD, Asked(PURPOSE, home.ids, reason, case.case.id))
