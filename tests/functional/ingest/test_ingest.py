"""A county taken in through the real adapters into a real database."""

from __future__ import annotations

import csv
import json
from collections import defaultdict
from datetime import timedelta
from pathlib import Path

import pytest

from broker.agencies import Row, get_adapter, open_batch
from broker.audit.entry import parse_entry
from broker.audit.events import Event
from broker.clock import FrozenClock
from broker.dates import Period
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.store.audit import find_entries, find_tree_head, integrate_entries
from broker.store.feeds import find_feeds
from broker.store.gather import gather_facts
from broker.store.ingest import find_rejections
from broker.store.links import find_source_people
from broker.store.people import find_people
from broker.store.records import open_contents
from broker.store.vault import find_by_identifier, find_identities
from broker.usecases.acting import Acting
from broker.usecases.intake import ingest
from broker.usecases.intake.ingest import IngestCall, ingest_file
from broker.usecases.intake.ingest_people import claimed_key
from tests.functional.ingest.loading import RECEIVED_AT, broker_in, calls, counts, load, make_county

pytestmark = pytest.mark.usefixtures("on_each_database")

CHILD_INDEX = (
    "Child Unique ID,Forename,Surname,Gender,Date of Birth,NHS Number,UPN,Postcode,UPRN,Address Restricted,"
    "Date Last Updated"
)


@pytest.fixture(scope="module")
def county(tmp_path_factory: pytest.TempPathFactory) -> Path:
    return make_county(tmp_path_factory.mktemp("county"), families=60)


def test_a_second_run_changes_nothing(county: Path, tmp_path: Path) -> None:
    with broker_in(tmp_path) as broker:
        first = load(broker, county)
        before = counts(tmp_path)
        second = load(broker, county)
    assert sum(result.tally.new_people for result in first) == before["person"] > 100
    assert sum(result.tally.new_records for result in first) == before["record"] > 400
    assert counts(tmp_path) == before
    for result in second:
        assert result.seen_before
        assert (result.tally.new_people, result.tally.new_records, result.tally.changed_records) == (0, 0, 0)


def test_the_same_rows_in_another_file_change_nothing_but_the_batch(county: Path, tmp_path: Path) -> None:
    with broker_in(tmp_path / "data") as broker:
        load(broker, county)
        before = counts(tmp_path / "data")
        again = []
        for call in calls(county):
            # One blank line more: other bytes, the same rows.
            copy = tmp_path / f"again-{call.controller}-{call.path.name}"
            copy.write_bytes(call.path.read_bytes() + b"\r\n")
            again.append(ingest_file(broker, IngestCall(copy, call.adapter, call.controller)))
        after = counts(tmp_path / "data")
    for table, count in before.items():
        if table not in ("ingest_batch", "ingest_rejection"):
            assert after[table] == count, table
    assert not any(result.seen_before for result in again)
    assert sum(result.tally.unchanged_records for result in again) == before["record"]
    assert sum(result.tally.linked for result in again) > 0


def test_every_row_is_accounted_for_and_rejected_rows_go_back(county: Path, tmp_path: Path) -> None:
    truth = json.loads((county / "truth.json").read_text("utf-8"))
    with broker_in(tmp_path) as broker:
        for call in calls(county, rejects_folder=tmp_path):
            name = call.path.relative_to(county).as_posix()
            result = ingest_file(broker, call)
            receipt = result.receipt
            assert receipt.accepted + receipt.rejected + receipt.blank == receipt.rows_read
            spoilt = {int(row) for row in truth["spoilt"].get(name, {})}
            assert {rejection.row_number for rejection in result.rejections} == spoilt
            assert result.rejects_file is not None
            with result.rejects_file.open(encoding="utf-8-sig", newline="") as file:
                written = list(csv.DictReader(file))
            assert [int(row["row"]) for row in written] == [one.row_number for one in result.rejections]
            assert all(row["reason"] and row["what to do"] for row in written)
            with broker.store.look() as view:
                kept = find_rejections(view, result.batch_id)
            assert [(one.line, one.reason_code) for one in kept] == [
                (one.row_number, one.reason.value) for one in result.rejections
            ]


@pytest.mark.parametrize("seed", [1, 2, 3])
def test_nobody_is_linked_to_somebody_else(seed: int, tmp_path: Path) -> None:
    folder = make_county(tmp_path / "county", families=60, seed=seed)
    truth = json.loads((folder / "truth.json").read_text("utf-8"))["rows"]
    who: defaultdict[str, set[str]] = defaultdict(set)
    parts: defaultdict[str, set[str]] = defaultdict(set)
    with broker_in(tmp_path / "data") as broker:
        load(broker, folder)
        organisations = broker.partnership.vocabulary.organisations
        for call in calls(folder):
            truly = truth[call.path.relative_to(folder).as_posix()]
            organisation = organisations[call.controller]
            with (
                open_batch(call.path, call.adapter, organisation, RECEIVED_AT.date()) as batch,
                broker.store.look() as view,
            ):
                for row in batch:
                    if not isinstance(row, Row):
                        continue
                    for record in row.records:
                        for person in record.persons:
                            key = claimed_key(record, person)
                            found = find_source_people(view, call.controller, [key])[key].person_id
                            real = truly[str(person.row_number)][person.ref]
                            who[found].add(real)
                            parts[real].add(found)
    assert [len(real) for real in who.values() if len(real) > 1] == []
    # Most people are one person here too; those who are not wait as possible matches.
    assert sum(len(found) == 1 for found in parts.values()) > 0.7 * len(parts)


def test_what_is_stored_can_be_decided_on_and_opened(county: Path, tmp_path: Path) -> None:
    truth = json.loads((county / "truth.json").read_text("utf-8"))
    child = next(one for one in truth["people"] if one["upn"] and one["nhs_number"] and one["school"])
    with broker_in(tmp_path) as broker:
        load(broker, county)
        with broker.store.look() as view:
            ids = find_by_identifier(view, "upn", child["upn"])
            assert ids
            facts = gather_facts(view, ids)
            categories = {header.category for header in facts.records}
            contents = open_contents(view, [header.id for header in facts.records])
            identities = find_identities(view, ids)
    assert categories & {"attendance", "identity", "household"}
    assert all(contents[header.id] for header in facts.records)
    assert {identity.born_on.isoformat() for identity in identities.values() if identity.born_on} == {
        child["born"]
    }
    assert not any(one.parental_responsibility for one in facts.relationships)


def test_a_restricted_address_marks_the_child_and_is_not_lifted(tmp_path: Path) -> None:
    def index(restricted: str, updated: str) -> Path:
        row = f"C1,Ada,Example,b) Female,01/02/2015,999 000 0018,,CM1 1LX,,{restricted},{updated}"
        path = tmp_path / f"index-{restricted}.csv"
        path.write_text(f"{CHILD_INDEX}\n{row}\n", "utf-8")
        return path

    adapter = get_adapter("child-index")
    with broker_in(tmp_path / "data") as broker:
        for path in (index("N", "01/10/2026"), index("Y", "02/10/2026"), index("N", "03/10/2026")):
            ingest_file(broker, IngestCall(path, adapter, "ecc"))
        with broker.store.look() as view:
            (person_id,) = find_by_identifier(view, "nhs-number", "9990000018")
            person = find_people(view, [person_id])[person_id]
    assert person.markers == {ProtectionMarker.ADDRESS_PROTECTED}


def test_a_bad_number_is_kept_as_reported_and_found_by_nobody(tmp_path: Path) -> None:
    path = tmp_path / "index.csv"
    path.write_text(
        f"{CHILD_INDEX}\nC1,Ada,Example,b) Female,01/02/2015,9990000019,,CM1 1LX,,N,01/10/2026\n", "utf-8"
    )
    with broker_in(tmp_path / "data") as broker:
        result = ingest_file(broker, IngestCall(path, get_adapter("child-index"), "ecc"))
        with broker.store.look() as view:
            (person_id,) = (found.person_id for found in find_source_people(view, "ecc", ["number:C1"]).values())
            identity = find_identities(view, [person_id])[person_id]
            assert find_by_identifier(view, "nhs-number", "9990000019") == ()
    assert result.receipt.flagged == 1
    assert identity.unusable == {"nhs-number": ("9990000019",)}
    assert identity.identifiers == {}


def test_an_unknown_column_is_alerted(tmp_path: Path) -> None:
    path = tmp_path / "index.csv"
    row = "C1,Ada,Example,b) Female,01/02/2015,,,CM1 1LX,,N,01/10/2026,blue"
    path.write_text(f"{CHILD_INDEX},Favourite Colour\n{row}\n", "utf-8")
    with broker_in(tmp_path / "data") as broker:
        result = ingest_file(broker, IngestCall(path, get_adapter("child-index"), "ecc"))
    (alert,) = result.as_json()["alerts"]
    assert "`Favourite Colour`" in alert
    assert result.receipt.accepted == 1


def test_a_list_sent_again_is_heard_once_a_day(tmp_path: Path) -> None:
    same = tmp_path / "same.csv"
    same.write_text(f"{CHILD_INDEX}\nC1,Ada,Example,b) Female,01/02/2015,,,CM1 1LX,,N,01/10/2026\n", "utf-8")
    clock = FrozenClock(RECEIVED_AT)
    call = IngestCall(same, get_adapter("child-index"), "ecc", every=Period(days=1))
    heard = []
    with broker_in(tmp_path / "data", clock) as broker:
        for wait in (timedelta(), timedelta(hours=1), timedelta(days=1)):
            clock.advance(wait)
            result = ingest_file(broker, call)
            heard.append(result.feed_received)
        with broker.store.look() as view:
            feed = find_feeds(view)["ecc/child-index"]
    assert heard == [True, False, True]
    assert feed.last_received_at >= RECEIVED_AT + timedelta(days=1)
    assert feed.categories == {"identity", "contact-details"}


def test_a_dry_run_says_the_same_and_stores_nothing(county: Path, tmp_path: Path) -> None:
    with broker_in(tmp_path) as broker:
        empty = counts(tmp_path)
        dry = ingest_file(broker, calls(county, dry_run=True)[0])
        assert counts(tmp_path) == empty
        real = ingest_file(broker, calls(county)[0])
    assert dry.tally == real.tally
    assert dry.rejects_file is None


def test_a_file_that_is_not_what_it_is_said_to_be_changes_nothing(tmp_path: Path) -> None:
    path = tmp_path / "index.csv"
    path.write_text("name,date\nx,y\n", "utf-8")
    with broker_in(tmp_path / "data") as broker:
        empty = counts(tmp_path / "data")
        with pytest.raises(CallWrong, match="lacks"):
            ingest_file(broker, IngestCall(path, get_adapter("child-index"), "ecc"))
    assert counts(tmp_path / "data") == empty


def test_who_may_not_load_is_refused(county: Path, tmp_path: Path) -> None:
    call = calls(county)[0]
    with broker_in(tmp_path) as broker:
        with pytest.raises(NotAllowed):
            ingest_file(broker, IngestCall(call.path, call.adapter, "ecc", Acting("nobody", "administrator")))
        with pytest.raises(CallWrong, match="may not send"):
            ingest_file(broker, IngestCall(call.path, call.adapter, "essex-police"))
        with pytest.raises(CallWrong, match="did you mean"):
            ingest_file(broker, IngestCall(call.path, call.adapter, "eccc"))


def test_a_file_too_long_to_hold_is_read_again_and_comes_to_the_same(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    with broker_in(tmp_path / "held") as broker:
        held = [result.tally for result in load(broker, county)]
    monkeypatch.setattr(ingest, "MOST_HELD", 10)
    with broker_in(tmp_path / "read-again") as broker:
        again = [result.tally for result in load(broker, county)]
    assert held == again
    assert counts(tmp_path / "held") == counts(tmp_path / "read-again")


def test_a_file_that_changes_while_it_is_read_is_not_received(
    county: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    monkeypatch.setattr(ingest, "MOST_HELD", 10)
    call = calls(county)[0]
    path = tmp_path / "index.csv"
    path.write_bytes(call.path.read_bytes())
    with broker_in(tmp_path / "data") as broker:

        def meddle(_done: int, _of: int) -> None:
            with path.open("ab") as file:
                file.write(b"\r\n")

        monkeypatch.setattr(ingest, "ROWS_AT_A_TIME", 10)
        with pytest.raises(CallWrong, match="changed while it was being read"):
            ingest_file(broker, IngestCall(path, call.adapter, call.controller), meddle)
        assert counts(tmp_path / "data")["ingest_batch"] == 0
        result = ingest_file(broker, IngestCall(path, call.adapter, call.controller))
    assert not result.seen_before
    assert counts(tmp_path / "data")["ingest_batch"] == 1


def test_the_log_says_what_was_taken_in_and_names_nobody(county: Path, tmp_path: Path) -> None:
    with broker_in(tmp_path) as broker:
        result = ingest_file(broker, calls(county)[0])
        while integrate_entries(broker.store, broker.clock):
            pass
        with broker.store.look() as view:
            size = find_tree_head(view).frontier.size
            entries = [parse_entry(data) for data in find_entries(view, 0, size)]
    whole = [one for one in entries if "batch_digest" in one.details]
    assert [one.details["accepted"] for one in whole] == [result.receipt.accepted]
    assert whole[0].details["batch_digest"] == result.receipt.file_digest
    assert {one.organisation for one in entries} == {"ecc"}
    parts = [one for one in entries if one.event is Event.RECORDS_INGESTED and one not in whole]
    assert sum(one.details["accepted"] for one in parts) == result.receipt.accepted
    # Who is known to whom is a secret of its own: only a marker names people, by pseudonyms of the log.
    assert {one.event for one in entries if one.about} <= {Event.MARKER_SET}
