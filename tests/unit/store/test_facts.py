"""Consents, holders' decisions, cases, staff and feeds: read back exactly, found from where they are needed."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

import pytest

from broker.casework import Case, CaseKind, Membership, Staff
from broker.casework.staff import StaffMember
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.dates import Interval, Period
from broker.decision.facts import Feed, HolderDecision, HolderRuling
from broker.errors import SystemFailed
from broker.store.cases import find_cases, find_cases_about, find_cases_of, record_case
from broker.store.consents import append_consents, find_consent, find_consents
from broker.store.feeds import find_feeds, record_feed
from broker.store.holder_decisions import append_ruling, find_rulings
from broker.store.kinds import VersionedKind
from broker.store.staff import find_holders, find_members, find_staff, record_staff
from tests.unit.store.small_store import NOON, SmallStore, entry

DAY = timedelta(days=1)
GIVEN = ConsentRecord("c-1", "mum", "mum", ConsentKind.ENGAGEMENT, ConsentDecision.GIVEN, NOON - DAY)
NARROW = ConsentRecord(
    "c-2",
    "child",
    "mum",
    ConsentKind.OBJECTION,
    ConsentDecision.WITHDRAWN,
    NOON - 2 * DAY,
    NOON + DAY,
    unsafe=True,
    purposes=frozenset({"family-support"}),
    categories=frozenset({"attendance", "exclusions"}),
    controllers=frozenset(),
    recipients=frozenset({"ecc"}),
)


def test_consents_are_read_back_exactly_and_in_order(small: SmallStore) -> None:
    with small.act() as act:
        append_consents(act, [GIVEN, NARROW], entry=entry())
    with small.store.look() as view:
        assert find_consents(view, ["mum", "child"]) == (NARROW, GIVEN)
        assert find_consents(view, ["mum"]) == (GIVEN,)
        assert find_consents(view, ["mum"], NOON - DAY) == ()
        assert find_consent(view, "c-2") == NARROW
        assert find_consent(view, "c-9") is None


def test_a_consent_id_is_used_once(small: SmallStore) -> None:
    def twice() -> None:
        with small.act() as act:
            append_consents(act, [GIVEN, replace(GIVEN, decision=ConsentDecision.REFUSED)], entry=entry())

    with pytest.raises(SystemFailed):
        twice()
    assert small.count("consent_event") == 0


def test_a_consent_touches_the_person_it_is_about(small: SmallStore) -> None:
    with small.act() as act:
        append_consents(act, [NARROW], entry=entry())
        touched = act.share([(VersionedKind.PERSON, "child"), (VersionedKind.PERSON, "mum")])
    assert touched == {(VersionedKind.PERSON, "child"): 1}


def test_a_consent_moved_to_another_person_does_not_open(small: SmallStore) -> None:
    with small.act() as act:
        append_consents(act, [GIVEN], entry=entry())
        other = act.keys.token("person/consent_event", "child")
    small.disarm("consent_event")
    small.run("UPDATE consent_event SET about_token = ?", other)
    with small.store.look() as view, pytest.raises(SystemFailed, match="consent_event"):
        find_consents(view, ["child"])


def test_holders_decisions_are_read_back_exactly(small: SmallStore) -> None:
    ruling = HolderDecision(
        "mum", "attendance", "ecc", "family-support", HolderRuling.RELEASE, "s-kim", NOON, "k-1", NOON + DAY
    )
    with small.act() as act:
        first = append_ruling(act, ruling, "she needs help", entry=entry())
        second = append_ruling(act, replace(ruling, case=None, until_at=None), "", entry=entry())
    with small.store.look() as view:
        assert find_rulings(view, ["mum"]) == {first: ruling, second: replace(ruling, case=None, until_at=None)}
        assert find_rulings(view, ["child"]) == {}
    assert b"she needs help" not in small.dump()


CASE = Case(
    "k-1",
    CaseKind.TEAM,
    2,
    frozenset({"family-support"}),
    frozenset({"mum", "child"}),
    NOON - DAY,
    None,
    True,
    (Membership("s-kim", Interval(NOON - DAY, None)),),
)


def test_a_case_is_found_by_id_person_and_member_as_known_then(small: SmallStore) -> None:
    closed = replace(CASE, closed_at=NOON, about=frozenset({"mum"}), members=())
    with small.act() as act:
        record_case(act, CASE, entry=entry())
        then = act.at
    with small.act() as act:
        record_case(act, closed, entry=entry())
    with small.store.look() as view:
        assert find_cases(view, ["k-1", "k-2"]) == {"k-1": closed}
        assert find_cases(view, ["k-1"], then) == {"k-1": CASE}
        assert find_cases_about(view, "mum") == {"k-1": closed}
        assert find_cases_about(view, "child") == {}
        assert find_cases_about(view, "child", then) == {"k-1": CASE}
        assert find_cases_of(view, "s-kim") == {"k-1": closed}
        assert find_cases_of(view, "s-lee") == {}


KIM = Staff(
    "s-kim",
    "ecc",
    frozenset({"triage", "lead-practitioner"}),
    NOON + DAY,
    NOON + 2 * DAY,
    "mum",
    frozenset({"dad"}),
)


def test_staff_are_read_back_exactly_and_found_by_post(small: SmallStore) -> None:
    moved = replace(KIM, organisation="essex-police", roles=frozenset({"navigator"}))
    with small.act() as act:
        record_staff(act, [StaffMember(KIM, "Kim Example")], entry=entry())
        then = act.at
    with small.store.look() as view:
        assert find_members(view, ["s-kim", "s-lee"]) == {"s-kim": StaffMember(KIM, "Kim Example")}
        assert set(find_holders(view, "ecc", "triage")) == {"s-kim"}
    with small.act() as act:
        record_staff(act, [StaffMember(moved, "Kim Example")], entry=entry())
    with small.store.look() as view:
        assert find_staff(view, ["s-kim"]) == {"s-kim": moved}
        assert find_staff(view, ["s-kim"], then) == {"s-kim": KIM}
        assert find_holders(view, "ecc", "triage") == {}
        assert set(find_holders(view, "essex-police", "navigator")) == {"s-kim"}
    assert b"Kim Example" not in small.dump()


def test_the_latest_of_a_feed_governs(small: SmallStore) -> None:
    feed = Feed("chelmsford-academy", frozenset({"attendance"}), Period(days=1), NOON - DAY)
    everything = Feed("essex-police", None, Period(years=1, months=2), NOON)
    with small.act() as act:
        record_feed(act, "f1", feed, entry=entry())
        record_feed(act, "f2", everything, entry=entry())
        then = act.at
    later = replace(feed, last_received_at=NOON)
    with small.act() as act:
        record_feed(act, "f1", later, entry=entry())
    with small.store.look() as view:
        assert find_feeds(view) == {"f1": later, "f2": everything}
        assert find_feeds(view, then) == {"f1": feed, "f2": everything}
        assert find_feeds(view, NOON - DAY) == {}
