"""What every public service says of itself: how accessible it is, and what it keeps in a browser."""

from __future__ import annotations

from fastapi import APIRouter, Request, Response

from broker.web.site import Site


def about_site_routes(site: Site) -> APIRouter:
    """`/accessibility`, `/cookies`."""
    routes = APIRouter()

    @routes.get("/accessibility")
    def accessibility(request: Request) -> Response:
        return site.page(site.find_visit(request) or request, "accessibility.html")

    @routes.get("/cookies")
    def cookies(request: Request) -> Response:
        return site.page(site.find_visit(request) or request, "cookies.html")

    return routes
