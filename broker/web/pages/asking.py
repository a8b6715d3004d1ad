"""A page that asks one thing: its heading, its fields, its one button, and where it goes back to.

Decides how such a page is described, so that a small question need not have a template of its own, and beside
which field a refusal stands.
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from dataclasses import dataclass
from enum import StrEnum
from typing import Any

from fastapi import Response

from broker.errors import CallWrong
from broker.web.forms import Form, Problem, problem_among
from broker.web.language import _
from broker.web.site import Site, Visit


class Kind(StrEnum):
    """What a field is; a heading is none, and begins a part of a long page."""

    TEXT = "text"
    AREA = "area"
    RADIOS = "radios"
    SELECT = "select"
    TICKS = "ticks"
    TICK = "tick"
    DAY = "day"
    HIDDEN = "hidden"
    HEADING = "heading"


@dataclass(frozen=True, slots=True)
class Field:
    """One field. `choices` are mappings of value, text and, where wanted, hint; `value` is what stands in it
    before anybody has typed (a date for a day)."""

    kind: Kind
    name: str
    label: str = ""
    hint: str = ""
    choices: Sequence[Mapping[str, str]] = ()
    value: Any = None


@dataclass(frozen=True, slots=True)
class Question:
    """The page. `title` stands in the browser and names nobody; `lines` are said before the fields, `after` below
    the button; `main` is the field that a refusal stands beside where it names none."""

    title: str
    heading: str
    button: str
    action: str
    back: str
    back_text: str
    fields: Sequence[Field]
    lines: Sequence[str] = ()
    main: str = ""
    warning: bool = False
    after: str = ""


def ask(
    site: Site, visit: Visit, question: Question, form: Form | None = None, error: CallWrong | None = None
) -> Response:
    """The page, or the page again with what was typed and what was amiss."""
    problems: list[Problem] = []
    if error is not None:
        named = {one.name for one in question.fields}
        where = error.where.strip("`-")
        # A refusal about a value ("`tom`: …") stands beside the field that the value was chosen in.
        known = where if where in named else question.main if error.where.startswith("`") else error.where
        problems = [problem_among(CallWrong(known, error.message), named)]
    return site.page(visit, "asking.html", problems=problems, form=form, question=question)


def chosen(form: Form, name: str) -> str:
    """What was chosen or typed. Raises CallWrong beside the field where nothing was."""
    found = form.text(name)
    if not found:
        raise CallWrong(name, _("is missing: choose or write one"))
    return found


def choices_of(words: Mapping[str, str]) -> list[dict[str, str]]:
    """The choices of a closed list, from what each is called."""
    return [{"value": str(code), "text": text} for code, text in words.items()]
