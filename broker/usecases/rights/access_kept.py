"""A request for one's own data as it is kept sealed: to JSON-compatible data and back. Decides nothing."""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import replace
from typing import Any

from broker.dates import instant_text
from broker.rights.exemptions import Exemption
from broker.rights.looks import KeptBack, LookRuling
from broker.rights.subject_access import AccessRequest, Capacity, ChildView, ItemRuling, Opinion
from broker.usecases.matters import certain_instant_of, instant_of, plain_fields


def kept_body(request: AccessRequest) -> dict[str, Any]:
    """The request as it is kept."""
    plain = plain_fields(replace(request, pauses=(), opinions={}, rulings={}, cleared={}, looks={}))
    return {
        **plain,
        "pauses": [
            [instant_text(since), None if until is None else instant_text(until)]
            for since, until in request.pauses
        ],
        "opinions": {key: plain_fields(one) for key, one in request.opinions.items()},
        "rulings": {key: plain_fields(one) for key, one in request.rulings.items()},
        "cleared": dict(request.cleared),
        "looks": {key: plain_fields(one) for key, one in request.looks.items()},
    }


def kept_request(body: Mapping[str, Any]) -> AccessRequest:
    """The request that was kept."""
    return AccessRequest(
        body["about"],
        body["by"],
        Capacity(body["capacity"]),
        certain_instant_of(body["received_at"]),
        None if body["child_view"] is None else ChildView(body["child_view"]),
        body["extended_because"],
        tuple((certain_instant_of(since), instant_of(until)) for since, until in body["pauses"]),
        {key: _opinion(one) for key, one in body["opinions"].items()},
        {key: _ruling(one) for key, one in body["rulings"].items()},
        body["cleared"],
        body["drafted_by"],
        body["draft_digest"],
        # Requests that were kept before looks were decided under them have none.
        {key: _look(one) for key, one in body.get("looks", {}).items()},
    )


def _look(body: Mapping[str, Any]) -> LookRuling:
    because = None if body["because"] is None else KeptBack(body["because"])
    return LookRuling(because, body["by"], certain_instant_of(body["at"]), body["words"])


def _opinion(body: Mapping[str, Any]) -> Opinion:
    return Opinion(body["by"], body["role"], body["harm"], certain_instant_of(body["at"]), body["reason"])


def _ruling(body: Mapping[str, Any]) -> ItemRuling:
    exemption = None if body["exemption"] is None else Exemption(body["exemption"])
    return ItemRuling(exemption, body["by"], certain_instant_of(body["at"]), body["reason"])
