"""Keys by which partners sign: what a key must be, how it is proved, and how it stands at an instant."""

from broker.partner_keys.allowed import ApiVerb, KeyUse
from broker.partner_keys.public_key import Algorithm, PublicKey, require_public_key
from broker.partner_keys.standing import KeyEvent, KeyEventKind, KeyState, PartnerKey

__all__ = [
    "Algorithm",
    "ApiVerb",
    "KeyEvent",
    "KeyEventKind",
    "KeyState",
    "KeyUse",
    "PartnerKey",
    "PublicKey",
    "require_public_key",
]
