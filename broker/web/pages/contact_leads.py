"""What a contact's page says of who leads work with the family already, and who else is involved: in sentences."""

from __future__ import annotations

import re
from collections.abc import Iterable
from contextlib import suppress
from dataclasses import dataclass
from datetime import date
from typing import Final

from broker.dates import uk_date
from broker.usecases.casework.contact_open_to import OpenTo
from broker.usecases.casework.recalled_leads import RecalledAnswer, RecalledLead
from broker.web.language import _

_FIRST: Final = ("service", "since", "worker", "phone")
"""The fields that are said first, in this order."""
_DAY: Final = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, repr=False)
class LeadLine:
    """Who leads, and the service they do it for where that was told. Printing it shows nothing."""

    lead: RecalledLead
    service: str


@dataclass(frozen=True, slots=True, repr=False)
class InvolvedLine:
    """Who else said that they are involved, with whom, and what they said of it. Printing it shows nothing."""

    about: str
    organisation: str
    said: str


@dataclass(frozen=True, slots=True, repr=False)
class LeadsSaid:
    """All of it. `organisations` and `cases` are what the queue says, without any name; `asked` whether somebody
    asked who leads, and `refused` what to do where that was refused. Printing it shows nothing."""

    organisations: tuple[str, ...]
    cases: int
    leads: tuple[LeadLine, ...] = ()
    involved: tuple[InvolvedLine, ...] = ()
    asked: bool = False
    refused: str | None = None

    @property
    def known(self) -> bool:
        """Whether there is anybody to pass it to."""
        return bool(self.leads or self.organisations)


def leads_said(found: OpenTo, answer: RecalledAnswer | None) -> LeadsSaid:
    """What the queue says and what was answered, for one contact."""
    if answer is None:
        return LeadsSaid(found.organisations, found.cases)
    services = {
        (one, organisation): value
        for about, organisation, fields in answer.involved
        for one in about.split(", ")
        for name, value in fields
        if name == "service"
    }
    leads = tuple(LeadLine(one, services.get((one.about, one.organisation), "")) for one in answer.leads)
    involved = tuple(InvolvedLine(about, who, said_of(fields)) for about, who, fields in answer.involved)
    return LeadsSaid(found.organisations, found.cases, leads, involved, True, answer.refused)


def said_of(fields: Iterable[tuple[str, str]]) -> str:
    """What a record says of being involved: the service, since when, the worker and the phone, then the rest."""
    given = dict(fields)
    said = [_said(name, given.pop(name)) for name in _FIRST if name in given]
    return ", ".join([*said, *(_said(name, value) for name, value in given.items())])


def _said(name: str, value: str) -> str:
    if _DAY.fullmatch(value):
        with suppress(ValueError):  # what only looks like a day stays as it was said
            value = uk_date(date.fromisoformat(value))
    if name == "since":
        return _("since %(day)s") % {"day": value}
    return value if name in _FIRST else f"{name.replace('_', ' ')}: {value}"
