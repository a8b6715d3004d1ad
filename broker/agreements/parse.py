"""The form of a whole agreement and of the duties: text with line numbers to `Agreement` and `Duties`.

Decides what may be written and that clause numbers are unique; what a clause needs to be lawful it asks `check`.
Format: docs/formats.md ("An agreement", "The duties").
"""

from __future__ import annotations

from collections.abc import Callable, Iterable
from dataclasses import dataclass
from typing import Final, TypeVar

from broker.agreements.check import problems_of
from broker.agreements.clauses import Located, ProblemsOf, grant_form, prohibition_form
from broker.agreements.document import NO_PERIOD, Agreement, Clauses, Duties, SupportingDocuments, Validity
from broker.decision.terms import Grant, Prohibition
from broker.documents.forms import Fields, Form, Key, optional, required
from broker.documents.limits import shortened
from broker.documents.nodes import Node, Scalar, Sequence, Table
from broker.documents.reading import Reading
from broker.documents.shapes import (
    REFUSED,
    Day,
    Integer,
    Known,
    Length,
    ListOf,
    Moment,
    NewCode,
    Refused,
    Text,
)
from broker.vocabulary.load import Declarations
from broker.vocabulary.rows import interval_of

T = TypeVar("T")


def _no_problems(grant: Grant) -> Iterable[str]:
    del grant
    return ()


# --- dates and papers

_FROM = required("from", Moment(), "a date, or an instant with its offset")
_UNTIL = optional("until", Moment(), None, "the first day on which it no longer holds; left out: open")
_REVIEW_BY = optional("review_by", Day(), None, "from this day on it warns; left out: none")
_GRACE = optional("grace", Length(), None, "how long after `review_by` it lapses; left out: at once")


def _validity(fields: Fields, reading: Reading) -> Validity | Refused:
    interval = interval_of(fields[_FROM], fields[_UNTIL], fields.line, reading)
    if interval is REFUSED:
        return REFUSED
    if fields[_GRACE] is not None and fields[_REVIEW_BY] is None:
        reading.warning(fields.line_of(_GRACE), "`grace` without `review_by` does nothing: name the day of review")
    validity = Validity(fields[_FROM], fields[_UNTIL], fields[_REVIEW_BY], fields[_GRACE] or NO_PERIOD)
    if validity.lapses_at is not None and validity.lapses_at <= validity.from_at:
        reading.warning(
            fields.line_of(_REVIEW_BY), "`review_by` plus `grace` is before `from`, so the agreement never permits"
        )
    return validity


_VALIDITY: Final[Form[Validity]] = Form("an agreement's in_force", (_FROM, _UNTIL, _REVIEW_BY, _GRACE), _validity)

_DPIA = optional("dpia", Text(), None, "reference of the data protection impact assessment")
_POLICY_DOCUMENT = optional("appropriate_policy_document", Text(), None, "reference of the policy document")
_NOTICE = optional("privacy_notice", Text(), None, "reference of what the public is told")
_DOCUMENTS_FORM: Final[Form[SupportingDocuments]] = Form(
    "a set of documents",
    (_DPIA, _POLICY_DOCUMENT, _NOTICE),
    lambda fields, _: SupportingDocuments(fields[_DPIA], fields[_POLICY_DOCUMENT], fields[_NOTICE]),
)

# --- the document

_VERSION = required("version", Integer(1))
_DOCUMENTS = optional("documents", _DOCUMENTS_FORM, SupportingDocuments())

_REFERENCE = required("agreement", NewCode(), "the agreement's reference; it never changes")
_TITLE = required("title", Text())
_CLASSIFICATION = required("classification", Text(), "the protective marking, such as OFFICIAL-SENSITIVE")
_OWNER = required("owner", Known("organisation"), "the organisation that keeps the agreement")
_PARTIES = required("parties", ListOf(Known("organisation")))
_IN_FORCE = required("in_force", _VALIDITY)

_DUTIES_REFERENCE = required("duties", NewCode())


@dataclass(frozen=True, slots=True)
class _ClauseKeys:
    """The two keys that hold clauses."""

    grants: Key[tuple[Located, ...]]
    prohibitions: Key[tuple[Located, ...]]


def _clause_keys(problems: ProblemsOf, *, dated: bool) -> _ClauseKeys:
    return _ClauseKeys(
        required("grants", ListOf(grant_form(problems, dated=dated))),
        optional("prohibitions", ListOf(prohibition_form(dated=dated)), (), "what no grant beside it may do"),
    )


def _clauses(fields: Fields, keys: _ClauseKeys, reading: Reading) -> Clauses:
    grants, prohibitions = fields[keys.grants], fields[keys.prohibitions]
    return Clauses(
        tuple(located.clause for located in grants if isinstance(located.clause, Grant)),
        tuple(located.clause for located in prohibitions if isinstance(located.clause, Prohibition)),
        fields[_DOCUMENTS],
        reading.file,
        {located.clause.clause: located.lines for located in (*grants, *prohibitions)},
    )


def agreement_form(problems: ProblemsOf = _no_problems) -> Form[Agreement]:
    """The form of an agreement whose grants are also asked for `problems`."""
    keys = _clause_keys(problems, dated=False)

    def build(fields: Fields, reading: Reading) -> Agreement:
        parties: tuple[str, ...] = tuple(dict.fromkeys(fields[_PARTIES]))
        return Agreement(
            fields[_REFERENCE],
            fields[_VERSION],
            fields[_TITLE],
            fields[_CLASSIFICATION],
            fields[_OWNER],
            parties,
            fields[_IN_FORCE],
            _clauses(fields, keys, reading),
            fields.line,
            fields.line_of(_IN_FORCE),
        )

    head = (_REFERENCE, _VERSION, _TITLE, _CLASSIFICATION, _OWNER, _PARTIES, _IN_FORCE, _DOCUMENTS)
    return Form("an agreement", (*head, keys.grants, keys.prohibitions), build)


def duties_form(problems: ProblemsOf = _no_problems) -> Form[Duties]:
    """The form of the duties."""
    keys = _clause_keys(problems, dated=True)

    def build(fields: Fields, reading: Reading) -> Duties:
        return Duties(fields[_DUTIES_REFERENCE], fields[_VERSION], _clauses(fields, keys, reading))

    head = (_DUTIES_REFERENCE, _VERSION, _DOCUMENTS)
    return Form("the file of duties", (*head, keys.grants, keys.prohibitions), build)


def read_agreement(node: Node, reading: Reading, declarations: Declarations) -> Agreement | Refused:
    """The agreement at a node, checked for everything that refuses one; REFUSED after reporting all of it."""
    return _read(node, reading, declarations, agreement_form)


def read_duties(node: Node, reading: Reading, declarations: Declarations) -> Duties | Refused:
    """The duties at a node, checked as an agreement is."""
    return _read(node, reading, declarations, duties_form)


def _read(
    node: Node, reading: Reading, declarations: Declarations, form: Callable[[ProblemsOf], Form[T]]
) -> T | Refused:
    errors = len(reading.findings.errors)
    papers = node.find("documents") if isinstance(node, Table) else None
    has_policy_document = isinstance(papers, Table) and papers.find("appropriate_policy_document") is not None

    def problems(grant: Grant) -> Iterable[str]:
        return problems_of(grant, declarations, has_policy_document=has_policy_document)

    value = form(problems).read(node, reading, "the document")
    _check_clause_numbers(node, reading)
    return value if len(reading.findings.errors) == errors else REFUSED


def _check_clause_numbers(node: Node, reading: Reading) -> None:
    """Reports every clause number used twice, over grants and prohibitions, also where another clause is wrong."""
    first: dict[str, int] = {}
    for key in ("grants", "prohibitions"):
        clauses = node.find(key) if isinstance(node, Table) else None
        for clause in clauses.items if isinstance(clauses, Sequence) else ():
            number = clause.find("clause") if isinstance(clause, Table) else None
            if not isinstance(number, Scalar) or not isinstance(number.value, str):
                continue
            if number.value in first:
                reading.error(
                    number,
                    f"clause `{shortened(number.value)}` is used twice, first on line {first[number.value]}:"
                    " number each once",
                )
            first.setdefault(number.value, number.line)
