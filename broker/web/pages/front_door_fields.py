"""The fields of the front door's forms by the names that stand on the page, and what is wrong with one in those
words.

Decides which fields a form needs, that all that is missing is said at once, and that nothing wrong is said by the
name a field has in the program.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from broker.errors import CallWrong
from broker.web.forms import Form, Problem, problem_beside
from broker.web.language import _

_WHY: Final = _("Why?")
_ORGANISATION: Final = _("Which organisation?")
_LEVEL: Final = _("Level of need")
_SOON: Final = _("How soon must it be looked at?")

LABELS: Final[Mapping[str, str]] = {
    "worry": _("What is the worry?"),
    "given": _("First name"),
    "family": _("Family name"),
    "born": _("Date of birth, if it is known"),
    "postcode": _("Postcode"),
    "nhs-number": _("NHS number"),
    "known": _("Known here: is this the right person?"),
    "knows": _("Does the family know that you were told?"),
    "source": _("Who told you?"),
    "source_code": _ORGANISATION,
    "rating": _SOON,
    "received": _("On which day?"),
    "received_time": _("At what time?"),
    "to": _("Colleague"),
    "hand-over-to": _("To whom?"),
    "back-reason": _WHY,
    "rate-rating": _SOON,
    "rate-level": _("Level it looks like (leave it if nothing changed)"),
    "rate-reason": _WHY,
    "check-of": _ORGANISATION,
    "decide-outcome": _("What is done?"),
    "decide-level": _LEVEL,
    "decide-reason": _("Why this, and why this level?"),
    "close-untold": _("Why was the referrer not told?"),
    "close-despite": _("Why is it closed although there is a disagreement about it?"),
    "purpose-from": _("Which purpose ends?"),
    "purpose-to": _("What is it for from then on?"),
    "purpose-manager": _("Who is asked to allow it?"),
    "purpose-reason": _WHY,
    "go-on-kind": _("As what?"),
    "go-on-level": _LEVEL,
    "go-on-member": _("Who goes on with it?"),
    "go-on-reason": _WHY,
}
"""What stands on the page, by the field; those of a person without the person's number."""

_ONE: Final = _("is missing: choose one")
_SENTENCE: Final = _("is missing: say in a sentence why")
_NEEDED: Final[Mapping[str, Mapping[str, str]]] = {
    "hand-over": {"to": _("is missing: choose a colleague")},
    "back": {"reason": _SENTENCE},
    "rate": {"rating": _ONE, "reason": _SENTENCE},
    "check": {"of": _("is missing: choose an organisation")},
    "decide": {
        "outcome": _ONE,
        "level": _("is missing: choose a level of need"),
        "reason": _("is missing: say in a sentence why this level and this outcome"),
    },
    "purpose": {
        "from": _("is missing: choose the purpose that ends"),
        "to": _("is missing: choose what it is for from then on"),
        "manager": _("is missing: choose who is asked"),
        "reason": _SENTENCE,
    },
    "go-on": {
        "kind": _ONE,
        "level": _("is missing: choose a level of need"),
        "member": _("is missing: choose at least one person"),
        "reason": _SENTENCE,
    },
}
"""What each form of a contact's page needs, in the order in which it stands there, and what to do about it."""
_ABOUT: Final[Mapping[tuple[str, str], str]] = {
    ("close", "contact"): "close-untold",
    ("close", "case"): "close-despite",
    ("pass", "contact"): "already-open",
}
"""Where what is refused of the contact or its case as a whole is put right, by the form."""
_CHOSEN: Final[Mapping[str, str]] = {"hand-over": "to", "check": "of", "purpose": "manager", "go-on": "member"}
"""The field in which somebody, or an organisation, was chosen."""


def lacking(name: str, form: Form) -> list[Problem]:
    """Everything that is missing in one form of a contact's page."""
    return [
        Problem(f"{name}-{field}", said(LABELS[f"{name}-{field}"], message))
        for field, message in _NEEDED.get(name, {}).items()
        if not form.texts(f"{name}-{field}")
    ]


def problem_in(name: str, error: CallWrong, called: Mapping[str, str]) -> Problem:
    """What a use case refused of one form of a contact's page, beside its field; `called` are the names of people
    and organisations that can be chosen, by what the form sends."""
    field = error.where.strip("`-")
    label = LABELS.get(f"{name}-{field}")
    if label is not None:
        return Problem(f"{name}-{field}", said(label, error.message))
    if error.where.startswith("`") and field in called:
        return Problem(f"{name}-{_CHOSEN.get(name, 'form')}", f"{called[field]} {error.message}")
    place = _ABOUT.get((name, error.where.partition(" `")[0]), f"{name}-form")
    return Problem(place, problem_beside(error).text)


def problem_of_new(error: CallWrong, beside: Mapping[str, str]) -> Problem:
    """The same for recording one; `beside` says where something stands whose name is no field's."""
    field = beside.get(error.where, error.where)
    stem, _dash, number = field.rpartition("-")
    if not number.isdecimal():
        stem, number = field, ""
    label = LABELS.get(stem)
    if label is None:
        return Problem(field, problem_beside(error).text)
    text = said(label, error.message)
    return Problem(field, text if number in {"", "1"} else _("Person %(number)s: ") % {"number": number} + text)


def said(label: str, message: str) -> str:
    """A sentence that begins with what stands on the page."""
    plain = all(one.isalnum() or one == " " for one in label)
    return f"{label} {message}" if plain else f"“{label}” {message}"


def called(*lists: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What can be chosen, by what the form sends."""
    return {one["value"]: one["text"] for choices in lists for one in choices}
