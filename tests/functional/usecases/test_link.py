"""Who is who: possible matches are confirmed on evidence, a disputed record is frozen at once, and two people who
were taken for one are taken apart with every release that showed the wrong one listed and told."""

from __future__ import annotations

import json
from collections.abc import Sequence
from datetime import date
from typing import Any

import pytest

from broker.audit.events import Event
from broker.casework import CaseKind
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker, Relationship, RelationshipKind
from broker.store.headers import find_versions
from broker.store.households import find_households
from broker.store.links import SourceDecision, find_source_people, record_source_people
from broker.store.people import find_people
from broker.store.records import NewRecord, find_headers, open_contents, put_records
from broker.store.relationships import find_relationships
from broker.store.session import Act
from broker.usecases.acting import AS_OPERATOR, Acting, entry_of
from broker.usecases.casework.cases import NewCase, open_case
from broker.usecases.linking.link_disputes import dispute_record, freeze_person, list_disputes, settle_dispute
from broker.usecases.linking.link_review import confirm_match, list_possible, reject_match
from broker.usecases.linking.merges import list_sources, split_person, unmerge
from broker.usecases.people.people import NewPerson, add_person
from broker.usecases.people.ties import house, relate
from tests.functional.usecases.office import KIM, OFFICER, TOM, TRIAGE, Office
from tests.functional.usecases.test_notices import topics
from tests.functional.usecases.test_verbs import run

WHY = "two birth certificates"


def write(office: Office, work: Any) -> Any:
    office.step()
    return office.broker.store.perform(office.clock, work)


def record(office: Office, key: str, about: Sequence[str], controller: str = "ecc") -> str:
    """A record of involvement under a key of its own."""
    new = NewRecord(
        key,
        "involvement",
        frozenset(office.people[one] for one in about),
        frozenset(),
        date(2026, 1, 20),
        {"service": key},
    )

    def work(act: Act) -> str:
        details = {"batch": act.new_id("b-"), "controller": controller, "accepted": 1, "refused": 0}
        entry = entry_of(act, AS_OPERATOR, Event.RECORDS_INGESTED, details)
        return put_records(act, controller, [new], entry=entry).ids[key]

    found: str = write(office, work)
    return found


def confirmed(office: Office) -> str:
    """The newcomer is taken for the one known. Consents are of the known alone."""
    office.step()
    return confirm_match(office.broker, OFFICER, office.people["new"], office.people["dan"], "passport").matter_id


@pytest.fixture
def pair(office: Office) -> Office:
    """Somebody known (`dan`, with a consent and a case) and a newcomer (`new`) with a doubt and no decisions."""
    for name, born in (("dan", 1990), ("new", 1991)):
        office.step()
        office.people[name] = add_person(office.broker, TRIAGE, NewPerson("Daniel", "Smith", date(born, 2, 3)))
    dan, new = office.people["dan"], office.people["new"]
    office.people["sister"] = add_person(office.broker, TRIAGE, NewPerson("Ann", "Smith", date(1970, 2, 3)))
    tie = Relationship(office.people["sister"], new, RelationshipKind.MOTHER, parental_responsibility=True)
    relate(office.broker, TRIAGE, tie, evidence="birth register")
    office.mark("new", ProtectionMarker.ADDRESS_PROTECTED)
    house(office.broker, TRIAGE, joined=[new, office.people["sister"]])

    def work(act: Act) -> None:
        entry = entry_of(act, AS_OPERATOR, Event.PEOPLE_LINKED, {"linked": 1, "possible": 1})
        found = [
            SourceDecision("ecc", "claims:dan", dan, "linked"),
            SourceDecision("ecc", "claims:new", new, "linked"),
            SourceDecision("ecc", f"claims:new/{dan}", dan, "possible", "nhs-number: birth-differs"),
            SourceDecision("essex-police", "claims:theirs", new, "linked"),
        ]
        record_source_people(act, found, entry=entry)

    write(office, work)
    record(office, "dans", ["dan"])
    record(office, "news", ["new"])
    record(office, "police", ["new"], "essex-police")
    case = NewCase(CaseKind.TEAM, 2, frozenset({"family-support"}), frozenset({dan}))
    office.cases["dan"] = open_case(office.broker, KIM, case).case.id
    office.consent("dan", "dan")
    return office


def state(office: Office) -> dict[str, Any]:
    """Everything that a merge touches, as it now is."""
    dan, new = office.people["dan"], office.people["new"]
    with office.broker.store.look() as view:
        headers = [one.header for one in find_headers(view, [dan, new])]
        keys = ["claims:dan", "claims:new"]
        return {
            "about": {one.id: one.about for one in headers},
            "contents": open_contents(view, [one.id for one in headers]),
            "keys": {key: one.person_id for key, one in find_source_people(view, "ecc", keys).items()},
            "people": find_people(view, [dan, new]),
            "homes": {one.id: one.members for one in find_households(view, [dan, new])},
            "ties": set(find_relationships(view, [dan, new])),
        }


def services(office: Office) -> set[str]:
    """What Kim is shown of him."""
    profile = office.ask(about=("dan",), case=office.cases["dan"]).profile
    assert profile is not None
    return {str(dict(item.fields).get("service")) for item in profile.items}


def test_a_doubt_waits_for_the_organisation_that_has_it_and_no_other(pair: Office) -> None:
    (found,) = list_possible(pair.broker, OFFICER)
    assert (found.newcomer, found.known) == (pair.people["new"], pair.people["dan"])
    assert found.because == "nhs-number: birth-differs"
    assert "Smith" not in repr(found)
    pair.enrol_one("pol", "Pol Hunt", "essex-police", "ig-officer")
    assert list_possible(pair.broker, Acting("pol", "ig-officer")) == ()
    with pytest.raises(NotAllowed):
        list_possible(pair.broker, KIM)
    pair.mark("dan", ProtectionMarker.PROTECTED)
    assert list_possible(pair.broker, OFFICER) == (), "whoever is protected is in no list"


def test_a_match_is_rejected_for_good(pair: Office) -> None:
    new, dan = pair.people["new"], pair.people["dan"]
    before = state(pair)
    with pytest.raises(CallWrong, match="reason"):
        reject_match(pair.broker, OFFICER, new, dan, " ")
    reject_match(pair.broker, OFFICER, new, dan, "father and son")
    assert list_possible(pair.broker, OFFICER) == ()
    assert state(pair) == before
    with pytest.raises(CallWrong, match="none that waits"):
        confirm_match(pair.broker, OFFICER, new, dan, "passport")


def test_to_confirm_one_needs_evidence_and_moves_what_is_the_organisations_own(pair: Office) -> None:
    new, dan = pair.people["new"], pair.people["dan"]
    with pytest.raises(CallWrong, match="evidence"):
        confirm_match(pair.broker, OFFICER, new, dan, " ")
    assert services(pair) == {"dans"}
    confirmed(pair)
    assert services(pair) == {"dans", "news"}, "what the police hold is the police's to decide"
    after = state(pair)
    assert after["keys"] == {"claims:dan": dan, "claims:new": dan}
    assert ProtectionMarker.ADDRESS_PROTECTED in after["people"][dan].markers
    copied = [tie for tie in after["ties"] if tie.to_id == dan]
    assert [tie.parental_responsibility for tie in copied] == [False], "a merge gives nobody standing"
    assert list_possible(pair.broker, OFFICER) == ()


def test_an_unmerge_restores_both_as_they_were_and_lists_exactly_the_tainted_releases(pair: Office) -> None:
    before = state(pair)
    services(pair)
    merge = confirmed(pair)
    tainted = [pair.ask(about=("dan",), case=pair.cases["dan"]).id for _ in range(2)]
    pair.ask(about=("child",))
    pair.step()
    with pytest.raises(CallWrong, match="reason"):
        unmerge(pair.broker, OFFICER, merge, " ")
    made = unmerge(pair.broker, OFFICER, merge, WHY, breach="One man's records were shown as another's")
    assert [one.disclosure_id for one in made.tainted] == tainted
    assert state(pair) == before
    assert services(pair) == {"dans"}
    assert topics(pair, KIM).count("unmerged") == 2
    (notice, _) = pair.notices("unmerged")
    assert pair.people["new"] not in str(notice.notice.body), "the recipient never heard of the other"
    entry = next(one for one in pair.entries() if one.event == "people.unmerged")
    assert (entry.details["link"], entry.details["tainted"]) == (merge, 2)
    assert made.breach_id is not None
    with pytest.raises(CallWrong, match="taken apart already"):
        unmerge(pair.broker, OFFICER, merge, WHY)


def test_what_could_not_be_undone_is_not_merged(pair: Office) -> None:
    record(pair, "both", ["dan", "new"])
    with pytest.raises(CallWrong, match="a record is about both"):
        confirmed(pair)
    pair.consent("new", "new")
    with pytest.raises(CallWrong, match="decisions of their own"):
        confirmed(pair)


@pytest.mark.parametrize("friend_of", ["new", "dan"])
def test_who_is_who_is_not_for_somebody_who_knows_either(pair: Office, friend_of: str) -> None:
    friend = pair.befriend("fay", friend_of, "ecc", "ig-officer")
    new, dan = pair.people["new"], pair.people["dan"]
    with pytest.raises(NotAllowed, match="another officer"):
        confirm_match(pair.broker, friend, new, dan, "passport")
    with pytest.raises(NotAllowed, match="another officer"):
        split_person(pair.broker, friend, dan, new, [], ["claims:dan"], WHY)
    merge = confirmed(pair)
    pair.step()
    with pytest.raises(NotAllowed, match="another officer"):
        unmerge(pair.broker, friend, merge, WHY)
    assert pair.entries()[-1].event == "access.refused"


def test_two_men_loaded_as_one_are_taken_apart(pair: Office) -> None:
    wrong = record(pair, "wrongly-his", ["dan"])
    shown = pair.ask(about=("dan",), case=pair.cases["dan"]).id
    pair.step()
    frozen = freeze_person(pair.broker, OFFICER, pair.people["dan"], "two Daniel Smiths")
    assert services(pair) == set(), "frozen whole"
    assert [one.source_id for one in list_sources(pair.broker, OFFICER, pair.people["dan"])] == ["claims:dan"]
    dan, new = pair.people["dan"], pair.people["new"]
    for wrongly in ({"records": ["r-never"]}, {"sources": ["claims:never"]}, {}):
        with pytest.raises(CallWrong):
            split_person(
                pair.broker, OFFICER, dan, new, wrongly.get("records", []), wrongly.get("sources", []), WHY
            )
    made = split_person(pair.broker, OFFICER, dan, new, [wrong], [], WHY)
    assert [one.disclosure_id for one in made.tainted] == [shown]
    assert services(pair) == {"dans"}
    assert list_disputes(pair.broker, OFFICER) == (), "the freeze ended with it"
    assert frozen
    assert state(pair)["about"][wrong] == frozenset({new})


def test_a_record_that_is_somebody_elses_is_frozen_at_once_and_for_everybody(office: Office) -> None:
    office.ask()
    record_id = attendance_of(office)
    office.step()
    with pytest.raises(CallWrong, match="none that your organisation was shown"):
        dispute_record(office.broker, KIM, "r-never", "not ours")
    reference = dispute_record(office.broker, KIM, record_id, "we know no such pupil")
    assert "attendance" not in shown_kinds(office)
    office.enrol_one("isa", "Isa Orr", "oakdale-primary", "ig-officer")
    isa = Acting("isa", "ig-officer")
    assert topics(office, isa) == ["not-this-person-claimed"]
    (waiting,) = list_disputes(office.broker, isa)
    assert (waiting.matter_id, waiting.record_id) == (reference, record_id)
    with pytest.raises(CallWrong, match="your organisation has no"):
        settle_dispute(office.broker, OFFICER, reference, WHY, right=True)
    settled = settle_dispute(office.broker, isa, reference, WHY, right=True)
    assert settled.told == ()
    assert "attendance" in shown_kinds(office)
    assert list_disputes(office.broker, isa) == ()


@pytest.mark.parametrize("moved", [True, False])
def test_a_record_that_was_somebody_elses_is_moved_or_set_aside_and_told(office: Office, moved: bool) -> None:
    released = office.ask(about=("child",)).id
    record_id = attendance_of(office)
    office.step()
    reference = dispute_record(office.broker, KIM, record_id, "we know no such pupil")
    office.enrol_one("isa", "Isa Orr", "oakdale-primary", "ig-officer")
    isa = Acting("isa", "ig-officer")
    child, partner = office.people["child"], office.people["partner"]
    for wrong in ((partner, child), (child, "p-never")):
        with pytest.raises(CallWrong):
            settle_dispute(office.broker, isa, reference, WHY, right=False, move=wrong)
    move = (child, partner) if moved else None
    settled = settle_dispute(office.broker, isa, reference, WHY, right=False, move=move)
    assert [one.disclosure_id for one in settled.told] == [released]
    assert "attendance" not in shown_kinds(office)
    with office.broker.store.look() as view:
        about = find_versions(view, [record_id])[record_id][-1].header.about
        found = {one.header.id for one in find_headers(view, [partner])}
    assert about == frozenset({partner if moved else child})
    assert (record_id in found) == moved, "what was set aside stays frozen"


def test_nobody_disputes_what_they_were_never_shown(office: Office) -> None:
    office.enrol_one("uma", "Uma Rai", "southend", "triage")
    with pytest.raises(CallWrong, match="none that your organisation was shown"):
        dispute_record(office.broker, Acting("uma", "triage"), attendance_of(office), "not ours")
    with pytest.raises(NotAllowed):
        freeze_person(office.broker, TOM, office.people["child"], "two")


def attendance_of(office: Office) -> str:
    with office.broker.store.look() as view:
        found = find_headers(view, [office.people["child"]])
        return next(one.header.id for one in found if one.header.category == "attendance")


def shown_kinds(office: Office) -> set[str]:
    profile = office.ask().profile
    assert profile is not None
    return {item.papers.category for item in profile.items}


def test_the_verbs_as_typed(pair: Office) -> None:
    folder, who = pair.broker.settings.data_dir, ("--by", "ola", "--as", "ig-officer")
    (found,) = json.loads(run(folder, "link", "possible", *who, "--json").stdout)["possible"]
    both = ("--person", found["person"], "--same-as", found["same_as"])
    made = run(folder, "link", "confirm", *both, *who, "--evidence", "passport", "--json")
    assert made.returncode == 0, made.stderr
    merge = json.loads(made.stdout)["merge"]
    assert "No possible match waits." in run(folder, "link", "possible", *who).stdout
    assert "claims:new" in run(folder, "link", "sources", "--person", pair.people["dan"], *who).stdout
    apart = run(folder, "link", "unmerge", merge, *who, "--reason", WHY)
    assert "two people again" in apart.stdout, apart.stderr
    frozen = json.loads(
        run(folder, "link", "freeze", "--person", pair.people["dan"], *who, "--words", "two", "--json").stdout
    )
    assert "everything about" in run(folder, "link", "disputes", *who).stdout
    settled = run(folder, "link", "settle", frozen["dispute"], *who, "--right", "--reason", WHY)
    assert "right" in settled.stdout
    assert run(folder, "link", "reject", *both, *who, "--reason", WHY).returncode == 2
