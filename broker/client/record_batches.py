"""Records on their way: one JSON object a line, in batches of a size that the broker takes (docs/api.md)."""

from __future__ import annotations

from collections.abc import Iterable, Iterator, Mapping
from typing import Any, Final

from broker.canonical import canonical_json
from broker.errors import CallWrong

NDJSON: Final = "application/x-ndjson"
WHOLE: Final = "whole-list"
MOST_BATCH_BYTES: Final = 8 * 1024 * 1024
MOST_LINE_BYTES: Final = 64 * 1024


def batches_of(lines: Iterable[Mapping[str, Any]], most: int = MOST_BATCH_BYTES) -> Iterator[bytes]:
    """The bodies to send. An entry has one spelling, so that the same entries are the same bytes. Raises CallWrong
    for one that no batch takes, by its number and without its content."""
    body = bytearray()
    for number, line in enumerate(lines, 1):
        written = canonical_json(line) + b"\n"
        if len(written) > MOST_LINE_BYTES:
            raise CallWrong(f"records: line {number}", f"is longer than {MOST_LINE_BYTES} bytes")
        if len(body) + len(written) > most:
            yield bytes(body)
            body.clear()
        body += written
    if body:
        yield bytes(body)
