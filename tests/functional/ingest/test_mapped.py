"""A list that a mapping describes, taken in like any other."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from broker.audit.entry import parse_entry
from broker.errors import CallWrong
from broker.store.audit import find_entries, integrate_entries
from broker.store.vault import find_by_identifier
from broker.usecases.intake.ingest import ingest_file
from broker.usecases.intake.ingest_mapped import mapped_call
from tests.functional.ingest.loading import broker_in
from tests.functional.ingest.test_verb import ROOT, run

pytestmark = pytest.mark.usefixtures("on_each_database")

MAPPING = ROOT / "deploy" / "mappings" / "open-door-support.yaml"
LIST = ROOT / "tests" / "unit" / "mappings" / "samples" / "good.csv"


def test_it_is_stored_and_the_log_says_by_which_mapping(tmp_path: Path) -> None:
    with broker_in(tmp_path) as broker:
        call = replace(mapped_call(broker, MAPPING), path=LIST)
        result = ingest_file(broker, call)
        while integrate_entries(broker.store, broker.clock):
            pass
        with broker.store.look() as view:
            assert len(find_by_identifier(view, "nhs-number", "9990000018")) == 1
            entries = [parse_entry(data) for data in find_entries(view, 0, 100)]
    assert (result.tally.new_people, result.tally.new_records) == (2, 2)
    (whole,) = [one.details for one in entries if "mapping_digest" in one.details]
    assert (whole["list"], whole["mapping_digest"]) == ("map:open-door-support", call.mapping_digest)


def test_another_version_of_the_mapping_reads_the_same_file_anew(tmp_path: Path) -> None:
    changed = tmp_path / "mapping.yaml"
    text = MAPPING.read_text("utf-8").replace("version: 1", "version: 2")
    changed.write_text(text.replace("Waiting: waiting", "Waiting: open"), "utf-8")
    with broker_in(tmp_path / "data") as broker:
        results = [
            ingest_file(broker, replace(mapped_call(broker, mapping), path=LIST))
            for mapping in (MAPPING, MAPPING, changed)
        ]
    assert [one.seen_before for one in results] == [False, True, False]
    assert (results[2].tally.corrected, results[2].tally.unchanged_records) == (1, 1)


def test_only_its_own_organisation_is_named(tmp_path: Path) -> None:
    with broker_in(tmp_path) as broker, pytest.raises(CallWrong, match="it is `open-door`'s"):
        mapped_call(broker, MAPPING, "lantern-carers")


@pytest.mark.only_on("sqlite")
def test_the_verb_takes_a_mapping_or_an_adapter(tmp_path: Path) -> None:
    with broker_in(tmp_path):
        pass
    done = run(tmp_path, str(LIST), "--map", str(MAPPING), "--rejects", str(tmp_path))
    assert (done.returncode, done.stderr) == (0, "")
    assert "map:open-door-support" in done.stdout
    for words, complaint in (
        (["--map", str(MAPPING), "--adapter", "child-index"], "say the same twice"),
        ([], "is missing"),
        (["--adapter", "child-index"], "is missing"),
        (["--map", str(tmp_path / "none.yaml")], "no such file"),
    ):
        wrong = run(tmp_path, str(LIST), *words)
        assert wrong.returncode in (1, 2)
        assert complaint in wrong.stderr
        assert "Traceback" not in wrong.stderr
