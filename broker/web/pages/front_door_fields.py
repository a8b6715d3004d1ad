"""What is wrong with the front door's forms, beside the fields it is about.

Decides which fields a form needs, that all that is missing is said at once, and that whoever was chosen is called
by name. What a field is called the page says (`broker.web.labels`).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import replace
from typing import Final

from broker.errors import CallWrong
from broker.web.forms import Form, Problem, problem_beside
from broker.web.language import _

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
_ALSO: Final[Mapping[str, frozenset[str]]] = {"rate": frozenset({"level"})}
"""Fields that may be left empty."""
_CHOSEN: Final[Mapping[str, str]] = {"hand-over": "to", "check": "of", "purpose": "manager", "go-on": "member"}
"""The field in which somebody, or an organisation, was chosen."""


def lacking(name: str, form: Form) -> list[Problem]:
    """Everything that is missing in one form of a contact's page."""
    return [
        _beside(f"{name}-{field}", CallWrong(field, message))
        for field, message in _NEEDED.get(name, {}).items()
        if not form.texts(f"{name}-{field}")
    ]


def problem_in(name: str, error: CallWrong, called: Mapping[str, str]) -> Problem:
    """What a use case refused of one form of a contact's page, beside its field; `called` are the names of people
    and organisations that can be chosen, by what the form sends."""
    field = error.where.strip("`-")
    if error.where.startswith("`") and field in called:
        return Problem(f"{name}-{_CHOSEN.get(name, 'form')}", f"{called[field]} {error.message}")
    whole = _ABOUT.get((name, error.where.partition(" `")[0]))
    if whole is not None:
        return Problem(whole, problem_beside(error).text)
    if field in _NEEDED.get(name, ()) or field in _ALSO.get(name, ()):
        return _beside(f"{name}-{field}", error)
    return Problem(f"{name}-form", problem_beside(error).text)


def problem_of_new(error: CallWrong, beside: Mapping[str, str]) -> Problem:
    """The same for recording one; `beside` says where something stands whose name is no field's."""
    return _beside(beside.get(error.where, error.where), error)


def _beside(field: str, error: CallWrong) -> Problem:
    return replace(problem_beside(error), field=field, names=field)


def called(*lists: Iterable[Mapping[str, str]]) -> dict[str, str]:
    """What can be chosen, by what the form sends."""
    return {one["value"]: one["text"] for choices in lists for one in choices}
