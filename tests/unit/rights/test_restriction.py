"""A restriction withholds for every purpose, and lifting one never leaves more released than there was."""

from __future__ import annotations

from datetime import UTC, datetime, timedelta

import pytest
from hypothesis import given
from hypothesis import strategies as st

from broker.decision.facts import HolderDecision, HolderRuling
from broker.rights.restriction import Restriction, RestrictionGround, lifting_rulings

START = datetime(2026, 3, 2, 9, tzinfo=UTC)
RESTRICTED_AT, LIFTED_AT = START + timedelta(hours=50), START + timedelta(hours=100)
LATER = LIFTED_AT + timedelta(hours=1)
PURPOSES = ("family-support", "section-47")
CASES = (None, "k-1", "k-2")
RESTRICTION = Restriction(
    "mum", "ecc", ("attendance",), PURPOSES, RestrictionGround.ACCURACY_CONTESTED, RESTRICTED_AT
)

rulings = st.lists(
    st.builds(
        HolderDecision,
        about=st.sampled_from(("mum", "child")),
        category=st.sampled_from(("attendance", "exclusions")),
        controller=st.sampled_from(("ecc", "school")),
        purpose=st.sampled_from(PURPOSES),
        ruling=st.sampled_from(HolderRuling),
        by=st.just("ola"),
        at=st.integers(0, 99).map(lambda hours: START + timedelta(hours=hours, minutes=1)),
        case=st.sampled_from(CASES),
        until_at=st.none() | st.integers(1, 300).map(lambda hours: START + timedelta(hours=hours)),
    ),
    max_size=6,
)


def governs(
    every: list[HolderDecision], key: tuple[str, str, str, str], case: str | None, at: datetime
) -> str | None:
    """The rule of docs/rules.md 1.2 ("holder's decision"), read again."""
    matching = [
        one
        for one in every
        if (one.about, one.category, one.controller, one.purpose) == key
        and one.case in (None, case)
        and one.at <= at
    ]
    latest = max(matching, key=lambda one: (one.at, one.ruling is HolderRuling.WITHHOLD), default=None)
    if latest is None or (latest.until_at is not None and latest.until_at <= at):
        return None
    return latest.ruling.value


@given(rulings, st.sampled_from(PURPOSES), st.sampled_from(CASES))
def test_while_it_is_in_force_it_withholds_unless_the_holder_decided_since(
    others: list[HolderDecision], purpose: str, case: str | None
) -> None:
    before = [one for one in others if one.at < RESTRICTED_AT]
    every = [*before, *RESTRICTION.rulings("ola")]
    assert governs(every, ("mum", "attendance", "ecc", purpose), case, LIFTED_AT) == "withhold"


@given(rulings, st.sampled_from(("attendance", "exclusions")), st.sampled_from(PURPOSES), st.sampled_from(CASES))
def test_once_lifted_what_was_withheld_besides_is_withheld_and_nothing_is_released_by_it(
    others: list[HolderDecision], category: str, purpose: str, case: str | None
) -> None:
    key = ("mum", category, "ecc", purpose)
    lifting = lifting_rulings(RESTRICTION, [*others, *RESTRICTION.rulings("ola")], "ola", LIFTED_AT)
    assert all(one.at > RESTRICTED_AT for one in lifting)
    after = governs([*others, *RESTRICTION.rulings("ola"), *lifting], key, case, LATER)
    without = governs(others, key, case, LATER)
    if category != "attendance":
        assert after == without, "another kind of information is untouched"
    else:
        assert after != "release"
        assert (after == "withhold") or (without != "withhold")


def test_a_use_ends_and_it_withholds_again_in_every_case_and_cannot_be_lifted_before() -> None:
    used_at, until_at = RESTRICTED_AT + timedelta(hours=1), RESTRICTED_AT + timedelta(hours=9)
    for case in CASES:
        use = RESTRICTION.uses("section-47", case, "ola", used_at, until_at)
        every = [*RESTRICTION.rulings("ola"), *use.rulings]
        key = ("mum", "attendance", "ecc", "section-47")
        assert governs(every, key, case, used_at) == "release"
        assert governs(every, key, case, until_at - timedelta(microseconds=1)) == "release"
        assert governs(every, key, case, until_at) == "withhold"
        assert governs(every, ("mum", "attendance", "ecc", "family-support"), case, used_at) == "withhold"
        if case is not None:
            assert governs(every, key, "k-other", used_at) == "withhold"
        with pytest.raises(ValueError, match="once its uses have ended"):
            lifting_rulings(use.restriction, every, "ola", until_at - timedelta(hours=1))
        lifting = lifting_rulings(use.restriction, every, "ola", LIFTED_AT)
        assert governs([*every, *lifting], key, case, LATER) is None, "lifted is as if it had never been"


@given(rulings)
def test_lifting_touches_nobody_else(others: list[HolderDecision]) -> None:
    for one in lifting_rulings(RESTRICTION, others, "ola", LIFTED_AT):
        assert (one.about, one.category, one.controller) == ("mum", "attendance", "ecc")
        assert one.ruling is HolderRuling.WITHHOLD
