"""Sentences of a receipt that are read aloud as well: until when, what is never shared, how to change one's mind.

Decides nothing: its words are those of `broker.release.sheets`. From docs/how-to-consent.md.
"""

from __future__ import annotations

from collections.abc import Sequence
from dataclasses import dataclass
from datetime import datetime

from broker.dates import LONDON, uk_date
from broker.release.covered import Part, small
from broker.release.sheets import ENGLISH, SheetLanguage, SheetWord, listed, say


@dataclass(frozen=True, slots=True)
class Contact:
    """Whom to tell of a change of mind: the worker, and their phone where it is known."""

    worker: str
    phone: str = ""


def until_words(until_at: datetime | None, language: SheetLanguage = ENGLISH) -> str:
    """Until when a yes lasts."""
    if until_at is None:
        return say(SheetWord.UNTIL_WORK, language)
    return say(SheetWord.UNTIL_DAY, language, day=uk_date(until_at.astimezone(LONDON).date()))


def not_shared_words(language: SheetLanguage = ENGLISH) -> tuple[str, ...]:
    """What a yes never lets anybody share."""
    return say(SheetWord.NOT_PRIVATE, language), say(SheetWord.NO_ONWARD, language)


def goes_on_words(purposes: Sequence[str], language: SheetLanguage = ENGLISH) -> str:
    """What needs nobody's agreement."""
    if not purposes:
        return say(SheetWord.GOES_ON_LAW, language)
    named = listed(map(small, purposes), language)
    return say(SheetWord.GOES_ON_LINE, language, purposes=named)


def change_part(desk: str, language: SheetLanguage = ENGLISH, contact: Contact | None = None) -> Part:
    """How somebody changes their mind; with a worker to go to, by phone, in person and by letter."""
    heading, rights = say(SheetWord.CHANGE, language), say(SheetWord.RIGHTS, language)
    if contact is None:
        return Part(heading, (say(SheetWord.CHANGE_HOW, language, desk=desk), rights))
    if contact.phone:
        phone = say(SheetWord.BY_PHONE, language, worker=contact.worker, phone=contact.phone)
    else:
        phone = say(SheetWord.BY_PHONE_ASK, language, worker=contact.worker, desk=desk)
    ways = (phone, say(SheetWord.IN_PERSON, language), say(SheetWord.BY_LETTER, language, desk=desk))
    return Part(heading, (say(SheetWord.AT_ONCE, language), rights), ways)
