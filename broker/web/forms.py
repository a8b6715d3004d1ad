"""What a form sent: its fields as text, and what is wrong with them.

Decides how large a form may be, that it comes from a page of this site and of this session (docs/security.md
section 6), and how a refusal of a use case becomes a sentence beside its field.
"""

from __future__ import annotations

import hashlib
import hmac
import re
from collections.abc import Collection, Iterable, Mapping, Sequence
from dataclasses import dataclass, field, replace
from datetime import date
from enum import StrEnum
from typing import Final, TypeVar

from starlette.datastructures import UploadFile
from starlette.requests import Request

from broker.errors import BrokerError, CallWrong
from broker.web.language import _

MOST_BYTES: Final = 512 * 1024
"""Of a whole form: reading one is work of the thread that serves everybody."""
MOST_BYTES_OPEN: Final = 16 * 1024
"""Of one that anybody may send."""
MOST_FIELDS: Final = 500
CSRF: Final = "token"
_YEAR_DIGITS: Final = 4
_MOST_DIGITS: Final = 9
MOST_IN_A_FIELD: Final = 65_535
"""Bytes of one field: some twenty pages, and what a pseudonym or a token is made of at most."""
_MONTHS: Final = {
    name: str(number)
    for number, name in enumerate(
        ("jan", "feb", "mar", "apr", "may", "jun", "jul", "aug", "sep", "oct", "nov", "dec"), start=1
    )
}
KEPT: Final = "kept"
"""The field, and the part of an address, that names a form that was kept."""
GOES_ON: Final = re.compile(
    r"(?:are|were|have|had|must|may|can|cannot|need|of|(?!this\b|its\b|as\b|always\b)[a-z]+s)\b"
)
"""What a refusal begins with where it goes on after the name of what is refused: "is", "lies", "names", "must"."""
SEARCH: Final = "/search"
PERSON_REFERENCE: Final = re.compile(r"p-[a-z0-9-]{1,126}")
"""What people's references look like."""
_QUOTED: Final = re.compile(r"`([^`]*)`")
_NOBODY: Final = re.compile(r"nobody here has the id `(?P<typed>[^`]*)`")
"""How use cases refuse a person whom nobody knows."""
E = TypeVar("E", bound=StrEnum)


class FormRefused(Exception):
    """A form that did not come from a page of this site, or is no form. Nothing of it is repeated."""


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong with a form: the field it stands beside ("" for the form as a whole), and what to do.
    `refused` is the sentence without its subject, where a page is to say it with the label that the field has
    there; `names` the field it is about, where it stands beside none; `leads` the page on which it is mended, as
    far as whoever reads it may open that."""

    field: str
    text: str
    refused: str = ""
    names: str = ""
    leads: str = ""


@dataclass(frozen=True, slots=True, repr=False)
class Form:
    """The fields of a form, as they were typed; whatever is missing is empty. Printing it shows nothing."""

    fields: Mapping[str, Sequence[str]] = field(default_factory=dict)
    files: Mapping[str, tuple[str, bytes]] = field(default_factory=dict)

    def text(self, name: str) -> str:
        """The field without blanks around it."""
        return next(iter(self.fields.get(name, ())), "").strip()

    def texts(self, name: str) -> tuple[str, ...]:
        """Every value that was ticked or typed under this name, without empty ones."""
        return tuple(one.strip() for one in self.fields.get(name, ()) if one.strip())

    def given(self, name: str) -> str | None:
        """The field, or None where it is empty."""
        return self.text(name) or None

    def ticked(self, name: str) -> bool:
        """Whether a single box is ticked."""
        return self.text(name) == "yes"

    def choice(self, name: str, kind: type[E]) -> E:
        """One of a closed list. Raises CallWrong beside the field."""
        found = self.find_choice(name, kind)
        if found is None:
            raise CallWrong(name, _("is missing: choose one"))
        return found

    def find_choice(self, name: str, kind: type[E]) -> E | None:
        """One of a closed list, or None where nothing was chosen. Raises CallWrong for what is not in it."""
        chosen = self.text(name)
        if not chosen:
            return None
        try:
            return kind(chosen)
        except ValueError:
            raise CallWrong(name, _("is not one of the choices: choose one")) from None

    def day(self, name: str) -> date | None:
        """A day typed as day, month and year, or None where all three are empty. Raises CallWrong beside the
        field, and never repeats what was typed: it may be somebody's birthday."""
        day, month, year = (self.text(f"{name}-{part}") for part in ("day", "month", "year"))
        if not (day or month or year):
            return None
        numbers = [number_of(one) for one in (year, _MONTHS.get(month[:3].lower(), month), day)]
        if None in numbers or len(year) != _YEAR_DIGITS:
            raise CallWrong(name, _("is no date: give day, month and year, like 27 3 2026"))
        try:
            return date(*(one or 0 for one in numbers))
        except ValueError:
            raise CallWrong(name, _("is no date: there is no such day")) from None

    def values(self) -> dict[str, object]:
        """The fields for a draft: text by name, lists where there are several."""
        return dict(self.kept())

    def kept(self) -> dict[str, list[str]]:
        """Every field but those by which a form is known."""
        return {name: list(found) for name, found in self.fields.items() if name not in {CSRF, KEPT}}


class Beside(dict[str, dict[str, str] | None]):
    """What stands beside each field, by its name; None where nothing is wrong. A template that asks for `items` or
    `get` asks for a field, too: without the answer for what is missing it would be given a method."""

    def __init__(self, problems: Iterable[Problem]) -> None:
        super().__init__({one.field: {"text": one.text} for one in problems})

    def __missing__(self, field: str) -> None:
        return None


def problem_beside(error: BrokerError) -> Problem:
    """What a use case refused, as a sentence beside the field that it names. The reference in "contact `k-4fq2`"
    is not read out: the page is about it."""
    if error.where.startswith("`"):  # somebody's own word, or a reference: as it was given, whatever it names
        return Problem("", f"“{error.where.strip('`')}” {error.message}")
    noun = error.where.partition(" `")[0]
    if noun != error.where:
        return Problem("", _("This %(noun)s %(refused)s") % {"noun": noun, "refused": error.message})
    called = error.where.strip("`-").replace("-", " ").replace("_", " ")
    typed = _NOBODY.match(error.message)
    if typed is not None:
        refused = _no_reference(typed["typed"])
        return Problem(error.where, f"{refused[:1].upper()}{refused[1:]}", refused, error.where, SEARCH)
    text = f"{called} {error.message}" if GOES_ON.match(error.message) else error.message
    text = text[:1].upper() + text[1:]
    return Problem(error.where, text, error.message, error.where)


def problem_among(error: BrokerError, fields: Collection[str]) -> Problem:
    """The same, where the page has such a field; about the form as a whole where it has not."""
    found = problem_beside(error)
    return found if found.field in fields else replace(found, field="")


def _no_reference(typed: str) -> str:
    """That nobody is known by what was typed, and what to do."""
    if PERSON_REFERENCE.fullmatch(typed):
        return _("`%s` is nobody’s reference here. Find the person by a search and copy it from there") % typed
    return _("`%s` is no reference. Find the person by a search: their reference begins with p-") % typed


def in_quotes(text: str) -> str:
    """The text with what it quotes in the marks that pages use, in place of those of the command line."""
    return _QUOTED.sub("“\\1”", text)


def number_of(text: str) -> int | None:
    """A whole number as somebody types or an address holds one, or None: nothing here is counted in thousands of
    millions, and of thousands of digits Python makes no number at all."""
    return int(text) if text.isascii() and text.isdecimal() and len(text) <= _MOST_DIGITS else None


def csrf_of(secret: str) -> str:
    """What a form of this session bears. It tells nothing of the session's secret."""
    return hashlib.sha256(b"broker-form-v1/" + secret.encode()).hexdigest()


async def read_form(request: Request, origins: Collection[str], secret: str | None) -> Form:
    """The form that was sent. Raises FormRefused where it is not from this site (`origins`) or not from this
    session, or too large."""
    _require_own_site(request, origins)
    most = MOST_BYTES if secret is not None else MOST_BYTES_OPEN
    length = request.headers.get("content-length", "")
    if not length.isdecimal() or len(length) > len(str(most)) or int(length) > most:
        raise FormRefused
    # Of what is no multipart form the reader counts nothing, and reads hundreds of thousands of fields.
    if (await request.body()).count(b"&") >= MOST_FIELDS:
        raise FormRefused
    sent = await request.form(max_files=4, max_fields=MOST_FIELDS, max_part_size=MOST_BYTES)
    fields: dict[str, list[str]] = {}
    files: dict[str, tuple[str, bytes]] = {}
    for name, value in sent.multi_items():
        if isinstance(value, UploadFile):
            files[name] = (value.filename or "", await value.read())
        else:
            fields.setdefault(name, []).append(value.replace("\r\n", "\n"))
    if secret is not None:
        token = "".join(fields.get(CSRF, ())).encode("utf-8", "replace")  # of text it compares ASCII alone
        if not hmac.compare_digest(token, csrf_of(secret).encode("ascii")):
            raise FormRefused
    for text in (one for name, found in fields.items() for one in (name, *found)):
        if _is_no_text(text):
            raise FormRefused
        if len(text.encode("utf-8")) > MOST_IN_A_FIELD:
            raise CallWrong("form", _("holds too much in one field: go back and say it in fewer words"))
    return Form(fields, files)


def _is_no_text(text: str) -> bool:
    """Whether it holds what no database keeps as text: NUL, or half of a surrogate pair."""
    return "\x00" in text or any("\ud800" <= one <= "\udfff" for one in text)


def _require_own_site(request: Request, origins: Collection[str]) -> None:
    """That the browser says the form stood on this site, by scheme, name and port. INVARIANT: one that says
    nothing is refused."""
    site = request.headers.get("sec-fetch-site")
    if site is not None and site not in {"same-origin", "none"}:
        raise FormRefused
    if request.headers.getlist("origin") not in [[one] for one in origins]:
        raise FormRefused
