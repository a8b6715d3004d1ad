"""Audit: the log searched, one decision explained test by test, evidence of it, and how the log stands.

Decides how these are asked for and laid out: what is sought is kept in a draft of the officer's own, so that no
address says whom or what they looked for. Who may see how much, and that each look is entered, is the use cases'.
"""

from __future__ import annotations

from typing import Any, Final

from fastapi import APIRouter, Depends, Query, Response

from broker.access import Verb
from broker.dates import parse_date
from broker.errors import CallWrong
from broker.usecases.log.evidence_archive import archive_evidence, require_packer
from broker.usecases.log.explain_decision import explain_cell, explain_decision
from broker.usecases.log.log_state import read_log_state, verify_now
from broker.usecases.log.pack_evidence import Sought
from broker.usecases.log.search_log import LogSearch, SearchReason, begin_search, require_sound, search_log
from broker.usecases.signing_in.drafts import get_draft, keep_draft
from broker.web.forms import Form
from broker.web.language import _
from broker.web.pages import audit_words as words
from broker.web.site import Site, Visit

_BEFORE: Final = Query(default=None, ge=0, le=2**53)
"""Where a page ends: a place in the log."""
SEARCH: Final = "audit-search"
REASONS: Final = [{"value": one.value, "text": one.in_words} for one in SearchReason]
EVENTS: Final = [
    {"value": code, "text": text} for code, text in sorted(words.GROUPS.items(), key=lambda one: one[1])
]


def audit_routes(site: Site) -> APIRouter:
    """`/audit`, its searches, decisions with their parts and evidence, and the log's state."""
    routes = APIRouter()

    @routes.get("/audit")
    def ask(visit: Visit = Depends(site.visit)) -> Response:
        return site.page(visit, "audit.html", **_asking(site, visit))

    @routes.post("/audit")
    def search(visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        asking = _asking(site, visit)
        try:
            sought = _sought(form)
            require_sound(sought)
        except CallWrong as error:
            return site.again(visit, "audit.html", form, error, **asking)
        return site.go(f"/audit/searches/{keep_draft(site.world, visit.staff_id, SEARCH, _body(sought))}")

    @routes.get("/audit/searches/{draft_id}")
    def found(draft_id: str, visit: Visit = Depends(site.visit), before: int | None = _BEFORE) -> Response:
        begin_search(site.world, visit.acting)
        sought = _from_body(get_draft(site.world, visit.staff_id, SEARCH, draft_id), before)
        shown = search_log(site.world, visit.acting, sought)
        return site.page(
            visit,
            "audit-found.html",
            found=shown,
            sought=sought,
            words=words,
            draft_id=draft_id,
            groups=words.GROUPS,
        )

    @routes.get("/audit/decisions/{disclosure_id}")
    def decision(disclosure_id: str, visit: Visit = Depends(site.visit)) -> Response:
        read = explain_decision(site.world, visit.acting, disclosure_id)
        packs = read.whole and site.world.access.find_role([visit.role], Verb.AUDIT_EVIDENCE) is not None
        steps = words.refusal_steps(read.refusal) if read.refusal is not None else ()
        people = words.people_told(read, site.world.partnership.vocabulary)
        return site.page(
            visit, "audit-decision.html", read=read, words=words, steps=steps, packs=packs, people=people
        )

    @routes.get("/audit/decisions/{disclosure_id}/parts/{number}")
    def part(disclosure_id: str, number: int, visit: Visit = Depends(site.visit)) -> Response:
        found = explain_cell(site.world, visit.acting, disclosure_id, number)
        return site.page(
            visit,
            "audit-part.html",
            found=found,
            words=words,
            before=words.before_steps(found.trace),
            clauses=words.clause_steps(found.trace),
        )

    @routes.get("/audit/decisions/{disclosure_id}/evidence")
    def ask_evidence(disclosure_id: str, visit: Visit = Depends(site.visit)) -> Response:
        require_packer(site.world, visit.acting)
        visit.require_step_up()
        return site.page(visit, "audit-evidence.html", disclosure_id=disclosure_id)

    @routes.post("/audit/decisions/{disclosure_id}/evidence")
    def evidence(
        disclosure_id: str, visit: Visit = Depends(site.proved), _form: Form = Depends(site.form)
    ) -> Response:
        archive = archive_evidence(site.world, visit.acting, Sought(disclosure=disclosure_id))
        name = 'attachment; filename="evidence.zip"'
        return Response(archive.data, media_type="application/zip", headers={"content-disposition": name})

    @routes.get("/audit/log")
    def log(visit: Visit = Depends(site.visit)) -> Response:
        return site.page(visit, "audit-log.html", log=read_log_state(site.world, visit.acting), verified=None)

    @routes.post("/audit/log")
    def verify(visit: Visit = Depends(site.visit), _form: Form = Depends(site.form)) -> Response:
        verified = verify_now(site.world, visit.acting)
        log = read_log_state(site.world, visit.acting)
        return site.page(visit, "audit-log.html", log=log, verified=verified)

    return routes


def _asking(site: Site, visit: Visit) -> dict[str, Any]:
    """What the form offers. Raises NotAllowed for whoever may not search."""
    first, last = begin_search(site.world, visit.acting)
    return {"reasons": REASONS, "events": EVENTS, "first": first, "last": last}


def _sought(form: Form) -> LogSearch:
    first, last = form.day("from"), form.day("until")
    if first is None:
        raise CallWrong("from", _("is missing: give the first day"))
    return LogSearch(
        form.choice("reason", SearchReason),
        first,
        last if last is not None else first,
        form.given("event"),
        form.given("who"),
        form.given("disclosure"),
        form.given("person"),
    )


def _body(sought: LogSearch) -> dict[str, Any]:
    return {
        "reason": sought.reason.value,
        "from_on": sought.from_on.isoformat(),
        "until_on": sought.until_on.isoformat(),
        "event": sought.event,
        "actor": sought.actor,
        "disclosure": sought.disclosure,
        "person": sought.person,
    }


def _from_body(body: dict[str, Any], before: int | None) -> LogSearch:
    first, last = parse_date(body["from_on"]), parse_date(body["until_on"])
    if first is None or last is None:
        raise CallWrong("address", _("holds no search any more; begin again"))
    return LogSearch(
        SearchReason(body["reason"]),
        first,
        last,
        body["event"],
        body["actor"],
        body["disclosure"],
        body["person"],
        before,
    )
