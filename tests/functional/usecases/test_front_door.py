"""The front-door queue: what somebody sees, in which order, and what they never do."""

from __future__ import annotations

import json
import re
from dataclasses import replace
from datetime import date, timedelta
from pathlib import Path

import pytest

from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.contact import SourceKind
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.store.cases import find_cases, record_case
from broker.store.people import erase_person
from broker.store.session import Act
from broker.usecases.acting import AS_OPERATOR, Acting, entry_of
from broker.usecases.casework.front_door_queue import list_contacts, show_contact
from broker.usecases.casework.screen_contact import put_back, rate_contact, take_contact
from broker.usecases.people.people import NewPerson
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.vocabulary.clocks import Rating
from tests.functional.usecases.front_door_staff import ANN, NAV, SAFE, WORRY, contact, staff_front_door
from tests.functional.usecases.office import KIM, TRIAGE, Office, at_rest
from tests.functional.usecases.test_verbs import run


@pytest.fixture(autouse=True)
def staffed(office: Office) -> None:
    staff_front_door(office)


def queue(office: Office, by: Acting = TRIAGE) -> list[str]:
    return [row.case_id for row in list_contacts(office.broker, by).rows]


def test_a_worry_waits_with_its_words_sealed_until_it_is_taken(office: Office) -> None:
    made = contact(office)
    row = list_contacts(office.broker, ANN).rows[0]
    assert (row.case_id, row.line, row.contact.holder) == (made.case.id, WORRY, None)
    assert [(one.first_name, one.age) for one in row.people] == [("Child", 10)]
    assert row.left is not None
    assert not row.left.is_overdue
    office.step()
    taken = take_contact(office.broker, ANN, made.case.id)
    assert (taken.state, taken.holder) == ("screening", "ann")
    stored = at_rest(office)
    for canary in (b"canary-worry", b"canary-bluebell", b"no food", b"01632"):
        assert canary not in stored


def test_overdue_first_then_red_amber_green_by_the_time_left(office: Office) -> None:
    day = timedelta(days=1)
    now = office.clock.now()
    green = contact(office, rating=Rating.GREEN).case.id
    amber = contact(office, rating=Rating.AMBER).case.id
    unrated = contact(office).case.id
    later_red = contact(office, rating=Rating.RED).case.id
    red = contact(office, rating=Rating.RED, received_at=now - timedelta(hours=1)).case.id
    overdue = contact(office, rating=Rating.GREEN, received_at=now - 3 * day).case.id
    assert queue(office) == [overdue, red, later_red, unrated, amber, green]


def test_in_danger_a_contact_nobody_rated_is_red(office: Office) -> None:
    assert contact(office, danger=True).contact.rating is Rating.RED


def test_a_contact_in_full_shows_how_to_reach_the_family_safely_and_is_in_the_log(office: Office) -> None:
    made = contact(office)
    shown = show_contact(office.broker, ANN, made.case.id)
    assert shown.words is not None
    assert (shown.words.worry, shown.words.told_by, shown.words.safe) == (WORRY, "Dee Long", SAFE)
    last = office.entries()[-1]
    assert (last.event, last.actor, last.details) == ("contact.shown", "ann", {"case": made.case.id})


def test_whoever_hands_a_contact_over_leaves_it_the_same_instant(office: Office) -> None:
    case_id = contact(office).case.id
    office.step()
    take_contact(office.broker, TRIAGE, case_id)
    office.step()
    take_contact(office.broker, TRIAGE, case_id, "ann")
    with office.broker.store.look() as view:
        case = find_cases(view, [case_id])[case_id]
    now = office.clock.now()
    assert (case.has_member("tri", now), case.has_member("ann", now)) == (False, True)
    with pytest.raises(CallWrong, match="held by somebody else"):
        put_back(office.broker, TRIAGE, case_id, "mistake")
    office.step()
    assert put_back(office.broker, ANN, case_id, "my shift ends").state == "waiting"
    with office.broker.store.look() as view:
        assert not find_cases(view, [case_id])[case_id].has_member("ann", office.clock.now())
    for nobody in ("nav", "kim", "never"):
        with pytest.raises(CallWrong, match="cannot take this contact"):
            take_contact(office.broker, ANN, case_id, nobody)


def test_a_colour_needs_a_reason_and_one_that_the_area_uses(office: Office) -> None:
    case_id = contact(office).case.id
    with pytest.raises(CallWrong, match="used are `red`, `amber`, `green`"):
        rate_contact(office.broker, TRIAGE, case_id, Rating.BLUE, "quiet")
    with pytest.raises(CallWrong, match="reason: is missing"):
        rate_contact(office.broker, TRIAGE, case_id, Rating.RED, " ")
    assert rate_contact(office.broker, TRIAGE, case_id, Rating.RED, "a second call", 3).rating is Rating.RED
    assert show_contact(office.broker, TRIAGE, case_id).row.level == 3


def test_what_is_needed_to_record_a_worry(office: Office) -> None:
    for change, said in (
        ({"worry": " "}, "in their words"),
        ({"about": ()}, "at least one person"),
        ({"level": 5}, "level of need"),
        ({"source": SourceKind.PUBLIC}, "goes with the source `organisation`"),
        ({"source_code": "oakdale"}, "did you mean `oakdale-primary`"),
        ({"received_at": office.clock.now() + timedelta(days=1)}, "lies in the future"),
    ):
        with pytest.raises(CallWrong, match=said):
            contact(office, **change)
    assert queue(office) == []


def test_somebody_new_is_made_known_and_nobody_is_where_there_is_no_front_door(office: Office) -> None:
    new = NewPerson("Ada", "Testing", date(2020, 1, 2))
    made = contact(office, new=(new,))
    assert len(made.made_known) == 1
    assert made.case.about == {office.people["child"], *made.made_known}
    broker = office.broker
    nowhere = replace(broker.partnership.vocabulary, front_doors={})
    office.broker = replace(broker, partnership=replace(broker.partnership, vocabulary=nowhere))
    count = len(office.entries())
    with pytest.raises(CallWrong, match=r"add a row to policies/clocks\.yaml"):
        contact(office, new=(new,))
    assert len(office.entries()) == count


def test_only_the_front_doors_own_staff_in_a_role_that_may_see_it(office: Office) -> None:
    case_id = contact(office).case.id
    for by in (KIM, NAV):
        with pytest.raises(NotAllowed, match=r"may not use `contact\.read`"):
            list_contacts(office.broker, by)
    office.enrol_one("sue", "Sue Page", "southend", "triage")
    office.step()
    elsewhere = Acting("sue", "triage")
    assert queue(office, elsewhere) == []
    with pytest.raises(NotAllowed, match="is not one you can open"):
        show_contact(office.broker, elsewhere, case_id)


def hide_restricted(office: Office, case_id: str) -> None:
    def work(act: Act) -> None:
        details = {"case": case_id, "change": "restricted"}
        entry = entry_of(act, AS_OPERATOR, Event.CASE_CHANGED, details)
        record_case(act, replace(find_cases(act, [case_id])[case_id], restricted=True), entry=entry)

    office.broker.store.perform(office.clock, work)


def hide_protected(office: Office, case_id: str) -> None:
    del case_id
    office.mark("child", ProtectionMarker.PROTECTED)


def hide_connected(office: Office, case_id: str) -> None:
    del case_id
    ann = Staff("ann", "ecc", frozenset({"triage"}), links=frozenset({office.people["child"]}))
    enrol_staff(office.broker, [StaffMember(ann, "Ann Bell")])


@pytest.mark.parametrize("hide", [hide_restricted, hide_protected, hide_connected])
def test_whatever_hides_a_contact_it_is_not_there_and_not_counted(office: Office, hide: object) -> None:
    """Restricted and no member, about somebody protected, or a personal connection: one never recorded."""
    assert callable(hide)
    case_id = contact(office).case.id
    assert queue(office, ANN) == [case_id]
    office.step()
    hide(office, case_id)
    office.step()
    found = list_contacts(office.broker, ANN)
    assert (found.rows, found.more, found.closed_today) == ((), 0, 0)
    assert office.entries()[-1].details == {"report": "front-door-queue", "rows": 0}
    told = []
    for reference in (case_id, "k-neverrecorded"):
        count = len(office.entries())
        for act in (show_contact, take_contact):
            with pytest.raises(NotAllowed) as refused:
                act(office.broker, ANN, reference)
            told.append(str(refused.value).replace(reference, "…"))
        assert len(office.entries()) == count + 2, "each refusal is one entry, an alert is none"
    assert len(set(told)) == 1
    assert bool(office.notices("alert-conflict-of-interest")) == (hide is hide_connected)


def test_a_worry_is_not_lost_with_somebody_protected_their_custodian_is_told_which(office: Office) -> None:
    case_id = contact(office, about=("child", "partner")).case.id
    closed = contact(office, about=("mum",)).case.id
    office.step()
    office.mark("partner", ProtectionMarker.PROTECTED)
    told = office.notices("alert-protected-in-contact")
    assert told
    assert {one.notice.body["case"] for one in told} == {case_id} - {closed}
    office.step()
    assert queue(office) == [closed]


def test_who_knows_the_family_is_stopped_kindly_and_it_alerts(office: Office) -> None:
    hide_connected(office, "")
    office.step()
    with pytest.raises(NotAllowed, match="ask a colleague to record it"):
        contact(office, by=ANN)
    (alert,) = office.notices("alert-conflict-of-interest")
    assert alert.notice.body["by"] == "ann"


def test_what_was_said_of_somebody_erased_is_gone_and_the_contact_still_stands(office: Office) -> None:
    case_id = contact(office).case.id

    def erase(act: Act) -> None:
        entry = entry_of(act, AS_OPERATOR, Event.PERSON_ERASED, {"reason": "asked"})
        erase_person(act, office.people["child"], entry=entry)

    office.broker.store.perform(office.clock, erase)
    office.step()
    shown = show_contact(office.broker, ANN, case_id)
    assert (shown.words, shown.row.line, shown.row.contact.state) == (None, "", "waiting")


def test_as_it_is_typed_danger_is_said_before_anything_else(office: Office) -> None:
    folder: Path = office.broker.settings.data_dir
    words = ["contact", "record", "--by", "tri", "--as", "triage", "--source", "public", "--worry", WORRY]
    done = run(folder, *words, "--about", office.people["child"], "--danger", "--text")
    assert done.returncode == 0, done.stderr
    assert done.stdout.startswith("If anybody is in danger now, ring 999")
    assert "Do not leave a voicemail. Safe to text." in done.stdout
    assert run(folder, *words, "--about", "p-nobody", "--danger").stdout.startswith("If anybody is in danger now")
    listed = json.loads(run(folder, "contact", "list", "--by", "tri", "--as", "triage", "--json").stdout)
    (row,) = listed["contacts"]
    assert (row["rating"], row["source"], row["danger"], row["worry"]) == ("red", "public", True, WORRY)
    page = run(folder, "contact", "show", row["contact"], "--by", "tri", "--as", "triage").stdout
    assert page.startswith("If anybody is in danger now")
    assert "Nobody asked whether the family knows" in page
    *_, last = page.strip().splitlines()
    assert re.fullmatch(r"  \d{1,2} [A-Z][a-z]+ \d{4}, \d{1,2}:\d\d [ap]m: rated by .+", last), last
    assert not last.endswith(" by tri"), "a colleague's name, and not their id"
    queue_page = run(folder, "contact", "list", "--by", "tri", "--as", "triage", columns=160).stdout
    assert "What do I take next?" in queue_page
    taken = run(folder, "contact", "take", row["contact"], "--by", "tri", "--as", "triage")
    assert "is being screened, held by tri" in taken.stdout
