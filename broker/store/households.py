"""Who lives under one roof. Joining and leaving are recorded; the latest of each pair governs."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import insert, select

from broker.audit.entry import AuditEntry
from broker.people import Household
from broker.store.kinds import VersionedKind
from broker.store.sealing import among, as_known, known, latest, open_fact, person_token, person_tokens, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.people import HouseholdMember

MEMBERS: Final = table_of(HouseholdMember)
_OF_PEOPLE: Final = known(select(MEMBERS).where(among(MEMBERS.c.person_token)), MEMBERS)
_OF_HOUSEHOLDS: Final = known(select(MEMBERS).where(among(MEMBERS.c.household_token)), MEMBERS)


def record_members(
    act: Act,
    household_id: str,
    *,
    joined: Iterable[str] = (),
    left: Iterable[str] = (),
    entry: AuditEntry,
    effective_at: datetime | None = None,
) -> None:
    """Records that people (ids) joined or left a household."""
    changes = {**dict.fromkeys(joined, True), **dict.fromkeys(left, False)}
    # Whoever lives there is touched: a protected address protects everybody under the roof.
    act.bump(entry, VersionedKind.PERSON, {*changes, *_members(act, [household_id], None).get(household_id, ())})
    household = act.keys.token("household", household_id)
    rows = []
    for person_id, is_member in changes.items():
        row = act.new_row()
        body = {"household": household_id, "person": person_id, "member": is_member}
        rows.append(
            {
                "row_id": row,
                "household_token": household,
                "person_token": person_token(act, MEMBERS, person_id),
                "effective_at": effective_at or act.at,
                "recorded_at": act.at,
                "membership": seal_fact(act, MEMBERS, "membership", row, household, body),
            }
        )
    act.write_rows(entry, insert(MEMBERS), rows)


def find_households(
    view: View, person_ids: Iterable[str], known_at: datetime | None = None
) -> tuple[Household, ...]:
    """The households these people live in, with everybody who lives there."""
    tokens = person_tokens(view, MEMBERS, person_ids)
    lived_in = set()
    for row in view.read(_OF_PEOPLE, as_known(known_at, person_token=tokens)):
        body = open_fact(view, MEMBERS, "membership", row.row_id, row.household_token, row.membership)
        lived_in.add(body["household"])
    found = _members(view, sorted(lived_in), known_at)
    wanted = set(tokens.values())
    return tuple(Household(household_id, members) for household_id, members in found.items() if members & wanted)


def find_household(view: View, household_id: str) -> frozenset[str] | None:
    """Who lives there now, nobody perhaps; None where nobody ever did."""
    token = view.keys.token("household", household_id)
    if not view.read(_OF_HOUSEHOLDS.limit(1), as_known(None, household_token={token: household_id})):
        return None
    return _members(view, [household_id], None).get(household_id, frozenset())


def _members(view: View, household_ids: Iterable[str], known_at: datetime | None) -> dict[str, frozenset[str]]:
    households = {view.keys.token("household", one): one for one in household_ids}
    rows = view.read(_OF_HOUSEHOLDS, as_known(known_at, household_token=households))
    found: dict[str, set[str]] = {}
    for token, household_id in households.items():
        here = [row for row in rows if row.household_token == token]
        for row in latest(here, "person_token").values():
            body = open_fact(view, MEMBERS, "membership", row.row_id, token, row.membership)
            if body["member"]:
                found.setdefault(household_id, set()).add(body["person"])
    return {household_id: frozenset(members) for household_id, members in found.items()}
