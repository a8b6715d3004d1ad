"""How a name sounds, coarsely: American Soundex over the letters that remain when accents are taken off.

Decides only which names share a search token; what is found is compared in full afterwards (`broker.linkage`). A
name without Latin letters is its own sound. Source: US National Archives, "The Soundex Indexing System".
"""

from __future__ import annotations

import unicodedata
from typing import Final

_CODES: Final = {
    letter: digit
    for digit, letters in {"1": "bfpv", "2": "cgjkqsxz", "3": "dt", "4": "l", "5": "mn", "6": "r"}.items()
    for letter in letters
}
_SILENT: Final = "hw"  # between two letters of one code they do not part them
_LENGTH: Final = 4


def sound_of(name: str) -> str:
    """Four characters such as `s530` for Smith and Smyth; for a name in another script, the name itself."""
    folded = name.casefold() if name.isascii() else unicodedata.normalize("NFKD", name.casefold())
    letters = [one for one in folded if "a" <= one <= "z"]
    if not letters:
        return unicodedata.normalize("NFKC", name.casefold()).strip()
    sound, last = letters[0], _CODES.get(letters[0], "")
    for letter in letters[1:]:
        code = _CODES.get(letter, "")
        if code and code != last:
            sound += code
        if letter not in _SILENT:
            last = code
    return (sound + "000")[:_LENGTH]
