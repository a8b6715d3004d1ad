"""Who lives under one roof. Joining and leaving are recorded; the latest of each pair governs."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.people import Household
from broker.store.kinds import VersionedKind
from broker.store.sealing import among, as_known, chunks, known, open_fact, person_token, person_tokens, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.people import HouseholdMember

MEMBERS: Final = table_of(HouseholdMember)
_THEIRS: Final = MEMBERS.alias("theirs")
_LIVED_IN: Final = known(select(_THEIRS.c.household_token).where(among(_THEIRS.c.person_token)), _THEIRS)
_OF_PEOPLE: Final = known(select(MEMBERS).where(MEMBERS.c.household_token.in_(_LIVED_IN)), MEMBERS)
_OF_HOUSEHOLDS: Final = known(select(MEMBERS).where(among(MEMBERS.c.household_token)), MEMBERS)


@dataclass(frozen=True, slots=True)
class Moves:
    """Who joined a household and who left it (person ids)."""

    joined: frozenset[str] = frozenset()
    left: frozenset[str] = frozenset()


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
    moves = {household_id: Moves(frozenset(joined), frozenset(left))}
    record_moves(act, moves, entry=entry, effective_at=effective_at)


def record_moves(
    act: Act, moves: Mapping[str, Moves], *, entry: AuditEntry, effective_at: datetime | None = None
) -> None:
    """Records who joined and left which household (by id). Of somebody who does both, leaving is the later."""
    # Whoever lives there is touched: a protected address protects everybody under the roof.
    touched = {one for members in _members(act, moves, None).values() for one in members}
    changes = {
        household_id: {**dict.fromkeys(sorted(found.joined), True), **dict.fromkeys(sorted(found.left), False)}
        for household_id, found in moves.items()
    }
    act.bump(entry, VersionedKind.PERSON, touched.union(*changes.values()))
    rows = []
    for household_id, people in changes.items():
        household = act.keys.token("household", household_id)
        for person_id, is_member in people.items():
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
    act.write_rows(entry, MEMBERS, rows)


def find_households(
    view: View, person_ids: Iterable[str], known_at: datetime | None = None
) -> tuple[Household, ...]:
    """The households these people live in, with everybody who lives there."""
    tokens = person_tokens(view, MEMBERS, person_ids)
    found = _living(view, view.read(_OF_PEOPLE, as_known(known_at, person_token=tokens)))
    wanted = set(tokens.values())
    return tuple(Household(one, members) for one, members in sorted(found.items()) if members & wanted)


def find_household(view: View, household_id: str) -> frozenset[str] | None:
    """Who lives there now, nobody perhaps; None where nobody ever did."""
    token = view.keys.token("household", household_id)
    if not view.read(_OF_HOUSEHOLDS.limit(1), as_known(None, household_token={token: household_id})):
        return None
    return _members(view, [household_id], None).get(household_id, frozenset())


def _members(view: View, household_ids: Iterable[str], known_at: datetime | None) -> dict[str, frozenset[str]]:
    rows: list[Any] = []
    for some in chunks([view.keys.token("household", one) for one in household_ids]):
        rows += view.read(_OF_HOUSEHOLDS, as_known(known_at, household_token=some))
    return _living(view, rows)


def _living(view: View, rows: Iterable[Any]) -> dict[str, frozenset[str]]:
    """Who lives in each household, by the latest of each pair."""
    newest: dict[tuple[bytes, bytes], Any] = {}
    for row in rows:
        place = row.household_token, row.person_token
        if place not in newest or newest[place].row_id < row.row_id:
            newest[place] = row
    found: dict[str, set[str]] = {}
    for (token, _), row in newest.items():
        body = open_fact(view, MEMBERS, "membership", row.row_id, token, row.membership)
        if body["member"]:
            found.setdefault(body["household"], set()).add(body["person"])
    return {household_id: frozenset(members) for household_id, members in found.items()}
