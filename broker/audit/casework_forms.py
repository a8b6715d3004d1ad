"""What the log's entries of casework must look like: cases, teams, cover, the front door.

A part of the register of events (`broker.audit.events`), which names them; kept apart so that each can be read at
a glance. Keyed by the events' codes.
"""

from __future__ import annotations

from collections.abc import Mapping
from types import MappingProxyType
from typing import Final

from broker.audit.event_form import EventForm, Kind, Outcome, form_of

_C, _CS, _I, _N, _AT = Kind.CODE, Kind.CODES, Kind.ID, Kind.COUNT, Kind.INSTANT
_F, _G = Kind.FLAG, Kind.GROUNDS

CASEWORK_FORMS: Final[Mapping[str, EventForm]] = MappingProxyType(
    {
        "case.opened": form_of(needed={"case": _I, "kind": _C, "purposes": _CS}, may_have={"level": _N}),
        "case.changed": form_of(
            needed={"case": _I, "change": _C}, may_have={"rating": _C, "level": _N, "member": _I, "second": _I}
        ),
        "case.closed": form_of(needed={"case": _I}, may_have={"reason": _C}),
        "case.shown": form_of(needed={"case": _I}),
        "case.moved": form_of(needed={"case": _I, "from": _C, "to": _C, "level": _N}),
        "purpose.changed": form_of(needed={"case": _I, "from": _C, "to": _C, "proposed_by": _I}),
        "cover.arranged": form_of(
            needed={"member": _I, "covering": _I, "role": _C, "until": _AT}, may_have={"from": _AT, "cases": _N}
        ),
        "cover.ended": form_of(needed={"member": _I, "covering": _I}, may_have={"cases": _N}),
        "team.joined": form_of(
            needed={"case": _I, "member": _I}, may_have={"until": _AT, "from": _AT, "cover_for": _I}
        ),
        "team.led": form_of(needed={"case": _I, "member": _I, "before": _I, "stays": _F}),
        "lead.appointed": form_of(needed={"case": _I, "member": _I, "before": _I, "stays": _F}),
        "team.left": form_of(needed={"case": _I, "member": _I}, may_have={"until": _AT}),
        "contact.recorded": form_of(needed={"case": _I, "source": _C}, may_have={"rating": _C, "level": _N}),
        "contact.shown": form_of(needed={"case": _I}),
        "contact.passed": form_of(needed={"case": _I, "to": _I}),
        "check.asked": form_of(needed={"case": _I, "check": _I, "of": _C}, may_have={"due_at": _AT}),
        "check.answered": form_of(
            Outcome.DONE, Outcome.REFUSED, needed={"case": _I, "check": _I}, may_have={"reason": _C}
        ),
        "holder.asked": form_of(
            needed={"question": _I, "controller": _C, "category": _C, "purpose": _C},
            may_have={"case": _I, "urgent": _F, "due_at": _AT},
        ),
        "question.shown": form_of(needed={"question": _I}),
        "question.changed": form_of(needed={"question": _I, "change": _C}, may_have={"to": _I}),
        "adhoc.recorded": form_of(
            needed={"adhoc": _I, "direction": _C, "purpose": _C, "categories": _CS},
            may_have={"recipient": _C, "emergency": _F, "due_at": _AT, "disclosure": _I},
        ),
        "adhoc.decided": form_of(
            Outcome.DONE,
            Outcome.PERMITTED,
            Outcome.REFUSED,
            needed={"adhoc": _I, "change": _C},
            may_have={"reason": _C, "power": _C, "second": _I, "introduces": _G, "alone": _F},
        ),
        "adhoc.released": form_of(
            Outcome.PERMITTED,
            needed={"disclosure": _I, "adhoc": _I, "purpose": _C, "permitted": _N, "records": _N, "rests_on": _G},
            may_have={"recipient": _C},
            names_rules=True,
        ),
        "adhoc.shown": form_of(needed={"adhoc": _I}),
        "refusal.reviewed": form_of(
            needed={"case": _I, "review": _I, "finding": _C}, may_have={"power": _C, "late": _F}
        ),
        "disagreement.raised": form_of(
            needed={"disagreement": _I, "about": _C, "with": _C},
            may_have={"case": _I, "question": _I, "due_at": _AT},
        ),
        "disagreement.changed": form_of(
            needed={"disagreement": _I, "change": _C}, may_have={"stage": _C, "due_at": _AT}
        ),
        "disagreement.shown": form_of(needed={"disagreement": _I}),
        "lead.answered": form_of(needed={"disclosure": _I, "found": _N}, may_have={"case": _I}),
        "threshold.decided": form_of(needed={"case": _I, "level": _N, "decided": _C}, may_have={"checks_out": _N}),
    }
)
"""By the events' codes."""
