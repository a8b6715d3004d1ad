"""Markers: a reason kept sealed, and `protected` lifted by two whom the custodians hear of."""

from __future__ import annotations

import pytest

from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.store.people import find_people
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.office import MARKED_BECAUSE, SCHOOL_LEAD, Office
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
            office.mark("mum", marker, lift=lift, reason=" ", second="ola")
    assert markers_of(office, "mum") == {ADDRESS}


def test_the_reason_is_kept_sealed_and_stands_nowhere_in_the_log(office: Office) -> None:
    office.mark("mum", ADDRESS)
    office.mark("mum", ADDRESS, lift=True)
    entry = office.entries()[-1]
    assert entry.event == "marker.lifted"
    assert MARKED_BECAUSE not in repr(entry)
    assert private_of(office, entry) == {"marker": "address-protected", "reason": MARKED_BECAUSE}


def test_lifting_protected_takes_two_and_alerts_the_custodians(office: Office) -> None:
    office.mark("partner", PROTECTED)
    office.step()
    with pytest.raises(CallWrong, match="second"):
        office.mark("partner", PROTECTED, lift=True)
    count = len(office.entries())
    office.mark("partner", PROTECTED, lift=True, second="ola")
    assert markers_of(office, "partner") == frozenset()
    assert [(entry.event, entry.actor) for entry in office.entries()[count:]] == [
        ("marker.lifted", SCHOOL_LEAD.by),
        ("standing.changed", "ola"),
    ]
    (alert,) = office.notices("alert-protection-lifted")
    assert alert.notice.body == {"about": [office.people["partner"]], "by": "dee", "second": "ola"}


def test_lifting_a_protection_that_is_not_there_alerts_nobody(office: Office) -> None:
    office.mark("partner", PROTECTED, lift=True, second="ola")
    assert office.notices("alert-protection-lifted") == []


@pytest.mark.parametrize("second", ["dee", "tri", "nobody-here", "gone", "near"])
def test_the_second_is_another_who_may_decide_and_knows_the_person_in_no_private_way(
    office: Office, second: str
) -> None:
    """Herself; a role without the verb; nobody; somebody who left; somebody declared close to the person."""
    officer = frozenset({"ig-officer"})
    gone = Staff("gone", "ecc", officer, posts_until_at=office.clock.now())
    near = Staff("near", "ecc", officer, links=frozenset({office.people["partner"]}))
    enrol_staff(office.broker, [StaffMember(gone, "Gil Moss"), StaffMember(near, "Nan Field")])
    office.mark("partner", PROTECTED)
    office.step()
    with pytest.raises(NotAllowed, match="ask another member of staff"):
        office.mark("partner", PROTECTED, lift=True, second=second)
    assert markers_of(office, "partner") == {PROTECTED}
    last = office.entries()[-1]
    assert (last.event, last.details["verb"]) == ("access.refused", "holder.decide")
