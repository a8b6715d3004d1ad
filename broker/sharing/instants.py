"""Every instant at which the rules change by themselves: between two of them an answer about anybody stays."""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime

from broker.dates import Interval
from broker.decision.table import DecisionTable


def instants_of(table: DecisionTable) -> tuple[datetime, ...]:
    """The instants, in order: where a document, clause, ban, signature or power begins, ends or lapses."""
    return tuple(sorted({instant for instant in _all(table) if instant is not None}))


def _all(table: DecisionTable) -> Iterator[datetime | None]:
    for terms in (table.duties, *table.agreements):
        yield from (terms.begins_at, terms.ends_at, terms.lapses_at)
        for interval in (*(one.in_force for one in terms.grants), *(one.in_force for one in terms.prohibitions)):
            yield from _ends(interval)
        for intervals in (terms.signatures or {}).values():
            for interval in intervals:
                yield from _ends(interval)
    for gateway in table.vocabulary.gateways.values():
        yield from _ends(gateway.in_force)


def _ends(interval: Interval) -> tuple[datetime | None, datetime | None]:
    return interval.from_at, interval.until_at
