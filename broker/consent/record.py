"""What somebody decided about sharing, when and over what: one dated event, appended and never edited.

Kinds are kept apart because the law does (DfE advice 2024): agreeing to receive a service is not agreeing to
disclosure of confidences, and neither is data-protection consent. `objection` and `opt-out` are events too, for
which `given` means raised.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from enum import StrEnum


class ConsentKind(StrEnum):
    """What was decided about. The first four may be demanded by a grant."""

    ENGAGEMENT = "engagement"
    CONFIDENTIALITY = "confidentiality"
    DATA_PROTECTION = "data-protection"
    STATUTORY = "statutory"
    OBJECTION = "objection"
    OPT_OUT = "opt-out"


DEMANDABLE = frozenset(
    {ConsentKind.ENGAGEMENT, ConsentKind.CONFIDENTIALITY, ConsentKind.DATA_PROTECTION, ConsentKind.STATUTORY}
)
RAISED = frozenset({ConsentKind.OBJECTION, ConsentKind.OPT_OUT})


class ConsentDecision(StrEnum):
    """What the signatory decided."""

    GIVEN = "given"
    REFUSED = "refused"
    WITHDRAWN = "withdrawn"


@dataclass(frozen=True, slots=True)
class ConsentRecord:
    """One event. Each scope is a set of codes, or None for all; `until_at` ends a `given`; `unsafe` marks an event
    nobody should rely on (pressure suspected). `signatory` is a person id or, under a care order, an organisation
    code."""

    id: str
    about: str
    signatory: str
    kind: ConsentKind
    decision: ConsentDecision
    at: datetime
    until_at: datetime | None = None
    unsafe: bool = False
    purposes: frozenset[str] | None = None
    categories: frozenset[str] | None = None
    controllers: frozenset[str] | None = None
    recipients: frozenset[str] | None = None
