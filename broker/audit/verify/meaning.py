"""Whether the entries make sense one after the other: no release without what it says it rests on.

Decides, reading the entries in order: every entry is of version 1, canonical, of a known event and not a copy of
another; every release names rules that were adopted before it and not replaced since, and grounds (consents,
agreements, signatures, decisions, override windows) that an earlier entry introduced, that none ended, that are
not past their `until`, and whose narrowing it took into account. Does not decide whether the decision was right:
that is recomputed from the agreements (`broker decide`). From docs/security.md section 3, point 6 ("meaning").
"""

from __future__ import annotations

import json
from array import array
from typing import Any

from broker.audit.verify.known import KNOWN_EVENTS, RELEASES
from broker.audit.verify.result import MOST_PROBLEMS, Problem
from broker.audit.verify.spelling import detail_names, match_entry, read_loosely

_RELATIONS = frozenset({b"introduces", b"ends", b"narrows"})


_details = json.JSONDecoder().raw_decode  # the pattern has matched, so there is nothing around the object


class Meaning:
    """Takes entries in order and keeps what later ones depend on. `latest_at` is the latest instant seen."""

    def __init__(self) -> None:
        self.problems: list[Problem] = []
        self.count = 0
        self.releases = 0
        self.unknown: list[int] = []
        self.latest_at = b""
        # What has become of each ground: until when it stands ("" for no end), which entry ended it, and what
        # narrowed it. Plain dicts of texts and numbers: a log of millions is no work for the garbage collector.
        self._until: dict[str, str] = {}
        self._ended: dict[str, int] = {}
        self._narrowed: dict[str, tuple[str, ...]] = {}
        self._rules: tuple[bytes, bytes] | None = None
        # Nonces in 256 drawers by their first byte, so that looking for copies needs eight bytes an entry.
        self._nonces = tuple(array("Q") for _ in range(256))

    def _problem(self, index: int, message: str) -> None:
        self.count += 1
        if len(self.problems) < MOST_PROBLEMS:
            self.problems.append(Problem(message, index))

    def take(self, index: int, data: bytes) -> None:
        """Judge the entry at `index` by what went before it."""
        match = match_entry(data)
        if match is None:
            self._unspelled(index, data)
            return
        agreements, at, details_bytes, event_bytes, nonce, policies = match.groups()
        event = event_bytes.decode()
        if event not in KNOWN_EVENTS:
            self.unknown.append(index)
            return
        self._nonces[int(nonce[:2], 16)].append(int(nonce[2:18], 16))
        if at > self.latest_at:
            self.latest_at = at
        names = detail_names(details_bytes)
        if names is None:
            self._problem(index, "has a detail twice or out of order")
        elif event in RELEASES or not _RELATIONS.isdisjoint(names):
            details = _details(details_bytes.decode())[0]
            if event in RELEASES:
                self.releases += 1
                self._release(index, (agreements, policies), details, at.decode())
            if not _RELATIONS.isdisjoint(names):
                self._relate(index, details)
        if event == "rules.adopted":
            self._rules = (agreements, policies)

    def _unspelled(self, index: int, data: bytes) -> None:
        """An entry that is not spelled as version 1 spells it: newer than this verifier, or wrong?"""
        entry = read_loosely(data)
        if entry is None:
            self._problem(index, "is not JSON in UTF-8")
        elif type(entry.get("v")) is int and entry["v"] > 1:
            self.unknown.append(index)
        else:
            self._problem(index, "is not spelled as an entry of version 1 is")

    def _names(self, index: int, details: dict[str, Any], relation: str) -> list[str]:
        names: object = details.get(relation, [])
        if isinstance(names, list):  # of texts: the pattern knows no other list
            return names
        self._problem(index, f"`{relation}` is not a list of grounds")
        return []

    def _relate(self, index: int, details: dict[str, Any]) -> None:
        # An entry that renews a ground ends the old one and introduces the new one, under another id.
        if "ends" in details:
            for name in self._names(index, details, "ends"):
                self._ended.setdefault(name, index)
        introduced = self._names(index, details, "introduces") if "introduces" in details else []
        if "narrows" in details:
            if not introduced:
                self._problem(index, "narrows a ground but introduces nothing that a release could name")
            for name in self._names(index, details, "narrows"):
                self._narrowed[name] = self._narrowed.get(name, ()) + tuple(introduced)
        until = details.get("until", "")
        for name in introduced:
            if name in self._until or name in self._ended:
                self._problem(index, f"introduces `{name}`, which an earlier entry introduced or ended")
            else:
                self._until[name] = until if isinstance(until, str) else ""

    def _release(self, index: int, rules: tuple[bytes, bytes], details: dict[str, Any], at: str) -> None:
        if self._rules is None:
            self._problem(index, "is a release before any rules were adopted")
        elif rules != self._rules:
            self._problem(index, "is a release by rules that were not the ones adopted when it was made")
        names = self._names(index, details, "rests_on")
        if not names and (details.get("permitted") != 0 or details.get("records") != 0):
            self._problem(index, "is a release that rests on nothing")
        for name in names:
            until = self._until.get(name)
            if name in self._ended:
                self._problem(
                    index, f"is a release that rests on `{name}`, which entry {self._ended[name]} had ended"
                )
            elif until is None:
                self._problem(index, f"is a release that rests on `{name}`, which no entry before it introduced")
            elif until and at >= until:
                self._problem(index, f"is a release that rests on `{name}`, which was over at {until}")
            elif name in self._narrowed and (missed := set(self._narrowed[name]).difference(names)):
                self._problem(index, f"is a release that rests on `{name}` and overlooks `{min(missed)}`")

    def copied(self) -> frozenset[str]:
        """The first 18 digits of every nonce that more than one entry has: an entry that was written twice.

        72 bits find every copy; should two different nonces share them by chance, the caller compares whole nonces
        before it speaks.
        """
        found = set()
        for number, drawer in enumerate(self._nonces):
            if len(drawer) != len(set(drawer)):
                seen: set[int] = set()
                for one in drawer:
                    if one in seen:
                        found.add(f"{number:02x}{one:016x}")
                    seen.add(one)
        return frozenset(found)
