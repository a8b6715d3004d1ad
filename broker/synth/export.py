"""The county written out: each agency's files as it would send them, a manifest, and the truth to check against.

Decides the folder's layout and that a file is whole or absent. `manifest.json` says which file is whose and in
what order they are best taken; `truth.json` is for tests and demonstrations only and is sent by nobody: who
everybody is, row by row, who is related to whom, who is protected, and which rows are spoilt.
"""

from __future__ import annotations

import json
import os
from collections.abc import Callable, Iterator
from pathlib import Path
from typing import Any

from broker.errors import CallWrong, SystemFailed
from broker.synth.adults import adult_lists
from broker.synth.council import council_lists
from broker.synth.council_later import later_lists
from broker.synth.health import health_lists
from broker.synth.homes import home_lists
from broker.synth.listing import Listing
from broker.synth.police import police_lists
from broker.synth.population import County
from broker.synth.school import exclusion_lists, school_lists

MANIFEST, TRUTH = "manifest.json", "truth.json"


def agency_lists(county: County) -> Iterator[Listing]:
    """Every agency's files, in the order in which they are best taken. Who has nothing to send sends no file: an
    empty one is no nil return."""
    lists = (
        council_lists,
        school_lists,
        police_lists,
        later_lists,
        exclusion_lists,
        health_lists,
        home_lists,
        adult_lists,
    )
    for of_agency in lists:
        yield from (listing for listing in of_agency(county) if listing.rows)


def write_county(
    county: County, folder: Path, force: bool = False, on_file: Callable[[str], None] = lambda _path: None
) -> tuple[Listing, ...]:
    """Writes the folder and returns what was written; `on_file` hears of each file.

    Raises CallWrong when the folder has something in it, `SystemFailed` when the disk refuses. With `force` the
    files of an earlier run are replaced, known by its manifest, and nothing else is touched: a folder that no
    earlier run made is refused all the same.
    """
    try:
        if folder.exists() and not folder.is_dir():
            raise CallWrong(str(folder), "is a file; name a folder")
        if folder.exists() and any(folder.iterdir()):
            _require_replaceable(folder, force)
        listings = []
        for listing in agency_lists(county):
            _write(folder / listing.path, listing.data)
            on_file(listing.path)
            listings.append(listing)
        _write(folder / TRUTH, _json(truth(county, listings)))
        on_file(TRUTH)
        # Last: a folder with a manifest is complete.
        _write(folder / MANIFEST, _json(manifest(county, listings)))
        on_file(MANIFEST)
    except OSError as error:
        raise SystemFailed(
            str(folder), f"cannot be written: {error.strerror}; check the disk and its rights"
        ) from None
    return tuple(listings)


def _require_replaceable(folder: Path, force: bool) -> None:
    if not _is_ours(folder):
        raise CallWrong(
            str(folder),
            "is not empty, and no earlier run of synth made it; name another folder (--force replaces a county)",
        )
    if not force:
        raise CallWrong(str(folder), "holds a county already; name another folder, or replace it with --force")


def _is_ours(folder: Path) -> bool:
    """Whether the folder has the manifest that a run writes last."""
    try:
        found = json.loads((folder / MANIFEST).read_bytes())
    except (FileNotFoundError, IsADirectoryError, ValueError):
        return False
    return isinstance(found, dict) and found.keys() == {"seed", "families", "as_of", "files"}


def manifest(county: County, listings: list[Listing]) -> dict[str, Any]:
    """Which file is whose, by which adapter it is read, and the day it was received."""
    return {
        "seed": county.seed,
        "families": len(county.families),
        "as_of": county.as_of.isoformat(),
        "files": [
            {
                "path": listing.path,
                "organisation": listing.organisation_code,
                "adapter": listing.adapter_code,
                "rows": listing.rows,
            }
            for listing in listings
        ],
    }


def truth(county: County, listings: list[Listing]) -> dict[str, Any]:
    """Who everybody is. `rows` gives, by file and row number, the person behind each ref of the row; `spoilt` the
    rows that must not be taken, and `blank` how many rows are empty."""
    return {
        "people": [
            {
                "id": person.id,
                "family": family.id,
                "given_name": person.given_name,
                "family_name": person.family_name,
                "born": person.born_on.isoformat(),
                "sex": person.sex,
                "nhs_number": person.nhs_number,
                "upn": person.upn,
                "address": str(person.address),
                "postcode": person.address.postcode,
                "uprn": person.address.uprn,
                "school": person.school_code,
                "known_to": sorted(person.known_to),
                "markers": sorted(marker.value for marker in person.markers),
            }
            for family in county.families
            for person in family.people
        ],
        "households": [
            {"id": family.id, "shape": family.shape, "members": sorted(family.household)}
            for family in county.families
        ],
        "relationships": [
            {
                "from": link.from_id,
                "to": link.to_id,
                "kind": link.kind.value,
                "parental_responsibility": link.parental_responsibility,
                "exclusive": link.exclusive,
                "since": link.since_on.isoformat(),
            }
            for family in county.families
            for link in family.relationships
        ],
        "rows": {listing.path: {str(row): dict(who) for row, who in listing.who.items()} for listing in listings},
        "spoilt": {listing.path: {str(row): kind for row, kind in listing.spoilt.items()} for listing in listings},
        "blank": {listing.path: listing.blank for listing in listings},
    }


def _json(value: dict[str, Any]) -> bytes:
    return (json.dumps(value, ensure_ascii=False, indent=1, sort_keys=True) + "\n").encode("utf-8")


def _write(path: Path, data: bytes) -> None:
    path.parent.mkdir(parents=True, exist_ok=True)
    part = path.with_name(f".{path.name}.part")
    try:
        with part.open("wb") as file:
            file.write(data)
            file.flush()
            os.fsync(file.fileno())
        part.replace(path)
    finally:
        part.unlink(missing_ok=True)
