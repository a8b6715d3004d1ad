"""The steps of casework: appended, read in order; their words opened one by one, when they are shown.

What a step was is sealed under the facts key; its words under the keys of everybody the case was about then, so
that erasing a person erases what was said of them and the rest still folds.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from datetime import datetime
from typing import Any, Final

from sqlalchemy import select

from broker.audit.entry import AuditEntry
from broker.casework.steps import Step, StepKind
from broker.store import codec
from broker.store.kinds import VersionedKind
from broker.store.people import get_keys
from broker.store.sealing import among, as_known, chunks, known, open_fact, seal_fact
from broker.store.session import Act, View
from broker.store.tables.base import table_of
from broker.store.tables.steps import CaseStep

STEPS: Final = table_of(CaseStep)
_STEPS_OF: Final = known(select(STEPS).where(among(STEPS.c.case_id)).order_by(STEPS.c.row_id), STEPS)
_WORDS_OF: Final = select(STEPS).where(among(STEPS.c.row_id), STEPS.c.words.is_not(None))
_INSTANT: Final = "_at"
"""The ending of the names of a step's instants, which are kept as numbers."""


def append_step(
    act: Act,
    case_id: str,
    kind: StepKind,
    by: str,
    facts: Mapping[str, Any],
    *,
    entry: AuditEntry,
    words: Mapping[str, Any] | None = None,
    about: Iterable[str] = (),
) -> Step:
    """Appends a step made at the act's instant. `words` are sealed under the keys of everybody in `about`; where
    nobody there has a key any more they are not kept."""
    act.bump(entry, VersionedKind.CASE, [case_id])
    row = act.new_row()
    keys = get_keys(act, about) if words is not None else {}
    body = {
        "kind": kind.value,
        "by": by,
        "facts": {name: _as_number(value) for name, value in facts.items() if value is not None},
        "words_of": sorted(keys),
    }
    sealed = None
    if words is not None and keys:
        sealer = act.keys.person(keys)
        sealed = sealer.seal(STEPS.name, "words", row, _people(keys), codec.to_bytes(dict(words)))
    values = {
        "row_id": row,
        "case_id": case_id,
        "recorded_at": act.at,
        "step": seal_fact(act, STEPS, "step", row, case_id.encode(), body),
        "words": sealed,
    }
    act.write_rows(entry, STEPS, [values])
    return _step(row, act.at, body)


def find_steps(
    view: View, case_ids: Iterable[str], known_at: datetime | None = None
) -> dict[str, tuple[Step, ...]]:
    """The steps of these cases, each in order; a case without any is not there."""
    found: dict[str, list[Step]] = {}
    for some in chunks(sorted(set(case_ids))):
        for row in view.read(_STEPS_OF, as_known(known_at, case_id=some)):
            body = open_fact(view, STEPS, "step", row.row_id, row.case_id.encode(), row.step)
            found.setdefault(row.case_id, []).append(_step(row.row_id, row.recorded_at, body))
    return {case_id: tuple(steps) for case_id, steps in found.items()}


def open_words(view: View, rows: Iterable[bytes]) -> dict[bytes, Mapping[str, Any]]:
    """The words of these steps (`Step.row`); a step without any, and one about somebody erased, is not there."""
    said: list[tuple[Any, list[str]]] = []
    for some in chunks(sorted(set(rows))):
        for row in view.read(_WORDS_OF, {"row_id": some}):
            body = open_fact(view, STEPS, "step", row.row_id, row.case_id.encode(), row.step)
            said.append((row, body["words_of"]))
    wrapped = get_keys(view, {one for _, people in said for one in people})
    found: dict[bytes, Mapping[str, Any]] = {}
    for row, people in said:
        keys = {one: wrapped[one] for one in people if one in wrapped}
        if len(keys) == len(people):
            data = view.keys.person(keys).open(STEPS.name, "words", row.row_id, _people(keys), row.words)
            found[row.row_id] = codec.from_bytes(data)
    return found


def _step(row: bytes, at: datetime, body: codec.Body) -> Step:
    facts = {
        name: codec.certain_instant(value) if name.endswith(_INSTANT) else value
        for name, value in body["facts"].items()
    }
    return Step(StepKind(body["kind"]), at, body["by"], facts, row)


def _as_number(value: Any) -> Any:
    return codec.number(value) if isinstance(value, datetime) else value


def _people(ids: Iterable[str]) -> str:
    return " ".join(sorted(ids))
