"""What the log's entries of partner systems must look like: their keys, and what they asked.

A part of the register of events (`broker.audit.events`), which names them; kept apart so that each can be read at
a glance. Keyed by the events' codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from broker.audit.event_form import EventForm, Kind, form_of

_C, _CS, _I, _N = Kind.CODE, Kind.CODES, Kind.ID, Kind.COUNT
_AT, _D = Kind.INSTANT, Kind.DIGEST

PARTNER_FORMS: Final[Mapping[str, EventForm]] = MappingProxyType(
    {
        "partner.admitted": form_of(needed={"key": _I, "request": _D}),
        "partner.answered": form_of(needed={"key": _I, "request": _D, "entry": _D}),
        "key.proposed": form_of(
            needed={"key": _I, "algorithm": _C, "until": _AT}, may_have={"use": _C, "allows": _CS, "from": _AT}
        ),
        "key.enrolled": form_of(
            needed={"key": _I, "algorithm": _C},
            may_have={"second": _I, "until": _AT, "from": _AT, "use": _C, "allows": _CS},
        ),
        "key.revoked": form_of(needed={"key": _I, "reason": _C}, may_have={"second": _I}),
        "webhook.proposed": form_of(
            needed={"endpoint": _I, "organisation": _C, "topics": _CS, "address_digest": _D}
        ),
        "webhook.approved": form_of(needed={"endpoint": _I, "organisation": _C, "second": _I}),
        "webhook.stopped": form_of(needed={"endpoint": _I, "organisation": _C, "reason": _C}),
        "notice.delivered": form_of(
            needed={"notice": _I, "topic": _C, "recipient": _C, "endpoint": _I, "attempts": _N}
        ),
        "notice.acknowledged": form_of(needed={"notice": _I, "topic": _C, "recipient": _C}),
        "notices.replayed": form_of(needed={"recipient": _C, "from": _AT, "rows": _N}),
    }
)
