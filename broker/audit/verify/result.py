"""What the verifier answers: numbered steps, problems with their place, one verdict.

Decides how steps add up: one failed step is tampering, one that could not be carried out means nobody can say, and
a step for which no evidence was offered is said to be unchecked and never called a success.
"""

from __future__ import annotations

from dataclasses import dataclass
from enum import Enum, IntEnum, unique
from typing import Final

MOST_PROBLEMS: Final = 50  # told in full; the rest are counted
_WHAT_TO_DO: Final = (
    "What to do: where it is your running log, stop serving, keep the database as it is and repair nothing; where"
    " you were given an export, keep it as it is and tell the partnership. Then docs/how-to-audit.md, `When the"
    " log is not what was signed`."
)


@unique
class Verdict(IntEnum):
    """The answer, with its exit code (docs/security.md section 3, point 6)."""

    SOUND = 0
    TAMPERED = 1
    CANNOT_SAY = 2


@unique
class State(Enum):
    """How one step went."""

    HOLDS = "holds"
    FAILED = "failed"
    CANNOT_SAY = "cannot say"
    NOT_CHECKED = "not checked"


@dataclass(frozen=True, slots=True)
class Problem:
    """One thing wrong: `index` is the entry's place from 0, or None where it cannot be placed; `before` is the end
    (exclusive) of the stretch from `index` in which the fault lies, or None when it is that very entry."""

    message: str
    index: int | None = None
    before: int | None = None

    def __str__(self) -> str:
        if self.index is None:
            return self.message
        if self.before is None:
            return f"entry {self.index}: {self.message}"
        return f"entries {self.index} to {self.before - 1}: {self.message}"


@dataclass(frozen=True, slots=True)
class Step:
    """One numbered step, what it found in a sentence, and the problems (the first fifty)."""

    number: int
    name: str
    state: State
    told: str
    problems: tuple[Problem, ...] = ()


@dataclass(frozen=True, slots=True)
class Verification:
    """The whole answer. It has no truth value: read `verdict`."""

    steps: tuple[Step, ...]
    origin: str | None
    size: int | None

    def __bool__(self) -> bool:
        raise TypeError("a verification is not a yes or no: read its verdict")

    @property
    def verdict(self) -> Verdict:
        """Tampered when a step failed, else cannot say when a step could not be carried out, else sound."""
        states = {step.state for step in self.steps}
        if State.FAILED in states:
            return Verdict.TAMPERED
        return Verdict.CANNOT_SAY if State.CANNOT_SAY in states or not states else Verdict.SOUND

    @property
    def problems(self) -> tuple[Problem, ...]:
        """Every problem told, in the order of the steps."""
        return tuple(problem for step in self.steps for problem in step.problems)

    @property
    def first_bad_index(self) -> int | None:
        """The lowest index at which something is known to be wrong, or at which the stretch holding it begins."""
        failed = (step for step in self.steps if step.state is State.FAILED)
        return min((one.index for step in failed for one in step.problems if one.index is not None), default=None)

    def narrative(self) -> str:
        """The steps and the verdict as lines to read."""
        lines = []
        for step in self.steps:
            lines.append(f"{step.number}. {step.name}: {step.state.value}. {step.told}")
            lines.extend(f"   - {problem}" for problem in step.problems)
        lines.append(self._conclusion())
        return "\n".join(lines)

    def _conclusion(self) -> str:
        if self.verdict is Verdict.SOUND:
            return f"Sound: {self.size} entries of `{self.origin}`."
        if self.verdict is Verdict.CANNOT_SAY:
            return "Cannot say: nothing was found wrong, but a step above could not be carried out."
        where = self.first_bad_index
        place = "" if where is None else f" First bad index: {where}."
        return f"Tampered with, or not what it claims to be.{place}\n{_WHAT_TO_DO}"

    def as_mapping(self) -> dict[str, object]:
        """For `--json`: stable names."""
        return {
            "verdict": self.verdict.name.lower().replace("_", "-"),
            "origin": self.origin,
            "size": self.size,
            "first_bad_index": self.first_bad_index,
            "steps": [
                {
                    "number": step.number,
                    "name": step.name,
                    "state": step.state.value,
                    "told": step.told,
                    "problems": [
                        {"index": one.index, "before": one.before, "message": one.message} for one in step.problems
                    ],
                }
                for step in self.steps
            ],
        }
