"""Breaches: counted from the release they were, told to each partner as far as it concerns it, and never
forgotten."""

from __future__ import annotations

import json
from datetime import timedelta

import pytest

from broker.errors import CallWrong, NotAllowed
from broker.rights.breach import BreachKind, Risk, Step
from broker.usecases.acting import Acting
from broker.usecases.rights.breaches import (
    NewBreach,
    assess_breach,
    close_breach,
    list_breaches,
    note_breach,
    record_breach,
)
from tests.functional.usecases.office import KIM, OFFICER, SCHOOL_LEAD, SIRO, Office
from tests.functional.usecases.test_notices import topics
from tests.functional.usecases.test_verbs import run

WHAT = "Shown to a team that had closed"


def shown(office: Office, **more: object) -> str:
    """A release of a family recorded as a breach: its reference."""
    released = office.ask().id
    office.step()
    new = NewBreach(BreachKind.CONFIDENTIALITY, WHAT, disclosures=(released,), **more)  # type: ignore[arg-type]
    return record_breach(office.broker, KIM, new).breach_id


def test_a_release_that_was_a_breach_is_counted_and_both_sides_are_told(office: Office) -> None:
    breach_id = shown(office)
    (now,) = list_breaches(office.broker, OFFICER)
    assert (now.breach_id, now.breach.people, now.breach.records) == (breach_id, 2, 3)
    assert now.breach.categories == ("attendance", "involvement", "staff-safety")
    assert set(now.breach.partners) == {one.notice.recipient for one in office.notices("breach")}
    assert "ecc" not in now.breach.partners
    assert now.breach.partners_told_at is not None
    for notice in office.notices("breach"):
        assert {controller for _, controller in notice.notice.body["cells"]} == {notice.notice.recipient}
    recorded = next(one for one in office.entries() if one.event == "breach.recorded")
    assert recorded.details["people"] == 2
    assert "Shown" not in str(recorded)


def test_the_warning_waits_from_a_day_before_the_end_until_the_commissioner_is_told(office: Office) -> None:
    breach_id = shown(office)
    office.step(47 * 60)
    assert "breach-clock" not in topics(office, OFFICER)
    office.step(60)
    assert "breach-clock" in topics(office, OFFICER)
    assert "breach-clock" not in topics(office, KIM)
    note_breach(office.broker, OFFICER, breach_id, Step.AUTHORITY_TOLD, None)
    office.step()
    assert "breach-clock" not in topics(office, OFFICER)


def test_what_runs_out_surfaces_and_cannot_be_closed_over(office: Office) -> None:
    breach_id = shown(office)
    office.step(72 * 60)
    (now,) = list_breaches(office.broker, OFFICER)
    assert [clock.name for clock in now.overdue] == ["authority"]
    with pytest.raises(CallWrong, match="not assessed"):
        close_breach(office.broker, OFFICER, breach_id)
    with pytest.raises(CallWrong, match="reasons for the delay"):
        note_breach(office.broker, OFFICER, breach_id, Step.AUTHORITY_TOLD, None)
    with pytest.raises(CallWrong, match="only an unlikely one"):
        assess_breach(office.broker, OFFICER, breach_id, Risk.HIGH, "an address", report=False)
    assess_breach(office.broker, SIRO, breach_id, Risk.UNLIKELY, "deleted unread", report=False)
    assert close_breach(office.broker, OFFICER, breach_id).state == "closed"
    with pytest.raises(CallWrong, match="is closed"):
        assess_breach(office.broker, OFFICER, breach_id, Risk.HIGH, "an address", report=True)
    assert [one.overdue for one in list_breaches(office.broker, OFFICER)] == [()]


def test_an_organisation_has_its_own_breaches_and_names_its_own_releases(office: Office) -> None:
    breach_id = shown(office)
    office.enrol_one("uma", "Uma Rai", "southend", "ig-officer")
    uma = Acting("uma", "ig-officer")
    assert list_breaches(office.broker, uma) == ()
    for reference in (breach_id, "m-never"):
        with pytest.raises(CallWrong, match="your organisation has no breach"):
            note_breach(office.broker, uma, reference, Step.AUTHORITY_TOLD, None)
    released = office.ask().id
    for reference in (released, "d-never"):
        new = NewBreach(BreachKind.CONFIDENTIALITY, WHAT, disclosures=(reference,))
        with pytest.raises(CallWrong, match="is no release of your organisation's"):
            record_breach(office.broker, uma, new)
    assert record_breach(
        office.broker, SCHOOL_LEAD, NewBreach(BreachKind.CONFIDENTIALITY, WHAT, disclosures=(released,))
    ).breach.partners


@pytest.mark.parametrize(
    "more",
    [
        {"what": " "},
        {"people": -1},
        {"categories": frozenset({"attendence"})},
        {"partners": frozenset({"ecb"})},
        {"aware_at": "later"},
    ],
)
def test_what_is_not_understood_is_refused(office: Office, more: dict[str, object]) -> None:
    if more.get("aware_at") == "later":
        more = {"aware_at": office.clock.now() + timedelta(days=1)}
    with pytest.raises(CallWrong):
        record_breach(
            office.broker,
            KIM,
            NewBreach(**{"kind": BreachKind.CONFIDENTIALITY, "what": WHAT, **more}),  # type: ignore[arg-type]
        )


def test_whoever_notices_records_and_only_those_who_govern_decide(office: Office) -> None:
    breach_id = shown(office)
    with pytest.raises(NotAllowed):
        assess_breach(office.broker, KIM, breach_id, Risk.HIGH, "an address", report=True)
    assert office.entries()[-1].details["verb"] == "breach.decide"


def test_the_verbs_as_typed(office: Office) -> None:
    folder = office.broker.settings.data_dir
    officer = ("--by", "ola", "--as", "ig-officer")
    assert "No breach is recorded." in run(folder, "breach", "list", *officer).stdout
    made = run(folder, "breach", "record", *officer, "--what", WHAT, "--aware", "2026-01-05", "--json")
    assert made.returncode == 0, made.stderr
    breach = json.loads(made.stdout)
    assert [clock["overdue"] for clock in breach["clocks"]] == [True, True]
    assert run(folder, "breach", "list", *officer).returncode == 1
    key = breach["breach"]
    words = ("--risk", "unlikely", "--no-report", "--reason", "deleted unread")
    assert run(folder, "breach", "assess", key, *officer, *words).returncode == 0
    note = run(folder, "breach", "note", key, *officer, "--step", "partners-told")
    assert "partners: by 06/01/2026 00:00, done" in note.stdout
    assert run(folder, "breach", "close", key, *officer).returncode == 0
    listed = run(folder, "breach", "list", *officer, "--json")
    assert listed.returncode == 0
    assert json.loads(listed.stdout)["breaches"][0]["state"] == "closed"
