"""The other end of the signer's socket: what the application uses where the log's key is not its own.

Decides that the signer is the one met first: its public key is kept beside the application's keys, and a signer
with another key is not asked. A note that does not verify, or is not of what was asked, is not handed on. From
docs/security.md section 3, point 5; the dialogue is `broker.usecases.log.signer_process`.
"""

from __future__ import annotations

import socket
from collections.abc import Iterator
from contextlib import contextmanager
from dataclasses import dataclass
from pathlib import Path
from typing import Any, Final, Self

from broker.audit.checkpoint import Checkpoint, open_checkpoint
from broker.audit.note import NoteKey, NoteRefused
from broker.audit.tree import ProofRefused
from broker.errors import CallWrong, SystemFailed
from broker.keyring.signing_key import write_whole
from broker.settings import PUBLIC_FILE, other_origin
from broker.usecases.log.log_signer import Head
from broker.usecases.log.signer_process import HungUp, receive_line, send_line

PATIENCE: Final = 30.0
"""Seconds to wait for one's turn with the signer."""
_REFUSALS: Final = {"note": NoteRefused, "proof": ProofRefused}


@dataclass(frozen=True, slots=True)
class RemoteSigner:
    """The signer behind a socket, and the public key it is known by."""

    path: Path
    public: NoteKey

    @classmethod
    def open(cls, path: Path, origin: str, keys: Path) -> Self:
        """The signer at `path`; its public key is kept in `keys` when it is met first.

        Raises SystemFailed where nobody answers or the key is another than the one met first, CallWrong where it
        signs for another log.
        """
        with _dialogue(path) as (_, greeting):
            public = NoteKey.parse(str(greeting.get("log_key")))
        if public.name != origin:
            raise CallWrong("audit log", other_origin(public.name, origin))
        known = keys / PUBLIC_FILE
        if not known.exists():
            write_whole(known, f"{public}\n".encode("ascii"))
        elif known.read_text("ascii").strip() != str(public):
            raise SystemFailed(str(known), "names another key than the signer has; find out who changed which")
        return cls(path, public)

    def find_last_note(self) -> str | None:
        """The note of the last checkpoint signed, as the signer has it; None at first. It is not verified here.
        Raises SystemFailed where it does not answer."""
        with _dialogue(self.path) as (_, greeting):
            last = greeting.get("last")
            return None if last is None else str(last)

    def sign(self, head: Head) -> str:
        """The signed note of the checkpoint that `head` gives, once it is this one's turn.

        Raises NoteRefused or ProofRefused where the signer refuses: the stored log was rewritten. Raises
        SystemFailed where it does not answer.
        """
        with _dialogue(self.path) as (connection, greeting):
            if greeting.get("log_key") != str(self.public):
                raise SystemFailed("log signer", "is not the one that was met first: its key is another")
            last = greeting.get("last")
            checkpoint, proof = head(open_checkpoint(str(last), self.public) if last is not None else None)
            send_line(connection, {"checkpoint": checkpoint.text, "proof": [one.hex() for one in proof]})
            return self._note(receive_line(connection, PATIENCE), checkpoint)

    def _note(self, said: dict[str, Any], asked: Checkpoint) -> str:
        if "refused" in said:
            refusal = _REFUSALS.get(str(said["refused"]), SystemFailed)
            raise refusal(str(said.get("where")), str(said.get("message")))
        note = str(said.get("note"))
        if open_checkpoint(note, self.public) != asked:
            raise SystemFailed("log signer", "signed something else than it was asked to")
        return note


@contextmanager
def _dialogue(path: Path) -> Iterator[tuple[socket.socket, dict[str, Any]]]:
    """A connection on which the signer has greeted: from then on nobody else can have anything signed."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as connection:
        try:
            connection.settimeout(PATIENCE)
            connection.connect(str(path))
            yield connection, receive_line(connection, PATIENCE)
        except (OSError, HungUp):
            raise SystemFailed(
                "log signer", f"does not answer at `{path}`; start it: broker audit signer --help"
            ) from None
