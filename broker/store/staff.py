"""Members of staff and their posts. Who they are as a person, and whom they declared a link to, stands sealed."""

from __future__ import annotations

from collections.abc import Iterable
from datetime import datetime
from typing import Final

from sqlalchemy import func, select

from broker.audit.entry import AuditEntry
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.store import codec
from broker.store.kinds import VersionedKind
from broker.store.sealing import among, as_known, known, latest, open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.casework import Post, StaffVersion

STAFF: Final = table_of(StaffVersion)
_VERSIONS_OF: Final = known(select(STAFF).where(among(STAFF.c.staff_id)), STAFF)
POSTS: Final = table_of(Post)


def record_staff(
    act: Act, members: Iterable[StaffMember], *, entry: AuditEntry, effective_at: datetime | None = None
) -> None:
    """Records members of staff as they now are: a new post, training renewed, a link declared."""
    everybody = tuple(members)
    act.bump(entry, VersionedKind.CASE, [staff_fact(member.staff.id)[1] for member in everybody])
    versions, posts = [], []
    for member in everybody:
        staff, row = member.staff, act.new_row()
        body = {**codec.staff_body(staff), "name": member.name, "phone": member.phone}
        versions.append(
            {
                "row_id": row,
                "staff_id": staff.id,
                "organisation_code": staff.organisation,
                "effective_at": effective_at or act.at,
                "recorded_at": act.at,
                "staff": seal_fact(act, STAFF, "staff", row, _token(act, staff.id), body),
            }
        )
        posts += [
            {"organisation_code": staff.organisation, "role_code": role, "staff_id": staff.id}
            for role in sorted(staff.roles | {cover.role for cover in staff.covers})
        ]
    act.write_rows(entry, STAFF, versions)
    act.write_rows(entry, POSTS, posts, unless_there=True)


def staff_fact(staff_id: str) -> tuple[VersionedKind, str]:
    """What has a version for a member of staff: it stands beside those of cases, which they work on."""
    return VersionedKind.CASE, f"staff/{staff_id}"


def find_members(view: View, staff_ids: Iterable[str], known_at: datetime | None = None) -> dict[str, StaffMember]:
    """The members of staff there are among these ids."""
    rows = view.read(_VERSIONS_OF, as_known(known_at, staff_id=set(staff_ids)))
    found = {}
    for staff_id, row in latest(rows, "staff_id").items():
        body = open_fact(view, STAFF, "staff", row.row_id, _token(view, staff_id), row.staff)
        found[staff_id] = StaffMember(
            codec.staff_from(staff_id, row.organisation_code, body), body["name"], body.get("phone", "")
        )
    return found


def find_staff(view: View, staff_ids: Iterable[str], known_at: datetime | None = None) -> dict[str, Staff]:
    """The same without names, as the decision needs them."""
    return {staff_id: found.staff for staff_id, found in find_members(view, staff_ids, known_at).items()}


def staff_behind(view: View, staff_id: str) -> Staff:
    """The member of staff who did something, for the rules that want a second person; whoever is not known (any
    more) is told by their id alone."""
    return find_staff(view, [staff_id]).get(staff_id) or Staff(staff_id, "", frozenset())


def find_holders(view: View, organisation: str, role: str, at: datetime | None = None) -> dict[str, StaffMember]:
    """Who holds this post, for finding a second approver or an inbox; with those who cover it at `at`, where it is
    given."""
    statement = select(POSTS.c.staff_id).where(
        POSTS.c.organisation_code == organisation, POSTS.c.role_code == role
    )
    found = find_members(view, [row.staff_id for row in view.read(statement)])
    return {
        staff_id: member
        for staff_id, member in found.items()
        if member.staff.organisation == organisation
        and (member.staff.holds(role, at) if at is not None else role in member.staff.roles)
    }


def find_staff_at(view: View, organisations: Iterable[str]) -> dict[str, StaffMember]:
    """Everybody who works at one of these organisations now, by staff id."""
    codes = set(organisations)
    statement = select(POSTS.c.staff_id).where(POSTS.c.organisation_code.in_(sorted(codes))).distinct()
    found = find_members(view, [row.staff_id for row in view.read(statement)])
    return {staff_id: member for staff_id, member in found.items() if member.staff.organisation in codes}


def find_enrolled_at(view: View, staff_ids: Iterable[str]) -> dict[str, datetime]:
    """Since when each of these has been known as a member of staff."""
    statement = (
        select(STAFF.c.staff_id, func.min(STAFF.c.recorded_at).label("first"))
        .where(STAFF.c.staff_id.in_(sorted(set(staff_ids))))
        .group_by(STAFF.c.staff_id)
    )
    return {row.staff_id: row.first for row in view.read(statement)}


def find_in_post(view: View, roles: Iterable[str], at: datetime) -> dict[str, Staff]:
    """Everybody, in whichever organisation, who holds one of these roles at an instant."""
    wanted = set(roles)
    rows = view.read(select(POSTS.c.staff_id).where(POSTS.c.role_code.in_(sorted(wanted))))
    found = find_staff(view, {row.staff_id for row in rows})
    return {
        staff_id: staff
        for staff_id, staff in found.items()
        if staff.roles & wanted and (staff.posts_until_at is None or at < staff.posts_until_at)
    }


def _token(view: View, staff_id: str) -> bytes:
    return view.keys.token("staff", staff_id)
