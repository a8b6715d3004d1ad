"""What every page is given: who is looking, the form that was sent, the templates, and how a page answers.

Decides that a page is for somebody signed in unless it says otherwise, that the secret of a session stands in a
cookie that no script reads and no other site sends (docs/security.md section 6), that what somebody typed is not
lost where they must sign in or prove again who they are first, and what happens where somebody is not signed in,
may not, or sent something that cannot be done.
"""

from __future__ import annotations

import re
from collections.abc import Iterable
from dataclasses import dataclass, replace
from typing import Any, Final
from urllib.parse import quote, urlsplit

from starlette.concurrency import run_in_threadpool
from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from broker.errors import BrokerError
from broker.openid.attempt import LASTS as ATTEMPT_LASTS
from broker.openid.provider import Provider
from broker.usecases.acting import Acting
from broker.usecases.signing_in.kept_forms import KeptForm, drop_form, find_form, keep_form
from broker.usecases.signing_in.sessions import LASTS, Session, find_session, find_timed_out
from broker.usecases.world import World
from broker.web.forms import KEPT, Beside, Form, FormRefused, Problem, csrf_of, problem_beside, read_form
from broker.web.labels import called
from broker.web.navigation import bar_for, places_for
from broker.web.rendering import Templates

_LOCAL: Final = ("127.0.0.1", "localhost", "[::1]")
_COOKIE: Final = re.compile(r"[!-~]{1,4096}")


class SignInNeeded(Exception):
    """Nobody is signed in, or not any more."""


class StepUpNeeded(Exception):
    """Whoever is signed in must prove again who they are before this."""


class SentElsewhere(Exception):
    """What was asked for is done already, and what came of it has an address of its own."""

    def __init__(self, address: str) -> None:
        super().__init__()
        self.address = address


@dataclass(frozen=True, slots=True)
class Visit:
    """One request of somebody signed in."""

    request: Request
    session: Session
    secret: str

    @property
    def acting(self) -> Acting:
        """Who acts, for use cases."""
        return self.session.acting

    @property
    def staff_id(self) -> str:
        """The post's id."""
        return self.session.stored.staff_id

    @property
    def role(self) -> str:
        """The role's code."""
        return self.session.stored.role

    @property
    def organisation(self) -> str:
        """The code of the organisation they work for."""
        return self.session.member.staff.organisation

    def require_step_up(self) -> None:
        """For sensitive verbs. Raises StepUpNeeded unless they proved lately who they are."""
        if not self.session.is_stepped_up:
            raise StepUpNeeded


class Site:
    """The parts that pages are made of. `authority` is the one name the site goes by, None on this machine
    alone; `provider` is where people sign in, None where nobody does; `own_address` is another one at which
    this machine itself reaches the site."""

    def __init__(
        self,
        world: World,
        authority: str | None,
        *,
        demo: bool = False,
        provider: Provider | None = None,
        own_address: str | None = None,
    ) -> None:
        self.world = world
        self.authority = authority
        self.demo = demo
        self.provider = provider
        self.own_address = own_address
        self.templates = Templates(world)
        self.secure = authority is not None and authority.rpartition(":")[0] not in _LOCAL
        self.cookie: Final = "__Host-broker" if self.secure else "broker-session"
        self.attempt_cookie: Final = f"{self.cookie}-sign-in"

    def visit(self, request: Request) -> Visit:
        """A dependency: who is looking. Raises SignInNeeded."""
        found = self.find_visit(request)
        if found is None:
            raise SignInNeeded
        return found

    def proved(self, request: Request) -> Visit:
        """A dependency in place of `visit`, for sensitive verbs: who is looking, who proved lately who they are.
        Raises SignInNeeded, StepUpNeeded."""
        visit = self.visit(request)
        visit.require_step_up()
        return visit

    def find_visit(self, request: Request) -> Visit | None:
        """Who is looking, or None for a page that is for everybody."""
        secret = self.find_cookie(request, self.cookie)
        session = find_session(self.world, secret) if secret else None
        return Visit(request, session, secret) if session is not None and secret is not None else None

    def find_cookie(self, request: Request, name: str) -> str | None:
        """One of this site's cookies, where it could be what this site gave: printable ASCII and not long. Quotes
        and numbers in it spell bytes (RFC 2109) that no database keeps as text."""
        found = request.cookies.get(name, "")
        return found if _COOKIE.fullmatch(found) else None

    def origins(self, request: Request) -> frozenset[str]:
        """Whose forms are this site's: scheme, name and port (RFC 6454). A proxy may ask by this machine's own
        name for what a browser was shown at the site's; whoever is on this machine has no other."""
        host = request.headers.get("host", "")
        found = set()
        if self.authority is not None:
            found.add(f"{'https' if self.secure else 'http'}://{self.authority}")
        if host != self.authority:
            found.add(f"{request.scope['scheme']}://{host}")
        return frozenset(one.lower() for one in found)

    async def form(self, request: Request) -> Form:
        """A dependency: the form that was sent, from a page of this site and this session; where it was kept, it
        is kept no longer. Raises FormRefused."""
        secret = self.find_cookie(request, self.cookie) or ""
        found = await read_form(request, self.origins(request), secret)
        request.state.form = found
        if found.text(KEPT):
            await run_in_threadpool(self._drop_kept, secret, found.text(KEPT))
        return found

    async def open_form(self, request: Request) -> Form:
        """A dependency: a form of somebody who need not be signed in, from a page of this site."""
        return await read_form(request, self.origins(request), None)

    def page(
        self,
        who: Visit | Request,
        template: str,
        *,
        status: int = 200,
        problems: Iterable[Problem] = (),
        form: Form | None = None,
        **data: Any,
    ) -> HTMLResponse:
        """The page; with `problems`, its form again with what was typed in it. A form of theirs that was kept
        stands before what the page would begin with."""
        request = who.request if isinstance(who, Visit) else who
        visit = who if isinstance(who, Visit) else None
        found = tuple(problems)
        kept = self._find_kept(visit) if visit is not None and not found else None
        if kept is not None:
            form = Form(kept.fields)
        places = places_for(self.world.access, visit.role) if visit is not None else []
        told: dict[str, Any] = {
            "visit": visit,
            "site": self,
            "path": request.url.path,
            "places": places,
            "places_in_bar": bar_for(places, request.url.path),
            "csrf": csrf_of(visit.secret) if visit is not None else "",
            "form": form or Form(),
            "kept_form": kept.id if kept is not None else "",
            **data,
        }
        told["may_open"] = frozenset(one.path for one in places)
        rendered = self.templates.render(template, problems=found, errors=Beside(found), **told)
        lost = {one.field for one in found if one.field and f'id="{one.field}"' not in rendered}
        # What is wrong is said as the page calls the field, and leads to it where it stands there, or is no link.
        said = called((replace(one, field="") if one.field in lost else one for one in found), rendered)
        if said != found:
            rendered = self.templates.render(template, problems=said, errors=Beside(said), **told)
        return HTMLResponse(rendered, status_code=422 if found else status)

    def asked_again(
        self, request: Request, template: str, form: Form, error: BrokerError, **data: Any
    ) -> HTMLResponse:
        """The same for somebody who is not signed in."""
        return self.page(request, template, form=form, problems=[problem_beside(error)], **data)

    def again(self, visit: Visit, template: str, form: Form, error: BrokerError, **data: Any) -> HTMLResponse:
        """The form again with what was typed, and beside its field what a use case refused."""
        return self.page(visit, template, form=form, problems=[problem_beside(error)], **data)

    def go(self, path: str) -> Response:
        """On to another page, so that nothing is sent twice by going back (RFC 9110 section 15.4.4)."""
        return RedirectResponse(path, status_code=303)

    def set_cookie(self, response: Response, secret: str) -> None:
        """Gives the browser its secret."""
        response.set_cookie(
            self.cookie,
            secret,
            max_age=int(LASTS.total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",
        )

    def set_attempt(self, response: Response, kept: str) -> None:
        """Gives the browser what it must come back with from the provider."""
        response.set_cookie(
            self.attempt_cookie,
            kept,
            max_age=int(ATTEMPT_LASTS.total_seconds()),
            path="/",
            secure=self.secure,
            httponly=True,
            samesite="lax",  # it comes back from another site
        )

    def drop_attempt(self, response: Response) -> None:
        """Takes that back."""
        response.delete_cookie(self.attempt_cookie, path="/", secure=self.secure, httponly=True, samesite="lax")

    def url(self, request: Request, path: str) -> str:
        """The whole address of a page here, for somebody elsewhere to send a browser back to."""
        host = None if self.demo else self.authority
        return f"{'https' if self.secure else 'http'}://{host or request.headers['host']}{path}"

    def own_path(self, address: str) -> str:
        """An address of this very site without its name, so that it is reached as it was; others as they are."""
        for own in (f"{'https' if self.secure else 'http'}://{self.authority}", self.own_address):
            if own is not None and address.startswith(f"{own}/"):
                return address.removeprefix(own)
        return address

    async def keep(self, request: Request) -> str | None:
        """Keeps the form that was sent, for whoever was signed in when they typed it, and returns where it can be
        taken up again; None where there is none, or it came from elsewhere. Files are not kept."""
        secret = self.find_cookie(request, self.cookie) or ""
        try:
            form = getattr(request.state, "form", None) or await read_form(request, self.origins(request), secret)
        except FormRefused:
            return None
        return await run_in_threadpool(self._keep, secret, form, request)

    def _keep(self, secret: str, form: Form, request: Request) -> str | None:
        visit = self.find_visit(request)
        staff_id = visit.staff_id if visit is not None else find_timed_out(self.world, secret)
        if staff_id is None:
            return None
        page, action = page_before(request), request.url.path
        draft = keep_form(self.world, staff_id, page, action, form.kept(), form.text(KEPT) or None)
        return f"/begun/{draft}"

    def _drop_kept(self, secret: str, draft_id: str) -> None:
        session = find_session(self.world, secret)
        if session is not None:
            drop_form(self.world, session.stored.staff_id, draft_id)

    def find_kept(self, visit: Visit) -> Form | None:
        """What they had typed on the page that is asked for, where it was kept: for a page that depends on it."""
        kept = self._find_kept(visit)
        return Form(kept.fields) if kept is not None else None

    def _find_kept(self, visit: Visit) -> KeptForm | None:
        """The form of theirs that this page is asked to show again."""
        draft_id = visit.request.query_params.get(KEPT)
        if not draft_id or visit.request.method != "GET":
            return None
        found = find_form(self.world, visit.staff_id, draft_id)
        return found if found is not None and urlsplit(found.page).path == visit.request.url.path else None

    def drop_cookie(self, response: Response) -> None:
        """Takes it back."""
        response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax")


def sign_in_address(path: str, start: str = "/sign-in") -> str:
    """Where somebody signs in to come back to a page of this site."""
    return f"{start}?back={quote(path, safe='/')}" if is_here(path) and path != "/" else start


def address_of(request: Request) -> str:
    """The page that was asked for: the address, and what stands after it."""
    return request.url.path + (f"?{request.url.query}" if request.url.query else "")


def page_before(request: Request) -> str:
    """The page on which the form stood, where the browser says so; else the address it was sent to."""
    try:
        before = urlsplit(request.headers.get("referer", ""))
    except ValueError:
        return request.url.path
    if before.netloc != request.headers.get("host", "") or not is_here(before.path):
        return request.url.path
    kept = "&".join(one for one in before.query.split("&") if one and not one.startswith(f"{KEPT}="))
    return before.path + (f"?{kept}" if kept else "")


def is_here(path: str) -> bool:
    """Whether it is the address of a page of this site and nothing else."""
    return path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()
