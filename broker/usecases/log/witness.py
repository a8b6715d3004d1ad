"""The witness: a key and, of each log it watches, one checkpoint. It vouches that the log only ever grew.

Decides that it cosigns nothing but what its log's own key signed and what extends the checkpoint it cosigned
before; what it cosigns is on its disk before it is handed out. Of a log it meets for the first time it can say
nothing yet, and says so: first sight is never verification. It needs no broker, no entries and no database, and
runs at a partner agency. From c2sp.org/tlog-witness, c2sp.org/tlog-cosignature and docs/security.md section 3.
"""

from __future__ import annotations

import fcntl
import hashlib
import os
from collections.abc import Callable, Iterator, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field
from datetime import datetime
from pathlib import Path
from typing import Final, Self

from cryptography.hazmat.primitives.asymmetric.ed25519 import Ed25519PrivateKey

from broker.audit.checkpoint import Checkpoint, open_checkpoint, parse_checkpoint, require_successor
from broker.audit.note import KeyKind, NoteKey, NoteRefused, NoteSignature, cosign_note, parse_note, verify_note
from broker.audit.tree import CONSISTENCY, ProofRefused, verify_consistency
from broker.errors import CallWrong, NotAllowed, SystemFailed
from broker.keyring.signing_key import make_signing_key, read_signing_key, write_whole

KEY_FILE: Final = "witness.key"
PUBLIC_FILE: Final = "witness.pub"
_LOCK_FILE: Final = "witness.lock"
_LOGS: Final = "logs"
_LOG_KEY: Final = "log.pub"
_LAST: Final = "checkpoint"

Prove = Callable[[Checkpoint, Checkpoint], Sequence[bytes]]
"""The proof that the second checkpoint extends the first; asked only where the second is larger."""


@dataclass(frozen=True, slots=True)
class Cosigned:
    """What the witness gave: `line` is its cosignature, `note` the checkpoint with it. `before` is the size it had
    cosigned before; None is first sight, when nothing could be compared."""

    origin: str
    size: int
    before: int | None
    line: str
    note: str

    @property
    def first_sight(self) -> bool:
        """Whether there was nothing to compare with. It is not a verification."""
        return self.before is None


@dataclass(frozen=True, slots=True)
class Watched:
    """A log that is watched: its key, and the size cosigned last; None before the first."""

    log_key: NoteKey
    size: int | None


@dataclass(frozen=True, slots=True)
class Witness:
    """A witness and its folder. Printing it shows no key."""

    folder: Path
    key: NoteKey
    _private: Ed25519PrivateKey = field(repr=False)

    @classmethod
    def make(cls, folder: Path, name: str) -> Self:
        """A new witness in a folder without one. Raises CallWrong, NoteRefused for a bad name, SystemFailed."""
        NoteKey(name, bytes(32), KeyKind.COSIGNATURE_V1)  # a bad name is refused before anything is made
        try:
            folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        except OSError as error:
            raise SystemFailed(str(folder), f"cannot be made: {error.strerror}") from None
        if (folder / PUBLIC_FILE).exists() or (folder / KEY_FILE).exists():
            raise CallWrong(f"`{folder}`", "holds a witness already; a witness has one key")
        make_signing_key(folder / KEY_FILE)
        raw = read_signing_key(folder / KEY_FILE).public_key().public_bytes_raw()
        public = NoteKey(name, raw, KeyKind.COSIGNATURE_V1)
        write_whole(folder / PUBLIC_FILE, f"{public}\n".encode(), new=True)
        return cls.open(folder)

    @classmethod
    def open(cls, folder: Path) -> Self:
        """The witness in the folder. Raises CallWrong where there is none, SystemFailed for a key that is not its
        own or can be read by others."""
        try:
            public = NoteKey.parse((folder / PUBLIC_FILE).read_text("utf-8"))
        except OSError:
            raise CallWrong(f"`{folder}`", "holds no witness; make one with `broker witness key`") from None
        private = read_signing_key(folder / KEY_FILE)
        if private.public_key().public_bytes_raw() != public.public_key:
            raise SystemFailed(
                str(folder / PUBLIC_FILE), "is not of the key beside it; restore both from a backup"
            )
        return cls(folder, public, private)

    def add_log(self, log_key: NoteKey) -> None:
        """Watches a log from now on, by the key it was given by another way than the log's own. Adding it again
        with the same key changes nothing. Raises CallWrong for another key, and for a key that is no log's."""
        if log_key.kind is not KeyKind.ED25519:
            raise CallWrong(f"`{log_key.name}`", "is a witness's key; give the log's own (`audit-log.pub`)")
        with self._alone():
            place = self._place(log_key.name)
            known = self._find_log(log_key.name)
            if known is not None and known != log_key:
                raise CallWrong(
                    f"`{log_key.name}`",
                    "is watched under another key; ask its operator by telephone before anything",
                )
            if known is None:
                try:
                    place.mkdir(mode=0o700, parents=True, exist_ok=True)
                except OSError as error:
                    raise SystemFailed(str(place), f"cannot be made: {error.strerror}") from None
                write_whole(place / _LOG_KEY, f"{log_key}\n".encode(), new=True)

    def watched(self) -> tuple[Watched, ...]:
        """Every log that is watched, by name. Raises NoteRefused where the memory was changed."""
        found = []
        for path in sorted((self.folder / _LOGS).glob(f"*/{_LOG_KEY}")):
            key = NoteKey.parse(path.read_text("utf-8"))
            last = self._find_last(key)
            found.append(Watched(key, None if last is None else last.size))
        return tuple(sorted(found, key=lambda one: one.log_key.name))

    def find_size(self, origin: str) -> int | None:
        """The size cosigned last of the log with this name; None where it is not watched, or nothing was yet."""
        key = self._find_log(origin)
        last = None if key is None else self._find_last(key)
        return None if last is None else last.size

    def cosign(self, note: str, prove: Prove, at: datetime) -> Cosigned:
        """Cosigns the checkpoint in the note, signed by its log, if it extends the one cosigned before.

        Raises NotAllowed for a log that is not watched, NoteRefused for one its log did not sign, ProofRefused for
        one that does not extend it: the log was rewritten, shortened or shown in two versions.
        """
        signed = parse_note(note)
        origin = parse_checkpoint(signed.text).origin
        with self._alone():
            log_key = self._find_log(origin)
            if log_key is None:
                raise NotAllowed(f"`{origin}`", "is not watched by this witness; add it with `broker witness add`")
            new = open_checkpoint(note, log_key)
            last = self._find_last(log_key)
            if last is not None:
                self._require_grown(last, new, prove)
            # Whatever else stands beside the log's signature is not this witness's to keep or to vouch for.
            own = tuple(one for one in signed.signatures if one.key_id == log_key.key_id and one.name == origin)
            bare = type(signed)(signed.text, own[:1])
            cosigned = cosign_note(bare, self.key, self._private.sign, int(at.timestamp()))
            write_whole(self._place(origin) / _LAST, str(cosigned).encode())
        line: NoteSignature = cosigned.signatures[-1]
        whole = type(signed)(signed.text, (*signed.signatures, line))
        return Cosigned(origin, new.size, None if last is None else last.size, str(line), str(whole))

    def _require_grown(self, last: Checkpoint, new: Checkpoint, prove: Prove) -> None:
        grew = new.size > last.size > 0
        try:
            require_successor(last, new, tuple(prove(last, new)) if grew else ())
        except ProofRefused as refused:
            if refused.where != CONSISTENCY:
                raise
            raise ProofRefused(
                f"`{new.origin}` at {new.size} entries",
                f"does not extend the {last.size} entries that the witness in `{self.folder}` cosigned last"
                f" ({refused}). Most likely its operator restored an older backup, or rows of it were changed."
                " Nothing was cosigned: keep what you were given and the witness's folder as they are, and ring"
                " the partnership (docs/how-to-audit-outside.md)",
            ) from refused

    def last_note(self, origin: str) -> str | None:
        """The checkpoint cosigned last, with the cosignature: what an auditor compares an export with."""
        path = self._place(origin) / _LAST
        return path.read_text("utf-8") if path.exists() else None

    def _place(self, origin: str) -> Path:
        return self.folder / _LOGS / hashlib.sha256(origin.encode()).hexdigest()[:32]

    def _find_log(self, origin: str) -> NoteKey | None:
        path = self._place(origin) / _LOG_KEY
        return NoteKey.parse(path.read_text("utf-8")) if path.exists() else None

    def _find_last(self, log_key: NoteKey) -> Checkpoint | None:
        note = self.last_note(log_key.name)
        if note is None:
            return None
        try:
            vouching = {one.key for one in verify_note(parse_note(note), (log_key, self.key))}
            if vouching != {log_key, self.key}:
                raise NoteRefused("witness", "is not signed by both")
            return open_checkpoint(note, log_key)
        except NoteRefused:
            place = self._place(log_key.name) / _LAST
            raise SystemFailed(str(place), "was changed: it is not what this witness cosigned") from None

    @contextmanager
    def _alone(self) -> Iterator[None]:
        """One at a time, from reading the memory to writing it."""
        path = self.folder / _LOCK_FILE
        try:
            handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
        except OSError as error:
            raise SystemFailed(str(path), f"cannot be opened: {error.strerror}") from None
        try:
            fcntl.flock(handle, fcntl.LOCK_EX)
            yield
        finally:
            os.close(handle)


def proof_as_given(old_size: int, proof: Sequence[bytes]) -> Prove:
    """The proof that came with a request. Raises ProofRefused where it is from another size than is needed."""

    def prove(last: Checkpoint, new: Checkpoint) -> Sequence[bytes]:
        if last.size != old_size:
            raise ProofRefused(
                "witness request",
                f"proves from {old_size} entries; this witness has cosigned {last.size}: ask again",
            )
        verify_consistency(last.size, new.size, proof, last.root, new.root)
        return proof

    return prove
