"""Where a witness gets a checkpoint and its proof: an export's folder, a request in a file, or an address.

Decides how each is read: of a folder or an address the checkpoint and the few hash tiles a proof needs, never an
entry; sizes are limited and only `https` (and `http` on this machine) is fetched. Believes nothing of it.
"""

from __future__ import annotations

import urllib.error
import urllib.request
from collections.abc import Callable, Sequence
from dataclasses import dataclass
from pathlib import Path
from typing import Final
from urllib.parse import urlsplit

from broker.audit.checkpoint import Checkpoint
from broker.audit.note import LONGEST_NOTE
from broker.audit.tile_nodes import nodes_in_tiles
from broker.audit.tiles import TILE_WIDTH
from broker.audit.tree import HASH_BYTES, ProofRefused, consistency_ranges, proof_from
from broker.audit.witness_request import is_request, parse_request
from broker.errors import CallWrong, SystemFailed
from broker.usecases.log.witness import Prove, proof_as_given

WITHIN: Final = 20.0
_LOCAL: Final = frozenset({"127.0.0.1", "localhost", "::1"})
CHECKPOINT: Final = "checkpoint"


@dataclass(frozen=True, slots=True)
class Offered:
    """A checkpoint's note as found, how its proof is had, and the file to which a cosignature can be added."""

    note: str
    prove: Prove
    file: Path | None = None


def read_offer(source: str) -> Offered:
    """What `source` (folder, file or address) offers. Raises CallWrong, SystemFailed, ProofRefused."""
    if "://" in source:
        return _fetched(source.rstrip("/"))
    path = Path(source)
    if path.is_dir():
        file = path / CHECKPOINT
        return Offered(_text(_read_file(file, LONGEST_NOTE)), _from_tiles(lambda name: _tile(path / name)), file)
    text = _text(_read_file(path, LONGEST_NOTE))
    if is_request(text):
        request = parse_request(text)
        return Offered(request.note, proof_as_given(request.old_size, request.proof))
    return Offered(text, _no_proof, path)


def _no_proof(last: Checkpoint, _new: Checkpoint) -> Sequence[bytes]:
    raise ProofRefused(
        "checkpoint",
        f"comes without a proof that it extends the {last.size} entries cosigned before; ask for"
        f" `broker audit checkpoint --since {last.size}`",
    )


def _from_tiles(read: Callable[[str], bytes]) -> Prove:
    def prove(last: Checkpoint, new: Checkpoint) -> Sequence[bytes]:
        ranges = consistency_ranges(last.size, new.size)
        return proof_from(ranges, nodes_in_tiles({at for one in ranges for at in one}, new.size, read))

    return prove


def _text(data: bytes) -> str:
    try:
        return data.decode("utf-8")
    except UnicodeDecodeError:
        raise CallWrong("checkpoint", "is not text in UTF-8") from None


def _tile(path: Path) -> bytes:
    return _read_file(path, TILE_WIDTH * HASH_BYTES)


def _read_file(path: Path, most: int) -> bytes:
    try:
        with path.open("rb") as file:
            data = file.read(most + 1)
    except FileNotFoundError:
        raise CallWrong(f"`{path}`", "is not there") from None
    except OSError as error:
        raise SystemFailed(f"`{path}`", f"cannot be read: {error.strerror}") from None
    if len(data) > most:
        raise CallWrong(f"`{path}`", f"is longer than {most} bytes: it is not what it should be")
    return data


def _fetched(address: str) -> Offered:
    parts = urlsplit(address)
    if parts.scheme != "https" and not (parts.scheme == "http" and parts.hostname in _LOCAL):
        raise CallWrong(f"`{address}`", "is not fetched: name a folder, a file or an https address")

    def fetch(path: str, most: int) -> bytes:
        try:
            # The scheme was checked above; what is fetched is believed in nothing.
            with urllib.request.urlopen(f"{address}/{path}", timeout=WITHIN) as answer:  # noqa: S310 - see above
                data: bytes = answer.read(most + 1)
        except (urllib.error.URLError, OSError, ValueError):
            raise SystemFailed(f"`{address}/{path}`", "cannot be fetched; is the log published there?") from None
        if len(data) > most:
            raise SystemFailed(f"`{address}/{path}`", f"is longer than {most} bytes: it is not what it should be")
        return data

    note = _text(fetch(CHECKPOINT, LONGEST_NOTE))
    return Offered(note, _from_tiles(lambda path: fetch(path, TILE_WIDTH * HASH_BYTES)))
