"""The casbin model, and why only one is accepted.

casbin believes whatever model it is given: a deny-only effect with no rules answers True, a mistyped effect is
ignored, and `regexMatch("readwrite", "read")` is True (docs/security.md section 6). So the file in
`policies/access/` is for officers to read, and it must say exactly what stands here: a role, or the group it
belongs to, and a verb, both equal and neither a pattern; allowed where some rule allows, refused where none does.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping
from typing import Final

from broker.errors import Finding, did_you_mean

MODEL: Final[Mapping[str, Mapping[str, str]]] = {
    "request_definition": {"r": "role, verb"},
    "policy_definition": {"p": "role, verb"},
    "role_definition": {"g": "_, _"},
    "policy_effect": {"e": "some(where (p.eft == allow))"},
    "matchers": {"m": "g(r.role, p.role) && r.verb == p.verb"},
}
MODEL_TEXT: Final = "\n".join(
    f"[{section}]\n" + "\n".join(f"{key} = {value}" for key, value in lines.items())
    for section, lines in MODEL.items()
)
"""What casbin is given: our own spelling, never the file's."""


def check_model(text: str, where: str) -> Iterator[Finding]:
    """Every way in which the file says something else."""
    section, seen = "", set()
    for number, raw in enumerate(text.splitlines(), 1):
        line, place = raw.strip(), f"{where}:{number}"
        if not line or line.startswith("#"):
            continue
        if line.startswith("[") and line.endswith("]"):
            section = line[1:-1]
            if section not in MODEL:
                yield Finding(
                    place, f"`{section}` is no section of the access model{did_you_mean(section, MODEL)}"
                )
            continue
        key, _, value = (part.strip() for part in line.partition("="))
        expected = MODEL.get(section, {}).get(key)
        if expected is None:
            yield Finding(place, f"`{key}` has no place in section `{section}`; take the line out")
        elif (section, key) in seen:
            yield Finding(place, f"`{key}` stands in section `{section}` twice; keep one")
        elif _words(value) != _words(expected):
            yield Finding(place, f"`{key}` must be `{expected}`; no other model is accepted")
        seen.add((section, key))
    for section, lines in MODEL.items():
        for key in lines:
            if (section, key) not in seen:
                yield Finding(f"{where}:1", f"`{key} = {lines[key]}` is missing from section `{section}`")


def _words(text: str) -> str:
    return "".join(text.split())
