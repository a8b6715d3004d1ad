"""JSON from a partner, read so strictly that two readers cannot read two things.

Decides that it is UTF-8 without a byte order mark, that no member stands twice, that there is no NaN, Infinity,
lone surrogate or integer that a double cannot hold, and nothing deeper than the limit. What the members mean is
the caller's. Sources: RFC 8259, RFC 7493 (I-JSON), docs/security.md section 6.
"""

from __future__ import annotations

import json
from typing import Any, Final

from broker.documents.limits import MAX_DEPTH

DEEPEST: Final = MAX_DEPTH
LARGEST_INTEGER: Final = 2**53 - 1
"""What every reader of JSON can hold (RFC 7493 section 2.2)."""
_LONGEST_NUMBER: Final = 32


class JsonRefused(ValueError):
    """The text is not taken. The message says what is wrong and repeats nothing of it."""


def read_json(data: bytes) -> Any:
    """The value. Raises JsonRefused."""
    if data.startswith((b"\xef\xbb\xbf", b"\xff\xfe", b"\xfe\xff")):
        raise JsonRefused("begins with a byte order mark; send UTF-8 without one")
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        raise JsonRefused("is not UTF-8") from None
    _require_depth(text)
    try:
        found = json.loads(
            text,
            object_pairs_hook=_members,
            parse_constant=_constant,
            parse_int=_integer,
            parse_float=_number,
        )
    except JsonRefused:
        raise
    except (ValueError, RecursionError):
        raise JsonRefused("is not JSON") from None
    # INVARIANT: escapes can write half a character, which no other writer can write again.
    if "\\u" in text:
        _require_whole(found)
    return found


def _members(pairs: list[tuple[str, Any]]) -> dict[str, Any]:
    found = dict(pairs)
    if len(found) != len(pairs):
        raise JsonRefused("names a member twice")
    return found


def _constant(_text: str) -> Any:
    raise JsonRefused("holds a number that is none")


def _integer(text: str) -> int:
    if len(text) > _LONGEST_NUMBER or abs(number := int(text)) > LARGEST_INTEGER:
        raise JsonRefused("holds a number too large for every reader")
    return number


def _number(text: str) -> float:
    number = float(text) if len(text) <= _LONGEST_NUMBER else float("inf")
    if number in (float("inf"), float("-inf")):
        raise JsonRefused("holds a number too large for every reader")
    return number


def _require_depth(text: str) -> None:
    """Counts brackets outside strings before anything is built."""
    depth, inside, escaped = 0, False, False
    for character in text:
        if inside:
            if escaped:
                escaped = False
            elif character == "\\":
                escaped = True
            elif character == '"':
                inside = False
        elif character == '"':
            inside = True
        elif character in "[{":
            depth += 1
            if depth > DEEPEST:
                raise JsonRefused(f"is deeper than {DEEPEST} lists and objects")
        elif character in "]}":
            depth -= 1


def _require_whole(value: Any) -> None:
    if isinstance(value, str):
        try:
            value.encode("utf-8")
        except UnicodeEncodeError:
            raise JsonRefused("holds half a character") from None
    elif isinstance(value, dict):
        for name, inner in value.items():
            _require_whole(name)
            _require_whole(inner)
    elif isinstance(value, list):
        for inner in value:
            _require_whole(inner)
