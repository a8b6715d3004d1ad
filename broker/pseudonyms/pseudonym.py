"""A pseudonym: 16 bytes that stand for one identifier in one domain and epoch, and how they are written.

Decides the text form `p1.<domain>.<epoch>.<26 characters of lower-case base32>` and refuses every other spelling,
so that equal pseudonyms are equal texts. Cannot say whose it is. Source: security profile, section 2; base32 is
RFC 4648 section 6, without padding.
"""

from __future__ import annotations

import base64
import re
from dataclasses import dataclass

from broker.errors import CallWrong
from broker.pseudonyms.domains import PseudonymDomain

PSEUDONYM_BYTES = 16
BASE32_CHARACTERS = 26

_TEXT = re.compile(r"p1\.([a-z0-9-]{1,63})\.([1-9][0-9]{0,5})\.([a-z2-7]{26})")


class PseudonymRefused(CallWrong):
    """A text is not a pseudonym. Never contains the text: a near miss of a pseudonym is still personal data."""

    def __init__(self, message: str) -> None:
        super().__init__("pseudonym", message)


def _base32(digest: bytes) -> str:
    return base64.b32encode(digest).decode("ascii").rstrip("=").lower()


@dataclass(frozen=True, slots=True, order=True)
class Pseudonym:
    """One identifier, as one domain knows it at one epoch. `digest`: 16 bytes. Raises `PseudonymRefused`.

    `repr` hides the digest: pseudonyms are personal data to whoever can join them.
    """

    domain_name: str
    epoch: int
    digest: bytes

    def __post_init__(self) -> None:
        PseudonymDomain(self.domain_name, self.epoch)
        if len(self.digest) != PSEUDONYM_BYTES:
            raise PseudonymRefused(f"a pseudonym has {PSEUDONYM_BYTES} bytes")

    def __repr__(self) -> str:
        return f"Pseudonym({self.domain_name!r}, epoch {self.epoch}, …)"

    def __str__(self) -> str:
        return f"p1.{self.domain_name}.{self.epoch}.{_base32(self.digest)}"

    @classmethod
    def parse(cls, text: str) -> Pseudonym:
        """The pseudonym that `text` writes. Raises `PseudonymRefused` for anything but the one spelling that
        `str` gives: upper case, padding, a leading zero in the epoch, or stray bits in the last character."""
        matched = _TEXT.fullmatch(text)
        if matched is None:
            raise PseudonymRefused("expected p1.<domain>.<epoch>.<26 characters of a-z and 2-7>")
        digest = base64.b32decode(matched[3].upper() + "======")
        try:
            pseudonym = cls(matched[1], int(matched[2]), digest)
        except CallWrong as refused:
            raise PseudonymRefused("the domain inside it is not a domain name") from refused
        if str(pseudonym) != text:
            # 26 characters hold 130 bits; the last two must be zero or one pseudonym would have four spellings.
            raise PseudonymRefused("the last character holds bits that belong to nothing")
        return pseudonym
