"""Keys in one file, for development and the embedded default.

Decides how the file is made (mode 0600, whole or not at all, never over another), when it is refused (anybody else
could read it) and how data keys are wrapped. The file belongs on another disk than the database and in another
backup: whoever holds both holds everything. Production uses a KMS or PKCS#11 (docs/security.md section 2).
"""

from __future__ import annotations

import base64
import binascii
import contextlib
import json
import os
import stat
from dataclasses import dataclass, field
from pathlib import Path
from typing import Any, Final, Self

from cryptography.exceptions import InvalidTag
from cryptography.hazmat.primitives.ciphers.aead import AESGCM

from broker.errors import SystemFailed
from broker.keyring.envelope import KEY_BYTES, NONCE_BYTES, length_prefixed
from broker.keyring.faults import KeyFileRefused, KeysMissing, SealBroken
from broker.keyring.provider import SecretName

FILE_NAME: Final = "broker-keys.json"
_FORMAT: Final = "broker-keys-v1"
_WRAP_LABEL: Final = b"broker-wrap-v1"
_LARGEST_FILE: Final = 65536


@dataclass(frozen=True, slots=True)
class FileProvider:
    """Holds the keys of one file in memory. `current` names the key-encryption key that wraps; the others only
    unwrap what they wrapped before a rotation."""

    deployment: str
    current: str
    _key_encryption: dict[str, bytes] = field(repr=False)
    _secrets: dict[SecretName, bytes] = field(repr=False)

    @classmethod
    def load(cls, folder: Path) -> Self:
        """The keys in `folder`. Raises KeysMissing, or KeyFileRefused when it is unsafe or not a key file."""
        path = folder / FILE_NAME
        return cls._parsed(str(path), _read_private(path))

    @classmethod
    def create(cls, folder: Path) -> Self:
        """New keys in `folder`, which is made (0700) where missing. Raises KeyFileRefused when it has keys
        already: overwriting them would erase everybody."""
        document = {
            "format": _FORMAT,
            "deployment": os.urandom(8).hex(),
            "current": "k1",
            "key_encryption": {"k1": _text(os.urandom(KEY_BYTES))},
            "secrets": {name.value: _text(os.urandom(KEY_BYTES)) for name in SecretName},
        }
        _write_new(folder, document)
        return cls.load(folder)

    @classmethod
    def _parsed(cls, where: str, text: bytes) -> Self:
        try:
            found: dict[str, Any] = json.loads(text)
            keys = {name: _key(value) for name, value in found["key_encryption"].items()}
            secrets = {SecretName(name): _key(value) for name, value in found["secrets"].items()}
            complete = found["format"] == _FORMAT and found["current"] in keys and set(secrets) == set(SecretName)
            deployment, current = str(found["deployment"]), str(found["current"])
        except (ValueError, KeyError, TypeError, AttributeError):
            complete = False
        if not complete or not deployment:
            raise KeyFileRefused(where, f"is not a complete `{_FORMAT}` file; restore it from its backup")
        return cls(deployment, current, keys, secrets)

    def wrap(self, data_key: bytes, owner: bytes) -> bytes:
        """Length and name of the key-encryption key, nonce, ciphertext and tag."""
        name = self.current.encode()
        nonce = os.urandom(NONCE_BYTES)
        sealed = AESGCM(self._key_encryption[self.current]).encrypt(nonce, data_key, _owned(name, owner))
        return bytes([len(name)]) + name + nonce + sealed

    def unwrap(self, wrapped: bytes, owner: bytes) -> bytes:
        """Raises SealBroken when the key-encryption key is unknown or the wrapping was changed."""
        size = wrapped[0] if wrapped else 0
        name, rest = wrapped[1 : 1 + size], wrapped[1 + size :]
        key = self._key_encryption.get(name.decode("ascii", "replace"))
        if key is None or len(rest) <= NONCE_BYTES:
            raise SealBroken("a person's data key", "was wrapped by a key this key file does not hold")
        try:
            return AESGCM(key).decrypt(rest[:NONCE_BYTES], rest[NONCE_BYTES:], _owned(name, owner))
        except InvalidTag:
            raise SealBroken(
                "a person's data key", "does not unwrap: it was changed or belongs to another"
            ) from None

    def secret(self, name: SecretName) -> bytes:
        """32 bytes."""
        return self._secrets[name]


def _owned(name: bytes, owner: bytes) -> bytes:
    return length_prefixed(_WRAP_LABEL, name, owner)


def _text(key: bytes) -> str:
    return base64.b64encode(key).decode("ascii")


def _key(text: str) -> bytes:
    try:
        key = base64.b64decode(text, validate=True)
    except binascii.Error:
        raise ValueError("not base64") from None
    if len(key) != KEY_BYTES:
        raise ValueError("not a key")
    return key


def _read_private(path: Path) -> bytes:
    """The bytes of a file that only its owner may read, checked on the open file so that it cannot be swapped."""
    try:
        handle = os.open(path, os.O_RDONLY | os.O_NOFOLLOW | os.O_CLOEXEC)
    except FileNotFoundError:
        raise KeysMissing(str(path), "there is no key file here; run `broker migrate` to make one") from None
    except OSError as error:
        raise KeyFileRefused(str(path), f"cannot be opened as a plain file: {error.strerror}") from None
    try:
        status = os.fstat(handle)
        if not stat.S_ISREG(status.st_mode):
            raise KeyFileRefused(str(path), "is not a plain file")
        if status.st_uid != os.geteuid():
            raise KeyFileRefused(
                str(path), "belongs to another user; change its owner to the one the broker runs as"
            )
        if status.st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise KeyFileRefused(str(path), "can be read or written by others; run `chmod 600` on it")
        return os.read(handle, _LARGEST_FILE)
    finally:
        os.close(handle)


def _write_new(folder: Path, document: dict[str, Any]) -> None:
    """Writes the file whole or not at all, and never over another: a hard link fails where a name is taken."""
    path = folder / FILE_NAME
    temporary = folder / f".{FILE_NAME}.{os.urandom(4).hex()}"
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_EXCL | os.O_CLOEXEC, 0o600)
        try:
            with os.fdopen(handle, "w", encoding="ascii") as file:
                json.dump(document, file, indent=2)
                file.write("\n")
                file.flush()
                os.fsync(file.fileno())
            os.link(temporary, path)
        finally:
            with contextlib.suppress(FileNotFoundError):
                temporary.unlink()
        _sync_folder(folder)
    except FileExistsError:
        raise KeyFileRefused(str(path), "there are keys here already; they are never overwritten") from None
    except OSError as error:
        raise SystemFailed(str(path), f"the keys could not be written: {error.strerror}") from None


def _sync_folder(folder: Path) -> None:
    handle = os.open(folder, os.O_RDONLY | os.O_DIRECTORY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
