"""How the log stands: how many entries, what is published of it and since when, what waits, when it was exported.

Decides who is told: whoever may read the log; and from when on something is too long ago. Witnesses are not this
deployment's: what they cosigned is shown as it was collected (`broker.usecases.log.cosigned`), and nothing here
can vouch for them. From docs/security.md section 3.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from typing import Any

from broker.access import Verb
from broker.audit.events import Event
from broker.audit.verify import Verification
from broker.casework import Staff
from broker.dates import start_of_day
from broker.store.audit import count_waiting, find_tree_head
from broker.store.log_search import Wanted, find_logged
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.log.published_log import PublishedCheckpoint, find_checkpoint
from broker.usecases.log.verify_log import verify_live
from broker.usecases.world import World

LATE: timedelta = timedelta(minutes=1)
"""How long an entry may wait to be published before somebody should look: it takes a second as a rule."""


STALE: timedelta = timedelta(days=7)
"""How long ago the last cosignature, or the last verification, may be before somebody should see to it."""
_YEAR: timedelta = timedelta(days=366)


@dataclass(frozen=True, slots=True)
class Verified:
    """When the log was last verified here, with what verdict (`sound`, `tampered`, `cannot-say`), over how many
    entries, and where the first bad one stood."""

    at: datetime
    verdict: str
    size: int | None
    bad_index: int | None


@dataclass(frozen=True, slots=True)
class CosignedBy:
    """What one witness, by name, cosigned last as far as it was collected; `at` by the witness's own clock."""

    witness: str
    size: int
    at: datetime


@dataclass(frozen=True, slots=True)
class LogStanding:
    """`waiting` entries have no place yet, `placed` have; `published` is the checkpoint over those covered (None:
    none is). `exported_at` is when the log was last exported, by whose staff; `may_verify` whether the reader may
    have it verified now."""

    at: datetime
    waiting: int
    placed: int
    placed_at: datetime | None
    published: PublishedCheckpoint | None
    exported_at: datetime | None
    exported_by: str
    may_verify: bool
    verified: Verified | None = None
    cosigned: tuple[CosignedBy, ...] = ()

    @property
    def needs_verifying(self) -> bool:
        """Whether nobody has verified it for too long."""
        return self.verified is None or self.at - self.verified.at > STALE

    @property
    def needs_cosigning(self) -> bool:
        """Whether no witness's cosignature was collected for too long."""
        return not self.cosigned or self.at - max(one.at for one in self.cosigned) > STALE

    @property
    def behind(self) -> int:
        """Entries that no published checkpoint covers yet."""
        return self.waiting + self.placed - (self.published.size if self.published is not None else 0)

    @property
    def is_late(self) -> bool:
        """Whether entries have waited for longer than they should."""
        if not self.behind:
            return False
        return self.published is None or self.at - self.published.published_at > LATE


def read_log_state(world: World, acting: Acting) -> LogStanding:
    """How it stands now. Raises NotAllowed."""
    may_verify = world.access.find_role([acting.role], Verb.AUDIT_VERIFY) is not None

    def work(act: Act, staff: Staff) -> LogStanding:
        head = find_tree_head(act)
        exported = next(iter(_logged(act, Event.AUDIT_EXPORTED, 1)), None)
        verified = next(iter(_logged(act, Event.AUDIT_VERIFIED, 1)), None)
        cosigned: dict[str, CosignedBy] = {}
        for one in _logged(act, Event.AUDIT_COSIGNED, 50):
            details = one["details"]
            by = CosignedBy(str(details["witness"]), int(details["size"]), _at(details["cosigned_at"]))
            cosigned.setdefault(by.witness, by)
        waiting = count_waiting(act)
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "log-state", "rows": 1}))
        return LogStanding(
            act.at,
            waiting,
            head.frontier.size,
            head.integrated_at,
            None,
            None if exported is None else _at(exported["at"]),
            "" if exported is None else str(exported["organisation"]),
            may_verify,
            None if verified is None else _verified(verified),
            tuple(sorted(cosigned.values(), key=lambda one: one.witness)),
        )

    found = perform(world, acting, Verb.AUDIT_READ, work)
    return replace(found, published=find_checkpoint(world))


def _logged(act: Act, event: Event, most: int) -> list[Mapping[str, Any]]:
    """The newest entries of an event within a year."""
    wanted = Wanted(start_of_day(act.at.date() - _YEAR), act.at, event=event, most=most)
    return [one.value for one in find_logged(act, wanted)]


def _verified(entry: Mapping[str, Any]) -> Verified:
    details = entry["details"]
    return Verified(_at(entry["at"]), str(details["verdict"]), details.get("size"), details.get("bad_index"))


def _at(text: object) -> datetime:
    return datetime.fromisoformat(str(text))


def verify_now(world: World, acting: Acting) -> Verification:
    """Has the verifier, which shares nothing with what wrote the log, judge it now. Raises NotAllowed."""
    return verify_live(world, acting)
