"""What ends about one person: birthdays, orders, competence, agreements; of private services nothing."""

from __future__ import annotations

from dataclasses import replace
from datetime import UTC, date, datetime, timedelta
from pathlib import Path

import pytest

from broker.agreements.partnership import load_partnership
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.dates import Interval, start_of_day
from broker.decision.facts import Facts
from broker.people import Competence, DataSubject, Relationship, RelationshipKind
from broker.rights.expiry import Expiry, ExpiryKind, person_expiries

VOCABULARY = load_partnership(Path(__file__).parents[3] / "policies").vocabulary
NOW = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
UNTIL = NOW + timedelta(days=30)
SOON = NOW + timedelta(days=9)
PRIVATE = frozenset({"sexual-health"})


def ends(facts: Facts, until: datetime = UNTIL) -> list[tuple[str, datetime]]:
    return [(one.kind.value, one.at) for one in person_expiries(facts, VOCABULARY, "child", NOW, until, "k-1")]


def person(**more: object) -> Facts:
    return Facts({"child": DataSubject("child", **{"born": date(2015, 6, 1), **more})})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("born", "kind", "on"),
    [
        (date(2010, 3, 20), "decides-alone-from", date(2026, 3, 20)),
        (date(2008, 3, 20), "adult-from", date(2026, 3, 20)),
        (date(2008, 2, 29), None, None),
        (date(2010, 4, 20), None, None),
    ],
)
def test_birthdays_at_which_standing_passes_on(born: date, kind: str | None, on: date | None) -> None:
    wanted = [] if kind is None or on is None else [(kind, start_of_day(on))]
    assert ends(person(born=born)) == wanted
    assert ends(person(born=born, died_on=date(2026, 1, 1))) == []
    assert ends(person(born=None)) == []


def test_competence_ends_and_what_is_about_private_services_alone_never_shows() -> None:
    def competent(categories: frozenset[str] | None) -> Facts:
        return person(competences=(Competence(Interval(NOW, SOON), categories),))

    assert ends(competent(None)) == [("competence-ends", SOON)]
    assert ends(competent(PRIVATE | {"attendance"})) == [("competence-ends", SOON)]
    assert ends(competent(PRIVATE)) == []


def test_orders_and_responsibility_end_and_other_ties_do_not_matter() -> None:
    def tied(kind: RelationshipKind, *, pr: bool = False, to: str = "child") -> Facts:
        tie = Relationship("mum", to, kind, parental_responsibility=pr, interval=Interval(None, SOON))
        return replace(person(), relationships=(tie,))

    assert ends(tied(RelationshipKind.CARE_ORDER)) == [("order-ends", SOON)]
    assert ends(tied(RelationshipKind.MOTHER, pr=True)) == [("order-ends", SOON)]
    assert ends(tied(RelationshipKind.SIBLING)) == []
    assert ends(tied(RelationshipKind.CARE_ORDER, to="sibling")) == []


def test_an_agreement_that_was_renewed_does_not_end() -> None:
    given = ConsentRecord(
        "c-1", "child", "mum", ConsentKind.ENGAGEMENT, ConsentDecision.GIVEN, NOW - timedelta(days=9), SOON
    )
    renewed = replace(given, id="c-2", at=NOW, until_at=None)
    withdrawn = replace(renewed, id="c-3", decision=ConsentDecision.WITHDRAWN)
    assert ends(replace(person(), consents=(given,))) == [("consent-ends", SOON)]
    assert ends(replace(person(), consents=(given, renewed))) == []
    assert ends(replace(person(), consents=(given, withdrawn))) == []
    assert ends(replace(person(), consents=(replace(given, categories=PRIVATE),))) == []
    assert ends(replace(person(), consents=(replace(given, about="mum"),))) == []


def test_the_window_is_half_open_and_nobody_unknown_has_an_end() -> None:
    facts = person(competences=(Competence(Interval(NOW, SOON)),))
    assert ends(facts, SOON) == []
    assert person_expiries(facts, VOCABULARY, "nobody", NOW, UNTIL, None) == ()
    assert person_expiries(facts, VOCABULARY, "child", NOW, UNTIL, None) == (
        Expiry(ExpiryKind.COMPETENCE, SOON, "child"),
    )
