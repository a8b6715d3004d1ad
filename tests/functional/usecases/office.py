"""An office to work in: a real database, the shipped standing rules and agreements, a family and its team.

The clock is frozen and moves a minute with every step, and the store's randomness is seeded, so that two offices
that do the same say the same.
"""

from __future__ import annotations

import atexit
import hashlib
import os
import shutil
import tempfile
from collections.abc import Callable, Iterator, Mapping, Sequence
from contextlib import contextmanager
from dataclasses import dataclass, field, replace
from datetime import UTC, date, datetime, timedelta
from functools import cache
from pathlib import Path
from typing import Any

from sqlalchemy import make_url

from broker.audit.entry import AuditEntry, parse_entry
from broker.audit.events import Event
from broker.casework import CaseKind, Staff
from broker.casework.staff import StaffMember
from broker.clock import FrozenClock
from broker.consent.record import ConsentDecision, ConsentKind
from broker.documents.findings import Findings
from broker.keyring.file_provider import FileProvider
from broker.people import ProtectionMarker, Relationship, RelationshipKind
from broker.release.disclosure import Disclosure
from broker.settings import Settings
from broker.store.audit import find_entries, integrate_entries
from broker.store.authorisations import find_authorisations
from broker.store.dialect import open_engine
from broker.store.notices import DueNotice, find_due
from broker.store.records import NewRecord, put_records
from broker.store.session import Act, Store
from broker.usecases.acting import AS_OPERATOR, Acting, entry_of
from broker.usecases.agreements.authorisations import NewAuthorisation, authorise
from broker.usecases.agreements.publish_agreement import publish_agreement
from broker.usecases.agreements.sign_agreement import Signing, sign_agreement
from broker.usecases.casework.cases import NewCase, open_case
from broker.usecases.consent.append_consent import ConsentAppended
from broker.usecases.consent.record_consent import ConsentStatement, record_consent
from broker.usecases.emergency.answer_override import approve_override
from broker.usecases.emergency.request_override import NewOverride, request_override
from broker.usecases.people.lift_protection import agree_to_lift, propose_lift
from broker.usecases.people.markers import Marked, Marking, mark
from broker.usecases.people.people import NewPerson, add_person
from broker.usecases.people.ties import house, relate
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import release_profile
from broker.usecases.rules.adopt_policies import adopt_standing_rules
from broker.vocabulary.load import folder_bytes
from broker.wiring import Broker, open_broker
from tests.databases import APP, as_role, owner_url, server, text_of, waiting_for_no_disk
from tests.unit.store.small_store import migrated, migrated_on_postgresql

ROOT = Path(__file__).parents[3]
START_AT = datetime(2026, 3, 2, 9, 30, tzinfo=UTC)
FAMILY_SUPPORT = ROOT / "agreements" / "family-support" / "v1" / "agreement.yaml"
KIM = Acting("kim", "lead-practitioner")
TOM = Acting("tom", "team-member")
TRIAGE = Acting("tri", "triage")
OFFICER = Acting("ola", "ig-officer")
SIRO = Acting("sid", "siro")
SCHOOL_LEAD = Acting("dee", "safeguarding-lead")
MARKED_BECAUSE = "The court has said so"
AGREED_BECAUSE = "The police confirm it"
ON_SERVER = "database-url"
"""The file in a data folder that tells the tests' own commands where the database is, where it is on a server."""
REASON = "Preparing the first review"
URGENT = "A child is at risk tonight"

STAFF = (
    ("kim", "Kim Ward", "ecc", "lead-practitioner"),
    ("tom", "Tom Reed", "ecc", "team-member"),
    ("tri", "Tri Shaw", "ecc", "triage"),
    ("ola", "Ola Grant", "ecc", "ig-officer"),
    ("sid", "Sid Marsh", "ecc", "siro"),
    ("dee", "Dee Long", "oakdale-primary", "safeguarding-lead"),
    ("soc", "Soc Hill", "ecc", "social-worker"),
)


class Seeded:
    """Unpredictable bytes that are the same in every run."""

    def __init__(self, seed: str) -> None:
        self._seed = seed
        self._number = 0

    def __call__(self, size: int) -> bytes:
        self._number += 1
        return hashlib.shake_256(f"{self._seed}/{self._number}".encode()).digest(size)


@dataclass
class Office:
    """The broker at work. `people` and `cases` hold ids by the names the tests use."""

    broker: Broker
    clock: FrozenClock
    people: dict[str, str] = field(default_factory=dict)
    cases: dict[str, str] = field(default_factory=dict)

    def step(self, minutes: int = 1) -> None:
        """Lets time pass."""
        self.clock.advance(timedelta(minutes=minutes))

    def reseed(self, seed: str) -> None:
        """The same database under fresh seeded randomness, so that what comes next is the same in two offices."""
        store = self.broker.store
        self.broker = replace(self.broker, store=Store(store._engine, store._keys, Seeded(seed)))

    def adopt(self) -> None:
        folder = ROOT / "policies"
        adopt_standing_rules(self.broker, folder_bytes(folder, "policies", Findings()))

    def enrol(self) -> None:
        enrol_staff(
            self.broker,
            [StaffMember(Staff(one, where, frozenset({role})), name) for one, name, where, role in STAFF],
        )

    def enrol_one(self, staff_id: str, name: str, organisation: str, role: str, person: str | None = None) -> None:
        """One more member of staff; `person` is who they are, for somebody with two posts."""
        staff = Staff(staff_id, organisation, frozenset({role}), person=person)
        enrol_staff(self.broker, [StaffMember(staff, name)])

    def befriend(self, staff_id: str, who: str, organisation: str, role: str) -> Acting:
        """One more member of staff, who has declared a link to this person."""
        staff = Staff(staff_id, organisation, frozenset({role}), links=frozenset({self.people[who]}))
        enrol_staff(self.broker, [StaffMember(staff, "A Friend")])
        return Acting(staff_id, role)

    def agree(self, parties: Sequence[str] | None = None) -> None:
        """Publishes the family support agreement and has it signed by these parties (None: all)."""
        published = publish_agreement(self.broker, OFFICER, FAMILY_SUPPORT.read_bytes(), "agreement.yaml")
        for party in published.agreement.parties if parties is None else parties:
            self.step()
            self.sign(party)

    def sign(self, party: str) -> None:
        """Sid of the council signs for a party; for another one by its letter, which the officer recorded."""
        self.authorise(party)
        signing = Signing("family-support", 1, party, "Sid Marsh", "SIRO", "scheme of delegation")
        sign_agreement(self.broker, SIRO, signing)

    def authorise(self, party: str) -> None:
        """The party's letter that lets the council sign for it, recorded once."""
        with self.broker.store.look() as view:
            there = party == "ecc" or bool(find_authorisations(view, party))
        if not there:
            authorise(self.broker, OFFICER, NewAuthorisation(party, "ecc", "letter of the board"))

    def family(self) -> None:
        """Mum, her partner and her child; mum has parental responsibility, her partner has not."""
        for name, born in (("mum", (1988, 5, 1)), ("partner", (1985, 1, 1)), ("child", (2015, 6, 1))):
            self.step()
            new = NewPerson(name.capitalize(), "Testing", date(*born), postcode="CM1 1LX")
            self.people[name] = add_person(self.broker, TRIAGE, new)
        mother = Relationship(
            self.people["mum"], self.people["child"], RelationshipKind.MOTHER, parental_responsibility=True
        )
        stepfather = Relationship(self.people["partner"], self.people["child"], RelationshipKind.STEP_PARENT)
        relate(self.broker, TRIAGE, mother, evidence="birth register")
        relate(self.broker, TRIAGE, stepfather, evidence="")
        house(self.broker, TRIAGE, joined=self.people.values())

    def team(self) -> str:
        """A team around the family, led by Kim."""
        self.step()
        new = NewCase(CaseKind.TEAM, 2, frozenset({"family-support"}), frozenset(self.people.values()))
        self.cases["team"] = open_case(self.broker, KIM, new).case.id
        return self.cases["team"]

    def consent(
        self,
        about: str,
        by: str,
        decision: ConsentDecision = ConsentDecision.GIVEN,
        **scope: Any,
    ) -> ConsentAppended:
        self.step()
        kind = scope.pop("kind", ConsentKind.ENGAGEMENT)
        statement = ConsentStatement(self.people[about], self.people[by], kind, decision, **scope)
        return record_consent(self.broker, KIM, statement)

    def mark(self, who: str, marker: ProtectionMarker, **how: Any) -> Marked:
        """Sets a marker or lifts one that one person lifts, by the school's safeguarding lead."""
        marking = Marking(marker, reason=how.pop("reason", MARKED_BECAUSE), **how)
        return mark(self.broker, SCHOOL_LEAD, self.people[who], marking)

    def unprotect(self, who: str, second: Acting = OFFICER) -> str:
        """Lifts `protected`: proposed by the school's safeguarding lead and agreed to by a second."""
        proposed = propose_lift(self.broker, SCHOOL_LEAD, self.people[who], MARKED_BECAUSE)
        self.step()
        agree_to_lift(self.broker, second, self.people[who], proposed.proposal_id, AGREED_BECAUSE)
        return proposed.proposal_id

    def record(self, controller: str, category: str, about: Sequence[str], fields: Mapping[str, Any]) -> str:
        """Puts one record as its controller would send it."""
        self.step()
        people = frozenset(self.people[one] for one in about)
        new = NewRecord(f"{controller}/{category}", category, people, frozenset(), date(2026, 1, 20), fields)

        def work(act: Act) -> str:
            details = {"batch": act.new_id("b-"), "controller": controller, "accepted": 1, "refused": 0}
            entry = entry_of(act, AS_OPERATOR, Event.RECORDS_INGESTED, details)
            return next(iter(put_records(act, controller, [new], entry=entry).ids.values()))

        return self.broker.store.perform(self.clock, work)

    def notices(self, topic: str) -> list[DueNotice]:
        """The notices queued about a topic."""
        with self.broker.store.look() as view:
            due = find_due(view, self.clock.now() + timedelta(days=1), 1000)
        return [one for one in due if one.notice.topic == topic]

    def ask(self, acting: Acting = KIM, about: Sequence[str] = ("mum", "child"), **others: Any) -> Disclosure:
        """Asks for a profile."""
        self.step()
        people = tuple(self.people.get(one, one) for one in about)
        asked = Asked(
            others.pop("purpose", "family-support"),
            people,
            REASON,
            others.pop("case", self.cases["team"]),
            **others,
        )
        return release_profile(self.broker, acting, asked)

    def emergency(self, acting: Acting, *about: str, second: Acting | None = None, **how: Any) -> str:
        """Emergency access about these people: alone, or approved by `second`. Its id."""
        self.step()
        people = tuple(self.people.get(one, one) for one in about or ("mum", "child"))
        new = NewOverride(
            how.pop("reason", "significant-harm"),
            how.pop("justification", URGENT),
            how.pop("gateway", "vital-interests"),
            how.pop("purpose", "family-support"),
            people,
            how.pop("case", self.cases["team"]),
            second is None,
            **how,
        )
        access = request_override(self.broker, acting, new).access
        if second is not None:
            self.step()
            approve_override(self.broker, second, access.id)
        return access.id

    def entries(self) -> list[AuditEntry]:
        """The log so far, in order."""
        while integrate_entries(self.broker.store, self.clock):
            pass
        with self.broker.store.look() as view:
            return [parse_entry(data) for data in find_entries(view, 0, 10_000)]


@dataclass(frozen=True)
class Template:
    """An office that was closed: where it lies (its database perhaps on the PostgreSQL server), what time it was,
    and the ids of those in it."""

    folder: Path
    at: datetime
    people: dict[str, str]
    cases: dict[str, str]
    database_url: str | None = None


@contextmanager
def reopen_office(template: Template, folder: Path) -> Iterator[Office]:
    """A copy of the office in `folder`, at the time at which it was closed."""
    if not folder.exists():
        shutil.copytree(template.folder, folder)
    copied = None if template.database_url is None else make_url(template.database_url).database
    with (
        _database(copied, template.database_url is not None) as url,
        open_broker(_settings(folder, url), FrozenClock(template.at)) as broker,
    ):
        waiting_for_no_disk(broker.store._engine)
        office = Office(broker, FrozenClock(template.at), dict(template.people), dict(template.cases))
        office.broker = replace(broker, clock=office.clock)
        office.reseed("reopened")
        yield office


@contextmanager
def _database(template: str | None, on_server: bool) -> Iterator[str | None]:
    """The owner's address of a new database on the PostgreSQL server, dropped afterwards; None for one in the
    folder."""
    if not on_server:
        yield None
        return
    url = server().make(template)
    yield text_of(url)
    server().drop(url)


def _settings(folder: Path, database_url: str | None = None) -> Settings:
    chosen = {}
    if database_url is not None:
        chosen["database_url"] = text_of(as_role(make_url(database_url), APP))
        folder.mkdir(parents=True, exist_ok=True)
        (folder / ON_SERVER).write_text(chosen["database_url"], "utf-8")
    where = {"data_dir": folder, "policies_dir": ROOT / "policies", "log_origin": "broker.example/log"}
    # Answers as soon as may be, however many: what is tested is what they say, and not when.
    freely = {"answer_tick_ms": 0, "requests_per_minute": 1_000_000, "requests_at_once": 10_000}
    return Settings.model_validate({**where, **freely, **chosen})


@contextmanager
def open_office(
    folder: Path, seed: str = "office", keys_of: Office | None = None, database: str = "sqlite"
) -> Iterator[Office]:
    """An empty office: migrated, rules adopted, staff enrolled; with the keys of another one where it is named."""
    if keys_of is not None:
        shutil.copytree(keys_of.broker.settings.keys(), folder / "keys")
    on_server = database == "postgresql"
    template = migrated_on_postgresql() if on_server else None
    with _database(template, on_server) as url, _opened(_settings(folder, url), seed) as office:
        yield office


def make_template(folder: Path, database: str, fill: Callable[[Office], object]) -> Template:
    """An office that was filled and closed again, to be copied by `reopen_office`. Its database stays on the
    server until the tests end."""
    url = text_of(server().make(migrated_on_postgresql())) if database == "postgresql" else None
    with _opened(_settings(folder, url), "office") as office:
        fill(office)
        return Template(folder, office.clock.at, dict(office.people), dict(office.cases), url)


@contextmanager
def _opened(settings: Settings, seed: str) -> Iterator[Office]:
    """An office in a database as `broker migrate` makes one: migrated once a process, then copied."""
    clock = FrozenClock(START_AT)
    settings.data_dir.mkdir(mode=0o700, parents=True, exist_ok=True)
    if settings.database_url is None:
        shutil.copy(migrated(), settings.data_dir / "broker.db")
    if not settings.keys().exists():
        FileProvider.create(settings.keys())
    with open_broker(settings, clock) as broker:
        waiting_for_no_disk(broker.store._engine)
        office = Office(broker, clock)
        office.reseed(seed)
        office.adopt()
        office.enrol()
        yield office


def working(office: Office) -> Office:
    """The office with agreement, family, team, mum's agreement for herself and her child, and three records."""
    office.agree()
    office.family()
    office.team()
    office.consent("mum", "mum")
    office.consent("child", "mum")
    office.record("oakdale-primary", "attendance", ["child"], {"percentage": 81, "note": "Often late on Mondays"})
    office.record(
        "ecc", "involvement", ["mum"], {"service": "Early help", "worker": "Kim Ward", "phone": "01632 960123"}
    )
    office.record("essex-police", "staff-safety", ["mum"], {"hazard": "dog", "advice": "Ring before you visit"})
    return office


@cache
def working_template(database: str) -> Template:
    """An office at work, closed again: one of each kind for every test of this process that copies it."""
    folder = Path(tempfile.mkdtemp(prefix="broker-office-"))
    atexit.register(shutil.rmtree, folder, ignore_errors=True)
    return make_template(folder / "office", database, working)


def engine_of(office: Office) -> Any:
    """A connection pool of its own to the office's database, for breaking things from outside as its owner can."""
    return open_engine(owner_url(office.broker.settings.database()))


@contextmanager
def full_disk(office: Office, table: str) -> Iterator[None]:
    """While it lasts, nothing more fits into a table."""
    engine = engine_of(office)
    refused = "CREATE TRIGGER full_disk BEFORE INSERT ON {} BEGIN SELECT RAISE(ABORT, 'disk full'); END"
    allowed = "DROP TRIGGER full_disk"
    if engine.dialect.name == "postgresql":
        function = "RETURNS trigger LANGUAGE plpgsql AS $$ BEGIN RAISE EXCEPTION 'disk full'; END $$"
        refused = f"CREATE FUNCTION full_disk() {function}; CREATE TRIGGER full_disk BEFORE INSERT ON {{}}"
        refused += " EXECUTE FUNCTION full_disk()"
        allowed = "DROP FUNCTION full_disk CASCADE"
    with engine.begin() as connection:
        connection.exec_driver_sql(refused.format(table))
    yield
    with engine.begin() as connection:
        connection.exec_driver_sql(allowed)
    engine.dispose()


def at_rest(office: Office) -> bytes:
    """Everything the database holds: its files, or on PostgreSQL every value."""
    engine = engine_of(office)
    if engine.dialect.name == "sqlite":
        return b"".join(path.read_bytes() for path in office.broker.settings.data_dir.glob("broker.db*"))
    names = "SELECT tablename FROM pg_tables WHERE schemaname = 'public'"
    with engine.connect() as connection:
        rows = [
            row
            for table in connection.exec_driver_sql(names).scalars().all()
            for row in connection.exec_driver_sql(f'SELECT * FROM "{table}"').all()  # noqa: S608 - names come from the catalogue
        ]
    engine.dispose()
    return b"\n".join(one if isinstance(one, bytes) else str(one).encode() for row in rows for one in row)


def environment_of(data_dir: Path) -> dict[str, str]:
    """The environment in which a command works on the office whose data folder this is."""
    found = {**os.environ, "BROKER_DATA_DIR": str(data_dir), "BROKER_LOG_ORIGIN": "broker.example/log"}
    if (data_dir / ON_SERVER).exists():
        found["BROKER_DATABASE_URL"] = (data_dir / ON_SERVER).read_text("utf-8")
    return found
