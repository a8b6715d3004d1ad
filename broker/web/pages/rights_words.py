"""What the rights desk's matters, states and steps are called on screens, and its clocks in words."""

from __future__ import annotations

from collections.abc import Mapping
from datetime import datetime, timedelta
from typing import Final

from broker.rights.breach import BreachKind, NotTold, Risk, Step
from broker.rights.clocks import Clock
from broker.rights.restriction import RestrictionGround
from broker.rights.subject_access import AccessState, Capacity, ChildView, Refused
from broker.usecases.kinds import MatterKind
from broker.web.language import _
from broker.web.rendering import deadline, moment

KINDS: Final[Mapping[str, str]] = {
    MatterKind.SUBJECT_ACCESS: _("Asks for their own information"),
    MatterKind.RECTIFICATION: _("Says that a record is wrong"),
    MatterKind.RESTRICTION: _("Information that may not be used"),
    MatterKind.COMPLAINT: _("Complains about how their information was used"),
    MatterKind.BREACH: _("A data breach"),
}
PLACES: Final[Mapping[str, str]] = {
    MatterKind.SUBJECT_ACCESS: "requests",
    MatterKind.RECTIFICATION: "disputes",
    MatterKind.RESTRICTION: "restrictions",
    MatterKind.COMPLAINT: "complaints",
    MatterKind.BREACH: "breaches",
}
"""Where each kind's pages are, under `/rights/`."""
STATES: Final[Mapping[str, Mapping[str, str]]] = {
    MatterKind.SUBJECT_ACCESS: {
        "open": _("To be answered"),
        "clarifying": _("Waits for them to show who they are"),
        "drafted": _("Drafted, to be released by somebody else"),
        "released": _("Answered"),
        "refused": _("Refused"),
        "withdrawn": _("Taken back"),
    },
    MatterKind.RECTIFICATION: {
        "open": _("To be answered"),
        "corrected": _("Corrected"),
        "refused": _("Not changed"),
    },
    MatterKind.RESTRICTION: {"in-force": _("In force"), "lifted": _("Lifted")},
    MatterKind.COMPLAINT: {
        "open": _("To be acknowledged"),
        "acknowledged": _("To be answered"),
        "answered": _("Answered"),
    },
    MatterKind.BREACH: {
        "open": _("Risk to be decided"),
        "assessed": _("Risk decided"),
        "closed": _("Closed"),
    },
}
NEXT: Final[Mapping[tuple[str, str], str]] = {
    (MatterKind.SUBJECT_ACCESS, "open"): _("Go through the records, then make the draft."),
    (MatterKind.SUBJECT_ACCESS, "clarifying"): _("The clock stands still until they have shown who they are."),
    (MatterKind.SUBJECT_ACCESS, "drafted"): _("Somebody else reads the draft and releases it."),
    (MatterKind.RECTIFICATION, "open"): _("Correct the record, or say why it stays."),
    (MatterKind.RESTRICTION, "in-force"): _("Tell the person before you lift it."),
    (MatterKind.COMPLAINT, "open"): _("Tell them that you have their complaint."),
    (MatterKind.COMPLAINT, "acknowledged"): _("Answer it."),
    (MatterKind.BREACH, "open"): _("Decide the risk to people."),
    (MatterKind.BREACH, "assessed"): _("Do what is still to be done below, then close it."),
}
"""The next step, by kind and state."""
ENDED: Final[Mapping[str, tuple[str, ...]]] = {
    AccessState.RELEASED: (
        _("Answered on %s."),
        _("Send it to them now: open the answer, print or save it, and give it to them in a safe way."),
        _("Nothing is sent from here. Write down in your own records when and how it went."),
    ),
    AccessState.REFUSED: (
        _("Refused on %s."),
        _("Tell them now why, and that they can complain to the Information Commissioner or go to court."),
    ),
    AccessState.WITHDRAWN: (_("Taken back on %s. Nothing is left to do."),),
}
"""What is said of a request that is over, with its day, and what is still to be done."""
CAPACITIES: Final[Mapping[str, str]] = {
    Capacity.SELF: _("For themselves"),
    Capacity.PARENT: _("For their child"),
    Capacity.ATTORNEY: _("By a power of attorney, or as a deputy of the court"),
    Capacity.WITH_AUTHORITY: _("With the person’s written authority"),
}
CHILD_VIEWS: Final[Mapping[str, str]] = {
    ChildView.NOT_COMPETENT: _("The child cannot decide this alone yet"),
    ChildView.COMPETENT_AGREES: _("The child can decide, and agrees"),
    ChildView.COMPETENT_REFUSES: _("The child can decide, and says no"),
}
REFUSALS: Final[Mapping[str, str]] = {
    Refused.NOT_IDENTIFIED: _("They did not show who they are"),
    Refused.NO_AUTHORITY: _("They may not ask for this person"),
    Refused.UNFOUNDED: _("It is manifestly unfounded"),
    Refused.EXCESSIVE: _("It is manifestly excessive"),
}
GROUNDS: Final[Mapping[str, str]] = {
    RestrictionGround.ACCURACY_CONTESTED: _("They say that it is wrong, and we are checking"),
    RestrictionGround.UNLAWFUL: _("It should not be used, and they do not want it deleted"),
    RestrictionGround.NEEDED_FOR_CLAIMS: _("We no longer need it, but they do, for a legal claim"),
    RestrictionGround.OBJECTION_PENDING: _("They have objected, and we are weighing it"),
}
BREACHES: Final[Mapping[str, str]] = {
    BreachKind.CONFIDENTIALITY: _("Somebody saw or got what they should not have"),
    BreachKind.INTEGRITY: _("Information was changed that should not have been"),
    BreachKind.AVAILABILITY: _("Information was lost, or nobody could reach it"),
}
RISKS: Final[Mapping[str, str]] = {
    Risk.UNLIKELY: _("A risk to people is unlikely"),
    Risk.LIKELY: _("A risk to people is likely"),
    Risk.HIGH: _("The risk to people is high"),
}
STEPS: Final[Mapping[str, str]] = {
    Step.AUTHORITY_TOLD: _("The Information Commissioner was told"),
    Step.PARTNERS_TOLD: _("The other organisations were told"),
    Step.PEOPLE_TOLD: _("The people were told"),
}
NOT_TOLD: Final[Mapping[str, str]] = {
    NotTold.UNINTELLIGIBLE: _("Nobody can read what was lost"),
    NotTold.RISK_REMOVED: _("The high risk is over"),
    NotTold.PUBLIC_NOTICE: _("Telling each would be too much: a public notice is made"),
}
CLOCKS: Final[Mapping[str, str]] = {
    "authority": _("Tell the Information Commissioner"),
    "partners": _("Tell the other organisations"),
    "people": _("Tell the people"),
}


def left_words(due_at: datetime, at: datetime) -> str:
    """`3 days left`, `5 hours left` or `overdue`: never a bare clock."""
    left = due_at - at
    if left <= timedelta():
        return _("Overdue")
    hours = _hours(left)
    if hours < 1:
        return _("Less than an hour left")
    if hours < 48:
        return _("1 hour left") if hours == 1 else _("%s hours left") % hours
    return _("%s days left") % (hours // 24)


def ago_words(was_at: datetime, at: datetime) -> str:
    """`3 days ago`, `5 hours ago`."""
    hours = _hours(at - was_at)
    if hours < 1:
        return _("less than an hour ago")
    if hours < 48:
        return _("1 hour ago") if hours == 1 else _("%s hours ago") % hours
    return _("%s days ago") % (hours // 24)


def due_words(due_at: datetime, at: datetime) -> str:
    """By when, in a sentence: of what is over, since when."""
    if due_at <= at:
        return _("Was due by %(when)s, %(ago)s.") % {"when": deadline(due_at), "ago": ago_words(due_at, at)}
    return _("Due before %(when)s.") % {"when": deadline(due_at)}


def done_words(clock: Clock) -> str:
    """What became of a clock that has ended: done, or decided to be not needed, and when."""
    done = _("Not needed, as decided on %(when)s") if clock.spared else _("Done on %(when)s")
    return done % {"when": moment(clock.done_at)}


def _hours(time: timedelta) -> int:
    return int(time.total_seconds() // 3600)
