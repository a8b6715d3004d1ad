"""Audit through its pages: a search that stands in no address, a decision read out, evidence, the log's state."""

from __future__ import annotations

import base64
import html
import io
import re
import zipfile
from collections.abc import Callable
from datetime import timedelta
from pathlib import Path

import pytest

from broker.audit.checkpoint import Checkpoint, sign_checkpoint
from broker.audit.events import EVENT_FORMS, Event
from broker.audit.note import NoteRefused, cosign_note
from broker.decision.reasons import Refusal, Test
from broker.decision.trace import Before
from broker.errors import NotAllowed
from broker.keyring.signing_key import read_signing_key
from broker.usecases.log.cosigned import collect_cosignature
from broker.usecases.log.explain_decision import Recomputed
from broker.usecases.log.export_log import integrate_log
from broker.usecases.log.log_signer import KEY_FILE
from broker.usecases.log.publish_log import sequence_once
from broker.usecases.log.published_log import find_checkpoint
from broker.usecases.log.signing import open_signer
from broker.usecases.log.verify_log import verify_live
from broker.usecases.log.witness import Witness
from broker.usecases.world import World
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


def test_a_release_is_found_by_its_audit_reference_and_by_its_receipt(pages: Pages) -> None:
    released = pages.office.ask(KIM)
    visitor = officer(pages)
    leaf = released.receipt.leaf_hash
    in_base64 = base64.b64encode(bytes.fromhex(leaf)).decode()
    later = {**DAYS, "from-day": "3", "until-day": "3"}
    ways = ((released.id, DAYS), (leaf, later), (f" {leaf.upper()} ", later), (in_base64, later))
    for placed in (False, True):  # a receipt is given before its entry has a place
        if placed:
            integrate_log(pages.office.broker)
        for given, days in ways:
            answer = visitor.post("/audit", {"reason": "complaint", "disclosure": given, **days})
            assert answer.status_code == 303, given
            shown = read(visitor, answer.headers["location"])
            assert shown.count("A family summary was shown") == 1, given
            assert f'href="/audit/decisions/{released.id}"' in shown
    pages.office.enrol_one("sgo", "Sam Gold", "oakdale-primary", "ig-officer")
    school = pages.visitor("sgo", "ig-officer")
    answer = school.post("/audit", {"reason": "complaint", "disclosure": leaf, **DAYS})
    assert "Nothing in the log fits this" in read(school, answer.headers["location"]), "another organisation's"
    for wrong in (leaf[:-1], "kim", f"{leaf} {leaf}"):
        refused = visitor.post("/audit", {"reason": "complaint", "disclosure": wrong, **DAYS})
        assert refused.status_code == 422, wrong
        assert 'href="#disclosure"' in refused.text
        assert "nor a receipt" in refused.text


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


def test_how_the_log_stands_says_who_cosigned_it_when_it_was_verified_and_what_to_do(
    pages: Pages, tmp_path: Path
) -> None:
    broker, clock = pages.office.broker, pages.office.clock
    shown = read(officer(pages), "/audit/log")
    assert "Nobody has verified it within a year" in shown
    assert "app-verdict--shown" not in shown, "green says that somebody verified it"
    assert "Ask an auditor to verify it" in shown
    assert "to have a partner’s witness cosign it" in shown
    witness = Witness.make(tmp_path / "witness", "witness.police.example")
    signer = open_signer(broker.settings)
    witness.add_log(signer.public)
    sequence_once(broker, signer)
    published = find_checkpoint(broker)
    assert published is not None
    cosigned = witness.cosign(published.note, lambda _old, _new: (), clock.now())
    collected = collect_cosignature(broker, cosigned.note, str(witness.key))
    assert (collected.witness, collected.size) == ("witness.police.example", published.size)
    with pytest.raises(NoteRefused, match="does not stand there"):
        collect_cosignature(broker, published.note, str(witness.key))
    forged = Checkpoint(signer.public.name, published.size, bytes(32))
    other = cosign_note(
        sign_checkpoint(forged, signer.public, stolen(broker)), witness.key, witness._private.sign, 1_772_444_000
    )
    with pytest.raises(NotAllowed, match="is not how this log began"):
        collect_cosignature(broker, str(other), str(witness.key))
    verify_live(broker)
    shown = read(officer(pages), "/audit/log")
    assert f"witness.police.example cosigned {published.size} entries on 2 March 2026" in shown
    assert re.search(r"Last verified</dt><dd[^>]*>On 2 March 2026[^:]*:[0-9]{2} .m: <strong>sound</strong>", shown)
    assert "too long ago" not in shown
    assert "Yes: verified on 2 March 2026" in shown
    assert "app-verdict--shown" in shown
    clock.advance(timedelta(days=8))
    later = read(officer(pages), "/audit/log")
    assert later.count("That is too long ago") == 2
    assert "Nobody has verified it since 2 March 2026" in later
    assert "app-verdict--shown" not in later


def stolen(broker: World) -> Callable[[bytes], bytes]:
    """The log's key in other hands: what it signs does not extend what the log holds."""
    return read_signing_key(broker.settings.keys() / KEY_FILE).sign


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
