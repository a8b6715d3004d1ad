"""Whether a copy of a family summary can be made as it was asked for, before it is: so that what was chosen stands
beside what is amiss.

Decides nothing of its own: a copy is refused for the same when it is made (`broker.usecases.release.copies`).
"""

from __future__ import annotations

from broker.access import Verb
from broker.casework import Staff
from broker.consent.standing import Kinship
from broker.decision.protection import without_protected
from broker.errors import CallWrong
from broker.release.copies import Copy
from broker.rights.subject_access import AccessRequest, Capacity, check_authority
from broker.store.gather import gather_facts
from broker.store.session import Act
from broker.usecases.acting import Acting, perform
from broker.usecases.casework.cases import require_member
from broker.usecases.release.copies import CopyFor, require_may_be_told
from broker.usecases.world import World


def check_copy(world: World, acting: Acting, case_id: str, wanted: CopyFor) -> None:
    """Raises CallWrong beside the choice that cannot be, and NotAllowed for a case that is somebody else's."""
    if wanted.copy is not Copy.FAMILY or wanted.person is None:
        return
    reader = wanted.person

    def work(act: Act, staff: Staff) -> None:
        require_member(act, staff, case_id)
        require_may_be_told(act, case_id, reader)
        found = gather_facts(act, [reader, *wanted.children], case_id=case_id, staff_ids=[staff.id])
        facts, _ = without_protected(found)
        kinship, ages = Kinship.of(facts.people, facts.relationships), world.partnership.vocabulary.standing
        for child, view in wanted.children.items():
            request = AccessRequest(child, reader, Capacity.PARENT, act.at, child_view=view)
            if child not in facts.people or check_authority(request, kinship, ages, facts.people[child], act.at):
                raise CallWrong(f"view-{child}", "cannot be in this copy; leave it out, or ask at the rights desk")

    perform(world, acting, Verb.PROFILE_REQUEST, work)
