"""What the log's entries of records must look like: what was received, about whom, and who asked about their own.

A part of the register of events (`broker.audit.events`), which names them; kept apart so that each can be read at
a glance. Keyed by the events' codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from broker.audit.event_form import EventForm, Kind, Outcome, form_of

_C, _CS, _I, _N = Kind.CODE, Kind.CODES, Kind.ID, Kind.COUNT
_AT, _D = Kind.INSTANT, Kind.DIGEST

RECORD_FORMS: Final[Mapping[str, EventForm]] = MappingProxyType(
    {
        "person.erased": form_of(needed={"reason": _C}, may_have={"records": _N}),
        "people.linked": form_of(needed={"linked": _N, "possible": _N}, may_have={"batch": _I}),
        "people.merged": form_of(needed={"link": _I}, may_have={"second": _I}),
        "people.unmerged": form_of(needed={"link": _I, "reason": _C}, may_have={"tainted": _N}),
        "records.ingested": form_of(
            Outcome.DONE,
            Outcome.REFUSED,
            needed={"batch": _I, "controller": _C, "accepted": _N, "refused": _N},
            may_have={
                "categories": _CS,
                "repeated": _N,
                "reason": _C,
                "batch_digest": _D,
                "list": _I,
                "mapping_digest": _D,
                "ended": _N,
            },
        ),
        "record.corrected": form_of(needed={"record": _I, "controller": _C, "category": _C}),
        "rights.requested": form_of(needed={"matter": _I, "kind": _C}, may_have={"due_at": _AT}),
        "rights.changed": form_of(
            needed={"matter": _I, "kind": _C, "change": _C}, may_have={"due_at": _AT, "reason": _C, "second": _I}
        ),
        "rights.answered": form_of(
            Outcome.DONE,
            Outcome.REFUSED,
            needed={"matter": _I, "kind": _C},
            may_have={"reason": _C, "second": _I, "records": _N},
        ),
        "link.reviewed": form_of(needed={"link": _I, "finding": _C}, may_have={"second": _I}),
        "breach.recorded": form_of(
            needed={"breach": _I, "kind": _C, "people": _N, "aware_at": _AT, "due_at": _AT},
            may_have={"disclosures": _N},
        ),
        "breach.changed": form_of(needed={"breach": _I, "change": _C}, may_have={"reason": _C, "at": _AT}),
        "record.ended": form_of(needed={"record": _I, "controller": _C, "category": _C, "because": _C}),
        "feed.promised": form_of(needed={"feed": _I, "controller": _C, "every": _I}, may_have={"categories": _CS}),
        "feed.nil-return": form_of(needed={"feed": _I, "controller": _C}, may_have={"from": _AT, "until": _AT}),
        "feed.ended": form_of(needed={"feed": _I, "controller": _C}),
    }
)
