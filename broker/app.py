"""The web application: routes put together, closed by default.

Decides that whatever has no route, and whatever fails, is answered by a constant document that repeats nothing of
the request. Interactive documentation and the schema are off: there is no interface to describe yet.
"""

from __future__ import annotations

from http import HTTPStatus
from typing import Final

from fastapi import FastAPI, Request
from fastapi.responses import JSONResponse
from starlette.exceptions import HTTPException
from starlette.types import ASGIApp

from broker.api.headers import GuardedAnswers
from broker.api.health import health_routes
from broker.errors import BrokerError
from broker.logs import get_log
from broker.usecases.world import World

PROBLEM: Final = "application/problem+json"


def make_app(world: World) -> ASGIApp:
    """The application over a working broker."""
    app = FastAPI(openapi_url=None, docs_url=None, redoc_url=None, redirect_slashes=False, title="broker")
    app.include_router(health_routes(world))

    @app.exception_handler(HTTPException)
    async def refused(_request: Request, error: HTTPException) -> JSONResponse:
        return _problem(error.status_code)

    @app.exception_handler(BrokerError)
    async def failed(_request: Request, _error: BrokerError) -> JSONResponse:
        get_log().error("request.failed")
        return _problem(503)

    @app.exception_handler(Exception)
    async def broken(_request: Request, _error: Exception) -> JSONResponse:
        return _problem(500)

    return GuardedAnswers(app)


def _problem(status: int) -> JSONResponse:
    title = HTTPStatus(status).phrase.lower()
    return JSONResponse({"title": title, "status": status}, status_code=status, media_type=PROBLEM)
