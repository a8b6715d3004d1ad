"""Which open cases somebody may be told of, and who leads them: read for many people at once.

Decides that a lead is told of only where the cell that says who is involved (this person, the lead's organisation)
is permitted to whoever asks, and that restricted cases (but to their members), cases about somebody protected,
panels and cases for a purpose the partnership did not name are never told of. What is permitted is the decision's
to say. From docs/casework.md ("Already open").
"""

from __future__ import annotations

from collections.abc import Collection, Container, Iterable, Iterator, Mapping
from dataclasses import dataclass
from datetime import datetime
from types import MappingProxyType
from typing import Final

from broker.casework import Case, CaseKind
from broker.casework.staff import StaffMember
from broker.people import DataSubject
from broker.store.cases import find_cases_about_any
from broker.store.people import NOBODY_READ, PeopleRead
from broker.store.session import View
from broker.store.staff import find_members
from broker.usecases.casework.front_door import is_about_protected
from broker.vocabulary.clocks import FrontDoor
from broker.vocabulary.codes import Detail

TOLD_OF: Final = frozenset({CaseKind.ENQUIRY, CaseKind.PLAN, CaseKind.TEAM})
"""Kinds of case there may be a lead of. That somebody is heard at a panel is itself the secret."""
LEAST: Final = Detail.SUMMARY
"""The detail at which a worker is named."""


@dataclass(frozen=True, slots=True)
class Lead:
    """Who leads an open case about somebody, and how to reach them."""

    person_id: str
    case_id: str
    staff_id: str
    name: str
    organisation: str
    phone: str


@dataclass(frozen=True, slots=True)
class Led:
    """The cases some people are in, everybody those are about, and the staff in them."""

    cases: Mapping[str, Mapping[str, Case]]
    people: Mapping[str, DataSubject]
    members: Mapping[str, StaffMember]

    @classmethod
    def around(
        cls,
        view: View,
        person_ids: Collection[str],
        cases_read: Mapping[str, Case] = MappingProxyType({}),
        people_read: PeopleRead = NOBODY_READ,
    ) -> Led:
        """Of all these people, in four look-ups however many they are; what was just read is not read again."""
        cases = find_cases_about_any(view, person_ids, cases_read)
        every = {case.id: case for found in cases.values() for case in found.values()}
        people = people_read.with_others(view, {one for case in every.values() for one in case.about})
        members = find_members(view, {one.staff for case in every.values() for one in case.members})
        return cls(cases, people, members)

    def leads(
        self,
        person_ids: Iterable[str],
        asking: Asking,
        told: Container[tuple[str, str]],
    ) -> Iterator[Lead]:
        """The leads of open cases about these people, in their order. `told` are the cells (person id,
        organisation's code) that are permitted in enough detail."""
        for person in person_ids:
            for case in self.cases.get(person, {}).values():
                if not self._may_be_told_of(case, asking):
                    continue
                lead = self._lead_of(case, asking.at)
                if lead is not None and (person, lead.staff.organisation) in told:
                    yield Lead(person, case.id, lead.staff.id, lead.name, lead.staff.organisation, lead.phone)

    def _may_be_told_of(self, case: Case, asking: Asking) -> bool:
        if case.id == asking.case_id or case.kind not in TOLD_OF or not case.is_open(asking.at):
            return False
        if not case.purposes <= asking.front_door.lead_purposes:
            return False
        if case.restricted and not case.has_member(asking.staff_id, asking.at):
            return False
        return not is_about_protected(case, self.people)

    def _lead_of(self, case: Case, at: datetime) -> StaffMember | None:
        """The member in post who leads."""
        in_post = [
            one
            for one in case.members
            if one.interval.covers(at)
            and one.staff in self.members
            and self.members[one.staff].staff.is_in_post(at)
        ]
        return self.members[min(in_post, key=case.leads_before).staff] if in_post else None


@dataclass(frozen=True, slots=True)
class Asking:
    """Who asks (staff id), about which contact, at whose front door and when."""

    staff_id: str
    case_id: str
    front_door: FrontDoor
    at: datetime
