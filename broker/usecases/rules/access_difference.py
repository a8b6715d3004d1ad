"""What changes between two sets of access rules, in words: who may newly do what, and who no longer may.

Decides nothing about who should. Says it rule by rule as the file does, so that a group's rule is one line however
many roles are in it.
"""

from __future__ import annotations

from collections.abc import Iterator

from broker.access.rules import Rules
from broker.agreements.rules_difference import RuleChange


def access_changes(was: Rules, now: Rules) -> tuple[RuleChange, ...]:
    """One change for each role or group whose rules differ, in their order."""
    names = sorted({name for name, _ in (*was.allowed, *was.groups, *now.allowed, *now.groups)})
    found = [(name, tuple(_said(name, was, now))) for name in names]
    return tuple(RuleChange(f"access of `{name}`", said) for name, said in found if said)


def _said(name: str, was: Rules, now: Rules) -> Iterator[str]:
    before = {verb for one, verb in was.allowed if one == name}
    after = {verb for one, verb in now.allowed if one == name}
    groups_before = {group for one, group in was.groups if one == name}
    groups_after = {group for one, group in now.groups if one == name}
    for verb in sorted(after - before):
        yield f"may now `{verb}`"
    for verb in sorted(before - after):
        yield f"may no longer `{verb}`"
    for group in sorted(groups_after - groups_before):
        yield f"now belongs to `{group}`"
    for group in sorted(groups_before - groups_after):
        yield f"no longer belongs to `{group}`"
