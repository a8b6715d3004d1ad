"""Partners' keys: handed in by one person with proof that they hold it, approved by another, revoked at once.

Decides who may do each: an administrator hands a key in; somebody else, who is of the key's organisation and may
sign for it, approves it; one person may revoke, because a stolen key must not wait for two, and a second confirms
it afterwards. From docs/how-to-keys.md.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum

from broker.access import Verb
from broker.audit.details import is_id
from broker.audit.entry import instant_text
from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.second_person import require_two_people
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.partner_keys import KeyEventKind, KeyState, KeyUse, PartnerKey, require_public_key
from broker.partner_keys.allowed import require_allowed
from broker.partner_keys.possession import possession_statement
from broker.partner_keys.public_key import SIGNATURE_SIZE, from_base64
from broker.partner_keys.standing import ALWAYS, organisation_of, require_until
from broker.store.partner_keys import append_key_event, find_keys, keys_of, propose_key
from broker.store.session import Act
from broker.store.staff import staff_behind
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.world import World


class RevokedBecause(StrEnum):
    """Why a key is revoked."""

    LOST = "lost"
    STOLEN = "stolen"
    REPLACED = "replaced"
    LEFT_POST = "left-post"
    NOT_APPROVED = "not-approved"


@dataclass(frozen=True, slots=True)
class KeyNow:
    """A key and how it stands. `changed_at` is when this was done."""

    key: PartnerKey
    state: KeyState
    changed_at: datetime


@dataclass(frozen=True, slots=True)
class NewKey:
    """A key handed in: its id `organisation/name`, public key and proof in base64, its first day without, what it
    signs, which verbs of the interface it may ask (their codes), and from when (None: from its approval)."""

    id: str
    public_key: str
    proof: str
    until_at: datetime
    use: KeyUse = KeyUse.AGREEMENTS
    verbs: tuple[str, ...] = ()
    from_at: datetime | None = None


def hand_in_key(world: World, acting: Acting, new: NewKey) -> KeyNow:
    """Keeps a proposed key. Raises NotAllowed where the proof is not this key's, CallWrong for what is no key."""
    organisation = organisation_of(new.id)
    organisations = world.partnership.vocabulary.organisations
    if organisation not in organisations:
        raise CallWrong("key", f"`{organisation}` is no organisation{did_you_mean(organisation, organisations)}")
    if not is_id(new.id):
        raise CallWrong("key", f"`{new.id}` looks like an identifier of a person; choose another name")
    allows = require_allowed(new.use, new.verbs)
    key = require_public_key(new.public_key)
    statement = possession_statement(new.id, organisation, key, world.settings.log_origin)
    key.require(from_base64(new.proof, SIGNATURE_SIZE, "proof"), statement, "proof")

    def work(act: Act, staff: Staff) -> KeyNow:
        require_until(new.until_at, act.at, new.from_at)
        proposed = PartnerKey(new.id, organisation, key, new.until_at, (), new.use, allows, new.from_at or ALWAYS)
        entry = entry_of(act, staff, Event.KEY_PROPOSED, _details(proposed))
        propose_key(act, proposed, staff.id, entry=entry)
        return _now(act, new.id)

    return perform(world, acting, Verb.KEYS_ENROL, work, locking=_locking(new.id))


def approve_key(world: World, acting: Acting, key_id: str) -> KeyNow:
    """The second person's yes: to a key handed in, which counts from now on, or to one that was revoked.

    Raises NotAllowed to whoever is not of the key's organisation, and to whoever began it; CallWrong.
    """

    def work(act: Act, staff: Staff) -> KeyNow:
        key = _key(act, key_id)
        if staff.organisation != key.organisation:
            raise NotAllowed(
                f"`{key_id}`", f"is approved by `{key.organisation}`; you act for `{staff.organisation}`"
            )
        state = key.state(act.at)
        if state is KeyState.PROPOSED:
            began = _require_another(act, key, KeyEventKind.PROPOSED, staff, "a key")
            begins = {"second": began, "from": instant_text(max(act.at, key.from_at))}
            entry = entry_of(act, staff, Event.KEY_ENROLLED, {**_details(key), **begins})
            append_key_event(act, key_id, key.organisation, KeyEventKind.ENROLLED, staff.id, entry=entry)
        elif key.awaits_confirmation:
            began = _require_another(act, key, KeyEventKind.REVOKED, staff, "revoking a key")
            details = {"key": key_id, "reason": "confirmed", "second": began}
            entry = entry_of(act, staff, Event.KEY_REVOKED, details)
            append_key_event(act, key_id, key.organisation, KeyEventKind.CONFIRMED, staff.id, entry=entry)
        else:
            raise CallWrong(f"key `{key_id}`", f"is {state.value}: there is nothing to approve")
        return _now(act, key_id)

    return perform(world, acting, Verb.KEYS_APPROVE, work, locking=_locking(key_id))


def revoke_key(world: World, acting: Acting, key_id: str, because: RevokedBecause, note: str = "") -> KeyNow:
    """Revokes a key, or turns a proposed one down: from now on it signs nothing, for good. What it signed before
    stands until the party takes it back. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> KeyNow:
        key = _key(act, key_id)
        if acting.role != "administrator" and staff.organisation != key.organisation:
            raise NotAllowed(f"`{key_id}`", f"is revoked by `{key.organisation}` or an administrator")
        if key.state(act.at) is KeyState.REVOKED:
            raise CallWrong(f"key `{key_id}`", "is revoked already")
        entry = entry_of(act, staff, Event.KEY_REVOKED, {"key": key_id, "reason": because.value})
        append_key_event(act, key_id, key.organisation, KeyEventKind.REVOKED, staff.id, note, entry=entry)
        return _now(act, key_id)

    return perform(world, acting, Verb.KEYS_REVOKE, work, locking=_locking(key_id))


def list_keys(world: World, acting: Acting) -> tuple[KeyNow, ...]:
    """Every key by id. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[KeyNow, ...]:
        del staff
        return tuple(
            KeyNow(key, key.state(act.at), max(event.at for event in key.events))
            for key in find_keys(act).values()
        )

    return perform(world, acting, Verb.KEYS_READ, work)


def _details(key: PartnerKey) -> dict[str, object]:
    """What entries say of a key that begins: who approved it approved this."""
    return {
        "key": key.id,
        "algorithm": key.key.algorithm.value,
        "use": key.use.value,
        "allows": sorted(verb.value for verb in key.allows),
        "from": instant_text(key.from_at) if key.from_at > ALWAYS else None,
        "until": instant_text(key.until_at),
    }


def _locking(key_id: str) -> Callable[[Act], object]:
    kept = keys_of(organisation_of(key_id))
    return lambda act: act.lock([kept])


def _key(act: Act, key_id: str) -> PartnerKey:
    found = find_keys(act, key_id).get(key_id)
    if found is None:
        raise CallWrong(f"key `{key_id}`", f"is not known{did_you_mean(key_id, find_keys(act))}")
    return found


def _require_another(act: Act, key: PartnerKey, kind: KeyEventKind, staff: Staff, what: str) -> str:
    """Who began it; raises NotAllowed where that is the same person."""
    began = key.first(kind)
    # INVARIANT: a key has its proposal, and a revoked one its revocation: events are never taken away.
    if began is None:
        raise NotAllowed(f"`{key.id}`", "was begun by nobody; hand in another key")
    require_two_people(staff_behind(act, began.by), staff, what)
    return began.by


def _now(act: Act, key_id: str) -> KeyNow:
    key = _key(act, key_id)
    return KeyNow(key, key.state(act.at), act.at)
