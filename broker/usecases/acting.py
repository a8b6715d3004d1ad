"""Guard first: who acts, in which role, and whether that role may use the verb; then one transaction.

Decides that an act is done by a member of staff whose post has not ended, in a role they hold and that the access
rules let use the verb; a refusal leaves an entry in the log. What may flow is the decision's to say.
From broker/README.md ("Request") and docs/security.md section 3, point 3 ("refusals are entries too").
"""

from __future__ import annotations

import base64
from collections.abc import Callable, Iterable, Mapping, Sequence
from dataclasses import dataclass
from typing import Any, Final, TypeVar

from broker.access import Verb
from broker.audit.details import is_id
from broker.audit.entry import AuditEntry
from broker.audit.events import Event, Outcome
from broker.casework import Staff
from broker.errors import NotAllowed, did_you_mean
from broker.store.notices import NewNotice, queue_notices
from broker.store.rules_versions import RulesInForce, find_rules_in_force
from broker.store.session import Act, View
from broker.store.staff import find_staff
from broker.usecases.world import World

T = TypeVar("T")

AUDIT_DOMAIN: Final = "audit"
"""The pseudonym domain of the audit log: its entries name people by pseudonyms that no other place uses."""
OPERATOR: Final = "operator"
"""Who acts where the holder of the deployment's keys sets it up, before there is any staff."""
DEPLOYMENT: Final = "broker"
"""The organisation an operator's entries name."""


@dataclass(frozen=True, slots=True)
class Acting:
    """Who acts and in which of their roles: a staff id and a role's code."""

    by: str
    role: str


@dataclass(frozen=True, slots=True)
class Signed:
    """Under whose name entries are made: the id of a post and its organisation."""

    actor: str
    organisation: str

    @classmethod
    def of(cls, staff: Staff) -> Signed:
        """A member of staff."""
        return cls(staff.id, staff.organisation)


AS_OPERATOR: Final = Signed(OPERATOR, DEPLOYMENT)


DEPLOY_THEM: Final = (
    "version {0}, which is in force: deploy its files (`broker policies show {0} --into …`), or propose these with"
    " `broker policies propose`"
)


class AlertingRefusal(NotAllowed):
    """The answer is no, and somebody is told silently: the notices are queued under the refusal's own entry, so
    that neither the answer nor the log's size tells of them."""

    def __init__(self, where: str, message: str, notices: Sequence[NewNotice]) -> None:
        super().__init__(where, message)
        self.notices = tuple(notices)


def perform(
    world: World,
    acting: Acting,
    verb: Verb,
    work: Callable[[Act, Staff], T],
    *,
    locking: Callable[[Act], object] | None = None,
) -> T:
    """Does the work in one act, after the guard; `locking` locks what it rests on before the act's instant is
    asked, so that the work need not be done twice where several write at once (`Store.perform`): it changes
    nothing outside the act. Raises NotAllowed, after the refusal has been logged: the guard's, and the work's own,
    whose act is undone first."""

    def guarded(act: Act) -> T:
        if locking is not None:
            locking(act)
        found = admit(act, world, acting, verb)
        if isinstance(found, NotAllowed):
            raise found
        return work(act, found)

    try:
        return world.store.perform(world.clock, guarded)
    except NotAllowed as refused:
        notices = refused.notices if isinstance(refused, AlertingRefusal) else ()
        with world.store.act(world.clock) as act:
            queue_notices(act, notices, entry=_log_refusal(act, acting, verb))
        raise


def require_may(world: World, acting: Acting, verb: Verb) -> None:
    """For what is asked before any act is: raises NotAllowed, and logs it, where the role may not use the verb."""
    if world.access.find_role([acting.role], verb) is None:
        perform(world, acting, verb, lambda _act, _staff: None)


def admit(act: Act, world: World, acting: Acting, verb: Verb) -> Staff | NotAllowed:
    """The member of staff, or why not; logs nothing.

    INVARIANT: an id that nobody has and somebody else's role get the same answer, so that nobody learns who works
    here or what they hold. Which roles there are is no secret.
    """
    roles = world.partnership.vocabulary.roles
    if acting.role not in roles:
        hint = did_you_mean(acting.role, roles) or f"; known roles: {', '.join(sorted(roles))}"
        return NotAllowed(f"`{acting.role}`", f"is not a role{hint}")
    staff = find_staff(act, [acting.by]).get(acting.by)
    if staff is None or not staff.holds(acting.role, act.at):
        return NotAllowed(f"`{acting.by}`", f"does not hold the role `{acting.role}`; name a role you hold")
    if not staff.is_in_post(act.at):
        return NotAllowed(f"`{acting.by}`", "has left this post; access ended with it")
    undeployed = find_undeployed(act, world)
    if undeployed is not None:
        return NotAllowed("access rules", undeployed)
    try:
        world.access.require([acting.role], verb)
    except NotAllowed as refused:
        return refused
    return staff


def find_undeployed(view: View, world: World) -> str | None:
    """Why the access rules deployed here decide nothing, or None where they are those in force (or none are).

    INVARIANT: whoever can change a file on the server does not thereby decide who may do what.
    """
    return undeployed_beside(find_rules_in_force(view), world)


def undeployed_beside(in_force: RulesInForce | None, world: World) -> str | None:
    """The same, where it is known which are in force."""
    if in_force is None or in_force.access_digest == world.access.digest:
        return None
    return f"those deployed here are not {DEPLOY_THEM.format(in_force.version)}"


def _log_refusal(act: Act, acting: Acting, verb: Verb) -> AuditEntry:
    staff = find_staff(act, [acting.by]).get(acting.by)
    signed = Signed.of(staff) if staff is not None else Signed(_as_id(acting.by), "unknown")
    details = {"verb": verb.value, "reason": "not-authorised"}
    entry = entry_of(act, signed, Event.ACCESS_REFUSED, details, outcome=Outcome.REFUSED)
    act.record(entry)
    return entry


def _as_id(text: str) -> str:
    return text if is_id(text) else "unknown"


def entry_of(
    act: Act,
    signed: Signed | Staff,
    event: Event,
    details: Mapping[str, Any],
    *,
    about: Iterable[str] = (),
    outcome: Outcome = Outcome.DONE,
    agreements_digest: str | None = None,
    policies_digest: str | None = None,
    commitment: bytes | None = None,
) -> AuditEntry:
    """An entry of this act; `about` are person ids, which become pseudonyms of the audit domain. Details that are
    None are left out."""
    who = Signed.of(signed) if isinstance(signed, Staff) else signed
    return AuditEntry(
        event=event,
        occurred_at=act.at,
        actor=who.actor,
        organisation=who.organisation,
        outcome=outcome,
        nonce=random_32(act),
        about=pseudonyms_of(act, about),
        details={name: value for name, value in details.items() if value is not None},
        agreements_digest=agreements_digest,
        policies_digest=policies_digest,
        commitment=commitment,
    )


def pseudonyms_of(view: View, person_ids: Iterable[str]) -> tuple[str, ...]:
    """The people as the log names them, each once."""
    return tuple(sorted({view.keys.pseudonym_text(AUDIT_DOMAIN, one) for one in person_ids}))


def random_32(act: Act) -> bytes:
    """32 unpredictable bytes from the store's own source, which a test may seed: two ids hold 128 bits each."""
    return b"".join(base64.b32decode(act.new_id("").upper() + "======") for _ in range(2))
