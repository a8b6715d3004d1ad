"""A list read by a mapping file: the adapter of formats that are described and not programmed.

Decides nothing that the mapping does not say. A row is about one person and becomes one record; what a code stands
for, which days are read and which columns are dropped stands in the mapping, which is checked before (see
`broker.mappings`). Only the organisation it names may send it.
"""

from __future__ import annotations

import re

from broker.agencies.cells import Cells
from broker.agencies.columns import Column
from broker.agencies.contract import Adapter, Extent, Sender
from broker.agencies.dates_as_sent import DateForm
from broker.agencies.findings import RejectionReason, RowRefused
from broker.agencies.incoming import IncomingRecord, Involvement, PersonInvolved, key_of
from broker.identifiers.identifier import Identifier
from broker.identifiers.nhs_number import NhsNumber
from broker.identifiers.postcode import Postcode
from broker.identifiers.upn import Upn
from broker.identifiers.uprn import Uprn
from broker.linkage.claims import IdentityClaims, ReportedIdentifier
from broker.mappings.document import UNREAD, DayForm, ListMapping, MappedColumn, Use
from broker.mappings.parse import plain
from broker.people import ProtectionMarker
from broker.vocabulary.codes import FieldKind, Organisation, Vocabulary

_FORMS = {
    DayForm.DAY_FIRST: (DateForm.DAY_SLASHES, DateForm.DAY_SLASHES_CLOCK),
    DayForm.ISO: (DateForm.ISO, DateForm.ISO_CLOCK),
    DayForm.MONTH_NAME: (DateForm.DAY_MONTH_NAME,),
}
_IDENTIFIERS: dict[Use, type[Identifier]] = {
    Use.NHS_NUMBER: NhsNumber,
    Use.UPN: Upn,
    Use.UPRN: Uprn,
    Use.POSTCODE: Postcode,
}
_NUMBER = re.compile(r"-?[0-9]{1,9}(?:\.[0-9]{1,4})?")


class MappedAdapter(Adapter):
    """The adapter that a mapping describes."""

    def __init__(self, mapping: ListMapping, vocabulary: Vocabulary) -> None:
        self._mapping = mapping
        self._kinds = {spec.name: spec.kind for spec in vocabulary.categories[mapping.category].fields}
        self._by_use = {column.use: column for column in mapping.columns}
        self._key = tuple(
            next(column for column in mapping.columns if plain(column.heading) == plain(heading))
            for heading in mapping.key
        )
        self._columns = tuple(_declared(column) for column in mapping.columns if column.use is not Use.WITHDRAWN)

    @property
    def code(self) -> str:
        """`map:` and the mapping's code."""
        return f"{self.MAPPED}{self._mapping.code}"

    @property
    def title(self) -> str:
        """The mapping's own."""
        return self._mapping.title

    @property
    def source(self) -> str:
        """Which version of which mapping."""
        return f"mapping {self._mapping.code}, version {self._mapping.version}"

    @property
    def controller_types(self) -> frozenset[str]:
        """None: a mapping is of one organisation, not of a kind."""
        return frozenset()

    @property
    def category_codes(self) -> frozenset[str]:
        """The one it names."""
        return frozenset({self._mapping.category})

    @property
    def encoding(self) -> str:
        """As the mapping says."""
        return self._mapping.encoding

    @property
    def extent(self) -> Extent:
        """As the mapping says."""
        return Extent.WHOLE_LIST if self._mapping.whole else Extent.INCREMENTS

    @property
    def columns(self) -> tuple[Column, ...]:
        """As the mapping says; those to be alerted are not declared."""
        return tuple(column for column in self._columns if column is not None)

    @property
    def withdrawn(self) -> Column | None:
        """The mapping's own column, or none."""
        column = self._by_use.get(Use.WITHDRAWN)
        return None if column is None else Column(column.heading, optional=column.optional)

    def find_refusal(self, organisation: Organisation) -> str | None:
        """Only the organisation it names may send it."""
        if organisation.code == self._mapping.controller:
            return None
        return f"`{organisation.code}` may not send `{self.code}`; it is a list of `{self._mapping.controller}`"

    def understand(self, cells: Cells, sender: Sender) -> tuple[IncomingRecord, ...]:
        """The row as one record, known by the columns of the key."""
        for column in self._mapping.columns:
            must = column.filled or column in self._key
            if must and column.use not in UNREAD and cells.find_text(column.heading) is None:
                raise RowRefused(RejectionReason.MISSING, column.heading)
        claims = self._claims(cells, sender)
        occurred = self._by_use[Use.OCCURRED]
        day = cells.get_event_day(occurred.heading, self._forms(occurred), sender.received_on)
        if claims.born_on is not None and claims.born_on > day:
            raise RowRefused(RejectionReason.INCONSISTENT, occurred.heading, "before the birth")
        restricted = self._by_use.get(Use.ADDRESS_RESTRICTED)
        protected = restricted is not None and cells.get_yes_no(restricted.heading)
        markers = frozenset({ProtectionMarker.ADDRESS_PROTECTED}) if protected else frozenset()
        stated = self._by_use.get(Use.MENTIONS_STATED)
        key = key_of(self.code, sender.controller_code, *(self._key_part(cells, column) for column in self._key))
        return (
            IncomingRecord(
                source_key=key,
                group_key=key,
                controller_code=sender.controller_code,
                category_code=self._mapping.category,
                occurred_on=day,
                persons=(PersonInvolved("person", Involvement.ABOUT, cells.row_number, claims, markers),),
                mentions_stated=self._says_all(cells, stated),
                fields=self._fields(cells),
            ),
        )

    def _says_all(self, cells: Cells, stated: MappedColumn | None) -> bool:
        """Whether the sender says that the free text names nobody else. Without free text there is nothing to
        say."""
        free = [
            column
            for column in self._mapping.used_for(Use.FIELD)
            if self._kinds[column.field_name or ""] is FieldKind.NARRATIVE and cells.find_text(column.heading)
        ]
        if not free:
            return True
        return (
            stated is not None and cells.find_text(stated.heading) is not None and cells.get_yes_no(stated.heading)
        )

    def _claims(self, cells: Cells, sender: Sender) -> IdentityClaims:
        birth = self._by_use.get(Use.BIRTH_DATE)
        sex = self._by_use.get(Use.SEX)
        claims = IdentityClaims(
            given_name=self._name(cells, Use.GIVEN_NAME),
            family_name=self._name(cells, Use.FAMILY_NAME),
            born_on=cells.find_birth(birth.heading, self._forms(birth), sender.received_on) if birth else None,
            sex_code=cells.find_code(sex.heading, sex.codes) if sex else None,
            agency_id=self._number(cells),
            nhs_number=self._identifier(cells, Use.NHS_NUMBER),
            upn=self._identifier(cells, Use.UPN),
            uprn=self._identifier(cells, Use.UPRN),
            postcode=self._identifier(cells, Use.POSTCODE),
            address=self._text(cells, Use.ADDRESS),
        )
        if claims.agency_id is None:
            for use, value in (
                (Use.GIVEN_NAME, claims.given_name),
                (Use.FAMILY_NAME, claims.family_name),
                (Use.BIRTH_DATE, claims.born_on),
            ):
                if value is None:
                    column = self._by_use.get(use) or self._by_use[Use.PERSON_NUMBER]
                    raise RowRefused(RejectionReason.MISSING, column.heading, "nothing else tells who this is")
        return claims

    def _number(self, cells: Cells) -> str | None:
        column = self._by_use.get(Use.PERSON_NUMBER)
        return cells.find_number(column.heading) if column else None

    def _text(self, cells: Cells, use: Use) -> str | None:
        column = self._by_use.get(use)
        return cells.find_text(column.heading) if column is not None else None

    def _name(self, cells: Cells, use: Use) -> str | None:
        column = self._by_use.get(use)
        return cells.find_name(column.heading) if column is not None else None

    def _identifier(self, cells: Cells, use: Use) -> ReportedIdentifier | None:
        column = self._by_use.get(use)
        return cells.find_identifier(column.heading, _IDENTIFIERS[use]) if column is not None else None

    def _fields(self, cells: Cells) -> dict[str, str | int | float]:
        fields: dict[str, str | int | float] = {}
        for column in self._mapping.used_for(Use.FIELD):
            name = column.field_name or ""
            value = self._value(cells, column, self._kinds[name])
            if value is not None:
                fields[name] = value
        return fields

    def _value(self, cells: Cells, column: MappedColumn, kind: FieldKind) -> str | int | float | None:
        if kind is FieldKind.CODE:
            return cells.find_code(column.heading, column.codes)
        if kind is FieldKind.DATE:
            day = cells.find_day(column.heading, self._forms(column))
            return None if day is None else day.isoformat()
        text = cells.find_text(column.heading)
        if kind is not FieldKind.NUMBER or text is None:
            return text
        if not _NUMBER.fullmatch(text):
            raise RowRefused(
                RejectionReason.BAD_NUMBER, column.heading, "digits, with a point where it has decimals"
            )
        return float(text) if "." in text else int(text)

    def _key_part(self, cells: Cells, column: MappedColumn) -> str:
        """A cell of the key as it is compared: the same day, number and words are the same entry however
        written."""
        if column.form is not None:
            day = cells.find_day(column.heading, self._forms(column))
            return day.isoformat() if day is not None else ""
        kind = _IDENTIFIERS.get(column.use)
        text = cells.get_text(column.heading)
        canonical = ReportedIdentifier.read(kind, text).canonical if kind is not None else None
        return canonical or " ".join(text.casefold().split())

    def _forms(self, column: MappedColumn) -> tuple[DateForm, ...]:
        return _FORMS[column.form or DayForm.ISO]


def _declared(column: MappedColumn) -> Column | None:
    if column.use is Use.ALERTED:
        return None
    ignored = column.because if column.use is Use.IGNORED else None
    return Column(column.heading, optional=column.optional, lines=column.use is Use.FIELD, ignored_because=ignored)
