"""Somebody says that a record is wrong: corrected by its holder, or refused with the reason and their own words
kept.

Decides that a holder corrects its own records, that whoever received one is told in the same act (UK GDPR
Articles 16 and 19), that free text is taken out here and rewritten only where it came from (nobody can say here
whom new words mention), and that what a person says against a record stands beside it. From
docs/how-to-correct.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum, unique
from typing import Any, Final

from broker.access import Verb
from broker.audit.entry import instant_text
from broker.audit.events import Event, Outcome
from broker.casework import Staff
from broker.dates import parse_date
from broker.decision.protection import without_protected
from broker.errors import CallWrong, did_you_mean
from broker.rights.clocks import months_from
from broker.store.gather import gather_facts
from broker.store.headers import find_versions
from broker.store.matters import (
    NewMatter,
    StoredMatter,
    append_matter,
    find_matter_content,
    find_matters,
    find_matters_about,
    open_matter,
    put_matter_content,
)
from broker.store.records import find_headers, open_contents
from broker.store.rewritten import correct_record as write_correction
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.kinds import MatterKind
from broker.usecases.matters import get_matter, require_unconnected
from broker.usecases.release.recall import Told, Topic, find_releases_of, tell_recipients
from broker.usecases.world import World
from broker.vocabulary.codes import Category, FieldKind, FieldSpec

_KIND: Final = MatterKind.RECTIFICATION.value


@unique
class DisputeState(StrEnum):
    """From receipt to the answer."""

    OPEN = "open"
    CORRECTED = "corrected"
    REFUSED = "refused"


@dataclass(frozen=True, slots=True)
class DisputeNow:
    """A record that somebody says is wrong; `words` are theirs, and on a refusal `because` the officer's."""

    matter_id: str
    about: str
    record_id: str
    state: DisputeState
    due_at: datetime | None
    at: datetime
    words: str = ""
    because: str = ""
    statement: str = ""

    @property
    def overdue(self) -> bool:
        """Whether the answer is late."""
        return self.due_at is not None and self.due_at <= self.at


@dataclass(frozen=True, slots=True)
class Corrected:
    """A record as corrected: which fields changed, and whoever was told."""

    record_id: str
    changed: tuple[str, ...]
    told: tuple[Told, ...]


def open_dispute(
    world: World, acting: Acting, about: str, record_id: str, words: str, received_at: datetime | None = None
) -> DisputeNow:
    """Records that somebody says a record of this organisation is wrong; one month. Raises NotAllowed,
    CallWrong."""

    def work(act: Act, staff: Staff) -> DisputeNow:
        if not words.strip():
            raise CallWrong("words", "are missing: say what is wrong")
        received = received_at or act.at
        if received > act.at:
            raise CallWrong("received", "lies in the future; name the day it came in")
        facts, _ = without_protected(gather_facts(act, [about]))
        if about not in facts.people:
            raise CallWrong("person", f"nobody here has the id `{about}`; find or add the person first")
        held = [one.header for one in find_headers(act, [about]) if one.header.controller == staff.organisation]
        if all(one.id != record_id or about not in one.about for one in held):
            raise CallWrong("record", f"`{record_id}` is none that you hold about this person")
        due_at = months_from(received, 1)
        matter_id = act.new_id("m-")
        details = {"matter": matter_id, "kind": _KIND, "due_at": instant_text(due_at)}
        entry = entry_of(act, staff, Event.RIGHTS_REQUESTED, details, about=[about])
        body = {"record": record_id, "content": 1}
        matter = NewMatter(MatterKind.RECTIFICATION, staff.organisation, DisputeState.OPEN, due_at, (about,), body)
        open_matter(act, matter, entry=entry, matter_id=matter_id)
        put_matter_content(act, matter_id, 1, about, {"words": words.strip()}, entry=entry)
        return DisputeNow(matter_id, about, record_id, DisputeState.OPEN, due_at, act.at, words.strip())

    return perform(world, acting, Verb.RIGHTS_RECORD, work)


def correct_record(
    world: World,
    acting: Acting,
    record_id: str,
    fields: Mapping[str, str | None],
    matter_id: str | None = None,
) -> Corrected:
    """Changes fields of one of the organisation's records (None takes one out) and tells whoever received it;
    with a matter, answers it. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> Corrected:
        versions = find_versions(act, [record_id]).get(record_id)
        newest = versions[-1] if versions else None
        # One answer for a record that is not there and one that is another organisation's.
        if newest is None or newest.retracted or newest.header.controller != staff.organisation:
            raise CallWrong("record", f"`{record_id}` is none of your organisation's")
        header = newest.header
        require_unconnected(act, staff, *header.about)
        matter = _disputed(act, staff, matter_id, record_id)
        category = world.partnership.vocabulary.categories[header.category]
        before = open_contents(act, [record_id]).get(record_id)
        if before is None:
            raise CallWrong("record", f"`{record_id}` is about somebody who was erased")
        after = _changed(category, before, fields)
        details = {"record": record_id, "controller": header.controller, "category": header.category}
        entry = entry_of(act, staff, Event.RECORD_CORRECTED, details, about=header.about)
        write_correction(act, record_id, after, entry=entry)
        told = tell_recipients(act, staff, Topic.CORRECTION, find_releases_of(act, [record_id]))
        if matter is not None:
            answered = {"matter": matter.id, "kind": _KIND, "records": 1}
            closing = entry_of(act, staff, Event.RIGHTS_ANSWERED, answered, about=matter.about)
            append_matter(act, matter, DisputeState.CORRECTED, None, matter.body, entry=closing)
        changed = tuple(
            sorted(name for name in before.keys() | after.keys() if before.get(name) != after.get(name))
        )
        return Corrected(record_id, changed, told)

    return perform(world, acting, Verb.RECORD_CORRECT, work)


def refuse_dispute(world: World, acting: Acting, matter_id: str, because: str, statement: str = "") -> DisputeNow:
    """Refuses to change a record, with the reason that the person is told, and keeps their statement beside it.
    Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> DisputeNow:
        if not because.strip():
            raise CallWrong("because", "is missing: the person is told why")
        matter = get_matter(act, staff, MatterKind.RECTIFICATION, matter_id)
        _require_open(matter)
        require_unconnected(act, staff, *matter.about)
        details = {"matter": matter_id, "kind": _KIND, "reason": "not-inaccurate"}
        entry = entry_of(act, staff, Event.RIGHTS_ANSWERED, details, about=matter.about, outcome=Outcome.REFUSED)
        (about,) = matter.about
        said = find_matter_content(act, matter_id, matter.body["content"], about) or {}
        number = matter.number + 1
        content = {**said, "because": because.strip(), "statement": statement.strip()}
        append_matter(act, matter, DisputeState.REFUSED, None, {**matter.body, "content": number}, entry=entry)
        put_matter_content(act, matter_id, number, about, content, entry=entry)
        return DisputeNow(
            matter_id, about, matter.body["record"], DisputeState.REFUSED, None, act.at, **_words(content)
        )

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def list_disputes(world: World, acting: Acting, about: str | None = None) -> tuple[DisputeNow, ...]:
    """The organisation's disputes about accuracy, the soonest due first; about one person where one is named.
    Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[DisputeNow, ...]:
        kinds = [MatterKind.RECTIFICATION]
        found = find_matters(act, staff.organisation, kinds)
        if about is not None:
            theirs = {one.id for one in find_matters_about(act, [about], kinds)}
            found = tuple(one for one in found if one.id in theirs)
        rows = tuple(_now(act, one) for one in found)
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, {"report": "disputes", "rows": len(rows)}))
        return rows

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def _disputed(act: Act, staff: Staff, matter_id: str | None, record_id: str) -> StoredMatter | None:
    if matter_id is None:
        return None
    matter = get_matter(act, staff, MatterKind.RECTIFICATION, matter_id)
    _require_open(matter)
    if matter.body["record"] != record_id:
        raise CallWrong("matter", f"`{matter_id}` is about another record")
    return matter


def _require_open(matter: StoredMatter) -> None:
    if matter.state != DisputeState.OPEN:
        raise CallWrong("matter", f"`{matter.id}` is `{matter.state}` already")


def _changed(category: Category, before: Mapping[str, Any], fields: Mapping[str, str | None]) -> dict[str, Any]:
    specs = {spec.name: spec for spec in category.fields}
    after = dict(before)
    if not fields:
        raise CallWrong("field", "is missing: name each field that changes")
    for name, text in fields.items():
        spec = specs.get(name)
        if spec is None:
            raise CallWrong("field", f"`{name}` is none of `{category.code}`{did_you_mean(name, specs)}")
        if text is None:
            after.pop(name, None)
        else:
            after[name] = _value(spec, text)
    return after


def _value(spec: FieldSpec, text: str) -> Any:
    if spec.kind is FieldKind.PERSON:
        raise CallWrong("field", f"`{spec.name}` names a person: see `broker link dispute`")
    if spec.kind is FieldKind.NARRATIVE:
        raise CallWrong("field", f"`{spec.name}` is free text: take it out here, rewrite it where it came from")
    if spec.kind is FieldKind.DATE and parse_date(text) is None:
        raise CallWrong("field", f"`{spec.name}` is a day; write it as 2026-03-02")
    if spec.kind is not FieldKind.NUMBER:
        return text
    try:
        return int(text) if text.lstrip("-").isdecimal() else float(text)
    except ValueError:
        raise CallWrong("field", f"`{spec.name}` is a number") from None


def _now(act: Act, matter: StoredMatter) -> DisputeNow:
    (about,) = matter.about
    content = find_matter_content(act, matter.id, matter.body["content"], about) or {}
    state = DisputeState(matter.state)
    return DisputeNow(matter.id, about, matter.body["record"], state, matter.due_at, act.at, **_words(content))


def _words(content: Mapping[str, str]) -> dict[str, str]:
    return {name: content.get(name, "") for name in ("words", "because", "statement")}
