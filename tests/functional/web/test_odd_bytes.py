"""What no browser sends: bytes that are no text, numbers of thousands of digits. The answer is no, and never a
failure."""

from __future__ import annotations

import csv
import io
from typing import Any, Final

import pytest
from starlette.requests import Request

from broker.web.forms import MOST_BYTES, MOST_BYTES_OPEN, MOST_FIELDS, csrf_of, number_of
from broker.web.pages.register import csv_of
from broker.web.site import Site
from tests.functional.usecases.test_rights import asked
from tests.functional.web.visitors import COOKIE, NAME, ORIGIN, Pages

LONG = "9" * 5000


@pytest.mark.parametrize("token", ["é", "\u0663", "\U0001f600"])
def test_a_token_that_is_not_ascii_is_no_token(pages: Pages, token: str) -> None:
    assert pages.visitor("kim", "lead-practitioner").post("/stay", {"token": token}).status_code == 403


def test_a_form_that_holds_what_no_database_keeps_is_no_form(pages: Pages) -> None:
    kim = pages.visitor("kim", "lead-practitioner")
    assert kim.post("/summary/new", {"reason": "a\x00b"}).status_code == 403
    assert kim.post("/summary/new", {"rea\x00son": "a"}).status_code == 403
    token = csrf_of(kim.secret or "")
    parts = (("token", token), ("reason", "half: \\ud800"))
    body = "".join(
        f'--b\r\ncontent-disposition: form-data; name="{name}"\r\n\r\n{said}\r\n' for name, said in parts
    )
    headers = {
        "cookie": f"{COOKIE}={kim.secret}",
        "origin": ORIGIN,
        "content-type": "multipart/form-data; boundary=b; charset=unicode_escape",
    }
    answer = pages.client.post("/summary/new", content=f"{body}--b--\r\n".encode(), headers=headers)
    assert answer.status_code == 403


ODD: Final = ('"\\000"', '"a\\000b"', '"\\377"', '"\\012"', "é", '"\\"', "a b", "x" * 5000, '"', "=", "%00", "")


def test_a_cookie_that_this_site_never_gave_is_none(pages: Pages) -> None:
    """Quoted, its numbers spell bytes: none reaches a database, which would fail on NUL."""
    for value in ODD:
        for name in (COOKIE, f"{COOKIE}-sign-in"):
            for path in ("/", "/queue", "/sign-in/done?state=x&code=y", "/sign-in/post", "/begun/x"):
                answer = pages.client.get(
                    path, headers={b"cookie": f"{name}={value}".encode("latin-1")}, follow_redirects=False
                )
                assert answer.status_code < 500, (name, value, path)
            for path in ("/stay", "/sign-in/post"):
                headers = {b"cookie": f"{name}={value}".encode("latin-1"), b"origin": ORIGIN.encode()}
                sent = pages.client.post(path, data={"post": "a/b"}, headers=headers, follow_redirects=False)
                assert 300 <= sent.status_code < 500, (name, value, path)
    site = Site(pages.office.broker, NAME)
    for value in ODD:
        asked = Request({"type": "http", "headers": [(b"cookie", f"{COOKIE}={value}".encode("latin-1"))]})
        found = site.find_cookie(asked, COOKIE)
        assert found is None or found.isascii(), value
        assert found is None or found.isprintable(), value


READ: Final = ("referer", "origin", "sec-fetch-site", "content-type", "accept-language", "range")


def test_no_header_makes_a_page_fail(pages: Pages) -> None:
    kim = pages.visitor("kim", "lead-practitioner", proved=False)
    odd = ("https://[", "//[", "\\", "é", "%00", "x" * 5000, '"\\000"', "multipart/form-data", "bytes=9-0")
    for name in READ:
        for value in odd:
            headers: Any = {name: value.encode("latin-1")}
            assert kim.post("/emergency-access/new", {"justification": "x"}, **headers).status_code < 500, headers
        assert kim.get("/your-session", **headers).status_code < 500, headers


OWN: Final = {
    ORIGIN: 200,
    ORIGIN.upper(): 403,
    f"http://{NAME}": 403,
    f"{ORIGIN}:443": 403,
    f"{ORIGIN}:8443": 403,
    f"{ORIGIN}/": 403,
    f"{ORIGIN}.evil.example": 403,
    f"https://x@{NAME}": 403,
    f"httpx://{NAME}": 403,
    f"http{ORIGIN}": 403,
    NAME: 403,
    "null": 403,
    "": 403,
    "http://localhost": 403,
}


def test_a_form_is_this_site_s_by_scheme_name_and_port(pages: Pages) -> None:
    kim = pages.visitor("kim", "lead-practitioner")
    assert {one: kim.post("/stay", origin=one).status_code for one in OWN} == OWN


def test_a_proxy_may_ask_by_this_machine_s_name_for_what_was_shown_at_the_site_s(pages: Pages) -> None:
    kim = pages.visitor("kim", "lead-practitioner")
    host = "127.0.0.1:8400"
    for origin, status in ((ORIGIN, 200), (f"http://{NAME}", 403), ("http://localhost:8400", 403)):
        assert kim.post("/stay", origin=origin, host=host).status_code == status, origin
    served = Site(pages.office.broker, None)
    asked = Request({"type": "http", "scheme": "http", "headers": [(b"host", host.encode())]})
    assert served.origins(asked) == {f"http://{host}"}


@pytest.mark.parametrize(
    "path", ["/summary/%00", "/contacts/a%00b", "/summary/new?draft=%00", "/static/%00/x.css"]
)
def test_an_address_with_a_nul_names_no_page(pages: Pages, path: str) -> None:
    assert pages.visitor("kim", "lead-practitioner").get(path).status_code == 404


@pytest.mark.parametrize(
    ("text", "number"),
    [("0", 0), ("60", 60), ("", None), ("-1", None), ("\u0663", None), ("²", None), (LONG, None)],
)
def test_a_number_is_short_and_of_plain_digits(text: str, number: int | None) -> None:
    assert number_of(text) == number


@pytest.mark.parametrize("digits", [LONG, "9" * 20, "\u0661"])
def test_a_day_of_many_digits_is_no_day(pages: Pages, digits: str) -> None:
    ola = pages.visitor("ola", "ig-officer")
    for odd in ("from-day", "from-month", "from-year"):
        typed = {"reason": "court", "from-day": "2", "from-month": "3", "from-year": "2026", odd: digits}
        answer = ola.post("/audit", typed)
        assert answer.status_code == 422, odd
        assert "is no date" in answer.text


def test_the_log_is_searched_to_no_day_after_the_last_and_from_no_place_beyond_it(pages: Pages) -> None:
    ola = pages.visitor("ola", "ig-officer")
    last = {"reason": "court", "from-day": "31", "from-month": "12", "from-year": "9999"}
    assert ola.post("/audit", last).status_code == 422
    found = ola.post("/audit", {**last, "from-year": "2025"}).headers["location"]
    assert ola.get(found).status_code == 200
    assert ola.get(f"{found}?before={'9' * 20}").status_code == 422


def test_a_field_of_a_whole_book_is_refused(pages: Pages) -> None:
    ola = pages.visitor("ola", "ig-officer")
    complaint = {"about": "a" * 70_000, "words": "It went to the wrong house"}
    answer = ola.post("/rights/new/complaint", complaint)
    assert answer.status_code == 422
    assert "aaaa" not in answer.text


def test_a_form_of_hundreds_of_fields_or_of_half_a_megabyte_is_read_no_further(
    pages: Pages, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Reading it would hold up everybody: whoever is not signed in may send the least."""
    kim = pages.visitor("kim", "lead-practitioner")
    many = {f"one-{number}": "x" for number in range(MOST_FIELDS)}
    assert kim.post("/stay", dict(list(many.items())[:-2])).status_code == 200

    async def read(*_: Any, **_limits: Any) -> Any:
        raise AssertionError("it was read")

    monkeypatch.setattr(Request, "form", read)
    assert kim.post("/stay", many).status_code == 403
    assert kim.post("/stay", {"words": "x" * MOST_BYTES}).status_code == 403
    assert pages.visitor().post("/sign-in/post", {"post": "x" * MOST_BYTES_OPEN}).status_code == 403


def test_a_number_of_thousands_of_digits_is_refused(pages: Pages) -> None:
    matter = asked(pages.office)
    ola = pages.visitor("ola", "ig-officer")
    breach = {"kind": "wrong-person", "what": "A letter went astray", "people": LONG}
    assert ola.post("/rights/new/breach", breach).status_code == 422
    assert ola.get(f"/rights/requests/{matter}/records/{LONG}").status_code == 422
    assert ola.get(f"/who-has-looked/{pages.office.people['mum']}/looks/{LONG}").status_code == 422


def test_a_cell_that_a_spreadsheet_would_run_is_told_as_text() -> None:
    odd = [
        "=1+1",
        "＝1+1",
        "+1",
        "＋1",
        "-1",
        "－1",
        "@SUM(1)",
        "＠SUM(1)",
        "\t=1",
        "\r=1",
        "\n=1",
        " =1",
        "\u00a0=1",
    ]
    told = bytes(csv_of("agreements.csv", [odd, ["Family support", "a=b"]]).body).decode("utf-8-sig")
    first, second = csv.reader(io.StringIO(told, newline=""))
    assert [cell[:1] for cell in first] == ["'"] * len(odd)
    assert second == ["Family support", "a=b"]
