"""Consent: written down always, counting only with standing, biting at once, told to whoever had received."""

from __future__ import annotations

from datetime import UTC, datetime

import pytest

from broker.audit.verify import Verdict
from broker.consent.record import ConsentDecision, ConsentKind
from broker.dates import Interval
from broker.errors import CallWrong, NotAllowed, SystemFailed
from broker.people import Competence, ProtectionMarker
from broker.release.disclosure import Disclosure
from broker.release.receipt import PAGE_COLUMNS, PAGE_LINES, receipt_text
from broker.store.consents import find_consents
from broker.usecases.acting import Acting
from broker.usecases.consent.append_consent import Evidence
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.log.verify_log import verify_live
from broker.usecases.people.assess_person import Assessment, assess
from broker.usecases.people.standing_of import NOBODY
from tests.functional.usecases.office import KIM, OFFICER, Office, full_disk


def kinds_shown(disclosure: Disclosure) -> set[str]:
    assert disclosure.profile is not None
    return {item.papers.category for item in disclosure.profile.items}


def given_for(office: Office, who: str) -> str:
    with office.broker.store.look() as view:
        return find_consents(view, [office.people[who]])[0].id


def test_withdrawal_bites_at_once_and_whoever_received_something_is_told(office: Office) -> None:
    before = office.ask()
    office.step()
    kept = withdraw_consent(office.broker, KIM, Withdrawal(given_for(office, "child")))
    after = office.ask()
    assert "attendance" in kinds_shown(before)
    assert "attendance" not in kinds_shown(after)
    assert [(told.disclosure_id, told.recipient) for told in kept.told] == [(before.id, "ecc")]
    (notice,) = office.notices("withdrawal")
    assert notice.notice.recipient == "ecc"
    assert notice.notice.body["disclosure"] == before.id
    assert ["attendance", "oakdale-primary"] in notice.notice.body["cells"]
    assert any(line.startswith("Supporting a family") for line in kept.stops)
    assert "Child protection enquiry" in kept.goes_on


def test_what_does_not_rest_on_consent_goes_on_after_a_withdrawal(office: Office) -> None:
    withdraw_consent(office.broker, KIM, Withdrawal(given_for(office, "mum")))
    assert "staff-safety" in kinds_shown(office.ask())


def test_a_withdrawal_of_one_kind_stops_that_kind_alone_and_the_log_stays_sound(office: Office) -> None:
    office.record("oakdale-primary", "exclusions", ["child"], {"kind": "fixed-term", "days": 2})
    office.ask()
    office.step()
    only = Withdrawal(given_for(office, "child"), categories=frozenset({"attendance"}))
    kept = withdraw_consent(office.broker, KIM, only)
    shown = kinds_shown(office.ask())
    assert "exclusions" in shown
    assert "attendance" not in shown
    assert len(kept.told) == 1
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_a_later_yes_revives_what_was_withdrawn_and_the_log_stays_sound(office: Office) -> None:
    withdraw_consent(office.broker, KIM, Withdrawal(given_for(office, "child")))
    assert "attendance" not in kinds_shown(office.ask())
    office.consent("child", "mum")
    assert "attendance" in kinds_shown(office.ask())
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_a_stepfather_without_parental_responsibility_is_written_down_and_changes_nothing(office: Office) -> None:
    withdraw_consent(office.broker, KIM, Withdrawal(given_for(office, "child")))
    kept = office.consent("child", "partner")
    assert not kept.counts
    assert kept.standing.who == ("their mother, who has parental responsibility",)
    assert "attendance" not in kinds_shown(office.ask())
    assert "changes nothing by itself" in " ".join(receipt_text(kept.receipt).split())


def test_nobody_unsafe_to_approach_is_ever_pointed_to(office: Office) -> None:
    office.mark("mum", ProtectionMarker.UNSAFE_TO_APPROACH)
    kept = office.consent("child", "partner")
    assert kept.standing.who == ()
    assert NOBODY in kept.standing.in_words
    assert "mother" not in kept.standing.in_words


def test_nobody_protected_is_ever_pointed_to_or_can_be_recorded(office: Office) -> None:
    office.mark("mum", ProtectionMarker.PROTECTED)
    assert office.consent("child", "partner").standing.who == ()
    told = []
    for signatory in (office.people["mum"], "p-neverissuedneverissued22"):
        office.people["somebody"] = signatory
        with pytest.raises(CallWrong) as refused:
            office.consent("child", "somebody")
        told.append(str(refused.value).replace(signatory, "…"))
    assert told[0] == told[1]


def test_one_sign_of_pressure_and_nothing_rests_on_it_and_no_sheet_says_so(office: Office) -> None:
    evidence = Evidence(words="signed", present=("canary-partner",), private_time=False)
    kept = office.consent("child", "mum", unsafe=True, evidence=evidence)
    sheet = receipt_text(kept.receipt).lower()
    assert "attendance" not in kinds_shown(office.ask())
    for silent in ("unsafe", "pressure", "canary", "alone", "room"):
        assert silent not in sheet
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_a_competent_child_decides_alone_and_the_sheet_names_no_private_service(office: Office) -> None:
    competence = Competence(Interval(office.clock.now()), frozenset({"sexual-health"}))
    assess(office.broker, KIM, office.people["child"], Assessment("seen alone on 2 March", competence))
    mother = office.consent("child", "mum", categories=frozenset({"sexual-health"}))
    own = office.consent("child", "child", categories=frozenset({"sexual-health"}))
    assert not mother.counts
    assert mother.standing.who == ("the person themselves",)
    assert own.counts
    sheet = receipt_text(own.receipt)
    part = sheet[: sheet.index("WHAT WE WOULD NOT SHARE")]
    assert "exual health" not in part


@pytest.mark.parametrize(
    ("kind", "decision"),
    [(kind, decision) for kind in ConsentKind for decision in (ConsentDecision.GIVEN, ConsentDecision.REFUSED)],
)
def test_every_receipt_is_one_side_of_a4(office: Office, kind: ConsentKind, decision: ConsentDecision) -> None:
    kept = office.consent("mum", "mum", decision, kind=kind, until_at=datetime(2027, 3, 2, tzinfo=UTC))
    lines = receipt_text(kept.receipt).splitlines()
    assert len(lines) <= PAGE_LINES
    assert max(map(len, lines)) <= PAGE_COLUMNS
    assert kept.consent_id in "\n".join(lines)
    assert any("CHANGE YOUR MIND" in line for line in lines)


def test_an_objection_refers_what_may_be_weighed(office: Office) -> None:
    office.consent("mum", "mum", kind=ConsentKind.OBJECTION)
    disclosure = office.ask()
    assert disclosure.profile is not None
    told = {line.reason for line in disclosure.profile.not_shared if line.category == "staff-safety"}
    assert told == {"holder-decides"}


def test_consent_needs_a_role_that_may_take_it_and_the_refusal_is_logged(office: Office) -> None:
    count = len(office.entries())
    with pytest.raises(NotAllowed):
        withdraw_consent(office.broker, OFFICER, Withdrawal(given_for(office, "mum")))
    with pytest.raises(NotAllowed):
        withdraw_consent(office.broker, Acting("kim", "social-worker"), Withdrawal(given_for(office, "mum")))
    assert [entry.event for entry in office.entries()[count:]] == ["access.refused"] * 2


def test_a_decision_cannot_lie_in_the_future_nor_end_before_it_begins(office: Office) -> None:
    with pytest.raises(CallWrong, match="future"):
        office.consent("mum", "mum", at=datetime(2030, 1, 1, tzinfo=UTC))
    with pytest.raises(CallWrong, match="ends before"):
        office.consent("mum", "mum", until_at=datetime(2020, 1, 1, tzinfo=UTC))


def test_where_a_notice_cannot_be_queued_nothing_is_withdrawn(office: Office) -> None:
    office.ask()
    count = len(office.entries())
    with full_disk(office, "notice"), pytest.raises(SystemFailed):
        withdraw_consent(office.broker, KIM, Withdrawal(given_for(office, "child")))
    assert len(office.entries()) == count
    assert "attendance" in kinds_shown(office.ask())
