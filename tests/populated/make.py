"""Writes down a populated database as it is at the newest revision, for every later version to upgrade.

    python -m tests.populated.make

Run it before the next migration is written, and land what it writes (`tests/populated/<revision>.json.gz`). It
works an office through agreement, family, consent, release, withdrawal, protection and erasure, and keeps the rows
of every table, the key file, and what the store's own readers say. A frozen file is never made again: the next
version must read what the last one wrote. For an older revision copy this folder into a checkout of that time and
run it.
"""

from __future__ import annotations

import base64
import dataclasses
import gzip
import json
import tempfile
from collections.abc import Mapping
from datetime import date, datetime
from enum import Enum
from pathlib import Path
from typing import Any

from sqlalchemy import create_engine

from broker.audit.events import Event
from broker.consent.record import ConsentDecision
from broker.people import ProtectionMarker
from broker.store.agreements import find_policies, find_versions
from broker.store.audit import find_entries, find_tree_head
from broker.store.cases import find_cases
from broker.store.consents import find_consents
from broker.store.disclosures import find_disclosures_about
from broker.store.gather import gather_facts
from broker.store.holder_decisions import find_rulings
from broker.store.households import find_households
from broker.store.links import find_links
from broker.store.people import erase_person, find_people
from broker.store.records import find_headers, open_contents
from broker.store.relationships import find_relationships
from broker.store.schema import newest_revision
from broker.store.session import Act, View
from broker.store.staff import find_members
from broker.store.tables import METADATA
from broker.store.vault import Sought, find_by_identifier, find_candidates, find_identities
from broker.usecases.acting import AS_OPERATOR, entry_of
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.people.people import NewPerson, add_person
from tests.functional.usecases.office import KIM, STAFF, TRIAGE, Office, open_office, working

HERE = Path(__file__).parent
STAFF_IDS = tuple(one[0] for one in STAFF)
NHS = "9990000018"


def plain(found: Any) -> Any:
    """What a reader returned, as JSON: objects by their fields, sets in order."""
    if isinstance(found, Enum):
        return found.value
    if dataclasses.is_dataclass(found) and not isinstance(found, type):
        return {one.name: plain(getattr(found, one.name)) for one in dataclasses.fields(found)}
    if isinstance(found, tuple) and hasattr(found, "_fields"):
        return {name: plain(value) for name, value in zip(found._fields, found, strict=True)}
    if isinstance(found, Mapping):
        return {str(plain(key)): plain(value) for key, value in found.items()}
    if isinstance(found, set | frozenset):
        return sorted((plain(one) for one in found), key=str)
    if isinstance(found, tuple | list):
        return [plain(one) for one in found]
    if isinstance(found, bytes):
        return base64.b64encode(found).decode("ascii")
    if isinstance(found, datetime | date):
        return found.isoformat()
    return found if isinstance(found, int | float | str | None) else str(found)


def everything(view: View, people: Mapping[str, str], cases: Mapping[str, str]) -> dict[str, Any]:
    """What the store's readers say of these people and cases."""
    ids = sorted(people.values())
    headers = find_headers(view, ids)
    size = find_tree_head(view).frontier.size
    facts = gather_facts(view, ids, case_id=cases["team"], staff_ids=STAFF_IDS)
    return plain(
        {
            "people": find_people(view, ids),
            "identities": find_identities(view, ids),
            "candidates": find_candidates(view, Sought(family_name="Testing", postcode="CM1 1LX")),
            "by_nhs_number": find_by_identifier(view, "nhs-number", NHS),
            "relationships": sorted(map(plain, find_relationships(view, ids)), key=str),
            "households": sorted(map(plain, find_households(view, ids)), key=str),
            "consents": find_consents(view, ids),
            "rulings": find_rulings(view, ids),
            "cases": find_cases(view, cases.values()),
            "staff": find_members(view, STAFF_IDS),
            "links": find_links(view, ids),
            "headers": headers,
            "contents": open_contents(view, [one.header.id for one in headers]),
            "disclosures": {one: find_disclosures_about(view, one) for one in ids},
            "agreements": find_versions(view),
            "policies": find_policies(view),
            "gathered": {"people": facts.people, "consents": facts.consents, "staff": facts.staff},
            "tree_size": size,
            "tree_root": find_tree_head(view).frontier.root,
            "entries": find_entries(view, 0, size),
        }
    )  # type: ignore[no-any-return]  # a dict in, a dict out


def work(office: Office) -> None:
    """Something of everything that every version since the first could do."""
    working(office)
    office.step()
    known = {"nhs-number": NHS}
    gran = NewPerson("Gran", "Testing", date(1950, 2, 1), phones=("01632 960001",), identifiers=known)
    office.people["gran"] = add_person(office.broker, TRIAGE, gran)
    office.ask()
    office.step()
    office.consent("mum", "mum", ConsentDecision.REFUSED, categories=frozenset({"staff-safety"}))
    given = office.consent("partner", "partner")
    office.record("oakdale-primary", "attendance", ["partner"], {"percentage": 7})
    office.ask(about=("partner",))
    office.step()
    withdraw_consent(office.broker, KIM, Withdrawal(given.consent_id))
    office.mark("child", ProtectionMarker.ADDRESS_PROTECTED)
    office.ask()
    office.step()

    def erase(act: Act) -> None:
        entry = entry_of(act, AS_OPERATOR, Event.PERSON_ERASED, {"reason": "asked"})
        erase_person(act, office.people["partner"], entry=entry)

    # The first versions had no `perform`: their writers were serial.
    store: Any = office.broker.store
    if hasattr(store, "perform"):
        store.perform(office.clock, erase)
    else:
        with store.act(office.clock) as act:
            erase(act)
    office.entries()


def rows_of(path: Path) -> list[list[Any]]:
    """Every table with its columns and rows as SQLite holds them, parents before children."""
    engine = create_engine(f"sqlite:///{path}")
    with engine.connect() as connection:
        found = []
        for table in METADATA.sorted_tables:
            names = [column.name for column in table.columns]
            listed = ", ".join(f'"{name}"' for name in names)
            rows = connection.exec_driver_sql(f'SELECT {listed} FROM "{table.name}" ORDER BY 1').all()  # noqa: S608 - names of our own tables
            if rows:
                found.append([table.name, names, [[_packed(value) for value in row] for row in rows]])
    engine.dispose()
    return found


def _packed(value: Any) -> Any:
    return {"b": base64.b64encode(value).decode("ascii")} if isinstance(value, bytes) else value


def make() -> Path:
    """Writes the file and returns its path. Raises SystemExit where it is there."""
    path = HERE / f"{newest_revision()}.json.gz"
    if path.exists():
        raise SystemExit(f"{path.name} is there: a frozen file is never made again")
    with tempfile.TemporaryDirectory(prefix="broker-populated-") as name:
        folder = Path(name) / "office"
        with open_office(folder) as office:
            work(office)
            with office.broker.store.look() as view:
                told = everything(view, office.people, office.cases)
            frozen = {
                "revision": newest_revision(),
                "keys": (folder / "keys" / "broker-keys.json").read_text("utf-8"),
                "people": office.people,
                "cases": office.cases,
                "told": told,
            }
        frozen["tables"] = rows_of(folder / "broker.db")
    data = json.dumps(frozen, separators=(",", ":"), sort_keys=True).encode()
    path.write_bytes(gzip.compress(data, 9, mtime=0))
    return path


if __name__ == "__main__":
    print(make())
