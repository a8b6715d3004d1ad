"""Searching the log and reading one decision again: who sees how much, and that looking leaves its own entry."""

from __future__ import annotations

from datetime import date

import pytest

from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.decision.reasons import Effect, Reason, Refusal, Test
from broker.decision.trace import Before
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.usecases.acting import Acting
from broker.usecases.log.explain_decision import (
    CellExplained,
    DecisionRead,
    Recomputed,
    explain_cell,
    explain_decision,
)
from broker.usecases.log.search_log import LogFound, LogSearch, SearchReason, search_log
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.office import KIM, OFFICER, SIRO, TOM, TRIAGE, Office

DAY = date(2026, 3, 2)
AUDITOR = Acting("aud", "auditor")
SCHOOL_OFFICER = Acting("sig", "ig-officer")
POLICE_OFFICER = Acting("pig", "ig-officer")


@pytest.fixture(autouse=True)
def officers(office: Office) -> None:
    """An auditor at the council, and officers at the school and the police."""
    posts = (
        ("aud", "Aud Lane", "ecc", "auditor"),
        ("sig", "Sig Poole", "oakdale-primary", "ig-officer"),
        ("pig", "Pia Good", "essex-police", "ig-officer"),
    )
    members = [StaffMember(Staff(one, where, frozenset({role})), name) for one, name, where, role in posts]
    enrol_staff(office.broker, members)


def search(office: Office, acting: Acting = OFFICER, **others: object) -> LogFound:
    office.step()
    sought = LogSearch(SearchReason.ROUTINE, DAY, DAY, **others)  # type: ignore[arg-type]
    return search_log(office.broker, acting, sought)


def read(office: Office, disclosure_id: str, acting: Acting = OFFICER) -> DecisionRead:
    office.step()
    return explain_decision(office.broker, acting, disclosure_id)


def cell_of(office: Office, disclosure_id: str, category: str, controller: str, place: int = 1) -> CellExplained:
    found = read(office, disclosure_id)
    cell = next(
        one for one in found.cells if (one.category, one.controller, one.place) == (category, controller, place)
    )
    return explain_cell(office.broker, OFFICER, disclosure_id, cell.number)


def test_a_release_is_found_by_what_it_was_who_asked_and_whom_about(office: Office) -> None:
    released = office.ask(KIM)
    found = search(office, event="profile.released")
    [entry] = found.entries
    assert (entry.actor, entry.actor_name, entry.organisation) == ("kim", "Kim Ward", "ecc")
    assert entry.decision == released.id
    assert entry.people == 2
    assert search(office, actor="kim", event="profile.").entries == found.entries
    assert search(office, disclosure=released.id).entries == found.entries
    assert search(office, person=office.people["mum"], event="profile.").entries == found.entries
    assert search(office, person=office.people["partner"], event="profile.").entries == ()
    assert search(office, actor="tom", event="profile.").entries == ()


def test_every_search_leaves_an_entry_with_why_and_how_many(office: Office) -> None:
    office.ask(KIM)
    before = office.entries()
    search(office, event="profile.", person=office.people["mum"])
    [entry] = office.entries()[len(before) :]
    assert entry.event is Event.AUDIT_SEARCHED
    assert dict(entry.details) == {"found": 1, "reason": "routine"}
    assert entry.actor == "ola"
    assert len(entry.about) == 1


def test_an_officer_sees_their_own_organisation_and_who_may_export_sees_all(office: Office) -> None:
    office.ask(KIM)
    assert not search(office).whole_log
    assert {entry.organisation for entry in search(office).entries} == {"ecc"}
    assert search(office, SCHOOL_OFFICER, event="profile.").entries == ()
    whole = search(office, SIRO)
    assert whole.whole_log
    assert {entry.organisation for entry in whole.entries} > {"ecc"}
    with pytest.raises(NotAllowed):
        search(office, TRIAGE)


def test_somebody_protected_and_somebody_never_heard_of_are_alike(office: Office) -> None:
    office.ask(KIM)
    office.mark("mum", ProtectionMarker.PROTECTED)
    assert search(office, SIRO, person=office.people["mum"]).entries == ()
    assert search(office, SIRO, person="p-nobody").entries == ()


def test_pages_follow_each_other_without_a_gap(office: Office) -> None:
    for _ in range(60):
        search(office)
    first = search(office, event="audit.searched")
    assert len(first.entries) == 50
    second = search(office, event="audit.searched", before=first.older)
    assert second.older is None
    assert len(second.entries) == 10
    indexes = [entry.at for entry in (*first.entries, *second.entries)]
    assert indexes == sorted(indexes, reverse=True)


def test_days_in_the_wrong_order_and_unknown_events_are_refused(office: Office) -> None:
    with pytest.raises(CallWrong, match="before the first day"):
        search_log(office.broker, OFFICER, LogSearch(SearchReason.COURT, DAY, date(2026, 3, 1)))
    with pytest.raises(CallWrong, match="did you mean"):
        search(office, event="profile.relased")


def test_a_decision_is_the_same_when_it_is_made_again_whatever_happened_since(office: Office) -> None:
    released = office.ask(KIM)
    office.consent("mum", "mum", purposes=frozenset({"family-support"}))
    office.record("ecc", "early-help", ["mum"], {})
    found = read(office, released.id)
    assert found.recomputed is Recomputed.SAME
    assert found.digest_now == found.stored.decision_digest
    assert found.reason
    assert found.actor_name == "Kim Ward"
    assert {(one.category, one.controller) for one in found.released} >= {("attendance", "oakdale-primary")}
    [entry] = [one for one in office.entries() if one.event is Event.REPORT_PRODUCED][-1:]
    assert entry.details["report"] == "decision"


def test_whoever_disclosed_learns_which_organisation_asked_and_not_which_of_its_staff(office: Office) -> None:
    released = office.ask(KIM)
    theirs = read(office, released.id, SCHOOL_OFFICER)
    assert not theirs.whole
    assert theirs.released
    assert (theirs.actor_name, theirs.reason) == ("", "")


def test_what_decided_is_the_clause_that_passed(office: Office) -> None:
    released = office.ask(KIM)
    found = cell_of(office, released.id, "attendance", "oakdale-primary", place=2)
    assert found.cell.outcome.effect is Effect.PERMIT
    assert found.trace.stopped is None
    assert [one.clause for one in found.trace.deciding] == ["family-support@1#4.3"]


def test_what_decided_is_the_test_that_failed(office: Office) -> None:
    released = office.ask(KIM)
    adult = cell_of(office, released.id, "attendance", "oakdale-primary", place=1)
    assert [one.failed for one in adult.trace.deciding] == [(Test.CONDITION, Reason.CONDITION_NOT_MET)]
    partner = office.ask(KIM, about=("partner",))
    nobody = cell_of(office, partner.id, "tenancy-arrears", "chelmsford-housing")
    assert [one.failed for one in nobody.trace.deciding] == [(Test.CONSENT, Reason.CONSENT_ABSENT)]
    assert Before.NAMED is not nobody.trace.stopped


def test_a_refusal_says_which_test_refused_and_has_no_parts(office: Office) -> None:
    refused = office.ask(TOM)
    assert refused.refused_because == "not-in-team"
    found = read(office, refused.id)
    assert found.refusal is Refusal.NOT_IN_TEAM
    assert found.recomputed is Recomputed.SAME
    assert found.cells == ()
    [entry] = search(office, event="profile.refused").entries
    assert entry.decision == refused.id


def test_reasons_in_sensitive_tiers_are_their_holders_to_read(office: Office) -> None:
    released = office.ask(KIM)
    found = read(office, released.id)
    told = {one.category for one in found.cells}
    assert not told & {"mental-health", "police-incidents", "sexual-health", "youth-justice"}
    assert found.not_told is not None
    assert found.not_told >= 10


def test_who_disclosed_something_reads_what_is_its_own_and_nobody_else_anything(office: Office) -> None:
    released = office.ask(KIM)
    school = read(office, released.id, SCHOOL_OFFICER)
    assert not school.whole
    assert school.reason == ""
    assert {one.controller for one in school.cells} == {"oakdale-primary"}
    assert {one.controller for one in school.released} == {"oakdale-primary"}
    others = office.ask(KIM, about=("partner",))
    for disclosure_id in (others.id, "d-nothing"):
        with pytest.raises(NotAllowed) as refused:
            read(office, disclosure_id, SCHOOL_OFFICER)
        assert "there is none by this id that is yours to read" in str(refused.value)
    with pytest.raises(NotAllowed):
        read(office, released.id, KIM)


def test_who_disclosed_sees_only_those_of_whom_they_held_something(office: Office) -> None:
    """The school holds something about the child and, kept back, about the partner; of mum it holds nothing."""
    office.record("oakdale-primary", "exclusions", ["partner"], {})
    released = office.ask(KIM, about=("mum", "partner", "child"))
    partner, child = office.people["partner"], office.people["child"]
    whole, school = read(office, released.id), read(office, released.id, SCHOOL_OFFICER)
    assert len(whole.about) == 3
    assert whole.case == office.cases["team"]
    assert (school.about, school.case) == ((partner, child), None)
    assert {one.person for one in school.cells} <= {partner, child}
    assert {one.place for one in school.cells} <= {1, 2}, "how many others there were is not told either"
    assert {one.person_id for one in school.released} <= {partner, child}
    entries = [one for one in office.entries() if one.event is Event.REPORT_PRODUCED and one.actor == "sig"]
    assert len(entries[-1].about) == 2
    office.mark("partner", ProtectionMarker.PROTECTED)
    assert read(office, released.id, SCHOOL_OFFICER).about == (child,)


def test_who_disclosed_nothing_does_not_read_a_decision_although_a_clause_would_let_them(office: Office) -> None:
    enrol_staff(office.broker, [StaffMember(Staff("hig", "chelmsford-housing", frozenset({"ig-officer"})), "Hig")])
    released = office.ask(KIM)
    told = {one.controller for one in read(office, released.id).released}
    assert released.profile is not None
    held = {one.papers.controller for one in released.profile.items}
    assert "chelmsford-housing" in told - held, "a clause lets it share; it holds nothing"
    with pytest.raises(NotAllowed):
        read(office, released.id, Acting("hig", "ig-officer"))
