"""Whether an agreement needs somebody's attention on a day: review due, lapsing, ended.

Decides warnings only, so that no agreement lapses by surprise; when it lapses is `document`'s to say. Takes the
instant from its caller.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import datetime
from typing import Final

from broker.agreements.document import Agreement
from broker.dates import Period, london_day, shift, start_of_day
from broker.errors import Finding, Severity

NOTICE: Final = Period(months=3)
"""How long before a day of review it is first spoken of: a quarter, the usual rhythm of a partnership's board."""


def check_review(agreement: Agreement, at: datetime) -> tuple[Finding, ...]:
    """What is due or past at the instant `at`, as warnings at the agreement's dates."""
    where = f"{agreement.clauses.file}:{agreement.in_force_line}"
    return tuple(
        Finding(where, f"`{agreement.name}` {message}", Severity.WARNING) for message in _messages(agreement, at)
    )


def _messages(agreement: Agreement, at: datetime) -> Iterator[str]:
    validity = agreement.in_force
    if validity.until_at is not None and validity.until_at <= at:
        yield f"ended on {london_day(validity.until_at)}: nothing flows under it"
        return
    review_by, lapses_at = validity.review_by, validity.lapses_at
    if review_by is None or lapses_at is None:
        return
    if lapses_at <= at:
        yield f"lapsed on {london_day(lapses_at)}, unreviewed since {review_by}: nothing flows under it"
    elif start_of_day(review_by) <= at:
        yield f"was to be reviewed by {review_by} and lapses on {london_day(lapses_at)}: review it"
    elif start_of_day(shift(review_by, NOTICE, -1)) <= at:
        yield f"is to be reviewed by {review_by}: put it on the agenda"
