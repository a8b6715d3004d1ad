"""Emergency access: asked for, approved by a second person in an act of their own, used through a window,
closed."""

from __future__ import annotations

import json
from collections.abc import Callable
from concurrent.futures import ThreadPoolExecutor
from dataclasses import replace
from datetime import timedelta
from typing import Any

import pytest

from broker.audit.events import Event
from broker.audit.verify import Verdict
from broker.casework import Staff
from broker.casework.emergency_access import AccessState
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, NotAllowed, SystemFailed
from broker.people import ProtectionMarker
from broker.release.disclosure import Disclosure
from broker.store.disclosures import find_disclosure
from broker.usecases.acting import Acting
from broker.usecases.emergency.answer_override import approve_override, refuse_override
from broker.usecases.emergency.close_override import close_override
from broker.usecases.emergency.read_override import Step, list_overrides, show_override
from broker.usecases.emergency.request_override import NewOverride, request_override
from broker.usecases.log.verify_log import verify_live
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.office import KIM, OFFICER, SCHOOL_LEAD, TOM, URGENT, Office, at_rest
from tests.functional.usecases.test_verbs import run

COUNCIL_LEAD = Acting("sal", "safeguarding-lead")
CLINIC_LEAD = Acting("cle", "safeguarding-lead")
CLINIC = {"in_service": "yes", "concern": "none"}


@pytest.fixture
def seconds(office: Office) -> Office:
    """The office with safeguarding leads at the council and at the sexual-health clinic."""
    office.enrol_one("sal", "Sal Frost", "ecc", "safeguarding-lead")
    office.enrol_one("cle", "Cle Abbott", "essex-sexual-health", "safeguarding-lead")
    return office


def new_override(office: Office, **changes: Any) -> NewOverride:
    usual = NewOverride(
        "significant-harm",
        URGENT,
        "vital-interests",
        "family-support",
        (office.people["mum"], office.people["child"]),
    )
    return replace(usual, **{"case": office.cases["team"], **changes})


def emergency(disclosure: Disclosure) -> bool:
    assert disclosure.profile is not None
    return disclosure.profile.emergency


def why_refused(office: Office, count: int) -> str:
    """Why the only emergency access since then was not used."""
    (entry,) = [entry for entry in office.entries()[count:] if entry.event == "override.refused"]
    return str(entry.details["reason"])


def test_two_people_open_a_window_and_a_release_through_it_is_marked_and_logged(seconds: Office) -> None:
    count = len(seconds.entries())
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    disclosure = seconds.ask(TOM, override=override)
    assert emergency(disclosure)
    assert disclosure.profile is not None
    requested, opened, released = seconds.entries()[count:]
    assert [one.event for one in (requested, opened, released)] == [
        "override.requested", "override.opened", "profile.released",
    ]  # fmt: skip
    assert (requested.actor, opened.actor, opened.details["second"]) == ("tom", "sal", "sal")
    assert opened.details["alone"] is False
    assert set(opened.details["introduces"]) <= set(released.details["rests_on"])
    assert released.details["override"] == override == opened.details["override"]
    with seconds.broker.store.look() as view:
        stored = find_disclosure(view, disclosure.id)
    assert stored is not None
    assert stored.override_id == override
    assert stored.request.override is not None
    assert (stored.request.override.second, stored.request.override.justification) == ("sal", URGENT)
    assert verify_live(seconds.broker).verdict is Verdict.SOUND


def test_naming_a_second_person_is_not_enough_they_approve_themselves(seconds: Office) -> None:
    access = request_override(seconds.broker, TOM, new_override(seconds)).access
    assert access.state(seconds.clock.now()) is AccessState.WAITING
    count = len(seconds.entries())
    assert seconds.ask(TOM, override=access.id).refused_because == "not-in-team"
    assert why_refused(seconds, count) == "no-window"


@pytest.mark.parametrize(
    ("acting", "told"),
    [
        (KIM, "ask somebody whose role may"),
        (Acting("tom", "team-member"), "ask somebody whose role may"),
        (Acting("own", "safeguarding-lead"), "is yours"),
        (Acting("lin", "safeguarding-lead"), "another line"),
        (Acting("dec", "decision-maker"), "purpose"),
        (Acting("old", "safeguarding-lead"), "training"),
        (SCHOOL_LEAD, "no emergency access that waits for your organisation"),
    ],
)
def test_who_cannot_be_the_second_person(seconds: Office, acting: Acting, told: str) -> None:
    """Not without the verb, not oneself, nor somebody of the same line, of a role for other purposes, untrained or
    of an organisation that was not asked."""
    both = frozenset({"team-member", "safeguarding-lead"})
    over = seconds.clock.now() - timedelta(days=1)
    enrol_staff(
        seconds.broker,
        [
            StaffMember(Staff("own", "ecc", both), "Own Hand"),
            StaffMember(Staff("lin", "ecc", both), "Lin Gray"),
            StaffMember(Staff("dec", "ecc", frozenset({"decision-maker"})), "Dec Ives"),
            StaffMember(Staff("old", "ecc", frozenset({"safeguarding-lead"}), over), "Old Kerr"),
        ],
    )
    seconds.step()
    access = request_override(seconds.broker, Acting("own", "team-member"), new_override(seconds)).access
    seconds.step()
    with pytest.raises(NotAllowed, match=told):
        approve_override(seconds.broker, acting, access.id)
    assert seconds.entries()[-1].event == "access.refused"
    with pytest.raises(NotAllowed, match=told):
        refuse_override(seconds.broker, acting, access.id, "not needed")


def test_the_same_human_being_under_another_staff_id_is_no_second_person(seconds: Office) -> None:
    me = seconds.people["partner"]
    enrol_staff(
        seconds.broker,
        [
            StaffMember(Staff("one", "ecc", frozenset({"team-member"}), person=me), "One Self"),
            StaffMember(Staff("two", "ecc", frozenset({"safeguarding-lead"}), person=me), "One Self"),
        ],
    )
    seconds.step()
    access = request_override(seconds.broker, Acting("one", "team-member"), new_override(seconds)).access
    with pytest.raises(NotAllowed, match="is yours"):
        approve_override(seconds.broker, Acting("two", "safeguarding-lead"), access.id)


def test_an_id_never_issued_and_what_waits_for_others_are_one_answer(seconds: Office) -> None:
    access = request_override(seconds.broker, TOM, new_override(seconds)).access
    told = []
    for override in (access.id, "o-neverissued"):
        for act in (approve_override, show_override, close_override):
            with pytest.raises(NotAllowed) as refused:
                act(seconds.broker, CLINIC_LEAD, override)
            told.append(str(refused.value).replace(override, "…"))
    assert told[:3] == told[3:]


def test_t4_opens_only_from_the_second_persons_own_organisation(seconds: Office) -> None:
    """The clinic's own lead opens the clinic; the council's lead does not."""
    clinic = seconds.record("essex-sexual-health", "sexual-health", ["child"], CLINIC)

    def shown(second: Acting, second_from: str) -> bool:
        override = seconds.emergency(TOM, second=second, second_from=second_from)
        disclosure = seconds.ask(TOM, override=override)
        assert emergency(disclosure)
        assert disclosure.profile is not None
        return clinic in {item.record for item in disclosure.profile.items}

    assert not shown(COUNCIL_LEAD, "ecc")
    assert shown(CLINIC_LEAD, "essex-sexual-health")


def test_alone_means_lower_detail_no_t4_a_day_to_review_and_an_alert_at_once(seconds: Office) -> None:
    clinic = seconds.record("essex-sexual-health", "sexual-health", ["child"], CLINIC)
    opened_at = seconds.clock.now() + timedelta(minutes=1)
    override = seconds.emergency(TOM)
    (alert,) = seconds.notices("alert-emergency-alone")
    assert (alert.notice.recipient, alert.notice.body["override"]) == ("ecc", override)
    window = show_override(seconds.broker, TOM, override).access.window
    assert window is not None
    assert (window.opened_at, window.until_at) == (opened_at, opened_at + timedelta(minutes=60))
    assert window.review_due_at == opened_at + timedelta(hours=24)
    disclosure = seconds.ask(TOM, override=override)
    assert disclosure.profile is not None
    assert emergency(disclosure)
    assert clinic not in {item.record for item in disclosure.profile.items}
    emergency_items = [item for item in disclosure.profile.items if item.papers.override]
    assert {item.papers.detail for item in emergency_items} <= {"flag", "summary"}
    told = [one.notice.recipient for one in seconds.notices("alert-emergency-alone")]
    assert {"ecc", "oakdale-primary"} <= set(told), "both sides: who received, and who holds what was opened"


def test_a_review_with_a_second_person_is_due_after_two_working_days(seconds: Office) -> None:
    """Asked on Monday 2 March: over with Wednesday."""
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    window = show_override(seconds.broker, TOM, override).access.window
    assert window is not None
    assert window.review_due_at.isoformat() == "2026-03-05T00:00:00+00:00"


def test_the_window_is_half_open_and_ends_by_itself(seconds: Office) -> None:
    override = seconds.emergency(TOM, second=COUNCIL_LEAD, minutes=10)
    window = show_override(seconds.broker, TOM, override).access.window
    assert window is not None
    last = window.until_at - seconds.clock.now() - timedelta(minutes=1)
    seconds.clock.advance(last - timedelta(microseconds=1))
    used = seconds.ask(TOM, override=override)
    assert emergency(used)
    assert used.access_until_at == window.until_at, "the page says until when"
    seconds.clock.advance(timedelta(microseconds=1) - timedelta(minutes=1))
    assert seconds.ask(TOM, override=override).refused_because == "not-in-team"
    assert verify_live(seconds.broker).verdict is Verdict.SOUND


@pytest.mark.parametrize(
    ("acting", "others"),
    [
        (KIM, {}),
        (Acting("tom", "social-worker"), {}),
        (TOM, {"about": ["mum", "child", "partner"]}),
        (TOM, {"case": None}),
        (TOM, {"override": "o-neverissued"}),
    ],
)
def test_a_window_serves_its_own_request_and_no_other(
    seconds: Office, acting: Acting, others: dict[str, Any]
) -> None:
    """Another person, another role, somebody more, another case, an id never issued: as if none had been named."""
    enrol_staff(
        seconds.broker, [StaffMember(Staff("tom", "ecc", frozenset({"team-member", "social-worker"})), "Tom Reed")]
    )
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    count = len(seconds.entries())
    disclosure = seconds.ask(acting, **{"override": override, **others})
    assert disclosure.profile is None or not emergency(disclosure)
    assert why_refused(seconds, count) == "no-window"
    with seconds.broker.store.look() as view:
        stored = find_disclosure(view, disclosure.id)
    assert stored is not None
    assert stored.override_barred == "no-window"


def test_a_window_serves_the_organisation_it_was_opened_for(seconds: Office) -> None:
    """Tom has moved to the police since, with the same staff id and role."""
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    seconds.enrol_one("tom", "Tom Reed", "essex-police", "team-member")
    count = len(seconds.entries())
    assert seconds.ask(TOM, override=override).refused_because == "not-in-team"
    assert why_refused(seconds, count) == "no-window"


def test_fewer_people_than_the_window_names_are_fine(seconds: Office) -> None:
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    assert emergency(seconds.ask(TOM, about=["child"], override=override))


@pytest.mark.parametrize("acting", [TOM, COUNCIL_LEAD, OFFICER])
def test_whoever_asked_approved_or_reviews_may_close_it_and_nothing_more_is_released(
    seconds: Office, acting: Acting
) -> None:
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    assert emergency(seconds.ask(TOM, override=override))
    seconds.step()
    close_override(seconds.broker, acting, override)
    assert list(seconds.entries()[-1].details["ends"]) == [f"override:{override}"]
    assert seconds.ask(TOM, override=override).refused_because == "not-in-team"
    with pytest.raises(CallWrong, match="is not open"):
        close_override(seconds.broker, acting, override)
    assert verify_live(seconds.broker).verdict is Verdict.SOUND


def test_the_second_person_may_say_no_and_what_nobody_answers_lapses(seconds: Office) -> None:
    access = request_override(seconds.broker, TOM, new_override(seconds)).access
    seconds.step()
    refused = refuse_override(seconds.broker, COUNCIL_LEAD, access.id, "The duty worker is there now").access
    assert refused.state(seconds.clock.now()) is AccessState.REFUSED
    assert "duty worker" not in repr(seconds.entries())
    with pytest.raises(CallWrong, match="waits no more"):
        approve_override(seconds.broker, COUNCIL_LEAD, access.id)
    seconds.step()
    again = request_override(seconds.broker, TOM, new_override(seconds)).access
    seconds.step(60)
    with pytest.raises(CallWrong, match="waits no more"):
        approve_override(seconds.broker, COUNCIL_LEAD, again.id)


@pytest.mark.parametrize(
    ("change", "told"),
    [
        ({"reason": "significant-ham"}, "did you mean `significant-harm`"),
        ({"justification": "  "}, "say in a sentence"),
        ({"gateway": "vital-interest"}, "did you mean `vital-interests`"),
        ({"gateway": "ca04-16la"}, "not in force today"),
        ({"purpose": "family-suport"}, "did you mean `family-support`"),
        ({"about": ()}, "one person or more"),
        ({"about": tuple(f"p-{n}" for n in range(51))}, "at most 50"),
        ({"second_from": "eccc"}, "did you mean `ecc`"),
        ({"minutes": 0}, "one or more"),
        ({"case": "Mum of Chelmsford"}, "no case's reference"),
        ({"alone": True, "second_from": "ecc"}, "nobody when you act alone"),
    ],
)
def test_what_a_request_must_say(seconds: Office, change: dict[str, Any], told: str) -> None:
    with pytest.raises(CallWrong, match=told):
        request_override(seconds.broker, TOM, new_override(seconds, **change))


def test_who_may_not_ask(seconds: Office) -> None:
    seconds.enrol_one("rev", "Rev Hart", "ecc", "reviewer")
    with pytest.raises(NotAllowed, match="may not use"):
        request_override(seconds.broker, Acting("rev", "reviewer"), new_override(seconds))
    with pytest.raises(NotAllowed, match="may not ask for `section-47`"):
        request_override(seconds.broker, TOM, new_override(seconds, purpose="section-47"))
    assert seconds.entries()[-1].event == "access.refused"


def test_a_right_that_ended_since_ends_the_window_with_it(seconds: Office) -> None:
    """The second person no longer holds a role that may approve, and the requester one that may ask."""
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    seconds.enrol_one("sal", "Sal Frost", "ecc", "team-member")
    count = len(seconds.entries())
    assert seconds.ask(TOM, override=override).refused_because == "not-in-team"
    assert why_refused(seconds, count) == "second-not-authorised"


def narrowed(**change: Any) -> Callable[[Office], None]:
    """Tom's record as a member of staff, changed."""
    return lambda office: enrol_staff(
        office.broker, [StaffMember(Staff("tom", "ecc", frozenset({"team-member"}), **change), "Tom Reed")]
    )


def test_it_passes_over_lapsed_training_case_and_team(seconds: Office) -> None:
    """Each in turn refuses the request; with emergency access it is answered."""
    past = seconds.clock.now() - timedelta(days=1)
    stranger = "p-neverissuedneverissued22"
    situations: list[tuple[str, dict[str, Any]]] = [
        ("not-in-team", {}),
        ("case-required", {"case": None}),
        ("case-closed", {"case": "k-neverissued"}),
        ("not-available", {"about": ["mum", stranger], "acting": KIM}),
    ]
    for reason, others in situations:
        asked: dict[str, Any] = {"acting": TOM, "about": ["mum"], **others}
        case = asked.get("case", seconds.cases["team"])
        assert seconds.ask(**asked).refused_because == reason
        override = seconds.emergency(asked["acting"], *asked["about"], second=COUNCIL_LEAD, case=case)
        assert emergency(seconds.ask(**{**asked, "override": override})), reason
    narrowed(trained_until_at=past)(seconds)
    assert seconds.ask(TOM).refused_because == "training-lapsed"
    assert emergency(seconds.ask(TOM, override=seconds.emergency(TOM, second=COUNCIL_LEAD)))


def test_a_case_for_another_purpose_is_passed_over(seconds: Office) -> None:
    assert (
        seconds.ask(Acting("soc", "social-worker"), purpose="section-47").refused_because == "purpose-not-in-case"
    )
    soc = Acting("soc", "social-worker")
    override = seconds.emergency(soc, purpose="section-47", second=COUNCIL_LEAD)
    assert emergency(seconds.ask(soc, purpose="section-47", override=override))


def test_it_never_passes_over_a_post_that_ended(seconds: Office) -> None:
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    narrowed(posts_until_at=seconds.clock.now())(seconds)
    assert seconds.ask(TOM, override=override).refused_because == "post-ended"
    seconds.step()
    with pytest.raises(NotAllowed, match="left this post"):
        request_override(seconds.broker, TOM, new_override(seconds))


@pytest.mark.parametrize("who", ["requester", "second"])
def test_it_never_passes_over_a_personal_connection(seconds: Office, who: str) -> None:
    """Theirs: refused as not available, and alerted. The second person's: decided as without, and nobody told
    whom."""
    mum = frozenset({seconds.people["mum"]})
    if who == "requester":
        narrowed(links=mum)(seconds)
    else:
        lead = Staff("sal", "ecc", frozenset({"safeguarding-lead"}), links=mum)
        enrol_staff(seconds.broker, [StaffMember(lead, "Sal Frost")])
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    count = len(seconds.entries())
    disclosure = seconds.ask(TOM, override=override)
    assert disclosure.refused_because == ("not-available" if who == "requester" else "not-in-team")
    assert why_refused(seconds, count) == "does-not-hold"
    assert bool(seconds.notices("alert-conflict-of-interest")) is (who == "requester")


def test_it_never_lifts_a_hard_stop_or_a_protection(seconds: Office) -> None:
    hard = seconds.record("ecc", "adoption-link", ["child"], {})
    partner = seconds.record("oakdale-primary", "attendance", ["partner"], {"percentage": 20})
    seconds.mark("partner", ProtectionMarker.PROTECTED)
    override = seconds.emergency(TOM, "mum", "child", "partner", second=COUNCIL_LEAD)
    disclosure = seconds.ask(TOM, about=["mum", "child", "partner"], override=override)
    assert disclosure.profile is not None
    assert not {hard, partner} & {item.record for item in disclosure.profile.items}
    assert seconds.people["partner"] not in {one for item in disclosure.profile.items for one in item.about}


def test_it_never_lifts_a_prohibition_of_the_duties(seconds: Office) -> None:
    """Clause 251B.2: nothing under direct care for children's social care. At a hospital the same request is
    served."""

    def released(organisation: str) -> int:
        seconds.enrol_one("asw", "Asw Lane", organisation, "adult-social-worker")
        asw = Acting("asw", "adult-social-worker")
        override = seconds.emergency(asw, "mum", purpose="direct-care", case=None)
        disclosure = seconds.ask(asw, about=["mum"], purpose="direct-care", case=None, override=override)
        assert emergency(disclosure)
        assert disclosure.profile is not None
        return len(disclosure.profile.items)

    assert released("ecc") == 0
    assert released("mse-nhs") > 0


def test_of_two_who_approve_at_once_one_opens_the_window(seconds: Office) -> None:
    """Both have read that it waits before either writes; the log introduces the window once."""
    seconds.enrol_one("lea", "Lea Nash", "ecc", "safeguarding-lead")
    access = request_override(seconds.broker, TOM, new_override(seconds)).access
    seconds.step()
    leads = [COUNCIL_LEAD, Acting("lea", "safeguarding-lead")]
    with ThreadPoolExecutor(2) as pool:
        done = [pool.submit(approve_override, seconds.broker, lead, access.id) for lead in leads]
        errors = [one.exception() for one in done]
    assert sorted(error is None for error in errors) == [False, True]
    assert all(error is None or isinstance(error, CallWrong | SystemFailed) for error in errors)
    assert [entry.event for entry in seconds.entries()].count(Event.OVERRIDE_OPENED) == 1
    assert verify_live(seconds.broker).verdict is Verdict.SOUND


def test_the_queue_shows_each_what_they_may_do(seconds: Office) -> None:
    access = request_override(seconds.broker, TOM, new_override(seconds)).access
    seconds.step()

    def steps(acting: Acting) -> list[tuple[str, ...]]:
        return [tuple(one.steps) for one in list_overrides(seconds.broker, acting)]

    assert steps(COUNCIL_LEAD) == [(Step.APPROVE,)]
    assert steps(TOM) == [()], "their own, with nothing to do yet"
    assert steps(OFFICER) == steps(KIM) == steps(SCHOOL_LEAD) == []
    approve_override(seconds.broker, COUNCIL_LEAD, access.id)
    seconds.step()
    assert steps(TOM) == [(Step.USE, Step.CLOSE)]
    assert steps(COUNCIL_LEAD) == steps(OFFICER) == [(Step.CLOSE,)]
    seconds.step(60)
    assert steps(OFFICER) == [(Step.REVIEW,)]
    assert steps(COUNCIL_LEAD) == []


def test_only_a_reviewer_sees_which_kinds_and_sources_were_opened(seconds: Office) -> None:
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    seconds.ask(TOM, override=override)
    seconds.step()
    seen = {who.by: show_override(seconds.broker, who, override).releases for who in (TOM, COUNCIL_LEAD, OFFICER)}
    assert [bool(one.cells) for one in seen["tom"]] == [False]
    assert seen["sal"] == ()
    assert ("attendance", "oakdale-primary") in seen["ola"][0].cells
    assert [bool(one.released) for one in seen["tom"]] == [False]
    assert sum(count for _kind, _source, count in seen["ola"][0].released) == seen["ola"][0].records


def test_reviewers_see_what_their_organisation_asked_for_or_was_asked_to_approve(seconds: Office) -> None:
    override = seconds.emergency(TOM, second=CLINIC_LEAD, second_from="essex-sexual-health")
    seconds.enrol_one("iso", "Iso Park", "essex-sexual-health", "ig-officer")
    seconds.enrol_one("ian", "Ian Bell", "chelmsford-city", "ig-officer")
    for officer in (OFFICER, Acting("iso", "ig-officer")):
        assert show_override(seconds.broker, officer, override).access.id == override
    with pytest.raises(NotAllowed, match="no emergency access of yours"):
        show_override(seconds.broker, Acting("ian", "ig-officer"), override)


def test_nothing_about_anybody_and_no_word_of_it_stands_in_the_log_or_at_rest(seconds: Office) -> None:
    override = seconds.emergency(TOM, second=COUNCIL_LEAD, justification="canary-words about Mum")
    seconds.ask(TOM, override=override)
    said = repr(seconds.entries())
    for canary in ("canary-words", seconds.people["mum"]):
        assert canary not in said
    assert b"canary-words" not in at_rest(seconds)


def test_the_verbs_as_typed(seconds: Office) -> None:
    folder = seconds.broker.settings.data_dir
    tom, sal = ("--by", "tom", "--as", "team-member"), ("--by", "sal", "--as", "safeguarding-lead")
    people = ("--about", seconds.people["mum"], "--about", seconds.people["child"])
    words = ("--purpose", "family-support", "--case", seconds.cases["team"], *people)
    why = ("--reason", "significant-harm", "--gateway", "vital-interests", "--justification", URGENT)
    asked = run(folder, "override", "request", *tom, *words, *why, "--json")
    assert asked.returncode == 0, asked.stderr
    override = json.loads(asked.stdout)["override"]
    listed = json.loads(run(folder, "override", "queue", *sal, "--json").stdout)["overrides"]
    assert [(one["override"], one["steps"]) for one in listed] == [(override, ["approve"])]
    assert URGENT in run(folder, "override", "show", override, *sal).stdout
    approved = run(folder, "override", "approve", override, *sal)
    assert approved.returncode == 0, approved.stderr
    assert f"broker profile --override {override}" in approved.stdout
    used = run(folder, "profile", *tom, *words, "--reason", "now", "--override", override, "--json")
    assert json.loads(used.stdout)["emergency"] is True
    assert json.loads(run(folder, "override", "close", override, *tom, "--json").stdout)["state"] == "review-due"
    assert run(folder, "override", "close", override, *tom).returncode == 2
    assert run(folder, "override", "refuse", override, *sal, "--reason", "late").returncode == 2
    assert run(folder, "override", "show", "o-neverissued", *sal).returncode == 1
