"""Every page, drawn in a browser and judged as `tests/browser/judged.py` judges.

First the demo's county is walked without scripts by one person of each kind of role; then comes what the tests
of pages were answered, which know states that no morning of the demo holds. Of each address are drawn those pages
that show anything which none before them has shown.

What was answered is what is drawn: a page that a form answered is drawn from those very bytes, under its own
address and its own policy, and nothing is sent twice.
"""

from __future__ import annotations

import sys
import tempfile
from collections import Counter
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final
from urllib.parse import urlencode

import httpx2

from broker.access import Access
from broker.agreements.partnership import load_partnership
from broker.cli.demo.cast import STAFF
from tests.browser.judged import Judge
from tests.browser.kept import answers, keep_answers
from tests.browser.screens import County, county
from tests.browser.walked import COOKIE, Addresses, Answer, PageReader, SentForm, Walker
from tests.functional.web.crawler import pattern
from tests.functional.web.matrix import Row, kinds_of_role, rows

ROOT: Final = Path(__file__).resolve().parents[2]
FAMILIES: Final = 60
NOBODY: Final = "nobody"
PLACES: Final = {"housing-options": "chelmsford-city", "clinician": "riverside-surgery"}
"""Where somebody works whose role the council has nobody in."""
LEAVER: Final = "one-leaver"
TWO_POSTS: Final = ("one-triage-too", "one-lead-too")
MOST_LOOKS: Final = 3
"""At pages of one address and status, each of which shows something that those before did not; with those of the
tests twice as many."""
A_TEST: Final = "a test of pages"
TESTS_FAMILY: Final = "Testing"
PROBLEMS: Final = frozenset({403, 404, 405})
"""The same page wherever it is met."""


def kinds() -> dict[str, list[str]]:
    """Every kind of role: those that open the very same pages, by the first of them."""
    known = load_partnership(ROOT / "policies").vocabulary.roles
    return kinds_of_role(Access.load(ROOT / "policies" / "access", known.keys()), known, rows())


@dataclass
class Everywhere:
    """All that was walked: how often each address was reached, what was looked at, and what is wrong there."""

    judge: Judge | None
    reached: Counter[Row] = field(default_factory=Counter)
    looked: Counter[str] = field(default_factory=Counter)
    shown: dict[str, set[str]] = field(default_factory=dict)
    """The kinds of element that pages of an address have shown."""
    faults: set[str] = field(default_factory=set)
    answers: int = 0
    who: str = ""
    most: int = MOST_LOOKS

    def take(self, answer: Answer, reader: PageReader) -> None:
        """Counts an answer, and looks at it where it shows anything new."""
        self.answers += 1
        if answer.row is not None and answer.reached:
            self.reached[answer.row] += 1
        where = f"{answer.method} {answer.row.address if answer.row else pattern(answer.path)} {answer.status}"
        if answer.status >= 500 and self.who != A_TEST:  # which breaks things, and says itself what comes then
            self.wrong(where, "failed")
        if answer.status in PROBLEMS:
            where = str(answer.status)
        if not answer.is_page or self.looked[where] >= self.most or reader.shape <= self.shown.get(where, set()):
            return
        self.looked[where] += 1
        self.shown.setdefault(where, set()).update(reader.shape)
        if self.judge is not None:
            page = answer.path, answer.status, answer.headers, answer.body, answer.secret
            for fault in self.judge.faults(*page, alone=self.who == A_TEST):
                self.wrong(where, fault)
        if sys.stderr.isatty():
            told = f"{self.looked.total()} pages, {len(self.faults)} faults; as {self.who}"
            print(f"\r{told:<78}", end="", file=sys.stderr)

    def wrong(self, where: str, fault: str) -> None:
        """Notes a fault, once."""
        told = f"{where}: {fault}"
        if told not in self.faults:
            self.faults.add(told)
            print(f"{told} (as {self.who})", file=sys.stderr, flush=True)


def words(found: County) -> dict[str, str]:
    """What is typed, by a part of the field's name; the first that fits."""
    home, case = found.played.cast.led, found.played.led.case.id
    child, mother = home.child.person, home.mother.person
    return {
        "born-day": str(child.born_on.day),
        "born-month": str(child.born_on.month),
        "born-year": str(child.born_on.year),
        "received-day": "15",
        "from-day": "12",
        "on-day": "15",
        "-day": "20",
        "-month": "11",
        "-year": "2026",
        "time": "8:30",
        "family": child.family_name,
        "given": child.given_name,
        "phone": "01632 960155",
        "call_back": "01632 960155",
        "postcode": "",
        "nhs": "",
        "case": case,
        "signatory_reference": home.mother.id,
        "about": home.child.id,
        "subject": home.child.id,
        "person": home.mother.id,
        "disclosure": found.played.team.lead.id,
        "called": mother.given_name,
        "cover": "june",
        "post": LEAVER,
        "member": "rosa",
        "manager": "one-practice-manager",
        "": "Because the school rang again this morning",
    }


@dataclass
class Company:
    """Everybody who walks: one person a kind of role, and one who is not signed in."""

    found: County
    everywhere: Everywhere
    client: httpx2.Client
    typed: Callable[[str], str]
    addresses: Addresses = field(default_factory=lambda: Addresses(rows()))
    before: Counter[str] = field(default_factory=Counter)
    _forms: list[SentForm] = field(default_factory=list)

    def walker(self, who: str | None) -> Walker:
        """Somebody who walks."""
        served = self.found.served
        sign_in = (lambda: served.secret(who)) if who is not None else (lambda: None)
        told = self.everywhere.take
        return Walker(served.address, self.client, self.addresses, sign_in, self.typed, told, before=self.before)

    def post(self, kind: str, alike: list[str]) -> str:
        """Whoever has such a role: one of the demo's staff, or else somebody new."""
        posts = {role: f"{one}/{role}" for one, place, role, _ in STAFF if place == "ecc"}
        posts = {role: f"{one}/{role}" for one, _, role, _ in STAFF} | posts
        posts["caldicott-guardian"] = "ecc-guardian/caldicott-guardian"
        known = next((posts[role] for role in alike if role in posts), None)
        if known is None:
            self.found.served.office.enrol_one(f"one-{kind}", "Robin Vale", PLACES.get(kind, "ecc"), kind)
        return known or f"one-{kind}/{kind}"

    def walk(self, roles: list[str]) -> None:
        """Everybody walks, again when all have worked, and then sends what takes work away; sessions come last."""
        office, all_kinds = self.found.served.office, kinds()
        office.enrol_one(LEAVER, "Lee Goodbye", "ecc", "triage")
        everybody = {kind: self.walker(self.post(kind, all_kinds[kind])) for kind in roles}
        everybody[NOBODY] = self.walker(None)
        for go in (lambda one: one.walk("/"), Walker.walk_again, Walker.take_away):
            for kind, walker in everybody.items():
                self.everywhere.who = kind
                go(walker)
        self.sessions(everybody[roles[0]])

    def sessions(self, somebody: Walker) -> None:
        """Signing in and out, leaving, what was kept, and addresses that are none."""
        self.everywhere.who = "whoever signs in or out"
        for path in ("/prove?back=/", "/sign-out", "/nothing-here", "/begun/nothing"):
            somebody.take(somebody.ask("GET", path), path)
        for page in ("/contacts/new", "/gone-since"):
            sent = {
                "kept-page": [page],
                "kept-action": [page],
                "worry": ["Not finished"],
                "token": [somebody.token()],
            }
            answer = somebody.ask("POST", "/keep", sent)
            somebody.take(answer, "/keep")
            somebody.walk(
                f"/begun/{httpx2.Response(200, content=answer.body).json()['kept']}", "/your-session?again=1"
            )
        for path in ("/stay", "/your-session/others", "/your-session/post", "/leave"):
            somebody.take(somebody.ask("POST", path, {"token": [somebody.token()]}), path)
        somebody.secret = somebody.sign_in()
        somebody.take(somebody.ask("POST", "/queue", {}), "/queue")
        somebody.take(somebody.ask("POST", "/sign-out", {"token": [somebody.token()]}), "/sign-out")
        self._sign_in()

    def _sign_in(self) -> None:
        office = self.found.served.office
        for post, role in zip(TWO_POSTS, ("triage", "lead-practitioner"), strict=True):
            office.enrol_one(post, "Robin Both", "ecc", role, "robin-both")
        nobody = self.walker(None)
        address = self.found.served.address
        for path in (
            "/sign-in",
            "/sign-in?ended=yes&back=/queue",
            "/sign-in/done",
            "/sign-in/post",
            "/signed-out",
        ):
            nobody.take(nobody.ask("GET", path), path)
        with httpx2.Client(base_url=address, headers={"origin": address}) as browser:

            def ask(method: str, path: str, fields: dict[str, str] | None = None) -> Answer:
                kind = {"content-type": "application/x-www-form-urlencoded"} if fields is not None else {}
                body = urlencode(fields) if fields is not None else None
                got = browser.request(method, path, content=body, headers=kind)
                row = self.addresses.find(method, path.removeprefix(address))
                secret = browser.cookies.get(COOKIE)
                head = dict(got.headers)
                answer = Answer(
                    method, path.removeprefix(address), row, got.status_code, head, got.content, secret
                )
                reader = PageReader(answer.path)
                if answer.is_page:
                    reader.feed(got.text)
                    self._forms = reader.forms
                self.everywhere.take(answer, reader)
                return answer

            provider = ask("GET", "/sign-in/start?back=/queue").headers["location"]
            ask("GET", provider)
            asked = {name: "".join(values) for name, values in self._forms[-1].fields.items()}
            ask("POST", "/demo-sign-in/authorize", asked)
            back = ask("POST", "/demo-sign-in/authorize", {**asked, "who": TWO_POSTS[0]}).headers["location"]
            chosen = ask("GET", back).headers["location"]
            ask("GET", chosen)
            ask("POST", chosen, {})
            ask("POST", chosen, {"post": f"{TWO_POSTS[0]}/triage"})


@contextmanager
def judging(found: County) -> Iterator[Judge]:
    """A judge who knows the names of the county's families, and of the tests' one."""
    people = found.played.county.people
    names = frozenset(name for one in people for name in (one.given_name, one.family_name))
    judge = Judge(found.served.browser, found.served.address, names | {TESTS_FAMILY})
    try:
        yield judge
    finally:
        judge.close()


def look_everywhere(found: County, judge: Judge | None, roles: list[str]) -> Everywhere:
    """Walks as these kinds of role."""
    known = words(found)
    everywhere = Everywhere(judge)
    with httpx2.Client(timeout=120) as client:
        typed = lambda name: next(text for part, text in known.items() if part in name)  # noqa: E731
        Company(found, everywhere, client, typed).walk(roles)
    return everywhere


def look_at_tests(everywhere: Everywhere) -> None:
    """What the tests of pages were answered. That one fails is a fault: what it would have shown is not known."""
    everywhere.who, everywhere.most = A_TEST, 2 * MOST_LOOKS
    with tempfile.TemporaryDirectory(prefix="broker-kept-") as name:
        folder = Path(name)
        if not keep_answers(folder):
            everywhere.wrong("pages", f"{A_TEST} failed")
        seen = everywhere.answers
        for answer in answers(folder):
            if answer.row is None and answer.status not in PROBLEMS:
                continue  # an address that a test made up for itself
            reader = PageReader(answer.path)
            if answer.is_page:
                reader.feed(answer.body.decode())
            everywhere.take(answer, reader)
        if everywhere.answers == seen:
            everywhere.wrong("pages", "nothing was kept of what tests were answered")


def pages_for_everybody(seeds: range) -> dict[str, int]:
    """Faults of pages, with addresses that nobody reached, and how much was looked at; `seeds` are the kinds of
    role, in their order."""
    roles = [kind for number, kind in enumerate(kinds()) if number in seeds]
    with county(FAMILIES) as found, judging(found) as judge:
        everywhere = look_everywhere(found, judge, roles)
        walked, pages = len(everywhere.reached), everywhere.looked.total()
        look_at_tests(everywhere)
    if sys.stderr.isatty():
        print(file=sys.stderr)
    unreached = [row for row in rows() if row not in everywhere.reached]
    for row in unreached:
        print(f"not reached: {row.method} {row.address}", file=sys.stderr)
    return {
        "bad": len(everywhere.faults) + len(unreached),
        "pages": everywhere.looked.total(),
        "pages_of_tests": everywhere.looked.total() - pages,
        "answers": everywhere.answers,
        "addresses": len(rows()),
        "reached_by_walking": walked,
        "unreached": len(unreached),
    }
