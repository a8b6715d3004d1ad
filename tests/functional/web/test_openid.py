"""Signing in with a provider over HTTP: what works, and every lie a provider, a network or a browser may tell."""

from __future__ import annotations

import hmac
import json
from collections.abc import Callable, Iterator
from concurrent.futures import ThreadPoolExecutor
from contextlib import ExitStack, suppress
from dataclasses import dataclass, field
from datetime import UTC, datetime, timedelta
from pathlib import Path
from threading import Event as Told
from threading import Semaphore
from typing import Any, Final
from unittest.mock import patch
from urllib.parse import parse_qsl, urlsplit

import httpx2
import pytest
import structlog
from starlette.requests import Request

from broker.audit.events import Event
from broker.casework.account import Account
from broker.errors import CallWrong
from broker.openid import patience
from broker.openid import provider as provider_module
from broker.openid.attempt import Attempt
from broker.openid.back_channel import MOST_BYTES
from broker.openid.patience import LEFT_ALONE_FOR, MOST_AT_ONCE, Patience
from broker.openid.provider import Provider as Relying
from broker.openid.refusal import Cause, SignInRefused
from broker.openid.registration import Registration, is_safe
from broker.openid.turns import Asker, Turns
from broker.settings import Settings
from broker.usecases.signing_in.accounts import bind_account, end_account, list_accounts
from broker.web.from_where import from_where
from broker.wiring import open_sign_in
from tests.functional.usecases.office import Template, at_rest, reopen_office
from tests.functional.web.hostile_provider import CLIENT, KEYS, SECRET, Provider, forge, serving, sign
from tests.functional.web.visitors import COOKIE, NAME, ORIGIN, Pages, pages_of

ATTEMPT = f"{COOKIE}-sign-in"


@dataclass
class Browser:
    """A browser with its cookies before the office's pages and the provider's."""

    pages: Pages
    provider: Provider
    relying: Relying | None = None
    cookies: dict[str, str] = field(default_factory=dict)
    where: str = "192.0.2.10"

    def get(self, path: str) -> httpx2.Response:
        headers = {**self._cookie(), "x-forwarded-for": self.where}
        return self._keep(self.pages.client.get(path, headers=headers, follow_redirects=False))

    def post(self, path: str, fields: dict[str, str]) -> httpx2.Response:
        headers = {**self._cookie(), "origin": ORIGIN, "sec-fetch-site": "same-origin"}
        return self._keep(self.pages.client.post(path, data=fields, headers=headers, follow_redirects=False))

    def asked(self, path: str = "/sign-in/start?back=/queue") -> dict[str, str]:
        """What the broker asks the provider when somebody presses the button."""
        answer = self.get(path)
        assert answer.status_code == 303, answer.text
        there = urlsplit(answer.headers["location"])
        assert f"{there.scheme}://{there.netloc}{there.path}" == f"{self.provider.issuer}/authorize"
        return dict(parse_qsl(there.query))

    def back(self, request: dict[str, str], **changed: str | None) -> httpx2.Response:
        """What the broker answers when the browser comes back with a code."""
        answer = {"state": request["state"], "iss": self.provider.issuer, **changed}
        answer.setdefault("code", self.provider.code_for(request))
        words = "&".join(f"{name}={value}" for name, value in answer.items() if value is not None)
        return self.get(f"/sign-in/done?{words}")

    def _cookie(self) -> dict[str, str]:
        return {"cookie": "; ".join(f"{name}={value}" for name, value in self.cookies.items())}

    def _keep(self, answer: httpx2.Response) -> httpx2.Response:
        for line in answer.headers.get_list("set-cookie"):
            name, _, rest = line.partition("=")
            value = rest.partition(";")[0].strip('"')
            assert "HttpOnly" in line
            assert "Secure" in line
            assert "samesite=lax" in line.lower()
            assert "Path=/" in line
            self.cookies[name] = value
            if not value:
                del self.cookies[name]
        return answer


@pytest.fixture
def browser(web_template: Template, tmp_path: Path) -> Iterator[Browser]:
    """A browser before an office where Kim's account is known."""
    with reopen_office(web_template, tmp_path / "office") as office, serving(office.clock) as provider:
        bind_account(office.broker, Account(provider.issuer, provider.subject), "kim")
        relying = Relying(provider.registration)
        pages = pages_of(office, provider=relying)
        with pages.client:
            yield Browser(pages, provider, relying)


def test_somebody_with_one_post_signs_in_and_comes_back_to_where_they_were(browser: Browser) -> None:
    request = browser.asked()
    assert request["redirect_uri"] == f"https://{NAME}/sign-in/done"
    assert request["code_challenge_method"] == "S256"
    assert request["response_type"] == "code"
    assert request["scope"] == "openid"
    assert len(request["state"]) >= 43
    assert len(request["nonce"]) >= 43
    answer = browser.back(request)
    assert (answer.status_code, answer.headers["location"]) == (303, "/queue")
    assert set(browser.cookies) == {COOKIE}
    assert "Kim Ward" in browser.get("/your-session").text
    [started] = [one for one in browser.pages.office.entries() if one.event is Event.SESSION_STARTED]
    assert (started.actor, started.details["provider"]) == ("kim", "openid")


def test_every_attempt_is_unlike_any_other(browser: Browser) -> None:
    seen = [browser.asked() for _ in range(3)]
    for name in ("state", "nonce", "code_challenge"):
        assert len({one[name] for one in seen}) == 3


def test_a_session_is_not_fixed_by_a_cookie_that_was_there_before(browser: Browser) -> None:
    browser.cookies[COOKIE] = "chosen-by-somebody-else"
    browser.back(browser.asked())
    assert browser.cookies[COOKIE] != "chosen-by-somebody-else"
    assert len(browser.cookies[COOKIE]) >= 43


def test_signing_in_again_ends_the_session_that_the_browser_had(browser: Browser) -> None:
    browser.back(browser.asked())
    stolen = browser.cookies[COOKIE]
    browser.back(browser.asked())
    assert browser.get("/your-session").status_code == 200
    answer = browser.pages.client.get(
        "/your-session", headers={"cookie": f"{COOKIE}={stolen}"}, follow_redirects=False
    )
    assert answer.status_code == 303
    [ended] = [one for one in browser.pages.office.entries() if one.event is Event.SESSION_ENDED]
    assert ended.actor == "kim"


def test_an_account_without_a_post_is_told_so_and_nothing_begins(browser: Browser) -> None:
    browser.provider.subject = "stranger"
    answer = browser.back(browser.asked())
    assert answer.status_code == 403
    assert "your account has no post here" in answer.text
    assert browser.cookies == {}
    told = browser.pages.office.entries()[-1]
    assert (told.event, told.details["reason"], told.actor) == (Event.SESSION_REFUSED, "no-account", "unknown")


def test_somebody_whose_post_ended_has_none(browser: Browser) -> None:
    office = browser.pages.office
    end_account(office.broker, Account(browser.provider.issuer, browser.provider.subject), "kim")
    assert browser.back(browser.asked()).status_code == 403


def test_somebody_with_several_posts_chooses_once(browser: Browser) -> None:
    office, account = browser.pages.office, Account(browser.provider.issuer, browser.provider.subject)
    bind_account(office.broker, account, "ola")
    answer = browser.back(browser.asked())
    assert answer.headers["location"] == "/sign-in/post"
    assert COOKIE not in browser.cookies
    page = browser.get("/sign-in/post")
    assert "Lead practitioner" in page.text
    assert "Information-governance officer" in page.text
    assert browser.post("/sign-in/post", {}).status_code == 422
    copied = browser.cookies[ATTEMPT]
    assert browser.post("/sign-in/post", {"post": "ola/ig-officer"}).headers["location"] == "/queue"
    assert "Ola Grant" in browser.get("/your-session").text
    again = Browser(browser.pages, browser.provider, cookies={ATTEMPT: copied})
    assert again.post("/sign-in/post", {"post": "kim/lead-practitioner"}).status_code == 403
    assert COOKIE not in again.cookies


@pytest.mark.parametrize("post", ["sid/siro", "kim/siro", "nobody/triage", "kim/"])
def test_nobody_chooses_a_post_that_is_not_theirs(browser: Browser, post: str) -> None:
    office, account = browser.pages.office, Account(browser.provider.issuer, browser.provider.subject)
    bind_account(office.broker, account, "ola")
    browser.back(browser.asked())
    assert browser.post("/sign-in/post", {"post": post}).status_code in {403, 422}
    assert COOKIE not in browser.cookies


def test_whoever_thinks_too_long_about_their_post_begins_again(browser: Browser) -> None:
    office, account = browser.pages.office, Account(browser.provider.issuer, browser.provider.subject)
    bind_account(office.broker, account, "ola")
    browser.back(browser.asked())
    office.step(5)
    assert browser.post("/sign-in/post", {"post": "kim/lead-practitioner"}).status_code == 403


def hs256(claims: dict[str, Any]) -> str:
    """Signed with what the broker's own secret would be, if it were taken for a key."""
    return forge(claims, {"alg": "HS256"}, lambda data: hmac.digest(SECRET.encode(), data, "sha256"))


def hs256_by_public_key(claims: dict[str, Any]) -> str:
    """Signed with the provider's public key as if it were a shared secret (RFC 8725 section 2.1)."""
    public = KEYS[0].as_pem(private=False)
    return forge(claims, {"alg": "HS256", "kid": KEYS[0].kid}, lambda data: hmac.digest(public, data, "sha256"))


def tampered(claims: dict[str, Any]) -> str:
    """Another subject under an honest signature."""
    head, _, end = sign(claims).split(".")
    return f"{head}.{sign({**claims, 'sub': 'ola'}).split('.')[1]}.{end}"


LIES: dict[str, tuple[str, dict[str, Any]]] = {
    "another nonce": ("nonce", {"claims": {"nonce": "x" * 43}}),
    "no nonce": ("nonce", {"without": ("nonce",)}),
    "a nonce that is no text": ("nonce", {"claims": {"nonce": ["x"]}}),
    "another audience": ("audience", {"claims": {"aud": "somebody else"}}),
    "two audiences": ("audience", {"claims": {"aud": [CLIENT, "somebody else"]}}),
    "no audience": ("audience", {"without": ("aud",)}),
    "for another party": ("audience", {"claims": {"azp": "somebody else"}}),
    "another issuer": ("issuer", {"claims": {"iss": "https://other.example"}}),
    "no issuer": ("issuer", {"without": ("iss",)}),
    "expired": ("expired", {"claims": {"exp": 1}}),
    "made long ago": ("expired", {"claims": {"iat": 1}}),
    "made tomorrow": ("not-yet", {"claims": {"iat": 4102444800, "exp": 4102444900}}),
    "not yet": ("not-yet", {"claims": {"nbf": 4102444800}}),
    "no end": ("claims", {"without": ("exp",)}),
    "an end that is text": ("claims", {"claims": {"exp": "4102444800"}}),
    "an end that is true": ("claims", {"claims": {"exp": True}}),
    "an end beyond all time": ("claims", {"claims": {"exp": 1e300}}),
    "no beginning": ("claims", {"without": ("iat",)}),
    "proved tomorrow": ("not-yet", {"claims": {"auth_time": 4102444800}}),
    "nobody": ("claims", {"without": ("sub",)}),
    "nobody's name": ("claims", {"claims": {"sub": ""}}),
    "a list of people": ("claims", {"claims": {"sub": ["kim@example.org/1"]}}),
    "another access token": ("claims", {"claims": {"at_hash": "AAAAAAAAAAAAAAAAAAAAAA"}}),
    "unsigned": ("algorithm", {"signed": lambda claims: forge(claims, {"alg": "none"}, lambda _: b"")}),
    "unsigned in capitals": (
        "algorithm",
        {"signed": lambda claims: forge(claims, {"alg": "NONE"}, lambda _: b"")},
    ),
    "signed with the secret": ("algorithm", {"signed": hs256}),
    "signed with the public key": ("algorithm", {"signed": hs256_by_public_key}),
    "an extension nobody knows": ("algorithm", {"signed": lambda claims: sign(claims, crit=["b64"], b64=True)}),
    "signed by another": ("signature", {"signed": lambda claims: sign(claims, KEYS[1])}),
    "signed by another in its name": (
        "signature",
        {"signed": lambda claims: sign(claims, KEYS[1], kid=KEYS[0].kid)},
    ),
    "tampered with": ("signature", {"signed": tampered}),
    "no token": ("signature", {"signed": lambda _: ""}),
    "no token at all": (
        "token",
        {"told": lambda told: json.dumps({"access_token": told["access_token"]}).encode()},
    ),
    "two tokens": ("code", {"told": lambda told: json.dumps(told).replace("{", '{"id_token":"x",', 1).encode()}),
    "no object": ("code", {"told": lambda _: b'"x"'}),
    "no JSON": ("code", {"told": lambda _: b"<html>"}),
    "without end": ("code", {"told": lambda _: b" " * (MOST_BYTES + 1)}),
    "a failure": ("code", {"token_status": 500}),
    "elsewhere": ("code", {"token_status": 302}),
    "another provider": ("issuer", {"metadata": {"issuer": "https://other.example"}}),
    "a token address in clear": ("metadata", {"metadata": {"token_endpoint": "http://other.example/token"}}),
    "no keys": ("metadata", {"metadata": {"jwks_uri": None}}),
    "only shared secrets": ("algorithm", {"metadata": {"id_token_signing_alg_values_supported": ["HS256"]}}),
}
"""What is a lie, and the cause the log has for it. Whoever signs in reads the same in every case."""


@pytest.mark.parametrize("lie", LIES)
def test_no_lie_of_a_provider_is_believed(browser: Browser, lie: str) -> None:
    cause, changed = LIES[lie]
    if "metadata" not in changed:
        request = browser.asked()
    for name, value in changed.items():
        setattr(browser.provider, name, value)
    with structlog.testing.capture_logs() as logged:
        answer = browser.get("/sign-in/start?back=/queue") if "metadata" in changed else browser.back(request)
    assert answer.status_code == 403
    assert [one.get("reason_code") for one in logged] == [cause]
    assert "Try once more" in answer.text
    assert lie not in answer.text
    assert COOKIE not in browser.cookies
    assert Event.SESSION_STARTED not in {one.event for one in browser.pages.office.entries()}


def test_a_code_is_worth_something_once(browser: Browser) -> None:
    request = browser.asked()
    attempt, code = browser.cookies[ATTEMPT], browser.provider.code_for(request)
    assert browser.back(request, code=code).status_code == 303
    thief = Browser(browser.pages, browser.provider, cookies={ATTEMPT: attempt})
    assert thief.back(request, code=code).status_code == 403
    assert COOKIE not in thief.cookies


def test_a_code_for_one_browser_is_worth_nothing_in_another(browser: Browser) -> None:
    """An attacker's own code in somebody else's browser would sign them in as the attacker (RFC 6749, 10.12)."""
    other = Browser(browser.pages, browser.provider)
    mine, theirs = browser.asked(), other.asked()
    code = browser.provider.code_for(mine)
    assert other.back(mine, code=code).status_code == 403
    assert other.back(theirs, code=code).status_code == 403
    assert Browser(browser.pages, browser.provider).back(mine, code=code).status_code == 403


@pytest.mark.parametrize(
    ("changed", "cause"),
    [
        ({"state": "x"}, "state"),
        ({"state": None}, "state"),
        ({"state": ""}, "state"),
        ({"code": None}, "code"),
        ({"code": ""}, "code"),
        ({"iss": "https://other.example"}, "issuer"),
        ({"error": "access_denied"}, "provider-refused"),
    ],
)
def test_no_lie_of_a_browser_is_believed(browser: Browser, changed: dict[str, str | None], cause: str) -> None:
    request = browser.asked()
    with structlog.testing.capture_logs() as logged:
        assert browser.back(request, **changed).status_code == 403
    assert [one.get("reason_code") for one in logged] == [cause]


def test_a_provider_that_says_who_answers_is_held_to_it(browser: Browser) -> None:
    browser.provider.metadata = {"authorization_response_iss_parameter_supported": True}
    request = browser.asked()
    assert browser.back(request, iss=None).status_code == 403


def test_what_stands_twice_in_an_answer_is_not_read(browser: Browser) -> None:
    request = browser.asked()
    code = browser.provider.code_for(request)
    answer = browser.get(f"/sign-in/done?code={code}&code=x&state={request['state']}")
    assert answer.status_code == 403


@pytest.mark.parametrize(
    "change", [lambda _: "", lambda text: text[:-4], lambda text: text[:40] + text[:1] + text[42:], lambda _: "~"]
)
def test_an_attempt_that_was_changed_is_none(browser: Browser, change: Callable[[str], str]) -> None:
    request = browser.asked()
    browser.cookies[ATTEMPT] = change(browser.cookies[ATTEMPT])
    assert browser.back(request).status_code == 403


def test_an_attempt_ends(browser: Browser) -> None:
    request = browser.asked()
    browser.pages.office.clock.advance(timedelta(minutes=15))
    assert browser.back(request).status_code == 403


def test_what_is_sealed_in_a_browser_says_nothing(browser: Browser) -> None:
    request = browser.asked()
    assert request["state"] not in browser.cookies[ATTEMPT]
    assert repr(Attempt.begin("r", "/", browser.pages.office.clock.now())).count("'") == 0


def test_new_keys_of_a_provider_are_asked_for(browser: Browser, monkeypatch: pytest.MonkeyPatch) -> None:
    assert browser.back(browser.asked()).status_code == 303
    browser.provider.published = [KEYS[1]]
    browser.provider.signed = lambda claims: sign(claims, KEYS[1])
    assert browser.back(browser.asked()).status_code == 403  # asked a moment ago: not again for each who tries
    monkeypatch.setattr(provider_module, "KEYS_AGAIN_AFTER", 0.0)
    assert browser.back(browser.asked()).status_code == 303
    assert browser.provider.asked.count("/.well-known/openid-configuration") == 1


def test_a_provider_that_is_away_is_said_to_be(browser: Browser) -> None:
    gone = Relying(Registration("http://127.0.0.1:9", CLIENT, SECRET))
    pages = pages_of(browser.pages.office, provider=gone)
    with structlog.testing.capture_logs() as logged:
        answer = pages.client.get("/sign-in/start?back=/queue", follow_redirects=False)
    assert logged[0]["reason_code"] == "unreachable"
    assert (answer.status_code, answer.headers["retry-after"]) == (503, "10")
    assert "Wait a minute, then try again" in answer.text
    assert 'href="/sign-in?back=/queue"' in answer.text
    assert pages.client.get("/signed-out").status_code == 200


def test_a_provider_that_answers_byte_by_byte_is_waited_for_no_longer_than_any(
    browser: Browser, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It goes on until the test is over: whoever waits for its end is never answered."""
    monkeypatch.setattr(patience, "WITHIN", 0.5)
    browser.provider.manner = "drip"
    assert browser.get("/sign-in/start").status_code == 503
    browser.provider.manner = ""
    browser.pages.office.clock.advance(LEFT_ALONE_FOR)
    request = browser.asked()
    browser.provider.manner = "drip"
    assert browser.back(request).status_code == 503
    assert not browser.provider.stopped.is_set()


def test_a_provider_that_was_away_is_left_alone_for_a_moment(browser: Browser) -> None:
    browser.provider.manner = "hang-up"
    assert browser.get("/sign-in/start").status_code == 503
    browser.provider.manner = ""
    asked = len(browser.provider.asked)
    assert browser.get("/sign-in/start").status_code == 503
    assert len(browser.provider.asked) == asked, "nobody asked it again"
    browser.pages.office.clock.advance(LEFT_ALONE_FOR)
    assert browser.back(browser.asked()).status_code == 303


def test_a_few_wait_for_a_provider_and_the_others_are_told_to_come_again(browser: Browser) -> None:
    now = browser.pages.office.clock.now()
    request = browser.asked()
    relying = browser.relying
    assert relying is not None
    with ExitStack() as waiting:
        for number in range(MOST_AT_ONCE):
            with suppress(SignInRefused):
                waiting.enter_context(relying._patience.asking(now, Asker(f"192.0.2.{number}")))
        with structlog.testing.capture_logs() as logged:
            assert browser.back(request).status_code == 503
        assert logged[0]["reason_code"] == "busy"
        assert browser.get("/sign-in").status_code == 200
    assert browser.back(browser.asked()).status_code == 303


def test_slow_attempts_of_one_address_hold_up_neither_another_nor_a_proof(browser: Browser) -> None:
    """The provider answers a code that it never gave when it likes: here, when the test lets it."""
    browser.back(browser.asked())
    signed_in = dict(browser.cookies)
    browser.cookies.clear()
    relying = browser.relying
    assert relying is not None
    channel, told, waiting = relying._channel, Told(), Semaphore(0)
    post = channel.post

    def slowly(address: str, body: str, *others: Any) -> dict[str, Any]:
        if "code=made-up" in body:
            waiting.release()
            told.wait()
        return post(address, body, *others)

    def attempt(where: str, code: str | None = None) -> httpx2.Response:
        own = Browser(browser.pages, browser.provider, where=where)
        request = own.asked()
        return own.back(request, **({} if code is None else {"code": code}))

    with ThreadPoolExecutor(20) as attackers, patch.object(channel, "post", slowly):
        tried = [attackers.submit(attempt, "192.0.2.66", "made-up") for _ in range(20)]
        try:
            for _ in range(MOST_AT_ONCE // 2):
                assert waiting.acquire(timeout=60)
            assert attempt("198.51.100.7").status_code == 303
            assert attempt("2001:db8::1").status_code == 303
            refused = attempt("192.0.2.66")
            assert (refused.status_code, refused.headers["retry-after"]) == (503, "10")
            browser.cookies.update(signed_in)
            browser.where = "192.0.2.66"
            proof = browser.asked("/sign-in/start?again=yes&back=/queue")
            assert browser.back(proof).status_code == 303, "who is signed in waits for nobody who is not"
        finally:
            told.set()
    answers = [one.result().status_code for one in tried]
    assert set(answers) <= {403, 503}
    assert answers.count(403) >= MOST_AT_ONCE // 2


def test_one_asker_never_has_more_turns_than_are_left_for_the_others() -> None:
    turns, one, other, third = Turns(12), Asker("192.0.2.1"), Asker("192.0.2.2"), Asker("192.0.2.3")
    assert [sum(turns.take(who) for _ in range(20)) for who in (one, other, third)] == [6, 3, 2]
    turns.give_back(one)
    assert not turns.take(one)
    assert turns.take(Asker("192.0.2.4"))
    assert "192.0.2.1" not in repr(one)


@pytest.mark.parametrize(
    ("told", "same", "differs"),
    [
        ("192.0.2.1", "10.9.8.7, 192.0.2.1", "192.0.2.1, 10.9.8.7"),
        ("2001:db8:1:2::3", "2001:db8:1:2:ffff::1", "2001:db8:1:3::3"),
        ("::ffff:192.0.2.1", "192.0.2.1", "192.0.2.2"),
        ("no address", "neither", "192.0.2.1"),
    ],
)
def test_an_address_is_the_one_that_the_proxy_wrote(told: str, same: str, differs: str) -> None:
    def where(value: str) -> str:
        headers = [(b"x-forwarded-for", b"203.0.113.9"), (b"x-forwarded-for", value.encode())]
        return from_where(Request({"type": "http", "headers": headers, "client": ("127.0.0.1", 1)}))

    assert where(told) == where(same) != where(differs)
    assert where("nobody") == "127.0.0.1"


def test_one_asks_whether_a_provider_is_back_and_what_is_no_outage_closes_nothing() -> None:
    one, now = Patience(), datetime(2026, 3, 2, 9, 30, tzinfo=UTC)

    def ask(at: datetime, cause: Cause | None) -> Cause | None:
        """What became of it: `cause` is what goes wrong while the provider is asked."""
        try:
            with one.asking(at, Asker("192.0.2.1")):
                if cause is not None:
                    raise SignInRefused(cause)
        except SignInRefused as refused:
            return refused.cause
        return None

    assert ask(now, Cause.CODE) is Cause.CODE
    assert ask(now, None) is None, "a code that was refused is no outage"
    assert ask(now, Cause.NOT_ANSWERED) is Cause.NOT_ANSWERED
    assert ask(now, None) is None, "nor is a code that nothing was said to"
    assert ask(now, Cause.UNREACHABLE) is Cause.UNREACHABLE
    assert ask(now + LEFT_ALONE_FOR - timedelta(seconds=1), None) is Cause.UNREACHABLE
    later = now + LEFT_ALONE_FOR
    with one.asking(later, Asker("192.0.2.2")):
        assert ask(later, None) is Cause.UNREACHABLE, "one asks, for all"
    assert ask(later, None) is None
    assert ask(later, Cause.UNREACHABLE) is Cause.UNREACHABLE
    assert ask(now, None) is None, "a clock that was put back leaves nobody out"


@pytest.mark.parametrize(
    ("claim", "claims", "works"),
    [
        ("oid", {"oid": "kim@example.org/1"}, True),
        ("oid", {}, False),
        ("email", {"email": "kim@example.org/1", "email_verified": True}, True),
        ("email", {"email": "kim@example.org/1", "email_verified": "true"}, False),
        ("email", {"email": "kim@example.org/1"}, False),
    ],
)
def test_the_deployment_names_the_claim_that_names_an_account(
    browser: Browser, claim: str, claims: dict[str, Any], works: bool
) -> None:
    browser.provider.subject, browser.provider.claims = "another name", claims
    registration = Registration(browser.provider.issuer, CLIENT, SECRET, claim)
    browser.pages = pages_of(browser.pages.office, provider=Relying(registration))
    assert browser.back(browser.asked()).status_code == (303 if works else 403)


def test_where_nobody_set_up_a_sign_in_the_page_says_so(browser: Browser) -> None:
    pages = pages_of(browser.pages.office)
    assert "No sign-in has been set up" in pages.client.get("/sign-in").text
    for path in ("/sign-in/start", "/sign-in/done"):
        assert pages.client.get(path, follow_redirects=False).status_code == 403


def test_the_demonstration_s_provider_is_not_there_outside_the_demonstration(browser: Browser) -> None:
    for path in (
        "/demo-sign-in/authorize",
        "/demo-sign-in/keys",
        "/demo-sign-in/.well-known/openid-configuration",
    ):
        assert browser.pages.client.get(path).status_code == 404
    assert browser.pages.client.post("/demo-sign-in/token").status_code == 404


def test_accounts_are_bound_ended_and_listed_and_stand_sealed(browser: Browser) -> None:
    office = browser.pages.office
    account = Account("https://login.example.org", "canary-account")
    assert bind_account(office.broker, account, "tom")
    assert not bind_account(office.broker, account, "tom")
    [bound] = list_accounts(office.broker, ["tom"])
    assert (bound.account, bound.staff_id, bound.by) == (account, "tom", "operator")
    assert end_account(office.broker, account, "tom") == 0
    assert list_accounts(office.broker, ["tom"]) == ()
    assert b"canary-account" not in at_rest(office)
    changes = [one.details["change"] for one in office.entries() if one.event is Event.STAFF_CHANGED]
    assert changes[-2:] == ["account-bound", "account-ended"]
    for wrong in (Account("login.example.org", "x"), Account("https://login.example.org", "two words")):
        with pytest.raises(CallWrong):
            bind_account(office.broker, wrong, "tom")
    with pytest.raises(CallWrong):
        bind_account(office.broker, account, "nobody")
    with pytest.raises(CallWrong):
        end_account(office.broker, account, "tom")


def test_ending_an_account_ends_its_sessions_at_once(browser: Browser) -> None:
    browser.back(browser.asked())
    account = Account(browser.provider.issuer, browser.provider.subject)
    assert browser.get("/your-session").status_code == 200
    assert end_account(browser.pages.office.broker, account, "kim") == 1
    assert browser.get("/your-session").status_code == 303


ADDRESSES: Final = {
    "https://login.example.org": True,
    "https://login.example.org/": True,
    "https://login.example.org:8443/tenant/v2.0": True,
    "https://Login.Example.org/a": True,
    "https://login.example.org/authorize?p=a_policy": True,
    "https://xn--bcher-kva.example/": True,
    "https://[2001:db8::1]/": True,
    "http://127.0.0.1:9": True,
    "http://localhost:8400/demo": True,
    "http://[::1]:9/": True,
    "http://localhost:1@evil.example/": False,
    "http://localhost:1%40evil.example/": False,
    "https://login.example.org@evil.example/": False,
    "https://user:word@login.example.org/": False,
    "https://login.example.org\\@evil.example/": False,
    "https:\\\\login.example.org/": False,
    "https://login.example.org?@evil.example/": False,
    "https://login.example.org#@evil.example/": False,
    "https://login.example.org/#part": False,
    "https://login.example.org /": False,
    " https://login.example.org/": False,
    "https://login.example.org/\n": False,
    "https://login.example.org/a\tb": False,
    "https://login.example.org/a b": False,
    "https://login.example.org/\x00": False,
    "https://bücher.example/": False,
    "https://login.example.org\u2044@evil.example/": False,
    "https://login。example/": False,
    "https://login.example.org:/": False,
    "https://login.example.org:0/": False,
    "https://login.example.org:65536/": False,
    "https://login.example.org:+443/": False,
    "https://login.example.org:443:443/": False,
    "https://login.example.org:\u0664\u0664\u0663/": False,
    "https://": False,
    "https:///path": False,
    "https:login.example.org": False,
    "HTTPS://login.example.org/": False,
    "http://login.example.org/": False,
    "http://localhost": False,
    "http://localhost.evil.example:1/": False,
    "http://127.0.0.1.evil.example:1/": False,
    "http://127.1:80/": False,
    "http://LOCALHOST:80/": False,
    "http://localhost:99999/": False,
    "javascript:alert(1)": False,
    "file:///etc/passwd": False,
    "//login.example.org/": False,
    "": False,
}


def test_an_address_is_asked_only_where_every_reader_of_it_reads_the_same_safe_place() -> None:
    assert {address: is_safe(address) for address in ADDRESSES} == ADDRESSES
    for issuer in ("https://login.example.org/?p=1", "http://localhost:1@evil.example/"):
        with pytest.raises(CallWrong, match="https"):
            Registration(issuer, CLIENT, SECRET)


def settings(tmp_path: Path, **named: Any) -> Settings:
    return Settings.model_validate({"data_dir": tmp_path, **named})


def test_a_provider_is_named_whole_or_not_at_all(tmp_path: Path) -> None:
    file = tmp_path / "secret"
    file.write_text("a secret\n", "utf-8")
    file.chmod(0o600)
    whole = {"oidc_issuer": "https://login.example.org", "oidc_client_id": "broker", "oidc_secret_file": file}
    found = open_sign_in(settings(tmp_path, **whole))
    assert found is not None
    assert found.registration.client_secret == file.read_text("utf-8").strip()
    assert "a secret" not in repr(found.registration)
    assert open_sign_in(settings(tmp_path)) is None
    for name in whole:
        with pytest.raises(CallWrong, match=name.upper()):
            open_sign_in(settings(tmp_path, **{one: value for one, value in whole.items() if one != name}))
    with pytest.raises(CallWrong, match="https"):
        open_sign_in(settings(tmp_path, **{**whole, "oidc_issuer": "http://login.example.org"}))
    file.chmod(0o644)
    with pytest.raises(CallWrong, match="0600"):
        open_sign_in(settings(tmp_path, **whole))
    file.chmod(0o600)
    file.write_text("\n", "utf-8")
    with pytest.raises(CallWrong, match="empty"):
        open_sign_in(settings(tmp_path, **whole))
    file.unlink()
    with pytest.raises(CallWrong, match="cannot be read"):
        open_sign_in(settings(tmp_path, **whole))
