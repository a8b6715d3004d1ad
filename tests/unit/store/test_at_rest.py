"""What somebody who stole the database reads: nothing about whom, and no person beside a clinic.

Marked values are put through every mutator that takes personal data, and searched for in every byte at rest.
"""

from __future__ import annotations

from datetime import date

import pytest

from broker.casework import Case, CaseKind, Membership, Staff
from broker.casework.emergency_access import EmergencyAccess
from broker.casework.staff import StaffMember
from broker.consent.record import ConsentDecision, ConsentKind, ConsentRecord
from broker.dates import Interval
from broker.decision.facts import HolderDecision, HolderRuling
from broker.decision.request import Request
from broker.people import DataSubject, ProtectionMarker, Relationship, RelationshipKind
from broker.store.cases import record_case
from broker.store.consents import append_consents
from broker.store.disclosures import ReleasedCell, StoredDisclosure, record_disclosure
from broker.store.holder_decisions import append_ruling
from broker.store.households import record_members
from broker.store.kinds import DisclosureOutcome, MatterKind
from broker.store.links import SourceDecision, record_source_people
from broker.store.matters import NewMatter, open_matter, put_matter_content
from broker.store.overrides import record_override
from broker.store.people import add_people
from broker.store.records import NewRecord, put_records
from broker.store.relationships import record_relationships
from broker.store.staff import record_staff
from broker.store.tables import METADATA
from broker.store.vault import Identity, put_identities
from tests.unit.store.small_store import NOON, SmallStore, entry

PERSON, PARTNER = "p-canaryperson", "p-canarypartner"
DIGEST = "sha256:" + "0" * 64
KNOWS_ITS_PEOPLE = {"person", "person_key", "identity_version", "identity_token", "audit_private"}
"""Tables in which a person's opaque id stands in clear: the vault, which says nothing else readable."""


@pytest.fixture
def full(small: SmallStore) -> SmallStore:
    with small.act() as act:
        marked = DataSubject(PERSON, date(1988, 5, 1), markers=frozenset({ProtectionMarker.PROTECTED}))
        add_people(act, [marked, DataSubject(PARTNER, None)], entry=entry())
        identity = Identity(
            "Canaryname", "Given", born_on=date(1988, 5, 1), address=("1 Canary Street",), postcode="CM1 1LX",
            identifiers={"nhs-number": ("9990000018",)}, phones=("01632 960001",),
        )  # fmt: skip
        put_identities(act, {PERSON: identity}, entry=entry())
        partner = Relationship(PERSON, PARTNER, RelationshipKind.SPECIAL_GUARDIAN)
        record_relationships(act, [("canaryrelation", partner)], entry=entry())
        record_members(act, "canaryhousehold", joined=[PERSON, PARTNER], entry=entry())
        consent = ConsentRecord(
            "c-1", PERSON, PARTNER, ConsentKind.CONFIDENTIALITY, ConsentDecision.WITHDRAWN, NOON
        )
        append_consents(act, [consent], entry=entry())
        ruling = HolderDecision(
            PERSON, "sexual-health", "clinic", "family-support", HolderRuling.WITHHOLD, "s", NOON
        )
        append_ruling(act, ruling, "canaryreason", entry=entry())
        members = (Membership("s-kim", Interval()),)
        case = Case(
            "k-1", CaseKind.TEAM, 3, frozenset({"canarypurpose"}), frozenset({PERSON}), NOON, members=members
        )
        record_case(act, case, entry=entry())
        kim = Staff("s-kim", "ecc", frozenset({"triage"}), person=PERSON, links=frozenset({PARTNER}))
        record_staff(act, [StaffMember(kim, "Canarystaff")], entry=entry())
        record = NewRecord(
            "canarysource", "sexual-health", frozenset({PERSON}), frozenset({PARTNER}), date(2026, 1, 20),
            {"note": "canarycontent"},
        )  # fmt: skip
        put_records(act, "clinic", [record], entry=entry())
        put_records(act, "school", [record], entry=entry())
        record_source_people(
            act, [SourceDecision("clinic", "canaryclient", PERSON, "linked", "canarywhy")], entry=entry()
        )
        request = Request(NOON, "s-kim", "triage", "family-support", (PERSON,), "k-1", "canaryasked")
        disclosure = StoredDisclosure(
            "d-1", DisclosureOutcome.ANSWERED, request, "ecc", DIGEST, DIGEST, DIGEST,
            cells=(ReleasedCell(PERSON, "sexual-health", "clinic", "full"),), records=(("r-canary", "full"),),
        )  # fmt: skip
        record_disclosure(act, disclosure, entry=entry())
        breach = NewMatter(MatterKind.BREACH, "ecc", "open", NOON, (PERSON,), {"what": "canarymatter"})
        opened = open_matter(act, breach, entry=entry())
        put_matter_content(act, opened, 1, PERSON, {"pack": "canarypack"}, entry=entry())
        emergency = EmergencyAccess(
            "o-1", "s-kim", "ecc", "triage", "family-support", (PERSON,), "k-1", "significant-harm",
            "canaryurgent", "vital-interests", 60, "ecc", NOON, NOON,
        )  # fmt: skip
        record_override(act, emergency, entry=entry())
    return small


def test_no_canary_is_at_rest(full: SmallStore) -> None:
    at_rest = full.dump().lower()
    for canary in (
        b"canaryname", b"canary street", b"cm1 1lx", b"9990000018", b"01632", b"1988-05-01", b"canaryrelation",
        b"canaryhousehold", b"confidentiality", b"withdrawn\"", b"special-guardian", b"protected\"",
        b"sexual-health", b"canaryreason", b"canarypurpose", b"canarystaff", b"canarysource", b"canarycontent",
        b"canaryclient", b"canarywhy", b"canaryasked", b"canaryurgent", b"r-canary", b"canarymatter",
        b"canarypack", b"2026-01-20",
    ):  # fmt: skip
        assert canary not in at_rest, canary


def test_a_persons_id_stands_nowhere_but_in_the_vault(full: SmallStore) -> None:
    with full.engine.connect() as connection:
        for name in METADATA.tables:
            rows = connection.exec_driver_sql(f'SELECT * FROM "{name}"').all()  # noqa: S608 - names come from our own tables
            shown = any(
                PERSON in str(value) or PERSON.encode() in bytes(str(value), "utf-8")
                for row in rows
                for value in row
            )
            assert shown == (name in KNOWS_ITS_PEOPLE and bool(rows)), name


def test_no_value_joins_a_person_to_a_controller_or_two_tables(full: SmallStore) -> None:
    """Tokens and pseudonyms of one person differ from table to table and from controller to controller."""
    where: dict[bytes, set[str]] = {}
    with full.engine.connect() as connection:
        for name, table in METADATA.tables.items():
            tokens = [
                column.name
                for column in table.columns
                if column.name.endswith("token") or column.name == "pseudonym"
            ]
            for column in tokens:
                if (name, column) != ("link", "pseudonym"):
                    for (value,) in connection.exec_driver_sql(f'SELECT DISTINCT {column} FROM "{name}"').all():  # noqa: S608 - names come from our own tables
                        where.setdefault(bytes(value), set()).add(name)
    assert where
    assert [tables for tables in where.values() if len(tables) > 1] == []


def test_two_controllers_share_no_pseudonym(full: SmallStore) -> None:
    with full.engine.connect() as connection:
        rows = connection.exec_driver_sql(
            "SELECT controller_code, pseudonym FROM record_person JOIN record USING (record_id)"
        ).all()
    by_controller: dict[str, set[bytes]] = {}
    for controller, pseudonym in rows:
        by_controller.setdefault(controller, set()).add(pseudonym)
    assert len(by_controller["clinic"]) == 2
    assert by_controller["clinic"].isdisjoint(by_controller["school"])


def test_every_seal_has_a_nonce_of_its_own(full: SmallStore) -> None:
    with full.engine.connect() as connection:
        sealed = [
            bytes(value)
            for name, column in (("consent_event", "consent"), ("record_version", "header"), ("link", "pseudonym"))
            for (value,) in connection.exec_driver_sql(f"SELECT {column} FROM {name}").all()  # noqa: S608 - names come from our own tables
        ]
    assert all(value[0] == 1 and len(value) > 29 for value in sealed)
    assert len({value[1:13] for value in sealed}) == len(sealed)  # no nonce stands twice
