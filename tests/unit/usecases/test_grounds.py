"""What ends and what narrows a ground, against the consent rule itself.

INVARIANT under test: a ground that was ended is never relied on again, and a `given` that is relied on beside a
later refusal or withdrawal that touches it was narrowed by it, so the log's verifier has something to see. The
rule itself stands here once more, cell by cell, from the product's words.
"""

from __future__ import annotations

from datetime import UTC, datetime, timedelta
from pathlib import Path

from hypothesis import given, settings
from hypothesis import strategies as st

from broker.agreements.partnership import load_partnership
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.decision.facts import HolderDecision, HolderRuling
from broker.usecases.release.grounds import ended_by, ended_rulings, narrowed_by, narrowed_rulings, overlap
from broker.vocabulary.codes import Tier

VOCABULARY = load_partnership(Path(__file__).parents[3] / "policies").vocabulary
START_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
CATEGORIES = ("attendance", "exclusions", "sexual-health")
CONTROLLERS = ("ecc", "oakdale-primary")
SIGNATORIES = ("mum", "dad")


def scopes(codes: tuple[str, ...]) -> st.SearchStrategy[frozenset[str] | None]:
    return st.none() | st.frozensets(st.sampled_from(codes), min_size=1)


@st.composite
def events(draw: st.DrawFn) -> list[ConsentRecord]:
    """Events in the order they are written down; instants may be earlier than that, and may be the same."""
    count = draw(st.integers(1, 6))
    return [
        ConsentRecord(
            f"c-{number}",
            "child",
            draw(st.sampled_from(SIGNATORIES)),
            ConsentKind.ENGAGEMENT,
            draw(st.sampled_from(ConsentDecision)),
            START_AT + timedelta(days=draw(st.integers(0, 3))),
            categories=draw(scopes(CATEGORIES)),
            controllers=draw(scopes(CONTROLLERS)),
        )
        for number in range(count)
    ]


def covering(found: list[ConsentRecord], category: str, controller: str) -> list[ConsentRecord]:
    silent = VOCABULARY.categories[category].tier >= Tier.T4
    return [
        one
        for one in found
        if (one.controllers is None or controller in one.controllers)
        and (
            category in one.categories
            if one.categories is not None
            else not (silent and one.decision is ConsentDecision.GIVEN)
        )
    ]


def relied_on(found: list[ConsentRecord]) -> list[ConsentRecord]:
    """The `given`s that make the consent *given*, everybody having standing always; empty where it is not."""
    governing = [governs([one for one in found if one.signatory == who]) for who in SIGNATORIES]
    kept = [one for one in governing if one is not None]
    if any(one.decision is not ConsentDecision.GIVEN for one in kept):
        return []
    return kept


def governs(theirs: list[ConsentRecord]) -> ConsentRecord | None:
    """The latest, most restrictive; after a no that names the category a yes that does not is ignored."""
    named = [one for one in theirs if one.categories is not None]
    no = max((one.at for one in named if one.decision is not ConsentDecision.GIVEN), default=None)
    yes = max((one.at for one in named if one.decision is ConsentDecision.GIVEN), default=None)
    if no is not None and (yes is None or yes <= no):
        theirs = [
            one
            for one in theirs
            if one.categories is not None or one.decision is not ConsentDecision.GIVEN or one.at <= no
        ]
    order = [ConsentDecision.GIVEN, ConsentDecision.REFUSED, ConsentDecision.WITHDRAWN]
    return max(theirs, key=lambda one: (one.at, order.index(one.decision)), default=None)


@settings(max_examples=300, deadline=None)
@given(events())
def test_what_was_ended_is_never_relied_on_and_what_is_relied_on_was_narrowed(found: list[ConsentRecord]) -> None:
    ended: set[str] = set()
    narrowed: dict[str, set[str]] = {}
    for number, event in enumerate(found):
        ended |= {one.id for one in ended_by(event, found[:number])}
        for one in narrowed_by(event, found[:number], VOCABULARY):
            narrowed.setdefault(one.id, set()).add(event.id)
    for category in CATEGORIES:
        for controller in CONTROLLERS:
            here = covering(found, category, controller)
            for one in relied_on(here):
                assert one.id not in ended
                written = found.index(one)
                dissent = {
                    event.id
                    for event in found[written + 1 :]
                    if event.decision is not ConsentDecision.GIVEN and overlap(event, one, VOCABULARY)
                }
                assert dissent == narrowed.get(one.id, set())


@settings(max_examples=150, deadline=None)
@given(events())
def test_refusals_and_withdrawals_are_never_ended(found: list[ConsentRecord]) -> None:
    """A release that rests on a narrowed ground names what narrowed it, so that must still stand."""
    for number, event in enumerate(found):
        for one in ended_by(event, found[:number]):
            assert one.decision is ConsentDecision.GIVEN


def ruling(decision: HolderRuling, day: int, case: str | None = None) -> HolderDecision:
    at = START_AT + timedelta(days=day)
    return HolderDecision("child", "attendance", "ecc", "family-support", decision, "kim", at, case)


def test_a_withholding_ends_or_narrows_the_releases_before_it() -> None:
    anywhere, here = ruling(HolderRuling.RELEASE, 0), ruling(HolderRuling.RELEASE, 0, "k-1")
    other = ruling(HolderRuling.RELEASE, 0, "k-2")
    stop, stop_here = ruling(HolderRuling.WITHHOLD, 1), ruling(HolderRuling.WITHHOLD, 1, "k-1")
    assert ended_rulings(stop, [anywhere, here, other]) == [anywhere, here, other]
    assert narrowed_rulings(stop, [anywhere, here]) == []
    assert ended_rulings(stop_here, [anywhere, here, other]) == [here]
    assert narrowed_rulings(stop_here, [anywhere, here, other]) == [anywhere]
    assert ended_rulings(stop, [stop_here]) == []
