"""The digest of compiled rules: the same terms, in any order, have the same digest, and any change has another."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import fields, is_dataclass
from datetime import datetime
from enum import Enum
from functools import lru_cache
from typing import Any, Final

from broker.canonical import canonical_json, digest
from broker.dates import Period, instant_text
from broker.decision.terms import Grant, Prohibition, Terms

_CLAUSES_KEPT: Final = 4096
"""Clauses whose plain form is remembered: those of a large partnership. A signature changes none of them, and each
signature has the whole digested anew."""


def plain(value: Any) -> Any:
    """A value made of dataclasses as JSON-compatible data; sets and the clauses of a document are sorted."""
    if isinstance(value, Period):
        return str(value)
    if is_dataclass(value) and not isinstance(value, type):
        deciding = (item.name for item in fields(value) if item.metadata.get("decides", True))
        return {name: plain(getattr(value, name)) for name in deciding}
    if isinstance(value, Enum):
        return value.value
    if isinstance(value, datetime):
        return instant_text(value)
    if isinstance(value, Mapping):
        return {key: plain(item) for key, item in value.items()}
    if isinstance(value, frozenset | set | tuple | list):
        return [found for _, found in sorted((_placed(item) for item in value), key=lambda one: one[0])]
    return value


def _placed(value: Any) -> tuple[bytes, Any]:
    """A value's place among others and its plain form."""
    if isinstance(value, Grant | Prohibition):
        return _clause(value)
    found = plain(value)
    return canonical_json(found), found


@lru_cache(maxsize=_CLAUSES_KEPT)
def _clause(clause: Grant | Prohibition) -> tuple[bytes, Any]:
    """The same of a clause, which never changes. INVARIANT: nobody changes what is returned."""
    found = {item.name: plain(getattr(clause, item.name)) for item in fields(clause)}
    return canonical_json(found), found


def terms_digest(vocabulary_digest: str, duties: Terms, agreements: Iterable[Terms]) -> str:
    """The digest of the whole: the vocabulary's digest, the duties and the agreements."""
    return digest([vocabulary_digest, plain(duties), plain(tuple(agreements))])
