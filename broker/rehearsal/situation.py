"""The form of a whole scenario, and how one document becomes a Scenario.

Decides which keys a scenario has, that every id it uses is declared, and which signatures stand. Finding the files
it names is `parse`'s work. Format: docs/formats.md ("A scenario").
"""

from __future__ import annotations

from collections.abc import Callable, Collection, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import TypeAlias

from broker.agreements.compile import Signatures, compile_agreement, compile_duties, signed_by_all
from broker.agreements.document import Agreement
from broker.agreements.parse import agreement_form, read_agreement
from broker.agreements.partnership import PartnershipReading
from broker.casework import Case
from broker.dates import Interval
from broker.decision.facts import Facts
from broker.decision.request import VITAL_INTERESTS
from broker.documents.forms import Form, Key, Mapped, optional, required
from broker.documents.limits import shortened
from broker.documents.nodes import Document, Node, Scalar, Sequence, Table
from broker.documents.reading import Reading, Registers
from broker.documents.rows import Rows, declared
from broker.documents.shapes import (
    REFUSED,
    ByForm,
    Converted,
    Definitions,
    Json,
    Known,
    ListOf,
    Moment,
    NewCode,
    Refused,
    Shape,
    Text,
    Word,
)
from broker.errors import did_you_mean
from broker.rehearsal.asking import ASKED_ABOUT, EXPECTATION, REQUEST, VITAL_INTERESTS_REGISTER
from broker.rehearsal.family import CONSENT, HOUSEHOLD, PERSON, RELATIONSHIP, fact_interval
from broker.rehearsal.scenario import Scenario
from broker.rehearsal.workplace import CASE, FEED, HOLDER_DECISION, STAFF, WrittenRecord, record_form
from broker.vocabulary.load import Declarations

FindAgreement: TypeAlias = Callable[[str, int, Reading], Agreement | Refused]
"""Finds the agreement that a path names on a line, reporting why where it cannot."""


@dataclass(frozen=True, slots=True)
class ListedAgreement:
    """An agreement of a scenario and the line that lists it."""

    agreement: Agreement
    line: int


@dataclass(frozen=True, slots=True)
class Surroundings:
    """What a scenario is read against: the standing rules, and how a path becomes an agreement."""

    declarations: Declarations
    find_agreement: FindAgreement


@dataclass(frozen=True, slots=True)
class _AgreementSource(Shape[ListedAgreement]):
    """A path, or the agreement itself."""

    around: Surroundings | None

    def read(self, node: Node, reading: Reading, what: str) -> ListedAgreement | Refused:
        if self.around is None:
            return REFUSED
        if isinstance(node, Table):
            agreement = read_agreement(node, reading, self.around.declarations)
        else:
            path = Text().read(node, reading, what)
            agreement = REFUSED if path is REFUSED else self.around.find_agreement(path, node.line, reading)
        return REFUSED if agreement is REFUSED else ListedAgreement(agreement, node.line)

    def schema(self, definitions: Definitions) -> Json:
        return {"anyOf": [Text().schema(definitions), agreement_form().schema(definitions)]}


# --- signatures

_SIGNED_FROM = required("from", Moment())
_SIGNED_UNTIL = optional("until", Moment(), None, "left out: it still stands")
_SIGNATURE: Form[Interval] = Form(
    "a signature",
    (_SIGNED_FROM, _SIGNED_UNTIL),
    lambda fields, reading: fact_interval(fields[_SIGNED_FROM], fields[_SIGNED_UNTIL], fields.line, reading),
)


def _since(at: datetime) -> Interval:
    return Interval(at)


_Signed = Mapping[str, Mapping[str, Interval]]
_BY_PARTY = Mapped(Known("organisation"), ByForm(Converted(Moment(), _since), _SIGNATURE))
_ALL: Shape[_Signed | None] = Word({"all": None})


def _listed(signed: _Signed) -> _Signed | None:
    return signed


_SIGNED_SHAPE: Shape[_Signed | None] = ByForm(_ALL, Converted(Mapped(NewCode(), _BY_PARTY), _listed))
_NOBODY: _Signed = {}

# --- the scenario

_NAME = required("scenario", Text(), "its name")
_WHY = required("why", Text())
_AT = required("at", Moment(), "when the request is made")
_POLICIES = optional("policies", Text(), None, "folder of standing rules, relative to this file")
_SIGNED = optional("signed", _SIGNED_SHAPE, _NOBODY, "`all`, or who signed what and when; left out: nobody")
_PEOPLE = required("people", Rows(PERSON, "id"))
_RELATIONSHIPS = optional("relationships", ListOf(RELATIONSHIP), ())
_HOUSEHOLDS = optional("households", ListOf(HOUSEHOLD), ())
_STAFF = required("staff", Rows(STAFF, "id"))
_CASES = optional("cases", Rows(CASE, "id"), dict[str, Case]())
_CONSENTS = optional("consents", ListOf(CONSENT), ())
_HOLDER_DECISIONS = optional("holder_decisions", ListOf(HOLDER_DECISION), ())
_FEEDS = optional("feeds", ListOf(FEED), ())
_REQUEST = required("request", REQUEST)
_EXPECT = optional("expect", EXPECTATION, None)


@dataclass(frozen=True, slots=True)
class _Keys:
    """The two keys whose shape depends on the standing rules."""

    agreements: Key[tuple[ListedAgreement, ...]]
    records: Key[Mapping[str, WrittenRecord]]

    @classmethod
    def of(cls, around: Surroundings | None) -> _Keys:
        categories = around.declarations.categories if around is not None else {}
        return cls(
            required(
                "agreements", ListOf(_AgreementSource(around)), "paths relative to this file, or agreements inline"
            ),
            required("records", Rows(record_form(categories), "id")),
        )

    def all(self) -> tuple[Key[object], ...]:
        """Every key of a scenario, in the order it is usually written."""
        return (
            _NAME, _WHY, _AT, _POLICIES, self.agreements, _SIGNED, _PEOPLE, _RELATIONSHIPS, _HOUSEHOLDS, _STAFF,
            _CASES, _CONSENTS, _HOLDER_DECISIONS, _FEEDS, self.records, _REQUEST, _EXPECT,
        )  # fmt: skip


def scenario_schema_form() -> Form[None]:
    """The form of a scenario for publishing; it reads no agreements."""
    return Form("a scenario", _Keys.of(None).all(), lambda _fields, _reading: None)


def named_policies(document: Document) -> tuple[str | None, int] | None:
    """The folder of standing rules the scenario names, and the line; None where it names none. A folder that is
    None was named by something else than text, which reading the scenario will report."""
    node = document.root.find("policies") if isinstance(document.root, Table) else None
    if node is None:
        return None
    return (node.value if isinstance(node, Scalar) and isinstance(node.value, str) else None, node.line)


def read_scenario(
    document: Document, reading: Reading, partnership: PartnershipReading, find_agreement: FindAgreement
) -> Scenario | Refused:
    """The scenario of a document under a partnership's standing rules; REFUSED after reporting every problem."""
    errors = len(reading.findings.errors)
    keys = _Keys.of(Surroundings(partnership.declarations, find_agreement))
    own = reading.knowing(_declared_ids(document.root))
    fields = Form("a scenario", keys.all(), lambda _fields, _reading: None).read_parts(
        document.root, own, "the document"
    )
    if fields is REFUSED:
        return REFUSED
    listed = fields.part(keys.agreements)
    if listed is not REFUSED:
        _check_unique_agreements(listed, own)
        _check_signatures(document.root, listed, own)
    for key in ("consents", "households"):
        _check_unique_ids(document.root.find(key) if isinstance(document.root, Table) else None, own)
    vocabulary = partnership.declarations.complete()
    if len(reading.findings.errors) != errors or vocabulary is None or partnership.duties is None:
        return REFUSED
    agreements = tuple(item.agreement for item in fields[keys.agreements])
    signed = fields[_SIGNED]
    records = fields[keys.records]
    return Scenario(
        name=fields[_NAME],
        why=fields[_WHY],
        where=f"{document.file}:{fields.line}",
        vocabulary=vocabulary,
        duties=compile_duties(partnership.duties),
        terms=tuple(compile_agreement(item, _signatures(item, signed)) for item in agreements),
        agreements=agreements,
        facts=Facts(
            people=fields[_PEOPLE],
            relationships=fields[_RELATIONSHIPS],
            households=fields[_HOUSEHOLDS],
            staff=fields[_STAFF],
            cases=fields[_CASES],
            consents=fields[_CONSENTS],
            holder_decisions=fields[_HOLDER_DECISIONS],
            feeds=fields[_FEEDS],
            records=tuple(record.header for record in records.values()),
        ),
        contents={record_id: record.fields for record_id, record in records.items()},
        request=fields[_REQUEST].at(fields[_AT]),
        expect=fields[_EXPECT],
    )


def _declared_ids(root: Node) -> Registers:
    """The ids this scenario declares, by what they are of; read before anything else, so that one mistake in a row
    is not reported again by everything that names the row."""
    request = root.find("request") if isinstance(root, Table) else None
    about = request.find("about") if isinstance(request, Table) else None
    asked = about.items if isinstance(about, Sequence) else ()
    found: dict[str, Collection[str]] = {"case": declared(root, "cases", "id")}
    for register, key in (("person", "people"), ("member of staff", "staff"), ("record", "records")):
        # These must be there: where one is lacking, that is what is said, and not that nobody in it is known.
        if isinstance(root, Table) and isinstance(root.find(key), Sequence):
            found[register] = declared(root, key, "id")
    return {
        **found,
        ASKED_ABOUT: {node.value for node in asked if isinstance(node, Scalar) and isinstance(node.value, str)},
        VITAL_INTERESTS_REGISTER: (VITAL_INTERESTS,),
    }


def _check_unique_agreements(listed: tuple[ListedAgreement, ...], reading: Reading) -> None:
    first: dict[str, int] = {}
    for item in listed:
        name = item.agreement.name
        if name in first:
            reading.error(
                item.line,
                f"`{name}` is listed twice, first on line {first[name]}: list each version of an agreement once",
            )
        first.setdefault(name, item.line)


def _check_unique_ids(rows: Node | None, reading: Reading) -> None:
    first: dict[str, int] = {}
    for row in rows.items if isinstance(rows, Sequence) else ():
        node = row.find("id") if isinstance(row, Table) else None
        if not isinstance(node, Scalar) or not isinstance(node.value, str):
            continue
        if node.value in first:
            message = f"is used twice, first on line {first[node.value]}: give each row its own"
            reading.error(node, f"`id` `{shortened(node.value)}` {message}")
        first.setdefault(node.value, node.line)


def _check_signatures(root: Node, listed: tuple[ListedAgreement, ...], reading: Reading) -> None:
    """Reports signatures of agreements that are not listed, and by organisations that are not their parties."""
    signed = root.find("signed") if isinstance(root, Table) else None
    parties: dict[str, set[str]] = {}
    for item in listed:
        parties.setdefault(item.agreement.reference, set()).update(item.agreement.parties)
    for reference, entry in (signed.entries if isinstance(signed, Table) else {}).items():
        known = parties.get(reference)
        if known is None:
            hint = did_you_mean(reference, parties)
            message = f"`signed` names `{shortened(reference)}`, which is no agreement of this scenario{hint}"
            reading.error(entry.line, message)
            continue
        for party, by in (entry.value.entries if isinstance(entry.value, Table) else {}).items():
            if party not in known and party in reading.registers.get("organisation", (party,)):
                hint = did_you_mean(party, known)
                reading.error(by.line, f"`{shortened(party)}` is not a party of `{reference}`{hint}")


def _signatures(agreement: Agreement, signed: _Signed | None) -> Signatures:
    if signed is None:
        return signed_by_all(agreement)
    return {party: (interval,) for party, interval in signed.get(agreement.reference, {}).items()}
