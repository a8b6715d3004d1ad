"""Reading the cells of one row as values: texts, days, numbers, codes, names and identifiers.

Decides when a cell refuses its row (`RowRefused`) and when it is kept and flagged: an identifier that is not
well formed never costs a row, a date that is not one always does. Does not know any format.
"""

from __future__ import annotations

import re
from collections.abc import Mapping, Sequence
from datetime import date, timedelta

from broker.agencies.dates_as_sent import DateForm, find_day
from broker.agencies.findings import Flag, RejectionReason, RowRefused
from broker.identifiers.identifier import Identifier, IdentifierRefused
from broker.identifiers.person_name import PersonName
from broker.linkage.claims import ReportedIdentifier

OLDEST_YEARS = 120
"""Nobody in England is older: an earlier date of birth is a typing error."""
LONGEST_WAIT = timedelta(weeks=42)
"""How far ahead an expected date of birth may lie."""

_PLAIN_NAME = re.compile(r"[A-Za-z]{1,64}(?:[ '-][A-Za-z]{1,64}){0,4}")
"""Most names: letters of one alphabet and single joints. No further look is needed, which saves half the time."""
_WHOLE = re.compile(r"[0-9]{1,9}")
_POUNDS = re.compile(r"£?([0-9]{1,3}(?:,[0-9]{3}){1,3}|[0-9]{1,9})(\.[0-9]{2})?")
_NO_NUMBERS = frozenset(
    {
        "blank",
        "false",
        "missing",
        "na",
        "name",
        "nan",
        "new",
        "nil",
        "none",
        "notapplicable",
        "notknown",
        "notrecorded",
        "null",
        "num",
        "pending",
        "ref",
        "tba",
        "tbc",
        "temp",
        "true",
        "unborn",
        "unk",
        "unknown",
        "unregistered",
        "value",
        "various",
    }
)
_ROUNDED = re.compile(r"[0-9](?:\.[0-9]{1,15})?[eE]\+[0-9]{1,3}")
_YES_NO = {"y": True, "yes": True, "n": False, "no": False}


class Cells:
    """The used cells of one row by heading. `flags` gathers what was kept with a doubt."""

    def __init__(self, row_number: int, raw: tuple[str, ...], places: Mapping[str, int]) -> None:
        self.row_number = row_number
        self.raw = raw
        self._places = places
        self.flags: list[Flag] = []

    def find_text(self, heading: str) -> str | None:
        """The cell's text, or None when it is empty or the column is missing."""
        place = self._places.get(heading)
        return (self.raw[place] or None) if place is not None else None

    def get_text(self, heading: str) -> str:
        """The cell's text. Raises `RowRefused` when there is none."""
        text = self.find_text(heading)
        if text is None:
            raise RowRefused(RejectionReason.MISSING, heading)
        return text

    def find_number(self, heading: str) -> str | None:
        """The sender's own number for somebody, or None when the cell is empty. Raises `RowRefused` for what
        stands where a number is missing or was lost: many rows hold the same, and many people would be one."""
        text = self.find_text(heading)
        if text is not None and _is_no_number(text):
            raise RowRefused(
                RejectionReason.BAD_VALUE, heading, "a number of this person's own, as its system has it"
            )
        return text

    def get_number(self, heading: str) -> str:
        """The sender's own number for somebody. Raises `RowRefused` when there is none."""
        number = self.find_number(heading)
        if number is None:
            raise RowRefused(RejectionReason.MISSING, heading)
        return number

    def find_name(self, heading: str) -> str | None:
        """The name as written, or None. Raises `RowRefused` for what cannot be a name."""
        text = self.find_text(heading)
        if text is None:
            return None
        if _PLAIN_NAME.fullmatch(text):
            return text
        try:
            name = PersonName.parse(text)
        except IdentifierRefused:
            raise RowRefused(RejectionReason.BAD_VALUE, heading, "a name") from None
        if name.has_mixed_scripts:
            self.flag(heading, "letters of several alphabets stand in one name; look at it")
        return " ".join(text.split())

    def get_name(self, heading: str) -> str:
        """The name as written. Raises `RowRefused` when there is none."""
        name = self.find_name(heading)
        if name is None:
            raise RowRefused(RejectionReason.MISSING, heading)
        return name

    def find_day(self, heading: str, forms: Sequence[DateForm]) -> date | None:
        """The day, or None when the cell is empty. Raises `RowRefused` for any form that was not declared."""
        text = self.find_text(heading)
        if text is None:
            return None
        day = find_day(text, forms)
        if day is None:
            raise RowRefused(
                RejectionReason.BAD_DATE, heading, "expected " + " or ".join(form.words for form in forms)
            )
        return day

    def get_event_day(self, heading: str, forms: Sequence[DateForm], received_on: date) -> date:
        """The day something happened. Raises `RowRefused` when missing, in the future or 120 years ago."""
        day = self.find_day(heading, forms)
        if day is None:
            raise RowRefused(RejectionReason.MISSING, heading)
        if day > received_on:
            raise RowRefused(RejectionReason.IMPOSSIBLE_DATE, heading, "in the future")
        if day.year < received_on.year - OLDEST_YEARS:
            raise RowRefused(RejectionReason.IMPOSSIBLE_DATE, heading, f"more than {OLDEST_YEARS} years ago")
        return day

    def find_end_day(self, heading: str, forms: Sequence[DateForm], begun_on: date, since: str) -> date | None:
        """The day something ended or is due to, or None when the cell is empty. Raises `RowRefused` when that is
        before it began (`since` is that column)."""
        day = self.find_day(heading, forms)
        if day is not None and day < begun_on:
            raise RowRefused(RejectionReason.INCONSISTENT, heading, f"before `{since}`")
        return day

    def find_birth(
        self, heading: str, forms: Sequence[DateForm], received_on: date, may_be_unborn: bool = False
    ) -> date | None:
        """The date of birth, or where the format allows it the expected one; None when the cell is empty."""
        day = self.find_day(heading, forms)
        if day is None:
            return None
        if day > received_on + (LONGEST_WAIT if may_be_unborn else timedelta()):
            raise RowRefused(RejectionReason.IMPOSSIBLE_DATE, heading, "in the future")
        if day.year < received_on.year - OLDEST_YEARS:
            raise RowRefused(RejectionReason.IMPOSSIBLE_DATE, heading, f"more than {OLDEST_YEARS} years ago")
        return day

    def get_birth(
        self, heading: str, forms: Sequence[DateForm], received_on: date, may_be_unborn: bool = False
    ) -> date:
        """The date of birth. Raises `RowRefused` when there is none."""
        day = self.find_birth(heading, forms, received_on, may_be_unborn)
        if day is None:
            raise RowRefused(RejectionReason.MISSING, heading)
        return day

    def find_whole(self, heading: str, least: int, most: int) -> int | None:
        """The whole number, or None when the cell is empty. Raises `RowRefused` out of range."""
        text = self.find_text(heading)
        if text is None:
            return None
        if not _WHOLE.fullmatch(text) or not least <= int(text) <= most:
            raise RowRefused(RejectionReason.BAD_NUMBER, heading, f"{least} to {most}")
        return int(text)

    def get_whole(self, heading: str, least: int, most: int) -> int:
        """The whole number. Raises `RowRefused` when there is none."""
        number = self.find_whole(heading, least, most)
        if number is None:
            raise RowRefused(RejectionReason.MISSING, heading)
        return number

    def find_money(self, heading: str, most: int) -> float | None:
        """Pounds, with pence or without, or None when the cell is empty. Raises `RowRefused` out of 0 to
        `most`."""
        text = self.find_text(heading)
        if text is None:
            return None
        match = _POUNDS.fullmatch(text)
        pounds = None if match is None else float(match[1].replace(",", "") + (match[2] or ""))
        if pounds is None or pounds > most:
            raise RowRefused(RejectionReason.BAD_NUMBER, heading, f"pounds, 0 to {most}")
        return pounds

    def find_code(self, heading: str, codes: Mapping[str, str]) -> str | None:
        """What the cell's text stands for, or None when the cell is empty. Raises `RowRefused` when unknown."""
        return None if self.find_text(heading) is None else self.get_code(heading, codes)

    def find_codes(self, heading: str, codes: Mapping[str, str]) -> tuple[str, ...]:
        """What each text between semicolons stands for, in the order written. Raises `RowRefused` when one is
        unknown."""
        texts = (one.strip() for one in (self.find_text(heading) or "").split(";"))
        found = [codes.get(" ".join(one.casefold().split())) for one in texts if one]
        if None in found:
            raise RowRefused(RejectionReason.UNKNOWN_CODE, heading)
        return tuple(dict.fromkeys(one for one in found if one is not None))

    def get_code(self, heading: str, codes: Mapping[str, str]) -> str:
        """What the cell's text stands for in `codes` (keys in lower case). Raises `RowRefused` when unknown."""
        text = self.get_text(heading)
        code = codes.get(" ".join(text.casefold().split()))
        if code is None:
            raise RowRefused(RejectionReason.UNKNOWN_CODE, heading)
        return code

    def get_yes_no(self, heading: str) -> bool:
        """Yes or no. Raises `RowRefused` for anything else: silence is not an answer."""
        answer = _YES_NO.get(self.get_text(heading).casefold())
        if answer is None:
            raise RowRefused(RejectionReason.UNKNOWN_CODE, heading, "Y or N")
        return answer

    def find_identifier(self, heading: str, kind: type[Identifier]) -> ReportedIdentifier | None:
        """The identifier as reported, good or bad, or None when the cell is empty; a bad one is flagged."""
        text = self.find_text(heading)
        if text is None:
            return None
        reported = ReportedIdentifier.read(kind, text)
        if reported.refusal is not None:
            self.flag(heading, f"kept as reported: {reported.refusal.sentence}")
        return reported

    def flag(self, heading: str, message: str) -> None:
        """Notes a doubt about the row, which is taken all the same; the message must not quote the cell."""
        self.flags.append(Flag(self.row_number, heading, message))


def _is_no_number(text: str) -> bool:
    """Whether a text is a placeholder ("N/A", "0000", "XXXX"), a spreadsheet's error ("#REF!") or a number that a
    spreadsheet rounded ("4.00001E+11")."""
    letters = "".join(filter(str.isalnum, text.casefold()))
    filler = not letters.strip("0") or not letters.strip("x")
    return filler or text.startswith("#") or letters in _NO_NUMBERS or bool(_ROUNDED.fullmatch(text))
