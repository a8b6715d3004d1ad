"""The front-door queue: what do I take next?"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from broker.usecases.casework.front_door_queue import list_contacts
from broker.web.site import Site, Visit


def queue_routes(site: Site) -> APIRouter:
    """`/queue`."""
    routes = APIRouter()

    @routes.get("/queue")
    def queue(visit: Visit = Depends(site.visit), mine: bool = False) -> Response:
        found = list_contacts(site.world, visit.acting, mine=mine)
        return site.page(visit, "queue.html", queue=found, mine=mine)

    return routes
