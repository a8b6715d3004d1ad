"""Which entries of a log are evidence about a release or a person, and what stands with them.

Decides the selection: the entries asked for; of every release among them the entries that introduced what it rests
on, and those that ended or narrowed it, before or after; the adoption of the rules it was decided by. Reads
entries as they stand and decides nothing about them; proofs are the caller's. From docs/how-to-evidence.md.
"""

from __future__ import annotations

import json
from collections.abc import Callable, Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from broker.audit.events import Event

RELEASES: Final = frozenset({Event.PROFILE_RELEASED, Event.ADHOC_RELEASED})
_RELATIONS: Final = ("introduces", "ends", "narrows")

Wanted = Callable[[Mapping[str, Any]], bool]
"""Whether an entry, as the object it spells, is one of those asked for."""


@dataclass(frozen=True, slots=True)
class EvidenceEntry:
    """An entry with its index; `value` is what its bytes spell. `asked` is False where it stands here because
    another rests on it."""

    index: int
    data: bytes
    value: Mapping[str, Any]
    asked: bool


def select_evidence(entries: Iterable[tuple[int, bytes]], wanted: Wanted) -> tuple[EvidenceEntry, ...]:
    """The evidence among the entries, in order. Of the rest only the grounds are remembered."""
    asked: dict[int, EvidenceEntry] = {}
    related: dict[int, EvidenceEntry] = {}
    of_ground: dict[str, list[int]] = {}
    rests_on: set[str] = set()
    needed: set[int] = set()
    adopted: EvidenceEntry | None = None
    for index, data in entries:
        value: Mapping[str, Any] = json.loads(data)
        details = value["details"]
        one = EvidenceEntry(index, data, value, asked=wanted(value))
        if value["event"] == Event.RULES_ADOPTED:
            adopted = one
        grounds = [ground for name in _RELATIONS for ground in details.get(name, ())]
        if grounds:
            related[index] = one
        for ground in grounds:
            of_ground.setdefault(ground, []).append(index)
        if one.asked:
            asked[index] = one
            if value["event"] in RELEASES:
                rests_on.update(details["rests_on"])
                if adopted is not None:
                    related[adopted.index] = adopted
                    needed.add(adopted.index)
    needed.update(index for ground in rests_on for index in of_ground.get(ground, ()))
    return tuple(asked.get(index) or related[index] for index in sorted(needed | asked.keys()))
