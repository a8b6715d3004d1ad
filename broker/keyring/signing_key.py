"""An Ed25519 signing key in a file of its own, for its owner alone.

Decides how such a file is made (mode 0600, whole or not at all, never over another, on the disk before it is used)
and when it is refused (anybody else could read it). In production the folder is a sealed volume, or the key is in
an HSM behind the same two calls.
"""

from __future__ import annotations

import base64
import binascii
import os
import stat
from pathlib import Path

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, NoEncryption, PrivateFormat

from broker.errors import SystemFailed


def make_signing_key(path: Path) -> None:
    """A new key in a new file. Raises SystemFailed."""
    raw = Ed25519PrivateKey.generate().private_bytes(Encoding.Raw, PrivateFormat.Raw, NoEncryption())
    write_whole(path, base64.b64encode(raw) + b"\n", new=True)


def read_signing_key(path: Path) -> Ed25519PrivateKey:
    """The key of the file. Raises SystemFailed; nothing of it is repeated."""
    try:
        if path.is_symlink() or path.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise SystemFailed(str(path), "can be read or written by others; run `chmod 600` on it")
        return Ed25519PrivateKey.from_private_bytes(base64.b64decode(path.read_bytes().strip(), validate=True))
    except OSError as error:
        raise SystemFailed(str(path), f"cannot be read: {error.strerror}") from None
    except (ValueError, binascii.Error):
        raise SystemFailed(str(path), "is no signing key; restore it from its backup") from None


def write_whole(path: Path, data: bytes, *, new: bool = False) -> None:
    """Writes the file whole or not at all; `new` never over another. Raises SystemFailed."""
    temporary = path.with_name(f".{path.name}.{os.getpid()}")
    try:
        handle = os.open(temporary, os.O_WRONLY | os.O_CREAT | os.O_TRUNC | os.O_CLOEXEC, 0o600)
        with os.fdopen(handle, "wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        if new:
            os.link(temporary, path)
            temporary.unlink()
        else:
            temporary.replace(path)
        _flush_folder(path.parent)
    except OSError as error:
        temporary.unlink(missing_ok=True)
        raise SystemFailed(str(path), f"cannot be written: {error.strerror}") from None


def _flush_folder(folder: Path) -> None:
    """Makes the new name itself durable: what was signed must not be forgotten with the power."""
    handle = os.open(folder, os.O_RDONLY | os.O_CLOEXEC)
    try:
        os.fsync(handle)
    finally:
        os.close(handle)
