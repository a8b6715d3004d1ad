"""The signer of checkpoints as a process of its own: its key and memory lie in a folder the application need not
be able to read, and whoever asks over the socket gets a signature only for what extends what was signed before.

Decides the dialogue: one connection at a time, one line of JSON each way. The signer greets with what it last
signed, while nobody else is signing; the other side names a checkpoint and proves that it extends that; the answer
is the signed note, written down before it is sent, or a refusal. A side that says nothing is hung up on. Reads no
database and no setting. From docs/security.md section 3, point 5.
"""

from __future__ import annotations

import json
import os
import socket
import stat
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager, suppress
from pathlib import Path
from typing import Any, Final

from broker.audit.checkpoint import Checkpoint, parse_checkpoint
from broker.audit.note import NoteRefused
from broker.audit.tree import ProofRefused
from broker.errors import BrokerError, CallWrong, SystemFailed
from broker.usecases.log.log_signer import LogSigner

LONGEST_LINE: Final = 64 * 1024
ANSWER_WITHIN: Final = 10.0
"""Seconds in which the other side must say what to sign: so long nobody else can have anything signed."""
LONGEST_PATH: Final = 100  # bytes; what every system's socket addresses take
_MODE: Final = 0o660
_WAITING: Final = 64


class HungUp(Exception):
    """The other side went, said nothing in time, or said what is no line of this dialogue."""


def send_line(connection: socket.socket, said: dict[str, Any]) -> None:
    """Says one thing. Raises HungUp."""
    try:
        connection.sendall(json.dumps(said, ensure_ascii=False).encode() + b"\n")
    except OSError:
        raise HungUp from None


def receive_line(connection: socket.socket, within: float) -> dict[str, Any]:
    """What the other side says next, in so many seconds. Raises HungUp."""
    ends, data = time.monotonic() + within, b""
    while not data.endswith(b"\n"):
        left = ends - time.monotonic()
        if left <= 0 or len(data) > LONGEST_LINE:
            raise HungUp
        try:
            connection.settimeout(left)
            part = connection.recv(LONGEST_LINE)
        except OSError:
            raise HungUp from None
        if not part:
            raise HungUp
        data += part
    try:
        said = json.loads(data)
    except (ValueError, RecursionError):
        raise HungUp from None
    if not isinstance(said, dict):
        raise HungUp
    return said


def answer(signer: LogSigner, connection: socket.socket) -> None:
    """One dialogue over an open connection, to its end."""

    def head(_last: Checkpoint | None) -> tuple[Checkpoint, tuple[bytes, ...]]:
        send_line(connection, {"log_key": str(signer.public), "last": signer.find_last_note()})
        return _asked(receive_line(connection, ANSWER_WITHIN))

    with suppress(HungUp):
        try:
            said: dict[str, Any] = {"note": signer.sign(head)}
        except BrokerError as refused:
            kind = "note" if isinstance(refused, NoteRefused) else "proof"
            if not isinstance(refused, NoteRefused | ProofRefused):
                kind = "failed"
            said = {"refused": kind, "where": refused.where, "message": refused.message}
        connection.settimeout(ANSWER_WITHIN)
        send_line(connection, said)


def _asked(said: dict[str, Any]) -> tuple[Checkpoint, tuple[bytes, ...]]:
    text, proof = said.get("checkpoint"), said.get("proof")
    if not isinstance(text, str) or not isinstance(proof, list):
        raise HungUp
    try:
        return parse_checkpoint(text), tuple(bytes.fromhex(one) for one in proof)
    except (ValueError, TypeError):
        raise ProofRefused("consistency proof", "is not a list of hashes in hexadecimal") from None


def serve_signer(
    folder: Path, origin: str, path: Path, on_ready: Callable[[LogSigner], None] = lambda _: None
) -> None:
    """Signs for whoever connects to the socket at `path`, until the process ends. `folder` holds key and memory
    and is made where it is not there.

    Raises what `LogSigner.open` raises, CallWrong where another signer answers at `path`, SystemFailed.
    """
    try:
        folder.mkdir(mode=0o700, parents=True, exist_ok=True)
        if folder.stat().st_mode & (stat.S_IRWXG | stat.S_IRWXO):
            raise CallWrong(f"`{folder}`", "can be entered by others; run `chmod 700` on it")
    except OSError as error:
        raise SystemFailed(str(folder), f"cannot be made: {error.strerror}") from None
    signer = LogSigner.open(folder, origin)
    with _listening(path) as listener:
        on_ready(signer)
        while True:
            connection, _ = listener.accept()
            with connection:
                answer(signer, connection)


@contextmanager
def _listening(path: Path) -> Iterator[socket.socket]:
    if len(os.fsencode(path)) > LONGEST_PATH:
        raise CallWrong(f"`{path}`", f"is too long for a socket; name one of at most {LONGEST_PATH} bytes")
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as listener:
        try:
            if path.is_socket():
                _require_left_over(path)
                path.unlink()
            before = os.umask(0o777 & ~_MODE)
            try:
                listener.bind(str(path))
            finally:
                os.umask(before)
            listener.listen(_WAITING)
        except OSError as error:
            raise SystemFailed(f"`{path}`", f"cannot be listened at: {error.strerror}") from None
        try:
            yield listener
        finally:
            path.unlink(missing_ok=True)


def _require_left_over(path: Path) -> None:
    """A socket at which nobody answers was left by a signer that was killed."""
    with socket.socket(socket.AF_UNIX, socket.SOCK_STREAM) as knock:
        try:
            knock.connect(str(path))
        except OSError:
            return
    raise CallWrong(f"`{path}`", "another signer answers there; one log has one signer")
