"""A personal data breach: its clocks, and what has to be decided before it can be closed.

Decides that the clocks run in plain hours from becoming aware, nights and weekends included: 72 hours to the
Information Commissioner unless a risk to people is unlikely (UK GDPR Article 33(1)), with reasons for any delay;
24 hours to the partners concerned (the partnership's own term); and that people are told of a high risk unless
one of the three grounds of Article 34(3) stands. The law says "without undue delay" for telling people; the 72
hours here are the partnership's own.   # IG lawyer to sign off
"""

from __future__ import annotations

from collections.abc import Iterator
from dataclasses import dataclass, replace
from datetime import datetime, timedelta
from enum import StrEnum, unique
from typing import Final

from broker.rights.clocks import Clock

AUTHORITY_WITHIN: Final = timedelta(hours=72)
PARTNERS_WITHIN: Final = timedelta(hours=24)
PEOPLE_WITHIN: Final = timedelta(hours=72)


@unique
class BreachKind(StrEnum):
    """What was lost: confidentiality (seen or sent), integrity (changed), availability (lost or locked)."""

    CONFIDENTIALITY = "confidentiality"
    INTEGRITY = "integrity"
    AVAILABILITY = "availability"


@unique
class Risk(StrEnum):
    """The risk to people's rights and freedoms."""

    UNLIKELY = "unlikely"
    LIKELY = "likely"
    HIGH = "high"


@unique
class NotTold(StrEnum):
    """Why people need not be told of a high risk, UK GDPR Article 34(3)(a) to (c)."""

    UNINTELLIGIBLE = "unintelligible"
    RISK_REMOVED = "risk-removed"
    PUBLIC_NOTICE = "public-notice"


@unique
class Step(StrEnum):
    """What can be noted as done."""

    AUTHORITY_TOLD = "authority-told"
    PARTNERS_TOLD = "partners-told"
    PEOPLE_TOLD = "people-told"


@unique
class BreachState(StrEnum):
    """Open until it is assessed and every clock has ended."""

    OPEN = "open"
    ASSESSED = "assessed"
    CLOSED = "closed"


@dataclass(frozen=True, slots=True)
class Assessment:
    """What was decided: the risk, whether the Commissioner is told, why, and for a high risk why people are
    not."""

    risk: Risk
    report: bool
    reason: str
    at: datetime
    people_not_told: NotTold | None = None


@dataclass(frozen=True, slots=True)
class Breach:
    """A breach as it is known now. `people` and `records` are counts, `disclosures` the releases it was,
    `partners` the other organisations concerned."""

    kind: BreachKind
    what: str
    aware_at: datetime
    happened_at: datetime | None = None
    categories: tuple[str, ...] = ()
    people: int = 0
    records: int = 0
    disclosures: tuple[str, ...] = ()
    partners: tuple[str, ...] = ()
    assessment: Assessment | None = None
    authority_told_at: datetime | None = None
    late_because: str = ""
    partners_told_at: datetime | None = None
    people_told_at: datetime | None = None

    @property
    def state(self) -> BreachState:
        """Open, or assessed; closing it is an act of its own."""
        return BreachState.OPEN if self.assessment is None else BreachState.ASSESSED

    def clocks(self) -> tuple[Clock, ...]:
        """What is due: always the Commissioner and the partners, the people once the risk is known to be high."""
        return tuple(self._clocks())

    def _clocks(self) -> Iterator[Clock]:
        made = self.assessment
        spared = made.at if made is not None and not made.report else None
        yield _clock("authority", self.aware_at + AUTHORITY_WITHIN, self.authority_told_at, spared)
        yield Clock("partners", self.aware_at + PARTNERS_WITHIN, self.partners_told_at)
        if made is not None and made.risk is Risk.HIGH:
            excused = made.at if made.people_not_told is not None else None
            yield _clock("people", self.aware_at + PEOPLE_WITHIN, self.people_told_at, excused)

    def noted(self, step: Step, at: datetime, late_because: str = "") -> Breach:
        """The breach once this step was done."""
        if step is Step.AUTHORITY_TOLD:
            return replace(self, authority_told_at=at, late_because=late_because)
        if step is Step.PARTNERS_TOLD:
            return replace(self, partners_told_at=at)
        return replace(self, people_told_at=at)


def _clock(name: str, due_at: datetime, told_at: datetime | None, spared_at: datetime | None) -> Clock:
    return Clock(name, due_at, told_at or spared_at, spared=told_at is None and spared_at is not None)


def check_assessment(breach: Breach, made: Assessment) -> tuple[str, ...]:
    """What is wrong with an assessment."""
    found = []
    if not made.reason.strip():
        found.append("say in a sentence why: the Commissioner may ask for it (Article 33(5))")
    if not made.report and made.risk is not Risk.UNLIKELY:
        found.append(f"a risk that is `{made.risk}` is reported; only an unlikely one need not be (Article 33(1))")
    if not made.report and breach.authority_told_at is not None:
        found.append("the Commissioner was told already")
    if made.people_not_told is not None and made.risk is not Risk.HIGH:
        found.append("people are told of a high risk only; leave out why they are not")
    return tuple(found)


def check_step(breach: Breach, step: Step, at: datetime, now: datetime, late_because: str) -> tuple[str, ...]:
    """What is wrong with noting that a step was done at an instant."""
    found = []
    if at > now:
        found.append("what was done cannot lie in the future")
    if at < breach.aware_at:
        found.append("was before anybody was aware of the breach; correct the instant")
    if step is Step.AUTHORITY_TOLD and at > breach.aware_at + AUTHORITY_WITHIN and not late_because.strip():
        found.append("was after 72 hours: give the reasons for the delay (Article 33(1))")
    return tuple(found)


def check_closing(breach: Breach) -> tuple[str, ...]:
    """What is still to be done before it can be closed."""
    if breach.assessment is None:
        return ("the risk is not assessed yet",)
    return tuple(f"`{clock.name}` is still to be told" for clock in breach.clocks() if clock.done_at is None)
