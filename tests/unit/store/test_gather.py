"""Who is near enough to matter: each way of being near brings the person, and nothing else does."""

from __future__ import annotations

from datetime import date

import pytest

from broker.casework import Case, CaseKind, Staff
from broker.casework.staff import StaffMember
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.decision.facts import HolderDecision, HolderRuling
from broker.people import DataSubject, Relationship, RelationshipKind
from broker.store.cases import record_case
from broker.store.consents import append_consents
from broker.store.gather import gather_facts, lock_facts
from broker.store.holder_decisions import append_ruling
from broker.store.households import record_members
from broker.store.kinds import VersionedKind
from broker.store.people import add_people
from broker.store.records import NewRecord, put_records
from broker.store.relationships import record_relationships
from broker.store.session import Act
from broker.store.staff import record_staff
from tests.unit.store.small_store import NOON, SmallStore, entry

NEAR = {
    "carer": "has parental responsibility for the child",
    "pupil": "the child's record is about them too",
    "mentioned": "the child's record mentions them",
    "named": "a field of the child's record names them",
    "about-other": "a record that mentions the child is about them",
    "flatmate": "lives with the child",
    "neighbour": "lives with somebody mentioned",
    "signatory": "signed a consent about the child",
    "worker": "is the member of staff who asks",
    "second": "is the member of staff who seconds",
    "in-case": "the case is about them",
}
FAR = ("stranger", "far-neighbour", "other-worker", "other-case", "carers-child")


def world(act: Act) -> None:
    """A child, everybody near and some who are far."""
    one = entry()
    add_people(act, [DataSubject(name, date(1990, 1, 1)) for name in ("child", *NEAR, *FAR)], entry=one)
    kinship = [("carer", "child"), ("carer", "carers-child")]
    mother = RelationshipKind.MOTHER
    named = [(f"r-{a}-{b}", Relationship(a, b, mother, parental_responsibility=True)) for a, b in kinship]
    record_relationships(act, named, entry=one)
    day = date(2026, 1, 5)
    records = [
        NewRecord(
            "1",
            "attendance",
            frozenset({"child", "pupil"}),
            frozenset({"mentioned"}),
            day,
            {},
            frozenset({"named"}),
        ),
        NewRecord("2", "attendance", frozenset({"about-other"}), frozenset({"child"}), day, {}),
        NewRecord("3", "attendance", frozenset({"stranger"}), frozenset({"far-neighbour"}), day, {}),
    ]
    put_records(act, "school", records, entry=one)
    record_members(act, "h1", joined=["child", "flatmate"], entry=one)
    record_members(act, "h2", joined=["mentioned", "neighbour"], entry=one)
    record_members(act, "h3", joined=["stranger", "far-neighbour"], entry=one)
    consent = ConsentRecord("c-1", "child", "signatory", ConsentKind.ENGAGEMENT, ConsentDecision.GIVEN, NOON)
    append_consents(act, [consent], entry=one)
    ruling = HolderDecision("child", "attendance", "school", "support", HolderRuling.RELEASE, "s-decider", NOON)
    append_ruling(act, ruling, "", entry=one)
    staff = [("s-asks", "worker"), ("s-seconds", "second"), ("s-decider", None), ("s-other", "other-worker")]
    members = [StaffMember(Staff(key, "ecc", frozenset({"triage"}), person=person), key) for key, person in staff]
    record_staff(act, members, entry=one)
    for case_id, about in (("k-1", "in-case"), ("k-2", "other-case")):
        record_case(act, Case(case_id, CaseKind.TEAM, 2, frozenset(), frozenset({about}), NOON), entry=one)


@pytest.fixture
def filled(small: SmallStore) -> SmallStore:
    with small.act() as act:
        world(act)
    return small


def test_everybody_near_is_there_and_nobody_else(filled: SmallStore) -> None:
    with filled.store.look() as view:
        facts = gather_facts(view, ["child"], case_id="k-1", staff_ids=["s-asks", "s-seconds"])
    assert set(facts.people) == {"child", *NEAR}
    assert set(facts.staff) == {"s-asks", "s-seconds", "s-decider"}
    assert set(facts.cases) == {"k-1"}
    assert {household.id for household in facts.households} == {"h1", "h2"}
    assert {(one.from_id, one.to_id) for one in facts.relationships} == {("carer", "child")}
    assert len(facts.records) == 2
    assert len(facts.consents) == len(facts.holder_decisions) == 1


def test_what_a_release_rests_on_is_locked(filled: SmallStore) -> None:
    with filled.act() as act:
        locked = lock_facts(act, ["child", "child", "nobody"], case_id="k-1")
        assert set(lock_facts(act, ["child"])) == {(VersionedKind.PERSON, "child")}
    assert set(locked) == {(VersionedKind.PERSON, "child"), (VersionedKind.CASE, "k-1")}
