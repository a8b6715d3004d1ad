"""Letting a signed request in: whose key it names, and that it comes once.

Decides that a key counts by its record as it stands at this moment, read anew for each request, so that a
revocation is in force everywhere as soon as it was acknowledged; and that a nonce is taken only once the signature
was verified. From docs/security.md section 1.
"""

from __future__ import annotations

from datetime import datetime

from broker.http_signatures.message import SignedRequest
from broker.http_signatures.profile import NONCE_KEPT, MessageRefused, Step
from broker.partner_keys import KeyState, PartnerKey
from broker.store.door import take_nonce
from broker.store.partner_keys import find_keys
from broker.usecases.world import World


def find_live_key(world: World, key_id: str, at: datetime) -> PartnerKey:
    """The key of this name, if requests may be signed by it now. Raises MessageRefused, the same for every
    reason."""
    with world.store.look() as view:
        key = find_keys(view, key_id).get(key_id)
    organisations = world.partnership.vocabulary.organisations
    if key is None or key.state(at) is not KeyState.LIVE or key.organisation not in organisations:
        raise MessageRefused(Step.KEY)
    return key


def take_request(world: World, request: SignedRequest) -> None:
    """Notes that the request came in. Raises MessageRefused for one that came before, SystemFailed when it cannot
    be noted."""
    if not take_nonce(world.store, request.key_id, request.nonce, request.created_at + NONCE_KEPT):
        raise MessageRefused(Step.NONCE)
