"""Every page asked as every role: who gets it, who is refused, who is asked to sign in; and that no answer lacks a
header or fails. The matrix is `pages.csv`."""

from __future__ import annotations

from collections.abc import Callable

import httpx2
import pytest

from broker.access import Access
from broker.agreements.partnership import load_partnership
from broker.audit.events import Event, Outcome
from broker.web.headers import PAGE_HEADERS
from tests.functional.usecases.office import ROOT
from tests.functional.web.matrix import EVERYBODY, Row, kinds_of_role, opens, rows
from tests.functional.web.visitors import Pages, filled

pytestmark = pytest.mark.only_on("sqlite")  # who gets a page is the same on both; one is enough

_ROLES = load_partnership(ROOT / "policies").vocabulary.roles
KINDS = kinds_of_role(Access.load(ROOT / "policies" / "access", _ROLES.keys()), _ROLES, rows())
"""Roles that open the very same pages, by the first of them."""
ABOUT_SESSIONS = frozenset({Event.SESSION_STARTED, Event.SESSION_ENDED, Event.SESSION_STEPPED_UP})


def values(pages: Pages) -> dict[str, str]:
    """What stands in the places of addresses: things that are there, where the office has them."""
    people, cases = pages.office.people, pages.office.cases
    return {
        "case_id": cases["team"],
        "person_id": people["child"],
        "reference": "family-support",
        "version": "1",
        "number": "1",
    }


def headers_missing(answer: httpx2.Response) -> list[str]:
    """Which of the headers of every page this answer does not carry once and as they are."""
    found = [(name.decode().lower(), value.decode()) for name, value in answer.headers.raw]
    return [name.decode() for name, value in PAGE_HEADERS if found.count((name.decode(), value.decode())) != 1]


@pytest.fixture
def matrix(pages: Pages) -> list[tuple[Row, str]]:
    """Each row with its address filled in; one that ends the session comes last."""
    known = values(pages)
    found = [(row, filled(row.address, known)) for row in rows()]
    return sorted(found, key=lambda one: (one[0].method, one[0].address) == ("POST", "/sign-out"))


def test_whoever_is_not_signed_in_is_asked_to_and_changes_nothing(
    pages: Pages, matrix: list[tuple[Row, str]]
) -> None:
    before = len(pages.office.entries())
    nobody = pages.visitor()
    for row, path in matrix:
        answer = nobody.get(path) if row.method == "GET" else nobody.post(path)
        assert headers_missing(answer) == [], row
        if row.opens == EVERYBODY:
            assert answer.status_code in {200, 303, 403, 404, 422}, (row, answer.status_code)
        else:
            assert answer.status_code == 303, (row, answer.status_code)
            assert answer.headers["location"].startswith("/sign-in"), row
    told = pages.office.entries()[before:]
    assert {entry.outcome for entry in told} <= {Outcome.REFUSED}


@pytest.mark.parametrize("role", sorted(KINDS))
def test_every_role_gets_its_pages_and_no_other(pages: Pages, matrix: list[tuple[Row, str]], role: str) -> None:
    office, access = pages.office, pages.office.broker.access
    office.enrol_one(f"one-{role}", "Somebody Else", "ecc", role)
    ask, looking = asking(pages, role), pages.visitor(f"one-{role}", role)
    wrong = []
    before = len(office.entries())
    for row, path in matrix:
        if not opens(access, role, row):
            answer = looking.get(path) if row.method == "GET" else looking.post(path)
            good = {403} if row.method == "GET" else {403, 422}
            if answer.status_code not in good or headers_missing(answer):
                wrong.append((row.method, row.address, answer.status_code))
    told = office.entries()[before:]
    done = {one.event for one in told if one.outcome is not Outcome.REFUSED} - ABOUT_SESSIONS
    assert done == set(), f"as {role}, who may not"
    for row, path in matrix:
        if opens(access, role, row):
            answer = ask(row, path)
            perhaps = row.method == "POST" or "{" in row.address or row.opens == EVERYBODY
            good = {200, 303, 403, 404, 422} if perhaps else {200, 303}
            if answer.status_code not in good or headers_missing(answer):
                wrong.append((row.method, row.address, answer.status_code))
    assert wrong == []


def test_roles_differ_in_the_pages_they_get() -> None:
    assert len(KINDS) >= 10


def asking(pages: Pages, role: str) -> Callable[[Row, str], httpx2.Response]:
    """Asks as somebody of this role; whoever sends a form has newly signed in, because some forms end that."""
    looking = pages.visitor(f"one-{role}", role)

    def ask(row: Row, path: str) -> httpx2.Response:
        if row.method == "GET":
            return looking.get(path)
        return pages.visitor(f"one-{role}", role).post(path)

    return ask


@pytest.mark.parametrize("method", ["GET", "HEAD", "POST", "PUT", "DELETE", "OPTIONS"])
def test_every_address_answers_every_method_with_the_headers(
    pages: Pages, matrix: list[tuple[Row, str]], method: str
) -> None:
    """Known and unknown addresses, for nobody, for somebody, and for another name."""
    somebody = pages.visitor("kim", "lead-practitioner")
    for path in {path for _, path in matrix} | {"/nothing", "/static/x/y.css", "//", "/queue/", "/%00"}:
        seen_as = ({}, {"cookie": f"__Host-broker={somebody.secret}"}, {"host": "other.example"})
        for headers in seen_as if method in {"GET", "POST"} else seen_as[1:2]:
            answer = pages.client.request(method, path, headers=headers, follow_redirects=False)
            assert answer.status_code < 500, (method, path)
            assert headers_missing(answer) == [], (method, path)
            assert not {"server", "x-powered-by", "access-control-allow-origin"} & answer.headers.keys()
            if not path.startswith("/sign-in"):
                assert "set-cookie" not in answer.headers, (method, path)


def test_forms_of_another_site_or_session_are_refused(pages: Pages, matrix: list[tuple[Row, str]]) -> None:
    kim, tom = pages.visitor("kim", "lead-practitioner"), pages.visitor("tom", "team-member")
    before = len(pages.office.entries())
    for row, path in matrix:
        if row.method != "POST":
            continue
        for headers in (
            {"origin": "https://other.example"},
            {"origin": "null"},
            {"sec_fetch_site": "cross-site"},
            {"sec_fetch_site": "same-site"},
        ):
            assert kim.post(path, **headers).status_code == 403, (path, headers)
        if row.opens != EVERYBODY:
            for token in ("", "x", [tom.secret], None):
                assert kim.post(path, {"token": token}).status_code == 403, (path, token)
    told = [one.event for one in pages.office.entries()[before:] if one.outcome is not Outcome.REFUSED]
    assert told == []
