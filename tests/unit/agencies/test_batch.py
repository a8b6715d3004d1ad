"""A batch: who may send what, the receipt, and the file that goes back."""

from __future__ import annotations

import csv
import errno
import os
from dataclasses import replace
from datetime import date
from hashlib import sha256
from pathlib import Path

import pytest

from broker.agencies import FileRefused, Rejection, RejectionReason, RejectsFile, get_adapter, open_batch
from broker.agencies.limits import STANDARD
from broker.agencies.rejects import escape_formula
from broker.errors import CallWrong, SystemFailed
from broker.vocabulary.codes import Organisation

SAMPLES = Path(__file__).parents[2] / "agencies"
COUNCIL = Organisation("ecc", "A council", frozenset({"LA-CSC"}), "essex")
DAY = date(2026, 11, 2)


def test_a_receipt_counts_every_row_and_digests_the_bytes() -> None:
    path = SAMPLES / "child-index" / "messy.csv"
    with open_batch(path, get_adapter("child-index"), COUNCIL, DAY) as batch:
        list(batch)
    receipt = batch.receipt()
    assert (receipt.rows_read, receipt.accepted, receipt.rejected, receipt.blank) == (6, 3, 1, 2)
    assert receipt.flagged == 3
    assert [alert.heading for alert in receipt.alerts] == ["Religion"]
    assert receipt.alerts[0].message.startswith("column 11 `Religion`: not declared")
    assert receipt.file_digest == "sha256:" + sha256(path.read_bytes()).hexdigest()


def test_there_is_no_receipt_for_a_part_and_no_second_reading() -> None:
    with open_batch(SAMPLES / "child-index" / "good.csv", get_adapter("child-index"), COUNCIL, DAY) as batch:
        next(iter(batch))
        with pytest.raises(CallWrong, match="not read to its end"):
            batch.receipt()
        with pytest.raises(CallWrong, match="read already"):
            next(iter(batch))


def test_an_organisation_sends_only_formats_of_its_kind() -> None:
    with pytest.raises(CallWrong, match="`ecc` may not send `police-incidents`"):
        open_batch(SAMPLES / "police-incidents" / "good.csv", get_adapter("police-incidents"), COUNCIL, DAY)


def test_a_missing_file_a_folder_and_a_file_too_large_are_refused(tmp_path: Path) -> None:
    adapter = get_adapter("child-index")
    with pytest.raises(CallWrong, match="cannot be opened"):
        open_batch(tmp_path / "no.csv", adapter, COUNCIL, DAY)
    with pytest.raises(FileRefused, match="not a plain file"):
        open_batch(tmp_path, adapter, COUNCIL, DAY)
    with pytest.raises(FileRefused, match="larger than 10 bytes"):
        open_batch(SAMPLES / "child-index" / "good.csv", adapter, COUNCIL, DAY, replace(STANDARD, file_bytes=10))


def test_an_unknown_adapter_is_refused_with_the_nearest() -> None:
    with pytest.raises(CallWrong, match="did you mean `police-incidents`"):
        get_adapter("police-incident")


def test_the_rejects_file_has_row_reason_and_the_row_as_sent(tmp_path: Path) -> None:
    target = tmp_path / "rejects.csv"
    path = SAMPLES / "annex-a-contacts" / "malformed.csv"
    with open_batch(path, get_adapter("annex-a-contacts"), COUNCIL, DAY) as batch, RejectsFile(target) as rejects:
        for item in batch:
            assert isinstance(item, Rejection)
            rejects.write(item, batch.headings)
        assert not target.exists()
    with target.open(encoding="utf-8-sig", newline="") as file:
        lines = list(csv.reader(file))
    assert lines[0][:6] == ["row", "column", "reason", "what to do", "Child Unique ID", "Gender"]
    assert lines[1][:3] == ["2", "Date of Contact", "bad-date"]
    assert lines[1][4:] == ["400001", "b) Female", "a) WBRI", "01/06/2015", "11", "n/k", "q) 6: Police"]
    assert len(lines) == rejects.count + 1 == 15
    assert target.stat().st_mode & 0o077 == 0
    assert [path.name for path in tmp_path.iterdir()] == ["rejects.csv"]


def test_no_rejection_or_an_error_leaves_no_file(tmp_path: Path) -> None:
    with RejectsFile(tmp_path / "none.csv"):
        pass
    with pytest.raises(FileRefused):
        _write_and_fail(tmp_path / "broken.csv")
    assert list(tmp_path.iterdir()) == []


def test_a_disk_that_fails_leaves_no_file_and_says_so(tmp_path: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    def full(_descriptor: int) -> None:
        raise OSError(errno.ENOSPC, "No space left on device")

    monkeypatch.setattr(os, "fsync", full)
    with pytest.raises(SystemFailed, match="No space left"):
        _write_one(tmp_path / "rejects.csv")
    assert list(tmp_path.iterdir()) == []
    with pytest.raises(SystemFailed, match="cannot write beside it"):
        RejectsFile(tmp_path / "nowhere" / "rejects.csv")


def _write_one(path: Path) -> None:
    with RejectsFile(path) as rejects:
        rejects.write(Rejection(2, RejectionReason.MISSING))


def _write_and_fail(path: Path) -> None:
    with RejectsFile(path) as rejects:
        rejects.write(Rejection(2, RejectionReason.MISSING))
        raise FileRefused("file.csv", "too long")


@pytest.mark.parametrize("cell", ["=1+1", "+44", "-2", "@SUM(A1)", "\tx", "\r=x", " =1", "\u00a0=1", "＝1"])
def test_a_formula_is_made_harmless(cell: str) -> None:
    assert escape_formula(cell) == "'" + cell


@pytest.mark.parametrize("cell", ["", "Ava", "O'Neill", "a=b", "01/06/2015"])
def test_an_ordinary_cell_is_left_alone(cell: str) -> None:
    assert escape_formula(cell) == cell
