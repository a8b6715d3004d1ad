"""Lines of an answer put together: two kinds of case, what a remedy lacks on paper, ages as few stretches.

Decides that of two kinds of case the one that lets more happen is the answer, and that where both do it says no
more detail than both give.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import replace

from broker.consent.record import ConsentKind
from broker.decision.changes import (
    ActorJoins,
    AgreementRenewed,
    ClauseAdded,
    ConsentGiven,
    HolderReleases,
    PartySigns,
    Remedy,
)
from broker.decision.terms import AgeTerm
from broker.sharing.answer import Cited, Line, Missing, Verdict
from broker.sharing.worlds import Band


def better_of(one: Line, other: Line) -> Line:
    """Of two kinds of case the answer that lets more happen; where they agree, by the clauses of both and with no
    more detail than both give."""
    if one.verdict is not other.verdict or one.verdict is Verdict.NO:
        return min(one, other, key=lambda line: line.verdict.rank)
    cited = {clause.clause: clause for clause in (*one.cited, *other.cited)}
    details = [line.detail for line in (one, other) if line.detail is not None]
    return replace(
        one,
        cited=tuple(cited[name] for name in sorted(cited)),
        detail=min(details, default=None),
        consents=one.consents | other.consents,
        holder=one.holder or other.holder,
    )


def kinds_of(cited: Iterable[Cited]) -> frozenset[ConsentKind]:
    """The kinds of consent that these clauses demand."""
    return frozenset(one.grant.consent for one in cited if one.grant.consent is not None)


def missing_of(remedy: Remedy) -> tuple[Missing, ...]:
    """What agreements lack, by this remedy."""
    unsigned: dict[tuple[str, int], list[str]] = {}
    renewed: set[tuple[str, int]] = set()
    for change in remedy:
        match change:
            case PartySigns():
                unsigned.setdefault((change.agreement, change.version), []).append(change.party)
            case AgreementRenewed():
                renewed.add((change.agreement, change.version))
            case ConsentGiven() | HolderReleases() | ClauseAdded() | ActorJoins():
                pass
    return tuple(
        Missing(*key, tuple(sorted(unsigned.get(key, ()))), key in renewed)
        for key in sorted(unsigned.keys() | renewed)
    )


def ages_of(bands: Sequence[Band]) -> tuple[AgeTerm, ...]:
    """The bands as few stretches of ages as possible."""
    found: list[AgeTerm] = []
    for band in sorted(bands, key=lambda one: one.from_age):
        start = band.from_age or None
        if found and found[-1].under == band.from_age:
            start = found.pop().from_age
        found.append(AgeTerm(under=band.under, from_age=start))
    return tuple(found)
