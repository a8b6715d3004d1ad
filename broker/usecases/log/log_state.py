"""How the log stands: how many entries, what is published of it and since when, what waits, when it was exported.

Decides who is told: whoever may read the log. Witnesses are not this deployment's: they watch from outside and
cosign there, so that nothing here can vouch for them. From docs/security.md section 3.
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta

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
        wanted = Wanted(
            start_of_day(act.at.date() - timedelta(days=366)), act.at, event=Event.AUDIT_EXPORTED, most=1
        )
        exported = next(iter(find_logged(act, wanted)), None)
        waiting = count_waiting(act)
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "log-state", "rows": 1}))
        return LogStanding(
            act.at,
            waiting,
            head.frontier.size,
            head.integrated_at,
            None,
            None if exported is None else datetime.fromisoformat(exported.value["at"]),
            "" if exported is None else str(exported.value["organisation"]),
            may_verify,
        )

    found = perform(world, acting, Verb.AUDIT_READ, work)
    return replace(found, published=find_checkpoint(world))


def verify_now(world: World, acting: Acting) -> Verification:
    """Has the verifier, which shares nothing with what wrote the log, judge it now. Raises NotAllowed."""
    return verify_live(world, acting)
