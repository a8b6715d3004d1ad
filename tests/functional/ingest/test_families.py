"""Households from what senders claim: the order of the claims, and where they are cut apart, never matters."""

from __future__ import annotations

from collections.abc import Sequence
from pathlib import Path

import pytest
from hypothesis import HealthCheck, given, settings
from hypothesis import strategies as st

from broker.agencies import HouseholdClaim, IncomingRecord
from broker.audit.events import Event
from broker.people import DataSubject
from broker.store.households import find_households, record_members
from broker.store.people import add_people
from broker.usecases.acting import AS_OPERATOR, entry_of
from broker.usecases.intake.ingest_families import family_news
from broker.wiring import Broker
from tests.functional.ingest.loading import RECEIVED_AT, broker_in

PEOPLE = tuple("abcdefgh")
Pair = tuple[str, str]
PAIRS = st.lists(st.tuples(st.sampled_from(PEOPLE), st.sampled_from(PEOPLE)), max_size=8)


@pytest.fixture(scope="module")
def broker(tmp_path_factory: pytest.TempPathFactory) -> Broker:
    with broker_in(tmp_path_factory.mktemp("data")) as opened:
        yield opened


class TakenBack(Exception):
    """Ends an example without leaving anything."""


def claimed(pairs: Sequence[Pair]) -> list[tuple[IncomingRecord, dict[str, str]]]:
    return [
        (
            IncomingRecord(
                f"r{number}", f"r{number}", "ecc", "household", RECEIVED_AT.date(), (), True, {},
                households=(HouseholdClaim(frozenset(pair)),),
            ),
            {one: f"p-{one}" for one in PEOPLE},
        )
        for number, pair in enumerate(pairs)
    ]  # fmt: skip


def households(broker: Broker, parts: Sequence[Sequence[Pair]]) -> set[frozenset[str]]:
    """The households there are once these claims came in, part after part."""
    found: set[frozenset[str]] = set()
    try:
        with broker.store.act(broker.clock) as act:
            entry = entry_of(act, AS_OPERATOR, Event.PEOPLE_LINKED, {"linked": 0, "possible": 0})
            add_people(act, [DataSubject(f"p-{one}", None) for one in PEOPLE], entry=entry)
            for part in parts:
                news = family_news(act, claimed(part), act.new_id)
                for one in sorted(news.joined.keys() | news.left.keys()):
                    joined, left = news.joined.get(one, ()), news.left.get(one, ())
                    record_members(act, one, joined=joined, left=left, entry=entry)
                assert family_news(act, claimed(part), act.new_id).is_empty()
            found.update(home.members for home in find_households(act, [f"p-{one}" for one in PEOPLE]))
            raise TakenBack
    except TakenBack:
        return found


@settings(
    max_examples=40,
    deadline=None,
    suppress_health_check=[HealthCheck.function_scoped_fixture, HealthCheck.too_slow],
)
@given(pairs=PAIRS, cut=st.integers(0, 8), data=st.data())
def test_order_and_parts_never_matter(broker: Broker, pairs: list[Pair], cut: int, data: st.DataObject) -> None:
    together = households(broker, [pairs])
    other_order = data.draw(st.permutations(pairs))
    assert households(broker, [other_order[:cut], other_order[cut:]]) == together
    # Nobody lives in two of them, and whoever was said to live together does.
    assert sum(len(home) for home in together) == len({person for home in together for person in home})
    for one, other in pairs:
        assert one == other or any({f"p-{one}", f"p-{other}"} <= home for home in together)


def test_a_household_recorded_by_hand_is_left_as_it_is(tmp_path: Path) -> None:
    with broker_in(tmp_path) as broker, broker.store.act(broker.clock) as act:
        entry = entry_of(act, AS_OPERATOR, Event.PEOPLE_LINKED, {"linked": 0, "possible": 0})
        add_people(act, [DataSubject(f"p-{one}", None) for one in PEOPLE], entry=entry)
        record_members(act, "o-by-hand", joined=["p-a", "p-b"], entry=entry)
        news = family_news(act, claimed([("a", "b"), ("b", "c")]), act.new_id)
    assert "o-by-hand" not in news.joined
    assert news.left == {}
    assert list(news.joined.values()) == [{"p-b", "p-c"}]
