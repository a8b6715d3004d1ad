"""A silent withholding is the same as nothing held: the same bytes, the same entries, nothing opened."""

from __future__ import annotations

from collections.abc import Iterable, Iterator
from contextlib import contextmanager
from datetime import datetime
from pathlib import Path
from typing import Any

import pytest

from broker.canonical import canonical_json
from broker.casework import CaseKind, Staff
from broker.casework.staff import StaffMember
from broker.people import ProtectionMarker
from broker.release.disclosure import Disclosure, as_mapping
from broker.store.session import View
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import NewCase, join_team, open_case
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.release import release_profile as releasing
from tests.functional.usecases.office import KIM, TRIAGE, Office, open_office, working

CLINIC = {"in_service": "yes", "concern": "canary-clinic"}


def transcript(disclosure: Disclosure) -> bytes:
    """Everything that leaves, receipt included."""
    return canonical_json(as_mapping(disclosure))


@contextmanager
def two_offices(folder: Path, database: str = "sqlite") -> Iterator[tuple[Office, Office]]:
    """Two offices with the same keys, clock and seed; in the first the child was at the clinic, in the second
    somebody was who is not asked about."""
    with (
        open_office(folder / "one", database=database) as one,
        open_office(folder / "two", keys_of=one, database=database) as two,
    ):
        for office, who in ((one, "child"), (two, "partner")):
            working(office)
            office.record("essex-sexual-health", "sexual-health", [who], CLINIC)
            office.reseed("asking")
        assert one.people == two.people
        yield one, two


def test_a_withheld_clinic_record_changes_no_byte_of_the_answer(tmp_path: Path, database: str) -> None:
    with two_offices(tmp_path, database) as (one, two):
        answers = [transcript(office.ask()) for office in (one, two)]
        entries = [[entry.event for entry in office.entries()] for office in (one, two)]
    assert answers[0] == answers[1]
    assert b"canary-clinic" not in answers[0]
    assert entries[0] == entries[1]


def test_the_transcripts_of_two_offices_can_differ_at_all(tmp_path: Path, database: str) -> None:
    """The comparison is worth something: a record that may be shown changes the bytes."""
    with two_offices(tmp_path, database) as (one, two):
        one.record("oakdale-primary", "exclusions", ["child"], {"kind": "fixed-term", "days": 2})
        two.record("oakdale-primary", "exclusions", ["partner"], {"kind": "fixed-term", "days": 2})
        for office in (one, two):
            office.reseed("asking again")
        assert transcript(one.ask()) != transcript(two.ask())


def test_no_content_of_a_withheld_record_is_opened(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    clinic = office.record("essex-sexual-health", "sexual-health", ["child"], CLINIC)
    really_open = releasing.open_contents
    opened: set[str] = set()

    def counting(
        view: View, record_ids: Iterable[str], known_at: datetime | None = None, keys: Any = None
    ) -> dict[str, dict[str, Any]]:
        wanted = list(record_ids)
        opened.update(wanted)
        return really_open(view, wanted, known_at, keys)

    monkeypatch.setattr(releasing, "open_contents", counting)
    disclosure = office.ask()
    assert disclosure.profile is not None
    assert opened == {item.record for item in disclosure.profile.items}
    assert len(opened) == 3
    assert clinic not in opened


def test_a_protected_person_and_an_id_never_issued_are_one_answer(tmp_path: Path, database: str) -> None:
    """In both offices the second id names nobody who can be shown; in one of them it is of somebody protected."""
    told = []
    with (
        open_office(tmp_path / "one", database=database) as one,
        open_office(tmp_path / "two", keys_of=one, database=database) as two,
    ):
        for office, who in ((one, "partner"), (two, "mum")):
            working(office)
            office.step()
            office.mark("partner", ProtectionMarker.PROTECTED)
            office.reseed("asking")
            asked = office.people[who] if who == "partner" else "p-neverissuedneverissued22"
            disclosure = office.ask(about=["mum", asked], case=office.cases["team"])
            told.append((disclosure.outcome, disclosure.refused_because))
            alerts = office.notices("alert-protected-person")
            assert bool(alerts) == (who == "partner")
            assert [entry.event for entry in office.entries()][-1] == "profile.refused"
    assert told == [("refused", "not-available")] * 2


def test_a_conflict_of_interest_is_told_as_not_available_and_alerts(office: Office) -> None:
    sister = Staff("jo", "ecc", frozenset({"team-member"}), links=frozenset({office.people["mum"]}))
    enrol_staff(office.broker, [StaffMember(sister, "Jo Park")])
    office.step()
    join_team(office.broker, KIM, office.cases["team"], "jo")
    disclosure = office.ask(Acting("jo", "team-member"))
    assert (disclosure.outcome, disclosure.refused_because) == ("refused", "not-available")
    last = office.entries()[-1]
    assert (last.event, last.details["reason"]) == ("profile.refused", "conflict-of-interest")
    (alert,) = office.notices("alert-conflict-of-interest")
    assert alert.notice.recipient == "ecc"


def test_a_hard_stop_met_by_a_protective_request_alerts_its_holder_and_nobody_else(office: Office) -> None:
    contact = open_case(
        office.broker,
        TRIAGE,
        NewCase(CaseKind.CONTACT, 3, frozenset({"front-door-screening"}), frozenset(office.people.values())),
    ).case.id
    before = office.ask(TRIAGE, purpose="front-door-screening", case=contact)
    count = len(office.entries())
    office.record("ecc", "adoption-link", ["child"], {})
    after = office.ask(TRIAGE, purpose="front-door-screening", case=contact)
    assert before.profile is not None
    assert after.profile is not None
    assert after.profile.items == before.profile.items
    assert after.profile.not_shared == before.profile.not_shared
    assert len(office.entries()) == count + 2, "the record's own entry and the release's"
    (alert,) = office.notices("alert-hard-stop")
    assert alert.notice.recipient == "ecc"


def test_the_answer_has_the_same_keys_whether_it_is_refused_or_not(office: Office) -> None:
    answered = as_mapping(office.ask())
    refused = as_mapping(office.ask(purpose="section-47"))
    assert refused["outcome"] == "refused"
    assert answered.keys() == refused.keys()
