"""The rights desk through its pages: what people asked, by when, and the answers that somebody else releases."""

from __future__ import annotations

import html
import json
from typing import Any

import pytest

from broker.audit.events import Event
from broker.people import ProtectionMarker
from tests.functional.usecases.test_rights import asked
from tests.functional.web.visitors import Pages, Visitor


@pytest.fixture
def ola(pages: Pages) -> Visitor:
    return pages.visitor("ola", "ig-officer")


def text_of(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, (path, html.unescape(answer.text))
    return html.unescape(answer.text).partition("<main")[2]


def begun(visitor: Visitor, name: str, **fields: Any) -> str:
    answer = visitor.post(f"/rights/new/{name}", fields)
    assert answer.status_code == 303, html.unescape(answer.text)
    return str(answer.headers["location"])


def test_a_request_is_answered_by_two(pages: Pages, ola: Visitor) -> None:
    about = pages.office.people["mum"]
    path = begun(ola, "request", about=about, identity="Passport seen", capacity="self")
    shown = text_of(ola, path)
    assert "Mum Testing" in shown
    assert "31 days left" in shown
    assert "Who is involved" in shown
    assert ola.post(f"{path}/make-draft").status_code == 303
    assert "Release the answer" not in text_of(ola, path), "whoever drafted does not release"
    sid = pages.visitor("sid", "siro")
    assert "Mum Testing" in text_of(sid, "/rights")
    assert "Nobody has it yet" in text_of(sid, f"{path}/draft")
    assert sid.post(f"{path}/release").status_code == 303
    over = text_of(ola, path)
    assert "Answered on 2 March 2026." in over
    assert "Send it to them now" in over
    assert "Answered on 2 March 2026." in text_of(sid, path)
    assert "Send it to them now" not in text_of(sid, path), "it is the officer's to send"
    assert "Kim Ward" in text_of(ola, f"{path}/answer")
    saved = ola.get(f"{path}/answer.json")
    assert saved.headers["content-disposition"] == 'attachment; filename="answer.json"'
    assert json.loads(saved.text)["about"] == "Mum Testing"
    assert "The information we hold about you" in ola.get(f"{path}/answer.html").text
    assert sid.get(f"{path}/answer").status_code == 403


def test_an_opinion_is_given_by_a_professional_where_it_waits(pages: Pages, ola: Visitor) -> None:
    office = pages.office
    record = office.record("ecc", "child-in-need", ["mum"], {})
    path = f"/rights/requests/{asked(office)}"
    assert "Waits for an opinion" in text_of(ola, path)
    waits = html.unescape(ola.post(f"{path}/make-draft").text)
    assert "waits for a professional’s opinion first" in waits
    assert f'href="#{record}"' in waits
    assert f'id="{record}"' in waits
    soc = pages.visitor("soc", "social-worker")
    listed = text_of(soc, "/rights")
    where = f"/rights/opinions/{path.rpartition('/')[2]}/{record}"
    assert where in listed
    assert "Mum" not in listed
    assert "likely to cause serious harm?" in text_of(soc, where)
    assert soc.post(where, {"harm": "no-harm"}).status_code == 422, "in no words"
    assert soc.post(where, {"harm": "no-harm", "reason": "She knows this"}).status_code == 303
    assert "Waits for an opinion" not in text_of(ola, path)
    assert soc.get(where).status_code == 422


def test_a_record_is_left_out_by_a_provision(pages: Pages, ola: Visitor) -> None:
    path = f"/rights/requests/{asked(pages.office)}"
    assert "<form" in text_of(ola, f"{path}/records/1")
    wrong = ola.post(f"{path}/records/1", {"because": "child-abuse", "reason": "x"})
    assert "is not for this kind" in html.unescape(wrong.text)
    assert ola.post(f"{path}/records/1", {"because": "crime", "reason": "A live enquiry"}).status_code == 303
    assert "Left out" in text_of(ola, path)
    assert "broker rights" not in text_of(ola, path), "nobody here has a command line"
    clear = {"clear-person": pages.office.people["partner"], "clear-how": "agreed"}
    assert "say what was weighed" in html.unescape(ola.post(f"{path}/clear", clear).text)
    assert ola.post(f"{path}/clear", {**clear, "clear-reason": "He signed"}).status_code == 303
    assert ola.post(f"{path}/records/9", {"because": "crime", "reason": "x"}).status_code == 422


def test_a_breach_is_written_down_by_anybody_decided_and_closed(pages: Pages, ola: Visitor) -> None:
    kim = pages.visitor("kim", "lead-practitioner")
    told = begun(kim, "breach", kind="confidentiality", what="Sent to the wrong team", people="2")
    assert "waits for your privacy officer" in text_of(kim, told)
    desk = text_of(ola, "/rights")
    assert "A data breach" in desk
    assert "23 hours left" in desk
    path = desk.partition('href="/rights/breaches/')[2].partition('"')[0]
    path = f"/rights/breaches/{path}"
    assert "2 days left" in text_of(ola, path)
    early = html.unescape(ola.post(f"{path}/close").text)
    assert "cannot be closed yet: the risk is not assessed yet" in early
    risk = {"assess-risk": "high", "assess-report": "report", "assess-reason": "An address"}
    assert ola.post(f"{path}/assess", risk).status_code == 303
    assert "cannot be closed yet" in html.unescape(ola.post(f"{path}/close").text)
    for step in ("authority-told", "partners-told", "people-told"):
        assert ola.post(f"{path}/note", {"note-step": step}).status_code == 303
    assert ola.post(f"{path}/close").status_code == 303
    assert "Closed" in text_of(ola, path)
    assert kim.get(path).status_code == 403


def test_a_record_is_corrected_or_kept_with_their_own_words(pages: Pages, ola: Visitor) -> None:
    office = pages.office
    record = office.record("ecc", "involvement", ["mum"], {"service": "Youth club"})
    words = {"about": office.people["mum"], "record": record, "words": "It was a food bank"}
    path = begun(ola, "dispute", **words)
    assert "It was a food bank" in text_of(ola, path)
    missing = ola.post(f"{path}/correct", {"correct-value": "Food bank"})
    assert "Answer “Which part is wrong?”" in html.unescape(missing.text)
    changed = {"correct-field": "service", "correct-value": "Food bank"}
    assert ola.post(f"{path}/correct", changed).status_code == 303
    assert "Corrected" in text_of(ola, path)
    second = begun(ola, "dispute", **words)
    assert (
        ola.post(f"{second}/refuse", {"refuse-because": "It is so", "refuse-statement": "No"}).status_code == 303
    )
    assert "Not changed" in text_of(ola, second)


def test_a_complaint_and_a_restriction_go_their_way(pages: Pages, ola: Visitor) -> None:
    about = pages.office.people["mum"]
    complaint = begun(ola, "complaint", about=about, words="Nobody told me")
    assert ola.post(f"{complaint}/acknowledge").status_code == 303
    assert ola.post(f"{complaint}/answer").status_code == 303
    assert "Answered" in text_of(ola, complaint)
    kept = {"ground": "accuracy-contested", "reason": "Being checked", "category": ["involvement"]}
    restriction = begun(ola, "restriction", about=about, **kept)
    assert "In force" in text_of(ola, restriction)
    assert ola.post(f"{restriction}/lift").status_code == 422, "the person is told first"
    assert ola.post(f"{restriction}/lift", {"lift-told": "By phone today"}).status_code == 303
    assert "Lifted" in text_of(ola, restriction)


def test_somebody_protected_and_somebody_unknown_are_one_answer(pages: Pages, ola: Visitor) -> None:
    office = pages.office
    office.mark("partner", ProtectionMarker.PROTECTED)
    about = office.people["partner"]
    for name, more in (("request", {"identity": "x", "capacity": "self"}), ("complaint", {"words": "x"})):
        hidden = ola.post(f"/rights/new/{name}", {"about": about, **more})
        never = ola.post(f"/rights/new/{name}", {"about": "p-never", **more})
        assert hidden.status_code == never.status_code == 422
        assert hidden.text.replace(about, "p-never") == never.text


def test_whoever_knows_somebody_sees_nothing_of_theirs(pages: Pages, ola: Visitor) -> None:
    office = pages.office
    office.befriend("fay", "mum", "ecc", "ig-officer")
    path = begun(ola, "complaint", about=office.people["mum"], words="Nobody told me")
    fay = pages.visitor("fay", "ig-officer")
    assert "Mum" not in text_of(fay, "/rights")
    assert fay.get(path).status_code == 403


def test_another_kinds_reference_a_step_there_is_not_and_a_proof_that_is_old(pages: Pages, ola: Visitor) -> None:
    path = f"/rights/requests/{asked(pages.office)}"
    reference = path.rpartition("/")[2]
    assert ola.get(f"/rights/complaints/{reference}").status_code == 403
    assert ola.post(f"{path}/nothing").status_code == 422
    pages.office.step(11)
    assert ola.post(f"{path}/withdraw").headers["location"].startswith(("/prove", "/sign-in"))
    assert Event.RIGHTS_CHANGED not in [entry.event for entry in pages.office.entries()]
