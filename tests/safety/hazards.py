"""The hazard log: read from `docs/safety/hazard-log.yaml`, rated by the matrix, printed as `hazard-log.md`.

    python -m tests.safety.hazards

Run it after a change of the YAML file; a test says where the two differ. The scales and the matrix are those that
NHS England's guidance to DCB0129 and DCB0160 gives, in the words of this product; a Clinical Safety Officer must
check them against the standard of the day before they are relied on.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass, fields
from enum import Enum
from pathlib import Path
from typing import Any, Final, TypeVar

from broker.documents.files import documents_of
from broker.documents.findings import Findings
from broker.documents.nodes import plain

ROOT: Final = Path(__file__).parents[2]
SOURCE: Final = ROOT / "docs/safety/hazard-log.yaml"
PRINTED: Final = ROOT / "docs/safety/hazard-log.md"
E = TypeVar("E", bound="Scale")


class Scale(Enum):
    """A step of a scale: its place from 1, and what it means."""

    def __init__(self, place: int, says: str) -> None:
        self.place = place
        self.says = says

    @property
    def code(self) -> str:
        """As the YAML file writes it."""
        return self.name.lower().replace("_", "-")


class Severity(Scale):
    """How bad it can credibly get."""

    MINOR = 1, "inconvenience, or distress that passes, for one person"
    SIGNIFICANT = 2, "distress, a service missed or trust lost, for a time; or minor harm to several people"
    CONSIDERABLE = 3, "injury, abuse or mental harm from which somebody recovers; or significant harm to several"
    MAJOR = 4, "death of, or lasting harm to, one person (abuse that goes on counts); or considerable to several"
    CATASTROPHIC = 5, "death of, or lasting harm to, more than one person, such as a family that is found"


class Likelihood(Scale):
    """How often it would come to that harm, in a partnership of a county's size."""

    VERY_LOW = 1, "hardly conceivable"
    LOW = 2, "could happen, but in the great majority of cases will not"
    MEDIUM = 3, "possible"
    HIGH = 4, "not certain, but to be expected"
    VERY_HIGH = 5, "certain or almost certain"


MATRIX: Final[Mapping[Likelihood, tuple[int, int, int, int, int]]] = {
    Likelihood.VERY_LOW: (1, 1, 2, 2, 3),
    Likelihood.LOW: (1, 2, 2, 3, 4),
    Likelihood.MEDIUM: (2, 2, 3, 3, 4),
    Likelihood.HIGH: (2, 3, 3, 4, 5),
    Likelihood.VERY_HIGH: (3, 4, 4, 5, 5),
}
"""Risk by likelihood and, along a row, severity."""

RISKS: Final[Mapping[int, str]] = {
    5: "unacceptable",
    4: "unacceptable until it is brought down: eliminate or control it",
    3: "undesirable: bring it down; accepted only where that cannot be done with reasonable means",
    2: "acceptable where bringing it down would cost more than it gives",
    1: "acceptable",
}


class Status(Scale):
    """Where a hazard stands."""

    CONTROLLED = (
        1,
        "the broker's controls are built and tested; what is left is proposed for acceptance, with a reason",
    )
    FOR_DEPLOYER = (
        2,
        "the broker's controls are built and tested; the rest is the deployer's, who accepts or does not",
    )
    OPEN = 3, "something is still to be built; until then not acceptable for live use"


class Owner(Scale):
    """Who answers for it: a role, because nobody is appointed yet."""

    SAFETY_MANUFACTURER = 1, "Clinical Safety Officer of the manufacturer"
    SAFETY_DEPLOYER = 2, "Clinical Safety Officer of the deployer"
    CALDICOTT_GUARDIAN = 3, "Caldicott Guardian"
    SIRO = 4, "senior information risk owner"
    IG_OFFICER = 5, "information-governance officer"
    FRONT_DOOR_MANAGER = 6, "manager of the front door"
    SERVICE_MANAGER = 7, "manager of the service that uses it"
    OPERATOR = 8, "whoever runs database and keys"


STAGES: Final = {
    "initial": "as practice is today",
    "residual": "with the broker's controls",
    "deployed": "with the deployer's actions too, for the deployer to confirm",
}


@dataclass(frozen=True, slots=True)
class Control:
    """Something in the broker that stands against a hazard: its places, and tests that would fail without it."""

    says: str
    where: tuple[str, ...]
    proof: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Hazard:
    """One hazard. `likelihood` and `risk` are by stage (`STAGES`); the severity stays what it is."""

    id: str
    title: str
    what: str
    causes: tuple[str, ...]
    harm: str
    severity: Severity
    likelihood: Mapping[str, Likelihood]
    risk: Mapping[str, int]
    existing: tuple[str, ...]
    controls: tuple[Control, ...]
    open: tuple[str, ...]
    deployer: tuple[str, ...]
    owner: Owner
    status: Status
    why_not_lower: str

    def rated(self, stage: str) -> int:
        """The risk at a stage, by the matrix."""
        return MATRIX[self.likelihood[stage]][self.severity.place - 1]


def load_hazards(text: bytes, shown: str = SOURCE.name) -> tuple[Hazard, ...]:
    """The hazards in their order. Raises DocumentsRefused for what is no YAML, ValueError for no hazard."""
    findings = Findings()
    documents = documents_of(text, shown, findings)
    findings.refuse_if_errors()
    (root,) = (plain(document.root) for document in documents)
    if set(root) != {"hazards"}:
        raise ValueError(f"{shown}: holds one list, `hazards`")
    return tuple(_hazard(row) for row in root["hazards"])


def _hazard(row: Mapping[str, Any]) -> Hazard:
    at = str(row.get("id", "a hazard without an id"))
    _require_keys(at, row, Hazard, optional={"open", "deployer", "why_not_lower"})
    for by_stage in ("likelihood", "risk"):
        if list(row[by_stage]) != list(STAGES):
            raise ValueError(f"{at}: `{by_stage}` has {', '.join(STAGES)}, in this order")
    return Hazard(
        at,
        row["title"],
        row["what"],
        _texts(at, row["causes"]),
        row["harm"],
        _step(at, Severity, row["severity"]),
        {stage: _step(at, Likelihood, code) for stage, code in row["likelihood"].items()},
        dict(row["risk"]),
        _texts(at, row["existing"]),
        tuple(_control(at, one) for one in row["controls"]),
        _texts(at, row.get("open", [])),
        _texts(at, row.get("deployer", [])),
        _step(at, Owner, row["owner"]),
        _step(at, Status, row["status"]),
        row.get("why_not_lower", ""),
    )


def _control(at: str, row: Mapping[str, Any]) -> Control:
    _require_keys(at, row, Control, optional=set())
    return Control(row["says"], _texts(at, row["where"]), _texts(at, row["proof"]))


def _require_keys(at: str, row: Mapping[str, Any], kind: type, optional: set[str]) -> None:
    known = {one.name for one in fields(kind)}
    if unknown := set(row) - known:
        raise ValueError(f"{at}: unknown keys {sorted(unknown)}")
    if missing := known - optional - set(row):
        raise ValueError(f"{at}: missing {sorted(missing)}")


def _texts(at: str, found: Any) -> tuple[str, ...]:
    if not isinstance(found, list) or not all(isinstance(one, str) and one.strip() for one in found):
        raise ValueError(f"{at}: `{found}` is no list of sentences")
    return tuple(found)


def _step(at: str, scale: type[E], code: str) -> E:
    found = next((one for one in scale if one.code == code), None)
    if found is None:
        raise ValueError(f"{at}: `{code}` is none of {', '.join(one.code for one in scale)}")
    return found


def hazard_log_text(hazards: Sequence[Hazard]) -> str:
    """The document."""
    return "\n".join([*_head(hazards), *(line for hazard in hazards for line in _told(hazard))]) + "\n"


def _head(hazards: Sequence[Hazard]) -> Iterator[str]:
    yield from _OPENING.splitlines()
    yield from ("", "| Severity | Means |", "|---|---|")
    yield from (f"| {one.place} {one.code} | {one.says} |" for one in Severity)
    yield from ("", "| Likelihood | Means |", "|---|---|")
    yield from (f"| {one.place} {one.code} | {one.says} |" for one in Likelihood)
    yield from ("", "| Risk | " + " | ".join(one.code for one in Severity) + " |", "|---|---|---|---|---|---|")
    for likelihood in reversed(Likelihood):
        yield f"| {likelihood.code} | " + " | ".join(map(str, MATRIX[likelihood])) + " |"
    yield from ("", "| Risk | Means |", "|---|---|")
    yield from (f"| {risk} | {says} |" for risk, says in RISKS.items())
    yield from ("", "| Status | Means |", "|---|---|")
    yield from (f"| {one.code} | {one.says} |" for one in Status)
    yield from (
        "",
        "## All of them",
        "",
        "| Hazard | Severity | Initial | Residual | Deployed | Status |",
        "|---|---|---|---|---|---|",
    )
    for hazard in hazards:
        risks = " | ".join(str(hazard.risk[stage]) for stage in STAGES)
        link = f"[{hazard.id}](#{_anchor(hazard)})"
        yield f"| {link} {hazard.title} | {hazard.severity.code} | {risks} | {hazard.status.code} |"


def _told(hazard: Hazard) -> Iterator[str]:
    yield from ("", f"## {_heading(hazard)}", "", hazard.what, "", "| | |", "|---|---|")
    yield f"| Harm | {hazard.harm} |"
    yield f"| Causes | {_row(hazard.causes)} |"
    yield f"| Severity | {hazard.severity.code} |"
    for stage, says in STAGES.items():
        yield f"| Risk {says} | **{hazard.risk[stage]}** ({hazard.likelihood[stage].code}) |"
    yield f"| Owner, status | {hazard.owner.says}; {hazard.status.code} |"
    if hazard.why_not_lower:
        yield f"| Why no lower | {hazard.why_not_lower} |"
    yield from ("", "Today, without the broker:", "", *(f"- {one}" for one in hazard.existing))
    yield from ("", "The broker's controls:", "")
    for control in hazard.controls:
        yield f"- {control.says}"
        yield f"  In {_codes(control.where)}. Proof: {_codes(control.proof)}."
    if hazard.open:
        yield from ("", "Still open:", "", *(f"- {one}" for one in hazard.open))
    if hazard.deployer:
        yield from ("", "The deployer must:", "", *(f"- {one}" for one in hazard.deployer))


def _heading(hazard: Hazard) -> str:
    return f"{hazard.id} {hazard.title}"


def _anchor(hazard: Hazard) -> str:
    kept = "".join(one for one in _heading(hazard).lower() if one.isalnum() or one in "- _")
    return kept.replace(" ", "-")


def _row(texts: Sequence[str]) -> str:
    return "; ".join(texts)


def _codes(names: Sequence[str]) -> str:
    return ", ".join(f"`{name}`" for name in names)


_OPENING: Final = """# Hazard log

How this system could lead to harm, what stands against it, and what is left. Made from
[hazard-log.yaml](hazard-log.yaml); change that file and run `python -m tests.safety.hazards`. What the words
mean, who decides and what this log is not: [clinical-safety.md](clinical-safety.md). Harm to privacy is
weighed in the [DPIA](dpia-demo-partnership.md), attacks in the [threat model](threat-model.md).

It is kept in the manner of DCB0129 (what the manufacturer does) and DCB0160 (what the deployer does), and
nobody with the standing to do so has reviewed it: **ratings are proposals by the people who built the broker,
for a Clinical Safety Officer to correct.** Scales and matrix follow NHS England's guidance to the two
standards, from general knowledge, to be checked against the issue in force. Harm means harm to a child, an
adult or a family, by anybody, not by care alone. Each control names a test that would fail if it were gone;
tests of the hazard log see to it that these tests exist."""


def main() -> None:
    """Writes the document."""
    PRINTED.write_text(hazard_log_text(load_hazards(SOURCE.read_bytes())), encoding="utf-8")


if __name__ == "__main__":
    main()
