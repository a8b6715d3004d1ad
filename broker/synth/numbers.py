"""Numbers that are well formed and issued to nobody: NHS numbers of the test range, UPNs, telephone numbers.

Decides how a serial becomes a number, so that no two people share one. The check digits are worked out here and
not taken from `broker.identifiers`: the two must agree, and a test asks. Source: domain notes, section 7.
"""

from __future__ import annotations

UPN_LETTERS = "ABCDEFGHJKLMNPQRTUVWXYZ"
STRIDE = 61_803
"""Serials are spread over the range by this step, so that neighbours do not differ in the last digits only."""


def nhs_number(serial: int) -> str:
    """The `serial`th NHS number in 999 000 0000 to 999 999 9999; some bodies have no check digit and are passed
    over, which is why a body is tried until one has. Serials up to 450,000 give different numbers."""
    body = (serial * 2 * STRIDE) % 1_000_000
    while True:
        digits = [9, 9, 9, *(int(digit) for digit in f"{body:06d}")]
        check = 11 - sum(digit * weight for digit, weight in zip(digits, range(10, 1, -1), strict=True)) % 11
        text = "".join(map(str, digits))
        if check == 11:
            check = 0
        if check < 10 and text + str(check) != "9" * 10:
            return text + str(check)
        body = (body + 1) % 1_000_000


def upn(serial: int, year: int, authority: str = "881", school: str = "9999") -> str:
    """A permanent UPN: check letter, authority, school, year of allocation, three digits of serial. The school
    number is one that no school has, counted down where a year's thousand serials are used up."""
    block, number = divmod(serial, 1000)
    body = f"{authority}{int(school) - block:04d}{year % 100:02d}{number:03d}"
    total = sum(int(digit) * place for place, digit in enumerate(body, start=2))
    return UPN_LETTERS[total % 23] + body


def phone(serial: int) -> str:
    """One of the thousand numbers that Ofcom keeps for drama."""
    return f"01632 960{serial % 1000:03d}"
