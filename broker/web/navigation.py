"""Where somebody may go: the parts of the site that their role has a verb for, in the order of a working day.

Decides what is offered, never what is allowed: each page's use case guards itself.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from typing import Final

from broker.access import Access, Verb
from broker.web.language import _


@dataclass(frozen=True, slots=True)
class Place:
    """A part of the site: its address, what it is called, and the verbs any of which opens it."""

    path: str
    title: str
    verbs: frozenset[Verb]
    about: str = ""
    """The question it answers, for the first page."""
    in_bar: bool = True
    """Whether it stands above every page; what is opened once a week stands on the first page alone."""


PLACES: Final = (
    Place("/queue", _("Front door"), frozenset({Verb.CONTACT_READ}), _("What do I take next?")),
    Place("/inbox", _("Inbox"), frozenset({Verb.HOLDER_DECIDE}), _("What must we decide, and by when?")),
    Place("/teams", _("My teams"), frozenset({Verb.TEAM_READ}), _("Which families am I working with?")),
    Place("/search", _("Search"), frozenset({Verb.PERSON_SEARCH}), _("Is this the right person, and may I look?")),
    Place(
        "/summary/new",
        _("Family summary"),
        frozenset({Verb.PROFILE_REQUEST}),
        _("What do I need to know before I act?"),
    ),
    Place(
        "/agreement-desk",
        _("Agreement desk"),
        frozenset({Verb.CONSENT_RECORD, Verb.CONSENT_WITHDRAW}),
        _("What is this person agreeing to?"),
    ),
    Place("/checks", _("Checks"), frozenset({Verb.CHECK_ANSWER}), _("What do front doors ask of us?")),
    Place("/due", _("What is due"), frozenset({Verb.EXPIRY_READ}), _("What is due with us, and what ends soon?")),
    Place("/notices", _("Notices"), frozenset({Verb.DISCLOSURE_READ}), _("What must we stop using, or know?")),
    Place("/to-allow", _("To allow"), frozenset({Verb.CASE_AUTHORISE}), _("What am I asked to allow?")),
    Place(
        "/emergency-access",
        _("Emergency access"),
        frozenset({Verb.OVERRIDE_REQUEST, Verb.OVERRIDE_APPROVE, Verb.OVERRIDE_REVIEW}),
        _("It cannot wait: may I look now?"),
    ),
    Place("/audit", _("Audit"), frozenset({Verb.AUDIT_READ}), _("Why was this shown, or not?")),
    Place(
        "/agreements",
        _("Agreements"),
        frozenset({Verb.AGREEMENT_READ}),
        _("What does each agreement let happen, and is it alive?"),
    ),
    Place(
        "/statistics",
        _("Statistics"),
        frozenset({Verb.STATISTICS_READ}),
        _("How is the front door doing?"),
    ),
    Place(
        "/access-checks",
        _("Access checks"),
        frozenset({Verb.ACCESS_CHECK_RUN}),
        _("Which looks should somebody ask about?"),
    ),
    Place(
        "/rights",
        _("Rights desk"),
        frozenset(
            {Verb.RIGHTS_RECORD, Verb.RIGHTS_ANSWER, Verb.RIGHTS_REVIEW, Verb.BREACH_DECIDE, Verb.HARM_ASSESS}
        ),
        _("What have people asked of us, and by when?"),
        in_bar=False,
    ),
    Place(
        "/asked", _("What I asked"), frozenset({Verb.HOLDER_ASK}), _("What became of what I asked?"), in_bar=False
    ),
    Place(
        "/disagreements",
        _("Disagreements"),
        frozenset({Verb.DISAGREEMENT_RAISE}),
        _("What do we see differently?"),
        in_bar=False,
    ),
    Place(
        "/adhoc",
        _("Without an agreement"),
        frozenset({Verb.ADHOC_RECORD}),
        _("Who asks without an agreement?"),
        in_bar=False,
    ),
    Place("/cover", _("Cover"), frozenset({Verb.COVER_OWN}), _("Who stands in, and until when?"), in_bar=False),
    Place(
        "/leavers",
        _("Somebody leaves their post"),
        frozenset({Verb.POST_END}),
        _("Who leaves their post, and when?"),
        in_bar=False,
    ),
    Place(
        "/lead-away",
        _("A lead is away"),
        frozenset({Verb.LEAD_APPOINT}),
        _("Who leads a team while its lead is away?"),
        in_bar=False,
    ),
)
"""Every part; a new page adds its line here."""


def places_for(access: Access, role: str) -> list[Place]:
    """Those this role has a verb for, what is opened all day first."""
    open_to = [one for one in PLACES if any(access.find_role([role], verb) is not None for verb in one.verbs)]
    return sorted(open_to, key=lambda one: not one.in_bar)


MOST_IN_BAR: Final = 6
"""Parts in the bar at the top: those used all day, which stand first. The others are one press away."""


def bar_for(places: Sequence[Place], path: str) -> list[Place]:
    """What stands in the bar: the first parts, and where somebody is instead of the last, if that is another."""
    first = [one for one in places if one.in_bar][:MOST_IN_BAR]
    here = [one for one in places if one not in first and is_in(path, one)]
    return first[: MOST_IN_BAR - len(here)] + here


def is_in(path: str, place: Place) -> bool:
    """Whether an address lies in a part of the site."""
    return path == place.path or path.startswith(f"{place.path}/")
