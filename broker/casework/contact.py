"""A contact: somebody worried about a child has told the front door. Who told, what the family knows, and how they
can be reached without making things worse.

Decides which kinds of source there are and how a safe way of contact is said. Nothing is safe that was not said to
be: what is not known narrows. Source: docs/casework.md.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import StrEnum

EMERGENCY = (
    "If anybody is in danger now, ring 999 and ask for the police. Do that first, and write this down afterwards."
)
"""What is said before anything else when there is immediate danger."""


class SourceKind(StrEnum):
    """Who told the front door."""

    ORGANISATION = "organisation"
    FAMILY = "family"
    PUBLIC = "public"
    ANONYMOUS = "anonymous"


class FamilyKnows(StrEnum):
    """Whether the family knows that the front door was told."""

    YES = "yes"
    NO = "no"
    NOT_SAFE = "not-safe"
    UNKNOWN = "unknown"


KNOWS_IN_WORDS = {
    FamilyKnows.YES: "The family knows.",
    FamilyKnows.NO: "The family does not know yet.",
    FamilyKnows.NOT_SAFE: "The family does not know, and telling them may put somebody at risk.",
    FamilyKnows.UNKNOWN: "Nobody asked whether the family knows. Take it that they do not.",
}


@dataclass(frozen=True, slots=True, repr=False)
class SafeContact:
    """How the family can be reached safely. Printing it shows nothing."""

    phone: str = ""
    call: bool = False
    text: bool = False
    voicemail: bool = False
    when: str = ""
    code_word: str = ""

    def __repr__(self) -> str:
        return "SafeContact(…)"

    @property
    def in_words(self) -> str:
        """One or two sentences, what must not be done before what may."""
        if not (self.call or self.text):
            return "No safe way to reach the family is known. Do not ring, text or write; ask whoever told us."
        ways = " and ".join(way for way, safe in (("ring", self.call), ("text", self.text)) if safe)
        said = [f"Safe to {ways}{f' {self.phone}' if self.phone else ''}{f', {self.when}' if self.when else ''}."]
        if not self.voicemail:
            said.insert(0, "Do not leave a voicemail.")
        if self.code_word:
            said.append(f"Say the code word `{self.code_word}` first.")
        return " ".join(said)


@dataclass(frozen=True, slots=True, repr=False)
class ContactWords:
    """What was said, in the words it was said in; kept sealed. Printing it shows nothing."""

    worry: str
    told_by: str = ""
    call_back: str = ""
    safe: SafeContact = SafeContact()

    def __repr__(self) -> str:
        return "ContactWords(…)"

    def line(self, most: int = 90) -> str:
        """The worry in one line."""
        whole = " ".join(self.worry.split())
        return whole if len(whole) <= most else f"{whole[: most - 1].rstrip()}…"
