"""A client's settings: a file, and over it `BROKER_CLIENT_…` in the environment.

Decides names and where things lie relative to the file. The private key is a file of its own, for its owner alone,
and is never in the settings. Source: docs/how-to-connect.md.
"""

from __future__ import annotations

import base64
import binascii
import json
import tomllib
from collections.abc import Mapping
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PublicKey

from broker.audit.note import NoteKey
from broker.client.client import BrokerClient
from broker.client.receipts import FileReceipts
from broker.errors import CallWrong, did_you_mean
from broker.http_signatures.algorithms import SigningKey
from broker.http_signatures.answer_signer import key_id_of
from broker.http_signatures.private_key import find_private_key

FILE: Final = "broker-client.toml"
PREFIX: Final = "BROKER_CLIENT_"
_TEXTS: Final = ("url", "authority", "key_id", "private_key", "receipts", "log_key")
_KEYS: Final = "broker_keys"


@dataclass(frozen=True, slots=True)
class ClientConfig:
    """`broker_keys` are 32 bytes each, by key id. Paths are as they are opened from here."""

    url: str
    authority: str
    key_id: str
    private_key: Path
    receipts: Path
    log_key: NoteKey
    broker_keys: Mapping[str, bytes]

    @classmethod
    def read(cls, path: Path, environ: Mapping[str, str]) -> Self:
        """The settings of a file (which may be missing) and the environment. Raises CallWrong, which names what is
        wrong and repeats no value."""
        found = _read_file(path) | {
            name: environ[PREFIX + name.upper()] for name in (*_TEXTS, _KEYS) if environ.get(PREFIX + name.upper())
        }
        unknown = set(found) - {*_TEXTS, _KEYS}
        if unknown:
            name = min(unknown)
            raise CallWrong(str(path), f"`{name}` is no setting{did_you_mean(name, (*_TEXTS, _KEYS))}")
        missing = [name for name in (*_TEXTS, _KEYS) if not found.get(name)]
        if missing:
            raise CallWrong(str(path), f"`{missing[0]}` is missing; make the file with `broker client init`")
        if any(not isinstance(found[name], str) for name in _TEXTS):
            raise CallWrong(str(path), "every setting but `broker_keys` is text")
        here = path.parent
        return cls(
            found["url"],
            found["authority"],
            found["key_id"],
            here / found["private_key"],
            here / found["receipts"],
            NoteKey.parse(found["log_key"]),
            broker_keys_of(found[_KEYS]),
        )

    def to_toml(self) -> str:
        """The text of the file, with paths by their names: they lie beside it."""
        texts = {
            "url": self.url,
            "authority": self.authority,
            "key_id": self.key_id,
            "private_key": self.private_key.name,
            "receipts": self.receipts.name,
            "log_key": str(self.log_key),
        }
        lines = [f"{name} = {json.dumps(value)}" for name, value in texts.items()]
        keys = [
            f"{json.dumps(one)} = {json.dumps(base64.b64encode(key).decode('ascii'))}"
            for one, key in self.broker_keys.items()
        ]
        return "\n".join(
            ["# Made by `broker client init`; see docs/how-to-connect.md.", *lines, "", "[broker_keys]"]
        ) + ("\n" + "\n".join(keys) + "\n")

    def signing_key(self) -> SigningKey:
        """The private key of the file. Raises CallWrong; nothing of the file is repeated."""
        try:
            found = find_private_key(self.private_key.read_bytes())
        except OSError as error:
            raise CallWrong(
                str(self.private_key), f"cannot be read: {(error.strerror or 'unknown').lower()}"
            ) from None
        if found is None:
            raise CallWrong(
                str(self.private_key), "is no Ed25519 or P-256 private key in PEM without a passphrase"
            )
        return found

    def open(self) -> BrokerClient:
        """The client. Raises CallWrong, SystemFailed."""
        keys = {one: Ed25519PublicKey.from_public_bytes(key) for one, key in self.broker_keys.items()}
        return BrokerClient(
            self.url, self.authority, self.key_id, self.signing_key(), keys, receipts=FileReceipts(self.receipts)
        )


def broker_keys_of(found: object) -> Mapping[str, bytes]:
    """The broker's keys: a mapping of key id to base64, the text `ID=BASE64 …`, or what `broker keys own --json`
    prints. Raises CallWrong for what is no key, and for a key that is not called as it is: a character was
    lost."""
    if isinstance(found, str):
        found = dict(one.partition("=")[::2] for one in found.split())
    if isinstance(found, dict) and isinstance(found.get("keys"), list):
        found = {one.get("kid"): one.get("public_key") for one in found["keys"] if isinstance(one, dict)}
    keys: dict[str, bytes] = {}
    for name, text in found.items() if isinstance(found, dict) else ():
        try:
            key = base64.b64decode(str(text), validate=True)
        except (binascii.Error, ValueError):
            key = b""
        if len(key) != 32 or key_id_of(key) != name:
            raise CallWrong("broker_keys", f"`{name}` is not the key that it is called; was a character lost?")
        keys[str(name)] = key
    if not keys:
        raise CallWrong("broker_keys", "hold no key; your officer prints them with `broker keys own --json`")
    return keys


def _read_file(path: Path) -> dict[str, Any]:
    try:
        return tomllib.loads(path.read_text("utf-8"))
    except FileNotFoundError:
        return {}
    except OSError as error:
        raise CallWrong(str(path), f"cannot be read: {(error.strerror or 'unknown').lower()}") from None
    except (tomllib.TOMLDecodeError, UnicodeDecodeError):
        raise CallWrong(str(path), "is no TOML; make one with `broker client init`") from None
