"""Somebody who was found, between two pages: as a draft keeps them, and as a list shows them.

Decides the order of a list (those spelt as it was typed first) and that somebody spelt otherwise is marked so: a
search finds by sound.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import date
from typing import Any

from broker.errors import CallWrong
from broker.usecases.people.people import NHS_NUMBER, FoundPerson, NewPerson, Wanted
from broker.web.forms import Form
from broker.web.language import _


@dataclass(frozen=True, slots=True, repr=False)
class Listed:
    """Somebody in a list: just enough to choose rightly. Printing it shows nothing."""

    person_id: str
    name: str
    age: int | None
    district: str
    apart: str
    spelt_otherwise: bool

    @property
    def line(self) -> str:
        """What stands beneath the name."""
        parts = ["age not known" if self.age is None else f"age {self.age}"]
        parts.append(self.district or "no address shown")
        return ", ".join([*parts, self.apart] if self.apart else parts)


def kept_people(found: Iterable[FoundPerson], given: str, family: str) -> list[dict[str, Any]]:
    """As a draft keeps them."""
    people = [_listed(one, given, family) for one in found]
    people.sort(key=lambda one: (one.spelt_otherwise, one.name, one.age is None, one.age or 0, one.person_id))
    return [
        {
            "person": one.person_id,
            "name": one.name,
            "age": one.age,
            "district": one.district,
            "apart": one.apart,
            "otherwise": one.spelt_otherwise,
        }
        for one in people
    ]


def listed_people(kept: Iterable[Mapping[str, Any]]) -> tuple[Listed, ...]:
    """As a page shows them."""
    return tuple(
        Listed(one["person"], one["name"], one["age"], one["district"], one["apart"], one["otherwise"])
        for one in kept
    )


def form_kept(fields: Mapping[str, Any]) -> Form:
    """A form as a draft kept it."""
    return Form({name: list(values) for name, values in fields.items()})


def wanted_of(form: Form, after: str = "") -> Wanted:
    """Who is looked for; `after` stands after each field's name. Raises CallWrong for what is no date."""
    return Wanted(
        form.text(f"given{after}"),
        form.text(f"family{after}"),
        form.day(f"born{after}"),
        form.text(f"postcode{after}"),
        _identifiers(form, after),
        _age(form, after),
    )


def _age(form: Form, after: str) -> int | None:
    text = form.text(f"age{after}")
    if not text:
        return None
    if not text.isdecimal() or len(text) > 3:
        raise CallWrong("age", _("is a number of years. For example, 7"))
    return int(text)


def new_of(form: Form, after: str = "") -> NewPerson:
    """Somebody to make known as they were typed. Raises CallWrong for what is no date."""
    born: date | None = form.day(f"born{after}")
    return NewPerson(
        form.text(f"given{after}"),
        form.text(f"family{after}"),
        born,
        postcode=form.text(f"postcode{after}"),
        identifiers=_identifiers(form, after),
    )


def _identifiers(form: Form, after: str) -> dict[str, str]:
    number = form.text(f"nhs-number{after}")
    return {NHS_NUMBER: number} if number else {}


def _listed(found: FoundPerson, given: str, family: str) -> Listed:
    name = f" {found.name.casefold()} "
    otherwise = any(one and f" {one.casefold().strip()} " not in name for one in (given, family))
    return Listed(found.person_id, found.name, found.age, found.district, found.apart, otherwise)
