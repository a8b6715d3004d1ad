"""A family whose names, address, phone and worry nobody could mistake goes through every page: nothing of them
comes out in an address, a title, a line of the log or a number.

And what two offices differ in that a reader may not see changes no page of theirs.
"""

from __future__ import annotations

import io
import logging
import re
from collections.abc import Callable, Iterable, Iterator
from datetime import date
from pathlib import Path
from typing import Any, Final

import pytest
import structlog
from prometheus_client import REGISTRY, generate_latest
from sqlalchemy import func, select
from starlette.testclient import TestClient

from broker.access import Verb
from broker.api.numbered import NumberedRequests
from broker.casework import CaseKind, Staff
from broker.consent.record import ConsentDecision, ConsentKind
from broker.logs import set_up_logs
from broker.people import ProtectionMarker
from broker.store.headers import RECORDS
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.casework.cases import NewCase, open_case
from broker.usecases.consent.record_consent import ConsentStatement, record_consent
from broker.usecases.linking.merges import Merged, merge_people
from broker.usecases.people.people import NewPerson, add_person
from broker.web.app import make_web
from broker.web.site import Site
from tests.functional.usecases.front_door_staff import contact
from tests.functional.usecases.office import TRIAGE, Office, Template, reopen_office
from tests.functional.web.crawler import Crawler, marked
from tests.functional.web.visitors import NAME, ORIGIN, Pages

MARKUP: Final = "</textarea></script>\"'><canary-mark onmouseover=alert(1)>{{ 7919 * 7919 }}"
"""What becomes part of a page wherever a page does not tell it from its own."""
MARKS: Final = (
    "quetzalcanary",
    "zanzibarcanary",
    "cm9 9zz",
    "canary lane",
    "01632 960987",
    "canaryworry",
    "9990000018",
)
WORDS: Final = {
    "phone": "01632 960987",
    "postcode": "CM9 9ZZ",
    "address": "7 Canary Lane",
    "family": "Quetzalcanary",
    "given": "Zanzibarcanary",
    "nhs": "9990000018",
    "born-day": "1",
    "born-month": "6",
    "born-year": "2015",
    "-day": "9",
    "-month": "3",
    "-year": "2026",
    "": f"canaryworry of Zanzibarcanary Quetzalcanary, 9990000018 {MARKUP}",
}
READERS: Final = (
    ("tri", "triage"),
    ("kim", "lead-practitioner"),
    ("ola", "ig-officer"),
    ("dee", "safeguarding-lead"),
)


def marked_family(office: Office) -> None:
    """Everybody and everything in this office is marked."""
    for name in ("mum", "partner", "child"):
        born = date(2015, 6, 1) if name == "child" else date(1988, 5, 1)
        office.step()
        office.people[f"marked-{name}"] = _marked(office, born)


def _marked(office: Office, born: date) -> str:
    new = NewPerson(
        "Zanzibarcanary",
        "Quetzalcanary",
        born,
        postcode="CM9 9ZZ",
        address=("7 Canary Lane",),
        phones=("01632 960987",),
    )
    return add_person(office.broker, TRIAGE, new)


@pytest.fixture
def lines() -> Iterator[io.StringIO]:
    root = logging.getLogger()
    before, level = root.handlers[:], root.level
    stream = io.StringIO()
    yield stream
    root.handlers[:] = before
    root.setLevel(level)
    structlog.reset_defaults()


def test_nothing_of_a_family_is_in_an_address_a_title_a_log_line_or_a_number(
    web_template: Template, tmp_path: Path, lines: io.StringIO
) -> None:
    with reopen_office(web_template, tmp_path / "office") as office:
        marked_family(office)
        about = ("marked-child", "marked-mum")
        contact(office, about, worry=f"canaryworry about Zanzibarcanary {MARKUP}")
        set_up_logs(office.clock, "debug", lines)
        app = NumberedRequests(make_web(office.broker, NAME))
        with TestClient(app, base_url=ORIGIN, raise_server_exceptions=False) as client:
            pages = Pages(office, client)
            crawlers = []
            for who, role in READERS:
                crawler = Crawler(pages.visitor(who, role), WORDS, most=40)
                crawler.walk("/", "/queue", "/search")
                crawlers.append(crawler)
    told = lines.getvalue()
    assert told.count("request.answered") >= sum(one.bodies for one in crawlers) > 60
    assert len(set().union(*(one.showing for one in crawlers))) > 5, "the family goes through pages"
    assert [one.broken for one in crawlers if one.broken] == []
    assert any(one.quoted for one in crawlers), "what was typed is shown again"
    assert [one.unescaped for one in crawlers if one.unescaped] == [], "and nowhere as part of a page"
    for crawler in crawlers:
        assert marked(crawler.addresses, MARKS) == []
        assert marked(crawler.titles, MARKS) == []
    assert marked(told.splitlines(), MARKS) == []
    assert marked([generate_latest(REGISTRY).decode()], MARKS) == []
    ids = re.compile(r"\bp-[a-z2-7]{20,}")
    assert not [one for one in told.splitlines() if ids.search(one)], "who a page was about is not the log's"


CLINIC: Final = Acting("cli", "consent-worker")
CLINIC_LEAD: Final = Acting("cil", "safeguarding-lead")
COUNSELLOR: Final = Acting("har", "lead-practitioner")
POLICE: Final = Acting("pat", "team-member")


def held(office: Office) -> None:
    """A clinic holds something about the child, and nobody agreed to its telling."""
    office.record(
        "essex-sexual-health", "sexual-health", ["child"], {"in_service": "yes", "concern": "canaryworry"}
    )


def hidden(office: Office) -> None:
    """Somebody is identity-protected who has the family's name, birthday, address and phone."""
    office.people["marked-hidden"] = _marked(office, date(2015, 6, 1))
    office.mark("marked-hidden", ProtectionMarker.PROTECTED)


def refused(office: Office) -> None:
    """At the clinic mum said no to everything of theirs, for herself and her child."""
    theirs = {"categories": frozenset({"sexual-health"}), "controllers": frozenset({"essex-sexual-health"})}
    for about in ("mum", "child"):
        office.step()
        statement = ConsentStatement(
            office.people[about],
            office.people["mum"],
            ConsentKind.DATA_PROTECTION,
            ConsentDecision.REFUSED,
            **theirs,  # type: ignore[arg-type]
        )
        record_consent(office.broker, CLINIC, statement)


def counselled(office: Office) -> None:
    """A counselling service has a case of its own about two of them."""
    about = frozenset({office.people["child"], office.people["marked-child"]})
    office.step()
    open_case(office.broker, COUNSELLOR, NewCase(CaseKind.TEAM, 2, frozenset({"family-support"}), about))


def broken_into(office: Office) -> None:
    """The police took emergency access about two of them."""
    office.emergency(POLICE, "child", "marked-child", case=None)


def merged(office: Office) -> None:
    """The clinic knew mum by a second entry, which it found to be her."""
    office.step()
    gone = _marked(office, date(1988, 5, 1))

    def work(act: Act, staff: Staff) -> Merged:
        return merge_people(act, staff, gone, office.people["marked-mum"], "seen both")

    perform(office.broker, CLINIC_LEAD, Verb.LINK_REVIEW, work)


UNSEEN: Final = (held, hidden, refused, counselled, broken_into, merged)
"""What two offices may differ in that neither reader may learn of, and no page of theirs may show. Each finds
something of its own to be silent about, so that they are walked together; when the test fails, take them apart."""

Difference = Callable[[Office], None]
Transcript = list[tuple[str, int, str]]


def transcript(template: Template, folder: Path, most: int, unlike: Iterable[Difference]) -> Transcript:
    """What an office answers when the same people open the same pages and send the same forms."""
    answers: Transcript = []
    with reopen_office(template, folder) as office:
        marked_family(office)
        for who, role, where in (
            (CLINIC.by, CLINIC.role, "essex-sexual-health"),
            (CLINIC_LEAD.by, CLINIC_LEAD.role, "essex-sexual-health"),
            (COUNSELLOR.by, COUNSELLOR.role, "harbour-counselling"),
            (POLICE.by, POLICE.role, "essex-police"),
        ):
            office.enrol_one(who, "Somebody Else", where, role)
        met = contact(office, ("child", "mum", "marked-child")).case
        for one in unlike:
            one(office)
        office.reseed("walk")
        office.clock.at = office.clock.at.replace(hour=13, minute=0, second=0, microsecond=0)
        team = office.cases["team"]
        starts = ("/", "/queue", f"/contacts/{met.id}", "/search", "/inbox", "/notices", "/due", f"/teams/{team}")
        with TestClient(make_web(office.broker, NAME), base_url=ORIGIN) as client:
            for who, role in READERS[:2]:
                crawler = _Recording(Pages(office, client).visitor(who, role), WORDS, most=most)
                crawler.walk(*starts, f"/summary/new?case={team}", f"/agreement-desk/case/{team}")
                answers += crawler.answers
    return answers


def test_what_may_not_be_seen_changes_no_page(web_template: Template, tmp_path: Path) -> None:
    """Every answer is the same, but for ids, which are random, and the tokens of sessions."""
    one = transcript(web_template, tmp_path / "one", 16, ())
    two = transcript(web_template, tmp_path / "two", 16, UNSEEN)
    assert len(one) > 30
    assert [answer[:2] for answer in one] == [answer[:2] for answer in two]
    for first, second in zip(one, two, strict=True):
        assert first == second


def test_a_page_that_counts_what_it_may_not_is_noticed(
    web_template: Template, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """Without this the test above could compare nothing."""
    render = Site.page

    def leaking(self: Site, *arguments: Any, **named: Any) -> Any:
        answer = render(self, *arguments, **named)
        with self.world.store.look() as view:
            count = int(view.read(select(func.count()).select_from(RECORDS))[0][0])
        answer.body += b" " * count
        answer.headers["content-length"] = str(len(answer.body))
        return answer

    monkeypatch.setattr(Site, "page", leaking)
    one = transcript(web_template, tmp_path / "one", 2, ())
    assert one != transcript(web_template, tmp_path / "two", 2, (held,))


class _Recording(Crawler):
    """Keeps every answer, without what is random in it."""

    @property
    def answers(self) -> Transcript:
        return self.__dict__.setdefault("_answers", [])  # type: ignore[no-any-return]

    def _look(self, answer, path):  # type: ignore[no-untyped-def]
        body = re.sub(r"[a-z]{1,2}-[a-z2-7]{20,}|[0-9a-f]{32,}", "*", answer.text)
        self.answers.append((re.sub(r"[a-z]{1,2}-[a-z2-7]{20,}", "*", path), answer.status_code, body))
        return super()._look(answer, path)
