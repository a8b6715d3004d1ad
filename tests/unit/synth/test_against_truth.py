"""The files of a county read by the adapters and matched: nothing lost, nobody linked to somebody else."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass, field
from pathlib import Path

import pytest

from broker.agencies import ADAPTERS, Rejection, Row, get_adapter, open_batch
from broker.linkage import LinkOutcome, match
from broker.synth import County, county, write_county
from broker.synth.listing import Listing
from broker.vocabulary.codes import Organisation
from tests.agencies.link_index import DictIndex


@dataclass
class Loaded:
    """What came of loading a county: who each linked or new person truly is, and how each claim was decided."""

    known: dict[str, str] = field(default_factory=dict)
    right: int = 0
    missed: int = 0
    right_across: int = 0
    missed_across: int = 0
    false: list[str] = field(default_factory=list)
    outcomes: Counter[LinkOutcome] = field(default_factory=Counter)


def load(folder: Path, made: County, listings: tuple[Listing, ...]) -> Loaded:
    """Reads every file in order and links each claim, as an ingest would."""
    index = DictIndex()
    loaded = Loaded()
    seen_people: set[str] = set()
    seen_by: set[tuple[str, str]] = set()
    for listing in listings:
        adapter = get_adapter(listing.adapter_code)
        organisation = Organisation(listing.organisation_code, "x", adapter.controller_types, "essex")
        done: dict[tuple[int, str], str] = {}
        with open_batch(folder / listing.path, adapter, organisation, made.as_of) as batch:
            records = [record for item in batch if isinstance(item, Row) for record in item.records]
        for record in records:
            for person in record.persons:
                if (person.row_number, person.ref) in done:
                    continue
                truly = listing.who[person.row_number][person.ref]
                decision = match(person.claims, index, organisation.code)
                loaded.outcomes[decision.outcome] += 1
                if decision.person_id is not None:
                    person_id = decision.person_id
                    if loaded.known[person_id] == truly:
                        loaded.right += 1
                    else:
                        loaded.false.append(f"{listing.path} row {person.row_number}")
                else:
                    person_id = f"B{len(loaded.known):05d}"
                    loaded.known[person_id] = truly
                    loaded.missed += truly in seen_people
                # Harder than a repeat: the first time that this agency speaks of somebody another knows.
                if truly in seen_people and (organisation.code, truly) not in seen_by:
                    loaded.right_across += decision.person_id is not None
                    loaded.missed_across += decision.person_id is None
                seen_by.add((organisation.code, truly))
                seen_people.add(truly)
                done[person.row_number, person.ref] = person_id
                index.add(person_id, person.claims, organisation.code)
    return loaded


@pytest.fixture(scope="module")
def made() -> County:
    return county(1, 200)


@pytest.fixture(scope="module")
def folder(made: County, tmp_path_factory: pytest.TempPathFactory) -> tuple[Path, tuple[Listing, ...]]:
    out = tmp_path_factory.mktemp("county")
    return out, write_county(made, out)


def test_exactly_the_spoilt_rows_are_rejected(made: County, folder: tuple[Path, tuple[Listing, ...]]) -> None:
    out, listings = folder
    assert {listing.adapter_code for listing in listings} == set(ADAPTERS)
    for listing in listings:
        adapter = get_adapter(listing.adapter_code)
        organisation = Organisation(listing.organisation_code, "x", adapter.controller_types, "essex")
        with open_batch(out / listing.path, adapter, organisation, made.as_of) as batch:
            rejected = {item.row_number for item in batch if isinstance(item, Rejection)}
        receipt = batch.receipt()
        assert rejected == set(listing.spoilt), listing.path
        assert (receipt.rows_read, receipt.blank, receipt.alerts) == (listing.rows, listing.blank, ())


def test_nobody_is_linked_to_somebody_else(made: County, folder: tuple[Path, tuple[Listing, ...]]) -> None:
    loaded = load(folder[0], made, folder[1])
    recall = loaded.right / (loaded.right + loaded.missed)
    across = loaded.right_across / (loaded.right_across + loaded.missed_across)
    print(f"\nright {loaded.right}, missed {loaded.missed}, false {len(loaded.false)}, recall {recall:.3f}")
    print(f"between agencies: right {loaded.right_across}, missed {loaded.missed_across}, recall {across:.3f}")
    assert loaded.false == []
    assert recall > 0.9
    assert across > 0.6
    assert loaded.outcomes[LinkOutcome.POSSIBLE] > 0


@pytest.mark.parametrize("seed", range(2, 6))
def test_nor_in_other_counties(seed: int, tmp_path: Path) -> None:
    made = county(seed, 120)
    loaded = load(tmp_path, made, write_county(made, tmp_path))
    assert loaded.false == []
