"""What was released is found by whom it is about, who received it and what it rests on; and when it is stale."""

from __future__ import annotations

from dataclasses import replace
from datetime import timedelta

from broker.audit.events import GROUND_KINDS
from broker.decision.request import Override, Request
from broker.people import DataSubject
from broker.store.disclosures import (
    ReleasedCell,
    StoredDisclosure,
    find_disclosure,
    find_disclosures_about,
    find_disclosures_to,
    find_resting_on,
    find_stale,
    record_disclosure,
)
from broker.store.ingest import Batch, Rejection, find_batch, find_rejections, record_batch
from broker.store.kinds import BasisKind, DisclosureOutcome, VersionedKind
from broker.store.notices import (
    NewNotice,
    find_due,
    find_notices_to,
    mark_sent,
    note_attempt,
    queue_notices,
)
from broker.store.people import add_people, record_people
from tests.unit.store.small_store import NOON, SmallStore, entry

DIGEST = "sha256:" + "0" * 64
RELEASED = StoredDisclosure(
    id="d-1",
    outcome=DisclosureOutcome.ANSWERED,
    request=Request(
        NOON,
        "s-kim",
        "lead-practitioner",
        "family-support",
        ("mum", "child"),
        "k-1",
        "first review",
        Override("significant-harm", "he is at the door", "ca89-47", None),
    ),
    recipient="ecc",
    decision_digest=DIGEST,
    table_digest=DIGEST,
    policies_digest=DIGEST,
    cells=(ReleasedCell("child", "attendance", "school", "full"),),
    records=(("r-1", "summary"),),
    rests_on=frozenset({(BasisKind.CONSENT, "c-1"), (BasisKind.AGREEMENT, "family-support@2")}),
    versions=((VersionedKind.PERSON, "mum", 1), (VersionedKind.CASE, "k-1", 0)),
)
REFUSED = StoredDisclosure(
    id="d-2",
    outcome=DisclosureOutcome.REFUSED,
    request=Request(NOON, "s-lee", "triage", "front-door-screening", ("mum", "mum", "nobody")),
    recipient="essex-police",
    decision_digest=DIGEST,
    table_digest=DIGEST,
    policies_digest=DIGEST,
    refused_because="not-in-team",
)


def stored(small: SmallStore) -> None:
    """Both, in this order."""
    with small.act() as act:
        record_disclosure(act, RELEASED, entry=entry())
    with small.act() as act:
        record_disclosure(act, REFUSED, entry=entry())


def test_disclosures_are_read_back_exactly(small: SmallStore) -> None:
    stored(small)
    with small.store.look() as view:
        assert find_disclosure(view, "d-1") == RELEASED
        assert find_disclosure(view, "d-2") == REFUSED
        assert find_disclosure(view, "d-3") is None


def test_who_has_looked_is_found_by_person(small: SmallStore) -> None:
    stored(small)
    with small.store.look() as view:
        assert find_disclosures_about(view, "mum") == (RELEASED, REFUSED)
        assert find_disclosures_about(view, "child") == (RELEASED,)
        assert find_disclosures_about(view, "dad") == ()


def test_what_an_organisation_received_comes_in_pages(small: SmallStore) -> None:
    many = [replace(RELEASED, id=f"d-{number:03}") for number in range(5)]
    with small.act() as act:
        for one in many:
            record_disclosure(act, one, entry=entry())
        at = act.at
    with small.store.look() as view:
        first = find_disclosures_to(view, "ecc", most=2)
        assert first == tuple(many[:2])
        assert find_disclosures_to(view, "ecc", after=(at, "d-001")) == tuple(many[2:])
        assert find_disclosures_to(view, "ecc", after=(at - timedelta(days=1), "")) == tuple(many)
        assert find_disclosures_to(view, "nobody") == ()


def test_what_a_withdrawal_taints_is_found(small: SmallStore) -> None:
    stored(small)
    with small.store.look() as view:
        assert find_resting_on(view, BasisKind.CONSENT, ["c-1", "c-2"]) == (RELEASED,)
        assert find_resting_on(view, BasisKind.AGREEMENT, ["family-support@2"]) == (RELEASED,)
        assert find_resting_on(view, BasisKind.CONSENT, ["family-support@2"]) == ()


def test_a_disclosure_is_stale_once_anything_it_rested_on_has_changed(small: SmallStore) -> None:
    with small.act() as act:
        add_people(act, [DataSubject("mum", None), DataSubject("dad", None)], entry=entry())
        versions = act.share([(VersionedKind.PERSON, "mum")])
    one = replace(RELEASED, versions=tuple((kind, key, version) for (kind, key), version in versions.items()))
    with small.act() as act:
        record_people(act, [DataSubject("dad", None)], entry=entry())
    with small.act() as act:
        assert find_stale(act, one) == {}
    with small.act() as act:
        record_people(act, [DataSubject("mum", None)], entry=entry())
    with small.act() as act:
        assert find_stale(act, one) == {(VersionedKind.PERSON, "mum"): 2}
        never = replace(one, versions=((VersionedKind.AGREEMENT, "gone", 4),))
        assert find_stale(act, never) == {(VersionedKind.AGREEMENT, "gone"): 0}


def test_grounds_are_those_of_the_audit_log() -> None:
    assert {kind.value for kind in BasisKind} == GROUND_KINDS


def test_a_notice_is_due_until_it_is_sent(small: SmallStore) -> None:
    withdrawn = NewNotice("consent.withdrawn", "ecc", NOON, {"disclosure": "d-1"})
    later = NewNotice("record.corrected", "ecc", NOON + timedelta(days=1), {"disclosure": "d-2"})
    with small.act() as act:
        first, second = queue_notices(act, [withdrawn, later], entry=entry())
    with small.store.look() as view:
        (due,) = find_due(view, NOON)
    assert (due.id, due.notice, due.attempts) == (first, withdrawn, 0)
    with small.store.keep_house() as house:
        note_attempt(house, first, NOON + timedelta(minutes=5))
    with small.store.look() as view:
        assert find_due(view, NOON) == ()
        (again,) = find_due(view, NOON + timedelta(minutes=5))
    assert again.attempts == 1
    with small.act() as act:
        mark_sent(act, first, entry=entry())
    with small.store.look() as view:
        assert [one.id for one in find_due(view, NOON + timedelta(days=9))] == [second]
        assert {one.id for one in find_notices_to(view, "ecc")} == {first, second}
    assert b"disclosure" not in small.dump().split(b"consent.withdrawn")[1][:200]


def test_a_batch_is_recorded_with_its_refused_lines(small: SmallStore) -> None:
    batch = Batch("b-1", "school", "school-attendance", DIGEST, NOON, 3, 1, 0)
    rejection = Rejection(4, "nhs-number", "Karen Smyth,9990000000")
    with small.act() as act:
        record_batch(act, batch, [rejection], entry=entry())
    with small.store.look() as view:
        assert find_batch(view, "school", DIGEST) == batch
        assert find_batch(view, "clinic", DIGEST) is None
        assert find_rejections(view, "b-1") == (rejection,)
    assert b"Karen" not in small.dump()
    assert "Karen" not in repr(rejection)
