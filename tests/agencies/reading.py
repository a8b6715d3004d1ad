"""Reads a sample as an ingest would, and writes down all that came of it in plain JSON."""

from __future__ import annotations

from datetime import date
from pathlib import Path
from typing import Any

from broker.agencies import (
    Adapter,
    ColumnAlert,
    IncomingRecord,
    PersonInvolved,
    Rejection,
    Row,
    get_adapter,
    open_batch,
)
from broker.linkage import ReportedIdentifier
from broker.vocabulary.codes import Organisation

SAMPLES = Path(__file__).parent
RECEIVED_ON = date(2026, 11, 2)


def sender_of(adapter_code: str) -> Organisation:
    """An organisation of a kind that sends this format."""
    return Organisation("sender", "A sender", get_adapter(adapter_code).controller_types, "essex")


def read_sample(path: Path, adapter_code: str) -> dict[str, Any]:
    """Everything the batch gave, in the order it gave it."""
    return read_by(path, get_adapter(adapter_code), sender_of(adapter_code))


def read_by(path: Path, adapter: Adapter, sender: Organisation) -> dict[str, Any]:
    """Everything a batch of this sender gave by this adapter."""
    told: dict[str, Any] = {"alerts": [], "rejections": [], "flags": [], "rows": []}
    with open_batch(path, adapter, sender, RECEIVED_ON) as batch:
        for item in batch:
            match item:
                case ColumnAlert():
                    told["alerts"].append([item.position, item.heading])
                case Rejection():
                    told["rejections"].append([item.row_number, item.reason.value, item.column, item.note])
                case Row():
                    told["flags"].extend(str(flag) for flag in item.flags)
                    told["rows"].append(
                        {"rows": list(item.row_numbers), "records": [_record(record) for record in item.records]}
                    )
    receipt = batch.receipt()
    told["counts"] = {
        "read": receipt.rows_read,
        "accepted": receipt.accepted,
        "rejected": receipt.rejected,
        "blank": receipt.blank,
    }
    return told


def _record(record: IncomingRecord) -> dict[str, Any]:
    return {
        "source_key": record.source_key,
        "category": record.category_code,
        "occurred_on": record.occurred_on.isoformat(),
        "mentions_stated": record.mentions_stated,
        "persons": [_person(person) for person in record.persons],
        "fields": dict(record.fields),
        "relationships": [
            [link.from_ref, link.to_ref, link.kind.value, link.parental_responsibility]
            for link in record.relationships
        ],
        "households": [sorted(household.refs) for household in record.households],
    }


def _person(person: PersonInvolved) -> dict[str, Any]:
    claims = person.claims
    told = {
        "ref": person.ref,
        "involvement": person.involvement.value,
        "row": person.row_number,
        "markers": sorted(marker.value for marker in person.marker_claims),
        "given_name": claims.given_name,
        "family_name": claims.family_name,
        "born": claims.born_on.isoformat() if claims.born_on else None,
        "sex": claims.sex_code,
        "agency_id": claims.agency_id,
        "nhs_number": _identifier(claims.nhs_number),
        "upn": _identifier(claims.upn),
        "postcode": _identifier(claims.postcode),
        "address": claims.address,
    }
    return {key: value for key, value in told.items() if value not in (None, [])}


def _identifier(identifier: ReportedIdentifier | None) -> str | None:
    if identifier is None:
        return None
    if identifier.refusal is not None:
        return f"{identifier.reported} ({identifier.refusal.reason.value})"
    return identifier.canonical
