"""What may stand in an entry's details: codes, ids, counts, instants and digests, never words about anybody.

Decides the shape of one detail by its `Kind`, and refuses shapes in which an identity might hide. That is a net,
not a proof: it stops a name, an NHS number, a telephone number, a National Insurance number or a UPN put in the
wrong place by mistake; somebody determined can still write a code that means a person.
From docs/security.md section 3 ("pseudonyms, never identities") and 6 ("personal data in logs").
"""

from __future__ import annotations

import re
from collections.abc import Callable, Mapping
from itertools import pairwise
from typing import Any, Final

from broker.audit.events import GROUND_KINDS, EventForm, Kind
from broker.errors import BrokerError, did_you_mean

LONGEST_ID: Final = 128
LONGEST_LIST: Final = 1000  # a release for a family rests on tens of grounds; an entry must stay under 64 KiB
LARGEST_COUNT: Final = 2**53 - 1  # beyond it other JSON readers lose digits (RFC 8785 section 3.2.2.3)

_CODE = re.compile(r"[a-z0-9][a-z0-9._@#/+-]{0,63}")
_ID = re.compile(r"[A-Za-z0-9][A-Za-z0-9._@#/+:=~-]{0,127}")
_DIGEST = re.compile(r"sha256:[0-9a-f]{64}")
_INSTANT = re.compile(
    r"[0-9]{4}-(?:0[1-9]|1[0-2])-(?:0[1-9]|[12][0-9]|3[01])T(?:[01][0-9]|2[0-3]):[0-5][0-9]:[0-5][0-9]\.[0-9]{6}Z"
)
# NHS number, ULN, UPRN and telephone numbers are runs of 8 to 15 digits; a NINO is two letters, six digits and a
# letter; a UPN a letter, eleven digits and a digit or letter (see broker/identifiers). Separators do not
# hide them.
_IDENTIFIER_LIKE = re.compile(r"\+?[0-9]{8,15}|[a-z]{2}[0-9]{6}[a-d]|[a-z][0-9]{11}[0-9a-z]", re.IGNORECASE)
_SEPARATORS = re.compile(r"[-._/ ]")


class EntryRefused(BrokerError):
    """An audit entry, or bytes claimed to be one, is not of the form its event demands. No entry, no release."""

    exit_code = 3


def looks_like_an_identifier(text: str) -> bool:
    """Whether the text has the shape of an identifier of a person or of a telephone number."""
    return _IDENTIFIER_LIKE.fullmatch(_SEPARATORS.sub("", text)) is not None


def _is_code(value: object) -> bool:
    return isinstance(value, str) and bool(_CODE.fullmatch(value)) and not looks_like_an_identifier(value)


def is_id(value: object) -> bool:
    """Whether the value may stand where an id is wanted: ASCII, no white space, at most 128 characters, not
    shaped like a person's identifier. An id that is a plain number takes a prefix (`d-42`)."""
    return isinstance(value, str) and bool(_ID.fullmatch(value)) and not looks_like_an_identifier(value)


def is_digest(value: object) -> bool:
    """Whether the value is `sha256:` and 64 lower-case hexadecimal digits, as `broker.canonical` writes it."""
    return isinstance(value, str) and bool(_DIGEST.fullmatch(value))


def is_instant(value: object) -> bool:
    """Whether the value is an instant in UTC with exactly six decimals, so that text order is time order."""
    return isinstance(value, str) and bool(_INSTANT.fullmatch(value))


def _is_count(value: object) -> bool:
    return isinstance(value, int) and not isinstance(value, bool) and 0 <= value <= LARGEST_COUNT


def _is_ground(value: object) -> bool:
    if not isinstance(value, str):
        return False
    kind, _, ground_id = value.partition(":")
    return kind in GROUND_KINDS and is_id(ground_id)


def _sorted_list_of(one: Callable[[object], bool]) -> Callable[[object], bool]:
    def is_list(value: object) -> bool:
        # INVARIANT: sorted and without repeats, so that one fact has one spelling.
        return (
            isinstance(value, list | tuple)
            and len(value) <= LONGEST_LIST
            and all(one(item) for item in value)
            and all(a < b for a, b in pairwise(value))
        )

    return is_list


_SHAPES: Final[Mapping[Kind, tuple[Callable[[object], bool], str]]] = {
    Kind.CODE: (_is_code, "a lower-case code"),
    Kind.CODES: (_sorted_list_of(_is_code), "a sorted list of different lower-case codes"),
    Kind.ID: (is_id, "an id without spaces that is not shaped like a person's identifier"),
    Kind.IDS: (_sorted_list_of(is_id), "a sorted list of different ids"),
    Kind.COUNT: (_is_count, "a whole number from 0 to 2^53-1"),
    Kind.FLAG: (lambda value: isinstance(value, bool), "true or false"),
    Kind.INSTANT: (is_instant, "an instant such as 2026-03-02T09:30:00.000000Z"),
    Kind.DIGEST: (is_digest, "`sha256:` and 64 hexadecimal digits"),
    Kind.GROUNDS: (_sorted_list_of(_is_ground), "a sorted list of different grounds such as `consent:c-17`"),
}


def require_details(where: str, form: EventForm, details: Mapping[str, Any]) -> None:
    """Raise EntryRefused, with `where` first, unless the details are exactly what the form allows.

    The message names the detail and never repeats its value: a value refused here may be personal data.
    """
    for name in form.needed:
        if name not in details:
            raise EntryRefused(where, f"detail `{name}` is missing")
    for name, value in details.items():
        kind = form.needed.get(name) or form.may_have.get(name)
        if kind is None:
            known = {*form.needed, *form.may_have}
            raise EntryRefused(where, f"detail `{name}` has no place in this event{did_you_mean(name, known)}")
        fits, wanted = _SHAPES[kind]
        if not fits(value):
            raise EntryRefused(where, f"detail `{name}` must be {wanted}")
