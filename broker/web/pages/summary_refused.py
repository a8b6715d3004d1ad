"""A family summary that is refused: a calm page with its next step."""

from __future__ import annotations

from typing import Final

from fastapi import Response

from broker.access import Verb
from broker.release.disclosure import Disclosure
from broker.release.in_words import REFUSAL_WORDS
from broker.web.site import Site, Visit

_AGAIN: Final = frozenset({"case-required", "case-closed", "purpose-not-in-case", "not-authorised"})
"""Refusals after which asking otherwise may be answered."""


def refused_page(site: Site, visit: Visit, draft_id: str, disclosure: Disclosure) -> Response:
    """The page."""
    told = disclosure.refused_because or ""
    return site.page(
        visit,
        "summary-refused.html",
        status=403,
        draft=draft_id,
        disclosure=disclosure,
        because=REFUSAL_WORDS.get(told, REFUSAL_WORDS["not-available"]),
        again=told in _AGAIN,
        emergency=site.world.access.find_role([visit.role], Verb.OVERRIDE_REQUEST) is not None,
    )
