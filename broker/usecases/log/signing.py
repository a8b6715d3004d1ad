"""Who signs this deployment's checkpoints: a process of its own where a setting names one, else this one.

Decides which of the two, and that they are never both: where a signer is named, no key of the log may lie beside
the application's own keys. From docs/security.md section 3, point 5.
"""

from __future__ import annotations

from typing import Protocol

from broker.audit.note import NoteKey
from broker.errors import CallWrong
from broker.settings import Settings
from broker.usecases.log.log_signer import KEY_FILE, Head, LogSigner
from broker.usecases.log.remote_signer import RemoteSigner


class CheckpointSigner(Protocol):
    """Signs what extends what it signed before. Satisfied by `LogSigner` and `RemoteSigner`."""

    @property
    def public(self) -> NoteKey:
        """The log's public key; its name is the log's origin."""

    def find_last_note(self) -> str | None:
        """The note of the last checkpoint signed, unverified; None at first."""

    def sign(self, head: Head) -> str:
        """The signed note of the checkpoint that `head` gives. Raises NoteRefused or ProofRefused."""


def open_signer(settings: Settings) -> CheckpointSigner:
    """The signer of this deployment's log.

    Raises SystemFailed where it does not answer or its key cannot be read, CallWrong where it signs for another
    log, or where the log's key lies here although another process is to hold it.
    """
    keys = settings.keys()
    if settings.log_signer is None:
        return LogSigner.open(keys, settings.log_origin)
    if (keys / KEY_FILE).exists():
        raise CallWrong(
            str(keys / KEY_FILE),
            "lies here although BROKER_LOG_SIGNER names another process; move it, and `audit-log.checkpoint` with"
            " it, to the signer's folder",
        )
    return RemoteSigner.open(settings.log_signer, settings.log_origin, keys)
