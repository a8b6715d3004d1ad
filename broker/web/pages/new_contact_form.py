"""The form for recording a contact: what was typed, what is missing, and the contact it makes.

Decides that all that is missing is said at once, and that whoever was found is chosen, or said to be none of them,
before anything is recorded.
"""

from __future__ import annotations

from collections.abc import Callable
from datetime import datetime
from functools import partial
from typing import Any, Final

from broker.casework.contact import ContactWords, FamilyKnows, SafeContact, SourceKind
from broker.dates import LONDON
from broker.errors import CallWrong
from broker.usecases.casework.record_contact import NewContact
from broker.usecases.people.people import NewPerson
from broker.vocabulary.clocks import Rating
from broker.web.forms import Form, Problem, number_of
from broker.web.language import _
from broker.web.pages.front_door_fields import problem_of_new
from broker.web.pages.people_found import new_of

NOBODY: Final = "new"
"""The choice that none of those found is the one."""
FIRST_PEOPLE: Final = 1
MOST_PEOPLE: Final = 12
BESIDE: Final = {
    "about": "given-1",
    "from": "source_code",
    "received": "received",
    "name": "given-1",
}
"""Where what a use case refuses stands, where its name is not the field's."""


def people_in(form: Form) -> int:
    """How many people the form has fields for."""
    text = form.text("people")
    return min(max(int(text), FIRST_PEOPLE), MOST_PEOPLE) if text.isdecimal() and len(text) < 3 else FIRST_PEOPLE


def is_typed(form: Form, number: int) -> bool:
    """Whether anything was typed about this person."""
    names = ("given", "family", "born-day", "born-month", "born-year", "postcode", "nhs-number")
    return any(form.text(field_of(name, number)) for name in names)


def field_of(name: str, number: int) -> str:
    """The field's name: `born-day` of the second person is `born-2-day`."""
    first, _dash, part = name.partition("-")
    return f"born-{number}-{part}" if first == "born" else f"{name}-{number}"


def lacking_in(form: Form, body: dict[str, Any]) -> list[Problem]:
    """All that can be said to be wrong before anybody is looked for, in the order of the page."""
    wrong: list[CallWrong] = []

    def tried(doing: Callable[[], object]) -> None:
        try:
            doing()
        except CallWrong as error:
            wrong.append(error)

    if not form.text("worry"):
        wrong.append(CallWrong("worry", _("is missing: write down what was said, in their words")))
    numbers = range(1, people_in(form) + 1)
    if not any(is_typed(form, one) or str(one) in body["found"] for one in numbers):
        wrong.append(CallWrong("given-1", _("is missing: say whom it is about")))
    for one in numbers:
        tried(partial(form.day, f"born-{one}"))
    tried(lambda: form.find_choice("knows", FamilyKnows))
    tried(lambda: form.choice("source", SourceKind))
    if form.text("source") == SourceKind.ORGANISATION.value and not form.text("source_code"):
        wrong.append(CallWrong("source_code", _("is missing: choose the organisation")))
    tried(lambda: form.find_choice("rating", Rating))
    tried(lambda: received_of(form))
    return [problem_of_new(one, BESIDE) for one in wrong]


def which(body: dict[str, Any], number: str) -> Problem:
    """That it was not recorded, because nobody said whether somebody who was found is the one."""
    found = body["found"][number]
    name = found[0]["name"] if len(found) == 1 else ""
    asks = _("is it %(name)s?") % {"name": name} if name else _("is it one of these people?")
    whom = (
        _("Not recorded yet") if number == "1" else _("Person %(number)s is not recorded yet") % {"number": number}
    )
    says = _("%(whom)s: %(asks)s Choose them, or “None of these”.")
    return Problem(f"known-{number}", says % {"whom": whom, "asks": asks})


def unsaid(form: Form, body: dict[str, Any]) -> list[Problem]:
    """What is asked before it is recorded, where it was sent and could not be."""
    asks = []
    for number, found in body.get("found", {}).items():
        if not chosen(form, body, number):
            name = found[0]["name"] if len(found) == 1 else ""
            text = (
                _("Known here: is it %(name)s?") % {"name": name}
                if name
                else _("Known here: is this the right person?")
            )
            asks.append(Problem(f"known-{number}", text))
    thin = [
        Problem(f"given-{one}", _("Add a date of birth or a postcode, or record it as it is"))
        for one in body.get("thin", ())
    ]
    return [*asks, *thin]


def chosen(form: Form, body: dict[str, Any], number: str) -> str:
    """Whom of those found was meant, or that it is none of them; empty where nothing was chosen yet."""
    said = form.text(f"known-{number}")
    known = {one["person"] for one in body["found"].get(number, ())}
    return said if said == NOBODY or said in known else ""


def contact_of(form: Form, body: dict[str, Any]) -> NewContact:
    """The contact as it was typed. Raises CallWrong beside its field."""
    about: set[str] = set()
    new: list[NewPerson] = []
    for number in range(1, people_in(form) + 1):
        picked = chosen(form, body, str(number))
        if picked and picked != NOBODY:
            about.add(picked)
        elif is_typed(form, number):
            new.append(new_of(form, f"-{number}"))
            if not (new[-1].given_names or new[-1].family_name):
                raise CallWrong(f"given-{number}", _("is missing: give the name by which they are known"))
    return NewContact(
        form.choice("source", SourceKind),
        ContactWords(
            form.text("worry"),
            form.text("told_by"),
            form.text("call_back"),
            SafeContact(
                form.text("safe_phone"),
                "call" in form.texts("safe"),
                "text" in form.texts("safe"),
                "voicemail" in form.texts("safe"),
                form.text("safe_when"),
                form.text("code_word"),
            ),
        ),
        frozenset(about),
        tuple(new),
        form.given("source_code") if form.text("source") == SourceKind.ORGANISATION.value else None,
        form.find_choice("knows", FamilyKnows) or FamilyKnows.UNKNOWN,
        form.ticked("danger"),
        received_of(form),
        form.find_choice("rating", Rating),
    )


def received_of(form: Form) -> datetime | None:
    """When it arrived, by the clock in England; None for now. Raises CallWrong."""
    on, at = form.day("received"), form.text("received_time")
    if on is None and not at:
        return None
    typed = at.replace(".", ":").partition(":")
    hours, minutes = number_of(typed[0]), number_of(typed[2])
    if on is None or hours is None or minutes is None or hours >= 24 or minutes >= 60:
        raise CallWrong("received", _("needs a day and a time, like 27 3 2026 and 16:40"))
    return datetime(on.year, on.month, on.day, hours, minutes, tzinfo=LONDON)
