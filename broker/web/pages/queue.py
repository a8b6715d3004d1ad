"""The front-door queue: what do I take next?"""

from __future__ import annotations

from fastapi import APIRouter, Depends, Response

from broker.access import Verb
from broker.casework.front_door import next_state
from broker.casework.front_door_words import told_by
from broker.casework.queue_filter import QueueFilter
from broker.casework.steps import StepKind
from broker.usecases.casework.front_door_queue import Queued, list_contacts
from broker.usecases.people.hand_over import Handed
from broker.usecases.signing_in.drafts import list_drafts
from broker.web.pages.contact_page import DONE
from broker.web.pages.front_door_words import WORDS
from broker.web.pages.queue_place import QueuePlace, queue_place
from broker.web.site import Site, Visit


def queue_routes(site: Site) -> APIRouter:
    """`/queue`."""
    routes = APIRouter()

    def source(row: Queued) -> str:
        return told_by(row.contact, site.world.partnership.vocabulary)

    @routes.get("/queue")
    def queue(
        visit: Visit = Depends(site.visit), asked: QueuePlace = Depends(queue_place), done: str = ""
    ) -> Response:
        show = asked.show
        found = list_contacts(site.world, visit.acting, show, asked.page)
        place = QueuePlace(show, found.page)
        offered = [one for one in QueueFilter if found.counts.get(one) or one is show or one in _ALWAYS]
        may_take = site.world.access.find_role([visit.role], Verb.CONTACT_TAKE) is not None
        return site.page(
            visit,
            "queue.html",
            queue=found,
            show=show,
            offered=offered,
            may_take=may_take,
            kept=place.query(),
            pages=place.beside(found.pages),
            source=source,
            words=WORDS,
            may_pass=_may_pass,
            done=DONE.get(done),
            handed=list_drafts(site.world, visit.staff_id, Handed.CONTACT.value),
        )

    return routes


def _may_pass(row: Queued) -> bool:
    """Whether it goes to its lead in one step: where one case is open, and it has not ended here."""
    return row.open_cases == 1 and next_state(row.contact.state, StepKind.PASSED_ON) is not None


_ALWAYS = frozenset({QueueFilter.MINE, QueueFilter.UNHELD, QueueFilter.OVERDUE})
"""Filters that are offered even where they would leave nothing."""
