"""The seven steps of verification, in order, each told in a sentence.

Decides what each step needs and how its findings are told: 1 signature, 2 cosignatures, 3 root from all entries,
4 dense indexes, 5 consistency with older checkpoints, 6 receipts, 7 meaning (docs/security.md section 3, point 6).
All steps are carried out even when one fails, because the auditor wants the whole picture.
"""

from __future__ import annotations

from collections.abc import Callable
from dataclasses import dataclass
from datetime import datetime
from pathlib import Path
from typing import Final

from broker.audit.verify.layout import strays
from broker.audit.verify.published import (
    LOG_KEY,
    WITNESS_KEY,
    Published,
    Unreadable,
    read_key,
    read_published,
    vouched_for,
)
from broker.audit.verify.receipts import Promise, read_receipts, redeem
from broker.audit.verify.result import MOST_PROBLEMS, Problem, State, Step, Verification
from broker.audit.verify.scan import Scanned, scan
from broker.audit.verify.stored import StoredTree

_NAMES: Final = (
    "signature",
    "cosignatures",
    "root from all entries",
    "dense indexes",
    "consistency with older checkpoints",
    "receipts",
    "meaning",
)
_Told = tuple[State, str, tuple[Problem, ...]]


@dataclass(frozen=True, slots=True)
class Evidence:
    """What the auditor brings: none of it may come from the export itself.

    `log_key` and `witness_keys` as text (`name+id+base64`); `witnesses_needed` of them must have cosigned (None:
    all); `older_checkpoints` and `receipts` as files the auditor or a partner kept; `complete_at` an instant up to
    which the auditor knows the export must reach (None: the latest instant in the log).
    """

    log_key: str | None = None
    witness_keys: tuple[str, ...] = ()
    witnesses_needed: int | None = None
    older_checkpoints: tuple[Path, ...] = ()
    receipts: Path | None = None
    complete_at: datetime | None = None


def verify_export(
    folder: Path,
    evidence: Evidence,
    on_progress: Callable[[int, int], None] | None = None,
    stored: StoredTree | None = None,
) -> Verification:
    """Verify the export in `folder`. Never raises for what it finds there; what cannot be read cannot be judged.

    `on_progress` is told (entries read, entries in all) after each bundle of 256. `stored` is the tree of the
    database from which the export was made, where that is at hand: every node of it is compared too.
    """
    try:
        published = read_published((folder / "checkpoint").read_bytes())
    except (OSError, Unreadable) as problem:
        told = f"The export's checkpoint cannot be read: {_reason(problem)}."
        return not_carried_out(State.CANNOT_SAY, told, "there is no checkpoint to go by")
    older, older_unread = _older(evidence, published)
    promises, receipts_unread = _promises(evidence)
    try:
        sizes = {published.size, *(one.size for one in older if one.size <= published.size)}
        found = scan(folder, published.size, sizes, {one.leaf for one in promises}, on_progress, stored)
        extra = strays(folder, published.size) if found.taken == published.size else []
    except OSError as problem:
        unread: _Told = (State.CANNOT_SAY, f"The entries cannot be read: {_reason(problem)}.", ())
        skipped: _Told = (State.CANNOT_SAY, "Not carried out, because the entries cannot be read.", ())
        told_all = [_signature(published, evidence), _cosignatures(published, evidence), unread, *[skipped] * 4]
    else:
        consistency = _consistency(published, older, older_unread, found)
        told_all = [
            _signature(published, evidence),
            _cosignatures(published, evidence),
            _root(published, older, found, stored),
            _dense(published, found, extra),
            consistency,
            receipts_unread or _receipts(published, evidence, promises, found),
            _meaning(found),
        ]
    steps = tuple(Step(number, _NAMES[number - 1], *told) for number, told in enumerate(told_all, start=1))
    return Verification(steps, published.origin, published.size)


def not_carried_out(
    state: State, told: str, because: str, problems: tuple[Problem, ...] = (), origin: str | None = None
) -> Verification:
    """The answer where nothing but the first step could be looked at: the others say why not."""
    skipped = f"Not carried out, because {because}."
    later = (Step(number, name, State.CANNOT_SAY, skipped) for number, name in enumerate(_NAMES[1:], start=2))
    return Verification((Step(1, _NAMES[0], state, told, problems), *later), origin, None)


def _reason(problem: Exception) -> str:
    return (problem.strerror or "it cannot be read") if isinstance(problem, OSError) else str(problem)


def _signature(published: Published, evidence: Evidence) -> _Told:
    if evidence.log_key is None:
        return State.CANNOT_SAY, "No public key was given, so anybody may have written this log.", ()
    try:
        key = read_key(evidence.log_key, LOG_KEY)
    except Unreadable as problem:
        return State.CANNOT_SAY, f"{str(problem)[0].upper()}{str(problem)[1:]}.", ()
    vouched = vouched_for(published, key)
    if vouched is None:
        return State.CANNOT_SAY, f"The checkpoint is not signed by `{key.name}` with the key given.", ()
    if not vouched:
        forged = Problem(f"the signature of `{key.name}` is forged, or the checkpoint was changed")
        return State.FAILED, "The signature does not verify.", (forged,)
    if key.name != published.origin:
        return State.CANNOT_SAY, f"The checkpoint is of the log `{published.origin}`, not of `{key.name}`.", ()
    return State.HOLDS, f"`{key.name}` signed for {published.size} entries.", ()


def _cosignatures(published: Published, evidence: Evidence) -> _Told:
    if not evidence.witness_keys:
        return State.NOT_CHECKED, "No witness's key was given.", ()
    try:
        keys = [read_key(text, WITNESS_KEY) for text in evidence.witness_keys]
    except Unreadable as problem:
        return State.CANNOT_SAY, f"{str(problem)[0].upper()}{str(problem)[1:]}.", ()
    vouched = {key: vouched_for(published, key) for key in keys}
    forged = tuple(
        Problem(f"the cosignature of `{key.name}` is forged") for key, good in vouched.items() if good is False
    )
    if forged:
        return State.FAILED, "A cosignature does not verify.", forged
    count = sum(good is True for good in vouched.values())
    needed = len(vouched) if evidence.witnesses_needed is None else evidence.witnesses_needed
    told = f"{count} of {len(vouched)} witnesses cosigned; {needed} needed."
    return (State.HOLDS if count >= needed else State.CANNOT_SAY), told, ()


def _older(evidence: Evidence, published: Published) -> tuple[list[Published], _Told | None]:
    """The older checkpoints in order of size, or why one of them is no evidence."""
    found = []
    for path in evidence.older_checkpoints:
        try:
            one = read_published(path.read_bytes())
            if evidence.log_key is not None and vouched_for(one, read_key(evidence.log_key, LOG_KEY)) is not True:
                raise Unreadable("is not signed with the key given")
        except (OSError, Unreadable) as problem:
            return [], (State.CANNOT_SAY, f"The older checkpoint `{path}` is no evidence: {_reason(problem)}.", ())
        if one.origin != published.origin:
            return [], (State.CANNOT_SAY, f"The older checkpoint `{path}` is of another log.", ())
        found.append(one)
    return sorted(found, key=lambda one: one.size), None


def _promises(evidence: Evidence) -> tuple[tuple[Promise, ...], _Told | None]:
    if evidence.receipts is None:
        return (), (State.NOT_CHECKED, "No receipts were given.", ())
    try:
        return read_receipts(evidence.receipts.read_bytes()), None
    except (OSError, Unreadable) as problem:
        return (), (State.CANNOT_SAY, f"The receipts cannot be read: {_reason(problem)}.", ())


def _agreeing(older: list[Published], found: Scanned) -> list[int]:
    return [one.size for one in older if found.roots.get(one.size) == one.root]


def _root(published: Published, older: list[Published], found: Scanned, stored: StoredTree | None) -> _Told:
    computed = found.roots.get(published.size)
    problems = tuple(found.rehashed)
    if computed is None:
        there = found.taken - found.missing
        told = f"It cannot be computed: {there} of {published.size} entries are there."
        if found.root_by_hashes == published.root:
            told += " With the hashes stored for those that are not it is the one published: the others are whole."
        return State.FAILED, told, problems
    if stored is not None and stored.size == published.size and stored.root != published.root:
        problems += (Problem("the root that the store keeps of its tree is another"),)
    if computed != published.root:
        # The stored hashes say which entry; where they were made to agree, older checkpoints narrow it down.
        begin = None if problems else max(_agreeing(older, found), default=0)
        end = None if problems else published.size
        problems += (Problem("the root over them is not the one published", begin, end),)
        return State.FAILED, "The entries are not those that were published.", problems
    if problems:
        return State.FAILED, "The root is the one published, but stored hashes do not belong to it.", problems
    return State.HOLDS, f"The {published.size} entries have the root published.", ()


def _dense(published: Published, found: Scanned, extra: list[str]) -> _Told:
    problems = [*found.misplaced, *found.copies]
    problems.extend(Problem(f"`{path}` has no place in a log of this size") for path in extra)
    if problems:
        told = "Entries are missing, doubled or beyond the checkpoint."
        return State.FAILED, told, tuple(problems[:MOST_PROBLEMS])
    return State.HOLDS, f"Every index from 0 to {published.size} (not included) is there once.", ()


def _consistency(published: Published, older: list[Published], unread: _Told | None, found: Scanned) -> _Told:
    if unread is not None:
        return unread
    if not older:
        return State.NOT_CHECKED, "First sight: no older checkpoint was given to compare with.", ()
    problems = []
    agreeing = _agreeing(older, found)
    for one in older:
        if one.size > published.size:
            problems.append(Problem(f"the log once had {one.size} entries and now has {published.size}"))
        elif one.size == published.size and one.root != published.root:
            problems.append(Problem(f"two roots were signed for {one.size} entries: the log was forked"))
        elif one.size in found.roots and found.roots[one.size] != one.root:
            begin = None if found.rehashed else max((size for size in agreeing if size < one.size), default=0)
            end = None if begin is None else one.size
            rewritten = f"the entries before {one.size} were changed after a checkpoint over them had been signed"
            problems.append(Problem(rewritten, begin, end))
    if problems:
        return State.FAILED, "History was rewritten.", tuple(problems)
    if len(agreeing) < len(older):
        return State.CANNOT_SAY, "An older root could not be computed, because entries are missing.", ()
    return State.HOLDS, f"The log extends what it was at {', '.join(map(str, agreeing))} entries.", ()


def _receipts(published: Published, evidence: Evidence, promises: tuple[Promise, ...], found: Scanned) -> _Told:
    latest = found.meaning.latest_at
    known = [
        one for one in (evidence.complete_at, datetime.fromisoformat(latest.decode()) if latest else None) if one
    ]
    return redeem(promises, published.origin, found.redeemed, max(known, default=None))


def _meaning(found: Scanned) -> _Told:
    meaning = found.meaning
    if meaning.count:
        told = f"{meaning.count} entries or relations between them do not make sense."
        return State.FAILED, told, tuple(meaning.problems)
    if meaning.unknown:
        told = f"{len(meaning.unknown)} entries, the first at {meaning.unknown[0]}, are newer than this verifier."
        return State.CANNOT_SAY, told, ()
    return State.HOLDS, f"Each of {meaning.releases} releases rests on what stood when it was made.", ()
