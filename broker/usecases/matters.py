"""What officers have open, as every verb about it needs: found for one organisation, moved on, and shown to it.

Decides that a matter belongs to the organisation that opened it and that anybody else's is one answer with one
that was never opened.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import fields
from datetime import datetime
from typing import Any

from broker.casework import Staff
from broker.dates import instant_text, parse_instant
from broker.decision.admission import has_personal_connection
from broker.decision.protection import without_protected
from broker.errors import CallWrong
from broker.store.gather import gather_facts
from broker.store.matters import StoredMatter, find_matter
from broker.store.notices import NewNotice
from broker.store.session import Act, View
from broker.usecases.acting import AlertingRefusal
from broker.usecases.kinds import MatterKind
from broker.usecases.release.alerts import CONFLICT


def get_matter(view: View, staff: Staff, kind: MatterKind, matter_id: str) -> StoredMatter:
    """The organisation's own matter. Raises CallWrong for any other: one answer, whatever is wrong."""
    found = find_matter(view, matter_id)
    if found is None or found.kind is not kind or found.organisation != staff.organisation:
        raise CallWrong("reference", f"your organisation has no {kind.value} `{matter_id}`; list those it has")
    return found


def require_unconnected(act: Act, staff: Staff, *person_ids: str) -> None:
    """Raises NotAllowed, and alerts, where the member of staff knows any of these people otherwise than from
    work."""
    facts, _ = without_protected(gather_facts(act, person_ids, staff_ids=[staff.id]))
    if has_personal_connection(facts, facts.staff[staff.id], frozenset(person_ids)):
        alert = NewNotice(CONFLICT, staff.organisation, act.at, {"about": sorted(person_ids), "by": staff.id})
        raise AlertingRefusal("request", "is not one that you can handle; ask another officer", [alert])


def require_none(where: str, findings: Iterable[str]) -> None:
    """Raises CallWrong with everything that was found."""
    found = tuple(findings)
    if found:
        raise CallWrong(where, "; ".join(found))


def plain_fields(value: Any) -> dict[str, Any]:
    """A flat dataclass as JSON-compatible data: instants as text, codes as their values, tuples as lists."""
    return {one.name: _plain(getattr(value, one.name)) for one in fields(value)}


def _plain(value: Any) -> Any:
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, tuple):
        return [_plain(one) for one in value]
    return value


def instant_of(text: str | None) -> datetime | None:
    """The instant that `plain_fields` wrote."""
    return None if text is None else parse_instant(text)


def certain_instant_of(text: str) -> datetime:
    """The instant that `plain_fields` wrote, where there must be one."""
    found = parse_instant(text)
    if found is None:
        raise ValueError("an instant that was kept cannot be read")
    return found
