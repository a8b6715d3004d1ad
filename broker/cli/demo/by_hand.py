"""Records that none of the demo's formats carries, entered by hand into the same store, with the same entry in the
log: who is involved, what is going well, a tenancy, a clinic.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from broker.audit.events import Event
from broker.cli.demo.families import Household
from broker.cli.demo.stage import Stage
from broker.store.records import NewRecord, put_records
from broker.store.session import Act
from broker.usecases.acting import Signed, entry_of


def record(
    key: str, category: str, about: Iterable[str], occurred_on: date, fields: Mapping[str, Any]
) -> NewRecord:
    """A record about these people that mentions nobody else."""
    return NewRecord(key, category, frozenset(about), frozenset(), occurred_on, fields)


def enter(stage: Stage, controller: str, records: Iterable[NewRecord]) -> int:
    """Stores a controller's records as its own system would have sent them; how many."""
    entered = list(records)
    batch = hashlib.sha256("/".join(one.source_key for one in entered).encode()).hexdigest()[:32]
    details = {
        "batch": f"b-{batch}",
        "controller": controller,
        "accepted": len(entered),
        "refused": 0,
        "categories": sorted({one.category for one in entered}),
    }

    def work(act: Act) -> int:
        entry = entry_of(act, Signed(f"{controller}/agency-system", controller), Event.RECORDS_INGESTED, details)
        put_records(act, controller, entered, entry=entry)
        return len(entered)

    return stage.broker.store.perform(stage.clock, work)


def enter_ordinary(stage: Stage, home: Household) -> int:
    """What the partners know of the ordinary family beyond their lists."""
    mother, child = home.mother.id, home.child.id
    school = home.child.person.school_code
    count = enter(
        stage,
        school,
        [
            record("inv-1", "involvement", [child], date(2026, 9, 3), {
                "service": "School, pastoral team", "since": "2026-09-03", "worker": "Mrs Patel",
                "phone": "01632 960112",
            }),
        ],
    )  # fmt: skip
    count += enter(
        stage,
        "mse-nhs",
        [
            record("inv-2", "involvement", [child], date(2026, 6, 15), {
                "service": "Children's asthma clinic", "since": "2026-06-15", "worker": "Nurse Daniel Hope",
                "phone": "01632 960245",
            }),
        ],
    )  # fmt: skip
    count += enter(
        stage,
        "ecc",
        [
            record("voice-1", "family-voice", [mother], date(2026, 10, 20), {
                "strength": "A grandmother nearby helps with school runs",
                "wish": "Mornings without shouting, and the asthma under control",
            }),
            record("safe-1", "staff-safety", [mother], date(2026, 8, 4), {
                "hazard": "dog", "advice": "Ring first; ask for the dog to be shut in the kitchen",
            }),
        ],
    )  # fmt: skip
    count += enter(
        stage,
        "chelmsford-housing",
        [
            record("rent-1", "tenancy-arrears", [mother], date(2026, 9, 30), {
                "status": "in-arrears", "arrears_pounds": 412,
            }),
        ],
    )  # fmt: skip
    # Shared at level 3 only: held, and silent here.
    return count + enter(
        stage,
        "eput-nhs",
        [record("mh-1", "mental-health", [mother], date(2026, 7, 9), {"in_service": "yes", "risk": "low"})],
    )


def enter_couple(stage: Stage, home: Household) -> int:
    """What is held about the couple: his, hers, and theirs together."""
    partner = home.partner.id if home.partner is not None else home.mother.id
    count = enter(
        stage,
        "chelmsford-housing",
        [
            record("rent-2", "tenancy-arrears", [home.mother.id, partner], date(2026, 8, 31), {
                "status": "joint-tenancy", "arrears_pounds": 655,
            }),
        ],
    )  # fmt: skip
    count += enter(
        stage,
        "mse-nhs",
        [
            record("inv-3", "involvement", [partner], date(2026, 5, 11), {
                "service": "Outpatient physiotherapy", "since": "2026-05-11",
            }),
            record("inv-4", "involvement", [home.mother.id], date(2026, 4, 20), {
                "service": "Community midwife", "since": "2026-04-20", "worker": "Midwife Jo Hart",
            }),
        ],
    )  # fmt: skip
    return count + enter(
        stage,
        "ecc",
        [record("voice-2", "family-voice", [partner], date(2026, 10, 2), {"strength": "Cooks every evening"})],
    )


def enter_clinic(stage: Stage, home: Household) -> int:
    """That the mother attends a sexual-health clinic: to be known there is itself the secret."""
    return enter(
        stage,
        "essex-sexual-health",
        [record("sh-1", "sexual-health", [home.mother.id], date(2026, 10, 12), {"in_service": "yes"})],
    )
