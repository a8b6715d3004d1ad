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

_ENCODER = json.JSONEncoder(sort_keys=True, separators=(",", ":"), ensure_ascii=False, allow_nan=False)
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


class Spelled(str):
    """Canonical JSON that was made before: a member that is one stands for the value it spells
    (`canonical_members`)."""

    __slots__ = ()


def canonical_members(members: Mapping[str, Any]) -> bytes:
    """The canonical bytes of a mapping, some of whose members were spelled before. Raises as `canonical_json`."""
    rest = {name: value for name, value in members.items() if not isinstance(value, Spelled)}
    if len(rest) == len(members):
        return canonical_json(members)
    if not all(isinstance(name, str) for name in members):
        raise TypeError("canonical JSON needs string keys")
    texts = [
        f"{canonical_text(name)}:{members[name] if name not in rest else canonical_text(rest[name])}"
        for name in sorted(members)
    ]
    return f"{{{','.join(texts)}}}".encode()


def canonical_json(value: Any) -> bytes:
    """The canonical bytes of a JSON-compatible value; sets are written as sorted lists.

    Raises TypeError for keys that are not strings or values JSON cannot hold, ValueError for NaN and infinities.
    """
    return canonical_text(value).encode("utf-8")


def canonical_text(value: Any) -> str:
    """The same as text."""
    return _ENCODER.encode(_checked(value))


def digest(value: Any) -> str:
    """`sha256:` and the hexadecimal SHA-256 of the canonical bytes of `value`."""
    return digest_bytes(canonical_json(value))


def digest_bytes(data: bytes) -> str:
    """`sha256:` and the hexadecimal SHA-256 of `data` itself."""
    return "sha256:" + hashlib.sha256(data).hexdigest()
