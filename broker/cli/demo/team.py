"""What every story needs before anybody asks: parental responsibility shown, consent taken, a team formed.

Decides nothing: each step is the use case that a real desk uses, by the member of staff whose role it is.
"""

from __future__ import annotations

from collections.abc import Iterable
from datetime import date

from broker.casework import CaseKind
from broker.cli.demo.cast import CHARITY, LEAD, TRIAGE
from broker.cli.demo.families import Household
from broker.cli.demo.stage import Stage
from broker.consent.record import ConsentDecision, ConsentKind
from broker.dates import Interval, start_of_day
from broker.people import Relationship, RelationshipKind
from broker.release.disclosure import Disclosure
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import CaseNow, NewCase, open_case
from broker.usecases.consent.append_consent import ConsentAppended, Evidence
from broker.usecases.consent.record_consent import ConsentStatement, record_consent
from broker.usecases.people.ties import relate
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import release_profile

PURPOSE = "family-support"


def show_responsibility(stage: Stage, mother: str, child: str, born_on: date) -> None:
    """The worker has seen the birth certificate: the mother has parental responsibility."""
    since = Interval(start_of_day(born_on), None)
    relationship = Relationship(
        mother, child, RelationshipKind.MOTHER, parental_responsibility=True, interval=since
    )
    relate(stage.broker, TRIAGE, relationship, evidence="full birth certificate seen")


def mother_agrees(stage: Stage, home: Household) -> tuple[ConsentAppended, ConsentAppended]:
    """She agrees for herself and, the certificate seen, for the child."""
    show_responsibility(stage, home.mother.id, home.child.id, home.child.person.born_on)
    return agree(stage, home.mother.id, home.mother.id), agree(stage, home.child.id, home.mother.id)


def agree(stage: Stage, about: str, by: str, *, refused: bool = False) -> ConsentAppended:
    """Writes down that somebody agrees to early help for somebody, or does not."""
    statement = ConsentStatement(
        about,
        by,
        ConsentKind.ENGAGEMENT,
        ConsentDecision.REFUSED if refused else ConsentDecision.GIVEN,
        evidence=Evidence(words="signed the form at the kitchen table", private_time=True),
    )
    return record_consent(stage.broker, LEAD, statement)


def form_team(stage: Stage, about: Iterable[str], *, with_charity: bool = False) -> CaseNow:
    """A team around the family at level 2, led by the council's lead practitioner."""
    members = frozenset({CHARITY.by} if with_charity else ())
    new = NewCase(CaseKind.TEAM, 2, frozenset({PURPOSE}), frozenset(about), members)
    return open_case(stage.broker, LEAD, new)


def ask(stage: Stage, about: tuple[str, ...], case: CaseNow, reason: str, by: Acting = LEAD) -> Disclosure:
    """The lead practitioner, or somebody else of the team, asks for the family's profile."""
    return release_profile(stage.broker, by, Asked(PURPOSE, about, reason, case.case.id))
