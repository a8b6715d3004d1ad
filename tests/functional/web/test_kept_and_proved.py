"""Sessions end by themselves, with the post and when somebody says so; what was typed is kept for whoever typed
it; and sensitive verbs want a proof first."""

from __future__ import annotations

from datetime import timedelta
from typing import Any, Final

import httpx2
import pytest
from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.audit.events import Event
from broker.casework.staff import CoveredPost, Staff, StaffMember
from broker.dates import Interval
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.signing_in.kept_forms import list_forms
from broker.usecases.signing_in.sessions import IDLE_FOR, LASTS, STEPPED_UP_FOR, end_session, keep_web, step_up
from broker.web import app as web_app
from broker.web.forms import Form
from broker.web.site import Site, Visit
from broker.web.step_up import STEP_UP
from tests.functional.usecases.test_holder_inbox import ask, staffed
from tests.functional.web.matrix import opens_as, rows
from tests.functional.web.test_roles_and_pages import values
from tests.functional.web.visitors import ORIGIN, Pages, Visitor, filled, pages_of

IDLE = IDLE_FOR + timedelta(seconds=1)
"""An act's instant may be a few microseconds after the clock's."""
TYPED = "Canary sentence about a canary family"


def probe_routes(site: Site) -> APIRouter:
    """A form like any other, and one for a sensitive verb."""
    routes = APIRouter()
    sent: list[str] = []

    @routes.get("/probe")
    def show(visit: Visit = Depends(site.visit)) -> Response:
        return site.page(visit, "probe.html", sent=sent)

    @routes.post("/probe")
    def send(_visit: Visit = Depends(site.visit), form: Form = Depends(site.form)) -> Response:
        sent.append(form.text("words"))
        return site.go("/probe")

    @routes.post("/probe/proved")
    def proved(form: Form = Depends(site.form), _visit: Visit = Depends(site.proved)) -> Response:
        sent.append(form.text("words"))
        return site.go("/probe")

    return routes


PROBE = """{% extends "layout.html" %}{% from "fields.html" import token, text_area with context %}
{% block title %}Probe{% endblock %}{% block main %}<form method="post" action="/probe">{{ token() }}
{{ text_area("words", "Words") }}</form>{% for one in sent %}<p>sent: {{ one }}</p>{% endfor %}{% endblock %}"""


@pytest.fixture
def probed(pages: Pages, monkeypatch: pytest.MonkeyPatch) -> Pages:
    """The office's pages and two more."""
    monkeypatch.setattr(web_app, "PAGES", (*web_app.PAGES, probe_routes))
    render = web_app.Site.page

    def page(self: Site, who: Any, template: str, **data: Any) -> httpx2.Response:
        environment = self.templates._environment
        if template == "probe.html" and "probe" not in environment.globals:
            environment.globals["probe"] = True
            loader = environment.loader
            assert loader is not None
            environment.loader = _With(loader)
        return render(self, who, template, **data)  # type: ignore[return-value]

    monkeypatch.setattr(web_app.Site, "page", page)
    return pages_of(pages.office)


class _With:
    def __init__(self, loader: Any) -> None:
        self._loader = loader

    def load(self, environment: Any, name: str, values: Any = None) -> Any:
        if name == "probe.html":
            return environment.from_string(PROBE, globals=values)
        return self._loader.load(environment, name, values)


def test_a_session_that_nobody_uses_ends(pages: Pages) -> None:
    kim = pages.visitor("kim", "lead-practitioner")
    pages.office.clock.advance(IDLE_FOR - timedelta(seconds=1))
    assert kim.get("/your-session").status_code == 200
    pages.office.clock.advance(IDLE_FOR - timedelta(seconds=1))
    assert kim.get("/your-session").status_code == 200
    pages.office.clock.advance(IDLE)
    assert kim.get("/your-session").headers["location"] == "/sign-in?back=/your-session"


def test_a_session_ends_however_much_it_is_used(pages: Pages) -> None:
    kim = pages.visitor("kim", "lead-practitioner")
    for _ in range(int(LASTS / timedelta(minutes=20)) - 1):
        pages.office.clock.advance(timedelta(minutes=20))
        assert kim.get("/your-session").status_code == 200
    pages.office.clock.advance(timedelta(minutes=20, seconds=1))
    assert kim.get("/your-session").status_code == 303


def test_access_ends_with_the_post_to_the_minute(pages: Pages) -> None:
    office = pages.office
    tri = pages.visitor("tri", "triage")
    ends = office.clock.now() + timedelta(minutes=10)
    enrol_staff(
        office.broker, [StaffMember(Staff("tri", "ecc", frozenset({"triage"}), posts_until_at=ends), "Tri")]
    )
    office.clock.advance(timedelta(minutes=10) - timedelta(microseconds=1))
    assert tri.get("/queue").status_code == 200
    office.clock.advance(timedelta(microseconds=1))
    assert tri.get("/queue").status_code == 303


def test_access_ends_with_the_role_and_with_cover(pages: Pages) -> None:
    office = pages.office
    tri = pages.visitor("tri", "triage")
    enrol_staff(office.broker, [StaffMember(Staff("tri", "ecc", frozenset({"team-member"})), "Tri")])
    assert tri.get("/queue").status_code == 303
    now = office.clock.now()
    lent = office.broker.partnership.vocabulary.roles["triage"].code
    cover = CoveredPost(lent, "sid", Interval(now, now + timedelta(minutes=5)))
    staff = Staff("tri", "ecc", frozenset({"team-member"}), covers=(cover,))
    enrol_staff(office.broker, [StaffMember(staff, "Tri")])
    covering = pages.visitor("tri", "triage")
    assert covering.get("/queue").status_code == 200
    office.step(5)
    assert covering.get("/queue").status_code == 303


def test_a_stolen_cookie_is_worth_nothing_after_signing_out(pages: Pages) -> None:
    kim = pages.visitor("kim", "lead-practitioner")
    thief = Visitor(pages.client, kim.secret)
    assert thief.get("/your-session").status_code == 200
    assert kim.post("/sign-out").headers["location"] == "/signed-out"
    for path in ("/your-session", "/queue", "/"):
        assert "Kim Ward" not in thief.get(path).text
    assert thief.get("/your-session").status_code == 303
    assert thief.post("/stay").status_code == 303
    assert list_forms(pages.office.broker, "kim") == ()


def test_signing_out_everywhere_ends_the_others_and_nobody_else_s(pages: Pages) -> None:
    one, two = pages.visitor("kim", "lead-practitioner"), pages.visitor("kim", "lead-practitioner")
    tom = pages.visitor("tom", "team-member")
    assert "Where else you are signed in" in one.get("/your-session").text
    one.post("/sign-out", {"everywhere": "yes"})
    assert two.get("/your-session").status_code == 303
    assert tom.get("/your-session").status_code == 200


def test_one_other_session_is_ended_by_its_owner_and_not_by_others(pages: Pages) -> None:
    one, two = pages.visitor("kim", "lead-practitioner"), pages.visitor("kim", "lead-practitioner")
    tom = pages.visitor("tom", "team-member")
    assert two.session is not None
    tom.post("/your-session/others", {"session": two.session.stored.id})
    assert two.get("/your-session").status_code == 200
    assert two.session.stored.id in one.get("/your-session").text
    one.post("/your-session/others", {"session": two.session.stored.id})
    assert two.get("/your-session").status_code == 303
    assert one.get("/your-session").status_code == 200


def test_leaving_in_a_hurry_signs_out_and_goes_elsewhere_without_scripts(pages: Pages) -> None:
    kim = pages.visitor("kim", "lead-practitioner")
    answer = kim.post("/leave")
    assert answer.status_code == 200
    assert answer.headers["refresh"].startswith("0;url=https://")
    assert "Information sharing" not in answer.text
    assert "Kim" not in answer.text
    assert kim.get("/your-session").status_code == 303


def test_another_role_is_another_session_and_no_longer_day(pages: Pages) -> None:
    office = pages.office
    enrol_staff(
        office.broker, [StaffMember(Staff("kim", "ecc", frozenset({"lead-practitioner", "triage"})), "Kim")]
    )
    kim = pages.visitor("kim", "lead-practitioner")
    office.step(20)
    answer = kim.post("/your-session/post", {"post": "kim/triage"})
    assert kim.session is not None
    secret = answer.headers["set-cookie"].partition("=")[2].partition(";")[0]
    assert kim.get("/your-session").status_code == 303
    now = Visitor(pages.client, secret)
    assert now.get("/queue").status_code == 200
    told = [one.event for one in office.entries() if one.event in {Event.SESSION_STARTED, Event.SESSION_ENDED}]
    assert told[-2:] == [Event.SESSION_STARTED, Event.SESSION_ENDED]
    for _ in range(int((LASTS - timedelta(minutes=20)) / timedelta(minutes=20)) - 1):
        office.step(20)
        assert now.get("/queue").status_code == 200
    office.step(21)
    assert now.get("/queue").status_code == 303
    fresh = pages.visitor("kim", "triage")
    assert fresh.post("/your-session/post", {"post": "sid/siro"}).status_code == 422


def test_what_was_sent_after_the_session_ended_is_kept_and_shown_again(probed: Pages) -> None:
    kim = probed.visitor("kim", "lead-practitioner")
    probed.office.clock.advance(IDLE)
    answer = kim.post("/probe", {"words": TYPED}, referer=f"{ORIGIN}/probe")
    where = answer.headers["location"]
    assert where.startswith("/sign-in?back=/begun/d-")
    assert TYPED not in where
    assert "What you had typed is kept for you" in probed.visitor().get(where).text
    back = where.partition("back=")[2].partition("&")[0]
    anew = probed.visitor("kim", "lead-practitioner")
    assert "go on with it" in anew.get("/").text
    assert "go on with it" in anew.get("/your-session").text
    there = anew.get(back).headers["location"]
    assert there.startswith("/probe?kept=d-")
    shown = anew.get(there).text
    assert TYPED in shown
    assert "It has not been sent yet" in shown
    assert "sent: " not in shown
    kept = there.partition("kept=")[2]
    assert f'name="kept" value="{kept}"' in shown
    anew.post("/probe", {"words": TYPED, "kept": kept})
    assert f"sent: {TYPED}" in anew.get("/probe").text
    assert list_forms(probed.office.broker, "kim") == ()
    assert anew.get(back).status_code == 404


def test_what_was_typed_is_nobody_else_s(probed: Pages) -> None:
    kim = probed.visitor("kim", "lead-practitioner")
    probed.office.clock.advance(IDLE)
    where = kim.post("/probe", {"words": TYPED}, referer=f"{ORIGIN}/probe").headers["location"]
    back = where.partition("back=")[2].partition("&")[0]
    kept = back.rpartition("/")[2]
    tom = probed.visitor("tom", "team-member")
    for path in (back, f"/probe?kept={kept}", "/", "/your-session"):
        page = tom.get(path)
        assert TYPED not in page.text
        assert kept not in page.text.replace(path, "")
    assert tom.get(back).status_code == 404
    tom.post(f"/begun/{kept}/drop")
    tom.post("/probe", {"words": "x", "kept": kept})
    assert len(list_forms(probed.office.broker, "kim")) == 1


@pytest.mark.parametrize("how", ["signed-out", "another-site", "another-token", "never-signed-in"])
def test_nothing_is_kept_of_what_did_not_come_from_a_page_of_theirs(probed: Pages, how: str) -> None:
    kim = probed.visitor("kim", "lead-practitioner")
    assert kim.session is not None
    fields, headers = {"words": TYPED}, {}
    if how == "signed-out":
        end_session(probed.office.broker, kim.session)
    if how == "another-site":
        headers = {"origin": "https://other.example"}
    if how == "another-token":
        fields["token"] = "x" * 64
    if how == "never-signed-in":
        kim = Visitor(probed.client, "made-up")
    probed.office.clock.advance(IDLE)
    answer = kim.post("/probe", fields, **headers)
    assert answer.headers["location"] == "/sign-in"
    assert TYPED not in answer.text
    assert list_forms(probed.office.broker, "kim") == ()


def test_what_is_being_typed_is_kept_and_forgotten_once_it_is_sent(probed: Pages) -> None:
    kim = probed.visitor("kim", "lead-practitioner")
    about = {"words": TYPED, "kept-page": "/probe", "kept-action": "/probe"}
    first = kim.post("/keep", about).json()
    assert first["ends_in"] == int(IDLE_FOR.total_seconds())
    second = kim.post("/keep", {**about, "kept": first["kept"]}).json()
    [one] = list_forms(probed.office.broker, "kim")
    assert (one.id, one.fields) == (second["kept"], {"words": [TYPED]})
    assert TYPED not in repr(one)
    kim.post("/probe", {"words": TYPED, "kept": second["kept"]})
    assert list_forms(probed.office.broker, "kim") == ()
    assert kim.post("/keep", {**about, "kept-page": "https://other.example/"}).status_code == 422


def test_what_was_kept_is_forgotten_after_a_week(probed: Pages) -> None:
    kim = probed.visitor("kim", "lead-practitioner")
    kim.post("/keep", {"words": TYPED, "kept-page": "/probe", "kept-action": "/probe"})
    probed.office.clock.advance(timedelta(days=7))
    keep_web(probed.office.broker)
    assert len(list_forms(probed.office.broker, "kim")) == 1
    probed.office.clock.advance(timedelta(seconds=1))
    keep_web(probed.office.broker)
    assert list_forms(probed.office.broker, "kim") == ()


def test_a_sensitive_form_asks_for_a_proof_and_comes_back_with_what_was_typed(probed: Pages) -> None:
    office = probed.office
    kim = probed.visitor("kim", "lead-practitioner", proved=False)
    assert kim.session is not None
    where = kim.post("/probe/proved", {"words": TYPED}, referer=f"{ORIGIN}/probe").headers["location"]
    assert where.startswith("/prove?back=/begun/d-")
    page = kim.get(where).text
    assert "Prove that it is you" in page
    assert f"/sign-in/start?again=yes&amp;back={where.partition('back=')[2]}" in page.replace("%2F", "/")
    assert "sent: " not in kim.get("/probe").text
    before = kim.secret
    kim.secret = step_up(office.broker, kim.session, office.clock.now())
    assert Visitor(probed.client, before).get("/probe").status_code == 303, "a new secret at the proof"
    there = kim.get(where.partition("back=")[2]).headers["location"]
    assert TYPED in kim.get(there).text
    assert kim.post("/probe/proved", {"words": TYPED}).headers["location"] == "/probe"
    office.clock.advance(STEPPED_UP_FOR)
    assert kim.post("/probe/proved", {"words": TYPED}).headers["location"].startswith("/prove")


def test_every_sensitive_page_asks_for_a_proof(pages: Pages) -> None:
    """The register of verbs, and the rows of the matrix that say `again`, against what the pages do. An empty form
    of one that says `checked` is sent back, and nobody proves who they are for it."""
    office, known = pages.office, values(pages)
    for row in rows():
        sensitive = (row.method == "POST" and row.verbs and row.verbs <= STEP_UP) or row.proof == "again"
        if not sensitive:
            continue
        asks = row.proof != "none"
        role = opens_as(office.broker.access, office.broker.partnership.vocabulary.roles, row)
        office.enrol_one(f"one-{role}", "Somebody Else", "ecc", role)
        visitor = pages.visitor(f"one-{role}", role, proved=False)
        answer = (visitor.get if row.method == "GET" else visitor.post)(filled(row.address, known))
        if row.proof == "checked":
            assert answer.status_code in {403, 422}, f"{row}: look at the form first"
            continue
        assert answer.headers.get("location", "").startswith("/prove") == asks, f"{row}: take Depends(site.proved)"


ADHOC: Final = {
    "direction": "out",
    "body": "Leeds MASH",
    "type": "LA-CSC",
    "area": "leeds",
    "category": "attendance",
    "purpose": "section-47",
    "why": "They look into an injury",
}
URGENT: Final = {
    "reason": "significant-harm",
    "gateway": "vital-interests",
    "purpose": "front-door-screening",
    "others": "p-somebody",
    "how": "together",
}
TYPED_ON: Final = (
    ("pol", "safeguarding-lead", "/inbox/{question_id}", "reason", {"decision": "release"}),
    ("tri", "triage", "/emergency-access/new", "justification", URGENT),
    ("ola", "ig-officer", "/access-checks/watch", "words", {"about": "p-nobody", "change": "yes"}),
    ("hal", "ig-officer", "/adhoc/{adhoc_id}/decide", "reason", {"decision": "release"}),
    ("ola", "ig-officer", "/rights/new/restriction", "reason", {}),
    ("man", "practice-manager", "/leavers", "on-year", {}),
)


def test_what_was_typed_on_a_sensitive_page_stands_there_after_the_proof(pages: Pages) -> None:
    """And not before it, and nothing was done with it."""
    office = pages.office
    office.enrol_one("man", "Man Ager", "ecc", "practice-manager")
    office.enrol_one("hal", "Hal Moss", "oakdale-primary", "ig-officer")
    staffed(office)
    request = {**ADHOC, "references": office.people["child"]}
    adhoc = pages.visitor("dee", "safeguarding-lead").post("/adhoc/new", request).headers["location"]
    known = {"question_id": ask(office).question_id, "adhoc_id": adhoc.rpartition("/")[2]}
    for who, role, address, name, more in TYPED_ON:
        visitor, path = pages.visitor(who, role, proved=False), filled(address, known)
        typed = "1999" if name.endswith("-year") else TYPED
        before = len(office.entries())
        where = visitor.post(path, {**more, name: typed}, referer=f"{ORIGIN}{path}").headers["location"]
        assert where.startswith("/prove?back=/begun/d-"), path
        assert len(office.entries()) == before, path
        there = visitor.get(where.partition("back=")[2]).headers["location"]
        assert there.startswith(f"{path}?kept="), path
        assert typed in visitor.get(there).text, path
        assert visitor.session is not None
        visitor.secret = step_up(office.broker, visitor.session, office.clock.now())
        answer = visitor.post(path, {**more, name: typed})
        assert not answer.headers.get("location", "").startswith("/prove"), path


KEPT_ON: Final = (
    ("tri", "triage", "/contacts/new", ("worry", "family-3")),
    ("tri", "triage", "/search", ("reason",)),
    ("kim", "lead-practitioner", "/summary/new?case={case_id}", ("reason",)),
    ("kim", "lead-practitioner", "/agreement-desk/new?case={case_id}", ("signatory_reference",)),
)


def test_what_was_kept_stands_on_its_page_again_whatever_that_page_begins_with(pages: Pages) -> None:
    for who, role, address, names in KEPT_ON:
        visitor, page = pages.visitor(who, role), filled(address, values(pages))
        typed = {name: f"{TYPED} {name}" for name in names}
        about = {"kept-page": page, "kept-action": page, "people": "3"}
        kept = visitor.post("/keep", {**typed, **about}).json()["kept"]
        shown = visitor.get(visitor.get(f"/begun/{kept}").headers["location"]).text
        for said in typed.values():
            assert said in shown, page


def test_the_register_has_what_the_profile_of_security_names() -> None:
    assert {
        Verb.OVERRIDE_REQUEST,
        Verb.OVERRIDE_APPROVE,
        Verb.AGREEMENT_SIGN,
        Verb.KEYS_ENROL,
        Verb.KEYS_APPROVE,
        Verb.KEYS_REVOKE,
        Verb.POLICIES_APPROVE,
        Verb.DISCLOSURE_RECALL,
    } <= STEP_UP
