"""What is noticed and what is not, as the hazard log says it (docs/safety/hazard-log.md): a restored older backup,
and somebody protected who is made known again. A limit that goes is taken out of the hazard log with its test."""

from __future__ import annotations

import sqlite3
from collections.abc import Iterator
from contextlib import closing
from datetime import date
from pathlib import Path

import pytest

from broker.agencies import get_adapter
from broker.audit.verify import Verdict
from broker.people import ProtectionMarker
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.intake.ingest import IngestCall, ingest_file
from broker.usecases.log.verify_log import verify_live
from broker.usecases.people.people import NewPerson, Search, Wanted, add_person, find_person
from tests.functional.ingest.test_ingest import CHILD_INDEX
from tests.functional.usecases.office import KIM, TRIAGE, Office, open_office, working
from tests.functional.usecases.test_silence import two_offices

PARTNER = Wanted(given_names="Partner", family_name="Testing", born_on=date(1985, 1, 1))
REASON = "new contact"
MADE_KNOWN = "alert-protected-made-known"


@pytest.fixture
def embedded(tmp_path: Path) -> Iterator[Office]:
    """An office at work on the embedded database, whose file can be copied and put back."""
    with open_office(tmp_path / "office") as found:
        working(found)
        yield found


def copied(from_file: Path, to_file: Path) -> None:
    with closing(sqlite3.connect(from_file)) as one, closing(sqlite3.connect(to_file)) as other:
        one.backup(other)


def test_an_older_backup_restored_is_noticed_by_verifying_and_not_by_asking(
    embedded: Office, tmp_path: Path
) -> None:
    live, backup = embedded.broker.settings.data_dir / "broker.db", tmp_path / "backup.db"
    given = embedded.consent("mum", "mum")
    copied(live, backup)
    embedded.step()
    withdraw_consent(embedded.broker, KIM, Withdrawal(given.consent_id))
    assert verify_live(embedded.broker).verdict is Verdict.SOUND
    without = embedded.ask()
    copied(backup, live)
    with_it = embedded.ask()
    assert without.profile is not None
    assert with_it.profile is not None
    # The limit: what was withdrawn since the backup is relied on again until somebody verifies.
    assert len(with_it.profile.items) > len(without.profile.items)
    assert verify_live(embedded.broker).verdict is Verdict.TAMPERED


def test_somebody_protected_who_is_made_known_again_is_new_and_the_custodians_hear_of_it(office: Office) -> None:
    office.record("ecc", "involvement", ["partner"], {"service": "Early help"})
    office.mark("partner", ProtectionMarker.PROTECTED)
    assert find_person(office.broker, TRIAGE, PARTNER, "front-door-screening", REASON) == Search((), stopped=False)
    assert office.notices("alert-protected-person"), "the custodians hear of the search"
    again = add_person(office.broker, TRIAGE, NewPerson("Partner", "Testing", date(1985, 1, 1)))
    found = find_person(office.broker, TRIAGE, PARTNER, "front-door-screening", REASON).found
    # The limit: the new id is protected from nobody until a custodian, who alone is told, marks it.
    assert [one.person_id for one in found] == [again]
    told = office.notices(MADE_KNOWN)
    assert {one.notice.recipient for one in told} == {"ecc"}
    assert [one.notice.body for one in told] == [
        {"about": [office.people["partner"]], "people": [again], "by": TRIAGE.by}
    ]


def test_making_somebody_known_who_resembles_nobody_protected_tells_nobody(office: Office) -> None:
    add_person(office.broker, TRIAGE, NewPerson("Partner", "Testing", date(1985, 1, 1)))
    assert office.notices(MADE_KNOWN) == []


def test_a_list_that_makes_somebody_protected_known_again_tells_their_custodians_and_the_sender_nothing(
    tmp_path: Path, database: str
) -> None:
    # No postcode: too little to be linked to the child that is known, so somebody new is made known.
    path = tmp_path / "index.csv"
    path.write_text(f"{CHILD_INDEX}\nC1,Child,Testing,b) Female,01/06/2015,,,,,N,01/03/2026\n", "utf-8")
    answers, told, bodies = [], [], []
    with two_offices(tmp_path, database) as offices:
        for office, who in zip(offices, ("child", "mum"), strict=True):
            # Both have somebody protected; only in the first does the list tell of them.
            office.mark(who, ProtectionMarker.PROTECTED)
            office.reseed("ingesting")
            office.step()
            result = ingest_file(office.broker, IngestCall(path, get_adapter("child-index"), "ecc"))
            answers.append({**result.as_json(), "seconds": None})
            told.append([one.notice.recipient for one in office.notices(MADE_KNOWN)])
            bodies.append([one.notice.body for one in office.notices(MADE_KNOWN)])
    assert answers[0] == answers[1]
    assert answers[0]["new_people"] == 1
    assert told[0]
    assert told[1] == []
    for body in bodies[0]:
        assert body["about"] == [offices[0].people["child"]]
        assert len(body["people"]) == 1
        assert body["people"] != body["about"]


def test_a_list_tried_out_tells_nobody(tmp_path: Path) -> None:
    path = tmp_path / "index.csv"
    path.write_text(f"{CHILD_INDEX}\nC1,Child,Testing,b) Female,01/06/2015,,,,,N,01/03/2026\n", "utf-8")
    with open_office(tmp_path / "office") as office:
        working(office)
        office.mark("child", ProtectionMarker.PROTECTED)
        ingest_file(office.broker, IngestCall(path, get_adapter("child-index"), "ecc", dry_run=True))
        assert office.notices(MADE_KNOWN) == []
