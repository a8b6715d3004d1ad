"""One of several on a machine: work that only one process does at a time, and another takes over when it ends.

Decides nothing about the work. The lock is the system's own, so that a process that dies gives it back.
"""

from __future__ import annotations

import fcntl
import os
from collections.abc import Iterator
from contextlib import contextmanager
from pathlib import Path

from broker.errors import SystemFailed


@contextmanager
def alone(folder: Path, name: str) -> Iterator[bool]:
    """Whether nobody else on this machine holds the lock of this name; held until the block ends or the process
    does. Raises SystemFailed where its file cannot be opened."""
    path = folder / name
    try:
        handle = os.open(path, os.O_RDWR | os.O_CREAT | os.O_CLOEXEC, 0o600)
    except OSError as error:
        raise SystemFailed(str(path), f"cannot be opened: {error.strerror}") from None
    try:
        try:
            fcntl.flock(handle, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            yield False
        else:
            yield True
    finally:
        os.close(handle)
