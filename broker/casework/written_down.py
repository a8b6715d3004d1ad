"""What stays of a contact once it has ended: a record of the organisation whose front door it is, so that the next
worry about the same child is seen beside the last one.

Decides of which kind of information it is and how little it says: whether a professional told, what was decided
and at which level of need. Never who told, what was said, or that a case was open already. From docs/casework.md.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from broker.casework.contact import SourceKind
from broker.casework.front_door import Contact
from broker.casework.threshold import ThresholdOutcome

REFERRAL: Final = "contact-referral"
"""The kind of information that a contact is once something was done about it."""
NO_FURTHER_ACTION: Final = "contact-no-further-action"
"""The kind of information that a contact is about which nothing was done. It is kept for less time."""
_PROFESSIONAL: Final = "A professional"
_SOMEBODY: Final = "Not a professional"
"""One text for a relative, a neighbour and somebody unnamed: whoever reads it may be who they were afraid of."""


def category_of(contact: Contact) -> str:
    """The kind of information a contact that ended is written down as."""
    decision = contact.decision
    nothing = decision is not None and decision.outcome is ThresholdOutcome.NO_FURTHER_ACTION
    return NO_FURTHER_ACTION if nothing and contact.passed_to is None else REFERRAL


def fields_of(contact: Contact) -> Mapping[str, str | int]:
    """What the record of a contact that ended says."""
    professional = contact.source is SourceKind.ORGANISATION
    fields: dict[str, str | int] = {"source": _PROFESSIONAL if professional else _SOMEBODY}
    decision = contact.decision
    # Whether a case was open is the lead's answer to give, and never this record's.
    if (
        decision is not None
        and contact.passed_to is None
        and decision.outcome is not ThresholdOutcome.ALREADY_OPEN
    ):
        fields |= {"outcome": decision.outcome.value, "level_of_need": decision.level}
    return fields
