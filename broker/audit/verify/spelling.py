"""How an entry of version 1 is spelled, as one pattern.

Decides whether bytes are an entry of version 1 and takes out the parts that other entries depend on. Canonical
JSON leaves one spelling (keys in order, no white space) and version 1 holds only ASCII without escapes, so a
pattern decides it, several times faster than reading JSON and spelling it again; that is what lets a million
entries be verified in seconds. Written from docs/audit.md, not from the writer.
"""

from __future__ import annotations

import json
import re
from itertools import pairwise
from typing import Any

_TEXT = r'"[ !#-\[\]-~]*"'  # printable ASCII without quotation marks and backslashes: nothing to escape
_TEXTS = rf"\[(?:{_TEXT}(?:,{_TEXT})*+)?\]"
_DETAIL = rf'"[a-z_]++":(?:{_TEXT}|0|[1-9][0-9]{{0,15}}|true|false|{_TEXTS})'
_DIGEST = r'null|"sha256:[0-9a-f]{64}"'
_ENTRY = re.compile(
    (
        rf'{{"about":{_TEXTS},"actor":{_TEXT},"agreements_digest":({_DIGEST}),'
        r'"at":"([0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z)",'
        rf'"commitment":(?:null|"[0-9a-f]{{64}}"),"details":({{(?:{_DETAIL}(?:,{_DETAIL})*+)?}}),'
        r'"event":"([a-z.-]+)","nonce":"([0-9a-f]{64})",'
        rf'"organisation":{_TEXT},"outcome":{_TEXT},"policies_digest":({_DIGEST}),"v":1}}'
    ).encode()
)
_NAME = re.compile(rb'"([a-z_]+)":')
_in_order: set[tuple[bytes, ...]] = set()  # a log uses few different lists of names; each is compared once
_MOST_ORDERS = 4096


def match_entry(data: bytes) -> re.Match[bytes] | None:
    """The groups agreements digest, instant, details, event, nonce, policies digest; None when the bytes are not
    an entry of version 1 in its one spelling."""
    return _ENTRY.fullmatch(data)


def detail_names(details: bytes) -> tuple[bytes, ...] | None:
    """The names of the details of a matched entry, or None when one stands twice or they are not in order.

    No text in them can hold a quotation mark, so what looks like a name is one.
    """
    names = tuple(_NAME.findall(details))
    if names in _in_order:
        return names
    if any(one >= after for one, after in pairwise(names)):
        return None
    if len(_in_order) < _MOST_ORDERS:
        _in_order.add(names)
    return names


def read_loosely(data: bytes) -> dict[str, Any] | None:
    """The JSON object that the bytes spell in any way, or None."""
    try:
        found = json.loads(data)
    except (ValueError, RecursionError):
        return None
    return found if isinstance(found, dict) else None
