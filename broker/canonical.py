"""One byte string for one value: canonical JSON and digests.

Decides how a value is written when it is hashed, compared or stored for good: UTF-8 JSON, keys sorted by code
point, no white space, no floats that are not finite. Mappings with other than string keys are refused, because
two of them could print alike.
"""

from __future__ import annotations

import hashlib
import json
from collections.abc import Mapping
from typing import Any

_PLAIN = frozenset({str, int, bool, float, type(None)})


def _checked(value: Any) -> Any:
    kind = type(value)
    if kind in _PLAIN:
        return value
    if kind is dict or isinstance(value, Mapping):
        for key in value:
            if not isinstance(key, str):
                raise TypeError("canonical JSON needs string keys")
        return {key: item if type(item) in _PLAIN else _checked(item) for key, item in value.items()}
    if isinstance(value, list | tuple):
        return [item if type(item) in _PLAIN else _checked(item) for item in value]
    if isinstance(value, set | frozenset):
        return sorted(_checked(item) for item in value)
    return value


def canonical_json(value: Any) -> bytes:
    """The canonical bytes of a JSON-compatible value; sets are written as sorted lists.

    Raises TypeError for keys that are not strings or values JSON cannot hold, ValueError for NaN and infinities.
    """
    return json.dumps(
        _checked(value), sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False
    ).encode("utf-8")


def digest(value: Any) -> str:
    """`sha256:` and the hexadecimal SHA-256 of the canonical bytes of `value`."""
    return digest_bytes(canonical_json(value))


def digest_bytes(data: bytes) -> str:
    """`sha256:` and the hexadecimal SHA-256 of `data` itself."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
