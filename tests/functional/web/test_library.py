"""The officers' library without a browser: a signature taken back and given, and what is amiss in either."""

from __future__ import annotations

import html

from broker.audit.events import Event
from tests.functional.web.visitors import Pages, Visitor, text_of

AGREEMENT = "/agreements/family-support/1"
UNSIGN = f"{AGREEMENT}/unsign/ecc"


def sid(pages: Pages) -> Visitor:
    return pages.visitor("sid", "siro")


def test_a_signature_is_taken_back_with_a_reason_and_given_again_by_whoever_read_it(pages: Pages) -> None:
    assert "Take it back" in text_of(sid(pages), UNSIGN)
    assert "Answer “Why?”: say why" in html.unescape(sid(pages).post(UNSIGN).text)
    assert sid(pages).post(UNSIGN, {"reason": "The board wants another look"}).status_code == 303
    assert "have not signed: Essex County Council." in text_of(sid(pages), AGREEMENT)
    form = text_of(sid(pages), f"{AGREEMENT}/sign")
    digest = form.partition('name="digest" value="')[2].partition('"')[0]
    signed = {"party": "ecc", "signatory": "Sid Marsh", "post": "SIRO", "authority": "Scheme of delegation 2026"}
    unread = sid(pages).post(f"{AGREEMENT}/sign", {**signed, "digest": digest})
    assert (
        "“I have read the clauses and what the system does because of each” is missing: say that you have read it"
        in html.unescape(unread.text)
    )
    sent = sid(pages).post(f"{AGREEMENT}/sign", {**signed, "digest": digest, "read": "yes"})
    assert sent.status_code == 303, html.unescape(sent.text)
    told = [one.event for one in pages.office.entries()]
    assert told.count(Event.AGREEMENT_SIGNATURE_WITHDRAWN) == 1
    assert "All 14 have signed." in text_of(sid(pages), AGREEMENT)


def test_signing_needs_a_proof_that_is_new_and_a_role_that_signs(pages: Pages) -> None:
    late = pages.visitor("sid", "siro", proved=False)
    for path in (f"{AGREEMENT}/sign", UNSIGN):
        assert late.get(path).headers["location"].startswith(("/prove", "/sign-in"))
        assert pages.visitor("tri", "triage").get(path).status_code == 403
