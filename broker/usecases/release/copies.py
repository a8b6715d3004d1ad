"""Copies of a release for other readers: decided again for each of them, in the same act and from the same facts.

Decides who may be a reader (a member of the case in post, or one of those it is about), and that a copy that
one of them may not have is made for none. A meeting's copy is decided for every member who is to have it, as if
each had asked in a role of theirs; the family's own copy is decided by the rules for people's own data
(`broker.rights.answer`), from the records of the organisation that hands it over and no other's, on top of what
its worker may see. Only what every one of these decisions gives is opened. From docs/how-to-summary.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass, field, replace
from typing import Any

from broker.access import Verb
from broker.casework.family_told import not_to_be_told
from broker.casework.staff import StaffMember
from broker.consent.standing import Kinship, standing
from broker.decision.decision import Decision
from broker.decision.evaluate import evaluate
from broker.decision.facts import Facts
from broker.decision.outcome import Outcome
from broker.decision.protection import without_protected
from broker.decision.reasons import Effect, Refusal
from broker.decision.records import RecordRuling, record_rulings
from broker.errors import CallWrong
from broker.people import ProtectionMarker
from broker.release.copies import Copy, keep, meet
from broker.release.profile import Profile, make_profile
from broker.release.sections import Section
from broker.rights.answer import Asking, Held, ItemOutcome, consider, show
from broker.rights.subject_access import AccessRequest, Capacity, ChildView, check_authority
from broker.store.records import find_headers
from broker.store.session import Act
from broker.store.steps import find_steps
from broker.usecases.release.grounds import Ground
from broker.usecases.release.resting import grounds_of
from broker.usecases.rules.rules import Rules
from broker.usecases.world import World

Cell = tuple[str, str, str, Outcome]
Open = Callable[[str], Mapping[str, Any]]


@dataclass(frozen=True, slots=True)
class CopyFor:
    """Who a copy is for: staff ids for a meeting; for the family one person, and of children whose information
    they may have what was found about the child's own say."""

    copy: Copy
    members: tuple[str, ...] = ()
    person: str | None = None
    children: Mapping[str, ChildView] = field(default_factory=dict)


@dataclass(frozen=True, slots=True)
class Copied:
    """What a copy may hold: the records, the cells (with the outcome of whoever sees least), what it rests on for
    its readers, and how its profile is made once the records are open."""

    released: tuple[RecordRuling, ...]
    permitted: tuple[Cell, ...]
    grounds: frozenset[Ground]
    arrange: Callable[[Profile, Open, Callable[[str], str]], Profile]


@dataclass(frozen=True, slots=True)
class Copying:
    """A decided request that a copy is asked of."""

    act: Act
    world: World
    rules: Rules
    facts: Facts
    decision: Decision
    member: StaffMember
    permitted: tuple[Cell, ...]
    released: tuple[RecordRuling, ...]

    def copied(self, wanted: CopyFor) -> Copied | Refusal:
        """The copy, or why there is none. Raises CallWrong for one that is for nobody."""
        request = self.decision.request
        case = self.facts.cases.get(request.case or "")
        if case is None or request.override is not None:
            raise CallWrong("copy", "is for those who work together on a case; emergency access is for you alone")
        if not case.has_member(request.by, request.at):
            return Refusal.NOT_IN_TEAM
        return self._for_family(wanted) if wanted.copy is Copy.FAMILY else self._for_meeting(wanted.members)

    def _for_meeting(self, members: Iterable[str]) -> Copied | Refusal:
        request = self.decision.request
        case = self.facts.cases[request.case or ""]
        others = []
        for one in dict.fromkeys(members):
            if one == request.by:
                continue
            role = self._role_of(one)
            if role is None or not case.has_member(one, request.at):
                return Refusal.NOT_IN_TEAM
            other = evaluate(self.rules.table, self.facts, replace(request, by=one, role=role))
            if other.refusal is not None:
                return other.refusal
            others.append(other)
        seen = [{one.header.id for one in record_rulings(other) if one.released} for other in others]
        cells = [(cell, _outcomes(cell, others)) for cell in self.permitted]
        common = [(cell, found) for cell, found in cells if len(found) == len(others)]
        # Of a cell that they answer differently the copy shows the least, and rests on what lets each see it: an
        # outcome cites what it rests on for its own reader alone.
        grounds = grounds_of(self.act, self.decision, self.facts, self.rules, [cell for cell, _ in common])
        for number, other in enumerate(others):
            theirs = [(*cell[:3], found[number]) for cell, found in common]
            grounds |= grounds_of(self.act, other, self.facts, self.rules, theirs)

        def arrange(profile: Profile, open_content: Open, call: Callable[[str], str]) -> Profile:
            return meet([profile, *(make_profile(other, open_content, call) for other in others)])

        return Copied(
            tuple(one for one in self.released if all(one.header.id in those for those in seen)),
            tuple((*cell[:3], min((cell[3], *found), key=_detail)) for cell, found in common),
            grounds,
            arrange,
        )

    def _role_of(self, staff_id: str) -> str | None:
        """A role they hold in which they might have asked this themselves."""
        staff, request = self.facts.staff.get(staff_id), self.decision.request
        if staff is None or not staff.is_in_post(request.at):
            return None
        roles = self.rules.table.vocabulary.roles
        held = {*staff.roles, *(one.role for one in staff.covers)}
        able = sorted(
            role
            for role in held
            if staff.holds(role, request.at) and role in roles and request.purpose in roles[role].purposes
        )
        return self.world.access.find_role(able, Verb.PROFILE_REQUEST)

    def _for_family(self, wanted: CopyFor) -> Copied | Refusal:
        reader, at = wanted.person or "", self.decision.request.at
        facts, _ = without_protected(self.facts)
        asked_for = {ruling.person.id for ruling in self.decision.rulings}
        if not {reader, *wanted.children} <= asked_for & facts.people.keys():
            return Refusal.SUBJECT_NOT_IN_CASE
        require_may_be_told(self.act, self.decision.request.case or "", reader)
        requests = [AccessRequest(reader, reader, Capacity.SELF, at)]
        requests += [
            AccessRequest(child, reader, Capacity.PARENT, at, child_view=view)
            for child, view in wanted.children.items()
        ]
        askings = [self._asking(request, facts) for request in requests]
        given = self._given(askings)
        released = tuple(one for one in self.released if one.header.id in given)
        cells = {
            (person, one.header.category, one.header.controller) for one in released for person in one.cleared
        }

        def arrange(profile: Profile, open_content: Open, _call: Callable[[str], str]) -> Profile:
            shown = {
                record: show(held, outcome, open_content(record), asking)
                for record, (held, outcome, asking) in given.items()
            }
            return keep(profile, [reader, *wanted.children], shown)

        permitted = tuple(one for one in self.permitted if one[:3] in cells)
        grounds = grounds_of(self.act, self.decision, self.facts, self.rules, permitted)
        return Copied(released, permitted, grounds, arrange)

    def _asking(self, request: AccessRequest, facts: Facts) -> Asking:
        vocabulary, at = self.rules.table.vocabulary, self.decision.request.at
        kinship = Kinship.of(facts.people, facts.relationships)
        person = facts.people[request.about]
        if check_authority(request, kinship, vocabulary.standing, person, at):
            raise CallWrong(
                "children",
                "cannot all be in this copy; leave out whoever you are not sure of, or ask at the rights desk",
            )
        agreed = request.child_view is ChildView.COMPETENT_AGREES
        standing_for = frozenset(
            code
            for code in vocabulary.categories
            if agreed or request.by in standing(kinship, vocabulary.standing, person, code, at)
        )
        people = self.facts.people.values()
        hidden = frozenset(one.id for one in people if ProtectionMarker.PROTECTED in one.markers)
        return Asking(request, vocabulary, standing_for, hidden, at)

    def _given(self, askings: list[Asking]) -> dict[str, tuple[Held, ItemOutcome, Asking]]:
        """Records of the worker's own organisation that the rules for people's own data give, by id."""
        sections = self.rules.table.vocabulary.sections
        released = {
            one.header.id
            for one in self.released
            if one.header.controller == self.member.staff.organisation
            and sections.get(one.header.category) is not Section.SAFETY
        }
        found = {}
        for known in find_headers(self.act, [asking.request.about for asking in askings]):
            held = Held(known.header, known.named)
            if held.header.id not in released:
                continue
            for asking in askings:
                outcome = consider(held, asking) if asking.request.about in held.header.about else None
                if outcome is not None and outcome.given:
                    found[held.header.id] = (held, outcome, asking)
                    break
        return found


def require_may_be_told(act: Act, case_id: str, person_id: str) -> None:
    """Raises CallWrong where it is written down in their case that this person is not to be told for now: a copy
    in a home tells everybody in it."""
    if not_to_be_told([person_id], find_steps(act, [case_id]).get(case_id, ())):
        raise CallWrong(
            "person",
            "is not to be told for now, as is written down in this case; speak to your lead. Where they were told"
            " safely since, write that down first",
        )


def _outcomes(cell: Cell, others: Iterable[Decision]) -> list[Outcome]:
    """How the others' decisions answer this cell, where they permit it."""
    found = [other.find_outcome(*cell[:3]) for other in others]
    return [one for one in found if one is not None and one.effect is Effect.PERMIT]


def _detail(outcome: Outcome) -> int:
    return outcome.detail or 0
