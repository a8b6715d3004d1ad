"""A witness at a partner agency: it cosigns a log that only grew, and never calls first sight a verification.

The exports are real ones, made from numbers; the witness sees their checkpoint and a few hash tiles.
"""

from __future__ import annotations

import http.server
import shutil
import threading
from collections.abc import Iterator
from contextlib import contextmanager
from datetime import UTC, datetime
from functools import partial
from pathlib import Path
from typing import Any

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from broker.audit.checkpoint import Checkpoint, sign_checkpoint
from broker.audit.frontier import Frontier
from broker.audit.note import KeyKind, NoteKey, NoteRefused, parse_note, verify_note
from broker.audit.tile_nodes import nodes_in_tiles
from broker.audit.tiles import TILE_HEIGHT, TILE_WIDTH, hash_tile_path
from broker.audit.tree import NodeAt, ProofRefused, leaf_hash, root_of
from broker.audit.verify import Evidence, State, Verdict, verify_export
from broker.audit.witness_request import WitnessRequest, is_request, parse_request
from broker.errors import BrokerError, CallWrong, DocumentsRefused, NotAllowed, SystemFailed
from broker.usecases.log.witness import KEY_FILE, PUBLIC_FILE, Witness
from broker.usecases.log.witness_policy import load_witness_policy
from broker.usecases.log.witness_source import read_offer
from tests.unit.audit.building import LOG, ORIGIN, checkpoint_note, export, make_log, make_signer, place

AT = datetime(2026, 3, 2, 12, tzinfo=UTC)


@pytest.fixture(scope="module")
def exports(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """One log at several sizes, and another that forks from it at 250 entries."""
    folder = tmp_path_factory.mktemp("exports")
    entries = make_log(700)
    forked = [*entries[:250], *reversed(entries[250:700])]
    found = {}
    for size in (1, 200, 256, 300, 513, 700):
        found[str(size)] = export(folder / str(size), place(entries[:size]).placed)
    for size in (300, 700):
        found[f"forked {size}"] = export(folder / f"forked-{size}", place(forked[:size]).placed)
    return found


@pytest.fixture
def witness(tmp_path: Path) -> Witness:
    made = Witness.make(tmp_path / "witness", "witness.police.example")
    made.add_log(LOG.key)
    return made


def cosign(witness: Witness, source: Path | str) -> Any:
    offered = read_offer(str(source))
    return witness.cosign(offered.note, offered.prove, AT)


def test_it_cosigns_what_only_grew_and_says_when_it_saw_it_first(
    witness: Witness, exports: dict[str, Path]
) -> None:
    first = cosign(witness, exports["1"])
    assert first.first_sight
    for size, before in ((200, 1), (200, 200), (256, 200), (300, 256), (513, 300), (700, 513)):
        found = cosign(witness, exports[str(size)])
        assert (found.size, found.before, found.first_sight) == (size, before, False)
        [vouching] = verify_note(parse_note(found.note), [witness.key])
        assert vouching.cosigned_at_s == int(AT.timestamp())
    assert [one.size for one in witness.watched()] == [700]
    assert witness.find_size(ORIGIN) == 700


@pytest.mark.parametrize("other", ["forked 300", "forked 700", "256", "1"])
def test_a_log_that_was_rewritten_or_shortened_is_not_cosigned(
    witness: Witness, exports: dict[str, Path], other: str
) -> None:
    cosign(witness, exports["300"])
    before = witness.last_note(ORIGIN)
    with pytest.raises(
        ProofRefused, match=rf"^`{ORIGIN}` at .* does not extend the 300 entries .*keep what you were"
    ):
        cosign(witness, exports[other])
    assert witness.last_note(ORIGIN) == before
    assert cosign(witness, exports["513"]).before == 300


def test_tiles_that_lie_prove_nothing(witness: Witness, exports: dict[str, Path], tmp_path: Path) -> None:
    cosign(witness, exports["300"])
    shutil.copytree(exports["700"], tmp_path / "log")
    tile = tmp_path / "log/tile/0/001"
    data = tile.read_bytes()
    tile.write_bytes(bytes(len(data)))
    with pytest.raises(ProofRefused):
        cosign(witness, tmp_path / "log")
    tile.write_bytes(data[:-1])
    with pytest.raises(ProofRefused, match="is not 256 hashes long"):
        cosign(witness, tmp_path / "log")
    tile.write_bytes(data + b"x")
    with pytest.raises(CallWrong, match="longer than"):
        cosign(witness, tmp_path / "log")
    tile.unlink()
    with pytest.raises(CallWrong, match="is not there"):
        cosign(witness, tmp_path / "log")
    assert witness.find_size(ORIGIN) == 300


def test_only_what_the_log_itself_signed_and_only_a_log_that_is_watched(
    witness: Witness, exports: dict[str, Path]
) -> None:
    note = (exports["300"] / "checkpoint").read_text("utf-8")
    other = make_signer(9, "another.example/log")
    with pytest.raises(NotAllowed, match="is not watched"):
        witness.cosign(
            str(sign_checkpoint(Checkpoint(other.key.name, 1, bytes(32)), other.key, other.sign)), no, AT
        )
    stolen = make_signer(8)
    with pytest.raises(NoteRefused):
        witness.cosign(str(sign_checkpoint(Checkpoint(ORIGIN, 1, bytes(32)), stolen.key, stolen.sign)), no, AT)
    with pytest.raises(NoteRefused):
        witness.cosign(note.replace("\n300\n", "\n301\n"), no, AT)
    with pytest.raises(CallWrong, match="is watched under another key"):
        witness.add_log(stolen.key)
    with pytest.raises(CallWrong, match="is a witness's key"):
        witness.add_log(witness.key)
    witness.add_log(LOG.key)
    assert witness.find_size(ORIGIN) is None


def no(*_: object) -> tuple[bytes, ...]:
    raise AssertionError("no proof is needed")


def test_what_it_cosigned_is_on_its_disk_before_it_is_handed_out(
    witness: Witness, exports: dict[str, Path], monkeypatch: pytest.MonkeyPatch
) -> None:
    def full(*_: object, **__: object) -> None:
        raise SystemFailed("disk", "full")

    monkeypatch.setattr("broker.usecases.log.witness.write_whole", full)
    with pytest.raises(SystemFailed):
        cosign(witness, exports["300"])


def test_a_memory_that_was_changed_stops_it(witness: Witness, exports: dict[str, Path]) -> None:
    cosign(witness, exports["300"])
    [path] = witness.folder.glob("logs/*/checkpoint")
    good = path.read_text("utf-8")
    path.write_text(str(checkpoint_note([bytes(32)])), "utf-8")
    with pytest.raises(SystemFailed, match="was changed"):
        cosign(witness, exports["513"])
    path.write_text(good.replace("\n300\n", "\n30\n"), "utf-8")
    with pytest.raises(SystemFailed, match="was changed"):
        witness.watched()


def test_a_witness_has_one_key_of_its_own(tmp_path: Path) -> None:
    with pytest.raises(CallWrong, match="holds no witness"):
        Witness.open(tmp_path / "w")
    with pytest.raises(NoteRefused):
        Witness.make(tmp_path / "w", "two words")
    made = Witness.make(tmp_path / "w", "w.example")
    assert made.key.kind is KeyKind.COSIGNATURE_V1
    assert (tmp_path / "w" / KEY_FILE).stat().st_mode & 0o077 == 0
    assert "_private" not in repr(made)
    with pytest.raises(CallWrong, match="holds a witness already"):
        Witness.make(tmp_path / "w", "w.example")
    (tmp_path / "w" / PUBLIC_FILE).write_text(
        f"{make_signer(3, 'w.example', KeyKind.COSIGNATURE_V1).key}\n", "utf-8"
    )
    with pytest.raises(SystemFailed, match="is not of the key beside it"):
        Witness.open(tmp_path / "w")


# --- the request, which holds no entry ---


def test_a_request_in_a_file_is_all_it_needs(witness: Witness, exports: dict[str, Path], tmp_path: Path) -> None:
    path = tmp_path / "request"
    cosign(witness, exports["300"])
    offered = read_offer(str(exports["700"]))
    captured: list[tuple[bytes, ...]] = []

    def capture(last: Checkpoint, new: Checkpoint) -> tuple[bytes, ...]:
        captured.append(tuple(offered.prove(last, new)))
        raise ProofRefused("test", "no")

    with pytest.raises(ProofRefused):
        witness.cosign(offered.note, capture, AT)
    request = WitnessRequest(300, captured[0], offered.note)
    assert parse_request(str(request)) == request
    path.write_text(str(request), "utf-8")
    assert cosign(witness, path).before == 300
    # The same request again: the proof is from another size than it has now, and none is needed.
    assert cosign(witness, path).before == 700
    path.write_text(
        str(WitnessRequest(300, captured[0], (exports["700"] / "checkpoint").read_text("utf-8"))), "utf-8"
    )
    fresh = Witness.make(tmp_path / "fresh", "fresh.example")
    fresh.add_log(LOG.key)
    cosign(fresh, exports["256"])
    with pytest.raises(ProofRefused, match="has cosigned 256: ask again"):
        cosign(fresh, path)
    with pytest.raises(ProofRefused, match=r"broker audit checkpoint --since 256"):
        cosign(fresh, exports["700"] / "checkpoint")


@pytest.mark.parametrize(
    "text",
    ["", "old 1\n", "old 01\n\nx", "old 1\nzz\n\nx", "old 1\nAAAA\n\nx", "new 1\n\nx", "old -1\n\nx",
     "old 1\n" + "A" * 43 + "=\n" * 1 + ("A" * 43 + "=\n") * 63 + "\nx", "old 1\n" + "A" * 42 + "B=\n\nx"],
)  # fmt: skip
def test_what_is_no_request_is_refused(text: str) -> None:
    with pytest.raises(ProofRefused):
        parse_request(text)


def test_a_note_is_told_from_a_request() -> None:
    assert is_request("old 12\n")
    assert not is_request(str(checkpoint_note([bytes(32)])))


# --- published at an address ---


@contextmanager
def served(folder: Path) -> Iterator[str]:
    """A folder behind an address of this machine."""

    class Quiet(http.server.SimpleHTTPRequestHandler):
        def log_message(self, *_: object) -> None:
            """Nothing."""

    server = http.server.ThreadingHTTPServer(("127.0.0.1", 0), partial(Quiet, directory=str(folder)))
    thread = threading.Thread(target=server.serve_forever)
    thread.start()
    try:
        yield f"http://127.0.0.1:{server.server_address[1]}"
    finally:
        server.shutdown()
        thread.join()
        server.server_close()


def test_a_log_published_at_an_address_is_read_from_its_tiles(
    witness: Witness, exports: dict[str, Path], tmp_path: Path
) -> None:
    cosign(witness, exports["300"])
    shutil.copytree(exports["700"], tmp_path / "log")
    shutil.rmtree(tmp_path / "log/tile/entries")
    with served(tmp_path / "log") as address:
        assert cosign(witness, f"{address}/").before == 300
        (tmp_path / "log/checkpoint").unlink()
        with pytest.raises(SystemFailed, match="cannot be fetched"):
            cosign(witness, address)
        (tmp_path / "log/checkpoint").write_bytes(b"x" * ((1 << 20) + 1))
        with pytest.raises(SystemFailed, match="longer than"):
            cosign(witness, address)
        (tmp_path / "log/checkpoint").write_bytes(b"\xff")
        with pytest.raises(CallWrong, match="UTF-8"):
            cosign(witness, address)


@pytest.mark.parametrize("address", ["http://logs.example/log", "ftp://x/y", "file:///etc/passwd"])
def test_only_https_is_fetched(address: str) -> None:
    with pytest.raises(CallWrong, match="is not fetched"):
        read_offer(address)


# --- the tiles ---


@settings(deadline=None, max_examples=60)
@given(size=st.integers(1, 70_000), data=st.data())
def test_every_node_of_a_log_follows_from_its_tiles(size: int, data: st.DataObject) -> None:
    """Rows are made up above the leaves only as far as they are asked for: any hashes do."""
    level = data.draw(st.integers(0, size.bit_length() - 1))
    at = NodeAt(level, data.draw(st.integers(0, (size >> level) - 1)))
    base = level - level % TILE_HEIGHT
    row = {
        place: leaf_hash(b"%d" % place) for place in range(at.place << level - base, at.place + 1 << level - base)
    }
    asked: list[str] = []

    def read(path: str) -> bytes:
        asked.append(path)
        tile = (at.place << level - base) // TILE_WIDTH
        width = min(TILE_WIDTH, (size >> base) - tile * TILE_WIDTH)
        assert path == hash_tile_path(base // TILE_HEIGHT, tile, width)
        return b"".join(row.get(place, bytes(32)) for place in range(tile * TILE_WIDTH, tile * TILE_WIDTH + width))

    assert nodes_in_tiles([at, at], size, read)[at] == root_of([row[place] for place in sorted(row)])
    assert len(asked) == 1


# --- what an auditor makes of it ---


def policy(folder: Path, *lines: str) -> Path:
    path = folder / "policy.yaml"
    path.write_text("\n".join(lines) + "\n", "utf-8")
    return path


def test_an_auditor_s_policy_says_which_witnesses_and_how_many(
    witness: Witness, exports: dict[str, Path], tmp_path: Path
) -> None:
    second = Witness.make(tmp_path / "second", "witness.nhs.example")
    second.add_log(LOG.key)
    shutil.copytree(exports["700"], tmp_path / "log")
    (tmp_path / "log/checkpoint").write_text(cosign(witness, tmp_path / "log").note, "utf-8")
    lines = ("witnesses:", f"  - key: {witness.key}", "    who: Police", f"  - key: {second.key}")
    both = load_witness_policy(policy(tmp_path, f"log: {LOG.key}", "needed: 2", *lines))
    one = load_witness_policy(policy(tmp_path, f"log: {LOG.key}", "needed: 1", *lines))

    def verdict(found: Any) -> tuple[Verdict, State]:
        evidence = Evidence(found.log_key, found.witness_keys, found.needed)
        verified = verify_export(tmp_path / "log", evidence)
        return verified.verdict, verified.steps[1].state

    assert verdict(one) == (Verdict.SOUND, State.HOLDS)
    assert verdict(both) == (Verdict.CANNOT_SAY, State.CANNOT_SAY)
    (tmp_path / "log/checkpoint").write_text(cosign(second, tmp_path / "log").note, "utf-8")
    assert verdict(both) == (Verdict.SOUND, State.HOLDS)
    note = (tmp_path / "log/checkpoint").read_text("utf-8")
    forged = note[:-10] + ("A" if note[-10] != "A" else "B") + note[-9:]
    (tmp_path / "log/checkpoint").write_text(forged, "utf-8")
    assert verdict(both)[0] is Verdict.TAMPERED


@pytest.mark.parametrize(
    ("lines", "told"),
    [
        (("log: nonsense", "needed: 1", "witnesses:", "  - key: WITNESS"), "is written `name"),
        (("log: WITNESS", "needed: 1", "witnesses:", "  - key: WITNESS"), "is not a log's key"),
        (("log: LOG", "needed: 1", "witnesses:", "  - key: LOG"), "is not a witness's key"),
        (("log: LOG", "needed: 2", "witnesses:", "  - key: WITNESS"), "more than the 1 witnesses"),
        (("log: LOG", "needed: 0", "witnesses:", "  - key: WITNESS"), "1 to 100"),
        (("log: LOG", "needed: 1", "witnesses:", "  - key: WITNESS", "  - key: RENAMED"), "stands here twice"),
        (("log: LOG", "needed: 1"), "witnesses"),
        (("",), ""),
    ],
)
def test_a_policy_that_could_mislead_is_refused(tmp_path: Path, lines: tuple[str, ...], told: str) -> None:
    raw = make_signer(5, "w.example", KeyKind.COSIGNATURE_V1).key
    renamed = NoteKey("other.example", raw.public_key, KeyKind.COSIGNATURE_V1)
    filled = [
        line.replace("LOG", str(LOG.key)).replace("WITNESS", str(raw)).replace("RENAMED", str(renamed))
        for line in lines
    ]
    with pytest.raises(BrokerError) as refused:
        load_witness_policy(policy(tmp_path, *filled))
    assert isinstance(refused.value, DocumentsRefused | CallWrong)
    assert told in str(refused.value)


def test_from_nothing_to_something_needs_no_proof(witness: Witness) -> None:
    empty = str(sign_checkpoint(Checkpoint(ORIGIN, 0, Frontier().root), LOG.key, LOG.sign))
    assert witness.cosign(empty, no, AT).first_sight
    one = Frontier().append(bytes(32))
    assert (
        witness.cosign(str(sign_checkpoint(Checkpoint(ORIGIN, 1, one.root), LOG.key, LOG.sign)), no, AT).before
        == 0
    )
