"""What every page is given: who is looking, the form that was sent, the templates, and how a page answers.

Decides that a page is for somebody signed in unless it says otherwise, that the secret of a session stands in a
cookie that no script reads and no other site sends (docs/security.md section 6), and what happens where somebody
is not signed in, may not, or sent something that cannot be done.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final
from urllib.parse import quote

from starlette.requests import Request
from starlette.responses import HTMLResponse, RedirectResponse, Response

from broker.errors import BrokerError
from broker.usecases.acting import Acting
from broker.usecases.signing_in.sessions import LASTS, Session, find_session
from broker.usecases.world import World
from broker.web.forms import Form, FormRefused, Problem, csrf_of, problem_beside, read_form
from broker.web.navigation import places_for
from broker.web.rendering import Templates

_LOCAL: Final = ("127.0.0.1", "localhost", "[::1]")


class SignInNeeded(Exception):
    """Nobody is signed in, or not any more."""


class StepUpNeeded(Exception):
    """Whoever is signed in must prove again who they are before this."""


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
    alone."""

    def __init__(self, world: World, authority: str | None, *, demo: bool = False) -> None:
        self.world = world
        self.authority = authority
        self.demo = demo
        self.templates = Templates(world)
        self.secure = authority is not None and authority.rpartition(":")[0] not in _LOCAL
        self.cookie: Final = "__Host-broker" if self.secure else "broker-session"

    def visit(self, request: Request) -> Visit:
        """A dependency: who is looking. Raises SignInNeeded."""
        found = self.find_visit(request)
        if found is None:
            raise SignInNeeded
        return found

    def find_visit(self, request: Request) -> Visit | None:
        """Who is looking, or None for a page that is for everybody."""
        secret = request.cookies.get(self.cookie)
        session = find_session(self.world, secret) if secret else None
        return Visit(request, session, secret) if session is not None and secret is not None else None

    async def form(self, request: Request) -> Form:
        """A dependency: the form that was sent, from a page of this site and this session. Raises FormRefused."""
        return await read_form(request, self.authority, request.cookies.get(self.cookie) or "")

    async def open_form(self, request: Request) -> Form:
        """A dependency: a form of somebody who need not be signed in, from a page of this site."""
        return await read_form(request, self.authority, None)

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
        """The page; with `problems`, its form again with what was typed in it."""
        request = who.request if isinstance(who, Visit) else who
        visit = who if isinstance(who, Visit) else None
        found = tuple(problems)
        rendered = self.templates.render(
            template,
            visit=visit,
            site=self,
            path=request.url.path,
            places=places_for(self.world.access, visit.role) if visit is not None else [],
            csrf=csrf_of(visit.secret) if visit is not None else "",
            problems=found,
            errors={one.field: {"text": one.text} for one in found},
            form=form or Form(),
            **data,
        )
        return HTMLResponse(rendered, status_code=422 if found else status)

    def again(self, visit: Visit, template: str, form: Form, error: BrokerError, **data: Any) -> HTMLResponse:
        """The form again with what was typed, and beside its field what a use case refused."""
        return self.page(visit, template, form=form, problems=[problem_beside(error)], **data)

    def beside(self, error: BrokerError) -> Problem:
        """What a use case refused, as a sentence beside its field."""
        return problem_beside(error)

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

    def drop_cookie(self, response: Response) -> None:
        """Takes it back."""
        response.delete_cookie(self.cookie, path="/", secure=self.secure, httponly=True, samesite="lax")


def sign_in_address(path: str) -> str:
    """Where somebody signs in to come back to a page of this site."""
    return f"/sign-in?back={quote(path, safe='/')}" if is_here(path) and path != "/" else "/sign-in"


def is_here(path: str) -> bool:
    """Whether it is the address of a page of this site and nothing else."""
    return path.startswith("/") and not path.startswith("//") and "\\" not in path and path.isprintable()


__all__ = ["Form", "FormRefused", "Mapping", "Problem", "SignInNeeded", "Site", "StepUpNeeded", "Visit"]
