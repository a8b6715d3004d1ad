"""What changes between two versions of the standing rules, in words, and which signed agreements use what changed.

Decides which rows and clauses differ, one line a difference, and which published agreements refer to a row that
does. Access rules are compared by whoever holds them (`broker.usecases`). Says nothing about whether a change is
right, nor whom it will let in: that is what scenarios are for.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass

from broker.agreements.document import Agreement
from broker.agreements.partnership import Partnership
from broker.agreements.terms_used import (
    Row,
    TermChange,
    changed_terms,
    differences,
    every_term,
    row_of,
    term_name,
    terms_used,
)


@dataclass(frozen=True, slots=True)
class Use:
    """An agreement that uses what changed, and how many parties' signatures on it stand."""

    agreement: str
    signed: int


@dataclass(frozen=True, slots=True)
class RuleChange:
    """One row or clause that differs: what it is called, what differs in sentences, and who uses it."""

    name: str
    said: tuple[str, ...]
    used_by: tuple[Use, ...] = ()


def rule_changes(
    was: Partnership, now: Partnership, agreements: Iterable[tuple[Agreement, int]]
) -> tuple[RuleChange, ...]:
    """Everything that differs; `agreements` are those published, each with how many signatures on it stand."""
    users = _users(was, agreements)
    rows = [
        RuleChange(change.name, change.said, users.get(term_name(change.kind, change.code), ()))
        for change in changed_terms(every_term(was.vocabulary), every_term(now.vocabulary))
    ]
    whole = (
        ("emergency access", row_of(was.vocabulary.override), row_of(now.vocabulary.override)),
        ("profile sections", _sections(was), _sections(now)),
        ("duties", _duties(was), _duties(now)),
    )
    rows += [RuleChange(name, differences(before, after)) for name, before, after in whole if before != after]
    clauses = (_clauses(was), _clauses(now))
    for number in sorted({*clauses[0], *clauses[1]}):
        before, after = clauses[0].get(number), clauses[1].get(number)
        if before == after:
            continue
        if before is None or after is None:
            said: tuple[str, ...] = ("is new",) if before is None else ("is gone",)
        else:
            said = differences(before, after)
        rows.append(RuleChange(f"duty clause `{number}`", said))
    return tuple(rows)


def _users(partnership: Partnership, agreements: Iterable[tuple[Agreement, int]]) -> Mapping[str, tuple[Use, ...]]:
    found: dict[str, list[Use]] = {}
    for agreement, signed in agreements:
        for name in terms_used(agreement, partnership.vocabulary):
            found.setdefault(name, []).append(Use(agreement.name, signed))
    return {name: tuple(uses) for name, uses in found.items()}


def _sections(partnership: Partnership) -> Row:
    return {code: section.value for code, section in partnership.vocabulary.sections.items()}


def _duties(partnership: Partnership) -> Row:
    duties = partnership.duties_document
    return {"reference": duties.reference, "version": duties.version, **row_of(duties.clauses.documents)}


def _clauses(partnership: Partnership) -> dict[str, Row]:
    clauses = partnership.duties_document.clauses
    return {
        **{one.clause: row_of(one) for one in clauses.grants},
        **{one.clause: row_of(one) for one in clauses.prohibitions},
    }


def said_of(change: TermChange) -> str:
    """`gateway `ca04-10`: `in_force.from` was 1 March 2005, is 1 January 2099`."""
    return f"{change.name}: {'; '.join(change.said)}"
