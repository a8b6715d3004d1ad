"""Notices, and who in the family was told, through their pages."""

from __future__ import annotations

import html
import re

from broker.consent.record import ConsentDecision
from broker.people import ProtectionMarker
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from tests.functional.usecases.office import KIM
from tests.functional.web.visitors import Pages, Visitor, text_of

AGAIN = {"look-again-day": "1", "look-again-month": "6", "look-again-year": "2026"}


def kim(pages: Pages) -> Visitor:
    return pages.visitor("kim", "lead-practitioner")


def withdrawn(pages: Pages) -> None:
    """Kim had a summary, and then mum took her agreement for the child back."""
    office = pages.office
    office.consent("mum", "mum")
    given = office.consent("child", "mum", ConsentDecision.GIVEN)
    office.ask()
    office.step()
    withdraw_consent(office.broker, KIM, Withdrawal(given.consent_id, office.people["mum"]))


def test_what_was_given_before_a_withdrawal_is_to_be_stopped(pages: Pages) -> None:
    withdrawn(pages)
    shown = text_of(kim(pages), "/notices")
    assert "Somebody took back what they had agreed to. Stop using this" in shown
    assert "About Child Testing" in shown
    assert "School attendance" in shown
    (path, *_) = re.findall(r'action="(/notices/[^"]+)"', shown)
    missing = kim(pages).post(path)
    assert missing.status_code == 422
    assert "Answer “What did you do?”: choose one" in html.unescape(missing.text)
    assert kim(pages).post(path, {"finding": "told"}).status_code == 303
    assert path not in text_of(kim(pages), "/notices")
    assert kim(pages).post(path, {"finding": "told"}).status_code == 422, "it is closed already"


def test_a_notice_about_somebody_protected_names_nobody(pages: Pages) -> None:
    withdrawn(pages)
    pages.office.mark("child", ProtectionMarker.PROTECTED)
    assert "Child" not in text_of(kim(pages), "/notices")
    silent = text_of(pages.visitor("ola", "ig-officer"), "/notices")
    assert "Child" not in silent


def test_who_was_told_is_written_down_person_by_person(pages: Pages) -> None:
    path = f"/teams/{pages.office.cases['team']}/told"
    people = pages.office.people
    assert "Mum Testing: nobody has written down that they were told" in text_of(kim(pages), path)
    assert kim(pages).post(path, {"about": people["mum"], "how": "letter"}).status_code == 303
    assert "Mum Testing: told by letter, on 2 March 2026" in text_of(kim(pages), path)
    wrong = kim(pages).post(path, {"about": people["partner"], "how": "not-now", "because": "could-harm", **AGAIN})
    assert "“If not: say it in a sentence” is missing" in html.unescape(wrong.text)
    form = {"about": people["partner"], "how": "not-now", "because": "could-harm", "reason": "Fear", **AGAIN}
    assert kim(pages).post(path, form).status_code == 303
    shown = text_of(kim(pages), path)
    assert "Partner Testing: not told for now. Look again on 1 June 2026" in shown
    assert "Fear" not in shown
