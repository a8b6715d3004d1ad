"""Whether claims are about somebody already known: exact evidence only, and never against a doubt.

Decides linked, new or possible. Evidence, strongest first: the sender's own number for the person, NHS number,
UPN, each with the date of birth; else full name, date of birth and postcode. Whatever the evidence, date of
birth and given name must agree with everything that was ever said of that person: without that guard twins
share an address and a birthday, a father and son share a name, and a clerk types the sister's NHS number
(domain notes, "Matching": "never auto-link below Match; twins and father/son need a given-name + full-DOB
guard"). Does not decide how alike two spellings are: no phonetics, no nicknames, no weights; what it cannot
settle is `possible`, for a person to look.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field
from datetime import date
from enum import StrEnum
from typing import Protocol

from broker.identifiers.person_name import normal_name
from broker.identifiers.postcode import NO_FIXED_ABODE
from broker.linkage.claims import IdentityClaims, ReportedIdentifier


class LinkOutcome(StrEnum):
    """`linked` to exactly one known person; `new` when nobody shares any evidence; `possible` is stored as a new
    person too, with a finding for somebody to look at."""

    LINKED = "linked"
    NEW = "new"
    POSSIBLE = "possible"


class Evidence(StrEnum):
    """What claims and a known person have in common."""

    AGENCY_ID = "agency-id"
    NHS_NUMBER = "nhs-number"
    UPN = "upn"
    NAME_DOB_POSTCODE = "name-dob-postcode"


class Conflict(StrEnum):
    """Why shared evidence was not enough."""

    BIRTH_UNKNOWN = "birth-unknown"
    BIRTH_DIFFERS = "birth-differs"
    GIVEN_NAME_UNKNOWN = "given-name-unknown"
    GIVEN_NAME_DIFFERS = "given-name-differs"
    NHS_NUMBER_DIFFERS = "nhs-number-differs"
    UPN_DIFFERS = "upn-differs"
    SEVERAL_PEOPLE = "several-people"


@dataclass(frozen=True, slots=True)
class KnownPerson:
    """Somebody already known, with all that senders said of them, in canonical form (names by `normal_name`)."""

    id: str
    born_on: frozenset[date] = field(default=frozenset(), repr=False)
    given_names: frozenset[str] = field(default=frozenset(), repr=False)
    nhs_numbers: frozenset[str] = field(default=frozenset(), repr=False)
    upns: frozenset[str] = field(default=frozenset(), repr=False)


class LinkIndex(Protocol):
    """Where known people are found; a store answers from keyed search tokens. Arguments are canonical."""

    def find_by_agency_id(self, controller_code: str, agency_id: str) -> Sequence[KnownPerson]:
        """Those whom this controller calls by this number."""

    def find_by_nhs(self, nhs_number: str) -> Sequence[KnownPerson]:
        """Those for whom somebody reported this NHS number."""

    def find_by_upn(self, upn: str) -> Sequence[KnownPerson]:
        """Those for whom somebody reported this UPN."""

    def find_by_name_dob_postcode(
        self, family_name: str, given_name: str, born_on: date, postcode: str
    ) -> Sequence[KnownPerson]:
        """Those of whom one sender reported all four together."""


@dataclass(frozen=True, slots=True)
class LinkFinding:
    """A known person who shares evidence and was not linked, and why: for somebody to look at."""

    person_id: str
    evidence: Evidence
    conflicts: tuple[Conflict, ...]


@dataclass(frozen=True, slots=True)
class LinkDecision:
    """The outcome, with whom it links to (only when `linked`), on what evidence, and what was left open."""

    outcome: LinkOutcome
    person_id: str | None = None
    evidence: tuple[Evidence, ...] = ()
    findings: tuple[LinkFinding, ...] = ()


def match(claims: IdentityClaims, index: LinkIndex, controller_code: str) -> LinkDecision:
    """The decision on these claims. The order in which the index answers never matters.

    INVARIANT: `linked` needs one person only, with some evidence and no conflict; any other sharing is
    `possible`.
    """
    shared: dict[str, tuple[KnownPerson, list[Evidence]]] = {}
    for evidence, people in _candidates(claims, index, controller_code):
        for person in people:
            shared.setdefault(person.id, (person, []))[1].append(evidence)
    agreed = {}
    findings: list[LinkFinding] = []
    for person_id, (person, evidence_list) in sorted(shared.items()):
        conflicts = tuple(_conflicts(claims, person, evidence_list))
        if conflicts:
            findings.extend(LinkFinding(person_id, evidence, conflicts) for evidence in evidence_list)
        else:
            agreed[person_id] = tuple(evidence_list)
    if len(agreed) == 1 and not _rivals(findings):
        ((person_id, evidence_found),) = agreed.items()
        return LinkDecision(LinkOutcome.LINKED, person_id, evidence_found, tuple(findings))
    findings.extend(
        LinkFinding(person_id, evidence, (Conflict.SEVERAL_PEOPLE,))
        for person_id, evidence_found in agreed.items()
        for evidence in evidence_found
    )
    return LinkDecision(LinkOutcome.POSSIBLE if findings else LinkOutcome.NEW, findings=tuple(findings))


def _candidates(
    claims: IdentityClaims, index: LinkIndex, controller_code: str
) -> Iterator[tuple[Evidence, Sequence[KnownPerson]]]:
    if claims.agency_id:
        yield Evidence.AGENCY_ID, index.find_by_agency_id(controller_code, claims.agency_id)
    if nhs_number := _canonical(claims.nhs_number):
        yield Evidence.NHS_NUMBER, index.find_by_nhs(nhs_number)
    if upn := _canonical(claims.upn):
        yield Evidence.UPN, index.find_by_upn(upn)
    postcode = _canonical(claims.postcode)
    # ZZ99 3VZ is no place: people of no fixed abode share it without living together.
    if claims.family_name and claims.given_name and claims.born_on and postcode and postcode != NO_FIXED_ABODE:
        names = normal_name(claims.family_name), normal_name(claims.given_name)
        yield Evidence.NAME_DOB_POSTCODE, index.find_by_name_dob_postcode(*names, claims.born_on, postcode)


def _conflicts(claims: IdentityClaims, person: KnownPerson, evidence: Sequence[Evidence]) -> Iterator[Conflict]:
    own_number = Evidence.AGENCY_ID in evidence
    if claims.born_on is None or not person.born_on:
        yield Conflict.BIRTH_UNKNOWN
    elif person.born_on != {claims.born_on}:
        yield Conflict.BIRTH_DIFFERS
    given_name = normal_name(claims.given_name) if claims.given_name else None
    if given_name and person.given_names:
        if person.given_names != {given_name}:
            yield Conflict.GIVEN_NAME_DIFFERS
    elif not own_number:
        # A list without names (Annex A) may link by the sender's own number, and by nothing else.
        yield Conflict.GIVEN_NAME_UNKNOWN
    nhs_number = _canonical(claims.nhs_number)
    if nhs_number and person.nhs_numbers and person.nhs_numbers != {nhs_number}:
        yield Conflict.NHS_NUMBER_DIFFERS
    upn = _canonical(claims.upn)
    if upn and person.upns and upn not in person.upns and not own_number:
        # A pupil may have a temporary and a former UPN, so for one sender's own person this is no contradiction.
        yield Conflict.UPN_DIFFERS


def _rivals(findings: Sequence[LinkFinding]) -> bool:
    """Whether somebody else holds an identifier that these claims carry too: then one of the two is wrong."""
    return any(finding.evidence is not Evidence.NAME_DOB_POSTCODE for finding in findings)


def _canonical(identifier: ReportedIdentifier | None) -> str | None:
    return identifier.canonical if identifier is not None else None
