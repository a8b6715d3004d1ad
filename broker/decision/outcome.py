"""The answer for one cell, as a value with its reasons: never a bool, never a string."""

from __future__ import annotations

from dataclasses import dataclass, field
from functools import lru_cache

from broker.dates import Period
from broker.decision.reasons import Effect, Reason
from broker.decision.terms import Grant
from broker.vocabulary.codes import Detail

OVERRIDE_CLAUSE = "override"
"""What stands in the place of a clause where emergency access, and no clause, released something."""


@dataclass(frozen=True, slots=True)
class Passing:
    """A grant that passed every test for a cell; `grant` is None for emergency access."""

    clause: str
    detail: Detail
    look_back: Period | None
    protected_address: bool
    grant: Grant | None


@dataclass(frozen=True, slots=True)
class Outcome:
    """The effect on one cell. `detail` is set for a permit only; `reasons` are sorted codes and `passing` the
    grants that permit, by clause; `clauses` are those of every passing grant, as cited: emergency access is no
    clause."""

    effect: Effect
    detail: Detail | None
    reasons: tuple[Reason, ...]
    passing: tuple[Passing, ...] = ()
    clauses: tuple[str, ...] = field(init=False, repr=False, compare=False)

    def __post_init__(self) -> None:
        cited = tuple(passing.clause for passing in self.passing if passing.grant is not None)
        object.__setattr__(self, "clauses", cited)


@lru_cache(maxsize=4096)
def denied(*reasons: Reason) -> Outcome:
    """A denial for these reasons."""
    return Outcome(Effect.DENY, None, tuple(sorted(set(reasons))))


@lru_cache(maxsize=4096)
def referred(*reasons: Reason) -> Outcome:
    """A referral to the holder for these reasons."""
    return Outcome(Effect.REFER, None, tuple(sorted(set(reasons))))


def permitted(passing: tuple[Passing, ...]) -> Outcome:
    """A permit by these grants, at the highest detail among them (rule 7)."""
    return Outcome(Effect.PERMIT, max(grant.detail for grant in passing), (), passing)
