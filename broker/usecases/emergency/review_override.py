"""Emergency access reviewed: was it justified, is there something to learn, was it a breach?

Decides that the reviewer is independent of both who used it, that it is over first, and what follows: everybody it
was about is to be told, a need for training waits for those who govern the team, and a breach is recorded with its
clocks, from the releases it was. From docs/security.md section 5 and docs/how-to-override.md.
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from typing import Final

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.emergency_access import EmergencyAccess, Review, ReviewFinding
from broker.casework.telling import tellings_of
from broker.errors import CallWrong, NotAllowed
from broker.rights.breach import BreachKind
from broker.store.disclosures import find_resting_on
from broker.store.gather import lock_facts
from broker.store.notices import NewNotice, mark_sent, queue_notices
from broker.store.overrides import record_override
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.emergency.read_override import Step, may_review, require_seen, seen_of
from broker.usecases.kinds import BasisKind
from broker.usecases.rights.breaches import NewBreach, open_breach
from broker.usecases.world import World

TRAINING: Final = "override-training"


@dataclass(frozen=True, slots=True)
class Reviewed:
    """The emergency access with its review, and the id of the breach that was recorded, if it was one."""

    access: EmergencyAccess
    breach_id: str | None


def review_override(
    world: World, acting: Acting, override_id: str, finding: ReviewFinding, words: str
) -> Reviewed:
    """Reviews it. The words are kept sealed. Raises NotAllowed for anybody who is not independent, CallWrong when
    it is still open, was reviewed, or no words are given."""
    if not words.strip():
        raise CallWrong("words", "are missing: say in a sentence what you found")

    def work(act: Act, staff: Staff) -> Reviewed:
        access = require_seen(act, world, acting, staff, override_id)
        where = f"emergency access `{override_id}`"
        if not may_review(act, world, acting, staff, access):
            raise NotAllowed(where, "is reviewed by somebody who neither asked for it nor approved it")
        if Step.REVIEW not in seen_of(act, world, acting, staff, access).steps:
            raise CallWrong(where, "is not to be reviewed now: close it first, or it was reviewed already")
        tell = world.partnership.vocabulary.override.tell
        review = Review(staff.id, act.at, finding, words.strip())
        reviewed = replace(access, review=review, tellings=tellings_of(access.about, act.at, tell))
        details = {"override": access.id, "finding": finding.value}
        entry = entry_of(act, staff, Event.OVERRIDE_REVIEWED, details, about=access.about)
        record_override(act, reviewed, entry=entry)
        if access.clock is not None:
            mark_sent(act, access.clock, entry=entry)
        if finding is ReviewFinding.TRAINING:
            second = access.window.second if access.window is not None else None
            body = {"override": access.id, "by": access.by, "second": second}
            queue_notices(act, [NewNotice(TRAINING, access.organisation, act.at, body)], entry=entry)
        if finding is not ReviewFinding.BREACH:
            return Reviewed(reviewed, None)
        kinds = BreachKind.CONFIDENTIALITY
        made = NewBreach(kinds, review.words, disclosures=tuple(_releases(act, staff, access)))
        return Reviewed(reviewed, open_breach(act, world, staff, made).breach_id)

    return perform(
        world,
        acting,
        Verb.OVERRIDE_REVIEW,
        work,
        locking=lambda act: lock_facts(act, (), override_id=override_id),
    )


def _releases(act: Act, staff: Staff, access: EmergencyAccess) -> Iterator[str]:
    """The releases made with it that the reviewer's organisation gave from or received."""
    for one in find_resting_on(act, BasisKind.OVERRIDE, [access.id]):
        if staff.organisation in {one.recipient, *(cell.controller for cell in one.cells)}:
            yield one.id
