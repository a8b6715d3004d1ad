"""Nodes of a log's tree read from its hash tiles: what a proof folds from, without the entries and without trust.

Decides which tiles hold what and how a node between two tile levels follows from the one below. Reads nothing
itself: files come from whoever asks, by their tlog-tiles path. Nothing here is believed; whoever builds a proof of
it verifies the proof against two roots. From c2sp.org/tlog-tiles.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable

from broker.audit.tiles import TILE_HEIGHT, TILE_WIDTH, hash_tile_path
from broker.audit.tree import HASH_BYTES, NodeAt, ProofRefused, node_hash

ReadTile = Callable[[str], bytes]
"""The bytes of the file at a path such as `tile/0/001.p/44`."""


def nodes_in_tiles(wanted: Iterable[NodeAt], size: int, read: ReadTile) -> dict[NodeAt, bytes]:
    """The hashes of these complete subtrees of the log of `size` entries.

    Raises ProofRefused where a tile has not the length its place demands, and whatever `read` raises.
    """
    tiles: dict[str, bytes] = {}
    found = {}
    for at in wanted:
        level, rest = divmod(at.level, TILE_HEIGHT)
        tile, offset = divmod(at.place << rest, TILE_WIDTH)
        width = min(TILE_WIDTH, (size >> (TILE_HEIGHT * level)) - tile * TILE_WIDTH)
        path = hash_tile_path(level, tile, width)
        if path not in tiles:
            tiles[path] = read(path)
            if len(tiles[path]) != width * HASH_BYTES:
                raise ProofRefused(f"hash tile `{path}`", f"is not {width} hashes long")
        row = tiles[path][offset * HASH_BYTES : (offset + (1 << rest)) * HASH_BYTES]
        hashes = [row[start : start + HASH_BYTES] for start in range(0, len(row), HASH_BYTES)]
        while len(hashes) > 1:
            hashes = [node_hash(hashes[i], hashes[i + 1]) for i in range(0, len(hashes), 2)]
        found[at] = hashes[0]
    return found
