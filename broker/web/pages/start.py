"""The first page."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.usecases.signing_in.kept_forms import list_forms
from broker.web.pages.your_session import begun
from broker.web.site import Site


def start_routes(site: Site) -> APIRouter:
    """`/`."""
    routes = APIRouter()

    @routes.get("/")
    def start(request: Request) -> Response:
        visit = site.find_visit(request)
        if visit is None:
            return site.page(request, "start.html")
        return site.page(visit, "start.html", begun=begun(list_forms(site.world, visit.staff_id)))

    return routes
