"""The terms an agreement uses: the rows of the standing rules it refers to, their digest, and what changed in one.

Decides which rows a document depends on: its bodies and parties, the types its clauses name with who is of them,
its categories, purposes, roles, lawful bases and gateways, and the ages of standing where it asks for consent.
What the duties forbid is not a term: it binds everybody, whatever is signed, and is shown clause by clause where
rules change. A row is kept as plain data, so that years later what was signed can be compared with what is. From
docs/formats.md ("Signatures").
"""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from dataclasses import dataclass, fields, is_dataclass
from datetime import datetime
from enum import Enum, StrEnum
from typing import Any, Final

from broker.agreements.document import Agreement
from broker.canonical import digest
from broker.dates import Interval, Period, instant_text, london_day, parse_instant, start_of_day, uk_date
from broker.decision.terms import Discloser, Grant, Prohibition, RecipientTerm
from broker.vocabulary.codes import Detail, Tier, Vocabulary


class TermKind(StrEnum):
    """The kinds of row an agreement can refer to, as people call them."""

    ORGANISATION = "organisation"
    TYPE = "type"
    CATEGORY = "category"
    PURPOSE = "purpose"
    ROLE = "role"
    GATEWAY = "gateway"
    ARTICLE_6 = "Article 6 basis"
    ARTICLE_9 = "Article 9 condition"
    SCHEDULE_1 = "Schedule 1 condition"
    ARTICLE_10 = "Article 10 condition"
    STANDING = "ages of standing"


_BASES: Final = {
    TermKind.ARTICLE_6: "article_6",
    TermKind.ARTICLE_9: "article_9",
    TermKind.SCHEDULE_1: "schedule_1",
    TermKind.ARTICLE_10: "article_10",
}
AGES: Final = "ages"
"""The code under which the one row of standing ages is kept."""

Row = Mapping[str, Any]
"""One row as plain data: text, numbers, truth, lists of text, and mappings of these."""

Terms = Mapping[str, Row]
"""Rows by `kind:code`."""


def term_name(kind: TermKind, code: str) -> str:
    """`gateway:ca04-10`."""
    return f"{kind.value}:{code}"


def every_term(vocabulary: Vocabulary) -> dict[str, Row]:
    """Every row that an agreement could refer to."""
    found: dict[str, Row] = {}
    for kind, rows in _rows(vocabulary).items():
        found.update({term_name(kind, code): row_of(row) for code, row in rows.items()})
    for code in sorted(vocabulary.organisation_types()):
        found[term_name(TermKind.TYPE, code)] = _members(vocabulary, code)
    return dict(sorted(found.items()))


def _rows(vocabulary: Vocabulary) -> dict[TermKind, Mapping[str, Any]]:
    """What is listed in the standing rules themselves; who is of a type is told by the organisations."""
    return {
        TermKind.ORGANISATION: vocabulary.organisations,
        TermKind.CATEGORY: vocabulary.categories,
        TermKind.PURPOSE: vocabulary.purposes,
        TermKind.ROLE: vocabulary.roles,
        TermKind.GATEWAY: vocabulary.gateways,
        **{kind: getattr(vocabulary.lawful_bases, name) for kind, name in _BASES.items()},
        TermKind.STANDING: {AGES: vocabulary.standing},
    }


def terms_used(agreement: Agreement, vocabulary: Vocabulary) -> dict[str, Row]:
    """The rows that the agreement refers to, in the order of their names."""
    rows = _rows(vocabulary)
    used: dict[str, Row] = {}
    for kind, code in sorted(_references(agreement)):
        row = rows.get(kind, {}).get(code)
        # A type that nobody is of yet is used too: whoever becomes one is then let in by this clause.
        used[term_name(kind, code)] = row_of(row) if row is not None else _members(vocabulary, code)
    return dict(sorted(used.items()))


def terms_digest(terms: Terms) -> str:
    """The digest of the rows, whatever their order."""
    return digest({"terms": dict(terms)})


def _references(agreement: Agreement) -> set[tuple[TermKind, str]]:
    grants, prohibitions = agreement.clauses.grants, agreement.clauses.prohibitions
    found = {(TermKind.ORGANISATION, code) for code in (agreement.owner, *agreement.parties)}
    clauses: tuple[Grant | Prohibition, ...] = (*grants, *prohibitions)
    for clause in clauses:
        found |= set(_bodies(clause.disclosers or (), clause.recipients or ()))
        found |= {(TermKind.PURPOSE, code) for code in clause.purposes or ()}
        found |= {(TermKind.CATEGORY, code) for code in clause.categories or ()}
    for grant in grants:
        for kind, name in _BASES.items():
            code = getattr(grant.basis, name)
            found |= {(kind, code)} if code is not None else set()
        found |= {(TermKind.GATEWAY, grant.basis.gateway)} if grant.basis.gateway is not None else set()
        found |= {(TermKind.STANDING, AGES)} if grant.consent is not None else set()
    return found


def _bodies(
    disclosers: Iterable[Discloser], recipients: Iterable[RecipientTerm]
) -> Iterator[tuple[TermKind, str]]:
    named = [(one.organisation, one.type) for one in disclosers]
    for recipient in recipients:
        named.append((recipient.organisation, recipient.type))
        for role in recipient.roles or ():
            yield TermKind.ROLE, role
    for organisation, kind in named:
        if organisation is not None:
            yield TermKind.ORGANISATION, organisation
        if kind is not None:
            yield TermKind.TYPE, kind


def _members(vocabulary: Vocabulary, kind: str) -> Row:
    return {"organisations": sorted(code for code, one in vocabulary.organisations.items() if kind in one.types)}


def row_of(value: Any) -> Row:
    """A row of the standing rules, or a clause, as plain data, without its code."""
    return {item.name: _plain(getattr(value, item.name)) for item in fields(value) if item.name != "code"}


def _plain(value: Any) -> Any:
    if isinstance(value, Tier):
        return value.name
    if isinstance(value, Detail):
        return value.code
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, Period):
        return str(value)
    if isinstance(value, Interval):
        return {"from": _plain(value.from_at), "until": _plain(value.until_at)}
    if isinstance(value, datetime):
        return instant_text(value)
    if is_dataclass(value) and not isinstance(value, type):
        return {item.name: _plain(getattr(value, item.name)) for item in fields(value)}
    if isinstance(value, frozenset | set):
        return sorted(_plain(item) for item in value)
    if isinstance(value, tuple | list):
        items = [_plain(item) for item in value]
        if items and all(isinstance(item, Mapping) and "name" in item for item in items):
            # Fields of a category: by their names, for their order means nothing.
            return {item["name"]: item for item in items}
        # Whom a clause names: in words, so that who was added and who was taken out can be told.
        return sorted(item if isinstance(item, str) else _said(item) for item in items)
    return value


@dataclass(frozen=True, slots=True)
class TermChange:
    """What differs in one row. `was` or `now` None: the row is new, or gone. `said`: a sentence a difference."""

    kind: TermKind
    code: str
    was: Row | None
    now: Row | None
    said: tuple[str, ...]

    @property
    def name(self) -> str:
        """`gateway ca04-10`."""
        return self.kind.value if self.kind is TermKind.STANDING else f"{self.kind.value} `{self.code}`"


def changed_terms(was: Terms, now: Terms) -> tuple[TermChange, ...]:
    """What differs between two sets of rows, row by row, in the order of their names."""
    found = []
    for name in sorted({*was, *now}):
        before, after = was.get(name), now.get(name)
        if before == after:
            continue
        kind, _, code = name.partition(":")
        if before is None or after is None:
            said: tuple[str, ...] = ("is new",) if before is None else ("is gone",)
        else:
            said = differences(before, after)
        found.append(TermChange(TermKind(kind), code, before, after, said))
    return tuple(found)


def differences(was: Row, now: Row) -> tuple[str, ...]:
    """What differs between two rows, a sentence a difference, each beginning with the place."""
    return tuple(_differences("", was, now))


def _differences(path: str, was: Row, now: Row) -> Iterator[str]:
    for key in sorted({*was, *now}):
        before, after = was.get(key), now.get(key)
        if before == after:
            continue
        place = f"{path}.{key}" if path else key
        if isinstance(before, Mapping) and isinstance(after, Mapping):
            yield from _differences(place, before, after)
        elif isinstance(before, list) and isinstance(after, list):
            gained, lost = sorted(set(after) - set(before)), sorted(set(before) - set(after))
            parts = [f"gained {', '.join(map(str, gained))}"] if gained else []
            parts += [f"lost {', '.join(map(str, lost))}"] if lost else []
            yield f"`{place}` {' and '.join(parts)}"
        else:
            yield f"`{place}` was {_said(before)}, is {_said(after)}"


def _said(value: Any) -> str:
    """A value in a reader's words; an instant that begins a day in London as that day."""
    if value is None:
        return "not stated"
    if isinstance(value, bool):
        return "yes" if value else "no"
    if isinstance(value, Mapping):
        return ", ".join(f"{key} {_said(item)}" for key, item in value.items() if item is not None)
    if isinstance(value, list):
        return ", ".join(map(str, value)) or "nobody"
    at = parse_instant(str(value))
    if at is None:
        period = Period.parse(str(value))
        return str(value) if period is None else _length(period)
    day = london_day(at)
    return uk_date(day) if start_of_day(day) == at else str(value)


def _length(period: Period) -> str:
    parts = ((period.years, "year"), (period.months, "month"), (period.days, "day"))
    words = [f"{count} {unit}{'' if count == 1 else 's'}" for count, unit in parts if count]
    return " ".join(words) or "nothing"
