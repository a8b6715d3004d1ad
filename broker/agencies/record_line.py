"""One record as a line of JSON, which a partner system sends: read as strictly as a row of any list.

Decides the shape of docs/api.md (`POST /v1/records`): which members there are and what each may hold. People are
read as the columns of a list are (`Cells`), so that a name, a day or a number is what it is in any format.
"""

from __future__ import annotations

from collections.abc import Mapping
from datetime import date
from typing import Any, Final

from broker.agencies.cells import Cells
from broker.agencies.contract import Sender
from broker.agencies.dates_as_sent import DateForm, find_day
from broker.agencies.delimited import has_control, trimmed
from broker.agencies.findings import Flag, RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of
from broker.agencies.limits import STANDARD
from broker.identifiers.nhs_number import NhsNumber
from broker.identifiers.postcode import Postcode
from broker.identifiers.upn import Upn
from broker.identifiers.uprn import Uprn
from broker.linkage.claims import IdentityClaims
from broker.people import ProtectionMarker
from broker.vocabulary.codes import FieldKind, FieldSpec, Vocabulary

MOST_PEOPLE: Final = 50
"""In one record."""
_MEMBERS: Final = frozenset(
    {"source", "category", "occurred_on", "about", "mentions", "mentions_stated", "fields", "withdrawn"}
)
_WITHDRAWN_MEMBERS: Final = frozenset({"source", "withdrawn"})
_TEXTS: Final = (
    "ref",
    "number",
    "given_name",
    "family_name",
    "born_on",
    "sex",
    "nhs_number",
    "upn",
    "uprn",
    "postcode",
    "address",
)
_RESTRICTED: Final = "address_restricted"
_ISO: Final = (DateForm.ISO,)
_SEXES: Final = {code: code for code in ("male", "female", "other", "not-stated")}
_LONGEST_KEY: Final = 200
_MANY_LINES: Final = frozenset({FieldKind.NARRATIVE, FieldKind.TEXT, FieldKind.ADDRESS})
_LARGEST: Final = 10**9


class RecordLine:
    """A line taken apart. `flags` gathers what was kept with a doubt."""

    def __init__(
        self, number: int, value: Any, sender: Sender, vocabulary: Vocabulary, allowed: frozenset[str]
    ) -> None:
        self._number, self._sender = number, sender
        self._vocabulary, self._allowed = vocabulary, allowed
        if not isinstance(value, dict):
            raise RowRefused(RejectionReason.BAD_VALUE, None, "an object")
        self._value: Mapping[str, Any] = value
        self.flags: list[Flag] = []

    def record(self, list_code: str) -> IncomingRecord:
        """The record, known by the list, the sender and its own `source`. Raises RowRefused."""
        withdrawn = _flag(self._value, "withdrawn", default=False)
        _require_known(self._value, _WITHDRAWN_MEMBERS if withdrawn else _MEMBERS, None)
        source = _need_text(self._value, "source", _LONGEST_KEY)
        key = key_of(list_code, self._sender.controller_code, source)
        if withdrawn:
            code = min(self._allowed, default="")
            today = self._sender.received_on
            return IncomingRecord(
                key, key, self._sender.controller_code, code, today, (), True, {}, withdrawn=True
            )
        category = self._vocabulary.categories.get(_need_text(self._value, "category", _LONGEST_KEY))
        if category is None or category.code not in self._allowed:
            raise RowRefused(RejectionReason.UNKNOWN_CODE, "category", "one that your organisation sends")
        occurred_on = self._occurred_on()
        persons = (*self._persons("about"), *self._persons("mentions"))
        refs = [person.ref for person in persons]
        if len(set(refs)) != len(refs):
            raise RowRefused(RejectionReason.INCONSISTENT, "ref", "each person has their own")
        if not any(person.involvement is Involvement.ABOUT for person in persons):
            raise RowRefused(RejectionReason.MISSING, "about")
        born = [
            one.claims.born_on for one in persons if one.involvement is Involvement.ABOUT and one.claims.born_on
        ]
        if any(day > occurred_on for day in born if day <= self._sender.received_on):
            raise RowRefused(RejectionReason.INCONSISTENT, "occurred_on", "before a birth")
        kinds = {spec.name: spec for spec in category.fields}
        fields = self._fields(kinds, frozenset(refs))
        free = any(kinds[name].kind is FieldKind.NARRATIVE for name in fields)
        return IncomingRecord(
            source_key=key,
            group_key=key,
            controller_code=self._sender.controller_code,
            category_code=category.code,
            occurred_on=occurred_on,
            persons=persons,
            # Without free text there is nobody it could name unsaid.
            mentions_stated=_flag(self._value, "mentions_stated", default=not free),
            fields=fields,
        )

    def _taken_back(self, key: str) -> IncomingRecord:
        """Of an entry that is taken back nothing is read but which it is: the rest stands for nothing."""
        return IncomingRecord(
            source_key=key,
            group_key=key,
            controller_code=self._sender.controller_code,
            category_code="",
            occurred_on=self._sender.received_on,
            persons=(),
            mentions_stated=True,
            fields={},
            withdrawn=True,
        )

    def _occurred_on(self) -> date:
        texts = {"occurred_on": _need_text(self._value, "occurred_on", _LONGEST_KEY)}
        return self._cells(texts).get_event_day("occurred_on", _ISO, self._sender.received_on)

    def _cells(self, texts: Mapping[str, str]) -> Cells:
        """The texts as a row of a list, whose headings are the members' names."""
        return Cells(self._number, tuple(texts.values()), {name: at for at, name in enumerate(texts)})

    def _persons(self, member: str) -> list[PersonInvolved]:
        found = self._value.get(member, [])
        if not isinstance(found, list) or len(found) > MOST_PEOPLE:
            raise RowRefused(RejectionReason.BAD_VALUE, member, f"a list of people, {MOST_PEOPLE} at most")
        involvement = Involvement.ABOUT if member == "about" else Involvement.MENTIONS
        return [self._person(f"{member}.{at}", one, involvement) for at, one in enumerate(found)]

    def _person(self, place: str, value: Any, involvement: Involvement) -> PersonInvolved:
        if not isinstance(value, dict):
            raise RowRefused(RejectionReason.BAD_VALUE, place, "an object")
        _require_known(value, frozenset({*_TEXTS, _RESTRICTED}), place)
        texts = {name: _text(value[name], f"{place}.{name}") for name in _TEXTS if name in value}
        cells = self._cells(texts)
        try:
            claims = self._claims(cells)
            restricted = _flag(value, _RESTRICTED, default=False)
        except RowRefused as refused:
            raise RowRefused(refused.reason, f"{place}.{refused.column}", refused.note) from None
        self.flags += [Flag(one.row_number, f"{place}.{one.column}", one.message) for one in cells.flags]
        markers = frozenset({ProtectionMarker.ADDRESS_PROTECTED}) if restricted else frozenset()
        return PersonInvolved(texts.get("ref") or place, involvement, self._number, claims, markers)

    def _claims(self, cells: Cells) -> IdentityClaims:
        claims = IdentityClaims(
            given_name=cells.find_name("given_name"),
            family_name=cells.find_name("family_name"),
            born_on=cells.find_birth("born_on", _ISO, self._sender.received_on, may_be_unborn=True),
            sex_code=cells.find_code("sex", _SEXES),
            agency_id=cells.find_text("number"),
            nhs_number=cells.find_identifier("nhs_number", NhsNumber),
            upn=cells.find_identifier("upn", Upn),
            uprn=cells.find_identifier("uprn", Uprn),
            postcode=cells.find_identifier("postcode", Postcode),
            address=cells.find_text("address"),
        )
        if claims.agency_id is None:
            for name, found in (
                ("given_name", claims.given_name),
                ("family_name", claims.family_name),
                ("born_on", claims.born_on),
            ):
                if found is None:
                    raise RowRefused(RejectionReason.MISSING, name, "nothing else tells who this is")
        return claims

    def _fields(self, specs: Mapping[str, FieldSpec], refs: frozenset[str]) -> dict[str, str | int | float]:
        found = self._value.get("fields", {})
        if not isinstance(found, dict):
            raise RowRefused(RejectionReason.BAD_VALUE, "fields", "an object")
        # INVARIANT: a field nobody declared is refused, not dropped: what it tells belongs somewhere.
        _require_known(found, frozenset(specs), "fields")
        return {name: _field(specs[name], value, refs) for name, value in found.items() if value is not None}


def _is_born_later(person: PersonInvolved, occurred_on: date, received_on: date) -> bool:
    """Whether the record is of before their birth; of a child who is expected it may be."""
    born_on = person.claims.born_on
    return person.involvement is Involvement.ABOUT and born_on is not None and occurred_on < born_on <= received_on


def _field(spec: FieldSpec, value: Any, refs: frozenset[str]) -> str | int | float:
    place = f"fields.{spec.name}"
    if spec.kind is FieldKind.NUMBER:
        if isinstance(value, bool) or not isinstance(value, int | float) or abs(value) > _LARGEST:
            raise RowRefused(RejectionReason.BAD_NUMBER, place, "a number without quotation marks")
        return value
    text = _text(value, place, lines=spec.kind in _MANY_LINES)
    if not text:
        raise RowRefused(RejectionReason.MISSING, place, "leave the member out, or fill it")
    if spec.kind is FieldKind.DATE:
        day = find_day(text, _ISO)
        if day is None:
            raise RowRefused(RejectionReason.BAD_DATE, place, f"expected {DateForm.ISO.words}")
        return day.isoformat()
    if spec.kind is FieldKind.PERSON and text not in refs:
        raise RowRefused(RejectionReason.INCONSISTENT, place, "the `ref` of somebody in this record")
    return text


def _require_known(value: Mapping[str, Any], known: frozenset[str], place: str | None) -> None:
    # Which member it is was typed by somebody, and is not repeated.
    if value.keys() - known:
        raise RowRefused(RejectionReason.UNKNOWN_CODE, place, "a member that is not of this shape")


def _need_text(value: Mapping[str, Any], name: str, most: int) -> str:
    text = _text(value.get(name, ""), name)
    if not text:
        raise RowRefused(RejectionReason.MISSING, name)
    if len(text) > most:
        raise RowRefused(RejectionReason.TOO_LONG, name)
    return text


def _text(value: Any, place: str, *, lines: bool = False) -> str:
    if not isinstance(value, str):
        raise RowRefused(RejectionReason.BAD_VALUE, place, "text in quotation marks")
    if len(value) > STANDARD.cell_characters:
        raise RowRefused(RejectionReason.TOO_LONG, place)
    if has_control(value):
        raise RowRefused(RejectionReason.CONTROL_CHARACTER, place)
    text = trimmed(value)
    if not lines and ("\n" in text or "\r" in text):
        raise RowRefused(RejectionReason.LINE_BREAK, place)
    return text


def _flag(value: Mapping[str, Any], name: str, *, default: bool) -> bool:
    found = value.get(name, default)
    if not isinstance(found, bool):
        raise RowRefused(RejectionReason.BAD_VALUE, name, "true or false")
    return found
