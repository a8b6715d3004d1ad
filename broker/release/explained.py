"""Which cells may be explained to a requester at all, and what silence means for each source.

Source: rule 1.2. INVARIANT: nothing here depends on any person.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass
from datetime import datetime

from broker.dates import LONDON, shift
from broker.decision.facts import Feed
from broker.decision.plan import Plan
from broker.decision.reasons import CoverageState, Test
from broker.decision.universe import bits
from broker.vocabulary.codes import Category, Organisation, Tier, Vocabulary

_STATES = (
    (Test.GATEWAY, CoverageState.GATEWAY_NOT_IN_FORCE),
    (Test.NOT_PROHIBITED, CoverageState.PROHIBITED),
    (Test.SIGNED, CoverageState.PARTY_NOT_SIGNED),
    (Test.IN_FORCE, CoverageState.AGREEMENT_NOT_IN_FORCE),
)


def is_explained(category: Category, controller: Organisation) -> bool:
    """Whether a denied or referred cell may be told of: its tier is T0 to T2, or its category says so and the
    controller's own tier is at most T2. A category may also say that it never is, and a hard stop never is."""
    if category.explain is False or category.tier >= Tier.T5:
        return False
    if category.explain is True:
        return controller.tier <= Tier.T2
    return max(category.tier, controller.tier) <= Tier.T2


def explained_cells(vocabulary: Vocabulary, plan: Plan) -> Sequence[tuple[str, str, int]]:
    """The cells that some grant names and that may be explained: (controller, category, bit), in that order. The
    same for everybody, so the plan remembers them."""
    if not plan.explained:
        # Set at once: another thread may be asking for the same.
        found = [(*plan.universe.pair(bit), bit) for bit in bits(plan.named)]
        plan.explained[:] = sorted(
            cell
            for cell in found
            if is_explained(vocabulary.categories[cell[1]], vocabulary.organisations[cell[0]])
        )
    return plan.explained


@dataclass(frozen=True, slots=True)
class Coverage:
    """What silence means for one controller and category."""

    controller: str
    category: str
    state: CoverageState


Late = frozenset[tuple[str, frozenset[str] | None]]
"""The feeds that are behind: controller and categories (None: all)."""


def late_feeds(feeds: Iterable[Feed], at: datetime) -> Late:
    """Those of the feeds that are behind their promise."""
    return frozenset((feed.controller, feed.categories) for feed in feeds if is_late(feed, at))


def coverage(vocabulary: Vocabulary, plan: Plan, late: Late) -> tuple[Coverage, ...]:
    """One line for each controller and category that some grant names for this purpose, recipient and role, by
    controller and category. Whatever is not explained has the same fixed line for everybody."""
    lines = []
    for bit in bits(plan.named):
        controller, category = plan.universe.pair(bit)
        if not is_explained(vocabulary.categories[category], vocabulary.organisations[controller]):
            state = CoverageState.ASK_THE_HOLDER
        else:
            state = _state(plan, 1 << bit)
            if state is CoverageState.COVERED and any(
                source == controller and (categories is None or category in categories)
                for source, categories in late
            ):
                state = CoverageState.LATE
        lines.append(Coverage(controller, category, state))
    return tuple(sorted(lines, key=lambda line: (line.controller, line.category)))


def _state(plan: Plan, cell: int) -> CoverageState:
    """`covered` where some naming grant passes tests a to d, else the state of the one that got furthest. Those
    tests alone: what the duties prohibit is told cell by cell, in what is not shared."""
    if plan.passed & cell:
        return CoverageState.COVERED
    return next(state for test, state in _STATES if plan.failed[test] & cell)


def is_late(feed: Feed, at: datetime) -> bool:
    """Whether the feed is behind its promise: the period it promised has passed since it last came. Days are days
    in Europe/London, at the same time of day."""
    return due_at(feed) <= at


def due_at(feed: Feed) -> datetime:
    """When the next is due: the period after the last, at the same time of day in Europe/London."""
    last = feed.last_received_at.astimezone(LONDON)
    return last.replace(tzinfo=None).combine(shift(last.date(), feed.every), last.time()).replace(tzinfo=LONDON)
