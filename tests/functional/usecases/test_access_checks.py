"""Access checks: each finds what it is for in a log that was really written, and leaves the near miss alone."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import UTC, date, datetime, timedelta

import pytest

from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, NotAllowed
from broker.identifiers import NhsNumber
from broker.oversight.register import CHECKS
from broker.people import ProtectionMarker
from broker.store.oversight import find_checked
from broker.usecases.acting import Acting, Signed, entry_of
from broker.usecases.casework.cases import close_case
from broker.usecases.notices import list_notices
from broker.usecases.oversight.access_checks import Ran, run_access_checks, watch_person
from broker.usecases.people.people import NewPerson, add_person
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.office import KIM, OFFICER, SCHOOL_LEAD, SIRO, TOM, TRIAGE, Office, at_rest
from tests.functional.usecases.test_override import COUNCIL_LEAD
from tests.functional.usecases.test_verbs import run

OTHER_LEAD = Acting("lea", "safeguarding-lead")
Seed = Callable[[Office], object]


def looked(office: Office, by: str, *about: str, organisation: str = "ecc", found: int | None = None) -> None:
    """A search in the log, which found these people (names the tests use, or ids)."""
    people = [office.people.get(one, one) for one in about]
    with office.broker.store.act(office.clock) as act:
        details = {"found": len(people) if found is None else found, "by": ["nhs-number"]}
        act.record(entry_of(act, Signed(by, organisation), Event.PERSON_SEARCHED, details, about=people))


def asked(office: Office, about: str, by: Acting = KIM) -> None:
    """A profile asked for, refused or released: the people asked for are known to the checks by that."""
    office.ask(by, about=[about])


def enrol(office: Office, staff_id: str, name: str = "Any Body", organisation: str = "ecc", **how: object) -> None:
    roles = frozenset({str(how.pop("role", "team-member"))})
    staff = replace(Staff(staff_id, organisation, roles), **how)  # type: ignore[arg-type]
    enrol_staff(office.broker, [StaffMember(staff, name)])
    office.step()


def person(office: Office, given: str, family: str, **how: object) -> str:
    office.step()
    new = NewPerson(given, family, date(1990, 1, 1), **how)  # type: ignore[arg-type]
    office.people[given] = add_person(office.broker, TRIAGE, new)
    return office.people[given]


def at_clock(office: Office, hour: int, minute: int = 0, days: int = 0) -> None:
    """Moves the clock on to this time of a later day."""
    now = office.clock.now() + timedelta(days=days)
    office.clock.advance(datetime(now.year, now.month, now.day, hour, minute, tzinfo=UTC) - office.clock.now())


# --- for each check: what it is for, and what is nearly that


def own_record(office: Office) -> None:
    enrol(office, "me", person=office.people["mum"])
    office.ask(Acting("me", "team-member"), about=["mum"])


def not_own_record(office: Office) -> None:
    enrol(office, "me", person=office.people["mum"])
    office.ask(Acting("me", "team-member"), about=["child"])


def same_postcode(office: Office) -> None:
    enrol(office, "tes", person=person(office, "Tess", "Tester", postcode="CM1 1LX"))
    asked(office, "mum", Acting("tes", "team-member"))


def neighbouring_postcode(office: Office) -> None:
    """One letter of the postcode apart, and a name that sounds alike."""
    enrol(office, "tes", person=person(office, "Tess", "Tester", postcode="CM1 1LY"))
    asked(office, "mum", Acting("tes", "team-member"))


def declared_link(office: Office) -> None:
    enrol(office, "lin", links=frozenset({office.people["child"]}))
    looked(office, "lin", "child")


def link_of_a_relative(office: Office) -> None:
    enrol(office, "lin", links=frozenset({office.people["child"]}))
    looked(office, "lin", "mum")


def colleague(office: Office) -> None:
    enrol(office, "own", person=office.people["partner"])
    looked(office, "kim", "partner")


def colleague_of_somebody_else(office: Office) -> None:
    enrol(office, "own", person=office.people["partner"])
    looked(office, "dee", "partner", organisation="oakdale-primary")


def watched(office: Office) -> None:
    watch_person(office.broker, OFFICER, office.people["mum"], "In the press", watched=True)
    office.step()
    looked(office, "kim", "mum")


def watched_no_more(office: Office) -> None:
    for on in (True, False):
        watch_person(office.broker, OFFICER, office.people["mum"], "In the press", watched=on)
        office.step()
    looked(office, "kim", "mum")


def no_open_case(office: Office) -> None:
    close_case(office.broker, KIM, office.cases["team"])
    office.ask(KIM, case=None, override=office.emergency(KIM, case=None))


def closed_afterwards(office: Office) -> None:
    """The case was open when something was released, and has been closed since."""
    assert office.ask(KIM).outcome == "answered"
    office.step()
    close_case(office.broker, KIM, office.cases["team"])


def another_area(office: Office) -> None:
    enrol(office, "sou", organisation="southend")
    asked(office, "child", Acting("sou", "team-member"))


def same_area(office: Office) -> None:
    enrol(office, "che", organisation="chelmsford-city")
    asked(office, "child", Acting("che", "team-member"))


def usual_days(office: Office, most: int) -> None:
    """Twenty working days of a colleague in the same role, with at most so many people a day."""
    enrol(office, "col", role="lead-practitioner")
    for day in range(20):
        at_clock(office, 10, days=1)
        looked(office, "col", *(f"p-{day}-{n}" for n in range(most if day == 7 else 2)))


def many_in_a_day(office: Office) -> None:
    usual_days(office, most=9)
    for n in range(10):
        office.step()
        looked(office, "kim", f"p-kim-{n}")


def as_many_as_a_peer(office: Office) -> None:
    usual_days(office, most=10)
    for n in range(10):
        office.step()
        looked(office, "kim", f"p-kim-{n}")


def numbered(office: Office, bodies: list[int]) -> None:
    """People with these NHS numbers (without the check digit), each asked for."""
    for body in bodies:
        digits = f"{body:09d}"
        check = -sum(int(one) * (10 - n) for n, one in enumerate(digits)) % 11
        number = NhsNumber.parse(f"{digits}{check}").canonical
        person(office, f"N{body}", "Numbered", identifiers={"nhs-number": number})
        asked(office, f"N{body}")


def usable(first: int, many: int) -> list[int]:
    """So many neighbouring nine-digit bodies from the test range that have a check digit."""
    found: list[int] = []
    while len(found) < many:
        if -sum(int(one) * (10 - n) for n, one in enumerate(f"{first:09d}")) % 11 != 10:
            found.append(first)
        first += 1
    return found


def neighbours(office: Office) -> None:
    numbered(office, usable(999_123_000, 4))


def three_siblings(office: Office) -> None:
    numbered(office, [*usable(999_123_000, 3), *usable(999_200_000, 3)])


def refused_twice_then_override(office: Office) -> None:
    for _ in range(2):
        assert office.ask(TOM, about=["mum"]).outcome == "refused"
    office.emergency(TOM, "mum", "child")


def refused_once_then_override(office: Office) -> None:
    """Once about her, once about somebody else."""
    office.ask(TOM, about=["mum"])
    office.ask(TOM, about=["partner"])
    office.emergency(TOM, "mum", "child")


def at_night(office: Office) -> None:
    at_clock(office, 20)
    looked(office, "kim", "mum")


def in_the_evening(office: Office) -> None:
    at_clock(office, 19, 59)
    looked(office, "kim", "mum")


def after_90_days(office: Office) -> None:
    office.clock.advance(timedelta(days=90))
    looked(office, "tom", "mum")


def after_89_days(office: Office) -> None:
    office.clock.advance(timedelta(days=89))
    looked(office, "tom", "mum")


def two_organisations(office: Office) -> None:
    looked(office, "tom", "mum")
    office.step(60)
    looked(office, "tom", "mum", organisation="essex-police")


def moved_on(office: Office) -> None:
    """A day later they work somewhere else."""
    looked(office, "tom", "mum")
    office.step(60 * 24 + 1)
    looked(office, "tom", "mum", organisation="essex-police")


def third_time(office: Office) -> None:
    for _ in range(3):
        office.emergency(TOM, second=COUNCIL_LEAD)


def third_time_with_another(office: Office) -> None:
    for second in (COUNCIL_LEAD, COUNCIL_LEAD, OTHER_LEAD):
        office.emergency(TOM, second=second)


def dead(office: Office) -> None:
    person(office, "Late", "Person", died_on=date(2026, 3, 1))
    asked(office, "Late")


def died_today(office: Office) -> None:
    person(office, "Late", "Person", died_on=date(2026, 3, 2))
    asked(office, "Late")


SITUATIONS: dict[str, tuple[Seed, Seed]] = {
    "own-record": (own_record, not_own_record),
    "same-name-or-place": (same_postcode, neighbouring_postcode),
    "declared-link": (declared_link, link_of_a_relative),
    "colleague": (colleague, colleague_of_somebody_else),
    "watched": (watched, watched_no_more),
    "no-open-case": (no_open_case, closed_afterwards),
    "another-area": (another_area, same_area),
    "volume": (many_in_a_day, as_many_as_a_peer),
    "sequential": (neighbours, three_siblings),
    "refusals-then-override": (refused_twice_then_override, refused_once_then_override),
    "out-of-hours": (at_night, in_the_evening),
    "dormant-account": (after_90_days, after_89_days),
    "two-organisations": (two_organisations, moved_on),
    "recurring-pair": (third_time, third_time_with_another),
    "deceased": (dead, died_today),
}


@pytest.fixture
def leads(office: Office) -> Office:
    """The office with two safeguarding leads at the council."""
    office.enrol_one("sal", "Sal Frost", "ecc", "safeguarding-lead")
    office.enrol_one("lea", "Lea Nash", "ecc", "safeguarding-lead")
    office.step()
    return office


def checked(office: Office) -> Ran:
    office.step()
    return run_access_checks(office.broker, None)


def test_every_check_has_its_situations() -> None:
    assert SITUATIONS.keys() == CHECKS.keys()


@pytest.mark.parametrize("code", CHECKS)
def test_it_finds_what_it_is_for(leads: Office, code: str) -> None:
    before = checked(leads)
    assert code not in before.found
    SITUATIONS[code][0](leads)
    ran = checked(leads)
    assert ran.found.get(code) == 1, ran.found
    (notice,) = leads.notices(f"check-{code}")
    entries = leads.entries()
    assert all(entries[index].event for index in notice.notice.body["entries"])
    assert [one.details["kind"] for one in entries if one.event is Event.ALERT_RAISED].count(code) == 1
    assert checked(leads).found.get(code) is None, "nothing is found twice"


@pytest.mark.parametrize("code", CHECKS)
def test_it_leaves_the_near_miss_alone(leads: Office, code: str) -> None:
    checked(leads)
    SITUATIONS[code][1](leads)
    assert code not in checked(leads).found


def test_the_family_name_alone_is_enough(leads: Office) -> None:
    """Somebody not known here as a person is compared by the last word of their name."""
    enrol(leads, "tes", "Tess Testing")
    asked(leads, "mum", Acting("tes", "team-member"))
    assert checked(leads).found["same-name-or-place"] == 1


def test_ten_numbers_that_found_nobody_were_guessed_and_nine_may_be_mistyped(leads: Office) -> None:
    for _ in range(9):
        looked(leads, "kim", found=0)
    assert "sequential" not in checked(leads).found
    leads.step(60 * 24)
    for _ in range(10):
        looked(leads, "kim", found=0)
    assert checked(leads).found["sequential"] == 1


def test_a_weekend_and_a_bank_holiday_are_out_of_hours(leads: Office) -> None:
    """Saturday 7 March, and Good Friday."""
    checked(leads)
    for days in (5, 27):
        at_clock(leads, 11, days=days)
        looked(leads, "kim", "mum")
        assert checked(leads).found["out-of-hours"] == 1


def test_approving_emergency_access_about_somebody_close_is_found(leads: Office) -> None:
    lead = Staff("sal", "ecc", frozenset({"safeguarding-lead"}), links=frozenset({leads.people["mum"]}))
    enrol_staff(leads.broker, [StaffMember(lead, "Sal Frost")])
    leads.emergency(TOM, second=COUNCIL_LEAD)
    assert checked(leads).found["declared-link"] == 1


def test_the_second_look_from_an_area_is_no_first_one(leads: Office) -> None:
    another_area(leads)
    assert checked(leads).found["another-area"] == 1
    looked(leads, "sou", "child", organisation="southend")
    assert "another-area" not in checked(leads).found


def test_a_finding_waits_for_those_who_govern_and_never_for_whom_it_is_about(leads: Office) -> None:
    """Neither the officer who looked herself up, nor the two of a pair, nor a safeguarding lead."""
    enrol(leads, "off", "Off Icer", role="ig-officer", person=leads.people["mum"])
    looked(leads, "off", "mum")
    checked(leads)
    leads.step()

    def topics(acting: Acting) -> list[str]:
        return [one.topic for one in list_notices(leads.broker, acting) if one.topic.startswith("check-")]

    assert "check-own-record" in topics(OFFICER)
    assert "check-own-record" not in topics(Acting("off", "ig-officer"))
    assert topics(COUNCIL_LEAD) == topics(KIM) == topics(SCHOOL_LEAD) == []
    (found,) = [one for one in list_notices(leads.broker, SIRO) if one.topic == "check-own-record"]
    assert found.staff == ("off",)
    assert found.entries


def test_a_pair_is_hidden_from_both(leads: Office) -> None:
    roles = frozenset({"safeguarding-lead", "ig-officer"})
    enrol_staff(leads.broker, [StaffMember(Staff("sal", "ecc", roles), "Sal Frost")])
    third_time(leads)
    checked(leads)
    leads.step()
    assert "check-recurring-pair" in [one.topic for one in list_notices(leads.broker, OFFICER)]
    assert "check-recurring-pair" not in [
        one.topic for one in list_notices(leads.broker, Acting("sal", "ig-officer"))
    ]


def test_a_protected_person_is_in_no_finding_and_makes_none(leads: Office) -> None:
    """Same postcode, a link, a colleague, an open question about a case: as for an id never issued."""
    enrol(leads, "lin", person=leads.people["partner"], links=frozenset({leads.people["partner"]}))
    enrol(leads, "nei", person=person(leads, "Near", "By", postcode="CM1 1LX"))
    watch_person(leads.broker, OFFICER, leads.people["partner"], "In the press", watched=True)
    leads.step()
    leads.mark("partner", ProtectionMarker.PROTECTED)
    checked(leads)
    found = []
    for about in (leads.people["partner"], "p-neverissuedneverissued22"):
        for by in ("nei", "lin"):
            asked(leads, about, Acting(by, "team-member"))
        found.append(dict(checked(leads).found))
    assert found == [{}, {}]
    at_clock(leads, 21)
    looked(leads, "kim", "partner")
    assert checked(leads).found == {"out-of-hours": 1}
    (notice,) = leads.notices("check-out-of-hours")
    assert notice.notice.body["about"] == []


def test_the_log_names_the_check_and_nobody(leads: Office) -> None:
    declared_link(leads)
    count = len(leads.entries())
    checked(leads)
    raised = [one for one in leads.entries()[count:] if one.event is Event.ALERT_RAISED]
    assert [(one.actor, one.organisation, one.about) for one in raised] == [("operator", "broker", ())]


def test_a_run_goes_on_where_the_last_one_ended_and_an_officer_may_run_it(leads: Office) -> None:
    first = checked(leads)
    leads.step()
    second = run_access_checks(leads.broker, OFFICER)
    assert second.from_index == first.until_index
    with leads.broker.store.look() as view:
        assert find_checked(view) == second.until_index
    with pytest.raises(NotAllowed):
        run_access_checks(leads.broker, KIM)
    with pytest.raises(NotAllowed):
        watch_person(leads.broker, KIM, leads.people["mum"], "why", watched=True)
    with pytest.raises(CallWrong, match="in a sentence"):
        watch_person(leads.broker, OFFICER, leads.people["mum"], " ", watched=True)


def test_two_runs_at_once_find_nothing_twice(leads: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    """While one reads, another one finishes: the slower one keeps nothing."""
    from broker.usecases.oversight import access_checks

    declared_link(leads)
    really_gather = access_checks.gather_known

    def meanwhile(*arguments: object) -> object:
        monkeypatch.setattr(access_checks, "gather_known", really_gather)
        checked(leads)
        return really_gather(*arguments)  # type: ignore[arg-type]

    monkeypatch.setattr(access_checks, "gather_known", meanwhile)
    with pytest.raises(CallWrong, match="meanwhile"):
        checked(leads)
    assert len(leads.notices("check-declared-link")) == 1


def test_the_watched_list_is_kept_as_sealed_pseudonyms(leads: Office) -> None:
    watched(leads)
    assert b"In the press" not in at_rest(leads)


def test_the_verbs_as_typed(leads: Office) -> None:
    folder = leads.broker.settings.data_dir
    ola = ("--by", "ola", "--as", "ig-officer")
    listed = json.loads(run(folder, "access-checks", "list", "--json").stdout)["checks"]
    assert [one["check"] for one in listed] == list(CHECKS)
    words = ("--about", leads.people["mum"], "--words", "In the press")
    assert "on the watched list" in run(folder, "access-checks", "watch", *ola, *words).stdout
    ran = run(folder, "access-checks", "run", "--json")
    assert ran.returncode == 0, ran.stderr
    said = json.loads(ran.stdout)
    assert said["found"].keys() == CHECKS.keys()
    assert said["until"] > said["from"]
    assert "entries checked" in run(folder, "access-checks", "run", *ola).stdout
    assert run(folder, "access-checks", "run", "--by", "ola").returncode == 2
    assert json.loads(run(folder, "access-checks", "unwatch", *ola, *words, "--json").stdout)["watched"] is False
