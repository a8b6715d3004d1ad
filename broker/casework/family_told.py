"""Does the family know that information about them is shared? Person by person: told how and when, or not, and
why.

Decides what stands from the steps of a case: the latest word about each person; that not telling needs a reason
of harm or prejudice and a day to look again; and the one short line that members of the case see, which gives
no reason and tells nobody to speak of it. What nobody wrote down counts as not told. Source:
docs/how-to-told.md; UK GDPR Articles 13 and 14 (being told), and Schedule 2 to the Data Protection Act 2018
(where telling would prejudice).
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping, Sequence
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.casework.contact import FamilyKnows
from broker.casework.front_door import contact_of
from broker.casework.steps import Step, StepKind
from broker.casework.telling import How, NotNow
from broker.dates import LONDON, uk_date
from broker.errors import CallWrong

LONGEST: Final = timedelta(days=183)
"""Not telling is looked at again within half a year."""


@dataclass(frozen=True, slots=True)
class Told:
    """What stands about one person: told (`how`), or not now (`because`, until `look_again_at`)."""

    about: str
    by: str
    at: datetime
    told_at: datetime | None = None
    how: How | None = None
    because: NotNow | None = None
    look_again_at: datetime | None = None
    row: bytes = b""

    def is_due(self, at: datetime) -> bool:
        """Whether somebody has to look again."""
        return self.look_again_at is not None and self.look_again_at <= at


def not_to_be_told(people: Iterable[str], steps: Sequence[Step]) -> frozenset[str]:
    """Who of these is not to be told for now: somebody wrote that down last; or whoever took the contact heard
    that telling may put somebody at risk, and nobody has written down since that this person was told."""
    told = told_of(steps)
    contact = contact_of("", steps)
    unsafe = contact is not None and contact.family_knows is FamilyKnows.NOT_SAFE
    return frozenset(one for one in people if (told[one].because is not None if one in told else unsafe))


def told_of(steps: Iterable[Step]) -> dict[str, Told]:
    """The latest word about each person, by id."""
    found: dict[str, Told] = {}
    for step in steps:
        about = step.text("about") or ""
        if step.kind is StepKind.FAMILY_TOLD:
            how = How(str(step.facts["how"]))
            found[about] = Told(about, step.by, step.at, step.facts["told_at"], how, row=step.row)
        elif step.kind is StepKind.FAMILY_NOT_TOLD:
            because = NotNow(str(step.facts["because"]))
            found[about] = Told(
                about, step.by, step.at, because=because, look_again_at=step.facts["look_again_at"], row=step.row
            )
    return found


def require_put_off(words: str, look_again_at: datetime, at: datetime) -> None:
    """Raises CallWrong where not telling lacks its reason or its day."""
    if not words.strip():
        raise CallWrong("reason", "is missing: say in a sentence why they are not told for now")
    if not at < look_again_at <= at + LONGEST:
        raise CallWrong("look-again", "is a day later than now and within half a year")


def line_of(told: Mapping[str, Told], names: Mapping[str, str]) -> str:
    """The short line for members of the case; `names` are those it may speak of, by id."""
    known = [
        f"{name} on {uk_date(told[one].told_at.astimezone(LONDON).date())}"  # type: ignore[union-attr]
        for one, name in names.items()
        if one in told and told[one].told_at is not None
    ]
    rest = [name for one, name in names.items() if one not in told or told[one].told_at is None]
    said = [f"Told of this sharing: {', '.join(known)}."] if known else []
    if rest:
        said.append(
            f"Not told, as far as is written down: {', '.join(rest)}. Ask your lead before you speak of it."
        )
    return " ".join(said)
