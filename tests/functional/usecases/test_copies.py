"""Copies of a release for other readers: a meeting's holds what each of its readers may see, the family's own
what the rules for people's own data give them; a copy that one reader may not have is made for none."""

from __future__ import annotations

from dataclasses import replace
from typing import Any, Final

import pytest

from broker.audit.events import Event
from broker.consent.record import ConsentDecision
from broker.errors import CallWrong
from broker.people import ProtectionMarker
from broker.release.copies import Copy, keep, meet
from broker.release.disclosure import Disclosure
from broker.release.profile import Profile
from broker.rights.subject_access import ChildView
from broker.store.disclosures import find_disclosure
from broker.store.kinds import BasisKind
from broker.usecases.acting import Acting
from broker.usecases.agreements.publish_agreement import publish_agreement
from broker.usecases.agreements.sign_agreement import Signing, sign_agreement
from broker.usecases.casework.cases import join_team
from broker.usecases.release.copies import CopyFor
from tests.functional.usecases.office import KIM, OFFICER, SIRO, Office


def copy(office: Office, wanted: CopyFor, *about: str, **others: Any) -> Disclosure:
    return office.ask(about=about or ("mum", "child"), copy=wanted, **others)


def meeting(*members: str) -> CopyFor:
    return CopyFor(Copy.MEETING, members)


def family(office: Office, who: str = "mum", **children: ChildView) -> CopyFor:
    views = {office.people[one]: view for one, view in children.items()}
    return CopyFor(Copy.FAMILY, person=office.people[who], children=views)


def profile(disclosure: Disclosure) -> Profile:
    assert disclosure.profile is not None, disclosure.refused_because
    return disclosure.profile


def held(disclosure: Disclosure) -> dict[str, dict[str, Any]]:
    """Category to fields."""
    return {item.papers.category: dict(item.fields) for item in profile(disclosure).items}


ROSA = Acting("rosa", "team-member")


def charity(office: Office) -> Office:
    """With Rosa of a charity in the team, whom mum does not want told of school."""
    office.enrol_one("rosa", "Rosa Lind", "open-door", "team-member")
    join(office, "rosa")
    scope = {"categories": frozenset({"attendance"}), "recipients": frozenset({"open-door"})}
    office.consent("child", "mum", ConsentDecision.REFUSED, **scope)
    return office


def join(office: Office, staff_id: str) -> None:
    join_team(office.broker, KIM, office.cases["team"], staff_id)


def test_a_meetings_copy_holds_no_more_than_each_reader_sees_alone(office: Office) -> None:
    charity(office)
    mine, theirs = held(office.ask()), held(office.ask(ROSA))
    together = held(copy(office, meeting("kim", "rosa")))
    assert "attendance" in mine
    assert "attendance" not in theirs
    assert together == {name: fields for name, fields in mine.items() if name in theirs}
    assert {"involvement", "staff-safety"} <= together.keys()


def test_a_meetings_copy_rests_on_what_lets_each_of_its_readers_see_it(office: Office) -> None:
    charity(office)
    together = copy(office, meeting("kim", "rosa"))
    kinds = frozenset(held(together))
    grounds = rests_on(office, together)
    for reader in (KIM, ROSA):
        alone = rests_on(office, office.ask(reader, categories=kinds))
        # Signatures are left out: alone, one of them may have cells of more organisations than both have.
        named = {one for one in alone if one[0] is not BasisKind.SIGNATURE}
        assert {kind for kind, _ in named} == {BasisKind.AGREEMENT, BasisKind.CONSENT}
        assert named <= grounds, reader.by


def rests_on(office: Office, disclosure: Disclosure) -> frozenset[tuple[BasisKind, str]]:
    with office.broker.store.look() as view:
        found = find_disclosure(view, disclosure.id)
    assert found is not None
    return found.rests_on


LANDLORD: Final = b"""agreement: school-and-landlord
version: 1
title: A school tells the landlord's worker in a team
classification: OFFICIAL-SENSITIVE
owner: ecc
parties: [ecc, oakdale-primary, chelmsford-housing]
in_force: {from: 2026-01-01, until: 2028-01-01, review_by: 2027-01-01}
documents: {dpia: DPIA-2026-009}
grants:
  - clause: "1.1"
    text: The school tells the landlord's worker in a team about attendance, in summary.
    from: [oakdale-primary]
    to: [{organisation: chelmsford-housing, roles: [team-member]}]
    purposes: [family-support]
    categories: [attendance]
    detail: summary
    subject: {under: 18}
    case: {kinds: [team]}
    lawful_basis: {article_6: e, gateway: ca04-10}
    consent: engagement
"""


def test_a_meetings_copy_names_the_clause_of_each_reader_where_one_record_has_two(office: Office) -> None:
    """The school's record reaches the lead by one agreement, in full, and the landlord's worker by another alone,
    in summary: the copy shows the summary, and rests on both and no more, whoever of the two asks."""
    published = publish_agreement(office.broker, OFFICER, LANDLORD, "agreement.yaml")
    for party in published.agreement.parties:
        office.step()
        office.authorise(party)
        sign_agreement(
            office.broker, SIRO, Signing("school-and-landlord", 1, party, "Sid Marsh", "SIRO", "scheme")
        )
    office.enrol_one("hal", "Hal Moss", "chelmsford-housing", "team-member")
    join(office, "hal")
    hal, shown = Acting("hal", "team-member"), {"categories": frozenset({"attendance"})}
    named, details, grounds = {}, {}, {}
    for reader, asked in (
        ("kim", office.ask(**shown)),
        ("hal", office.ask(hal, **shown)),
        ("kim and hal", copy(office, meeting("kim", "hal"), **shown)),
        ("hal and kim", office.ask(hal, copy=meeting("hal", "kim"), **shown)),
    ):
        [item] = profile(asked).items
        named[reader], details[reader] = item.papers.clauses, item.papers.detail
        grounds[reader] = rests_on(office, asked)
    assert named["kim"] == ("family-support@1#4.3",)
    assert named["hal"] == ("school-and-landlord@1#1.1",)
    assert grounds["kim"] - grounds["hal"], "each rests on something that the other does not"
    assert grounds["hal"] - grounds["kim"]
    # Alone, the lead has the same kind of information of the other school, too.
    of_both = (grounds["kim"] | grounds["hal"]) - {(BasisKind.SIGNATURE, "family-support@1/chelmsford-academy/1")}
    for both in ("kim and hal", "hal and kim"):
        assert details[both] == details["hal"] != details["kim"], both
        assert named[both] == named["kim"] + named["hal"], both
        assert grounds[both] == of_both, both


def test_a_copy_that_one_reader_may_not_have_is_made_for_none_and_all_reasons_sound_the_same(
    office: Office,
) -> None:
    friend = office.befriend("fay", "child", "ecc", "team-member")
    join(office, friend.by)
    refused = [
        copy(office, meeting("kim", "fay")),
        copy(office, meeting("kim", "tom")),
        copy(office, meeting("kim", "nobody-here")),
    ]
    assert {one.refused_because for one in refused} == {"not-available"}
    assert {one.next_step for one in refused} == {refused[0].next_step}
    assert [one.outcome for one in refused] == ["refused"] * 3


def test_the_log_says_for_whom_a_copy_was_made(office: Office) -> None:
    join(office, "tom")
    made = copy(office, meeting("kim", "tom"))
    released, copied = office.entries()[-2:]
    assert (released.event, copied.event) == (Event.PROFILE_RELEASED, Event.PROFILE_COPIED)
    assert copied.details["disclosure"] == released.details["disclosure"] == made.id
    assert copied.details["readers"] == ("kim", "tom")
    assert released.details["records"] == len(profile(made).items)


def test_no_copy_says_what_is_not_shared(office: Office) -> None:
    assert profile(office.ask()).not_shared
    assert profile(copy(office, meeting("kim"))).not_shared == ()
    assert profile(copy(office, family(office))).not_shared == ()
    assert profile(copy(office, family(office))).coverage == ()


def test_the_familys_own_copy_holds_their_own_of_the_organisation_that_hands_it_over(office: Office) -> None:
    found = held(copy(office, family(office)))
    assert found.keys() == {"involvement"}
    assert found["involvement"]["phone"] == "01632 960123"


def test_the_familys_own_copy_has_nothing_that_is_written_for_staff_before_a_visit(office: Office) -> None:
    office.record("ecc", "staff-safety", ["mum"], {"hazard": "other", "advice": "Two workers"})
    assert "staff-safety" in held(office.ask())
    assert "staff-safety" not in held(copy(office, family(office)))


def test_what_needs_an_opinion_is_not_in_the_familys_own_copy(office: Office) -> None:
    office.record("ecc", "early-help", ["mum"], {"status": "open", "actions": "Weekly visits"})
    assert "early-help" in held(office.ask())
    assert "early-help" not in held(copy(office, family(office)))


def test_a_childs_part_is_in_a_parents_copy_only_once_the_childs_own_say_was_considered(office: Office) -> None:
    office.record("ecc", "identity", ["child"], {"name": "Child Testing", "born": "2015-06-01"})
    assert "identity" not in held(copy(office, family(office)))
    found = copy(office, family(office, child=ChildView.NOT_COMPETENT))
    assert held(found)["identity"]["name"] == "Child Testing"
    with pytest.raises(CallWrong, match="cannot all be in this copy"):
        copy(office, family(office, child=ChildView.COMPETENT_REFUSES))


def test_whoever_has_no_parental_responsibility_gets_nothing_about_the_child(office: Office) -> None:
    with pytest.raises(CallWrong, match="cannot all be in this copy"):
        copy(office, family(office, "partner", child=ChildView.NOT_COMPETENT), "partner", "child")


def test_a_copy_for_somebody_who_was_not_asked_for_or_is_protected_is_for_nobody(office: Office) -> None:
    stranger = copy(office, family(office, "partner"))
    office.mark("mum", ProtectionMarker.PROTECTED)
    hidden = copy(office, family(office), "child", "mum")
    assert {stranger.refused_because, hidden.refused_because} == {"not-available"}


def test_emergency_access_makes_no_copy(office: Office) -> None:
    access = office.emergency(KIM)
    with pytest.raises(CallWrong, match="emergency access is for you alone"):
        copy(office, meeting("kim"), override=access)


def test_after_somebody_said_no_a_copy_has_it_no_longer(office: Office) -> None:
    assert "attendance" in held(copy(office, meeting("kim")))
    office.consent("child", "mum", ConsentDecision.REFUSED)
    assert "attendance" not in held(copy(office, meeting("kim")))


def test_meeting_is_the_same_whoever_of_the_readers_it_begins_with(office: Office) -> None:
    charity(office)
    mine, theirs = profile(office.ask()), profile(office.ask(ROSA))

    def told(found: Profile) -> dict[str, Any]:
        return {
            one.record: (set(one.about), set(one.fields), one.papers.detail, one.papers.clauses)
            for one in found.items
        }

    assert told(meet([mine, theirs])) == told(meet([theirs, mine]))
    assert told(meet([mine, mine])) == told(mine)


def test_keeping_gives_only_fields_that_were_given(office: Office) -> None:
    found = profile(office.ask())
    [item] = [one for one in found.items if one.papers.category == "involvement"]
    kept = keep(found, [office.people["mum"]], {item.record: {"service": "Early help", "nothing": 1}})
    assert [dict(one.fields) for one in kept.items] == [{"service": "Early help"}]
    assert keep(replace(found, items=()), [office.people["mum"]], {}).items == ()
