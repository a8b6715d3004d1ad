"""The register of exemptions is closed and whole, and every kind of information has a class."""

from __future__ import annotations

from datetime import date, timedelta
from pathlib import Path

import pytest

from broker.agreements.partnership import load_partnership
from broker.dates import Period, shift
from broker.rights.answer import may_choose
from broker.rights.exemptions import EXEMPTIONS, OPINION_LASTS, Exemption
from broker.vocabulary.codes import RightsClass, Tier

ROOT = Path(__file__).parents[3]
VOCABULARY = load_partnership(ROOT / "policies").vocabulary


def test_every_exemption_has_its_provision_and_words_and_nothing_else_has() -> None:
    assert set(EXEMPTIONS) == set(Exemption)
    assert all(row.provision and row.words for row in EXEMPTIONS.values())


def test_every_kind_of_information_but_the_hard_stops_is_in_a_class() -> None:
    classed = frozenset().union(*VOCABULARY.rights.values())
    missing = [
        one.code for one in VOCABULARY.categories.values() if one.tier < Tier.T5 and one.code not in classed
    ]
    assert missing == [], "add them to policies/rights.yaml: what is in no class is never given"
    assert not {code for code in classed if VOCABULARY.categories[code].tier >= Tier.T5}
    assert set(VOCABULARY.rights) == set(RightsClass)


def test_six_months_are_never_exceeded() -> None:
    assert all(
        (shift(day, Period(months=6)) - day) >= OPINION_LASTS - timedelta(days=1)
        for day in (date(2026, 1, 1) + timedelta(days=n) for n in range(366))
    )


@pytest.mark.parametrize("exemption", Exemption)
def test_an_officer_chooses_only_what_is_chosen_by_hand_and_for_its_kind(exemption: Exemption) -> None:
    row = EXEMPTIONS[exemption]
    allowed = {code for code in VOCABULARY.categories if may_choose(exemption, code, VOCABULARY)}
    if not row.by_hand:
        assert allowed == set()
    elif row.classes is None:
        assert allowed == set(VOCABULARY.categories)
    else:
        assert allowed == set().union(*(VOCABULARY.rights[one] for one in row.classes))
