"""What is sent again corrects what was sent before; what is taken back, or missing from a whole list, ends; and
whoever was given it is told."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import timedelta
from pathlib import Path

import pytest
from sqlalchemy import column, select, text

from broker.agencies import FileRefused, get_adapter
from broker.audit.entry import AuditEntry
from broker.audit.events import Event
from broker.errors import CallWrong
from broker.people import ProtectionMarker
from broker.store.headers import find_versions
from broker.store.records import find_headers, open_contents
from broker.usecases.intake.ingest import IngestCall, ingest_file
from broker.usecases.intake.ingest_result import IngestResult
from broker.usecases.notices import Finding, close_notice
from tests.functional.usecases.office import KIM, Office, Template, make_template, reopen_office

ATTENDANCE = (
    "LAESTAB,UPN,Surname,Forename,MiddleNames,DOB,Sex,PostCode,NCyearActual,AttendanceStartDate,AttendanceEndDate,"
    "SessionsPossible,SessionsAttended,SessionsAuthorised,SessionsUnauthorised,Withdrawn"
)
INDEX = (
    "Child Unique ID,Forename,Surname,Gender,Date of Birth,NHS Number,UPN,Postcode,UPRN,Address Restricted,"
    "Date Last Updated,Withdrawn"
)


def pupil(attended: int = 60, withdrawn: str = "", surname: str = "Testing") -> str:
    """A row of the school's list; the office's child by default."""
    who = f"8812999,,{surname},Child,,2015-06-01,F,CM1 1LX,5"
    return f"{who},2026-01-05,2026-02-27,80,{attended},{80 - attended},0,{withdrawn}"


def child(number: int, postcode: str = "CM1 1LX", updated: str = "01/02/2026", withdrawn: str = "") -> str:
    surname = f"Example{'abcdefghijklmnop'[number]}"
    born = f"0{number % 9 + 1}/02/2015"
    return f"C{number},Ada,{surname},b) Female,{born},,,{postcode},,N,{updated},{withdrawn}"


class Desk:
    """An office with a folder for files, and the school's and the council's lists."""

    def __init__(self, office: Office, folder: Path) -> None:
        self.office = office
        self._folder = folder
        self._files = 0

    def send(
        self,
        adapter: str,
        sender: str,
        heading: str,
        *rows: str,
        confirmed: int | None = None,
        again: bool = False,
    ) -> IngestResult:
        self.office.step()
        self._files += 1
        path = self._folder / f"file-{self._files}.csv"
        path.write_text("\n".join((heading, *rows)) + "\n", "utf-8")
        call = IngestCall(path, get_adapter(adapter), sender, confirmed_ends=confirmed, again=again)
        return ingest_file(self.office.broker, call)

    def attendance(self, *rows: str) -> IngestResult:
        return self.send("school-attendance", "oakdale-primary", ATTENDANCE, *rows)

    def index(self, *rows: str, confirmed: int | None = None, again: bool = False) -> IngestResult:
        return self.send("child-index", "ecc", INDEX, *rows, confirmed=confirmed, again=again)

    def entries(self, event: Event) -> list[AuditEntry]:
        return [one for one in self.office.entries() if one.event is event]

    def standing(self, category: str) -> int:
        """How many records of a category are there now, of anybody whom a list made known."""
        with self.office.broker.store.look() as view:
            people = [row.person_id for row in view.read(select(column("person_id")).select_from(text("person")))]
            return sum(one.header.category == category for one in find_headers(view, people))


def familiar(office: Office) -> Office:
    """A family whose team may see what the school sends."""
    office.agree()
    office.family()
    office.team()
    office.consent("mum", "mum")
    office.consent("child", "mum")
    return office


@pytest.fixture(scope="module")
def template(tmp_path_factory: pytest.TempPathFactory, database: str) -> Template:
    return make_template(tmp_path_factory.mktemp("template") / "office", database, familiar)


@pytest.fixture
def desk(template: Template, tmp_path: Path) -> Iterator[Desk]:
    with reopen_office(template, tmp_path / "office") as office:
        yield Desk(office, tmp_path)


def released(desk: Desk) -> tuple[str, str]:
    """The attendance record in a release to Kim, and the release's id."""
    answer = desk.office.ask()
    assert answer.profile is not None
    (item,) = [one for one in answer.profile.items if one.papers.category == "attendance"]
    return item.record, answer.id


def test_what_is_sent_again_with_other_content_is_another_version_beside_the_first(desk: Desk) -> None:
    desk.attendance(pupil(60))
    before = desk.office.clock.now() + timedelta(seconds=1)
    result = desk.attendance(pupil(64))
    assert (result.tally.new_records, result.tally.changed_records, result.tally.corrected) == (0, 1, 1)
    with desk.office.broker.store.look() as view:
        (now,) = find_headers(view, [desk.office.people["child"]])
        assert open_contents(view, [now.header.id])[now.header.id]["percentage"] == 80.0
        assert open_contents(view, [now.header.id], before)[now.header.id]["percentage"] == 75.0
    (entry,) = desk.entries(Event.RECORD_CORRECTED)
    assert entry.details == {"record": now.header.id, "controller": "oakdale-primary", "category": "attendance"}
    assert entry.about == ()


def test_whoever_was_given_the_record_is_told_that_it_was_corrected(desk: Desk) -> None:
    desk.attendance(pupil(60))
    record_id, release = released(desk)
    result = desk.attendance(pupil(64))
    assert result.tally.told == 1
    (notice,) = desk.office.notices("correction")
    assert notice.notice.recipient == "ecc"
    assert (notice.notice.body["disclosure"], notice.notice.body["records"]) == (release, [record_id])
    assert [one.details["because"] for one in desk.entries(Event.DISCLOSURE_RECALLED)] == ["correction"]


def test_nobody_is_told_of_a_record_they_were_not_given(desk: Desk) -> None:
    desk.attendance(pupil(60))
    assert desk.attendance(pupil(64)).tally.told == 0
    assert desk.office.notices("correction") == []


def test_a_recipient_who_is_told_already_is_not_told_again_until_they_have_read_it(desk: Desk) -> None:
    desk.attendance(pupil(60))
    released(desk)
    desk.attendance(pupil(64))
    assert desk.attendance(pupil(65)).tally.told == 0
    (notice,) = desk.office.notices("correction")
    close_notice(desk.office.broker, KIM, notice.id, Finding.TOLD)
    assert desk.attendance(pupil(66)).tally.told == 1


def test_an_entry_taken_back_is_no_more_and_its_recipients_are_told(desk: Desk) -> None:
    desk.attendance(pupil(60))
    record_id, release = released(desk)
    result = desk.attendance(pupil(60, withdrawn="Y"))
    assert (result.tally.ended, result.tally.told, result.tally.new_people) == (1, 1, 0)
    (notice,) = desk.office.notices("deletion")
    assert notice.notice.body["disclosure"] == release
    (entry,) = desk.entries(Event.RECORD_ENDED)
    assert entry.details["because"] == "taken-back"
    profile = desk.office.ask().profile
    assert profile is not None
    assert not [one for one in profile.items if one.papers.category == "attendance"]
    with desk.office.broker.store.look() as view:
        first, last = find_versions(view, [record_id])[record_id]
    assert (first.retracted, last.retracted) == (False, True)


def test_taking_back_what_was_never_sent_changes_nothing(desk: Desk) -> None:
    result = desk.attendance(pupil(60, withdrawn="Y", surname="Nobody"))
    assert (result.receipt.accepted, result.tally.ended, result.tally.new_people) == (1, 0, 0)


def test_what_ended_and_is_sent_again_is_there_again(desk: Desk) -> None:
    desk.attendance(pupil(60))
    desk.attendance(pupil(60, withdrawn="Y"))
    desk.attendance(pupil(60, withdrawn="N"))
    assert desk.standing("attendance") == 1


def test_an_unclear_withdrawal_rejects_the_row(desk: Desk) -> None:
    desk.attendance(pupil(60))
    result = desk.attendance(pupil(60, withdrawn="perhaps"))
    assert [one.column for one in result.rejections] == ["Withdrawn"]
    assert desk.standing("attendance") == 1


def test_a_day_of_update_that_moves_on_alone_corrects_nothing(desk: Desk) -> None:
    desk.index(child(1), child(2))
    result = desk.index(child(1, updated="20/02/2026"), child(2))
    assert (result.tally.changed_records, result.tally.corrected) == (2, 0)
    assert desk.index(child(1, postcode="CM2 2AA", updated="20/02/2026"), child(2)).tally.corrected == 1


def test_a_part_of_an_entry_that_is_sent_no_more_ends(desk: Desk) -> None:
    desk.index(child(1), child(2))
    assert desk.standing("contact-details") == 2
    result = desk.index(child(1, postcode=""), child(2), confirmed=1)
    assert result.tally.ended == 1
    assert (desk.standing("contact-details"), desk.standing("identity")) == (1, 2)


def test_increments_end_nothing_by_not_naming_it(desk: Desk) -> None:
    desk.attendance(pupil(60), pupil(60, surname="Other"))
    assert desk.attendance(pupil(61)).tally.ended == 0
    assert desk.standing("attendance") == 2


def test_what_a_whole_list_no_longer_holds_ends(desk: Desk) -> None:
    rows = [child(number) for number in range(1, 11)]
    desk.index(*rows)
    result = desk.index(*rows[:8])
    assert (result.tally.ended, result.ends_held) == (4, 0)
    assert desk.standing("identity") == 8
    assert {one.details["because"] for one in desk.entries(Event.RECORD_ENDED)} == {"not-on-list"}


def test_a_list_cut_short_is_refused_until_somebody_agrees_to_the_number(desk: Desk) -> None:
    rows = [child(number) for number in range(1, 11)]
    desk.index(*rows)
    with pytest.raises(FileRefused, match=r"would end 14 of 20 records.*--confirm-ends 14"):
        desk.index(*rows[:3], child(11))
    assert desk.standing("identity") == 10
    with pytest.raises(CallWrong, match="would end 14 records, not the 4"):
        desk.index(*rows[:3], confirmed=4)
    assert desk.index(*rows[:3], confirmed=14).tally.ended == 14
    assert desk.standing("identity") == 3


def test_nothing_ends_while_rows_of_a_whole_list_cannot_be_read(desk: Desk) -> None:
    rows = [child(number) for number in range(1, 11)]
    desk.index(*rows)
    spoilt = rows[9].replace("/02/2015", "/02/1015")
    result = desk.index(*rows[:9], spoilt)
    assert (result.tally.ended, result.ends_held) == (0, 2)
    assert desk.standing("identity") == 10
    # Somebody looks, and says that they ended: the same file again, with the number.
    assert desk.index(*rows[:9], spoilt, confirmed=2).tally.ended == 2


def test_a_row_that_stands_twice_holds_nothing_back(desk: Desk) -> None:
    rows = [child(number) for number in range(1, 11)]
    desk.index(*rows)
    assert desk.index(*rows[:9], rows[0]).tally.ended == 2


def test_a_whole_list_of_nobody_ends_everything_only_when_agreed(desk: Desk) -> None:
    desk.index(child(1))
    with pytest.raises(FileRefused, match=r"not a nil return.*--confirm-ends"):
        desk.index()
    assert desk.index(confirmed=2).tally.ended == 2
    assert desk.standing("identity") == 0


def test_ends_are_not_agreed_to_for_increments(desk: Desk) -> None:
    with pytest.raises(CallWrong, match="is for whole lists"):
        desk.send("school-attendance", "oakdale-primary", ATTENDANCE, pupil(60), confirmed=1)


def test_a_dry_run_ends_nothing_and_says_what_would(desk: Desk, tmp_path: Path) -> None:
    rows = [child(number) for number in range(1, 11)]
    desk.index(*rows)
    path = tmp_path / "next.csv"
    path.write_text("\n".join((INDEX, *rows[:9])) + "\n", "utf-8")
    result = ingest_file(desk.office.broker, IngestCall(path, get_adapter("child-index"), "ecc", dry_run=True))
    assert result.tally.ended == 2
    assert desk.standing("identity") == 10


def test_no_notice_tells_of_somebody_protected(desk: Desk) -> None:
    desk.attendance(pupil(60))
    released(desk)
    desk.office.mark("child", ProtectionMarker.PROTECTED)
    assert desk.attendance(pupil(64)).tally.told == 0
    assert desk.office.notices("correction") == []


def test_the_list_of_one_agency_says_nothing_of_anothers(desk: Desk) -> None:
    desk.index(*(child(number) for number in range(1, 6)))
    desk.send("child-index", "southend", INDEX, child(1))
    assert desk.standing("identity") == 6


def test_an_old_list_sent_again_is_named_as_such_and_taken_in_only_when_that_is_meant(desk: Desk) -> None:
    old, new = [child(1), child(2)], [child(1, postcode="CM2 2AA"), child(2)]
    desk.index(*old)
    desk.index(*new)
    again = desk.index(*old)
    assert (again.seen_before, again.superseded, again.tally.changed_records) == (True, True, 0)
    meant = desk.index(*old, again=True)
    assert (meant.seen_before, meant.tally.corrected) == (False, 1)
    assert desk.index(*new).superseded
