"""Letting a signed request in: whose key it names, that it comes once, and that it is remembered for years.

Decides that a key counts by its record as it stands at this moment, read anew for each request, so that a
revocation is in force everywhere as soon as it was acknowledged; that a nonce is taken only once the signature was
verified; and that what was signed is kept with its signature, under an entry in the log, before anything is done.
From docs/security.md section 1.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.audit.events import Event, Outcome
from broker.audit.receipt import Receipt, receipt_for
from broker.errors import NotAllowed
from broker.http_signatures.message import SignedRequest
from broker.http_signatures.profile import NONCE_KEPT, MessageRefused, Step
from broker.partner_keys import ApiVerb, KeyEventKind, KeyState, KeyUse, PartnerKey
from broker.store.door import keep_request, take_nonce
from broker.store.partner_keys import find_key
from broker.store.session import Act
from broker.usecases.acting import Signed, entry_of
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Admitted:
    """A request that was let in, the receipt for that, and what its key may ask. `request_digest` names it in the
    log."""

    request: SignedRequest
    receipt: Receipt
    allows: frozenset[ApiVerb]

    @property
    def request_digest(self) -> str:
        """As entries spell it."""
        return f"sha256:{self.request.digest.hex()}"

    @property
    def signed(self) -> Signed:
        """Under whose name the door makes entries: the key's, for its organisation."""
        return Signed(self.request.key_id, self.request.organisation)


def find_live_key(world: World, key_id: str, at: datetime) -> PartnerKey:
    """The key of this name, if requests may be signed by it now: what it may ask stands in it. Raises
    MessageRefused, the same for every reason."""
    with world.store.glance() as view:
        key = find_key(view, key_id)
    organisations = world.partnership.vocabulary.organisations
    if key is None or key.use is not KeyUse.REQUESTS or key.state(at) is not KeyState.LIVE:
        raise MessageRefused(Step.KEY)
    # INVARIANT: a revocation that is known counts, whatever this worker's clock says of when it was.
    if key.first(KeyEventKind.REVOKED) is not None:
        raise MessageRefused(Step.KEY)
    if key.organisation not in organisations:
        raise MessageRefused(Step.KEY)
    return key


def admit_request(world: World, request: SignedRequest, key: PartnerKey) -> Admitted:
    """Notes that the request, which this key signed, came in. Raises MessageRefused for one that came before,
    SystemFailed when it cannot be noted: then it is not let in."""

    def work(act: Act) -> Admitted:
        signed = Signed(request.key_id, request.organisation)
        details = {"key": request.key_id, "request": f"sha256:{request.digest.hex()}"}
        entry = entry_of(act, signed, Event.PARTNER_ADMITTED, details)
        if not take_nonce(act, request, request.created_at + NONCE_KEPT, entry=entry):
            raise MessageRefused(Step.NONCE)
        keep_request(act, request, entry=entry)
        return Admitted(request, receipt_for(world.settings.log_origin, entry), key.allows)

    return world.store.perform(world.clock, work)


def require_verb(world: World, admitted: Admitted, verb: ApiVerb) -> None:
    """Raises NotAllowed, after the refusal has been logged, unless the key that signed may ask this. The answer to
    that no is one for every reason there is to say no."""
    if verb in admitted.allows:
        return
    details = {"verb": verb.value, "reason": "key-not-allowed"}
    with world.store.act(world.clock) as act:
        act.record(entry_of(act, admitted.signed, Event.ACCESS_REFUSED, details, outcome=Outcome.REFUSED))
    raise NotAllowed(f"key `{admitted.request.key_id}`", f"does not allow `{verb.value}`")
