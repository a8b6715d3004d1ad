"""Exports and the signer: no export without its entry, and one signature at a time."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from pathlib import Path
from threading import Event, Thread

import pytest

from broker.audit.checkpoint import Checkpoint
from broker.audit.tree import root_of
from broker.audit.verify import Verdict
from broker.clock import Clock
from broker.errors import CallWrong, SystemFailed
from broker.store.session import Store
from broker.usecases.log import export_log
from broker.usecases.log.export_log import export_to, write_export
from broker.usecases.log.log_signer import LogSigner
from broker.usecases.log.verify_log import verify_live
from tests.functional.usecases.office import Office, full_disk


def test_an_export_is_in_the_log_before_it_is_there(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "out" / "log"
    seen: list[bool] = []
    exported = export_to(office.broker, folder, on_progress=lambda *_: seen.append(folder.exists()))
    assert seen
    assert not any(seen)
    last = office.entries()[-1]
    assert (last.event, last.details["size"]) == ("audit.exported", exported.size)
    assert exported.folder == folder
    assert (folder / "checkpoint").is_file()
    assert [one.name for one in folder.parent.iterdir()] == ["log"]


def test_an_export_whose_entry_cannot_be_written_leaves_nothing_behind(office: Office, tmp_path: Path) -> None:
    count = len(office.entries())
    folder = tmp_path / "out" / "log"
    with full_disk(office, "audit_entry"), pytest.raises(SystemFailed):
        export_to(office.broker, folder)
    assert list(folder.parent.iterdir()) == []
    assert len(office.entries()) == count


def test_a_folder_that_is_there_is_never_written_over(office: Office, tmp_path: Path) -> None:
    folder = tmp_path / "log"

    def meanwhile(done: int, total: int) -> None:
        if done == total:
            folder.mkdir()
            (folder / "mine").write_text("kept", "utf-8")

    with pytest.raises(CallWrong, match="is there already"):
        export_to(office.broker, folder, on_progress=meanwhile)
    assert [one.name for one in folder.iterdir()] == ["mine"]
    assert [one.name for one in tmp_path.iterdir() if one.name.startswith(".")] == []
    with pytest.raises(CallWrong, match="is there already"):
        export_to(office.broker, folder)


def test_whoever_signs_waits_for_whoever_is_signing_and_then_sees_what_was_signed(tmp_path: Path) -> None:
    first, second = (LogSigner.open(tmp_path, "broker.example/log") for _ in range(2))
    empty = Checkpoint("broker.example/log", 0, root_of([]))
    waiting = Event()
    found: list[Checkpoint | None] = []

    def later(last: Checkpoint | None) -> tuple[Checkpoint, tuple[bytes, ...]]:
        found.append(last)
        return empty, ()

    def sign_second() -> None:
        waiting.set()
        second.sign(later)

    thread = Thread(target=sign_second)

    def head(last: Checkpoint | None) -> tuple[Checkpoint, tuple[bytes, ...]]:
        found.append(last)
        thread.start()
        waiting.wait()
        thread.join(0.2)  # time enough to overtake, were there no lock
        return empty, ()

    first.sign(head)
    thread.join()
    assert found == [None, empty]


def test_exports_at_the_same_time_are_all_sound(office: Office, tmp_path: Path) -> None:
    with ThreadPoolExecutor(4) as pool:
        exports = [pool.submit(export_to, office.broker, tmp_path / f"log-{number}") for number in range(8)]
        assert all(one.result().agrees for one in exports)
    assert [entry.event for entry in office.entries()].count("audit.exported") == 8
    assert write_export(office.broker, tmp_path / "last").size == len(office.entries())
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_an_export_ends_while_others_go_on_writing(office: Office, tmp_path: Path) -> None:
    """Every look for more finds more; what was committed when it was asked for is exported, without an end."""
    real, looks = export_log.integrate_entries, []

    def busy(store: Store, clock: Clock) -> int:
        looks.append(1)
        assert len(looks) < 50, "it waits for the others to stop"
        office.ask()
        return real(store, clock)

    count = len(office.entries())
    office.ask()
    with pytest.MonkeyPatch.context() as patch:
        patch.setattr(export_log, "integrate_entries", busy)
        exported = write_export(office.broker, tmp_path / "log")
    assert exported.size >= count + 1
