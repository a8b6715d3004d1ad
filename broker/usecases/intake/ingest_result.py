"""What became of a batch, as its sender and an officer are told: counts, alerts and the rows to send again.

Decides the words and the JSON of `broker ingest --json` (docs/how-to-ingest.md). INVARIANT: carries no personal
data but row numbers; what a rejected row said goes to its sender only, in the rejects file.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final

from broker.agencies import BatchReceipt, Rejection

MOST_LISTED: Final = 1000
"""Rejected rows listed in the result; all of them are in the rejects file."""


@dataclass(slots=True)
class Tally:
    """Counts of people and records, added up part by part. `told` counts releases whose recipient was told."""

    new_people: int = 0
    linked: int = 0
    possible_matches: int = 0
    new_records: int = 0
    changed_records: int = 0
    unchanged_records: int = 0
    corrected: int = 0
    ended: int = 0
    told: int = 0
    new_relationships: int = 0
    unproven_responsibilities: int = 0

    def add(self, other: Tally) -> None:
        """Adds the counts of another part."""
        for name in self.__dataclass_fields__:
            setattr(self, name, getattr(self, name) + getattr(other, name))


@dataclass(frozen=True, slots=True)
class IngestResult:
    """One batch. `tally` is what this run did; a batch received before did nothing (`seen_before`); `superseded`
    says that a later one was received since. `rejects_file` is None when no row was rejected, or in a dry run.
    `ends_held` counts records that are missing from a whole list and stay, because rows of it could not be
    read."""

    batch_id: str
    file: str
    receipt: BatchReceipt
    tally: Tally
    rejections: tuple[Rejection, ...] = field(repr=False)
    seen_before: bool
    superseded: bool
    dry_run: bool
    feed_received: bool
    ends_held: int
    rejects_file: Path | None
    seconds: float

    def as_json(self) -> dict[str, Any]:
        """The result as documented in docs/how-to-ingest.md."""
        receipt, tally = self.receipt, self.tally
        return {
            "batch": self.batch_id,
            "file": self.file,
            "adapter": receipt.adapter_code,
            "from": receipt.controller_code,
            "digest": receipt.file_digest,
            "dry_run": self.dry_run,
            "seen_before": self.seen_before,
            "superseded": self.superseded,
            "rows_read": receipt.rows_read,
            "accepted": receipt.accepted,
            "rejected": receipt.rejected,
            "blank": receipt.blank,
            "flagged": receipt.flagged,
            "new_people": tally.new_people,
            "linked": tally.linked,
            "possible_matches": tally.possible_matches,
            "new_records": tally.new_records,
            "changed_records": tally.changed_records,
            "unchanged": tally.unchanged_records,
            "corrected": tally.corrected,
            "ended": tally.ended,
            "ends_held": self.ends_held,
            "told": tally.told,
            "new_relationships": tally.new_relationships,
            "unproven_responsibilities": tally.unproven_responsibilities,
            "feed_received": self.feed_received,
            "alerts": [alert.message for alert in receipt.alerts],
            "rejections": [
                {
                    "row": rejection.row_number,
                    "column": rejection.column,
                    "reason": rejection.reason.value,
                    "message": rejection.message,
                }
                for rejection in self.rejections[:MOST_LISTED]
            ],
            "rejects_file": str(self.rejects_file) if self.rejects_file is not None else None,
            "seconds": round(self.seconds, 3),
        }
