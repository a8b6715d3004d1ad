"""Family name, given name and birth date together: what is compared when a person has no number.

Does not decide that two people with the same three are one: twins, and a father and son, are linkage's care.
Canonical form `family|given|YYYY-MM-DD`, as in the published pseudonym vectors.
"""

from __future__ import annotations

import re
from collections.abc import Mapping
from dataclasses import dataclass
from datetime import date
from typing import ClassVar

from broker.identifiers.identifier import Identifier, RefusalReason
from broker.identifiers.person_name import SEPARATOR, PersonName, find_name_fault, normal_name

_DATE = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}")


@dataclass(frozen=True, slots=True, repr=False)
class NameAndBirthDate(Identifier):
    """A name and a birth date, canonical as `family|given|YYYY-MM-DD`."""

    type_code: ClassVar[str] = "name-dob"
    title: ClassVar[str] = "name and birth date"
    shape: ClassVar[str] = "family name, given name and birth date, joined by |"
    good_examples: ClassVar[Mapping[str, str]] = {
        "O’Neill|Siân|2015-06-01": "o'neill|siân|2015-06-01",
        "O`NEILL | Siân | 2015-06-01": "o'neill|siân|2015-06-01",
        "Smith-Jones|Mary  Ann|1988-02-29": "smith-jones|mary ann|1988-02-29",
    }
    bad_examples: ClassVar[Mapping[str, RefusalReason]] = {
        "": RefusalReason.EMPTY,
        "O'Neill|Siân": RefusalReason.WRONG_SHAPE,
        "O'Neill|Siân|2015-06-01|x": RefusalReason.WRONG_SHAPE,
        "O'Neill||2015-06-01": RefusalReason.EMPTY,
        "O'Neill|Siân|01/06/2015": RefusalReason.WRONG_SHAPE,
        "O'Neill|Siân|2015-02-29": RefusalReason.NOT_A_DATE,
        "O'Neill|Siân|2015-06-01\n": RefusalReason.WRONG_SHAPE,
        "O'Ne\nill|Siân|2015-06-01": RefusalReason.WRONG_CHARACTERS,
        "O'Neill|Siân|２015-06-01": RefusalReason.WRONG_SHAPE,
    }

    @classmethod
    def of(cls, family_name: PersonName, given_name: PersonName, born_on: date) -> NameAndBirthDate:
        """The identifier of a person whose name and birth date are known as values."""
        return cls(SEPARATOR.join((family_name.canonical, given_name.canonical, born_on.isoformat())))

    @classmethod
    def normal_form(cls, text: str) -> str:
        """Both names in normal form and the date without outer spaces; any other number of parts is left."""
        parts = text.split(SEPARATOR)
        if len(parts) != 3:
            return text
        family, given, born = parts
        return SEPARATOR.join((normal_name(family), normal_name(given), born.strip(" ")))

    @classmethod
    def find_fault(cls, canonical: str) -> RefusalReason | None:
        """Two names in canonical form and a day that exists, written as ISO 8601 does."""
        if not canonical:
            return RefusalReason.EMPTY
        parts = canonical.split(SEPARATOR)
        if len(parts) != 3:
            return RefusalReason.WRONG_SHAPE
        fault = find_name_fault(parts[0]) or find_name_fault(parts[1])
        if fault is not None:
            return fault
        if not _DATE.fullmatch(parts[2]):
            return RefusalReason.WRONG_SHAPE
        try:
            date.fromisoformat(parts[2])
        except ValueError:
            return RefusalReason.NOT_A_DATE
        return None
