"""The disclosure: the one object of a decided request that the edges may serialise.

Holds what the requester may see (the profile, or what they are told of a refusal), the five sentences about this
release and the receipt of its audit entry. Made after the decision, from it and from what it released; of what was
withheld it knows nothing. Source: product rule 1.2, pages ("Family summary", 9) and docs/profile-json.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime
from functools import lru_cache
from typing import Any, Final

from broker.audit.receipt import Receipt
from broker.canonical import Spelled, canonical_text, digest_bytes
from broker.dates import instant_text
from broker.decision.decision import Decision, PersonRuling
from broker.decision.outcome import Outcome
from broker.decision.reasons import Reason
from broker.decision.records import record_rulings
from broker.decision.universe import bits
from broker.release.next_step import refusal_step
from broker.release.profile import CoverageLine, NotSharedLine, Papers, Profile, ProfileItem, ToldCell
from broker.release.sections import Section
from broker.release.views import ANSWERED, REFUSED


@dataclass(frozen=True, slots=True)
class Statements:
    """Why this release is right, in five short true sentences (the tests of the information-sharing advice:
    necessary, proportionate, lawful, and recorded and secure)."""

    necessary: str
    proportionate: str
    legal: str
    auditable: str
    safe: str

    def in_order(self) -> tuple[tuple[str, str], ...]:
        """(word, sentence) in the order they are read."""
        return (
            ("Necessary", self.necessary),
            ("Proportionate", self.proportionate),
            ("Legal", self.legal),
            ("Auditable", self.auditable),
            ("Safe", self.safe),
        )


@dataclass(frozen=True, slots=True)
class Disclosure:
    """One decided request as its requester may see it. `profile` and `statements` are None where it was refused,
    for `refused_because` (what the requester is told). `requester_name` is who looked; `access_until_at` None is
    no end known."""

    id: str
    at: datetime
    requester_name: str
    refused_because: str | None
    profile: Profile | None
    statements: Statements | None
    receipt: Receipt
    access_until_at: datetime | None = None
    family_told: str | None = None
    """Whether the family was told of the sharing, for members of the case."""

    @property
    def outcome(self) -> str:
        """`answered` or `refused`."""
        return ANSWERED if self.profile is not None else REFUSED

    @property
    def next_step(self) -> str | None:
        """What to do about a refusal, by what its requester is told of it; None where it was answered."""
        return None if self.refused_because is None else refusal_step(self.refused_because)


def statements_of(profile: Profile, disclosure_id: str) -> Statements:
    """The five sentences, made from what was released and nothing else."""
    case = f" in case {profile.case}" if profile.case is not None else ""
    people = f"{len(profile.people)} {'person' if len(profile.people) == 1 else 'people'}"
    items, flags = len(profile.items), len(profile.known_to)
    kinds = len({item.papers.category for item in profile.items})
    clauses = sorted({clause for item in profile.items for clause in item.papers.clauses})
    bases = list(dict.fromkeys(basis for item in profile.items for basis in item.papers.basis[:1]))
    obligations = sorted({one for item in profile.items for one in item.papers.obligations})
    joint = sum(item.joint for item in profile.items)
    only_flags = f", {flags} of them only as a flag" if flags else ""
    counted = f"{_count(items, 'item')} of {_count(kinds, 'kind')}{only_flags}"
    proportionate = f"{counted}, none deeper or older than its clause allows."
    return Statements(
        f"Asked for one purpose, {_lower(profile.purpose_title)}{case}, about {people}: “{profile.reason}”.",
        proportionate if items else "Nothing was released.",
        _legal(clauses, bases, emergency=profile.emergency),
        f"Written down as {disclosure_id} in the same act, before anything was shown.",
        _safe(joint, obligations),
    )


def _legal(clauses: list[str], bases: list[str], *, emergency: bool) -> str:
    if emergency:
        return "Emergency access: logged, limited in time, and reviewed."
    if not clauses:
        return "Nothing was released, so nothing needed a basis."
    return f"Every item rests on a clause in force ({', '.join(clauses)}) and on {'; '.join(bases)}."


def _safe(joint: int, obligations: list[str]) -> str:
    hidden = (
        f"In {_count(joint, 'item')} somebody else's part is hidden."
        if joint
        else "Nobody is shown who was not cleared."
    )
    words = ", ".join(one.replace("-", " ") for one in obligations)
    return f"{hidden} You must keep to: {words}." if words else hidden


def _count(number: int, word: str) -> str:
    return f"{number} {word}{'' if number == 1 else 's'}"


def _lower(title: str) -> str:
    return title[:1].lower() + title[1:]


def decision_digest(decision: Decision) -> str:
    """The digest of the whole decision, so that a later recomputation can be told to be the same or not: the
    rules, the refusal, every cell that a clause names or emergency access reaches, and every record's answer."""
    refused = decision.refusal.value if decision.refusal is not None else ""
    lines = [f"table {decision.table.digest}", f"refusal {refused}"]
    for ruling in decision.rulings:
        ends = ruling.once(_said)
        if ends:
            begin = f"cell {ruling.person.id} "
            lines.append(begin + f"\n{begin}".join(ends))
    if decision.refusal is None:
        lines += sorted(
            f"record {ruling.header.id} {ruling.detail.code if ruling.detail else 'withheld'}"
            f" {','.join(ruling.reasons)}"
            for ruling in record_rulings(decision)
        )
    return digest_bytes("\n".join(lines).encode("utf-8"))


def _said(ruling: PersonRuling) -> tuple[str, ...]:
    """Of every cell that is said anything of, by its bit, what is said."""
    universe, words = ruling.plan.universe, [_outcome_words(one) for one in ruling.outcomes()]
    cells = zip(universe.category_of, universe.controller_of, words, strict=True)
    return tuple(f"{category} {controller} {said}" for category, controller, said in cells if said)


def _outcome_words(outcome: Outcome) -> str:
    """Empty for a cell that nothing names: whether it is asked about depends on who holds anything."""
    if outcome.reasons == (Reason.NO_CLAUSE,):
        return ""
    detail = outcome.detail.code if outcome.detail is not None else "-"
    return f"{outcome.effect.value} {detail} {','.join(outcome.reasons)} {','.join(outcome.clauses)}"


def as_mapping(disclosure: Disclosure) -> dict[str, Any]:
    """The disclosure as JSON-compatible data (docs/profile-json.md). A refusal has the same keys."""
    profile, statements = disclosure.profile, disclosure.statements
    return {
        "disclosure": disclosure.id,
        "outcome": disclosure.outcome,
        "refused_because": disclosure.refused_because,
        "next_step": disclosure.next_step,
        "at": instant_text(disclosure.at),
        "requester": disclosure.requester_name,
        "access_until": _instant(disclosure.access_until_at),
        "purpose": profile.purpose if profile else None,
        "purpose_title": profile.purpose_title if profile else None,
        "case": profile.case if profile else None,
        "recipient": profile.recipient if profile else None,
        "recipient_name": profile.recipient_name if profile else None,
        "reason": profile.reason if profile else None,
        "emergency": profile.emergency if profile else False,
        "people": [{"id": one, "name": name} for one, name in profile.people.items()] if profile else [],
        "sections": {
            section.value: [_item(item) for item in (profile.of(section) if profile else ())]
            for section in Section
        },
        "agreements": [
            {"agreement": name, "title": title or None}
            for name, title in (profile.titles.items() if profile else ())
        ],
        "known_to": [item.record for item in profile.known_to] if profile else [],
        "coverage": [_coverage(line) for line in (profile.coverage if profile else ())],
        "not_shared": [_not_shared(line) for line in (profile.not_shared if profile else ())],
        "family_told": disclosure.family_told,
        "statements": {word.lower(): said for word, said in statements.in_order()} if statements else {},
        "receipt": dict(disclosure.receipt.as_mapping()),
    }


def spelled(disclosure: Disclosure) -> dict[str, Any]:
    """The same for `canonical_members`: the two longest lists in their spelling, which is remembered. What is
    covered is the same in every release of one kind; what is not shared, but for whom it is about, wherever the
    tests came out the same."""
    profile = disclosure.profile
    if profile is None:
        return as_mapping(disclosure)
    found = as_mapping(replace(disclosure, profile=replace(profile, coverage=(), told=())))
    told = (_spelled_told(cells).replace(_WHO, canonical_text(person)) for person, cells in profile.told if cells)
    found["coverage"] = _spelled_coverage(profile.coverage)
    found["not_shared"] = Spelled(f"[{','.join(told)}]")
    return found


_WHO: Final = "\0"
"""Stands for the person in what is remembered. JSON never holds it as it is."""


@lru_cache(maxsize=128)
def _spelled_coverage(lines: tuple[CoverageLine, ...]) -> Spelled:
    return Spelled(canonical_text([_coverage(line) for line in lines]))


@lru_cache(maxsize=128)
def _spelled_told(cells: tuple[ToldCell, ...]) -> str:
    return ",".join(map(_spelled_line, cells))


@lru_cache(maxsize=16384)
def _spelled_line(cell: ToldCell) -> str:
    members = _not_shared(NotSharedLine("", *cell))
    texts = [f'"{name}":{_WHO if name == "person" else canonical_text(members[name])}' for name in sorted(members)]
    return f"{{{','.join(texts)}}}"


def _instant(at: datetime | None) -> str | None:
    return None if at is None else instant_text(at)


def _item(item: ProfileItem) -> dict[str, Any]:
    return {
        "record": item.record,
        "about": list(item.about),
        "joint": item.joint,
        "fields": dict(item.fields),
        "papers": _papers(item.papers),
    }


def _papers(papers: Papers) -> dict[str, Any]:
    return {
        "controller": papers.controller,
        "controller_name": papers.controller_name,
        "category": papers.category,
        "category_title": papers.category_title,
        "occurred": papers.occurred_on.isoformat(),
        "recorded": instant_text(papers.recorded_at),
        "detail": papers.detail,
        "clauses": list(papers.clauses),
        "basis": list(papers.basis),
        "consent": list(papers.consent),
        "obligations": list(papers.obligations),
        "override": papers.override,
    }


def _coverage(line: CoverageLine) -> dict[str, str]:
    return {
        "controller": line.controller,
        "controller_name": line.controller_name,
        "category": line.category,
        "category_title": line.category_title,
        "state": line.state,
    }


def _not_shared(line: NotSharedLine) -> dict[str, str]:
    return {
        "person": line.person,
        "controller": line.controller,
        "controller_name": line.controller_name,
        "category": line.category,
        "category_title": line.category_title,
        "reason": line.reason,
        "next_step": line.next_step,
    }


def permitted_cells(decision: Decision) -> Iterator[tuple[str, str, str, Outcome]]:
    """Every permitted cell as (person, category, controller, outcome)."""
    for ruling in decision.rulings:
        for category, controller, outcome in ruling.once(_permitted):
            yield ruling.person.id, category, controller, outcome


def permitted_in(decision: Decision, category: str) -> Iterator[tuple[str, str, Outcome]]:
    """Of the permitted cells those in one category, as (person, controller, outcome)."""
    for ruling in decision.rulings:
        for controller, outcome in ruling.once(_permitted_by_category).get(category, ()):
            yield ruling.person.id, controller, outcome


def _permitted_by_category(ruling: PersonRuling) -> dict[str, list[tuple[str, Outcome]]]:
    found: dict[str, list[tuple[str, Outcome]]] = {}
    for category, controller, outcome in _permitted(ruling):
        found.setdefault(category, []).append((controller, outcome))
    return found


def _permitted(ruling: PersonRuling) -> tuple[tuple[str, str, Outcome], ...]:
    universe, outcomes = ruling.plan.universe, ruling.outcomes()
    return tuple(
        (universe.category_of[bit], universe.controller_of[bit], outcomes[bit]) for bit in bits(ruling.permitted)
    )
