"""That a decision about sharing was written down before: for a partner system that asks again under the same key.

Decides that a retry is told which decision was written down and when, and nothing of what was answered then: who
can decide, and for whom a notice waits, may be otherwise by now. From docs/security.md section 1 ("Retries").
"""

from __future__ import annotations

from broker.access import Verb
from broker.casework import Staff
from broker.consent.record import ConsentRecord
from broker.decision.protection import without_protected
from broker.store.consents import find_consent
from broker.store.gather import gather_facts
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.release.release_profile import FactsChanged
from broker.usecases.world import World


def repeat_consent(world: World, acting: Acting, verb: Verb, consent_id: str) -> ConsentRecord:
    """The decision with this id. Raises NotAllowed, and FactsChanged where whom it is about is not known any more:
    erased, and protected, are one answer."""

    def work(act: Act, staff: Staff) -> ConsentRecord:
        del staff
        found = find_consent(act, consent_id)
        if found is not None:
            facts, _ = without_protected(gather_facts(act, [found.about]))
            if found.about in facts.people:
                return found
        raise FactsChanged("consent", "what this was about has changed since; ask again, as a new request")

    return perform(world, acting, verb, work)
