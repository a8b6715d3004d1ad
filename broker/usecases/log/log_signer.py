"""The signer of checkpoints: a key of its own, and its own memory of what it signed before.

Decides that nothing is signed which does not extend the last thing signed, and keeps key and memory in the keys
folder, apart from the database: whoever can rewrite the database cannot have the rewriting signed. The log's name
is part of that memory: a signer that has signed, or published its key, goes by no other name. In production
it runs as a process of its own (`broker.usecases.log.signer_process`). From docs/security.md section 3, point 5.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey
from cryptography.hazmat.primitives.serialization import Encoding, PublicFormat

from broker.audit.checkpoint import Checkpoint, open_checkpoint, require_successor, sign_checkpoint
from broker.audit.note import NoteKey, NoteRefused
from broker.errors import CallWrong, SystemFailed
from broker.keyring.signing_key import make_signing_key, read_signing_key, write_whole
from broker.settings import LAST_FILE, PUBLIC_FILE, find_log_origin, other_origin

KEY_FILE: Final = "audit-log.key"
LOCK_FILE: Final = "audit-log.lock"

Head = Callable[[Checkpoint | None], tuple[Checkpoint, Sequence[bytes]]]
"""Given the last checkpoint signed (None at first): the one to sign now, and the proof that it extends it."""


@dataclass(frozen=True, slots=True)
class LogSigner:
    """Signs for one log. Printing it shows no key."""

    folder: Path
    public: NoteKey
    _private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def open(cls, folder: Path, origin: str) -> Self:
        """The signer whose key lies in `folder`; a new key is made where there is none and nothing was signed yet.

        Raises SystemFailed for a key that is missing, unreadable or open to others, CallWrong when the log of this
        folder has another name, NoteRefused when the memory was changed.
        """
        with _alone(folder):
            return cls._open(folder, origin)

    @classmethod
    def _open(cls, folder: Path, origin: str) -> Self:
        called = find_log_origin(folder)
        if called is not None and called != origin:
            raise CallWrong("audit log", other_origin(called, origin))
        path = folder / KEY_FILE
        if not path.exists():
            if (folder / LAST_FILE).exists():
                raise SystemFailed(
                    str(path), "is missing, and checkpoints were signed; restore it from its backup"
                )
            make_signing_key(path)
        private = read_signing_key(path)
        public = NoteKey(origin, private.public_key().public_bytes(Encoding.Raw, PublicFormat.Raw))
        signer = cls(folder, public, private)
        # A memory that does not verify under this name stops here, before anything is published under it.
        signer.find_last()
        published = folder / PUBLIC_FILE
        if not published.exists() or published.read_text("ascii").strip() != str(public):
            write_whole(published, f"{public}\n".encode("ascii"))
        return signer

    def find_last(self) -> Checkpoint | None:
        """The last checkpoint signed; None at first. Raises NoteRefused when the memory was changed."""
        note = self.find_last_note()
        return open_checkpoint(note, self.public) if note is not None else None

    def find_last_note(self) -> str | None:
        """The note of the last checkpoint signed, as it was handed out; None at first. It is not verified here."""
        path = self.folder / LAST_FILE
        return path.read_text("utf-8") if path.exists() else None

    def sign(self, head: Head) -> str:
        """The signed note of a checkpoint that extends the last one, remembered before it is handed out. One signs
        at a time, on this machine, from asking `head` to remembering: nobody signs what another has passed by.

        Raises NoteRefused or ProofRefused when it does not extend it: the stored log was rewritten.
        """
        with _alone(self.folder):
            last = self.find_last()
            checkpoint, proof = head(last)
            if checkpoint.extensions:
                # INVARIANT: one size, one checkpoint; a line more or less would make two.
                raise NoteRefused("checkpoint", "this log signs an origin, a size and a root, and nothing else")
            if last is not None:
                require_successor(last, checkpoint, proof)
            note = str(sign_checkpoint(checkpoint, self.public, self._private.sign))
            write_whole(self.folder / LAST_FILE, note.encode("utf-8"))
            return note


@contextmanager
def _alone(folder: Path) -> Iterator[None]:
    """Holds the signer's lock, which ends with its process whatever becomes of it. Raises SystemFailed."""
    path = folder / LOCK_FILE
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SystemFailed(str(path), f"cannot be opened: {error.strerror}") from None
    try:
        fcntl.flock(handle, fcntl.LOCK_EX)
        yield
    finally:
        os.close(handle)
