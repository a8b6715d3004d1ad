"""The rules of access, read from `policies/access/policy.csv`: which role or group of roles may use which verb.

Decides the shape of a rule and that everything it names exists. A line that is not understood refuses the whole
file: a rule that is skipped is a rule that nobody notices is missing.
"""

from __future__ import annotations

from collections.abc import Collection
from dataclasses import dataclass

from broker.access.verbs import Verb
from broker.errors import Finding, did_you_mean


@dataclass(frozen=True, slots=True)
class Rules:
    """`allowed` pairs a role or group with a verb, `groups` a role with a group it belongs to."""

    allowed: tuple[tuple[str, str], ...]
    groups: tuple[tuple[str, str], ...]

    def permits(self, role: str, verb: str) -> bool:
        """What the rules say, without casbin: the second opinion of tests and of the check at start."""
        names = {role, *(group for member, group in self.groups if member == role)}
        return any(name in names and granted == verb for name, granted in self.allowed)


def read_rules(text: str, where: str, roles: Collection[str]) -> tuple[Rules, list[Finding]]:
    """The rules and every problem with them; `roles` are the codes of `roles.yaml`. Rules with problems must not
    be used."""
    allowed: dict[tuple[str, str], str] = {}
    groups: dict[tuple[str, str], str] = {}
    findings: list[Finding] = []
    for number, raw in enumerate(text.splitlines(), 1):
        line, place = raw.strip(), f"{where}:{number}"
        if not line or line.startswith("#"):
            continue
        fields = [field.strip() for field in line.split(",")]
        if len(fields) != 3 or fields[0] not in ("p", "g") or not all(fields):
            findings.append(Finding(place, "expected `p, role, verb` or `g, role, group`"))
            continue
        kind, first, second = fields
        rules = allowed if kind == "p" else groups
        if (first, second) in rules:
            findings.append(Finding(place, f"says again what {rules[first, second]} says; keep one"))
        rules.setdefault((first, second), place)
    findings += _check_names(allowed, groups, roles)
    if not allowed and not findings:
        findings.append(Finding(f"{where}:1", "holds no rule; nobody could do anything"))
    return Rules(tuple(allowed), tuple(groups)), findings


def _check_names(
    allowed: dict[tuple[str, str], str], groups: dict[tuple[str, str], str], roles: Collection[str]
) -> list[Finding]:
    findings = []
    known_verbs = {verb.value for verb in Verb}
    group_names = {group for _, group in groups}
    for (role, group), place in groups.items():
        if role not in roles:
            findings.append(Finding(place, f"`{role}` is not a role{did_you_mean(role, roles)}"))
        if group in roles:
            findings.append(Finding(place, f"`{group}` is a role and cannot be a group as well; rename the group"))
    for (name, verb), place in allowed.items():
        if name not in roles and name not in group_names:
            findings.append(
                Finding(
                    place, f"`{name}` is neither a role nor a group{did_you_mean(name, {*roles, *group_names})}"
                )
            )
        if verb not in known_verbs:
            findings.append(Finding(place, f"`{verb}` is not a verb{did_you_mean(verb, known_verbs)}"))
    empty = group_names - {name for name, _ in allowed}
    findings += [
        Finding(place, f"group `{group}` may do nothing; give it a rule or take it out")
        for (_, group), place in groups.items()
        if group in empty
    ]
    return findings
