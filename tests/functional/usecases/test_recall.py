"""Who has it already: every release that handed on a record is found, and its notice tells no more than it did."""

from __future__ import annotations

from datetime import date

from broker.audit.events import Event
from broker.store.records import NewRecord, put_records
from broker.store.session import Act
from broker.usecases.acting import AS_OPERATOR, entry_of
from broker.usecases.release.recall import Topic, find_releases_about, find_releases_of, tell_recipients
from tests.functional.usecases.office import KIM, TOM, TRIAGE, Office
from tests.functional.usecases.test_notices import topics


def attendance(office: Office, about: tuple[str, ...] = ("child",), percentage: int = 70) -> str:
    """The school's attendance record, put again under the same key."""
    office.step()
    people = frozenset(office.people[one] for one in about)
    new = NewRecord(
        "oakdale-primary/attendance",
        "attendance",
        people,
        frozenset(),
        date(2026, 1, 20),
        {"percentage": percentage},
    )

    def work(act: Act) -> str:
        details = {"batch": act.new_id("b-"), "controller": "oakdale-primary", "accepted": 1, "refused": 0}
        entry = entry_of(act, AS_OPERATOR, Event.RECORDS_INGESTED, details)
        return next(iter(put_records(act, "oakdale-primary", [new], entry=entry).ids.values()))

    return office.broker.store.perform(office.clock, work)


def releases_of(office: Office, record_id: str) -> list[str]:
    with office.broker.store.look() as view:
        return [one.disclosure.id for one in find_releases_of(view, [record_id])]


def test_every_release_of_a_record_is_found_whatever_it_has_since_become(office: Office) -> None:
    first = office.ask(about=("child",)).id
    office.ask(about=("mum",))
    second = office.ask(about=("mum", "child")).id
    office.step()
    assert office.ask(TRIAGE, about=("child",)).refused_because is not None
    record_id = attendance(office, ("partner",))
    assert releases_of(office, record_id) == [first, second]
    assert releases_of(office, "r-never-issued") == []


def test_the_notice_names_the_release_the_record_and_no_more_than_the_release_showed(office: Office) -> None:
    released = office.ask(about=("child",)).id
    record_id = attendance(office, ("partner", "child"))
    with office.broker.store.act(office.clock) as act:
        reached = find_releases_of(act, [record_id])
        (told,) = tell_recipients(act, AS_OPERATOR, Topic.CORRECTION, reached)
    assert (told.disclosure_id, told.recipient) == (released, "ecc")
    (notice,) = office.notices("correction")
    body = notice.notice.body
    assert body["records"] == [record_id]
    assert body["cells"] == [["attendance", "oakdale-primary"]]
    assert body["person"] == office.people["child"]
    assert office.people["partner"] not in str(body), "the release told nothing of him"
    assert office.entries()[-1].details["because"] == "correction"
    office.step()
    assert topics(office, KIM) == ["correction"]
    assert topics(office, TOM) == []


def test_a_notice_about_a_record_of_several_people_names_nobody(office: Office) -> None:
    """One of two may have been masked in it; the release shows its reader who was not."""
    record_id = office.record("oakdale-primary", "involvement", ["mum", "child"], {"service": "Breakfast club"})
    office.ask()
    with office.broker.store.act(office.clock) as act:
        reached = find_releases_of(act, [record_id])
        tell_recipients(act, AS_OPERATOR, Topic.CORRECTION, reached)
    assert set(reached[0].about) == {office.people["mum"], office.people["child"]}
    (notice,) = office.notices("correction")
    assert not {"person", "people"} & notice.notice.body.keys()


def test_every_release_about_somebody_is_found_with_their_own_cells(office: Office) -> None:
    both = office.ask().id
    office.ask(about=("child",))
    with office.broker.store.look() as view:
        (found,) = find_releases_about(view, office.people["mum"])
    assert found.disclosure.id == both
    assert found.about == (office.people["mum"],)
