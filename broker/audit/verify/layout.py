"""Reading an export's files in the C2SP tlog-tiles layout, and finding any that have no place in it.

Decides which files a log of a size must have and takes bundles apart. A file that is a link is taken as
missing. From c2sp.org/tlog-tiles, written afresh.
"""

from __future__ import annotations

from collections.abc import Iterator
from pathlib import Path

from broker.audit.verify.hashing import GROUP

LARGEST_FILE = GROUP * (2 + 65535)


def path_of(kind: str, index: int, width: int) -> str:
    """The path of a tile (`kind` is its level) or a bundle (`kind` is `entries`)."""
    digits = str(index)
    digits = digits.zfill(-(-len(digits) // 3) * 3)
    parts = [digits[i : i + 3] for i in range(0, len(digits), 3)]
    name = "/".join([*("x" + part for part in parts[:-1]), parts[-1]])
    return f"tile/{kind}/{name}" + ("" if width == GROUP else f".p/{width}")


def expected_paths(size: int) -> Iterator[str]:
    """Every file that a log of this size has beside its checkpoint."""
    yield from _row("entries", size)
    level = 0
    while size:
        yield from _row(str(level), size)
        size, level = size // GROUP, level + 1


def _row(kind: str, count: int) -> Iterator[str]:
    for index in range(count // GROUP):
        yield path_of(kind, index, GROUP)
    if count % GROUP:
        yield path_of(kind, count // GROUP, count % GROUP)


def strays(folder: Path, size: int) -> list[str]:
    """Files under `tile/` that a log of this size does not have (entries beyond the checkpoint, doubles)."""
    expected = set(expected_paths(size))
    found = (path for path in (folder / "tile").rglob("*") if path.is_symlink() or not path.is_dir())
    return sorted({path.relative_to(folder).as_posix() for path in found} - expected)


def read_bytes(folder: Path, path: str) -> bytes | None:
    """The file's bytes, or None when there is no such plain file, it is a link, or it is too large to be one.

    Raises OSError when the file is there and cannot be read.
    """
    place = folder / path
    if place.is_symlink():
        return None
    try:
        with place.open("rb") as file:
            data = file.read(LARGEST_FILE + 1)
    except (FileNotFoundError, NotADirectoryError, IsADirectoryError):
        return None
    return data if len(data) <= LARGEST_FILE else None


def entries_in(bundle: bytes) -> tuple[list[bytes], bool]:
    """The entries of a bundle, and whether the bundle ends where the last of them does."""
    found: list[bytes] = []
    at, end = 0, len(bundle)
    while at + 2 <= end:
        begin = at + 2
        at = begin + (bundle[at] << 8 | bundle[begin - 1])
        if at > end:
            return found, False
        found.append(bundle[begin:at])
    return found, at == end
