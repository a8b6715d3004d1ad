"""Telling partners' systems: what is due is claimed, sent with no transaction open, and noted.

Decides that a notice counts as delivered once the system took it (2xx), that what failed is tried again later, and
that what is acknowledged by a signed answer is acknowledged. At least once, in no order: a worker that dies after
the system took a message sends it again under the same id. Delivery closes nothing: a notice waits for the people
there until one of them closes it. From docs/how-to-webhooks.md.
"""

from __future__ import annotations

import asyncio
import secrets
from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.audit.events import Event
from broker.canonical import canonical_json
from broker.http_signatures import MessageRefused
from broker.http_signatures.answer_signer import AnswerSigner
from broker.http_signatures.sign import verify_answer
from broker.logs import get_log
from broker.partner_keys import ApiVerb, KeyState
from broker.store.deliveries import (
    Sending,
    claim_delivery,
    find_again,
    find_new,
    find_sending,
    mark_acknowledged,
    mark_delivered,
    note_failure,
)
from broker.store.endpoints import find_endpoints
from broker.store.partner_keys import find_keys
from broker.store.session import Act
from broker.usecases.acting import DEPLOYMENT, Signed, entry_of
from broker.usecases.partners.endpoints import live_endpoints
from broker.usecases.partners.send_message import DEADLINE, Heard, Message, send_message
from broker.usecases.world import World
from broker.webhooks.address import require_address
from broker.webhooks.endpoint import Endpoint
from broker.webhooks.message import message_of
from broker.webhooks.retries import wait_after

AS_DELIVERER: Final = Signed("webhooks", DEPLOYMENT)
CLAIMED_FOR: Final = timedelta(seconds=60)
"""How long a worker has a notice alone: longer than an attempt and its note take."""
AT_ONCE: Final = 8
"""How many are sent to one system at the same time."""
_CHANCES: Final = 1_000_000


@dataclass(frozen=True, slots=True)
class Round:
    """What was done: how many systems' messages were taken, and how many attempts failed."""

    delivered: int
    failed: int


def find_told(world: World) -> tuple[Endpoint, ...]:
    """The endpoints that are told now. An organisation that the standing rules no longer know is told nothing."""
    with world.store.look() as view:
        found = live_endpoints(find_endpoints(view).values())
    return tuple(one for one in found if one.organisation in world.partnership.vocabulary.organisations)


def claim_due(world: World, endpoint: Endpoint, since: datetime | None = None) -> tuple[Sending, ...]:
    """Some notices for this endpoint, claimed for this worker alone. `since` looks only at what was queued from
    then on, and at what is to be tried again."""
    now = world.clock.now()
    topics = [topic.value for topic in endpoint.topics]
    with world.store.look() as view:
        again = find_again(view, endpoint.organisation, now, AT_ONCE)
        new = find_new(view, endpoint.organisation, topics, now, since, AT_ONCE)
    found = [one for one in (*new, *again) if one.kept.notice.topic in topics][:AT_ONCE]
    if not found:
        return ()
    with world.store.keep_house() as house:
        return tuple(one for one in found if claim_delivery(house, one, now, now + CLAIMED_FOR))


async def deliver_claimed(
    world: World, signer: AnswerSigner, endpoint: Endpoint, claimed: Sequence[Sending]
) -> Round:
    """Sends what was claimed, at the same time, and notes what each came to."""
    done = await asyncio.gather(*(_deliver(world, signer, endpoint, one) for one in claimed))
    return Round(sum(done), len(done) - sum(done))


def deliver_once(world: World, signer: AnswerSigner) -> Round:
    """Sends whatever is due now, each notice once."""
    delivered = failed = 0
    for endpoint in find_told(world):
        while claimed := claim_due(world, endpoint):
            found = asyncio.run(deliver_claimed(world, signer, endpoint, claimed))
            delivered, failed = delivered + found.delivered, failed + found.failed
    return Round(delivered, failed)


async def _deliver(world: World, signer: AnswerSigner, endpoint: Endpoint, sending: Sending) -> bool:
    settings = world.settings
    kept = sending.kept
    said = message_of(kept.id, kept.notice.topic, kept.notice.recipient, kept.recorded_at, kept.notice.body)
    heard = await send_message(
        signer,
        world.clock,
        # It was judged when it was handed in; what it leads to is judged as it is sent.
        require_address(endpoint.url, loopback=True),
        Message(kept.id, canonical_json(said)),
        settings.webhook_hosts,
        loopback=settings.webhook_loopback,
        deadline=DEADLINE,
    )
    await asyncio.to_thread(_note, world, endpoint, sending, heard)
    return heard.taken


def _note(world: World, endpoint: Endpoint, sending: Sending, heard: Heard) -> None:
    if not heard.taken:
        attempts = sending.attempts + 1
        chance = secrets.randbelow(_CHANCES) / _CHANCES
        next_at = world.clock.now() + wait_after(attempts, chance)
        with world.store.keep_house() as house:
            note_failure(house, sending.kept.id, next_at, heard.code)
        get_log().warning(
            "webhook.failed", organisation_code=endpoint.organisation, reason_code=heard.code, attempts=attempts
        )
        return
    signed_by = _acknowledged_by(world, endpoint, heard)

    def work(act: Act) -> None:
        now = find_sending(act, sending.kept.id)
        if now is None or (now.delivery is not None and now.delivery.delivered_at is not None):
            return  # it was sent twice, and the other worker has noted it
        notice = sending.kept.notice
        named = {"notice": sending.kept.id, "topic": notice.topic, "recipient": notice.recipient}
        details = {**named, "endpoint": endpoint.id, "attempts": sending.attempts + 1}
        entry = entry_of(act, AS_DELIVERER, Event.NOTICE_DELIVERED, details)
        mark_delivered(act, sending.kept.id, heard.code, entry=entry)
        if signed_by is not None:
            signed = Signed(signed_by, endpoint.organisation)
            mark_acknowledged(act, now, entry=entry_of(act, signed, Event.NOTICE_ACKNOWLEDGED, named))

    world.store.perform(world.clock, work)


def _acknowledged_by(world: World, endpoint: Endpoint, heard: Heard) -> str | None:
    """The organisation's key that signed the answer to this very message; None where none did."""
    if not any(name == b"signature" for name, _ in heard.headers):
        return None
    now = world.clock.now()
    with world.store.look() as view:
        keys = {
            key.id: key.key.verifier
            for key in find_keys(view).values()
            if key.organisation == endpoint.organisation
            and key.state(now) is KeyState.LIVE
            and ApiVerb.WEBHOOKS_MANAGE in key.allows
        }
    try:
        status = heard.status or 0
        return verify_answer(status, heard.headers, heard.body, dict(heard.request), heard.in_reply_to, keys, now)
    except MessageRefused:
        return None
