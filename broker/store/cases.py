"""Cases, whom they are about and who is in them. Every change records a new version."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from types import MappingProxyType
from typing import Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.casework import Case
from broker.store import codec
from broker.store.kinds import VersionedKind
from broker.store.sealing import (
    among,
    as_known,
    chunks,
    known,
    latest,
    open_fact,
    person_token,
    person_tokens,
    seal_fact,
)
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.casework import CaseAbout, CaseMember, CaseVersion

CASES: Final = table_of(CaseVersion)
_VERSIONS_OF: Final = known(select(CASES).where(among(CASES.c.case_id)), CASES)
ABOUT: Final = table_of(CaseAbout)
MEMBERS: Final = table_of(CaseMember)
_NAMED_IN: Final = select(ABOUT).where(among(ABOUT.c.person_token))


def record_case(act: Act, case: Case, *, entry: AuditEntry, effective_at: datetime | None = None) -> None:
    """Records a case as it now is: opened, with another member, closed. Ids from `act.new_id("k-")`."""
    act.bump(entry, VersionedKind.CASE, [case.id])
    row, token = act.new_row(), _token(act, case.id)
    version = {
        "row_id": row,
        "case_id": case.id,
        "kind_code": case.kind.value,
        "effective_at": effective_at or act.at,
        "recorded_at": act.at,
        "body": seal_fact(act, CASES, "body", row, token, codec.case_body(case)),
    }
    act.write_rows(entry, CASES, [version])
    about = [{"person_token": person_token(act, ABOUT, one), "case_id": case.id} for one in sorted(case.about)]
    act.write_rows(entry, ABOUT, about, unless_there=True)
    members = [{"staff_id": one, "case_id": case.id} for one in sorted({m.staff for m in case.members})]
    act.write_rows(entry, MEMBERS, members, unless_there=True)


def find_cases(view: View, case_ids: Iterable[str], known_at: datetime | None = None) -> dict[str, Case]:
    """The cases there are among these ids."""
    rows = view.read(_VERSIONS_OF, as_known(known_at, case_id=set(case_ids)))
    return {
        case_id: codec.case_from(
            case_id, row.kind_code, open_fact(view, CASES, "body", row.row_id, _token(view, case_id), row.body)
        )
        for case_id, row in latest(rows, "case_id").items()
    }


def find_cases_about(view: View, person_id: str, known_at: datetime | None = None) -> dict[str, Case]:
    """The cases that are about this person."""
    statement = select(ABOUT.c.case_id).where(ABOUT.c.person_token.in_(person_tokens(view, ABOUT, [person_id])))
    found = find_cases(view, [row.case_id for row in view.read(statement)], known_at)
    return {case_id: case for case_id, case in found.items() if person_id in case.about}


def find_cases_about_any(
    view: View, person_ids: Iterable[str], read: Mapping[str, Case] = MappingProxyType({})
) -> dict[str, dict[str, Case]]:
    """The cases that are about each of these people, by person; who is in none is not there. `read` are cases that
    were just read, by id: they are not read again."""
    tokens = person_tokens(view, ABOUT, person_ids)
    named: dict[str, list[str]] = {}
    for some in chunks(sorted(tokens)):
        for row in view.read(_NAMED_IN, {"person_token": some}):
            named.setdefault(tokens[row.person_token], []).append(row.case_id)
    cases = {**read, **find_cases(view, {one for found in named.values() for one in found}.difference(read))}
    return {
        person: {one: cases[one] for one in sorted(case_ids) if one in cases and person in cases[one].about}
        for person, case_ids in named.items()
    }


def find_cases_of(view: View, staff_id: str, known_at: datetime | None = None) -> dict[str, Case]:
    """The cases this member of staff is or was in."""
    statement = select(MEMBERS.c.case_id).where(MEMBERS.c.staff_id == staff_id)
    return find_cases(view, [row.case_id for row in view.read(statement)], known_at)


def _token(view: View, case_id: str) -> bytes:
    return view.keys.token("case", case_id)
