"""Matters: what an officer has open, with a state and a clock. What the states mean is decided in `broker.rights`.

Decides that a matter is versions and never an edit, that two acts which start from the same version cannot both be
kept (on every database: the version's number is part of its key), and that words about a person are sealed under
that person's own key.
"""

from __future__ import annotations

from collections.abc import Iterable, Sequence
from dataclasses import dataclass, field
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.store import codec
from broker.store.kinds import MatterKind
from broker.store.people import get_keys
from broker.store.sealing import among, chunks, open_fact, person_token, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.matters import Matter, MatterContent, MatterPerson, MatterVersion

MATTERS: Final = table_of(Matter)
VERSIONS: Final = table_of(MatterVersion)
PEOPLE: Final = table_of(MatterPerson)
CONTENTS: Final = table_of(MatterContent)
_JOINED: Final = select(
    MATTERS.c.matter_id,
    MATTERS.c.kind_code,
    MATTERS.c.organisation_code,
    MATTERS.c.recorded_at.label("opened_at"),
    VERSIONS.c.number,
    VERSIONS.c.state_code,
    VERSIONS.c.due_at,
    VERSIONS.c.recorded_at,
    VERSIONS.c.body,
).join(VERSIONS, VERSIONS.c.matter_id == MATTERS.c.matter_id)


@dataclass(frozen=True, slots=True)
class NewMatter:
    """A matter to open. `due_at` is its next clock, `about` whom it concerns, `body` JSON-compatible."""

    kind: MatterKind
    organisation: str
    state: str
    due_at: datetime | None
    about: tuple[str, ...]
    body: dict[str, Any] = field(repr=False)


@dataclass(frozen=True, slots=True)
class StoredMatter:
    """A matter as it now is: `number` counts its versions, `at` is when the last was recorded."""

    id: str
    kind: MatterKind
    organisation: str
    opened_at: datetime
    number: int
    state: str
    due_at: datetime | None
    at: datetime
    about: tuple[str, ...]
    body: dict[str, Any] = field(repr=False)


def open_matter(act: Act, new: NewMatter, *, entry: AuditEntry, matter_id: str | None = None) -> str:
    """Opens a matter and returns its id; one may be handed in where the entry had to name it."""
    key = matter_id or act.new_id("m-")
    row = {
        "matter_id": key,
        "kind_code": new.kind.value,
        "organisation_code": new.organisation,
        "recorded_at": act.at,
    }
    act.write_rows(entry, MATTERS, [row])
    act.write_rows(entry, VERSIONS, [_version(act, key, 1, new.state, new.due_at, new.about, new.body)])
    people = [{"person_token": person_token(act, PEOPLE, one), "matter_id": key} for one in sorted(set(new.about))]
    act.write_rows(entry, PEOPLE, people)
    return key


def append_matter(
    act: Act, before: StoredMatter, state: str, due_at: datetime | None, body: dict[str, Any], *, entry: AuditEntry
) -> None:
    """The matter's next version. Raises SystemFailed where somebody else has made it in between."""
    row = _version(act, before.id, before.number + 1, state, due_at, before.about, body)
    act.write_rows(entry, VERSIONS, [row])


def put_matter_content(
    act: Act, matter_id: str, number: int, person_id: str, content: Any, *, entry: AuditEntry
) -> None:
    """Keeps content of a version under the person's own key; nothing for somebody who was erased."""
    keys = get_keys(act, [person_id])
    if not keys:
        return
    row_key = _row_key(matter_id, number)
    sealed = act.keys.person(keys).seal(CONTENTS.name, "content", row_key, person_id, codec.to_bytes(content))
    row = {"matter_id": matter_id, "number": number, "recorded_at": act.at, "content": sealed}
    act.write_rows(entry, CONTENTS, [row])


def find_matter(view: View, matter_id: str) -> StoredMatter | None:
    """The matter as it now is."""
    found = _latest(view, view.read(_JOINED.where(MATTERS.c.matter_id == matter_id)))
    return found[0] if found else None


def find_matters(
    view: View, organisation: str | None, kinds: Iterable[MatterKind], states: Iterable[str] | None = None
) -> tuple[StoredMatter, ...]:
    """An organisation's matters (None: everybody's) of these kinds, in any of these states (None: all), the
    soonest due first."""
    statement = _JOINED.where(MATTERS.c.kind_code.in_([kind.value for kind in kinds]))
    if organisation is not None:
        statement = statement.where(MATTERS.c.organisation_code == organisation)
    wanted = None if states is None else frozenset(states)
    found = [one for one in _latest(view, view.read(statement)) if wanted is None or one.state in wanted]
    return tuple(sorted(found, key=lambda one: (one.due_at is None, one.due_at, one.id)))


def find_matters_about(
    view: View, person_ids: Iterable[str], kinds: Iterable[MatterKind]
) -> tuple[StoredMatter, ...]:
    """The matters of these kinds that concern any of these people, oldest first."""
    tokens = [person_token(view, PEOPLE, one) for one in sorted(set(person_ids))]
    ids: set[str] = set()
    for some in chunks(tokens):
        statement = select(PEOPLE.c.matter_id).where(among(PEOPLE.c.person_token))
        ids.update(row.matter_id for row in view.read(statement, {"person_token": some}))
    rows: list[Any] = []
    for some_ids in chunks(sorted(ids)):
        statement = _JOINED.where(
            MATTERS.c.matter_id.in_(some_ids), MATTERS.c.kind_code.in_([kind.value for kind in kinds])
        )
        rows += view.read(statement)
    return tuple(sorted(_latest(view, rows), key=lambda one: (one.opened_at, one.id)))


def find_matter_content(view: View, matter_id: str, number: int, person_id: str) -> Any:
    """The content of a version, or None where there is none or the person was erased."""
    where = (CONTENTS.c.matter_id == matter_id, CONTENTS.c.number == number)
    keys = get_keys(view, [person_id])
    for row in view.read(select(CONTENTS).where(*where)):
        if keys:
            sealer = view.keys.person(keys)
            row_key = _row_key(matter_id, number)
            return codec.from_bytes(sealer.open(CONTENTS.name, "content", row_key, person_id, row.content))
    return None


def _version(
    act: Act,
    matter_id: str,
    number: int,
    state: str,
    due_at: datetime | None,
    about: tuple[str, ...],
    body: dict[str, Any],
) -> dict[str, Any]:
    sealed = {"about": list(about), "body": body}
    return {
        "matter_id": matter_id,
        "number": number,
        "state_code": state,
        "due_at": due_at,
        "recorded_at": act.at,
        "body": seal_fact(act, VERSIONS, "body", _row_key(matter_id, number), matter_id.encode(), sealed),
    }


def _latest(view: View, rows: Sequence[Any]) -> list[StoredMatter]:
    newest: dict[str, Any] = {}
    for row in rows:
        if row.matter_id not in newest or newest[row.matter_id].number < row.number:
            newest[row.matter_id] = row
    return [_stored(view, row) for _, row in sorted(newest.items())]


def _stored(view: View, row: Any) -> StoredMatter:
    row_key = _row_key(row.matter_id, row.number)
    sealed = open_fact(view, VERSIONS, "body", row_key, row.matter_id.encode(), row.body)
    return StoredMatter(
        row.matter_id,
        MatterKind(row.kind_code),
        row.organisation_code,
        row.opened_at,
        row.number,
        row.state_code,
        row.due_at,
        row.recorded_at,
        tuple(sealed["about"]),
        sealed["body"],
    )


def _row_key(matter_id: str, number: int) -> bytes:
    return f"{matter_id}/{number}".encode()
