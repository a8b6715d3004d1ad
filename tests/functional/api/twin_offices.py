"""Two offices that differ only in what a requester may not see, and what leaves each when asked the same.

What leaves is compared whole: status, headers in their order, body. Masked, to their length, are the four things
that are unlike in two runs whatever is held: the number of the request, the hash of an entry, which is over 32
random bytes, and with it the digest of the body and the signature.
"""

from __future__ import annotations

import json
import re
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final

from broker.access import Access
from broker.agreements.partnership import Partnership
from broker.app import make_app
from broker.clock import Clock
from broker.settings import Settings
from broker.store.consents import find_consents
from broker.store.session import Store
from tests.functional.api.door import AUTHORITY, Got, Partner, asked, partner
from tests.functional.usecases.office import Office, Template, reopen_office

_LEAF: Final = re.compile(rb'"leaf_hash":"[0-9a-f]{64}"')
_MASKED: Final = (b"signature", b"content-digest")
_NUMBER: Final = b"broker-request-id"
KIM: Final = "by=kim&role=lead-practitioner"


@dataclass(frozen=True)
class OfficeNow:
    """The broker of an office as it is at the moment: its randomness is seeded anew before each request."""

    office: Office

    @property
    def settings(self) -> Settings:
        return self.office.broker.settings

    @property
    def clock(self) -> Clock:
        return self.office.clock

    @property
    def partnership(self) -> Partnership:
        return self.office.broker.partnership

    @property
    def access(self) -> Access:
        return self.office.broker.access

    @property
    def store(self) -> Store:
        return self.office.broker.store


@dataclass(frozen=True)
class Twin:
    """One of the two. `hidden` is an id that names somebody in no office, or in one somebody protected;
    `released` a disclosure made before they parted, `consent` the child's."""

    council: Partner
    hidden: str
    released: str
    consent: str


@contextmanager
def twins(template: Template, folder: Path, differ: Callable[[Office, str], None]) -> Iterator[tuple[Twin, Twin]]:
    """Two copies of the office with one past; then the second differs."""
    with reopen_office(template, folder / "one") as one, reopen_office(template, folder / "two") as two:
        pair = []
        signer = None
        for office in (one, two):
            council = partner(office)
            signer = signer or council.signer
            council.signer = signer
            council.app = make_app(OfficeNow(office), signer, AUTHORITY)
            released = office.ask().id
            with office.broker.store.look() as view:
                consent = find_consents(view, [office.people["child"]])[0].id
            pair.append(Twin(council, _next_person(office), released, consent))
        assert pair[0].hidden == pair[1].hidden
        differ(two, pair[1].hidden)
        later = max(office.clock.at for office in (one, two))
        for office in (one, two):
            office.clock.at = later
            office.step()
        yield pair[0], pair[1]


def _next_person(office: Office) -> str:
    """The id of whoever is made known next under this seed."""
    office.reseed("hidden")
    with office.broker.store.rehearse(office.clock) as act:
        found = act.new_id("p-")
    office.reseed("hidden")
    return found


def transcript(twin: Twin) -> list[tuple[str, int, tuple[tuple[bytes, bytes], ...], bytes]]:
    """What leaves when each address is asked, about those whom the two offices are unlike in and others."""
    council, office = twin.council, twin.council.office
    staff = {"by": "kim", "role": "lead-practitioner"}
    people, case = office.people, office.cases["team"]
    profile = asked(council)
    hidden = {**profile, "about": [people["mum"], twin.hidden]}
    yes = {**staff, "about": people["child"], "signatory": people["mum"], "categories": ["attendance"]}
    line = {
        "source": "e-1",
        "category": "early-help",
        "occurred_on": "2026-02-20",
        "about": [
            {"given_name": "Hidden", "family_name": "Testing", "born_on": "2010-01-01", "postcode": "CM1 1LX"}
        ],
        "fields": {"status": "open"},
    }
    steps: list[tuple[str, Callable[[], Got]]] = [
        ("profile", lambda: council.send("POST", "/v1/profiles", profile, idempotency_key="one")),
        ("profile again", lambda: council.send("POST", "/v1/profiles", profile, idempotency_key="one")),
        ("profile of nobody", lambda: council.send("POST", "/v1/profiles", hidden, idempotency_key="two")),
        ("consent", lambda: council.send("POST", "/v1/consents", yes, idempotency_key="three")),
        ("consent of nobody", lambda: council.send("POST", "/v1/consents", {**yes, "about": twin.hidden})),
        ("withdrawal", lambda: council.send("POST", f"/v1/consents/{twin.consent}/withdrawal", staff)),
        ("list", lambda: council.send("GET", "/v1/disclosures", query=f"{KIM}&limit=1")),
        ("one", lambda: council.send("GET", f"/v1/disclosures/{twin.released}", query=KIM)),
        ("profile after", lambda: council.send("POST", "/v1/profiles", profile)),
        ("team", lambda: council.send("GET", f"/v1/teams/{case}", query=KIM)),
        ("agreements", lambda: council.send("GET", "/v1/agreements", query="by=ola&role=ig-officer")),
        ("records", lambda: _records(council, line)),
        ("proof", lambda: council.send("GET", "/v1/audit/proof", query=f"leaf={'0' * 64}")),
    ]
    found = []
    for name, step in steps:
        office.step()
        office.reseed(name)
        got = step()
        headers = tuple(
            (header, b"~" * len(value))
            if header == _NUMBER
            else (header, re.sub(rb"[A-Za-z0-9+/=]{40,}", lambda one: b"~" * len(one[0]), value))
            if header in _MASKED
            else (header, value)
            for header, value in got.headers
        )
        found.append((name, got.status, headers, _LEAF.sub(b'"leaf_hash":"~"', got.body)))
    return found


def _records(council: Partner, line: dict[str, Any]) -> Got:
    body = json.dumps(line).encode()
    return council.send_body("POST", "/v1/records", body, "list=early-help", content_type="application/x-ndjson")
