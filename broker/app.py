"""The web application: routes put together, closed by default.

Decides that partners' addresses are behind the signed door, that whatever has no route, and whatever fails, is
answered by a constant document that repeats nothing of the request, and that no interactive documentation is
served. What is served on the private port is an application of its own: no address of one is an address of the
other.
"""

from __future__ import annotations

from datetime import datetime
from typing import Final

from fastapi import FastAPI, Request, Response
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from broker.api.asking import Refused, problem_answer, problem_of
from broker.api.headers import GuardedAnswers
from broker.api.health import health_routes, metrics_routes
from broker.api.limits import MOST_BODY_BYTES
from broker.api.numbered import NumberedRequests
from broker.api.openapi import openapi_routes
from broker.api.own_keys import own_key_routes
from broker.api.problems import Problem, problem_for
from broker.api.signed import SignedDoor
from broker.api.v1.agreements import agreement_routes
from broker.api.v1.audit import audit_routes
from broker.api.v1.consents import consent_routes
from broker.api.v1.disclosures import disclosure_routes
from broker.api.v1.notices import notice_routes
from broker.api.v1.profiles import profile_routes
from broker.api.v1.records import MOST_BODY_BYTES as MOST_RECORD_BYTES
from broker.api.v1.records import PATH as RECORDS
from broker.api.v1.records import record_routes
from broker.api.v1.teams import team_routes
from broker.errors import BrokerError
from broker.http_signatures.answer_signer import AnswerSigner
from broker.logs import get_log
from broker.openid.provider import Provider
from broker.usecases.world import World
from broker.web.app import BESIDE, Addresses, make_web

PARTNER_ROUTES: Final = (
    profile_routes,
    consent_routes,
    disclosure_routes,
    team_routes,
    agreement_routes,
    record_routes,
    audit_routes,
    notice_routes,
)
"""What partners ask for, behind the signed door."""


def make_app(
    world: World,
    signer: AnswerSigner,
    authority: str,
    *,
    closed_until: datetime | None = None,
    with_page: bool = False,
) -> ASGIApp:
    """The public application over a working broker; `authority` is the one name it goes by, as clients write it.
    Requests created before `closed_until` are refused. `with_page` adds the page and health, for the demo, which
    has one address."""
    app = _application()
    if with_page:
        app.include_router(health_routes(world))
    app.include_router(own_key_routes(world, signer))
    app.include_router(openapi_routes())
    for routes in PARTNER_ROUTES:
        app.include_router(routes(world))

    door = SignedDoor(app, world, signer, authority, limit_of, closed_until=closed_until)
    return NumberedRequests(GuardedAnswers(door, authority))


def make_served(
    world: World,
    signer: AnswerSigner,
    authority: str,
    *,
    closed_until: datetime | None = None,
    demo: bool = False,
    beside: str | None = None,
    provider: Provider | None = None,
) -> ASGIApp:
    """Everything at the public address: partners' systems behind the signed door, and the pages, where people sign
    in with `provider`. `demo` adds health, and a provider of its own for everybody who works in the
    demonstration, which asks it at `beside`, this machine's own address."""
    partners = make_app(world, signer, authority, closed_until=closed_until, with_page=demo)
    pages = NumberedRequests(make_web(world, authority, demo=demo, beside=beside, provider=provider, warm=True))
    return Addresses(partners, pages, BESIDE if demo else ())


def make_private_app(world: World) -> ASGIApp:
    """The application of the private port: health, metrics and the page, for this machine alone."""
    app = _application()
    app.include_router(health_routes(world))
    app.include_router(metrics_routes(world))
    return GuardedAnswers(app)


def _application() -> FastAPI:
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, title="broker")

    @app.exception_handler(Refused)
    async def answered(request: Request, refused: Refused) -> Response:
        return problem_answer(request, refused.problem, refused.detail, **refused.more)

    @app.exception_handler(HTTPException)
    async def unrouted(request: Request, error: HTTPException) -> Response:
        answer = problem_answer(request, problem_for(error.status_code))
        if error.headers is not None and "allow" in {name.lower() for name in error.headers}:
            answer.headers["allow"] = error.headers["Allow"]  # RFC 9110 section 15.5.6: a 405 says what is taken
        return answer

    @app.exception_handler(BrokerError)
    async def failed(request: Request, error: BrokerError) -> Response:
        problem, says = problem_of(error)
        if problem is Problem.UNAVAILABLE:
            get_log().error("request.failed")
        return problem_answer(request, problem, says)

    @app.exception_handler(Exception)
    async def broken(request: Request, _error: Exception) -> Response:
        return problem_answer(request, Problem.BROKEN)

    return app


def limit_of(path: bytes) -> int:
    """How large a body this address takes, in bytes."""
    return MOST_RECORD_BYTES if path == RECORDS.encode() else MOST_BODY_BYTES
