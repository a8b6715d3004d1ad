"""Who has it already: the releases that handed on a record or a cell, and the notice to whoever received them.

Decides that a recipient is told once for each of their releases that is touched, in the act that touches it, and
of nothing but what that release handed on: a notice never tells a recipient of anybody, or of any kind of
information, that was not shown to them. A withdrawal, a holder's decision, a correction, an un-merge and an
officer's recall all go this way. From docs/rules.md (a withdrawal reaches whoever already received) and UK GDPR
Articles 16, 17 and 19.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Any

from broker.audit.entry import AuditEntry
from broker.audit.events import Event
from broker.casework import Staff
from broker.store.disclosures import ReleasedCell, StoredDisclosure, find_disclosures_about
from broker.store.headers import HeaderVersion, find_versions
from broker.store.notices import NewNotice, queue_notices
from broker.store.session import Act, View
from broker.usecases.acting import Signed, entry_of
from broker.usecases.kinds import DisclosureOutcome


@unique
class Topic(StrEnum):
    """Why a recipient is told about what it has: the topic of the notice and the reason in the log."""

    WITHDRAWAL = "withdrawal"
    HOLDER_WITHHELD = "holder-withheld"
    CORRECTION = "correction"
    DELETION = "deletion"
    RESTRICTION = "restriction"
    NOT_THIS_PERSON = "not-this-person"
    UNMERGED = "unmerged"
    RELEASED_IN_ERROR = "released-in-error"


@dataclass(frozen=True, slots=True)
class Told:
    """Somebody who had already received something, and is told: the release, the organisation it went to and on
    which instant."""

    disclosure_id: str
    recipient: str
    at: datetime


@dataclass(frozen=True, slots=True)
class Reached:
    """A release that handed on something that is touched: which of its cells, and which records by id (none where
    cells alone are meant)."""

    disclosure: StoredDisclosure
    cells: tuple[ReleasedCell, ...]
    records: tuple[str, ...] = ()

    @property
    def about(self) -> tuple[str, ...]:
        """Whom the recipient was told of."""
        return tuple(sorted({cell.person_id for cell in self.cells}))


def find_releases_of(view: View, record_ids: Iterable[str]) -> tuple[Reached, ...]:
    """Every answered request that released any of these records, in any version, oldest first. Call it before or
    after a new version is put: whoever the record was ever about is looked at."""
    versions = find_versions(view, record_ids)
    everybody = {one for held in versions.values() for version in held for one in version.header.about}
    releases: dict[str, StoredDisclosure] = {}
    for person_id in sorted(everybody):
        for disclosure in find_disclosures_about(view, person_id):
            releases[disclosure.id] = disclosure
    found = [_reached(disclosure, versions) for disclosure in releases.values()]
    return tuple(sorted((one for one in found if one is not None), key=_when))


def find_releases_about(view: View, person_id: str) -> tuple[Reached, ...]:
    """Every answered request that released a record about this person, oldest first, with their own cells."""
    found = []
    for disclosure in find_disclosures_about(view, person_id):
        shown = shown_by(view, disclosure)
        cells = tuple(cell for cell in shown.cells if cell.person_id == person_id) if shown is not None else ()
        if shown is not None and cells:
            found.append(Reached(disclosure, cells, shown.records))
    return tuple(found)


def shown_by(view: View, disclosure: StoredDisclosure) -> Reached | None:
    """What a release showed: its records and the cells they are of. A cell that was permitted and held nothing is
    not among them, nor is a release that was refused or showed no record."""
    return _reached(disclosure, find_versions(view, [record_id for record_id, _ in disclosure.records]))


def tell_recipients(
    act: Act,
    signed: Signed | Staff,
    topic: Topic,
    reached: Sequence[Reached],
    more: Mapping[str, Any] | None = None,
) -> tuple[Told, ...]:
    """Queues one notice for each release, each with its entry in the log, in this act. `more` is added to what
    each notice says and must hold nothing that its readers may not know."""
    told = []
    for one in reached:
        disclosure = one.disclosure
        details = {"disclosure": disclosure.id, "because": topic.value, "recipient": disclosure.recipient}
        entry = entry_of(act, signed, Event.DISCLOSURE_RECALLED, details, about=one.about)
        _queue(act, topic, one, more or {}, entry)
        told.append(Told(disclosure.id, disclosure.recipient, disclosure.request.at))
    return tuple(told)


def _queue(act: Act, topic: Topic, one: Reached, more: Mapping[str, Any], entry: AuditEntry) -> None:
    body: dict[str, Any] = {
        "disclosure": one.disclosure.id,
        "case": one.disclosure.request.case,
        "cells": [list(cell) for cell in sorted({(cell.category, cell.controller) for cell in one.cells})],
        **more,
    }
    if len(one.about) == 1:
        body["person"] = one.about[0]
    elif not one.records:
        body["people"] = list(one.about)
    # INVARIANT: a record about several names nobody here: its release may have masked some of them, and shows the
    # reader whom it did not.
    if one.records:
        body["records"] = sorted(one.records)
    outside = one.disclosure.outside
    if outside is not None:
        # Whoever gave it to a body outside tells them: nobody there reads what waits here.
        body["pass_on"] = outside.name
    recipient = outside.told_through if outside is not None else one.disclosure.recipient
    queue_notices(act, [NewNotice(topic.value, recipient, act.at, body)], entry=entry)


def _reached(disclosure: StoredDisclosure, versions: Mapping[str, Sequence[HeaderVersion]]) -> Reached | None:
    if disclosure.outcome is not DisclosureOutcome.ANSWERED:
        return None
    released = [record_id for record_id, _ in disclosure.records if record_id in versions]
    touched = {
        (person_id, version.header.category, version.header.controller)
        for record_id in released
        for version in versions[record_id]
        for person_id in version.header.about
    }
    cells = tuple(cell for cell in disclosure.cells if (cell.person_id, cell.category, cell.controller) in touched)
    return Reached(disclosure, cells, tuple(released)) if released else None


def _when(one: Reached) -> tuple[datetime, str]:
    return one.disclosure.request.at, one.disclosure.id
