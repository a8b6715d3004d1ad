"""How big, how deep and in what characters a document may be, and how one plain scalar is understood.

Source: docs/formats.md ("Every file"), YAML 1.2.2 section 10.3 (core schema) and
section 5.1 (character set). Two choices are stricter than YAML: line separators other than LF and CR are refused,
because editors disagree on whether they begin a line, and so are characters that change the direction of writing,
because an agreement must read on a screen as it reads to the machine.
"""

from __future__ import annotations

import math
import re
from typing import Final

MAX_BYTES: Final = 1024 * 1024
"""A file over 1 MiB is refused."""

MAX_DEPTH: Final = 32
"""Lists and mappings inside one another, the outermost counting as 1."""

MAX_INTEGER: Final = 2**63 - 1
"""Beyond 64 bits the databases and clients that meet the number later would not agree on it."""

_LINE_SEPARATORS = "\u0085\u2028\u2029"
_DIRECTION = "\u202a-\u202e\u2066-\u2069"
UNREADABLE: Final = re.compile(
    f"[\x00-\x08\x0b\x0c\x0e-\x1f\x7f-\x9f{_LINE_SEPARATORS}{_DIRECTION}\ud800-\udfff\ufeff\ufffe\uffff]"
)
"""Characters no document may hold, written out or escaped."""

_NULL = frozenset({"", "~", "null", "Null", "NULL"})
_BOOLEANS = {word: word.lower() == "true" for word in ("true", "True", "TRUE", "false", "False", "FALSE")}
_DECIMAL = re.compile(r"[-+]?[0-9]+")
_OCTAL = re.compile(r"0o[0-7]+")
_HEXADECIMAL = re.compile(r"0x[0-9a-fA-F]+")
_FLOAT = re.compile(r"[-+]?(\.[0-9]+|[0-9]+(\.[0-9]*)?)([eE][-+]?[0-9]+)?")
_NOT_FINITE = re.compile(r"[-+]?\.(inf|Inf|INF)|\.(nan|NaN|NAN)")

_MAX_DIGITS = 20
"""More digits than any number within MAX_INTEGER has; int() itself is only asked about shorter texts."""


class Unusable(ValueError):
    """A plain scalar that YAML can read and a decision must not rest on; the text says why and what to do."""


def resolve_plain(text: str) -> str | int | float | bool | None:
    """What an unquoted scalar means under the YAML 1.2 core schema.

    So `no`, `on`, `12:30:45` and `2026-03-02` are text. Raises Unusable for infinities, NaN and numbers out of
    range.
    """
    if text in _NULL:
        return None
    boolean = _BOOLEANS.get(text)
    if boolean is not None:
        return boolean
    if text[0] not in "+-.0123456789":
        return text
    for pattern, base in ((_DECIMAL, 10), (_OCTAL, 8), (_HEXADECIMAL, 16)):
        if pattern.fullmatch(text):
            return _integer(text, base)
    if _NOT_FINITE.fullmatch(text):
        raise Unusable(f"`{text}` is not a number that can be compared: write a finite number")
    if _FLOAT.fullmatch(text):
        number = float(text)
        if math.isinf(number):
            raise Unusable(f"`{shortened(text)}` is too large a number: write a smaller one, or quote it as text")
        return number
    return text


def _integer(text: str, base: int) -> int:
    digits = text.lstrip("+-") if base == 10 else text[2:]
    digits = digits.lstrip("0") or "0"
    if len(digits) <= (_MAX_DIGITS if base == 10 else _MAX_DIGITS + 2):
        value = int(digits, base) * (-1 if text.startswith("-") else 1)
        if abs(value) <= MAX_INTEGER:
            return value
    raise Unusable(f"`{shortened(text)}` is too large a whole number: put it in quotes if it is a reference")


def shortened(text: str, limit: int = 60) -> str:
    """The text as a message may quote it: one line, printable, not longer than `limit` characters."""
    visible = "".join(character if character.isprintable() else "?" for character in text)
    return visible if len(visible) <= limit else visible[: limit - 1] + "…"
