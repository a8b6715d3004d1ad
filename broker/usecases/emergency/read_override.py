"""Emergency access read: one by its id, and what waits for whoever asks (to approve, to review, their own).

Decides who sees one: whoever asked; the second person; whoever may approve it while it waits; and reviewers of the
organisation that asked, of the one that was asked, and of every organisation something of whose was released with
it. For anybody else it is not there. People stand in it by their ids, as they were typed; by name where whoever
looks may read whom its case is about (as on the form, `begin_override`), and for nobody else. From
docs/security.md section 5.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum, unique
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.emergency_access import AccessState, EmergencyAccess, bar_to_second, is_independent
from broker.errors import NotAllowed
from broker.store.disclosures import StoredDisclosure, find_resting_on
from broker.store.headers import find_versions
from broker.store.overrides import find_override, find_overrides
from broker.store.session import Act
from broker.store.staff import find_staff
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.show_team import names_shown
from broker.usecases.emergency.begin_override import case_of, people_of
from broker.usecases.kinds import BasisKind, OverrideStage
from broker.usecases.world import World

_VERBS: Final = (Verb.OVERRIDE_REVIEW, Verb.OVERRIDE_APPROVE, Verb.OVERRIDE_REQUEST)
_UNREVIEWED: Final = frozenset({AccessState.OPEN, AccessState.REVIEW_DUE, AccessState.REVIEW_OVERDUE})
_STILL_TO_REVIEW: Final = frozenset({AccessState.REVIEW_DUE, AccessState.REVIEW_OVERDUE})


@unique
class Step(StrEnum):
    """What whoever looks may do with it now."""

    APPROVE = "approve"
    USE = "use"
    CLOSE = "close"
    REVIEW = "review"
    TELL = "tell"
    AGREE = "agree"


@dataclass(frozen=True, slots=True)
class Made:
    """A release made with it; for a reviewer also the kinds and sources it opened (`cells`), and how many records
    of which of them were released (`released`: kind, source, records), never whom they are about."""

    disclosure: str
    records: int
    cells: tuple[tuple[str, str], ...]
    released: tuple[tuple[str, str, int], ...] = ()


@dataclass(frozen=True, slots=True)
class Seen:
    """Emergency access as one person sees it: its state now (`at`), the releases made with it, and what they may
    do; `names` are the staff it names, as far as whoever looks may know who works where, and `people` those whom
    it is about, as far as they may know whom its case is about."""

    access: EmergencyAccess
    state: AccessState
    releases: tuple[Made, ...]
    steps: tuple[Step, ...]
    at: datetime
    names: Mapping[str, str] = field(default_factory=dict)
    people: Mapping[str, str] = field(default_factory=dict, repr=False)


def show_override(world: World, acting: Acting, override_id: str) -> Seen:
    """One, by its id. Raises NotAllowed; an id never issued and one that is not theirs to see are one answer."""

    def work(act: Act, staff: Staff) -> Seen:
        found = seen_of(act, world, acting, staff, require_seen(act, world, acting, staff, override_id))
        case, _connected = case_of(act, staff, found.access.case)
        about = {one.person_id: one.name for one in people_of(act, case) if one.name}
        shown = {one: about[one] for one in found.access.about if one in about}
        details = {"report": "override", "rows": 1}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=sorted(shown)))
        return replace(found, people=shown)

    return perform(world, acting, reading_verb(world, acting), work)


def list_overrides(world: World, acting: Acting) -> tuple[Seen, ...]:
    """What waits for whoever asks in this role, the longest first: requests they may approve, their own that are
    not reviewed yet, and reviews. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[Seen, ...]:
        stages = [OverrideStage.REQUESTED, OverrideStage.OPENED, OverrideStage.REVIEWED]
        candidates = find_overrides(act, stages, of=staff.organisation, asked_too=True)
        seen = [seen_of(act, world, acting, staff, one) for one in candidates]
        found = tuple(one for one in seen if one.steps or _is_theirs(one, staff))
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "overrides", "rows": len(found)}))
        return found

    return perform(world, acting, reading_verb(world, acting), work)


def reading_verb(world: World, acting: Acting) -> Verb:
    """The verb of emergency access that this role may use; asking for it where it may use none, which is
    refused."""
    return next((one for one in _VERBS if world.access.find_role([acting.role], one) is not None), _VERBS[-1])


def require_seen(act: Act, world: World, acting: Acting, staff: Staff, override_id: str) -> EmergencyAccess:
    """The one with this id, if this member of staff may see it. Raises NotAllowed."""
    found = find_override(act, override_id)
    if found is None or not _may_see(act, world, acting, staff, found):
        raise NotAllowed(f"`{override_id}`", "is no emergency access of yours to see")
    return found


def seen_of(act: Act, world: World, acting: Acting, staff: Staff, access: EmergencyAccess) -> Seen:
    """As this member of staff sees it now."""
    mine = staff.id == access.by
    reviews = not mine and world.access.find_role([acting.role], Verb.OVERRIDE_REVIEW) is not None
    releases = tuple(
        # Whoever asked has what was released; which cells it came from is for the review.
        Made(one.id, len(one.records), _cells(one), _released(act, one))
        if reviews
        else Made(one.id, len(one.records), ())
        for one in (_releases(act, access) if mine or reviews else ())
    )
    # Who is told, and why somebody is not, is between the reviewers.
    shown = access if reviews else replace(access, tellings=())
    steps = _steps(act, world, acting, staff, access)
    names = names_shown(world, act, staff, set(_staff_in(shown)))
    return Seen(shown, access.state(act.at), releases, steps, act.at, names)


def _staff_in(access: EmergencyAccess) -> Iterator[str]:
    """Everybody of the staff that it names."""
    yield access.by
    if access.window is not None and access.window.second is not None:
        yield access.window.second
    if access.refused is not None:
        yield access.refused.by
    if access.review is not None:
        yield access.review.by
    for one in access.tellings:
        if one.put_off is not None:
            yield one.put_off.by


def _cells(disclosure: StoredDisclosure) -> tuple[tuple[str, str], ...]:
    return tuple(sorted({(cell.category, cell.controller) for cell in disclosure.cells}))


def _released(act: Act, disclosure: StoredDisclosure) -> tuple[tuple[str, str, int], ...]:
    """How many records of which kind and source; one that is kept no longer is in none of them."""
    latest = [
        versions[-1].header for versions in find_versions(act, [one for one, _ in disclosure.records]).values()
    ]
    counted = Counter((one.category, one.controller) for one in latest)
    return tuple(sorted((category, controller, count) for (category, controller), count in counted.items()))


def may_review(act: Act, world: World, acting: Acting, staff: Staff, access: EmergencyAccess) -> bool:
    """Whether they may be its reviewer: by their role, of an organisation it concerns, and independent."""
    if world.access.find_role([acting.role], Verb.OVERRIDE_REVIEW) is None:
        return False
    second = access.window.second if access.window is not None else None
    involved = find_staff(act, [one for one in (access.by, second) if one is not None])
    return is_independent(access, tuple(involved.values()), staff) and _concerns(staff, access)


def _steps(act: Act, world: World, acting: Acting, staff: Staff, access: EmergencyAccess) -> tuple[Step, ...]:
    state, steps = access.state(act.at), []
    if state is AccessState.WAITING and _may_approve(act, world, acting, staff, access):
        steps.append(Step.APPROVE)
    is_open = access.window is not None and access.window.covers(act.at) and access.review is None
    reviews = state in _UNREVIEWED and may_review(act, world, acting, staff, access)
    if is_open and access.by == staff.id:
        steps.append(Step.USE)
    if is_open and (reviews or _is_party(access, staff)):
        steps.append(Step.CLOSE)
    if reviews and not is_open and state in _STILL_TO_REVIEW:
        steps.append(Step.REVIEW)
    if access.to_tell(act.at) and may_review(act, world, acting, staff, access):
        steps.append(Step.TELL)
        if any(one.put_off is not None and one.put_off.by != staff.id for one in access.to_tell(act.at)):
            steps.append(Step.AGREE)
    return tuple(steps)


def _may_see(act: Act, world: World, acting: Acting, staff: Staff, access: EmergencyAccess) -> bool:
    if _is_party(access, staff) or _may_approve(act, world, acting, staff, access):
        return True
    reviews = world.access.find_role([acting.role], Verb.OVERRIDE_REVIEW) is not None
    return reviews and _concerns(staff, access)


def _may_approve(act: Act, world: World, acting: Acting, staff: Staff, access: EmergencyAccess) -> bool:
    if world.access.find_role([acting.role], Verb.OVERRIDE_APPROVE) is None:
        return False
    requester = find_staff(act, [access.by])[access.by]
    role = world.partnership.vocabulary.roles[acting.role]
    waits = access.state(act.at) is AccessState.WAITING
    return waits and bar_to_second(access, requester, staff, role, act.at) is None


def _is_party(access: EmergencyAccess, staff: Staff) -> bool:
    return staff.id == access.by or (access.window is not None and staff.id == access.window.second)


def _is_theirs(seen: Seen, staff: Staff) -> bool:
    return seen.access.by == staff.id and seen.state is not AccessState.LAPSED


def _concerns(staff: Staff, access: EmergencyAccess) -> bool:
    return staff.organisation in (access.organisation, access.second_from)


def _releases(act: Act, access: EmergencyAccess) -> tuple[StoredDisclosure, ...]:
    return find_resting_on(act, BasisKind.OVERRIDE, [access.id])
