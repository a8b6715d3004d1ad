"""What is asked: who, in which role, for what purpose and case, about whom, and whether in an emergency."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

VITAL_INTERESTS = "vital-interests"
"""What an override names instead of a gateway when it rests on vital interests (UK GDPR Article 6(1)(d))."""


@dataclass(frozen=True, slots=True)
class Override:
    """Emergency access asked for: `gateway` is a gateway's code or `vital-interests`; `second` a staff id or None
    when taken alone."""

    reason: str
    justification: str
    gateway: str
    second: str | None


@dataclass(frozen=True, slots=True)
class Request:
    """One request at the instant `at`. `by` is a staff id, `role` the role named, `about` the people asked for in
    order (ids; unknown ones are allowed and have no cells)."""

    at: datetime
    by: str
    role: str
    purpose: str
    about: tuple[str, ...]
    case: str | None = None
    reason: str = ""
    override: Override | None = None
