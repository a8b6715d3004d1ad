"""May somebody with these roles use this verb? casbin answers, over rules checked when the broker started.

Decides verbs and nothing finer: casbin costs 0.1 to 80 ms by the number of rules, so cells are decided elsewhere.
INVARIANT: whatever goes wrong, the answer is no. From docs/security.md section 6.
"""

from __future__ import annotations

from collections.abc import Collection, Iterable, Mapping
from dataclasses import dataclass
from functools import lru_cache
from pathlib import Path
from typing import Any, Final

import casbin

from broker.access.model import MODEL_TEXT, check_model
from broker.access.rules import Rules, read_rules
from broker.access.verbs import Verb
from broker.canonical import digest, digest_bytes
from broker.errors import DocumentsRefused, Finding, NotAllowed, SystemFailed

MODEL_FILE: Final = "model.conf"
RULES_FILE: Final = "policy.csv"
_LARGEST_FILE: Final = 1 << 20
_NOBODY: Final = "nobody"  # a probe: no role and no group may have this name


@dataclass(frozen=True, slots=True)
class Permitted:
    """That a verb may be used, and by which of the actor's roles: what a guard hands on."""

    verb: Verb
    role: str


class Access:
    """The rules in force."""

    def __init__(self, rules: Rules, texts: Mapping[str, str] | None = None) -> None:
        """`texts` are the files the rules were read from, by name. Raises SystemFailed when casbin does not answer
        as the rules say."""
        self.rules: Final = rules
        self.texts: Final = dict(texts or {})
        self.digest: Final = access_digest(self.texts)
        self._enforcers: Final = {verb: _enforcer(rules, verb) for verb in Verb}
        self._answers: dict[tuple[str, Verb], bool] = {}
        self._require_sane(rules)

    @classmethod
    def load(cls, folder: Path, roles: Collection[str], shown: str | None = None) -> Access:
        """The rules in `folder` (`policies/access`); `roles` are the codes of `roles.yaml`.

        Raises DocumentsRefused with every problem of both files.
        """
        name = shown or str(folder)
        findings: list[Finding] = []
        files = {file: _bytes(folder / file, f"{name}/{file}", findings) for file in (MODEL_FILE, RULES_FILE)}
        return cls._checked(files, roles, name, findings)

    @classmethod
    def read(cls, files: Mapping[str, bytes], roles: Collection[str], shown: str) -> Access:
        """The rules in these files' bytes, by file name. Raises DocumentsRefused with every problem of both."""
        findings = [
            Finding(f"{shown}/{file}:1", "is missing: put the file back")
            for file in (MODEL_FILE, RULES_FILE)
            if file not in files
        ]
        return cls._checked(files, roles, shown, findings)

    @classmethod
    def _checked(
        cls, files: Mapping[str, bytes | None], roles: Collection[str], shown: str, findings: list[Finding]
    ) -> Access:
        texts = {
            file: _text(data, f"{shown}/{file}", findings) for file, data in files.items() if data is not None
        }
        model, text = texts.get(MODEL_FILE), texts.get(RULES_FILE)
        if model is not None:
            findings += check_model(model, f"{shown}/{MODEL_FILE}")
        rules, problems = read_rules(text or "", f"{shown}/{RULES_FILE}", roles)
        if text is not None:
            findings += problems
        if findings:
            raise DocumentsRefused(findings)
        return _remembered(rules, tuple((file, found) for file, found in texts.items() if found is not None))

    def find_role(self, roles: Iterable[str], verb: Verb) -> str | None:
        """The first of the roles, in alphabetical order, that may use the verb."""
        return next((role for role in sorted(set(roles)) if self._permits(role, verb)), None)

    def require(self, roles: Iterable[str], verb: Verb) -> Permitted:
        """Raises NotAllowed unless one of the roles may use the verb."""
        held = sorted(set(roles))
        role = self.find_role(held, verb)
        if role is None:
            named = ", ".join(f"`{one}`" for one in held) or "no role"
            raise NotAllowed("access", f"{named} may not use `{verb}`; ask somebody whose role may")
        return Permitted(verb, role)

    def _permits(self, role: str, verb: Verb) -> bool:
        answer = self._answers.get((role, verb))
        if answer is None:
            # `is True`: an enforcer that answered with anything else would be broken, and broken means no.
            answer = self._enforcers[verb].enforce(role, verb.value) is True
            if len(self._answers) < 10_000:  # roles come from a closed list; a flood of others is not remembered
                self._answers[role, verb] = answer
        return answer

    def _require_sane(self, rules: Rules) -> None:
        """A few questions whose answers are known: nobody may do anything, every rule's own verb is allowed."""
        wrong = any(self._permits(_NOBODY, verb) for verb in Verb)
        wrong = wrong or any(not self._permits(name, Verb(verb)) for name, verb in rules.allowed)
        if wrong:
            raise SystemFailed(
                "access", "the enforcer does not answer as the rules say; check that pycasbin is whole"
            )


def _enforcer(rules: Rules, verb: Verb) -> Any:
    """One for each verb, with the rules and groups that name it: casbin reads all it has for every question,
    and a rule of another verb never matches."""
    model = casbin.Model()
    model.load_model_from_text(MODEL_TEXT)
    made = casbin.Enforcer(model)
    named = [rule for rule in rules.allowed if rule[1] == verb.value]
    for rule in named:
        made.add_policy(*rule)
    names = {name for name, _ in named}
    for group in rules.groups:
        if group[1] in names:
            made.add_grouping_policy(*group)
    return made


@lru_cache(maxsize=16)
def _remembered(rules: Rules, texts: tuple[tuple[str, str], ...]) -> Access:
    """Remembered by the text of its files, so it can never be stale."""
    return Access(rules, dict(texts))


def access_digest(texts: Mapping[str, str]) -> str:
    """The digest of the files, by their names: it stands in the log beside that of the other standing rules."""
    return digest({name: digest_bytes(text.encode("utf-8")) for name, text in texts.items()})


def _bytes(path: Path, where: str, findings: list[Finding]) -> bytes | None:
    try:
        with path.open("rb") as file:
            return file.read(_LARGEST_FILE + 1)
    except OSError as error:
        findings.append(Finding(f"{where}:1", f"cannot be read ({error.strerror}); put the file back"))
        return None


def _text(data: bytes, where: str, findings: list[Finding]) -> str | None:
    if len(data) > _LARGEST_FILE:
        findings.append(Finding(f"{where}:1", "is over 1 MiB; this is no list of rules"))
        return None
    try:
        text = data.decode("utf-8")
    except UnicodeDecodeError:
        findings.append(Finding(f"{where}:1", "is not UTF-8; save it as UTF-8"))
        return None
    if any(unusual in text for unusual in ("\x00", "\u2028", "\x85", "\x0b", "\x0c", '"')):
        findings.append(Finding(f"{where}:1", "holds a quotation mark or a control character; plain words only"))
        return None
    return text
