"""What may not be seen changes no byte of any answer: status, headers, lengths and bodies of every address.

Of two offices with one past the second comes to hold what this requester may never learn of: a clinic's record, a
refusal or a withdrawal about it, an adoption, somebody protected. Then both are asked the same.
"""

from __future__ import annotations

from collections.abc import Callable, Mapping
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
from sqlalchemy import func, select

from broker.api import asking
from broker.api.v1 import profiles
from broker.consent.record import ConsentDecision, ConsentKind
from broker.people import ProtectionMarker
from broker.store.headers import RECORDS
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.partners.admit_request import Admitted
from broker.usecases.people.people import NewPerson, add_person
from tests.functional.api.twin_offices import transcript, twins
from tests.functional.usecases.office import KIM, TRIAGE, Office, Template

CLINIC: Final = {"in_service": "yes", "concern": "canary-clinic"}
ANSWERED: Final = {
    "profile": 200,
    "profile again": 200,
    "profile of nobody": 200,
    "consent": 201,
    "consent of nobody": 400,
    "withdrawal": 201,
    "list": 200,
    "one": 200,
    "profile after": 200,
    "team": 200,
    "agreements": 200,
    "records": 200,
    "proof": 404,
}
"""What is asked, and how it is answered: a comparison of thirteen refusals would be worth little."""
NAMED: Final = frozenset({"sexual-health"})


def held(office: Office, _hidden: str) -> None:
    """A clinic holds something, and nobody agreed."""
    office.record("essex-sexual-health", "sexual-health", ["child"], CLINIC)


def refused(office: Office, hidden: str) -> None:
    """It was asked whether the clinic may be told of, and the answer was no."""
    held(office, hidden)
    office.consent("child", "mum", ConsentDecision.REFUSED, categories=NAMED, kind=ConsentKind.DATA_PROTECTION)


def withdrawn(office: Office, hidden: str) -> None:
    """Somebody agreed, and took it back."""
    held(office, hidden)
    given = office.consent("child", "mum", categories=NAMED, kind=ConsentKind.DATA_PROTECTION)
    office.step()
    withdraw_consent(office.broker, KIM, Withdrawal(given.consent_id))


def sealed(office: Office, _hidden: str) -> None:
    """The child was adopted."""
    office.record("ecc", "adoption-link", ["child"], {})


def protected(office: Office, hidden: str) -> None:
    """Somebody lives there who does not exist for anyone."""
    office.step()
    new = NewPerson("Hidden", "Testing", date(2010, 1, 1), postcode="CM1 1LX")
    assert add_person(office.broker, TRIAGE, new) == hidden
    office.people["hidden"] = hidden
    office.step()
    office.mark("hidden", ProtectionMarker.PROTECTED)
    del office.people["hidden"]


@pytest.fixture(autouse=True)
def seeded_cursors(monkeypatch: pytest.MonkeyPatch) -> None:
    """A cursor is sealed under random bytes: here always the same."""
    monkeypatch.setattr("broker.keyring.envelope.os.urandom", lambda size: bytes(size))


@pytest.mark.parametrize("differ", [held, refused, withdrawn, sealed, protected])
def test_what_may_not_be_seen_changes_no_byte(
    template: Template, tmp_path: Path, differ: Callable[[Office, str], None]
) -> None:
    with twins(template, tmp_path, differ) as (one, two):
        transcripts = transcript(one), transcript(two)
    assert {name: status for name, status, _, _ in transcripts[0]} == ANSWERED
    for first, second in zip(*transcripts, strict=True):
        assert first == second


def leak_header(rows: int, value: Mapping[str, Any]) -> tuple[Mapping[str, Any], int, dict[str, str]]:
    return value, 200, {"x-looked-at": str(rows)}


def leak_length(rows: int, value: Mapping[str, Any]) -> tuple[Mapping[str, Any], int, dict[str, str]]:
    return {**value, "padding": " " * rows}, 200, {}


def leak_status(rows: int, value: Mapping[str, Any]) -> tuple[Mapping[str, Any], int, dict[str, str]]:
    return value, 200 + rows % 2, {}


@pytest.mark.parametrize("leak", [leak_header, leak_length, leak_status])
def test_a_leak_of_each_kind_is_noticed(
    template: Template,
    tmp_path: Path,
    monkeypatch: pytest.MonkeyPatch,
    leak: Callable[[int, Mapping[str, Any]], tuple[Mapping[str, Any], int, dict[str, str]]],
) -> None:
    """Without this the test above could compare nothing."""
    with twins(template, tmp_path, held) as (one, two):
        transcripts = []
        for twin in (one, two):
            with twin.council.office.broker.store.look() as view:
                rows = int(view.read(select(func.count()).select_from(RECORDS))[0][0])

            def leaking(admitted: Admitted, value: Mapping[str, Any], rows: int = rows) -> Any:
                told, status, headers = leak(rows, value)
                return asking.json_answer(admitted, told, status, headers)

            monkeypatch.setattr(profiles, "json_answer", leaking)
            transcripts.append(transcript(twin))
    differing = [first[0] for first, second in zip(*transcripts, strict=True) if first != second]
    assert differing[:2] == ["profile", "profile again"]


def test_somebody_protected_who_is_forgotten_once_is_noticed(
    template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A use case that looked for people without taking the protected out."""
    monkeypatch.setattr("broker.usecases.consent.append_consent.without_protected", lambda facts: (facts, None))
    with twins(template, tmp_path, protected) as (one, two):
        pairs = zip(transcript(one), transcript(two), strict=True)
        differing = {first[0]: (first[1], second[1]) for first, second in pairs if first != second}
    assert differing["consent of nobody"] == (400, 201)
