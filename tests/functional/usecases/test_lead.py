"""Already open: who is the lead? Answered through the decision, and never of what may not be seen."""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import replace
from pathlib import Path
from typing import Any

import pytest

from broker.access import Access, Verb
from broker.audit.events import Event
from broker.canonical import canonical_json
from broker.casework import CaseKind, Staff
from broker.casework.queue_filter import QueueFilter
from broker.casework.staff import StaffMember
from broker.errors import NotAllowed
from broker.people import ProtectionMarker
from broker.store.cases import find_cases, record_case
from broker.store.session import Act
from broker.usecases.acting import AS_OPERATOR, Acting, entry_of
from broker.usecases.casework.cases import NewCase, close_case, join_team, open_case
from broker.usecases.casework.find_lead import LeadAnswer, find_lead, pass_to_lead
from broker.usecases.casework.front_door_queue import list_contacts
from broker.usecases.notices import list_notices
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.front_door_staff import ANN, SCHOOL, contact, sign_front_door, staff_front_door
from tests.functional.usecases.office import KIM, TOM, TRIAGE, Office, open_office, working
from tests.functional.usecases.test_verbs import run

WHY = "is somebody with this family already"


@pytest.fixture(autouse=True)
def staffed(office: Office) -> None:
    prepare(office)


def prepare(office: Office) -> None:
    staff_front_door(office)
    kim = Staff("kim", "ecc", frozenset({"lead-practitioner"}))
    enrol_staff(office.broker, [StaffMember(kim, "Kim Ward", "01632 960125")])
    sign_front_door(office)


def asked(office: Office, about: tuple[str, ...] = ("child",)) -> tuple[str, LeadAnswer]:
    case_id = contact(office, about).case.id
    office.step()
    return case_id, find_lead(office.broker, TRIAGE, case_id, WHY)


def restrict(office: Office, case_id: str, *, restricted: bool = True) -> None:
    def work(act: Act) -> None:
        entry = entry_of(act, AS_OPERATOR, Event.CASE_CHANGED, {"case": case_id, "change": "restricted"})
        record_case(act, replace(find_cases(act, [case_id])[case_id], restricted=restricted), entry=entry)

    office.broker.store.perform(office.clock, work)


def test_the_lead_and_how_to_reach_them_and_no_more(office: Office) -> None:
    case_id, answer = asked(office)
    (lead,) = answer.leads
    assert (lead.name, lead.organisation, lead.phone) == ("Kim Ward", "ecc", "01632 960125")
    assert lead.case_id == office.cases["team"]
    assert answer.disclosure.profile is not None
    assert {item.papers.category for item in answer.disclosure.profile.items} <= {"involvement"}
    released, answered = office.entries()[-2:]
    assert (released.event, released.details["channel"]) == ("profile.released", "already-open")
    assert (answered.event, answered.details["found"], answered.details["case"]) == ("lead.answered", 1, case_id)


def test_others_who_said_they_are_involved_are_named_with_their_papers(office: Office) -> None:
    _, answer = asked(office, ("mum",))
    (item,) = answer.involved
    assert dict(item.fields)["worker"] == "Kim Ward"
    assert item.papers.clauses == ("front-door@1#3.1",)


def close(office: Office) -> None:
    close_case(office.broker, KIM, office.cases["team"])


def hide_in_panel(office: Office) -> None:
    """The team's only open case is a panel: that somebody is heard there is the secret."""
    close(office)
    office.enrol_one("mo", "Mo Dean", "ecc", "conference-chair")
    office.step()
    new = NewCase(CaseKind.PANEL, 4, frozenset({"child-protection-conference"}), frozenset(office.people.values()))
    open_case(office.broker, Acting("mo", "conference-chair"), new)


def hide_for_purpose(office: Office) -> None:
    """An enquiry for a purpose the partnership did not name."""
    close(office)
    office.step()
    new = NewCase(CaseKind.ENQUIRY, 3, frozenset({"exploitation-missing"}), frozenset(office.people.values()))
    open_case(office.broker, Acting("deb", "decision-maker"), new)


def hide_at_a_refuge(office: Office) -> None:
    """A team led from a service whose name is the secret, whose cell nothing permits."""
    close(office)
    office.enrol_one("ref", "Ref Hale", "haven-refuge", "lead-practitioner")
    office.step()
    new = NewCase(CaseKind.TEAM, 2, frozenset({"family-support"}), frozenset(office.people.values()))
    open_case(office.broker, Acting("ref", "lead-practitioner"), new)


def hide_restricted(office: Office) -> None:
    restrict(office, office.cases["team"])


def hide_with_protected(office: Office) -> None:
    """Somebody else the team is about becomes protected: the team is a record about them."""
    office.mark("partner", ProtectionMarker.PROTECTED)


def hide_lead_gone(office: Office) -> None:
    """Nobody in the team is in post any more."""
    gone = Staff("kim", "ecc", frozenset({"lead-practitioner"}), posts_until_at=office.clock.now())
    enrol_staff(office.broker, [StaffMember(gone, "Kim Ward")])


HIDDEN = [close, hide_in_panel, hide_for_purpose, hide_at_a_refuge, hide_restricted, hide_with_protected]


@pytest.mark.parametrize("hide", [*HIDDEN, hide_lead_gone])
def test_of_what_may_not_be_seen_nothing_is_told(office: Office, hide: Callable[[Office], None]) -> None:
    office.step()
    hide(office)
    office.step()
    _, answer = asked(office)
    assert answer.leads == ()
    assert office.entries()[-1].details["found"] == 0
    queue = list_contacts(office.broker, TRIAGE, QueueFilter.OPEN)
    assert (queue.rows, queue.counts[QueueFilter.OPEN], queue.waiting) == ((), 0, 1)


def test_the_queue_says_of_each_contact_what_asking_about_it_would(
    office: Office, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Decided for all at once, and one by one, is one answer; whoever may not ask is told of nothing."""
    about = [("mum",), ("child",), ("partner", "child"), ("mum", "partner")]
    contacts = [contact(office, one).case.id for one in about]
    for staff_id, where, who in (("hel", "mse-nhs", "partner"), ("ref", "haven-refuge", "mum")):
        office.enrol_one(staff_id, "Hel Moss", where, "lead-practitioner")
        office.step()
        new = NewCase(CaseKind.TEAM, 2, frozenset({"family-support"}), frozenset({office.people[who]}))
        open_case(office.broker, Acting(staff_id, "lead-practitioner"), new)
    office.step()
    rows = {row.case_id: row for row in list_contacts(office.broker, ANN).rows}
    entry = office.entries()[-1]
    assert entry.details["already_open"] == tuple(sorted(one for one in contacts if rows[one].open_to))
    assert (entry.agreements_digest, entry.policies_digest) != (None, None)
    for one in contacts:
        office.step()
        leads = find_lead(office.broker, ANN, one, WHY).leads
        assert rows[one].open_to == tuple(dict.fromkeys(lead.organisation for lead in leads))
        assert rows[one].open_cases == len({lead.case_id for lead in leads})
    assert {frozenset(row.open_to) for row in rows.values()} == {frozenset({"ecc"}), frozenset({"ecc", "mse-nhs"})}
    may = Access.find_role

    def without_profiles(self: Access, roles: list[str], verb: Verb) -> str | None:
        return None if verb is Verb.PROFILE_REQUEST else may(self, roles, verb)

    monkeypatch.setattr(Access, "find_role", without_profiles)
    assert {row.open_to for row in list_contacts(office.broker, ANN).rows} == {()}


@pytest.mark.parametrize("hide", HIDDEN[1:])
def test_hidden_is_byte_for_byte_the_same_as_not_open(
    tmp_path: Path, hide: Callable[[Office], None], database: str
) -> None:
    """Two offices with the same keys and clock: in one the case is hidden, in the other it was closed before."""
    told = []
    with (
        open_office(tmp_path / "one", database=database) as one,
        open_office(tmp_path / "two", keys_of=one, database=database) as two,
    ):
        for office, change in ((one, hide), (two, close)):
            working(office)
            prepare(office)
            office.step()
            change(office)
            office.clock.at = office.clock.at.replace(hour=20, minute=0)
            office.reseed("asking who leads")
            case_id, answer = asked(office)
            queue = list_contacts(office.broker, ANN)
            rows = [[row.case_id, *row.open_to, str(queue.counts)] for row in queue.rows]
            entries = [[entry.event, dict(entry.details)] for entry in office.entries()[-2:]]
            for entry in entries:
                entry[1].pop("rests_on", None)  # type: ignore[union-attr]  # digests of facts that differ by design
            told.append(canonical_json([case_id, answer.disclosure.id, _shown(answer), rows, entries]))
    assert told[0] == told[1]


def _shown(answer: LeadAnswer) -> list[Any]:
    return [
        [[one.case_id, one.name] for one in answer.leads],
        [[item.record, *item.fields] for item in answer.involved],
    ]


def test_a_member_of_a_restricted_case_is_told_who_leads_it(office: Office) -> None:
    office.step()
    join_team(office.broker, KIM, office.cases["team"], "tri")
    office.step()
    restrict(office, office.cases["team"])
    office.step()
    _, answer = asked(office)
    assert [one.name for one in answer.leads] == ["Kim Ward"]


def test_without_an_agreement_in_force_nothing_is_told(office: Office) -> None:
    office.clock.at = office.clock.at.replace(year=2035)
    _, answer = asked(office)
    assert (answer.leads, answer.involved) == ((), ())


def test_passed_to_the_lead_in_one_step_and_nothing_that_was_said_goes_with_it(office: Office) -> None:
    case_id, _ = asked(office)
    passed = pass_to_lead(office.broker, TRIAGE, case_id, office.cases["team"], WHY)
    assert (passed.contact.state, passed.contact.passed_to) == ("closed", office.cases["team"])
    office.step()
    assert list_contacts(office.broker, TRIAGE).closed_today == 1
    (notice,) = office.notices("contact-passed")
    assert notice.notice.recipient == "ecc"
    assert "canary" not in repr(notice.notice.body)
    assert [(one.topic, one.whom) for one in list_notices(office.broker, KIM)] == [("contact-passed", "Tri Shaw")]
    for other in (TOM, TRIAGE, SCHOOL):
        assert list_notices(office.broker, other) == ()


def test_it_is_passed_only_to_a_case_that_the_question_answers_with(office: Office) -> None:
    office.step()
    restrict(office, office.cases["team"])
    case_id, _ = asked(office)
    told = []
    for reference in (office.cases["team"], "k-neveropened"):
        office.step()
        with pytest.raises(NotAllowed) as refused:
            pass_to_lead(office.broker, TRIAGE, case_id, reference, WHY)
        told.append(str(refused.value).replace(reference, "…"))
    assert told[0] == told[1]
    assert list_contacts(office.broker, TRIAGE).rows[0].contact.state == "waiting"


def test_as_it_is_typed(office: Office) -> None:
    case_id, _ = asked(office)
    words = ("--by", "tri", "--as", "triage", "--reason", WHY)
    told = run(office.broker.settings.data_dir, "contact", "lead", case_id, *words)
    assert told.returncode == 0, told.stderr
    assert "case-closed" not in told.stdout
    assert told.stdout.strip()
