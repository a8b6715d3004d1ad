"""Grants and prohibitions, declared once: read by the loader, published as part of two JSON Schemas.

Decides which keys a clause has; whether the clause is lawful and can ever permit is decided by `check`. The same
clauses stand in agreements and in the duties, but only the duties date them one by one. Format: docs/formats.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeAlias

from broker.casework import CaseKind
from broker.consent.record import DEMANDABLE, ConsentKind
from broker.dates import ALWAYS
from broker.decision.terms import (
    AgeTerm,
    BasisTerm,
    CaseTerm,
    Discloser,
    Grant,
    Prohibition,
    RecipientTerm,
)
from broker.documents.forms import Fields, Form, Key, optional, required
from broker.documents.nodes import Node, Scalar
from broker.documents.reading import Reading
from broker.documents.shapes import (
    REFUSED,
    Boolean,
    ByForm,
    Converted,
    Integer,
    Json,
    Known,
    Length,
    ListOf,
    NewCode,
    Refused,
    Shape,
    Single,
    Text,
    Word,
    all_or,
    set_of,
)
from broker.vocabulary.rows import DETAIL, IN_FORCE

_NEVER = "the clause can never apply; name at least one"
_NOBODY = "it would cover nobody; leave the key out to mean any"

ProblemsOf: TypeAlias = Callable[[Grant], Iterable[str]]
"""What is unlawful about a grant, in words that follow "clause `4.1`"."""


@dataclass(frozen=True, slots=True)
class Located:
    """A clause and the lines of its keys."""

    clause: Grant | Prohibition
    lines: dict[str, int]


# --- who discloses, who receives

_TYPE = required("type", Known("organisation type"))
_BY_TYPE: Form[Discloser] = Form("a discloser by type", (_TYPE,), lambda fields, _: Discloser(type=fields[_TYPE]))


def _discloser(code: str) -> Discloser:
    return Discloser(organisation=code)


DISCLOSER: Shape[Discloser] = ByForm(Converted(Known("organisation"), _discloser), _BY_TYPE)

_TO_ORGANISATION = optional("organisation", Known("organisation"), None)
_TO_TYPE = optional("type", Known("organisation type"), None)
_TO_ROLES = optional("roles", set_of(Known("role"), _NEVER, empty_refused=False), None, "left out: any role")


def _recipient(fields: Fields, reading: Reading) -> RecipientTerm | Refused:
    organisation, kind = fields[_TO_ORGANISATION], fields[_TO_TYPE]
    if (organisation is None) == (kind is None):
        reading.error(fields.line, "a recipient names either `organisation` or `type`: write one of the two")
        return REFUSED
    return RecipientTerm(organisation, kind, fields[_TO_ROLES])


RECIPIENT: Form[RecipientTerm] = Form("a recipient", (_TO_ORGANISATION, _TO_TYPE, _TO_ROLES), _recipient)


# --- conditions

_UNDER = optional("under", Integer(0, 150), None, "age in whole years, exclusive")
_FROM_AGE = optional("from", Integer(0, 150), None, "age in whole years, inclusive")
_AGE: Form[AgeTerm] = Form(
    "an age condition", (_UNDER, _FROM_AGE), lambda fields, _: AgeTerm(fields[_UNDER], fields[_FROM_AGE])
)

_KINDS = optional(
    "kinds", set_of(Word({kind.value: kind for kind in CaseKind}), _NEVER, empty_refused=False), None
)
_LEVELS = optional("levels", set_of(Integer(1, 4), _NEVER, empty_refused=False), None, "levels of need, 1 to 4")
_CASE: Form[CaseTerm] = Form(
    "a case condition", (_KINDS, _LEVELS), lambda fields, _: CaseTerm(fields[_KINDS], fields[_LEVELS])
)

_ARTICLE_6 = required("article_6", Known("Article 6 basis"))
_ARTICLE_9 = optional("article_9", Known("Article 9 condition"), None)
_SCHEDULE_1 = optional("schedule_1", Known("Schedule 1 condition"), None)
_ARTICLE_10 = optional("article_10", Known("Article 10 condition"), None)
_GATEWAY = optional("gateway", Known("gateway"), None)
_BASIS: Form[BasisTerm] = Form(
    "a lawful basis",
    (_ARTICLE_6, _ARTICLE_9, _SCHEDULE_1, _ARTICLE_10, _GATEWAY),
    lambda fields, _: BasisTerm(
        fields[_ARTICLE_6], fields[_ARTICLE_9], fields[_SCHEDULE_1], fields[_ARTICLE_10], fields[_GATEWAY]
    ),
)


@dataclass(frozen=True, slots=True)
class _Demanded(Single[ConsentKind]):
    """A kind of consent a clause may demand: an objection or an opt-out is nobody's agreement to anything."""

    def read(self, node: Node, reading: Reading, what: str) -> ConsentKind | Refused:
        if isinstance(node, Scalar) and node.value in set(ConsentKind) - DEMANDABLE:
            reading.error(
                node,
                f"{what} is `{node.value}`, which cannot be demanded: name one of"
                f" {', '.join(f'`{kind.value}`' for kind in ConsentKind if kind in DEMANDABLE)}, or leave it out",
            )
            return REFUSED
        return _CONSENT_WORDS.read(node, reading, what)

    def own_schema(self) -> Json:
        return _CONSENT_WORDS.own_schema()


_CONSENT_WORDS: Final = Word({kind.value: kind for kind in ConsentKind if kind in DEMANDABLE})


# --- a grant

_CLAUSE = required("clause", NewCode(), "the clause's number in the document, in quotes")
_TEXT = required("text", Text(), "the clause in plain English")
_FROM = required("from", ListOf(DISCLOSER, _NEVER, empty_refused=False), "who discloses: codes, or {type: ...}")
_TO = required("to", ListOf(RECIPIENT, _NEVER, empty_refused=False), "who receives")
_PURPOSES = required("purposes", set_of(Known("purpose"), _NEVER, empty_refused=False))
_CATEGORIES = required("categories", set_of(Known("category"), _NEVER, empty_refused=False))
_DETAIL = required("detail", DETAIL)
_SUBJECT = optional("subject", _AGE, None, "the age of the person the data is about")
_CASE_KEY = optional("case", _CASE, None, "the case the request names")
_LAWFUL_BASIS = required("lawful_basis", _BASIS)
_CONSENT = optional("consent", _Demanded(), None, "the kind of consent it demands")
_DECISION = optional("decision", Word({"automatic": False, "holder": True}), False, "`holder`: the holder decides")
_LOOK_BACK = optional("look_back", Length(), None, "how far back records may reach; left out: no limit")
_PROTECTED_ADDRESS = optional("protected_address", Boolean(), False, "whether a protected address is shown")
_OBLIGATIONS = optional("obligations", ListOf(Text()), ())
_IN_FORCE = optional("in_force", IN_FORCE, ALWAYS, "when this clause holds; left out: always")

_GRANT_KEYS: Final[tuple[Key[object], ...]] = (
    _CLAUSE, _TEXT, _FROM, _TO, _PURPOSES, _CATEGORIES, _DETAIL, _SUBJECT, _CASE_KEY, _LAWFUL_BASIS, _CONSENT,
    _DECISION, _LOOK_BACK, _PROTECTED_ADDRESS, _OBLIGATIONS,
)  # fmt: skip


def _located(clause: Grant | Prohibition, fields: Fields) -> Located:
    return Located(clause, {"": fields.line} | {key: entry.line for key, entry in fields.table.entries.items()})


def _grant(fields: Fields, reading: Reading, problems_of: ProblemsOf, *, dated: bool) -> Located:
    age = fields[_SUBJECT]
    if age is not None and age.under is not None and age.from_age is not None and age.from_age >= age.under:
        reading.warning(
            fields.line_of(_SUBJECT),
            f"nobody is both {age.from_age} or older and under {age.under}, so the clause never permits",
        )
    grant = Grant(
        clause=fields[_CLAUSE],
        text=fields[_TEXT],
        disclosers=fields[_FROM],
        recipients=fields[_TO],
        purposes=fields[_PURPOSES],
        categories=fields[_CATEGORIES],
        detail=fields[_DETAIL],
        basis=fields[_LAWFUL_BASIS],
        age=age,
        case=fields[_CASE_KEY],
        consent=fields[_CONSENT],
        holder_decides=fields[_DECISION],
        look_back=fields[_LOOK_BACK],
        protected_address=fields[_PROTECTED_ADDRESS],
        obligations=fields[_OBLIGATIONS],
        in_force=fields[_IN_FORCE] if dated else ALWAYS,
    )
    for problem in problems_of(grant):
        reading.error(fields.line_of(_LAWFUL_BASIS), f"clause `{grant.clause}` {problem}")
    return _located(grant, fields)


# --- a prohibition

_NOT_FROM = optional("from", ListOf(DISCLOSER, _NOBODY), None, "left out: all")
_NOT_TO = optional("to", ListOf(RECIPIENT, _NOBODY), None, "left out: all")
_NOT_PURPOSES = optional("purposes", all_or(set_of(Known("purpose"), _NOBODY)), None, "left out: all")
_NOT_CATEGORIES = optional("categories", all_or(set_of(Known("category"), _NOBODY)), None, "left out: all")

_PROHIBITION_KEYS: Final[tuple[Key[object], ...]] = (
    _CLAUSE, _TEXT, _NOT_FROM, _NOT_TO, _NOT_PURPOSES, _NOT_CATEGORIES,
)  # fmt: skip


def _prohibition(fields: Fields, reading: Reading, *, dated: bool) -> Located:
    prohibition = Prohibition(
        clause=fields[_CLAUSE],
        text=fields[_TEXT],
        disclosers=fields[_NOT_FROM],
        recipients=fields[_NOT_TO],
        purposes=fields[_NOT_PURPOSES],
        categories=fields[_NOT_CATEGORIES],
        in_force=fields[_IN_FORCE] if dated else ALWAYS,
    )
    stated = (prohibition.disclosers, prohibition.recipients, prohibition.purposes, prohibition.categories)
    if stated == (None, None, None, None):
        reading.warning(fields.line, f"clause `{prohibition.clause}` forbids everything: is that meant?")
    return _located(prohibition, fields)


def grant_form(problems_of: ProblemsOf, *, dated: bool) -> Form[Located]:
    """The form of a grant; `dated` grants are those of the duties. Every problem that `problems_of` finds in a
    grant that reads well is reported at its `lawful_basis`."""
    return Form(
        "a duty's grant" if dated else "a grant",
        (*_GRANT_KEYS, _IN_FORCE) if dated else _GRANT_KEYS,
        lambda fields, reading: _grant(fields, reading, problems_of, dated=dated),
    )


def prohibition_form(*, dated: bool) -> Form[Located]:
    """The form of a prohibition; `dated` prohibitions are those of the duties."""
    return Form(
        "a duty's prohibition" if dated else "a prohibition",
        (*_PROHIBITION_KEYS, _IN_FORCE) if dated else _PROHIBITION_KEYS,
        lambda fields, reading: _prohibition(fields, reading, dated=dated),
    )
