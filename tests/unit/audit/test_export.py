"""An export is whole or not there, faithful to what the store holds, and laid out as C2SP tlog-tiles."""

from __future__ import annotations

import hashlib
from collections.abc import Iterator
from pathlib import Path

import pytest

from broker.audit.export import export_log
from broker.audit.sequencing import PlacedEntry
from broker.audit.tiles import bundle_bytes, entry_bundle_path, hash_tile_path
from broker.audit.tree import root_of
from broker.audit.verify import Evidence, State, Verdict, verify_export
from broker.audit.verify.layout import expected_paths
from broker.errors import CallWrong, SystemFailed
from tests.unit.audit.building import LOG, checkpoint_note, export, make_log, place

# One more than a tile is wide twice over, so that there are full tiles, partial tiles and two levels.
SIZE = 513


@pytest.fixture(scope="module")
def placed() -> tuple[PlacedEntry, ...]:
    return place(make_log(SIZE)).placed


def test_the_folder_holds_exactly_the_files_of_the_layout(tmp_path: Path, placed: tuple[PlacedEntry, ...]) -> None:
    folder = export(tmp_path / "log", placed)
    files = {path.relative_to(folder).as_posix() for path in folder.rglob("*") if path.is_file()}
    assert files == {
        "checkpoint",
        "tile/0/000",
        "tile/0/001",
        "tile/0/002.p/1",
        "tile/1/000.p/2",
        "tile/entries/000",
        "tile/entries/001",
        "tile/entries/002.p/1",
    }
    assert files - {"checkpoint"} == set(expected_paths(SIZE))


def test_hash_tiles_hold_the_hashes_of_their_level(tmp_path: Path, placed: tuple[PlacedEntry, ...]) -> None:
    folder, leaves = export(tmp_path / "log", placed), [one.leaf_hash for one in placed]
    assert (folder / "tile/0/001").read_bytes() == b"".join(leaves[256:512])
    assert (folder / "tile/1/000.p/2").read_bytes() == root_of(leaves[:256]) + root_of(leaves[256:512])


def test_entry_bundles_hold_the_stored_bytes_after_their_lengths(
    tmp_path: Path, placed: tuple[PlacedEntry, ...]
) -> None:
    folder = export(tmp_path / "log", placed)
    data = placed[512].entry_bytes
    assert (folder / "tile/entries/002.p/1").read_bytes() == len(data).to_bytes(2, "big") + data


@pytest.mark.parametrize("size", [0, 1, 255, 256, 257, 511, 512, 513])
def test_an_export_of_any_size_is_sound(tmp_path: Path, placed: tuple[PlacedEntry, ...], size: int) -> None:
    folder = export(tmp_path / "log", placed[:size])
    found = verify_export(folder, Evidence(log_key=str(LOG.key)))
    assert found.verdict is Verdict.SOUND, found.narrative()
    assert found.size == size


def test_three_levels_of_tiles_are_written_and_checked(tmp_path: Path) -> None:
    # Entries that mean nothing, because only their hashes are of interest and there are many.
    folder = export(tmp_path / "log", place([b"%d" % number for number in range(65_536 + 256 + 7)]).placed)
    assert (folder / "tile/2/000.p/1").is_file()
    states = [step.state for step in verify_export(folder, Evidence(log_key=str(LOG.key))).steps]
    assert states[0] is states[2] is states[3] is State.HOLDS
    tile = folder / "tile/1/000"
    tile.write_bytes(tile.read_bytes()[:-32] + bytes(32))
    found = verify_export(folder, Evidence(log_key=str(LOG.key)))
    assert (found.steps[2].problems[0].index, found.steps[2].problems[0].before) == (65_280, 65_536)


def test_entries_beyond_the_checkpoint_are_left_out(tmp_path: Path, placed: tuple[PlacedEntry, ...]) -> None:
    note = checkpoint_note([one.leaf_hash for one in placed[:300]])
    folder = export(tmp_path / "log", placed, note)
    assert verify_export(folder, Evidence(log_key=str(LOG.key))).verdict is Verdict.SOUND


def test_the_checkpoint_is_exported_exactly_as_it_was_published(
    tmp_path: Path, placed: tuple[PlacedEntry, ...]
) -> None:
    note = str(checkpoint_note([one.leaf_hash for one in placed]))
    assert (export(tmp_path / "log", placed, note) / "checkpoint").read_bytes() == note.encode()


def test_a_hole_in_the_store_stops_the_export_and_names_the_index(
    tmp_path: Path, placed: tuple[PlacedEntry, ...]
) -> None:
    note = checkpoint_note([one.leaf_hash for one in placed])
    with pytest.raises(SystemFailed, match="audit entry 40: is missing"):
        export(tmp_path / "log", placed[:40] + placed[41:], note)
    with pytest.raises(SystemFailed, match="audit entry 500: is missing"):
        export(tmp_path / "log", placed[:500], note)
    assert list(tmp_path.iterdir()) == []


def test_an_export_that_fails_half_way_leaves_nothing_behind(
    tmp_path: Path, placed: tuple[PlacedEntry, ...]
) -> None:
    def failing() -> Iterator[PlacedEntry]:
        yield from placed[:300]
        raise OSError("the disk went away")

    note = str(checkpoint_note([one.leaf_hash for one in placed]))
    with pytest.raises(OSError, match="disk"):
        export_log(tmp_path / "log", failing(), note)
    assert list(tmp_path.iterdir()) == []


def test_an_export_never_writes_over_anything(tmp_path: Path, placed: tuple[PlacedEntry, ...]) -> None:
    folder = export(tmp_path / "log", placed[:10])
    before = (folder / "checkpoint").read_bytes()
    with pytest.raises(CallWrong, match="is there already"):
        export(folder, placed)
    assert (folder / "checkpoint").read_bytes() == before


def test_an_edited_store_is_exported_as_it_is_and_said_to_disagree(
    tmp_path: Path, placed: tuple[PlacedEntry, ...]
) -> None:
    note = str(checkpoint_note([one.leaf_hash for one in placed]))
    edited = [*placed[:7], PlacedEntry(7, placed[7].entry_bytes, bytes(32)), *placed[8:]]
    done = export_log(tmp_path / "log", edited, note)
    assert not done.agrees
    assert export_log(tmp_path / "whole", placed, note).agrees


def test_progress_is_told_up_to_the_end(tmp_path: Path, placed: tuple[PlacedEntry, ...]) -> None:
    told: list[tuple[int, int]] = []
    note = str(checkpoint_note([one.leaf_hash for one in placed]))
    export_log(tmp_path / "log", placed, note, lambda done, size: told.append((done, size)))
    assert told == [(256, 513), (512, 513), (513, 513)]


@pytest.mark.parametrize(
    ("index", "path"),
    [(0, "000"), (999, "999"), (1000, "x001/000"), (1_234_067, "x001/x234/067"), (10**9, "x001/x000/x000/000")],
)
def test_tiles_are_numbered_as_the_layout_says(index: int, path: str) -> None:
    assert hash_tile_path(3, index) == f"tile/3/{path}"
    assert hash_tile_path(0, index, 9) == f"tile/0/{path}.p/9"
    assert entry_bundle_path(index) == f"tile/entries/{path}"


def test_an_entry_too_long_for_a_bundle_is_refused() -> None:
    assert len(bundle_bytes([bytes(65535)])) == 65537
    with pytest.raises(ValueError, match="65536"):
        bundle_bytes([bytes(65536)])


def test_the_stored_leaf_hashes_are_those_of_the_stored_bytes(placed: tuple[PlacedEntry, ...]) -> None:
    for one in placed[:20]:
        assert one.leaf_hash == hashlib.sha256(b"\x00" + one.entry_bytes).digest()
