"""Somebody before the pages of an office, without a browser: signed in or not, asking over ASGI."""

from __future__ import annotations

import html
import re
from collections.abc import Iterator, Mapping
from dataclasses import dataclass
from typing import Any, Final, cast

import httpx2
from fastapi.routing import APIRoute
from starlette.testclient import TestClient

from broker.openid.provider import Provider
from broker.usecases.signing_in.sessions import Session, start_session
from broker.usecases.world import World
from broker.web.app import PAGES, make_web
from broker.web.forms import csrf_of
from broker.web.site import Site
from tests.functional.usecases.office import Office

NAME: Final = "pages.example"
ORIGIN: Final = f"https://{NAME}"
COOKIE: Final = "__Host-broker"


@dataclass
class Visitor:
    """A browser with one cookie; what it sends comes from a page of this site unless it says otherwise."""

    client: TestClient
    secret: str | None = None
    session: Session | None = None

    def get(self, path: str, **headers: str) -> httpx2.Response:
        """Opens a page; redirects are not followed."""
        return self._send("GET", path, None, headers)

    def post(self, path: str, fields: Mapping[str, Any] | None = None, **headers: str) -> httpx2.Response:
        """Sends a form with the session's token."""
        token = {"token": csrf_of(self.secret)} if self.secret is not None else {}
        ours = {"origin": ORIGIN, "sec-fetch-site": "same-origin"}
        return self._send("POST", path, {**token, **(fields or {})}, {**ours, **headers})

    def _send(
        self, method: str, path: str, fields: Mapping[str, Any] | None, headers: Mapping[str, str]
    ) -> httpx2.Response:
        cookie = {"cookie": f"{COOKIE}={self.secret}"} if self.secret is not None else {}
        named = {name.replace("_", "-"): value for name, value in headers.items()}
        return self.client.request(method, path, data=fields, headers={**cookie, **named}, follow_redirects=False)


@dataclass
class Pages:
    """The pages of an office."""

    office: Office
    client: TestClient

    def visitor(self, staff_id: str | None = None, role: str | None = None, *, proved: bool = True) -> Visitor:
        """Somebody signed in, who proved just now who they are unless not; or nobody."""
        if staff_id is None:
            return Visitor(self.client)
        now = self.office.clock.now() if proved else None
        secret, session = start_session(self.office.broker, staff_id, role, "local", proved_at=now)
        return Visitor(self.client, secret, session)


def text_of(visitor: Visitor, path: str) -> str:
    """What a page that opens says, its characters as they are read."""
    answer = visitor.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return html.unescape(answer.text)


def pages_of(office: Office, world: World | None = None, *, provider: Provider | None = None) -> Pages:
    """The office's pages, by the name `pages.example`."""
    app = make_web(world or office.broker, NAME, provider=provider)
    return Pages(office, TestClient(app, base_url=ORIGIN, raise_server_exceptions=False))


def routes() -> Iterator[tuple[str, str]]:
    """Every method and address there is a page for, from the pages themselves."""
    site = Site(cast("World", None), None)
    for make in PAGES:
        for route in make(site).routes:
            if isinstance(route, APIRoute):
                yield from ((method, route.path) for method in sorted(route.methods))


def filled(path: str, values: Mapping[str, str]) -> str:
    """An address with values in its places; a place nobody knows gets a word that names nothing."""
    return re.sub(r"\{([^}:]*)[^}]*\}", lambda place: values.get(place[1], "nothing"), path)
