"""The C2SP tlog-tiles layout: which files a log of a given size is made of, and what is in each.

Decides paths and bytes; writes nothing. A hash tile holds up to 256 hashes of one level (every eighth level of the
tree); an entry bundle up to 256 entries, each after its length in two bytes. A tile that is not full says its
width in its name. From c2sp.org/tlog-tiles, so that tools nobody here wrote can check an export.
"""

from __future__ import annotations

import struct
from collections.abc import Iterable
from typing import Final

TILE_HEIGHT: Final = 8
TILE_WIDTH: Final = 1 << TILE_HEIGHT
LARGEST_ENTRY: Final = 65535


def _number(index: int) -> str:
    """`001` below a thousand, `x001/x234/067` above: three digits a folder."""
    groups = [f"{index % 1000:03d}"]
    while index := index // 1000:
        groups.append(f"x{index % 1000:03d}")
    return "/".join(reversed(groups))


def _width(width: int) -> str:
    return "" if width == TILE_WIDTH else f".p/{width}"


def hash_tile_path(level: int, index: int, width: int = TILE_WIDTH) -> str:
    """Where the hash tile `index` of tile level `level` (tree level 8 × `level`) is kept."""
    return f"tile/{level}/{_number(index)}{_width(width)}"


def entry_bundle_path(index: int, width: int = TILE_WIDTH) -> str:
    """Where entries [256 × `index`, 256 × `index` + `width`) are kept."""
    return f"tile/entries/{_number(index)}{_width(width)}"


def bundle_bytes(entries: Iterable[bytes]) -> bytes:
    """The entries, each after its length as two bytes, big-endian. Raises ValueError for one over 65,535 bytes."""
    parts = []
    for data in entries:
        if len(data) > LARGEST_ENTRY:
            raise ValueError(f"an entry of {len(data)} bytes does not fit in a bundle")
        parts.append(struct.pack(">H", len(data)) + data)
    return b"".join(parts)
