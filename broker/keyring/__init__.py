"""The keys, kept outside the database: providers that hold them, envelopes that use them."""

from broker.keyring.faults import KeyFileRefused, KeysMissing, SealBroken
from broker.keyring.keyring import Keyring
from broker.keyring.provider import KeyProvider, SecretName

__all__ = ["KeyFileRefused", "KeyProvider", "Keyring", "KeysMissing", "SealBroken", "SecretName"]
