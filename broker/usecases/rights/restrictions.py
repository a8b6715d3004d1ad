"""Restricting what an organisation holds about somebody, using it all the same for a reason of the law, lifting
it.

Decides that a holder restricts its own alone, that whoever received it is told (UK GDPR Article 19), that an
exception is for one purpose and ends, and that the person is told before a restriction is lifted (Article
18(3)). How it enters the decision is `broker.rights.restriction`. From docs/how-to-restrict.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any

from broker.access import Verb
from broker.audit.commitment import commit_private
from broker.audit.details import is_id
from broker.audit.events import Event
from broker.canonical import canonical_json
from broker.casework import Staff
from broker.decision.protection import without_protected
from broker.errors import CallWrong, did_you_mean
from broker.rights.restriction import (
    Restriction,
    RestrictionGround,
    RestrictionState,
    UseGround,
    lifting_rulings,
)
from broker.store.audit_private import put_private
from broker.store.gather import gather_facts
from broker.store.matters import NewMatter, StoredMatter, append_matter, find_matters, open_matter
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform, random_32
from broker.usecases.holders.decide_as_holder import append_decisions
from broker.usecases.kinds import MatterKind
from broker.usecases.matters import certain_instant_of, get_matter, plain_fields, require_unconnected
from broker.usecases.release.recall import Reached, Told, Topic, find_releases_about, tell_recipients
from broker.usecases.world import World

_KIND = MatterKind.RESTRICTION.value


@dataclass(frozen=True, slots=True)
class NewRestriction:
    """What is restricted: whose information, of which categories, why."""

    about: str
    categories: frozenset[str]
    ground: RestrictionGround
    reason: str


@dataclass(frozen=True, slots=True)
class RestrictionNow:
    """A restriction with its state, and whoever was told. `uncovered` are purposes there are since it was made."""

    matter_id: str
    restriction: Restriction
    state: RestrictionState
    uncovered: tuple[str, ...] = ()
    told: tuple[Told, ...] = ()


def restrict(world: World, acting: Acting, new: NewRestriction) -> RestrictionNow:
    """Restricts, and tells whoever received it. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> RestrictionNow:
        vocabulary = world.partnership.vocabulary
        _require_fit(world, act, new)
        require_unconnected(act, staff, new.about)
        restriction = Restriction(
            new.about,
            staff.organisation,
            tuple(sorted(new.categories)),
            tuple(sorted(vocabulary.purposes)),
            new.ground,
            act.at,
        )
        matter_id, private, blinding = (
            act.new_id("m-"),
            canonical_json({"reason": new.reason.strip()}),
            random_32(act),
        )
        details = {"matter": matter_id, "kind": _KIND}
        commitment = commit_private(private, blinding)
        entry = entry_of(act, staff, Event.RIGHTS_REQUESTED, details, about=[new.about], commitment=commitment)
        matter = NewMatter(
            MatterKind.RESTRICTION,
            staff.organisation,
            RestrictionState.IN_FORCE,
            None,
            (new.about,),
            plain_fields(restriction),
        )
        open_matter(act, matter, entry=entry, matter_id=matter_id)
        put_private(act, new.about, blinding, private, entry=entry)
        append_decisions(act, staff, new.about, restriction.rulings(staff.id), new.reason.strip())
        told = tell_recipients(act, staff, Topic.RESTRICTION, _reached(act, restriction))
        return RestrictionNow(matter_id, restriction, RestrictionState.IN_FORCE, (), told)

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def use_restricted(
    world: World,
    acting: Acting,
    matter_id: str,
    purpose: str,
    ground: UseGround,
    reason: str,
    until_at: datetime,
    case: str | None = None,
) -> RestrictionNow:
    """Lets restricted information be used for one purpose, until an instant. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> RestrictionNow:
        matter, restriction = _in_force(act, staff, matter_id)
        if purpose not in restriction.purposes:
            raise CallWrong("purpose", f"`{purpose}` is not known{did_you_mean(purpose, restriction.purposes)}")
        if not reason.strip():
            raise CallWrong("reason", "is missing: say in a sentence why")
        if until_at <= act.at:
            raise CallWrong("until", "ends before it begins; name a later day")
        if case is not None and not is_id(case):
            raise CallWrong("case", "is no case's reference; copy it from the case")
        use = restriction.uses(purpose, case, staff.id, act.at, until_at)
        append_decisions(act, staff, restriction.about, use.rulings, reason.strip())
        details = {"matter": matter_id, "kind": _KIND, "change": "used", "reason": ground.value}
        entry = entry_of(act, staff, Event.RIGHTS_CHANGED, details, about=[restriction.about])
        body = plain_fields(use.restriction)
        append_matter(act, matter, RestrictionState.IN_FORCE, None, body, entry=entry)
        return RestrictionNow(matter_id, use.restriction, RestrictionState.IN_FORCE)

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def lift_restriction(world: World, acting: Acting, matter_id: str, told: str) -> RestrictionNow:
    """Lifts a restriction, after the person was told: `told` says how and when. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> RestrictionNow:
        matter, restriction = _in_force(act, staff, matter_id)
        if not told.strip():
            raise CallWrong("told", "is missing: the person is told before it is lifted; say how and when")
        if act.at < restriction.lasts_until():
            raise CallWrong("restriction", "is being used on a ground of the law; lift it once that has ended")
        about = [restriction.about]
        private, blinding = canonical_json({"told": told.strip()}), random_32(act)
        informed = entry_of(
            act,
            staff,
            Event.PERSON_INFORMED,
            {"about_act": "restriction.lifted"},
            about=about,
            commitment=commit_private(private, blinding),
        )
        put_private(act, restriction.about, blinding, private, entry=informed)
        every = gather_facts(act, about).holder_decisions
        rulings = lifting_rulings(restriction, every, staff.id, act.at)
        append_decisions(act, staff, restriction.about, rulings, "the restriction was lifted")
        details = {"matter": matter_id, "kind": _KIND, "change": "lifted"}
        entry = entry_of(act, staff, Event.RIGHTS_CHANGED, details, about=about)
        append_matter(act, matter, RestrictionState.LIFTED, None, matter.body, entry=entry)
        return RestrictionNow(matter_id, restriction, RestrictionState.LIFTED)

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def list_restrictions(world: World, acting: Acting) -> tuple[RestrictionNow, ...]:
    """The organisation's restrictions. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[RestrictionNow, ...]:
        purposes = world.partnership.vocabulary.purposes
        found = []
        for one in find_matters(act, staff.organisation, [MatterKind.RESTRICTION]):
            restriction, state = _restriction(one.body), RestrictionState(one.state)
            missing = sorted(purposes.keys() - set(restriction.purposes))
            uncovered = tuple(missing) if state is RestrictionState.IN_FORCE else ()
            found.append(RestrictionNow(one.id, restriction, state, uncovered))
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "restrictions", "rows": len(found)}))
        return tuple(found)

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def _in_force(act: Act, staff: Staff, matter_id: str) -> tuple[StoredMatter, Restriction]:
    matter = get_matter(act, staff, MatterKind.RESTRICTION, matter_id)
    if matter.state != RestrictionState.IN_FORCE:
        raise CallWrong("restriction", f"`{matter_id}` was lifted already")
    restriction = _restriction(matter.body)
    require_unconnected(act, staff, restriction.about)
    return matter, restriction


def _reached(act: Act, restriction: Restriction) -> list[Reached]:
    found = []
    for one in find_releases_about(act, restriction.about):
        cells = tuple(
            cell
            for cell in one.cells
            if cell.controller == restriction.controller and cell.category in restriction.categories
        )
        if cells:
            found.append(replace(one, cells=cells, records=()))
    return found


def _require_fit(world: World, act: Act, new: NewRestriction) -> None:
    categories = world.partnership.vocabulary.categories
    if not new.categories:
        raise CallWrong("category", "is missing: name each kind of information that is restricted")
    for code in sorted(new.categories - categories.keys()):
        raise CallWrong("category", f"`{code}` is not known{did_you_mean(code, categories)}")
    if not new.reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why")
    facts, _ = without_protected(gather_facts(act, [new.about]))
    if new.about not in facts.people:
        raise CallWrong("about", f"nobody here has the id `{new.about}`; find the person first")


def _restriction(body: dict[str, Any]) -> Restriction:
    return Restriction(
        body["about"],
        body["controller"],
        tuple(body["categories"]),
        tuple(body["purposes"]),
        RestrictionGround(body["ground"]),
        certain_instant_of(body["at"]),
        tuple(certain_instant_of(one) for one in body["resumes"]),
    )
