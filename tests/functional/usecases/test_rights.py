"""Somebody asks for their own data: clock, opinions, draft and release by two, and nothing about anybody else."""

from __future__ import annotations

import json
import shutil
from collections.abc import Iterator
from datetime import date
from pathlib import Path
from typing import Any

import pytest

from broker.audit.events import Event
from broker.casework import CaseKind, Staff
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.rights.exemptions import NEUTRAL_SENTENCE, NOT_SEARCHED, NOT_SEARCHED_FOR_YOU, Exemption
from broker.rights.pack import pack_html
from broker.rights.subject_access import Capacity, ChildView, Refused
from broker.store.records import NewRecord, put_records
from broker.store.session import Act
from broker.usecases.acting import AS_OPERATOR, Acting, entry_of
from broker.usecases.casework.cases import NewCase, open_case
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.rights.access_answer import (
    draft_answer,
    give_opinion,
    release_answer,
    return_draft,
    review_items,
    rule_item,
    show_answer,
)
from broker.usecases.rights.access_requests import (
    NewRequest,
    clarify_request,
    clear_person,
    extend_request,
    list_requests,
    open_request,
    refuse_request,
    withdraw_request,
)
from tests.functional.usecases.office import OFFICER, SCHOOL_LEAD, SIRO, TRIAGE, Office, Template, reopen_office
from tests.functional.usecases.test_notices import topics
from tests.functional.usecases.test_verbs import run

SOCIAL_WORKER = Acting("soc", "social-worker")
SCHOOL_OFFICER = Acting("iso", "ig-officer")
WHY = "considered at length"


def asked(office: Office, who: str = "mum", **more: Any) -> str:
    """A request by `who` for their own data: its reference."""
    office.step()
    about = office.people[who]
    new = NewRequest(about, more.pop("by", about), more.pop("capacity", Capacity.SELF), "Passport seen", **more)
    return open_request(office.broker, OFFICER, new).matter_id


def answered(office: Office, matter_id: str) -> dict[str, Any]:
    """Every opinion given (no harm), drafted by the officer and released by the SIRO."""
    for item in review_items(office.broker, OFFICER, matter_id).items:
        if item.outcome.needs:
            office.step()
            give_opinion(office.broker, SOCIAL_WORKER, matter_id, item.outcome.record_id, WHY, harm=False)
    office.step()
    draft_answer(office.broker, OFFICER, matter_id)
    office.step()
    return release_answer(office.broker, SIRO, matter_id)


def test_the_answer_holds_what_is_held_with_its_sources_purposes_recipients_and_retention(office: Office) -> None:
    office.ask()
    pack = answered(office, asked(office))
    (item,) = pack["information"]
    assert item["information"] == {"service": "Early help", "worker": "Kim Ward", "phone": "01632 960123"}
    assert pack["organisation"] == "Essex County Council"
    assert pack["about"] == "Mum Testing"
    assert [one["organisation"] for one in pack["who_received_it"]] == ["Essex County Council"]
    assert "Supporting a family" in pack["what_it_is_used_for"]
    assert pack["how_long_it_is_kept"]
    assert pack["what_may_be_left_out"] == NEUTRAL_SENTENCE
    assert "Kim Ward" in pack_html(pack), "staff in their professional capacity are not hidden"


def named_only(office: Office) -> None:
    """A record about mum that names her partner in a field and in no other way."""
    office.step()
    fields = {"status": "in-service", "alleged_perpetrator": office.people["partner"]}
    named = frozenset({office.people["partner"]})
    about = frozenset({office.people["mum"]})
    new = NewRecord("da-1", "domestic-abuse", about, frozenset(), date(2026, 1, 20), fields, named)

    def work(act: Act) -> None:
        details = {"batch": act.new_id("b-"), "controller": "ecc", "accepted": 1, "refused": 0}
        put_records(act, "ecc", [new], entry=entry_of(act, AS_OPERATOR, Event.RECORDS_INGESTED, details))

    office.broker.store.perform(office.clock, work)


def test_that_records_which_only_name_somebody_were_not_searched_is_said_whether_or_not_there_are_any(
    office: Office,
) -> None:
    before = answered(office, asked(office, "partner"))
    named_only(office)
    matter_id = asked(office, "partner")
    assert all(
        one.outcome.category != "domestic-abuse" for one in review_items(office.broker, OFFICER, matter_id).items
    )
    after = answered(office, matter_id)
    assert after["where_we_looked"] == before["where_we_looked"] == NOT_SEARCHED_FOR_YOU
    assert after["information"] == before["information"]
    assert NOT_SEARCHED_FOR_YOU in pack_html(after)


def test_each_organisation_answers_for_its_own_records_alone(office: Office) -> None:
    matter_id = asked(office)
    shown = {one.outcome.category for one in review_items(office.broker, OFFICER, matter_id).items}
    assert shown == {"involvement"}, "what the police hold, the police answer for"
    office.enrol_one("iso", "Isa Orr", "oakdale-primary", "ig-officer")
    for reference in (matter_id, "m-never"):
        with pytest.raises(CallWrong, match="your organisation has no"):
            review_items(office.broker, SCHOOL_OFFICER, reference)
    office.enrol_one("pol", "Pol Hunt", "essex-police", "ig-officer")
    asked(office, tell_others=True)
    office.step()
    assert topics(office, Acting("pol", "ig-officer")) == ["rights-request"]


def test_nothing_is_drafted_before_a_professional_has_given_an_opinion(office: Office) -> None:
    record_id = office.record("ecc", "early-help", ["mum"], {})
    matter_id = asked(office)
    with pytest.raises(CallWrong, match=f"opinion first about {record_id}"):
        draft_answer(office.broker, OFFICER, matter_id)
    with pytest.raises(NotAllowed):
        give_opinion(office.broker, OFFICER, matter_id, record_id, WHY, harm=False)
    with pytest.raises(CallWrong, match="reason"):
        give_opinion(office.broker, SOCIAL_WORKER, matter_id, record_id, " ", harm=False)
    with pytest.raises(CallWrong, match="none that you hold"):
        give_opinion(office.broker, SOCIAL_WORKER, matter_id, "r-never", WHY, harm=True)
    give_opinion(office.broker, SOCIAL_WORKER, matter_id, record_id, WHY, harm=True)
    assert len(answered(office, matter_id)["information"]) == 1
    items = {one.outcome.record_id: one for one in review_items(office.broker, OFFICER, matter_id).items}
    assert items[record_id].outcome.exemption is Exemption.SERIOUS_HARM
    assert "Schedule 3" in items[record_id].provision


def test_an_officer_leaves_out_by_a_provision_of_the_right_kind(office: Office) -> None:
    matter_id = asked(office)
    (item,) = review_items(office.broker, OFFICER, matter_id).items
    with pytest.raises(CallWrong, match="not for this kind"):
        rule_item(office.broker, OFFICER, matter_id, item.outcome.record_id, Exemption.CHILD_ABUSE, WHY)
    with pytest.raises(CallWrong, match="not for this kind"):
        rule_item(office.broker, OFFICER, matter_id, item.outcome.record_id, Exemption.SERIOUS_HARM, WHY)
    rule_item(office.broker, OFFICER, matter_id, item.outcome.record_id, Exemption.CRIME, WHY)
    pack = answered(office, matter_id)
    assert pack["information"] == []
    assert pack["what_may_be_left_out"] == NEUTRAL_SENTENCE


def test_whoever_drafted_does_not_release_and_what_changed_is_drafted_again(office: Office) -> None:
    matter_id = asked(office)
    draft_answer(office.broker, OFFICER, matter_id)
    office.step()
    with pytest.raises(NotAllowed, match="somebody else than whoever drafted"):
        release_answer(office.broker, OFFICER, matter_id)
    office.record("ecc", "identity", ["mum"], {"name": "Mum Testing"})
    with pytest.raises(CallWrong, match="something else than was drafted"):
        release_answer(office.broker, SIRO, matter_id)
    return_draft(office.broker, SIRO, matter_id)
    pack = answered(office, matter_id)
    assert len(pack["information"]) == 2
    assert show_answer(office.broker, OFFICER, matter_id) == pack
    with pytest.raises(CallWrong, match="cannot become"):
        release_answer(office.broker, SIRO, matter_id)
    answer = next(one for one in office.entries() if one.event == "rights.answered")
    assert (answer.actor, answer.details["second"]) == ("sid", "ola")


def test_whoever_drafted_does_not_release_in_another_post_either(office: Office) -> None:
    office.enrol_one("ola", "Ola Grant", "ecc", "ig-officer", person="p-ola")
    office.enrol_one("ola-again", "Ola Grant", "ecc", "siro", person="p-ola")
    matter_id = asked(office)
    draft_answer(office.broker, OFFICER, matter_id)
    office.step()
    with pytest.raises(NotAllowed, match="somebody else than whoever drafted"):
        release_answer(office.broker, Acting("ola-again", "siro"), matter_id)


def test_somebody_elses_part_stays_in_once_they_agreed(office: Office) -> None:
    record_id = office.record("ecc", "lead-practitioner", ["mum", "partner"], {})
    matter_id = asked(office)
    by_id = {one.outcome.record_id: one.outcome for one in review_items(office.broker, OFFICER, matter_id).items}
    assert by_id[record_id].exemption is Exemption.THIRD_PARTY
    clear_person(office.broker, OFFICER, matter_id, office.people["partner"], agreed=True, reason=WHY)
    assert len(answered(office, matter_id)["information"]) == 2


def test_the_clock_stops_for_who_they_are_and_is_extended_once_in_its_first_month(office: Office) -> None:
    matter_id = asked(office)
    due = list_requests(office.broker, OFFICER)[0].request.due_at()
    clarify_request(office.broker, OFFICER, matter_id, answered=False)
    with pytest.raises(CallWrong, match="cannot become"):
        draft_answer(office.broker, OFFICER, matter_id)
    office.step(60 * 24 * 40)
    assert not list_requests(office.broker, OFFICER)[0].overdue
    assert clarify_request(office.broker, OFFICER, matter_id, answered=True).request.due_at() > due
    with pytest.raises(CallWrong, match="why"):
        extend_request(office.broker, OFFICER, matter_id, "")
    extend_request(office.broker, OFFICER, matter_id, WHY)
    with pytest.raises(CallWrong, match="can be once"):
        extend_request(office.broker, OFFICER, matter_id, WHY)
    late = asked(office, "child", child_view=ChildView.COMPETENT_AGREES)
    office.step(60 * 24 * 40)
    with pytest.raises(CallWrong, match="within its first month"):
        extend_request(office.broker, OFFICER, late, WHY)
    assert {one.matter_id for one in list_requests(office.broker, OFFICER) if one.overdue} == {late}


def test_a_parent_is_answered_only_with_standing_and_never_gets_the_childs_own_services(office: Office) -> None:
    office.record("ecc", "sexual-health", ["child"], {})
    office.record("ecc", "contact-referral", ["child"], {"source": "school"})
    office.record("ecc", "involvement", ["child"], {"service": "Youth club"})
    mum, partner = office.people["mum"], office.people["partner"]
    parent = {"capacity": Capacity.PARENT, "authority": "birth register"}
    for wrong in (
        {"by": partner, "child_view": ChildView.NOT_COMPETENT},
        {"by": mum},
        {"by": mum, "child_view": ChildView.COMPETENT_REFUSES},
        {"by": mum, "child_view": ChildView.NOT_COMPETENT, "authority": ""},
    ):
        with pytest.raises(CallWrong):
            asked(office, "child", **{**parent, **wrong})
    matter_id = asked(office, "child", by=mum, child_view=ChildView.NOT_COMPETENT, **parent)
    items = {one.outcome.category: one.outcome for one in review_items(office.broker, OFFICER, matter_id).items}
    assert items["sexual-health"].exemption is Exemption.SENSITIVE_TO_REQUESTER
    assert items["contact-referral"].exemption is Exemption.CHILD_ABUSE
    referral = items["contact-referral"].record_id
    give_opinion(office.broker, SOCIAL_WORKER, matter_id, referral, WHY, harm=False)
    rule_item(office.broker, OFFICER, matter_id, referral, None, WHY)
    kinds = {one["kind"] for one in answered(office, matter_id)["information"]}
    assert len(kinds) == 2


def test_a_request_is_refused_or_taken_back_as_a_whole(office: Office) -> None:
    matter_id = asked(office)
    with pytest.raises(CallWrong, match="why"):
        refuse_request(office.broker, OFFICER, matter_id, Refused.UNFOUNDED, " ")
    refuse_request(office.broker, OFFICER, matter_id, Refused.NOT_IDENTIFIED, WHY)
    refused = office.entries()[-1]
    assert (refused.event, refused.outcome, refused.details["reason"]) == (
        "rights.answered",
        "refused",
        "not-identified",
    )
    assert withdraw_request(office.broker, OFFICER, asked(office)).is_over
    with pytest.raises(CallWrong, match="cannot become"):
        clarify_request(office.broker, OFFICER, matter_id, answered=False)


def test_nobody_handles_the_request_of_somebody_they_know_and_somebody_protected_is_nobody(office: Office) -> None:
    matter_id = asked(office)
    friend = Staff("fay", "ecc", frozenset({"ig-officer"}), links=frozenset({office.people["mum"]}))
    enrol_staff(office.broker, [StaffMember(friend, "Fay Lee")])
    with pytest.raises(NotAllowed, match="ask another officer"):
        review_items(office.broker, Acting("fay", "ig-officer"), matter_id)
    office.mark("partner", ProtectionMarker.PROTECTED)
    for unknown in (office.people["partner"], "p-never"):
        with pytest.raises(CallWrong, match="nobody here has the id"):
            open_request(office.broker, OFFICER, NewRequest(unknown, unknown, Capacity.SELF, "Passport seen"))


def abuse(office: Office, controller: str, key: str, *about: str) -> None:
    """A record of domestic abuse that names him."""
    office.step()
    partner = office.people["partner"]
    new = NewRecord(
        key,
        "domestic-abuse",
        frozenset(office.people[one] for one in about),
        frozenset(),
        date(2026, 1, 20),
        {"alleged_perpetrator": partner, "account": "He follows her to work"},
        named=frozenset({partner}),
    )

    def work(act: Act) -> None:
        details = {"batch": act.new_id("b-"), "controller": controller, "accepted": 1, "refused": 0}
        put_records(act, controller, [new], entry=entry_of(act, AS_OPERATOR, Event.RECORDS_INGESTED, details))

    office.broker.store.perform(office.clock, work)


def panel(office: Office) -> None:
    """She is heard at the panel: what the partnership then holds, about her and naming him, and a look at him."""
    office.enrol_one("ida", "Ida Voss", "ecc", "idva")
    abuse(office, "ecc", "panel-1", "mum")
    abuse(office, "ecc", "panel-2", "mum", "partner")
    abuse(office, "essex-police", "panel-3", "mum", "partner")
    office.mark("mum", ProtectionMarker.ADDRESS_PROTECTED)
    new = NewCase(CaseKind.ENQUIRY, 4, frozenset({"section-47"}), frozenset(office.people.values()))
    case = open_case(office.broker, SOCIAL_WORKER, new).case.id
    looked = office.ask(SOCIAL_WORKER, about=("partner",), purpose="section-47", case=case)
    assert looked.profile is not None
    assert "ecc" in {item.papers.controller for item in looked.profile.items}, "there is a look to suppress"


def his_answer(office: Office, *, heard: bool) -> bytes:
    office.record("ecc", "involvement", ["partner"], {"service": "Housing options", "worker": "Sam Dale"})
    office.record("ecc", "contact-details", ["partner"], {"address": "1 Testing Street"})
    abuse(office, "ecc", "of-old", "partner")
    at = office.clock.now()
    if heard:
        panel(office)
    office.step(max(0, 60 - int((office.clock.now() - at).total_seconds() // 60)))
    office.reseed("the same from here")
    pack = answered(office, asked(office, "partner"))
    return (json.dumps(pack, sort_keys=True) + pack_html(pack)).encode()


@pytest.fixture
def twin(template: Template, tmp_path: Path) -> Iterator[Office]:
    """Another copy of the office at work."""
    shutil.copytree(template.folder, tmp_path / "twin")
    with reopen_office(template, tmp_path / "twin") as found:
        yield found


def test_his_answer_is_byte_for_byte_the_same_whether_or_not_she_is_heard_at_the_panel(
    office: Office, twin: Office
) -> None:
    """A perpetrator in the same household asks for "the family profile" as a data subject."""
    hers, without = his_answer(office, heard=True), his_answer(twin, heard=False)
    assert hers == without
    for word in (b"Mum", b"domestic", b"abuse", b"panel", b"MARAC", b"refuge", b"Ida Voss"):
        assert word not in hers
    assert b"1 Testing Street" in hers, "his own address is his"


def test_the_domestic_abuse_lead_and_the_officers_are_alerted_silently(office: Office) -> None:
    office.record("ecc", "involvement", ["partner"], {"service": "Housing options"})
    asked(office, "partner")
    office.step()
    assert "alert-rights-request" not in topics(office, OFFICER)
    panel(office)
    office.enrol_one("pol", "Pol Hunt", "essex-police", "ig-officer")
    before = len(office.entries())
    asked(office, "partner")
    assert len(office.entries()) == before + 1, "the alert leaves nothing that a reader of the log could count"
    office.step()
    assert "alert-rights-request" in topics(office, OFFICER)
    assert "alert-rights-request" in topics(office, Acting("pol", "ig-officer"))
    assert "alert-rights-request" not in topics(office, TRIAGE)
    assert "alert-rights-request" not in topics(office, SCHOOL_LEAD)


def test_the_verbs_as_typed(office: Office, tmp_path: Path) -> None:
    folder = office.broker.settings.data_dir
    officer, siro = ("--by", "ola", "--as", "ig-officer"), ("--by", "sid", "--as", "siro")
    about = ("--about", office.people["mum"])
    made = run(folder, "rights", "open", *officer, *about, "--identity", "Passport seen", "--json")
    assert made.returncode == 0, made.stderr
    key = json.loads(made.stdout)["request"]
    items = json.loads(run(folder, "rights", "items", key, *officer, "--json").stdout)
    assert [one["given"] for one in items["items"]] == [True]
    said = run(folder, "rights", "items", key, *officer).stdout
    assert "given" in said
    assert NOT_SEARCHED in " ".join(said.split())
    assert items["not_searched"] == NOT_SEARCHED
    assert run(folder, "rights", "draft", key, *officer).returncode == 0
    assert run(folder, "rights", "release", key, *officer).returncode == 1
    out = tmp_path / "answer"
    released = run(folder, "rights", "release", key, *siro, "--out", str(out))
    assert released.returncode == 0, released.stderr
    pack = json.loads((out / "answer.json").read_text(encoding="utf-8"))
    assert (out / "answer.html").read_text(encoding="utf-8") == pack_html(pack)
    assert json.loads(run(folder, "rights", "answer", key, *officer, "--json").stdout) == pack
    assert run(folder, "rights", "list", *officer).returncode == 0
    late = run(folder, "rights", "open", *officer, *about, "--identity", "seen", "--received", "2026-01-02")
    assert "OVERDUE" in late.stdout
    assert run(folder, "rights", "list", *officer).returncode == 1
    assert run(folder, "rights", "rule", key, *officer, "--record", "r-1", "--reason", WHY).returncode == 2
    complained = run(folder, "complaint", "open", *officer, *about, "--words", "wrong", "--json")
    complaint = json.loads(complained.stdout)
    assert not complaint["overdue"]
    assert run(folder, "complaint", "acknowledge", complaint["complaint"], *officer).returncode == 0
    assert run(folder, "complaint", "answer", complaint["complaint"], *officer).returncode == 0
    assert run(folder, "complaint", "answer", complaint["complaint"], *officer).returncode == 2
    assert "answered" in run(folder, "complaint", "list", *officer).stdout
