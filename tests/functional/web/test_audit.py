"""Audit through its pages: a search that stands in no address, a decision read out, evidence, the log's state."""

from __future__ import annotations

import html
import io
import re
import zipfile
from datetime import timedelta

import pytest

from broker.audit.events import EVENT_FORMS, Event
from broker.decision.reasons import Refusal, Test
from broker.decision.trace import Before
from broker.usecases.log.explain_decision import Recomputed
from broker.web.pages import audit_words as words
from tests.functional.usecases.office import KIM, TOM
from tests.functional.web.visitors import Pages, Visitor

DAYS = {
    "from-day": "2",
    "from-month": "3",
    "from-year": "2026",
    "until-day": "2",
    "until-month": "3",
    "until-year": "2026",
}


def officer(pages: Pages) -> Visitor:
    return pages.visitor("ola", "ig-officer")


def read(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return html.unescape(answer.text)


def test_a_search_stands_in_no_address_and_leads_to_the_decision(pages: Pages) -> None:
    released = pages.office.ask(KIM)
    mum = pages.office.people["mum"]
    visitor = officer(pages)
    sent = {"reason": "complaint", "event": "profile.", "who": "kim", "person": mum, **DAYS}
    answer = visitor.post("/audit", sent)
    assert answer.status_code == 303
    address = answer.headers["location"]
    assert re.fullmatch(r"/audit/searches/d-[a-z2-7]+", address)
    shown = read(visitor, address)
    assert "A family summary was shown" in shown
    assert "Kim Ward" in shown
    assert "Your own organisation's entries." in shown
    assert mum not in shown
    assert f'href="/audit/decisions/{released.id}"' in shown
    assert pages.visitor("sid", "siro").get(address).status_code == 422, "a search is nobody else's"
    told = [one for one in pages.office.entries() if one.event is Event.AUDIT_SEARCHED]
    assert [dict(one.details) for one in told] == [{"found": 1, "reason": "complaint"}]


def test_a_search_without_a_reason_or_a_day_says_what_is_missing(pages: Pages) -> None:
    answer = officer(pages).post("/audit", {"who": "kim", **DAYS})
    assert answer.status_code == 422
    assert 'href="#reason"' in answer.text
    assert 'value="kim"' in answer.text
    answer = officer(pages).post("/audit", {"reason": "court"})
    assert answer.status_code == 422
    assert 'href="#from"' in answer.text


def test_a_decision_can_be_read_out_from_the_question_to_the_test_that_decided(pages: Pages) -> None:
    released = pages.office.ask(KIM)
    visitor = officer(pages)
    shown = read(visitor, f"/audit/decisions/{released.id}")
    parts = [
        "What was asked",
        "Kim Ward, Lead practitioner, Essex County Council",
        "2 March 2026 at",
        "“Preparing the first review”",
        "What was answered",
        "3 records were shown",
        "Made again just now",
        "The same.",
        "Part by part",
        "School attendance",
    ]
    places = [shown.find(part) for part in parts]
    assert -1 not in places, dict(zip(parts, places, strict=True))
    assert places == sorted(places)
    assert "Often late" not in shown, "no content"
    assert "Mum Testing" not in shown
    row = shown[shown.index("<strong>School attendance</strong>") :]
    address = re.search(rf"/audit/decisions/{released.id}/parts/\d+", row)
    assert address is not None
    told = read(visitor, address[0])
    for said in ("this clause decided", "Had both organisations signed?", "Made again just now: the same."):
        assert said in told, said
    assert "<title>One decision, test by test" in told


def test_a_refusal_shows_which_test_refused(pages: Pages) -> None:
    refused = pages.office.ask(TOM)
    shown = read(officer(pages), f"/audit/decisions/{refused.id}")
    assert "Refused as a whole" in shown
    decided = shown[shown.index("app-test--decided") :]
    assert decided.index("Are they in the team, where that is asked?") < decided.index("No: this decided")


def test_evidence_is_packed_for_whoever_proved_lately_who_they_are(pages: Pages) -> None:
    released = pages.office.ask(KIM)
    visitor = officer(pages)
    path = f"/audit/decisions/{released.id}/evidence"
    assert "Download the evidence" in read(visitor, path)
    answer = visitor.post(path)
    assert answer.headers["content-type"] == "application/zip"
    names = zipfile.ZipFile(io.BytesIO(answer.content)).namelist()
    assert {"evidence/pack.json", "evidence/index.html", "evidence/check.py"} <= set(names)
    assert pages.office.entries()[-1].event is Event.EVIDENCE_PACKED
    pages.office.clock.advance(timedelta(minutes=11))
    later = visitor.get(path)
    assert later.status_code == 303
    assert later.headers["location"].startswith(("/prove", "/sign-in"))
    assert pages.visitor("sid", "siro").get(path).status_code == 403


def test_how_the_log_stands_and_its_verdict(pages: Pages) -> None:
    shown = read(officer(pages), "/audit/log")
    assert "Last checkpoint" in shown
    assert "Verify the whole log now" not in shown
    pages.office.enrol_one("aud", "Aud Lane", "ecc", "auditor")
    auditor = pages.visitor("aud", "auditor")
    assert "Verify the whole log now" in read(auditor, "/audit/log")
    answer = auditor.post("/audit/log")
    assert answer.status_code == 200
    assert "Verified just now: it is sound" in html.unescape(answer.text)


def test_every_test_event_and_answer_has_words() -> None:
    assert set(words.TESTS) == set(Test)
    assert set(words.BEFORE) == set(Before)
    assert set(words.REFUSALS) == set(Refusal)
    assert set(words.RECOMPUTED) == set(Recomputed)
    assert all(any(event.startswith(group) for event in EVENT_FORMS) for group in words.GROUPS)
    assert words.event_words("consent.given") == "Consent: given"
    assert words.event_words("holder-decision.made") == "Holder decision: made"


@pytest.mark.parametrize("path", ["/audit/decisions/d-nothing", "/audit/decisions/d-nothing/parts/1"])
def test_what_is_not_theirs_and_what_is_not_there_are_one_answer(pages: Pages, path: str) -> None:
    assert officer(pages).get(path).status_code == 403
