"""The web application: its pages put together, closed by default.

Decides that whatever has no page, may not be seen or fails is answered by a page that repeats nothing of what was
asked, that whoever is not signed in is asked to and comes back to where they were, and that partners' addresses
and pages are two applications that share no address (`Addresses`).
"""

from __future__ import annotations

from typing import Final

from fastapi import FastAPI, Request, Response
from fastapi.exceptions import RequestValidationError
from starlette.exceptions import HTTPException
from starlette.routing import Match
from starlette.types import ASGIApp, Receive, Scope, Send

from broker.errors import BrokerError, CallWrong, DocumentsRefused, NotAllowed
from broker.logs import get_log
from broker.openid.provider import Provider
from broker.usecases.world import World
from broker.web.forms import FormRefused, in_quotes, problem_beside
from broker.web.headers import GuardedPages
from broker.web.language import _
from broker.web.local_provider import LocalProvider, local_provider_routes
from broker.web.pages.about_site import about_site_routes
from broker.web.pages.access_checks import access_check_routes
from broker.web.pages.adhoc import adhoc_routes
from broker.web.pages.agreement_desk import agreement_desk_routes
from broker.web.pages.agreement_receipt import agreement_receipt_routes
from broker.web.pages.agreement_start import agreement_start_routes
from broker.web.pages.agreement_withdrawal import agreement_withdrawal_routes
from broker.web.pages.allowing import allowing_routes
from broker.web.pages.asked import asked_routes
from broker.web.pages.audit import audit_routes
from broker.web.pages.checks import check_routes
from broker.web.pages.contact import contact_routes
from broker.web.pages.cover import cover_routes
from broker.web.pages.disagreements import disagreements_routes
from broker.web.pages.due import due_routes
from broker.web.pages.emergency import emergency_routes
from broker.web.pages.emergency_answers import emergency_answer_routes
from broker.web.pages.inbox import inbox_routes
from broker.web.pages.lead_away import lead_away_routes
from broker.web.pages.library import library_routes
from broker.web.pages.may_i_share import may_i_share_routes
from broker.web.pages.new_contact import new_contact_routes
from broker.web.pages.notices import notices_routes
from broker.web.pages.queue import queue_routes
from broker.web.pages.register import register_routes
from broker.web.pages.rights import rights_routes
from broker.web.pages.rights_matters import rights_matter_routes
from broker.web.pages.rights_requests import rights_request_routes
from broker.web.pages.search import search_routes
from broker.web.pages.sign_in import sign_in_routes
from broker.web.pages.start import start_routes
from broker.web.pages.statistics import statistics_routes
from broker.web.pages.summary import summary_routes
from broker.web.pages.summary_copies import summary_copies_routes
from broker.web.pages.team_new import team_new_routes
from broker.web.pages.team_no import team_no_routes
from broker.web.pages.team_plan import team_plan_routes
from broker.web.pages.team_steps import team_steps_routes
from broker.web.pages.team_told import team_told_routes
from broker.web.pages.teams import teams_routes
from broker.web.pages.who_has_looked import who_has_looked_routes
from broker.web.pages.your_session import your_session_routes
from broker.web.rendering import TYPES
from broker.web.site import SentElsewhere, SignInNeeded, Site, StepUpNeeded, Visit, address_of, sign_in_address

PAGES: Final = (
    start_routes,
    about_site_routes,
    sign_in_routes,
    your_session_routes,
    queue_routes,
    inbox_routes,
    asked_routes,
    new_contact_routes,
    due_routes,
    disagreements_routes,
    allowing_routes,
    adhoc_routes,
    cover_routes,
    lead_away_routes,
    contact_routes,
    team_new_routes,
    teams_routes,
    team_plan_routes,
    team_steps_routes,
    team_no_routes,
    team_told_routes,
    notices_routes,
    summary_routes,
    summary_copies_routes,
    library_routes,
    register_routes,
    may_i_share_routes,
    search_routes,
    agreement_start_routes,
    agreement_receipt_routes,
    agreement_withdrawal_routes,
    agreement_desk_routes,
    emergency_routes,
    emergency_answer_routes,
    access_check_routes,
    check_routes,
    statistics_routes,
    audit_routes,
    rights_routes,
    rights_request_routes,
    rights_matter_routes,
    who_has_looked_routes,
)
"""Every part of the site; a new one adds its line here."""
PARTNERS: Final = ("/v1/", "/.well-known/", "/openapi.json")
"""Where the addresses of partners' systems begin."""
ACCESS: Final = "access"
"""Where a refusal stands that is about the role (`broker.access`)."""
BESIDE: Final = ("/healthz", "/readyz")


def make_web(
    world: World,
    authority: str | None,
    *,
    demo: bool = False,
    beside: str | None = None,
    provider: Provider | None = None,
    warm: bool = False,
) -> ASGIApp:
    """The pages over a working broker; with `warm`, every template is loaded before the first is asked for.
    `demo` brings a provider of its own, in place of any other, with which everybody may sign in as anybody: for
    invented people only. It is reached at `beside`, this machine's own address, or else at the site's."""
    local = LocalProvider(world, beside or f"http://{authority}") if demo else None
    provider = Provider(local.registration) if local is not None else provider
    site = Site(world, authority, demo=demo, provider=provider, own_address=beside)
    if warm:
        site.templates.warm()
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, title="broker")
    for routes in PAGES:
        app.include_router(routes(site))
    if local is not None:
        app.include_router(local_provider_routes(site, local))
    app.state.opens = lambda path: _opens(app, path)
    files = {address: (name, data) for name, (address, data) in site.templates.files.items()}

    @app.get("/static/{digest}/{name}")
    def static(digest: str, name: str) -> Response:
        found = files.get(f"/static/{digest}/{name}")
        if found is None:
            raise HTTPException(404)
        return Response(found[1], headers={"content-type": TYPES[name[name.rindex(".") :]]})

    def problem(request: Request, status: int, title: str, *lines: str) -> Response:
        return site.page(_who(site, request), "problem.html", status=status, title=title, lines=lines)

    @app.exception_handler(SignInNeeded)
    async def signed_out(request: Request, _error: SignInNeeded) -> Response:
        if request.method == "GET":
            return site.go(sign_in_address(address_of(request)))
        kept = await site.keep(request)
        return site.go(f"{sign_in_address(kept)}&ended=yes" if kept is not None else "/sign-in")

    @app.exception_handler(StepUpNeeded)
    async def prove(request: Request, _error: StepUpNeeded) -> Response:
        if request.method == "GET":
            return site.go(sign_in_address(address_of(request), "/prove"))
        kept = await site.keep(request)
        if kept is None:
            raise FormRefused
        return site.go(sign_in_address(kept, "/prove"))

    @app.exception_handler(SentElsewhere)
    async def elsewhere(_request: Request, error: SentElsewhere) -> Response:
        return site.go(error.address)

    @app.exception_handler(FormRefused)
    async def refused(request: Request, _error: FormRefused) -> Response:
        says = _(
            "What was sent did not come from a page of yours here. Open the page again and send it from there."
        )
        return problem(request, 403, _("That could not be taken"), says)

    @app.exception_handler(HTTPException)
    async def unrouted(request: Request, error: HTTPException) -> Response:
        if error.status_code in {404, 405}:
            says = _("Check the address, or begin at the start.")
            return problem(request, error.status_code, _("There is no such page"), says)
        return problem(request, error.status_code, _("That could not be done"), _("Go back and try once more."))

    @app.exception_handler(RequestValidationError)
    async def unreadable(request: Request, _error: RequestValidationError) -> Response:
        return problem(request, 422, _("There is no such page"), _("Check the address, or begin at the start."))

    @app.exception_handler(BrokerError)
    async def failed(request: Request, error: BrokerError) -> Response:
        if isinstance(error, NotAllowed):
            return problem(request, 403, _("This is not open to you"), _said(error))
        if isinstance(error, CallWrong | DocumentsRefused):
            return problem(request, 422, _("That cannot be done as it was asked"), _said(error))
        get_log().error("page.failed", error_type=type(error).__name__)
        return _broken(site, request)

    @app.exception_handler(Exception)
    async def broken(request: Request, _error: Exception) -> Response:
        return _broken(site, request)

    return GuardedPages(app, authority)


class Addresses:
    """One port for partners' systems and for pages, which share no address."""

    def __init__(self, partners: ASGIApp, pages: ASGIApp, beside: tuple[str, ...] = ()) -> None:
        self._partners, self._pages = partners, pages
        self._theirs = PARTNERS + beside

    async def __call__(self, scope: Scope, receive: Receive, send: Send) -> None:
        """Hands the request to whom its address belongs."""
        theirs = scope["type"] != "http" or scope["path"].startswith(self._theirs)
        await (self._partners if theirs else self._pages)(scope, receive, send)


def _opens(app: FastAPI, path: str) -> bool:
    """Whether somebody may look at a page under this address."""
    scope = {"type": "http", "method": "GET", "path": path, "root_path": "", "headers": []}
    return any(route.matches(scope)[0] is Match.FULL for route in app.routes)


def _said(error: BrokerError) -> str:
    """In a sentence. Which role lacks which verb is for the command line: here it is a post and a page."""
    if isinstance(error, NotAllowed) and error.where == ACCESS:
        return _("It is not for the post you work in now. If you need it, ask your manager whose it is.")
    if error.where == "address":
        return f"{error.message[:1].upper()}{error.message[1:]}."
    return f"{in_quotes(problem_beside(error).text)}."


def _who(site: Site, request: Request) -> Visit | Request:
    try:
        return site.find_visit(request) or request
    except BrokerError:
        return request


def _broken(site: Site, request: Request) -> Response:
    says = _("Nothing was lost or half done. Try once more; if it happens again, tell whoever runs this service.")
    return site.page(request, "problem.html", status=500, title=_("Something failed here"), lines=(says,))
