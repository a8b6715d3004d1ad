"""Telling people that emergency access was used about them, or recording why not.

Decides when it is due, who is told already, and that not telling needs a reason, a second person and a day to look
again. Telling can harm (whoever they fear may read the letter), so it is due some working days after the review
(`tell` in `policies/override.yaml`) and not at once; not telling by default would be worse, so nothing but a
second person's agreement puts it off, and only until that day. From docs/security.md section 5; the duty to be
open is UK GDPR Article 5(1)(a).   # IG lawyer to sign off
"""

from __future__ import annotations

from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from broker.casework.working_time import due_at

LONGEST_PUT_OFF: Final = timedelta(days=366)


@unique
class TellingState(StrEnum):
    """Where the telling of one person stands."""

    NOT_YET = "not-yet"
    DUE = "due"
    PROPOSED = "proposed"
    PUT_OFF = "put-off"
    TOLD = "told"


@unique
class How(StrEnum):
    """How somebody was told."""

    IN_PERSON = "in-person"
    LETTER = "letter"
    PHONE = "phone"
    THROUGH_SOMEBODY = "through-somebody"


@unique
class NotNow(StrEnum):
    """Why somebody is not told for now."""

    COULD_HARM = "could-harm"
    COULD_PREJUDICE = "could-prejudice-enquiry"
    NO_SAFE_WAY = "no-safe-way"
    NOT_FOUND = "not-found"


@dataclass(frozen=True, slots=True)
class PutOff:
    """Not telling was proposed until `look_again_at`, and stands once `agreed_by` is another person."""

    by: str
    at: datetime
    reason: NotNow
    words: str
    look_again_at: datetime
    agreed_by: str | None = None


@dataclass(frozen=True, slots=True)
class Telling:
    """The telling of one person, by the id the emergency access named them by."""

    about: str
    due_at: datetime
    told_at: datetime | None = None
    told_by: str | None = None
    how: How | None = None
    put_off: PutOff | None = None

    def state(self, at: datetime) -> TellingState:
        """Where it stands at `at`. What was put off is due again at the very instant to look again."""
        if self.told_at is not None:
            return TellingState.TOLD
        put_off = self.put_off
        if put_off is not None and at < put_off.look_again_at:
            return TellingState.PROPOSED if put_off.agreed_by is None else TellingState.PUT_OFF
        return TellingState.NOT_YET if at < self.due_at else TellingState.DUE


def tellings_of(about: tuple[str, ...], reviewed_at: datetime, after: str) -> tuple[Telling, ...]:
    """One for each person, known or not: whether somebody is known must not show here either. `after` is how long
    after the review, as the standing rules write it; what cannot be read is due at once."""
    due = due_at(reviewed_at, after) or reviewed_at
    return tuple(Telling(one, due) for one in about)


def told(telling: Telling, by: str, at: datetime, how: How) -> Telling:
    """The person has been told."""
    return replace(telling, told_at=at, told_by=by, how=how)


def check_put_off(telling: Telling, words: str, look_again_at: datetime, at: datetime) -> str | None:
    """Why telling cannot be put off like this, or None."""
    if telling.state(at) is TellingState.TOLD:
        return "is told already"
    if telling.state(at) is TellingState.PUT_OFF:
        return "is put off already; wait for the day to look again"
    if not words.strip():
        return "needs a reason: say in a sentence why not now"
    if not at < look_again_at <= at + LONGEST_PUT_OFF:
        return "needs a day to look again, later than now and within a year"
    return None
