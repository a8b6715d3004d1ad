"""Redeeming receipts: is every entry that a partner was promised in the log?

Decides which receipts are kept, which are broken and which cannot be judged yet: an entry made moments before the
export may rightly not be in it. The signature on the answer that carried a receipt is the client's to check when
it keeps it. From docs/security.md section 3, point 4.
"""

from __future__ import annotations

import json
import re
from dataclasses import dataclass
from datetime import datetime, timedelta
from typing import Final

from broker.audit.verify.published import Unreadable
from broker.audit.verify.result import MOST_PROBLEMS, Problem, State

INTEGRATED_WITHIN: Final = timedelta(seconds=60)
"""The promise is a second (docs/security.md section 3, point 2); a minute allows for a slow act and for two
clocks.
"""

_AT = re.compile(r"[0-9]{4}-[0-9]{2}-[0-9]{2}T[0-9]{2}:[0-9]{2}:[0-9]{2}\.[0-9]{6}Z")


@dataclass(frozen=True, slots=True)
class Promise:
    """One receipt: the log, the leaf hash and the entry's instant; `line` counts from 1."""

    line: int
    origin: str
    leaf: bytes
    at: datetime


def read_receipts(data: bytes) -> tuple[Promise, ...]:
    """The receipts in a JSON Lines file. Raises Unreadable with the line."""
    found = []
    for number, line in enumerate(data.splitlines(), start=1):
        if not line.strip():
            continue
        try:
            one = json.loads(line)
            origin, leaf, at = one["origin"], bytes.fromhex(one["leaf_hash"]), one["at"]
            if not isinstance(origin, str) or len(leaf) != 32 or not _AT.fullmatch(at):
                raise ValueError
            found.append(Promise(number, origin, leaf, datetime.fromisoformat(at)))
        except (ValueError, KeyError, TypeError, RecursionError):
            raise Unreadable(f"line {number}: is not a receipt (`origin`, `leaf_hash`, `at`)") from None
    return tuple(found)


def redeem(
    promises: tuple[Promise, ...], origin: str, redeemed: set[bytes], complete_at: datetime | None
) -> tuple[State, str, tuple[Problem, ...]]:
    """How the receipts fare. `complete_at` is an instant up to which the log must be complete, give or take the
    time allowed for integrating; None when nothing says how far it reaches."""
    foreign = [one for one in promises if one.origin != origin]
    missing = [one for one in promises if one.origin == origin and one.leaf not in redeemed]
    due = complete_at - INTEGRATED_WITHIN if complete_at else None
    broken = [one for one in missing if due is not None and one.at < due]
    kept = len(promises) - len(foreign) - len(missing)
    told = f"{kept} of {len(promises)} promised entries are in the log."
    if broken:
        problems = tuple(
            Problem(f"the entry promised on line {one.line}, of {one.at.isoformat()}, is not in the log")
            for one in broken[:MOST_PROBLEMS]
        )
        return State.FAILED, f"{told} {len(broken)} are not, though they are due.", problems
    if foreign:
        return State.CANNOT_SAY, f"{told} {len(foreign)} are of another log.", ()
    if missing:
        return State.CANNOT_SAY, f"{told} {len(missing)} are too recent to judge: export again and look.", ()
    return State.HOLDS, told, ()
