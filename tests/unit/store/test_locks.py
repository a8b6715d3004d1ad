"""Whoever waited comes after whom it waited for, and nobody waits for somebody who waits for them."""

from __future__ import annotations

import threading
from collections.abc import Callable
from datetime import datetime, timedelta
from typing import Any

import pytest

from broker.clock import FrozenClock
from broker.people import DataSubject
from broker.store.kinds import VersionedKind
from broker.store.locks import LockFirst
from broker.store.people import add_people, record_people
from broker.store.session import Act
from tests.unit.store.small_store import NOON, SmallStore, entry

MUM, DAD = (VersionedKind.PERSON, "mum"), (VersionedKind.PERSON, "dad")
CASE, RULES = (VersionedKind.CASE, "k-1"), (VersionedKind.AGREEMENT, "rules")
WAIT = 30.0


@pytest.fixture
def known(small: SmallStore) -> SmallStore:
    with small.act() as act:
        add_people(act, [DataSubject("mum", None), DataSubject("dad", None)], entry=entry())
        for kind, key in (CASE, RULES):
            act.bump(entry(), kind, [key])
    return small


def change(person_id: str) -> Callable[[Act], datetime]:
    """An act that asks its instant first and finds out afterwards whom it touches, as a use case does."""

    def work(act: Act) -> datetime:
        at = act.at
        record_people(act, [DataSubject(person_id, None)], entry=entry())
        return at

    return work


def raises_lock_first(known: SmallStore, *steps: Callable[[Act], object]) -> bool:
    """Whether the last of these steps of one act comes too late."""
    taken = []

    def go() -> None:
        with known.act() as act:
            for step in steps:
                taken.append(step)
                step(act)

    with pytest.raises(LockFirst):
        go()
    return len(taken) == len(steps)


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("fact", [MUM, CASE, RULES])
def test_what_another_may_have_changed_is_not_touched_after_the_instant(
    known: SmallStore, fact: tuple[VersionedKind, str]
) -> None:
    for touch in (
        lambda act: act.bump(entry(), fact[0], [fact[1]]),
        lambda act: act.share([fact]),
        lambda act: act.lock([fact]),
    ):
        assert raises_lock_first(known, lambda act: act.at, touch)
    assert known.count("audit_entry") == 1 + 2


def test_what_nobody_knows_yet_is_made_after_the_instant(known: SmallStore) -> None:
    with known.act() as act:
        assert act.at
        add_people(act, [DataSubject("child", None)], entry=entry())
        act.bump(entry(), VersionedKind.PERSON, ["child"])
        assert act.share([(VersionedKind.PERSON, "child"), (VersionedKind.CASE, "k-2")]) == {
            (VersionedKind.PERSON, "child"): 2
        }


@pytest.mark.only_on("postgresql")
def test_rows_are_taken_in_one_order(known: SmallStore) -> None:
    assert raises_lock_first(known, lambda act: act.lock([MUM, DAD]), lambda act: act.lock([RULES]))
    assert raises_lock_first(known, lambda act: act.share([MUM]), lambda act: act.lock([MUM]))
    with known.act() as act:
        assert set(act.share([CASE, MUM, DAD])) == {CASE, MUM, DAD}
        assert set(act.share([DAD, RULES])) == {RULES, DAD}  # what is shared is locked together, and in one order
        assert act.at
        assert set(act.share([RULES, CASE, MUM, DAD])) == {RULES, CASE, MUM, DAD}


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("fact", [MUM, (VersionedKind.PERSON, "child")])
@pytest.mark.parametrize("settle", [lambda act: act.at, Act.settle, lambda _act: None])
@pytest.mark.parametrize("share", [Act.share, lambda act, facts: act.together(act.sharing(facts))[0]])
def test_what_moved_on_after_it_was_shared_is_noticed(
    known: SmallStore,
    fact: tuple[VersionedKind, str],
    settle: Callable[[Act], object],
    share: Callable[..., Any],
) -> None:
    """Somebody changes it, or makes it, after its version was read: what was read meanwhile counts for nothing,
    and the work is done again with it locked first."""
    found = []

    def work(act: Act) -> None:
        found.append(share(act, [RULES, fact]).get(fact, 0))
        if len(found) == 1:
            with known.act() as other:
                other.bump(entry(), *(fact[0], [fact[1]]))
        settle(act)

    known.store.perform(known.clock, work)
    assert found == [found[0], found[0] + 1]


@pytest.mark.only_on("postgresql")
def test_what_is_settled_does_not_move_on_until_the_act_ends(known: SmallStore) -> None:
    done = threading.Event()

    def later() -> None:
        known.store.perform(known.clock, change("mum"))
        done.set()

    thread = threading.Thread(target=later)
    with known.act() as act:
        act.share([MUM])
        act.settle()
        thread.start()
        assert not done.wait(0.3)
    thread.join(WAIT)
    assert done.is_set()


def test_work_that_learns_late_is_done_again_and_once(known: SmallStore) -> None:
    before, tries = known.count("audit_entry"), []

    def work(act: Act) -> str:
        tries.append(act.at)
        act.share([RULES])
        record_people(act, [DataSubject("mum", None)], entry=entry())
        record_people(act, [DataSubject("dad", None)], entry=entry())
        return "done"

    assert known.store.perform(known.clock, work) == "done"
    assert known.count("audit_entry") == before + 2
    assert len(tries) == (1 if known.database == "sqlite" else 4)
    with known.act() as act:
        assert act.share([MUM, DAD, RULES]) == {MUM: 2, DAD: 2, RULES: 1}


def test_work_that_never_settles_fails_and_changes_nothing(known: SmallStore) -> None:
    before, number = known.count("audit_entry"), 0

    def work(act: Act) -> None:
        nonlocal number
        number += 1
        assert act.at
        with known.act() as other:
            other.bump(entry(), VersionedKind.PERSON, [f"new-{number}"])
        act.bump(entry(), VersionedKind.PERSON, [f"new-{number}"])

    if known.database == "postgresql":
        with pytest.raises(LockFirst, match="was not done"):
            known.store.perform(known.clock, work)
        assert number == 8
        assert known.count("audit_entry") == before + number


def test_what_the_work_raises_undoes_it(known: SmallStore) -> None:
    before = known.count("audit_entry")

    def work(act: Act) -> None:
        act.record(entry())
        raise ValueError("no")

    with pytest.raises(ValueError, match="no"):
        known.store.perform(known.clock, work)
    assert known.count("audit_entry") == before


@pytest.mark.parametrize("skew", [timedelta(hours=-2), timedelta(0), timedelta(hours=2)])
def test_the_instant_is_later_than_that_of_every_act_committed_before(known: SmallStore, skew: timedelta) -> None:
    """Two workers whose clocks disagree."""
    other, instants = FrozenClock(NOON + skew), []
    for turn in range(6):
        with known.store.act(known.clock if turn % 2 else other) as act:
            act.record(entry())
            instants.append(act.at)
    assert instants == sorted(set(instants))


@pytest.mark.only_on("postgresql")
@pytest.mark.parametrize("first_shares", [True, False])
def test_whoever_waited_comes_after_whom_it_waited_for(known: SmallStore, first_shares: bool) -> None:
    """Its clock is behind, and it asked the time before it waited: what it did is still later."""
    behind, instants = FrozenClock(NOON - timedelta(hours=1)), {}
    held, done = threading.Event(), threading.Event()

    def later() -> None:
        held.wait(WAIT)
        instants["second"] = known.store.perform(behind, change("mum"))
        done.set()

    thread = threading.Thread(target=later)
    thread.start()
    with known.act() as act:
        (act.share if first_shares else act.lock)([MUM])
        instants["first"] = act.at
        act.record(entry())
        held.set()
        assert not done.wait(0.3)
    thread.join(WAIT)
    assert instants["first"] < instants["second"]


@pytest.mark.only_on("postgresql")
def test_two_who_share_do_not_wait_for_each_other(known: SmallStore) -> None:
    with known.act() as one, known.act() as other:
        assert one.share([MUM, RULES]) == other.share([MUM, RULES]) == {MUM: 1, RULES: 1}
        one.settle()
        other.settle()


@pytest.mark.only_on("postgresql")
def test_acts_that_cross_never_wait_for_each_other(known: SmallStore) -> None:
    """Each touches mum and dad, in one order or the other; nobody is cut off and nothing is lost."""
    failed = []

    def cross(first: str, second: str) -> None:
        def work(act: Act) -> None:
            assert act.at
            for one in (first, second):
                record_people(act, [DataSubject(one, None)], entry=entry())

        for _ in range(10):
            try:
                known.store.perform(known.clock, work)
            except Exception as error:  # told below
                failed.append(error)

    threads = [threading.Thread(target=cross, args=pair) for pair in (("mum", "dad"), ("dad", "mum")) * 2]
    for thread in threads:
        thread.start()
    for thread in threads:
        thread.join(WAIT)
    assert failed == []
    with known.act() as act:
        assert act.share([MUM, DAD]) == {MUM: 41, DAD: 41}


def test_a_rehearsal_leaves_nothing_and_waits_for_nobody(known: SmallStore) -> None:
    before = known.count("audit_entry")
    with known.store.rehearse(known.clock) as act:
        assert act.at
        record_people(act, [DataSubject("mum", None)], entry=entry())
        add_people(act, [DataSubject("child", None)], entry=entry())
        if known.database == "postgresql":
            with known.act() as other:
                other.lock([MUM])
    assert (known.count("audit_entry"), known.count("person")) == (before, 2)
