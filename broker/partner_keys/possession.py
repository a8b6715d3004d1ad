"""What somebody signs to show that they hold the private half of the key they hand in.

The statement names the key, its organisation and this broker, so that what was signed for one proves nothing for
another. It needs no challenge: a key that was ever handed in is never taken again. From docs/how-to-keys.md.
"""

from __future__ import annotations

from typing import Final

from broker.canonical import canonical_json
from broker.partner_keys.public_key import PublicKey

_DOMAIN: Final = b"broker-key-possession-v1\n"


def possession_statement(key_id: str, organisation: str, key: PublicKey, broker: str) -> bytes:
    """The bytes to sign; `broker` is the name of this broker's log."""
    return _DOMAIN + canonical_json(
        {
            "algorithm": key.algorithm.value,
            "broker": broker,
            "key": key_id,
            "organisation": organisation,
            "thumbprint": key.thumbprint,
        }
    )
