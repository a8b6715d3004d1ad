"""Records that none of the demo's formats carries, entered by hand into the same store, with the same entry in the
log: who is involved, what is going well, a tenancy, an incident, a clinic.
"""

from __future__ import annotations

import hashlib
from collections.abc import Iterable, Mapping
from datetime import date
from typing import Any

from broker.audit.events import Event
from broker.cli.demo.families import Household, partner_of
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


def enter_together(stage: Stage, home: Household) -> int:
    """What the partners know of the family of the front door and the team: hers, the child's, his, and theirs."""
    mother, child, partner = home.mother.id, home.child.id, partner_of(home).id
    count = enter(
        stage,
        home.child.person.school_code,
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
            record("voice-2", "family-voice", [partner], date(2026, 10, 2), {"strength": "Cooks every evening"}),
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
                "status": "in-arrears", "arrears_pounds": 412, "joint_tenant": partner,
            }),
            record("rent-2", "tenancy-arrears", [mother, partner], date(2026, 8, 31), {
                "status": "joint-tenancy", "arrears_pounds": 655,
            }),
        ],
    )  # fmt: skip
    # Shared at level 3 only: there, and silent here.
    return count + enter(
        stage,
        "eput-nhs",
        [
            record("mh-1", "mental-health", [mother], date(2026, 7, 9), {"in_service": "yes", "risk": "low"}),
            record("inv-3", "involvement", [partner], date(2026, 5, 11), {
                "service": "Talking therapies", "since": "2026-05-11",
            }),
        ],
    )  # fmt: skip


def enter_clinic(stage: Stage, home: Household) -> int:
    """That the mother attends a sexual-health clinic: to be known there is itself the secret."""
    return enter(
        stage,
        "essex-sexual-health",
        [record("sh-1", "sexual-health", [home.mother.id], date(2026, 10, 12), {"in_service": "yes"})],
    )


def enter_led(stage: Stage, home: Household) -> int:
    """Two incidents that the police have, one about the mother and one about the child, a hospital clinic, a
    benefit."""
    count = enter(
        stage,
        "mse-nhs",
        [
            record("inv-4", "involvement", [home.child.id], date(2026, 10, 2), {
                "service": "Hearing clinic", "since": "2026-10-02", "worker": "Nurse Amy Stone",
            }),
        ],
    )  # fmt: skip
    count += enter(
        stage,
        "dwp",
        [
            record("ben-1", "benefits", [home.mother.id], date(2026, 10, 20), {
                "in_payment": "yes", "benefit": "universal-credit",
            }),
        ],
    )  # fmt: skip
    return count + enter(
        stage,
        "essex-police",
        [
            record("pol-1", "police-incidents", [home.mother.id], date(2026, 10, 9), {
                "kind": "noise-at-night", "part_played": "reported-it", "outcome": "words-of-advice",
                "account": "The caller gave the name of a neighbour",
            }),
            record("pol-2", "police-incidents", [home.child.id], date(2026, 10, 16), {
                "kind": "shop-theft", "part_played": "suspected", "outcome": "no-further-action",
            }),
        ],
    )  # fmt: skip


def enter_drug_service(stage: Stage, home: Household) -> int:
    """That a teenager is seen by the drug and alcohol service."""
    return enter(
        stage,
        "essex-drug-service",
        [
            record("dr-1", "substance-misuse", [home.child.id], date(2026, 9, 22), {
                "in_service": "yes", "concern": "ketamine", "note": "Often at the boat yard with older friends",
            }),
        ],
    )  # fmt: skip


def enter_abuse(stage: Stage, home: Household) -> int:
    """What council and domestic abuse service know of a home, and something harmless about the partner."""
    mother, partner = home.mother.id, partner_of(home).id
    count = enter(
        stage,
        "haven-refuge",
        [
            record("da-1", "domestic-abuse", [mother], date(2026, 9, 14), {
                "status": "in-service", "risk_score": 15, "alleged_perpetrator": partner,
            }),
        ],
    )  # fmt: skip
    return count + enter(
        stage,
        "ecc",
        [
            record("da-2", "domestic-abuse", [mother], date(2026, 9, 16), {
                "status": "heard-at-panel", "alleged_perpetrator": partner,
            }),
            record("voice-3", "family-voice", [partner], date(2026, 9, 1), {
                "strength": "Coaches a football team",
            }),
        ],
    )  # fmt: skip


def enter_namesakes(stage: Stage, first: str, second: str) -> int:
    """What the council has of the two boys of one name besides their places on its list."""
    return enter(
        stage,
        "ecc",
        [
            record("voice-4", "family-voice", [first], date(2026, 10, 1), {"strength": "Loves swimming"}),
            record("voice-5", "family-voice", [second], date(2026, 10, 5), {
                "strength": "Reads to his sister", "wish": "To see his dad at weekends",
            }),
        ],
    )  # fmt: skip
