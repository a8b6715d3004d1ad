"""Markers: a reason kept sealed, and `protected` lifted by nobody alone."""

from __future__ import annotations

import pytest

from broker.errors import CallWrong
from broker.people import ProtectionMarker
from broker.store.people import find_people
from tests.functional.usecases.office import MARKED_BECAUSE, Office
from tests.functional.usecases.test_ties import private_of

PROTECTED, ADDRESS = ProtectionMarker.PROTECTED, ProtectionMarker.ADDRESS_PROTECTED


def markers_of(office: Office, who: str) -> frozenset[ProtectionMarker]:
    person_id = office.people[who]
    with office.broker.store.look() as view:
        return find_people(view, [person_id])[person_id].markers


def test_setting_protected_and_lifting_any_marker_need_a_reason(
    office: Office,
) -> None:
    office.mark("mum", ADDRESS, reason="")
    for marker, lift in ((PROTECTED, False), (ADDRESS, True)):
        with pytest.raises(CallWrong, match="reason"):
            office.mark("mum", marker, lift=lift, reason=" ")
    assert markers_of(office, "mum") == {ADDRESS}


def test_the_reason_is_kept_sealed_and_stands_nowhere_in_the_log(office: Office) -> None:
    office.mark("mum", ADDRESS)
    office.mark("mum", ADDRESS, lift=True)
    entry = office.entries()[-1]
    assert entry.event == "marker.lifted"
    assert MARKED_BECAUSE not in repr(entry)
    assert private_of(office, entry) == {"marker": "address-protected", "reason": MARKED_BECAUSE}


def test_one_person_alone_lifts_no_protection(office: Office) -> None:
    office.mark("partner", PROTECTED)
    office.step()
    with pytest.raises(CallWrong, match="takes two people"):
        office.mark("partner", PROTECTED, lift=True)
    assert markers_of(office, "partner") == {PROTECTED}
