"""Doing what a partner asked: in one act that names the request, and once under an idempotency key.

Decides that every act done for a request says so in the log, in the act's own transaction; and that under an
idempotency key what is remembered is which act was done and never its content, so that a retry is answered from
the facts of now or not at all. From docs/security.md section 1 ("Retries").
"""

from __future__ import annotations

import hashlib
from collections.abc import Callable
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final, TypeVar

from broker.access import Access
from broker.agreements.partnership import Partnership
from broker.audit.entry import AuditEntry
from broker.audit.events import Event
from broker.clock import Clock
from broker.errors import BrokerError, SystemFailed
from broker.settings import Settings
from broker.store.door import Done, find_done, keep_done
from broker.store.session import Act, Store
from broker.usecases.acting import entry_of
from broker.usecases.partners.admit_request import Admitted
from broker.usecases.world import World

REMEMBERED: Final = timedelta(hours=24)
"""How long a retry finds what was done."""

T = TypeVar("T")
U = TypeVar("U")


class KeyReused(BrokerError):
    """The idempotency key was used before, for something else."""

    exit_code = 2


@dataclass(frozen=True, slots=True)
class PartnerWorld:
    """A working broker whose acts are attended for one request."""

    settings: Settings
    clock: Clock
    partnership: Partnership
    access: Access
    store: Store


class _DoneBefore(Exception):
    def __init__(self, done: Done) -> None:
        super().__init__("done before")
        self.done = done


def for_partner(world: World, admitted: Admitted) -> World:
    """The broker for the use cases that answer this request: each act that makes entries names the request. A
    verb refused by the access rules leaves its own entry, beside that of the request let in."""

    def attend(act: Act, _found: Any) -> None:
        _name(act, admitted)

    return _world(world, world.store.attended(attend))


def do_once(
    world: World,
    admitted: Admitted,
    work: Callable[[World], T],
    again: Callable[[World, str], U],
    id_of: Callable[[Any], str | None],
) -> T | U:
    """Does the work, which is one act; or, where it was done before under the request's idempotency key, what
    `again` makes of the id of what was done. `id_of` is given what the act returned; None is not remembered.

    Raises KeyReused where the key was used for another request, and what `work` and `again` raise.
    """
    key = admitted.request.idempotency_key
    if key is None:
        return work(for_partner(world, admitted))
    act_digest, asked = _act_digest(admitted, key), _asked_digest(admitted)
    with world.store.look() as view:
        done = find_done(view, act_digest, world.clock.now())
    if done is None:

        def attend(act: Act, found: Any) -> None:
            entry, done_id = _name(act, admitted), id_of(found)
            if entry is not None and done_id is not None:
                _keep(act, admitted, act_digest, Done(asked, done_id), entry)

        try:
            return work(_world(world, world.store.attended(attend)))
        except _DoneBefore as before:
            done = before.done
    if done.asked_digest != asked:
        raise KeyReused("Idempotency-Key", "was used for another request; use a new one for each act")
    return again(for_partner(world, admitted), done.id)


def _world(world: World, store: Store) -> World:
    return PartnerWorld(world.settings, world.clock, world.partnership, world.access, store)


def _name(act: Act, admitted: Admitted) -> AuditEntry | None:
    """One more entry in an act that has any: which request it was done for."""
    leaves = act.leaves
    if not leaves:
        return None
    details = {
        "key": admitted.request.key_id,
        "request": admitted.request_digest,
        "entry": f"sha256:{leaves[0].hex()}",
    }
    entry = entry_of(act, admitted.signed, Event.PARTNER_ANSWERED, details)
    act.record(entry)
    return entry


def _keep(act: Act, admitted: Admitted, act_digest: bytes, done: Done, entry: AuditEntry) -> None:
    organisation = admitted.request.organisation
    if not keep_done(act, act_digest, organisation, done, act.at + REMEMBERED, entry=entry):
        before = find_done(act, act_digest, act.at)
        # INVARIANT: an act that cannot be remembered is not done.
        if before is None:
            raise SystemFailed("Idempotency-Key", "what was done under it is not to be found; nothing was done")
        raise _DoneBefore(before)


def _act_digest(admitted: Admitted, key: str) -> bytes:
    """Keys are an organisation's own: two that choose the same do not meet."""
    return hashlib.sha256(f"{admitted.request.organisation}\n{key}".encode("ascii")).digest()


def _asked_digest(admitted: Admitted) -> bytes:
    request = admitted.request
    asked = (request.method, request.path, request.query, request.content_type, request.content_digest)
    return hashlib.sha256("\n".join(asked).encode("ascii")).digest()
