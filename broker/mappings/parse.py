"""From a mapping file to a mapping, with everything that is wrong with it told at once, line by line.

Decides what may stand beside each use, that every column is used, ignored with a reason or alerted, and that a row
tells who it is about and which entry it is. Whether the category has the fields, and has a place for them, is
checked against the standing rules (`check_mapping`). Format: docs/how-to-map.md.
"""

from __future__ import annotations

from collections import Counter
from collections.abc import Mapping
from typing import Final

from broker.documents.forms import Fields, Form, Mapped, optional, required
from broker.documents.limits import shortened
from broker.documents.nodes import Node
from broker.documents.reading import Reading
from broker.documents.shapes import Boolean, Integer, Known, ListOf, NewCode, Refused, Text, Word
from broker.errors import did_you_mean
from broker.mappings.document import UNREAD, DayForm, ListMapping, MappedColumn, Sex, Use
from broker.vocabulary.codes import Category, FieldKind, Tier, Vocabulary

_COLUMN = required("column", Text(), "its heading, capitals and spacing apart")
_USE = required("use", Word({use.value: use for use in Use}), "what it is used for")
_FIELD = optional("field", NewCode(), None, "for `use: field`: which field of the category")
_FORM = optional("form", Word({form.value: form for form in DayForm}), None, "how its days are written")
_CODES = optional("codes", Mapped(Text(), Text()), None, "what each text in it stands for")
_BECAUSE = optional("because", Text(), None, "for `use: ignored`: why")
_FILLED = optional("filled", Boolean(), False, "an empty cell rejects the row")
_OPTIONAL = optional("optional", Boolean(), False, "the column may be missing from a file")

_DATED: Final = frozenset({Use.BIRTH_DATE, Use.OCCURRED})
_ONCE: Final = frozenset(Use) - {Use.FIELD, Use.IGNORED, Use.ALERTED}


def _column(fields: Fields, reading: Reading) -> MappedColumn | Refused:
    use = fields[_USE]
    stated = {key.name: key for key in (_FIELD, _FORM, _CODES, _BECAUSE) if fields.states(key)}
    needed = {"field"} if use is Use.FIELD else {"form"} if use in _DATED else set()
    needed |= {"codes"} if use is Use.SEX else {"because"} if use is Use.IGNORED else set()
    allowed = needed | ({"form", "codes"} if use is Use.FIELD else set())
    for name in sorted(needed - stated.keys()):
        reading.error(fields.line, f"a column with `use: {use.value}` lacks `{name}`: add it")
    for name in sorted(stated.keys() - allowed):
        reading.error(
            fields.line_of(stated[name]), f"`{name}` has no place beside `use: {use.value}`: take it out"
        )
    codes = fields[_CODES] or {}
    if use is Use.SEX:
        for text, code in codes.items():
            if code not in list(Sex):
                hint = did_you_mean(code, [one.value for one in Sex])
                reading.error(fields.line_of(_CODES), f"`{shortened(text)}` stands for `{shortened(code)}`{hint}")
    return MappedColumn(
        " ".join(fields[_COLUMN].split()),
        use,
        fields.line,
        fields[_FIELD],
        fields[_FORM],
        {plain(text): code for text, code in codes.items()},
        fields[_BECAUSE],
        fields[_FILLED],
        fields[_OPTIONAL],
    )


_COLUMN_FORM: Final[Form[MappedColumn]] = Form(
    "a column", (_COLUMN, _USE, _FIELD, _FORM, _CODES, _BECAUSE, _FILLED, _OPTIONAL), _column
)

_CODE = required("mapping", NewCode(), "the mapping's own code; the list is called `map:` and this")
_VERSION = required("version", Integer(1))
_TITLE = required("title", Text())
_CONTROLLER = required("controller", Known("organisation"), "whose list it is")
_CATEGORY = required("category", Known("category"), "what its rows become")
_LIST = required(
    "list",
    Word({"whole": True, "increments": False}),
    "whole: a row that is missing is no more; increments: it is not",
)
_ENCODING = optional("encoding", Word({"utf-8": "utf-8", "windows-1252": "cp1252"}), "utf-8")
_KEY = required(
    "key", ListOf(Text(), "name the columns by which an entry is known again"), "by which an entry is known again"
)
_COLUMNS = required("columns", ListOf(_COLUMN_FORM, "describe every column of the list"))


def _mapping(fields: Fields, reading: Reading) -> ListMapping | Refused:
    mapping = ListMapping(
        fields[_CODE],
        fields[_VERSION],
        fields[_TITLE],
        fields[_CONTROLLER],
        fields[_CATEGORY],
        fields[_LIST],
        fields[_ENCODING],
        tuple(" ".join(heading.split()) for heading in fields[_KEY]),
        fields[_COLUMNS],
        fields.line,
    )
    _check_columns(mapping, reading)
    _check_key(mapping, reading, fields.line_of(_KEY))
    _check_person(mapping, reading)
    return mapping


MAPPING: Final[Form[ListMapping]] = Form(
    "a mapping",
    (_CODE, _VERSION, _TITLE, _CONTROLLER, _CATEGORY, _LIST, _ENCODING, _KEY, _COLUMNS),
    _mapping,
)


def read_mapping(root: Node, reading: Reading) -> ListMapping | Refused:
    """The mapping at a node; REFUSED, or problems in the findings, where there are any."""
    return MAPPING.read(root, reading, "the document")


def plain(text: str) -> str:
    """A text as it is compared: capitals and spacing apart."""
    return " ".join(text.replace("_", " ").casefold().split())


def _check_columns(mapping: ListMapping, reading: Reading) -> None:
    first: dict[str, int] = {}
    for column in mapping.columns:
        line = first.setdefault(plain(column.heading), column.line)
        if line != column.line:
            reading.error(column.line, f"column `{shortened(column.heading)}` stands on line {line} already")
    uses = Counter(column.use for column in mapping.columns)
    for column in mapping.columns:
        if column.use in _ONCE and uses[column.use] > 1:
            reading.error(column.line, f"`use: {column.use.value}` stands more than once: a row has only one")
    if not uses[Use.OCCURRED]:
        reading.error(mapping.line, "no column has `use: occurred`: say which day a row tells of")
    names = Counter(column.field_name for column in mapping.used_for(Use.FIELD))
    for column in mapping.used_for(Use.FIELD):
        if column.field_name and names[column.field_name] > 1:
            reading.error(column.line, f"field `{column.field_name}` is filled by more than one column")


def _check_key(mapping: ListMapping, reading: Reading, line: int) -> None:
    known = {plain(column.heading): column for column in mapping.columns}
    for heading in mapping.key:
        column = known.get(plain(heading))
        if column is None:
            hint = did_you_mean(heading, [one.heading for one in mapping.columns])
            reading.error(line, f"`key` names `{shortened(heading)}`, which is no column{hint}")
        elif column.use in UNREAD or column.use is Use.WITHDRAWN:
            reading.error(line, f"`key` names `{shortened(heading)}`, whose cells are `{column.use.value}`")
        elif column.optional:
            reading.error(line, f"`key` names `{shortened(heading)}`, which may be missing: it must be there")


def _check_person(mapping: ListMapping, reading: Reading) -> None:
    """A row must tell who it is about: by the sender's own number, or by name and birth date."""
    uses = {column.use for column in mapping.columns}
    if Use.PERSON_NUMBER in uses or {Use.GIVEN_NAME, Use.FAMILY_NAME, Use.BIRTH_DATE} <= uses:
        return
    reading.error(
        mapping.line,
        "nothing tells who a row is about: map a `person-number`, or `given-name`, `family-name` and `birth-date`",
    )


def check_mapping(mapping: ListMapping, vocabulary: Vocabulary, reading: Reading) -> None:
    """Reports what does not fit the category: fields it has not got, or that are written in another way."""
    category = vocabulary.categories.get(mapping.category)
    if category is None:
        return
    if category.tier >= Tier.T5:
        reading.error(mapping.line, f"`{category.code}` is never shared: there is nothing to send")
    kinds = {spec.name: spec.kind for spec in category.fields}
    for column in mapping.used_for(Use.FIELD):
        kind = kinds.get(column.field_name or "")
        if kind is None:
            hint = did_you_mean(column.field_name or "", kinds)
            reading.error(column.line, f"`{column.field_name}` is no field of `{category.code}`{hint}")
        else:
            _check_kind(column, kind, reading)
    _check_narrative(mapping, category, kinds, reading)


def _check_kind(column: MappedColumn, kind: FieldKind, reading: Reading) -> None:
    name = column.field_name
    if kind is FieldKind.PERSON:
        reading.error(column.line, f"`{name}` names a person: a mapped row is about one and cannot name another")
    if (kind is FieldKind.DATE) != (column.form is not None):
        says = "is a date: add `form`" if kind is FieldKind.DATE else "is no date: take out `form`"
        reading.error(column.line, f"`{name}` {says}")
    if kind is FieldKind.CODE and not column.codes:
        reading.error(column.line, f"`{name}` is a code: add `codes`, what each text in the column stands for")
    if kind is not FieldKind.CODE and column.codes:
        reading.error(column.line, f"`{name}` is no code: take out `codes`")


def _check_narrative(
    mapping: ListMapping, category: Category, kinds: Mapping[str, FieldKind], reading: Reading
) -> None:
    free = [one for one in mapping.used_for(Use.FIELD) if kinds.get(one.field_name or "") is FieldKind.NARRATIVE]
    if free and mapping.find(Use.MENTIONS_STATED) is None:
        reading.warning(
            free[0].line,
            f"`{free[0].field_name}` of `{category.code}` is free text and will never be shown, because no column"
            " has `use: mentions-stated` (Y: it names nobody else)",
        )
