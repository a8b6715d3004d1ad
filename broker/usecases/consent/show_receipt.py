"""The receipt of what was decided, again: for whoever is at the desk and has the reference that stands on it.

Decides that a reference opens what stands on its sheet and no more, for a desk alone; that one never issued and
one about somebody protected are one answer; and that a personal connection stops here. From
docs/how-to-consent.md.
"""

from __future__ import annotations

from collections.abc import Sequence

from broker.access import Verb
from broker.audit.events import Event
from broker.casework import Staff
from broker.consent.record import RAISED, ConsentDecision, ConsentRecord
from broker.errors import CallWrong
from broker.release.reach import consent_reach
from broker.release.receipt import Receipt
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.casework.front_door import require_no_tie
from broker.usecases.consent.append_consent import receipt_of
from broker.usecases.consent.at_desk import gather_known
from broker.usecases.consent.withdraw_consent import find_given
from broker.usecases.rules.rules import current_rules
from broker.usecases.world import World


def show_receipts(world: World, acting: Acting, references: Sequence[str]) -> tuple[Receipt, ...]:
    """The receipts, in this order. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> tuple[Receipt, ...]:
        rules = current_rules(act, world)
        found = []
        for reference in references:
            event = find_shown(act, staff, reference)
            facts, _ = gather_known(act, [event.about, event.signatory])
            reach = consent_reach(rules.table, event, act.at)
            found.append(receipt_of(act, rules.table.vocabulary, staff, event, facts, reach))
            details = {"report": "agreement-receipt", "rows": 1}
            act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=[event.about]))
        return tuple(found)

    return perform(world, acting, Verb.CONSENT_WITHDRAW, work)


def find_to_withdraw(world: World, acting: Acting, reference: str) -> str:
    """The reference, where it is of a yes (or an objection raised) that can be taken back. Raises NotAllowed,
    CallWrong."""

    def work(act: Act, staff: Staff) -> str:
        return require_given(find_shown(act, staff, reference)).id

    return perform(world, acting, Verb.CONSENT_WITHDRAW, work)


def find_shown(act: Act, staff: Staff, reference: str) -> ConsentRecord:
    """The decision. Raises CallWrong for one that is not there for anybody, NotAllowed for a personal
    connection."""
    event = find_given(act, "".join(reference.split()).lower())
    require_no_tie(act, staff, [event.about], "this person")
    return event


def require_given(event: ConsentRecord) -> ConsentRecord:
    """Raises CallWrong for a no."""
    if event.decision is not ConsentDecision.GIVEN:
        what = "was taken back already" if event.kind in RAISED else "was a no, which nobody need take back"
        raise CallWrong("reference", f"`{event.id}` {what}; write down a yes where they now agree")
    return event
