"""The holder decides: release or withhold one kind of information about one person, for one purpose.

Decides that only staff of the organisation that holds it may, and only about somebody there is: an answer never
depends on whether anything is held. From docs/rules.md ("holder's decision") and docs/security.md section 4.
"""

from __future__ import annotations

from collections import defaultdict
from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.audit.details import is_id
from broker.audit.entry import AuditEntry, instant_text
from broker.audit.events import Event, Outcome
from broker.casework import Staff
from broker.decision.facts import HolderDecision, HolderRuling
from broker.decision.protection import without_protected
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.release.explained import is_explained
from broker.rights.restriction import RestrictionState
from broker.store.disclosures import ReleasedCell, StoredDisclosure, find_resting_on
from broker.store.gather import gather_facts
from broker.store.holder_decisions import append_ruling
from broker.store.matters import find_matters_about
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import require_no_tie
from broker.usecases.holders.questions import answer_questions, questions_about
from broker.usecases.kinds import BasisKind, DisclosureOutcome, MatterKind
from broker.usecases.release.grounds import ended_rulings, ground_text, narrowed_rulings, ruling_ground
from broker.usecases.release.recall import Reached, Told, Topic, tell_recipients
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class HolderRules:
    """What the holder decides. `case` None is any case; `until_at` None stands until the next decision."""

    about: str
    controller: str
    category: str
    purpose: str
    ruling: HolderRuling
    reason: str
    case: str | None = None
    until_at: datetime | None = None
    tell: bool = False
    """Whether those who asked are told that it is withheld, where that may be told at all."""


@dataclass(frozen=True, slots=True)
class HolderDecided:
    """The decision as kept, whoever had received something that rested on one it replaces and is told, and the
    questions that it answers."""

    ruling_id: str
    ruling: HolderDecision
    told: tuple[Told, ...]
    entry: AuditEntry
    answers: tuple[str, ...] = ()


_Cell = tuple[str, str, str, str]
"""A person, a category, who holds it and a purpose: what one decision is about."""


def decide_as_holder(world: World, acting: Acting, rules: HolderRules) -> HolderDecided:
    """Appends the holder's decision. Raises NotAllowed for staff of another organisation, CallWrong."""

    return perform(world, acting, Verb.HOLDER_DECIDE, lambda act, staff: decide(act, world, staff, rules))


def decide(act: Act, world: World, staff: Staff, rules: HolderRules) -> HolderDecided:
    """Appends the decision in this act and answers every question about the same with it. Raises NotAllowed,
    CallWrong."""
    if staff.organisation != rules.controller:
        raise NotAllowed(
            f"`{rules.controller}`",
            f"decides for itself; you act for `{staff.organisation}`, so ask its staff",
        )
    _require_fit(world, act, rules)
    require_no_tie(act, staff, [rules.about], "this decision")
    ruling = HolderDecision(
        rules.about,
        rules.category,
        rules.controller,
        rules.purpose,
        rules.ruling,
        staff.id,
        act.at,
        rules.case,
        rules.until_at,
    )
    if rules.ruling is HolderRuling.RELEASE:
        _require_unrestricted(act, rules)
    answered = questions_about(act, staff, ruling)
    vocabulary = world.partnership.vocabulary
    explained = is_explained(vocabulary.categories[rules.category], vocabulary.organisations[rules.controller])
    if rules.tell and not explained:
        raise CallWrong("tell", "cannot be: that anything of this kind is held may itself not be told")
    decided = append_decision(act, staff, ruling, rules.reason, [one.id for one in answered])
    told = explained and (rules.tell or rules.ruling is HolderRuling.RELEASE)
    answer_questions(act, staff, ruling, decided.ruling_id, answered, told=told, entry=decided.entry)
    return decided


def append_decision(
    act: Act, staff: Staff, ruling: HolderDecision, reason: str, answers: Sequence[str] = ()
) -> HolderDecided:
    """Appends a decision in this act, with its entry and the notices about what rested on one that it replaces."""
    return _append(act, staff, ruling, reason, gather_facts(act, [ruling.about]).holder_decisions, answers)


def append_decisions(
    act: Act, staff: Staff, about: str, rulings: Iterable[HolderDecision], reason: str
) -> list[HolderDecided]:
    """The same for many decisions about one person, in this order. What was decided earlier is read once: a
    restriction is as many decisions as there are kinds of information times purposes. Raises ValueError where one
    is about somebody else."""
    earlier: dict[_Cell, list[HolderDecision]] = defaultdict(list)
    for one in gather_facts(act, [about]).holder_decisions:
        earlier[_cell(one)].append(one)
    found = []
    for ruling in rulings:
        if ruling.about != about:
            raise ValueError("these decisions are about one person")
        mine = earlier[_cell(ruling)]
        found.append(_append(act, staff, ruling, reason, tuple(mine)))
        mine.append(ruling)
    return found


def _cell(ruling: HolderDecision) -> _Cell:
    return ruling.about, ruling.category, ruling.controller, ruling.purpose


def _append(
    act: Act,
    staff: Staff,
    ruling: HolderDecision,
    reason: str,
    earlier: Sequence[HolderDecision],
    answers: Sequence[str] = (),
) -> HolderDecided:
    over = ended_rulings(ruling, earlier)
    part = narrowed_rulings(ruling, earlier)
    details = {
        "controller": ruling.controller,
        "category": ruling.category,
        "purpose": ruling.purpose,
        "case": ruling.case,
        "introduces": [ground_text(ruling_ground(act, ruling))],
        "ends": sorted({ground_text(ruling_ground(act, one)) for one in over}) or None,
        "narrows": sorted({ground_text(ruling_ground(act, one)) for one in part}) or None,
        "until": instant_text(ruling.until_at) if ruling.until_at is not None else None,
        "answers": sorted(answers) or None,
    }
    withheld = ruling.ruling is HolderRuling.WITHHOLD
    outcome = Outcome.REFUSED if withheld else Outcome.PERMITTED
    entry = entry_of(act, staff, Event.HOLDER_DECISION_MADE, details, about=[ruling.about], outcome=outcome)
    ruling_id = append_ruling(act, ruling, reason, entry=entry)
    told = _tell(act, staff, ruling, [*over, *part]) if withheld else ()
    return HolderDecided(ruling_id, ruling, told, entry, tuple(sorted(answers)))


def _require_unrestricted(act: Act, rules: HolderRules) -> None:
    """What is restricted under UK GDPR Article 18 is let through by the reasons the law leaves open, and by no
    weighing of ours."""
    for one in find_matters_about(act, [rules.about], [MatterKind.RESTRICTION]):
        if (
            one.organisation == rules.controller
            and one.state == RestrictionState.IN_FORCE
            and rules.category in one.body["categories"]
        ):
            raise CallWrong("category", f"`{rules.category}` is restricted; see `broker restrict use`")


def _tell(act: Act, staff: Staff, ruling: HolderDecision, replaced: list[HolderDecision]) -> tuple[Told, ...]:
    if not replaced:
        return ()
    grounds = [ruling_ground(act, one)[1] for one in replaced]
    reached = [
        Reached(disclosure, _cells(disclosure, ruling))
        for disclosure in find_resting_on(act, BasisKind.HOLDER_DECISION, grounds)
        if disclosure.outcome is DisclosureOutcome.ANSWERED
        and (ruling.case is None or disclosure.request.case == ruling.case)
    ]
    return tell_recipients(act, staff, Topic.HOLDER_WITHHELD, reached)


def _cells(disclosure: StoredDisclosure, ruling: HolderDecision) -> tuple[ReleasedCell, ...]:
    matter = (ruling.about, ruling.category, ruling.controller)
    return tuple(cell for cell in disclosure.cells if (cell.person_id, cell.category, cell.controller) == matter)


def _require_fit(world: World, act: Act, rules: HolderRules) -> None:
    vocabulary = world.partnership.vocabulary
    for what, code, known in (
        ("category", rules.category, vocabulary.categories.keys()),
        ("purpose", rules.purpose, vocabulary.purposes.keys()),
    ):
        if code not in known:
            raise CallWrong(what, f"`{code}` is not known{did_you_mean(code, known)}")
    if not rules.reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why")
    if rules.until_at is not None and rules.until_at <= act.at:
        raise CallWrong("until", "ends before it begins; name a later day")
    if rules.case is not None and not is_id(rules.case):
        raise CallWrong("case", "is no case's reference; copy it from the case")
    facts, _ = without_protected(gather_facts(act, [rules.about]))
    if rules.about not in facts.people:
        raise CallWrong("about", f"nobody here has the id `{rules.about}`; find the person first")
