"""What a mapping says: whose list it is, what it becomes, and for each column what it is used for.

Decides the closed list of uses and of ways to write a day. What may stand beside each use is
`broker.mappings.parse`'s to say; reading a list by it is `broker.agencies.mapped`'s.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from dataclasses import dataclass, field
from enum import StrEnum


class Use(StrEnum):
    """What a column is used for."""

    PERSON_NUMBER = "person-number"
    GIVEN_NAME = "given-name"
    FAMILY_NAME = "family-name"
    BIRTH_DATE = "birth-date"
    SEX = "sex"
    NHS_NUMBER = "nhs-number"
    UPN = "upn"
    UPRN = "uprn"
    POSTCODE = "postcode"
    ADDRESS = "address"
    ADDRESS_RESTRICTED = "address-restricted"
    OCCURRED = "occurred"
    FIELD = "field"
    MENTIONS_STATED = "mentions-stated"
    ENTRY_NUMBER = "entry-number"
    WITHDRAWN = "withdrawn"
    IGNORED = "ignored"
    ALERTED = "alerted"


UNREAD = frozenset({Use.IGNORED, Use.ALERTED})
"""Columns whose cells are not read."""


class DayForm(StrEnum):
    """How a list writes days; an hour after it is allowed."""

    DAY_FIRST = "DD/MM/YYYY"
    ISO = "YYYY-MM-DD"
    MONTH_NAME = "DD-Mon-YYYY"


class Sex(StrEnum):
    """What a sex column's codes stand for."""

    MALE = "male"
    FEMALE = "female"
    OTHER = "other"
    NOT_STATED = "not-stated"


@dataclass(frozen=True, slots=True)
class MappedColumn:
    """One column. `field_name` is of the category, `form` how its days are written, `codes` what each text in it
    stands for; `filled` says that an empty cell rejects the row, `optional` that the column may be missing."""

    heading: str
    use: Use
    line: int
    field_name: str | None = None
    form: DayForm | None = None
    codes: Mapping[str, str] = field(default_factory=dict)
    because: str | None = None
    filled: bool = False
    optional: bool = False


@dataclass(frozen=True, slots=True)
class ListMapping:
    """One version of a mapping. `whole` says that a row missing from the list is no more; `key` are the headings
    by
    which the same entry is known when it is sent again."""

    code: str
    version: int
    title: str
    controller: str
    category: str
    whole: bool
    encoding: str
    key: tuple[str, ...]
    columns: tuple[MappedColumn, ...]
    line: int

    def used_for(self, use: Use) -> Iterator[MappedColumn]:
        """The columns with this use."""
        return (column for column in self.columns if column.use is use)

    def find(self, use: Use) -> MappedColumn | None:
        """The one column with this use, where there is one."""
        return next(self.used_for(use), None)
