"""`broker ingest` on the command line: what it prints, where it complains, how it exits."""

from __future__ import annotations

import json
import os
from pathlib import Path
from subprocess import CompletedProcess

import pytest

from tests.functional.ingest.loading import POLICIES, broker_in, make_county
from tests.typed import typed

ROOT = Path(__file__).resolve().parents[3]
DOCUMENTED = {
    "batch", "file", "adapter", "from", "digest", "dry_run", "seen_before", "superseded", "feed_received",
    "rows_read", "accepted", "rejected", "blank", "flagged", "new_people", "possible_matches", "linked",
    "new_records", "changed_records", "unchanged", "corrected", "ended", "ends_held", "told",
    "new_relationships", "unproven_responsibilities", "alerts", "rejections", "rejects_file", "seconds",
}  # fmt: skip


@pytest.fixture(scope="module")
def places(tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, Path]:
    data = tmp_path_factory.mktemp("data")
    with broker_in(data):
        pass
    return data, make_county(tmp_path_factory.mktemp("county"), families=30)


def run(data: Path, *arguments: str) -> CompletedProcess[str]:
    kept = {name: value for name, value in os.environ.items() if not name.startswith("BROKER_")}
    environment = {**kept, "BROKER_DATA_DIR": str(data), "BROKER_POLICIES_DIR": str(POLICIES)}
    return typed(["ingest", *arguments], environment, ROOT)


def test_json_is_as_documented_and_the_second_time_changes_nothing(places: tuple[Path, Path]) -> None:
    data, county = places
    files = [str(county / "oakdale-primary" / "attendance.csv")]
    arguments = [*files, "--adapter", "school-attendance", "--from", "oakdale-primary", "--every", "P7D", "--json"]
    first, second = (run(data, *arguments) for _ in range(2))
    assert (first.returncode, first.stderr) == (0, "")
    (told,), (again,) = json.loads(first.stdout), json.loads(second.stdout)
    assert set(told) == DOCUMENTED
    text = (ROOT / "docs" / "how-to-ingest.md").read_text("utf-8")
    assert [key for key in sorted(DOCUMENTED) if f"`{key}`" not in text] == []
    assert told["accepted"] + told["rejected"] + told["blank"] == told["rows_read"] > 0
    assert told["new_people"] > 0
    assert told["feed_received"]
    assert again["seen_before"]
    assert (again["new_people"], again["new_records"], again["changed_records"]) == (0, 0, 0)
    assert not again["feed_received"]


def test_people_are_told_what_was_rejected_and_where_it_is(places: tuple[Path, Path], tmp_path: Path) -> None:
    data, county = places
    done = run(
        data, str(county / "essex-police" / "incidents.csv"), "--adapter", "police-incidents", "--from",
        "essex-police", "--rejects", str(tmp_path),
    )  # fmt: skip
    assert done.returncode == 0
    assert (tmp_path / "incidents.rejects.csv").is_file()
    told = " ".join(done.stdout.split())
    assert "rejected rows, for the sender and nobody else, in " in told
    assert "incidents.rejects.csv" in told
    assert "row " in done.stdout


def test_a_file_seen_before_is_told_in_words_and_not_in_noughts(places: tuple[Path, Path], tmp_path: Path) -> None:
    data, county = places
    path = str(county / "chelmsford-academy" / "attendance.csv")
    arguments = [
        path,
        "--adapter",
        "school-attendance",
        "--from",
        "chelmsford-academy",
        "--rejects",
        str(tmp_path),
    ]
    first, again = (run(data, *arguments) for _ in range(2))
    assert "new records" in first.stdout
    assert "taken in before" not in first.stdout
    assert "This very file was taken in before; nothing was changed." in again.stdout
    assert "new records" not in again.stdout


@pytest.mark.parametrize(
    ("arguments", "complaint"),
    [
        (["--adapter", "school-attendence", "--from", "oakdale-primary"], "did you mean `school-attendance`"),
        (["--adapter", "school-attendance", "--from", "oakdale"], "did you mean `oakdale-primary`"),
        (["--adapter", "school-attendance", "--from", "essex-police"], "may not send"),
        (["--adapter", "police-incidents", "--from", "essex-police"], "lacks"),
        (["--adapter", "school-attendance", "--from", "oakdale-primary", "--every", "weekly"], "is not a period"),
    ],
)
def test_a_wrong_call_says_where_and_what_to_do(
    places: tuple[Path, Path], arguments: list[str], complaint: str
) -> None:
    data, county = places
    done = run(data, str(county / "oakdale-primary" / "attendance.csv"), *arguments)
    assert done.returncode == 2
    assert complaint in done.stderr
    assert "Traceback" not in done.stderr


def test_who_may_not_is_told_so(places: tuple[Path, Path]) -> None:
    data, county = places
    path = str(county / "oakdale-primary" / "attendance.csv")
    done = run(data, path, "--adapter", "school-attendance", "--from", "oakdale-primary", "--by", "nobody")
    assert done.returncode == 1
    assert done.stdout == ""
