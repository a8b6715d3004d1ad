"""What the application's own role may do in the database, and nothing more: the register, and handing it out.

Decides that the role that migrates owns the tables and the role that serves does not: it reads and appends,
changes only the columns named here and deletes only what erasure and bookkeeping delete. It cannot change or
delete what was appended, cannot disarm a trigger, make a table or change the schema, and cannot come to own
anything. PostgreSQL only; SQLite knows no roles. From docs/security.md section 3 and
deploy/decisions/0006-postgresql.md.
"""

from __future__ import annotations

import re
from collections.abc import Iterator, Mapping
from typing import Final

from sqlalchemy import Connection, Engine

from broker.errors import CallWrong, SystemFailed
from broker.store.dialect import DATABASE_ERRORS, for_writing
from broker.store.schema import unreachable
from broker.store.tables import METADATA

UPDATES: Final[Mapping[str, tuple[str, ...]]] = {
    "audit_published": ("note", "published_at", "tree_size"),
    "audit_tree": ("frontier", "integrated_at", "root", "swept_id"),
    "fact_version": ("version",),
    "hold": ("lifted_at",),
    "notice": ("attempts", "due_at", "sent_at"),
    "notice_delivery": ("acknowledged_at", "attempts", "delivered_at", "last_code", "next_at"),
    "person": ("erased_at",),
    "person_key": ("destroyed_at", "wrapped"),
    "web_draft": ("changed_at", "draft"),
    "web_session": ("ended_at", "secret_digest", "seen_at", "stepped_up_at"),
    "work_item": ("done_at",),
}
"""The columns that are changed in place, by table; everything else is versions, never edits."""

DELETES: Final = frozenset(
    {
        "idempotent_act",
        "identity_token",
        "identity_version",
        "list_entry",
        "person_state",
        "request_nonce",
        "web_draft",
        "web_session",
    }
)
"""Where rows go: who was erased, how somebody was found before, what stands on a list, what the door and the web
forget."""

SEQUENCES: Final = ("audit_entry_entry_id_seq",)
REVISION: Final = "alembic_version"
OLDEST_POSTGRESQL: Final = (15,)
"""From here on nobody but its owner may make anything in the schema `public`."""
_ROLE: Final = re.compile(r"[a-z_][a-z0-9_]{0,62}")
_ABOUT: Final = (
    "SELECT rolsuper OR rolcreaterole OR rolbypassrls OR rolreplication AS too_much,"
    " pg_has_role(rolname, current_user, 'MEMBER') OR pg_has_role(rolname, datdba, 'MEMBER') AS owns"
    " FROM pg_roles, pg_database WHERE rolname = %(role)s AND datname = current_database()"
)


def grant_to(engine: Engine, role: str) -> None:
    """Gives the role what it needs and takes from it whatever else it had; harmless when repeated, and needed
    again after every migration. Call it as the owner.

    Raises CallWrong on another database, for a role that is not there, one that could take more for itself, and
    the owner's own; SystemFailed when the database is too old or cannot be reached.
    """
    if engine.dialect.name != "postgresql":
        raise CallWrong("grant", "only PostgreSQL has roles; leave it out for the embedded database")
    if not _ROLE.fullmatch(role):
        raise CallWrong("grant", "a role's name is small letters, digits and `_`; choose another")
    try:
        with for_writing(engine).begin() as connection:
            _require_fit(connection, role)
            for statement in _statements(connection, role):
                connection.exec_driver_sql(statement)
    except DATABASE_ERRORS as error:
        raise unreachable(error) from None


def _require_fit(connection: Connection, role: str) -> None:
    if (connection.dialect.server_version_info or (0,)) < OLDEST_POSTGRESQL:
        raise SystemFailed("database", "this PostgreSQL is too old; 15 or later is needed")
    found = connection.exec_driver_sql(_ABOUT, {"role": role}).one_or_none()
    if found is None:
        raise CallWrong("grant", f"there is no role `{role}`; make it first (deploy/postgresql/roles.sql)")
    if found.too_much:
        raise CallWrong("grant", f"`{role}` may make roles or is a superuser; take that from it first")
    if found.owns:
        raise CallWrong("grant", f"`{role}` is, or may act as, the owner; name the role that serves")


def _statements(connection: Connection, role: str) -> Iterator[str]:
    quote = connection.dialect.identifier_preparer.quote_identifier
    to, database = quote(role), quote(connection.engine.url.database or "")
    yield f"REVOKE ALL ON DATABASE {database} FROM PUBLIC, {to}"
    # Without temporary tables nobody can put one of their own in front of a table.
    yield f"GRANT CONNECT ON DATABASE {database} TO {to}"
    yield f"REVOKE ALL ON SCHEMA public FROM PUBLIC, {to}"
    yield f"GRANT USAGE ON SCHEMA public TO {to}"
    for kind in ("TABLES", "SEQUENCES", "FUNCTIONS"):
        yield f"REVOKE ALL ON ALL {kind} IN SCHEMA public FROM PUBLIC, {to}"
    yield f"GRANT SELECT ON {quote(REVISION)} TO {to}"
    for name in METADATA.tables:
        table = quote(name)
        yield f"GRANT SELECT, INSERT ON {table} TO {to}"
        if name in UPDATES:
            yield f"GRANT UPDATE ({', '.join(map(quote, UPDATES[name]))}) ON {table} TO {to}"
        if name in DELETES:
            yield f"GRANT DELETE ON {table} TO {to}"
    for name in SEQUENCES:
        yield f"GRANT USAGE ON SEQUENCE {quote(name)} TO {to}"
