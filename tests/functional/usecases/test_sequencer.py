"""Written, integrated, published: each entry goes all the way while the broker works, and nobody waits for it."""

from __future__ import annotations

import json
import subprocess
import sys
import threading
import time
from collections.abc import Callable, Iterator
from contextlib import contextmanager
from dataclasses import replace
from pathlib import Path

import pytest
from sqlalchemy import text

from broker.audit.checkpoint import open_checkpoint
from broker.audit.entry import entry_bytes
from broker.audit.frontier import Frontier
from broker.audit.note import NoteKey
from broker.audit.tree import ProofRefused, leaf_hash, verify_consistency, verify_inclusion
from broker.errors import CallWrong
from broker.settings import PUBLIC_FILE
from broker.store.published import Published, find_published, put_published
from broker.usecases.log import sequencer
from broker.usecases.log.publish_log import LogState, find_state, sequence_once
from broker.usecases.log.published_log import find_checkpoint, find_consistency, find_inclusion
from broker.usecases.log.sequencer import LOCK_FILE, follow_log, following
from broker.usecases.log.signing import open_signer
from tests.functional.usecases.office import ROOT, Office, engine_of, environment_of


def until(there: Callable[[], bool], within: float = 20) -> None:
    """Waits for what another thread or process does."""
    ends = time.monotonic() + within
    while not there():
        assert time.monotonic() < ends, "nothing happened"
        time.sleep(0.01)


def published(office: Office) -> int:
    return find_state(office.broker).published


def publish(office: Office) -> LogState:
    return sequence_once(office.broker, open_signer(office.broker.settings))


def log_key(office: Office) -> NoteKey:
    return NoteKey.parse((office.broker.settings.keys() / PUBLIC_FILE).read_text("ascii"))


@contextmanager
def follower(office: Office) -> Iterator[threading.Event]:
    """One that looks often; the event stops it."""
    stop = threading.Event()
    thread = threading.Thread(target=follow_log, args=(office.broker, stop, 0.01), daemon=True)
    thread.start()
    try:
        yield stop
    finally:
        stop.set()
        thread.join()


def test_what_is_written_is_integrated_and_then_published(office: Office) -> None:
    before = find_state(office.broker)
    assert before.waiting > 0
    assert before.published == 0
    assert find_checkpoint(office.broker) is None
    size = before.waiting + before.integrated
    assert publish(office) == LogState(0, size, size)
    assert publish(office) == LogState(0, size, size)
    office.ask()
    assert find_state(office.broker).waiting == 1
    assert publish(office) == LogState(0, size + 1, size + 1)


def test_anybody_can_be_shown_a_proof_for_everything_published_and_for_nothing_else(office: Office) -> None:
    publish(office)
    entries = [leaf_hash(entry_bytes(one)) for one in office.entries()]
    found = find_checkpoint(office.broker)
    assert found is not None
    checkpoint = open_checkpoint(found.note, log_key(office))
    assert (checkpoint.origin, checkpoint.size, checkpoint.root) == (found.origin, found.size, found.root)
    for index, leaf in enumerate(entries):
        proof = find_inclusion(office.broker, leaf)
        assert proof is not None
        assert (proof.index, proof.size) == (index, len(entries))
        verify_inclusion(index, proof.size, leaf, proof.hashes, checkpoint.root)
    assert find_inclusion(office.broker, bytes(32)) is None
    # Integrated and not published is not there yet.
    office.ask()
    newest = leaf_hash(entry_bytes(office.entries()[-1]))
    assert find_inclusion(office.broker, newest) is None
    publish(office)
    assert find_inclusion(office.broker, newest) is not None
    assert find_inclusion(office.broker, newest, size=len(entries)) is None
    assert find_inclusion(office.broker, entries[3], size=4) is not None


def test_consistency_is_shown_between_any_two_sizes_that_were_published(office: Office) -> None:
    publish(office)
    old = find_checkpoint(office.broker)
    assert old is not None
    for _ in range(3):
        office.ask()
    publish(office)
    new = find_checkpoint(office.broker)
    assert new is not None
    proof = find_consistency(office.broker, old.size)
    assert proof is not None
    verify_consistency(old.size, new.size, proof.hashes, old.root, new.root)
    assert find_consistency(office.broker, old.size, old.size) is not None


@pytest.mark.parametrize(("old", "new"), [(0, None), (-1, None), (10**6, None), (3, 0), (3, 2), (1, 10**6)])
def test_sizes_that_were_not_published_are_wrong_calls(office: Office, old: int, new: int | None) -> None:
    assert find_consistency(office.broker, old, new) is None
    publish(office)
    with pytest.raises(CallWrong, match="number of entries from 1 to"):
        find_consistency(office.broker, old, new)


def test_what_is_no_leaf_hash_is_a_wrong_call(office: Office) -> None:
    assert find_inclusion(office.broker, bytes(32)) is None
    with pytest.raises(CallWrong, match="32 bytes"):
        find_inclusion(office.broker, b"short")


def test_what_is_published_only_grows(office: Office) -> None:
    publish(office)
    with office.broker.store.look() as view:
        before = find_published(view)
    assert before is not None
    with office.broker.store.keep_house() as house:
        put_published(house, Published(before.size - 1, "older", office.clock.at))
        put_published(house, Published(before.size, "another", office.clock.at))
    with office.broker.store.look() as view:
        assert find_published(view) == before


def test_it_follows_while_the_office_works(office: Office) -> None:
    with follower(office):
        until(lambda: published(office) > 0)
        for _ in range(3):
            size = published(office)
            office.ask()
            until(lambda size=size: published(office) == size + 1)  # type: ignore[misc]
    assert find_state(office.broker).waiting == 0


def test_of_two_one_does_it_and_the_other_takes_over(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    done: list[int] = []

    def noted(*_: object) -> LogState:
        done.append(threading.get_ident())
        return LogState(0, 0, 0)

    monkeypatch.setattr(sequencer, "sequence_once", noted)
    with follower(office) as first:
        until(lambda: len(done) > 3)
        with follower(office):
            count = len(done)
            until(lambda: len(done) > count + 5)
            assert len(set(done)) == 1
            first.set()
            until(lambda: len(set(done)) == 2)
    assert (office.broker.settings.data_dir / LOCK_FILE).exists()


def test_a_signer_that_is_away_is_waited_for(
    office: Office, monkeypatch: pytest.MonkeyPatch, tmp_path: Path
) -> None:
    monkeypatch.setattr(sequencer, "AFTER_FAILURE", 0.01)
    asked: list[int] = []
    real = sequencer.open_signer

    def away(_settings: object) -> object:
        asked.append(1)
        if len(asked) > 3:
            return real(office.broker.settings)
        return real(office.broker.settings.model_copy(update={"log_signer": tmp_path / "nobody"}))

    monkeypatch.setattr(sequencer, "open_signer", away)
    with follower(office):
        until(lambda: published(office) > 0)
    assert len(asked) == 4


def test_a_rewritten_log_is_told_and_not_published(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    publish(office)
    before = find_checkpoint(office.broker)
    assert before is not None
    monkeypatch.setattr(sequencer, "AFTER_FAILURE", 0.01)
    told: list[str] = []

    class Heard:
        def error(self, event: str, **_: object) -> None:
            told.append(event)

    monkeypatch.setattr(sequencer, "get_log", Heard)
    forged = Frontier().extend(leaf_hash(b"%d" % number) for number in range(before.size)).frontier
    engine = engine_of(office)
    with engine.begin() as connection:
        change = text("UPDATE audit_tree SET frontier = :frontier")
        connection.execute(change, {"frontier": forged.to_bytes()})
    engine.dispose()
    office.ask()
    with pytest.raises(ProofRefused):
        publish(office)
    with follower(office):
        until(lambda: len(told) > 2)
    assert set(told) == {"log.not-what-was-signed"}
    assert find_checkpoint(office.broker) == before


def test_a_thread_never_dies_of_what_nobody_foresaw(office: Office, monkeypatch: pytest.MonkeyPatch) -> None:
    monkeypatch.setattr(sequencer, "AFTER_FAILURE", 0.01)
    real, failed = sequencer.sequence_once, threading.Event()

    def once(*given: object) -> object:
        if not failed.is_set():
            failed.set()
            raise ZeroDivisionError
        return real(*given)  # type: ignore[arg-type]

    monkeypatch.setattr(sequencer, "sequence_once", once)
    with following(office.broker):
        until(lambda: published(office) > 0)
    assert failed.is_set()


def test_without_its_folder_it_says_so(office: Office) -> None:
    gone = office.broker.settings.model_copy(update={"data_dir": Path("/nowhere/at/all")})
    with pytest.raises(Exception, match="cannot be opened"):
        follow_log(replace(office.broker, settings=gone), threading.Event())


def test_the_server_follows_the_log_by_itself(office: Office) -> None:
    """Also after it was killed and started again; the lock ends with its process."""
    environment = environment_of(office.broker.settings.data_dir)
    command = [sys.executable, "-m", "broker", "serve", "--port", "0", "--json"]
    for _ in range(2):
        office.ask()
        size = len(office.entries())
        server = subprocess.Popen(
            command, cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
        )
        try:
            until(lambda size=size: published(office) >= size, within=60)  # type: ignore[misc]
        finally:
            server.kill()
            server.wait()


def test_the_sequencer_is_a_process_where_nobody_serves(office: Office) -> None:
    environment = environment_of(office.broker.settings.data_dir)
    command = [sys.executable, "-m", "broker", "audit", "sequence"]
    process = subprocess.Popen(
        [*command, "--json"], cwd=ROOT, env=environment, stdout=subprocess.DEVNULL, stderr=subprocess.DEVNULL
    )
    try:
        size = len(office.entries())
        until(lambda: published(office) >= size, within=60)
    finally:
        process.kill()
        process.wait()
    done = subprocess.run(
        [*command, "--once", "--json"], cwd=ROOT, env=environment, capture_output=True, text=True
    )
    assert json.loads(done.stdout) == {"waiting": 0, "integrated": size, "published": size}
