"""What is filled into a template's blanks: asked for, checked and completed.

Decides whether each value fits its blank (a body of a type that is wanted, a real day) and what a date is that was
left out and follows from another. Every problem is told at once, with who could fill the blank.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass, field
from datetime import date

from broker.agreements.templates.template import Blank, Body, DateBlank, Template
from broker.dates import parse_date, shift
from broker.documents.limits import UNREADABLE, shortened
from broker.errors import DocumentsRefused, Finding, did_you_mean
from broker.vocabulary.codes import Organisation

WHERE = "--set"


@dataclass(frozen=True, slots=True)
class Values:
    """What each blank is filled with, as codes, days and references; a body that there is none of has no value."""

    bodies: Mapping[str, tuple[str, ...]] = field(default_factory=dict)
    dates: Mapping[str, date] = field(default_factory=dict)
    references: Mapping[str, str] = field(default_factory=dict)

    def written(self, name: str) -> tuple[str, ...]:
        """As the agreement writes it, one for each body."""
        if name in self.bodies:
            return self.bodies[name]
        if name in self.dates:
            return (self.dates[name].isoformat(),)
        return (self.references[name],)


def fitting(body: Body, organisations: Mapping[str, Organisation]) -> list[str]:
    """The organisations that could fill the blank."""
    return [code for code, one in organisations.items() if one.types & body.types]


def resolve_values(
    template: Template, given: Mapping[str, str], organisations: Mapping[str, Organisation]
) -> Values:
    """The values given by blank, as typed: bodies by code with commas between them, days as 2027-04-01.

    Raises DocumentsRefused with every blank that is not filled, or not rightly.
    """
    problems = [
        f"`{shortened(name)}` is no blank of `{template.name}`{did_you_mean(name, template.blanks)}"
        for name in given
        if name not in template.blanks
    ]
    bodies: dict[str, tuple[str, ...]] = {}
    dates: dict[str, date] = {}
    references: dict[str, str] = {}
    for name, blank in template.blanks.items():
        text = given.get(name, "").strip()
        if isinstance(blank, Body):
            codes = tuple(dict.fromkeys(code.strip() for code in text.split(",") if code.strip()))
            problems += _body_problems(blank, codes, organisations)
            bodies[name] = codes
        elif isinstance(blank, DateBlank):
            day = parse_date(text)
            if day is not None:
                dates[name] = day
            elif text:
                problems.append(f"`{name}` is `{shortened(text)}`, which is no day: write it as 2027-04-01")
            elif blank.after is None:
                problems.append(_missing(blank, "a day such as 2027-04-01"))
        elif not text:
            problems.append(_missing(blank, "a reference"))
        elif UNREADABLE.search(text) or "\r" in text or "\n" in text:
            problems.append(f"`{name}` holds a character that cannot be seen, or a new line: take it out")
        else:
            references[name] = text
    if problems:
        raise DocumentsRefused(Finding(WHERE, problem) for problem in problems)
    for name, blank in template.blanks.items():
        if isinstance(blank, DateBlank) and name not in dates and blank.after is not None and blank.by is not None:
            dates[name] = shift(dates[blank.after], blank.by)
    return Values(bodies, dates, references)


def _missing(blank: Blank, wanted: str) -> str:
    return f"`{blank.name}` is not given: {blank.says} ({wanted})"


def _body_problems(body: Body, codes: tuple[str, ...], organisations: Mapping[str, Organisation]) -> Iterable[str]:
    choices = fitting(body, organisations)
    types = " or ".join(sorted(body.types))
    could = f"of type {types}: {', '.join(choices) or 'there is none here yet'}"
    if not codes:
        if not body.optional:
            yield _missing(body, could)
        return
    if len(codes) > 1 and not body.many:
        yield f"`{body.name}` is one body and {len(codes)} are given"
    for code in codes:
        if code not in organisations:
            hint = did_you_mean(code, choices)
            yield f"`{body.name}` names `{shortened(code)}`, which is no organisation here{hint}"
        elif code not in choices:
            has = ", ".join(sorted(organisations[code].types))
            yield f"`{body.name}` names `{code}`, which is {has}; it must be {could}"


def sample_values(
    template: Template, organisations: Mapping[str, Organisation], begins: date, *, whole: bool
) -> Values | None:
    """Values to try a template with: for each body the first organisations that fit; `whole` with the optional
    bodies, else without them. None where nobody here fits a body."""
    given: dict[str, str] = {}
    for name, blank in template.blanks.items():
        if isinstance(blank, Body):
            choices = fitting(blank, organisations)
            if not choices and not blank.optional:
                return None
            if whole or not blank.optional:
                given[name] = ",".join(choices[: 2 if blank.many else 1])
        elif isinstance(blank, DateBlank):
            given.update({name: begins.isoformat()} if blank.after is None else {})
        else:
            given[name] = "REF-1"
    return resolve_values(template, given, organisations)
