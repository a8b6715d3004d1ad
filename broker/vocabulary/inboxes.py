"""How soon a holder answers what is asked of it, and whether referrals land in its inbox by themselves; how soon a
refusal is looked at, and a disagreement between professionals goes up a stage.

Decides what a row under `inboxes` in `policies/clocks.yaml` holds, one for each purpose. A purpose without a
row has no inbox: nothing can be asked for it and no referral tells anybody. Decides nothing about what is
released. The times are the partnership's own (docs/how-to-holder.md).
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from enum import StrEnum
from typing import Final

from broker.dates import Period
from broker.documents.forms import Fields, Form, optional, required
from broker.documents.reading import Reading
from broker.documents.rows import Rows
from broker.documents.shapes import REFUSED, Boolean, Duration, Known, Length, Refused, Word


class Counting(StrEnum):
    """Which time a clock counts: every hour, or those in which people work."""

    ALWAYS = "always"
    WORKING = "working"


@dataclass(frozen=True, slots=True)
class InboxClock:
    """For one purpose: how long an answer may take, `urgent` where whoever asks says so. Hours count as `counts`
    says, days are working days. `stands` is how long a release holds where its decider names no end, `referred`
    whether referrals land by themselves."""

    purpose: str
    within: str
    urgent: str
    counts: Counting
    stands: Period
    referred: bool


_PURPOSE = required("purpose", Known("purpose"), "what is asked for")
_WITHIN = required("within", Duration(), "hours and minutes, or working days")
_URGENT = required("urgent", Duration(), "the same, where whoever asks says that it cannot wait")
_COUNTS = optional(
    "counts", Word({one.value: one for one in Counting}), Counting.WORKING, "which hours count; left out: working"
)
_STANDS = required("stands", Length(), "how long a release holds where its decider names no end")
_REFERRED = optional(
    "referred", Boolean(), False, "whether what a profile refers to its holder lands by itself; left out: no"
)


def _inbox(fields: Fields, reading: Reading) -> InboxClock | Refused:
    if fields[_STANDS] == Period():
        reading.error(
            fields.line_of(_STANDS), "a release that ends as it begins releases nothing: correct `stands`"
        )
        return REFUSED
    return InboxClock(
        fields[_PURPOSE],
        fields[_WITHIN],
        fields[_URGENT],
        fields[_COUNTS],
        fields[_STANDS],
        fields[_REFERRED],
    )


INBOX: Form[InboxClock] = Form(
    "the clock of an inbox", (_PURPOSE, _WITHIN, _URGENT, _COUNTS, _STANDS, _REFERRED), _inbox
)
INBOXES: Final[Rows[InboxClock]] = Rows(INBOX, "purpose")
NONE: Final[Mapping[str, InboxClock]] = {}


class Stage(StrEnum):
    """How high a disagreement between professionals has gone, the first stage first."""

    PRACTITIONER = "practitioner"
    MANAGER = "manager"
    LEAD = "designated-lead"
    PARTNERSHIP = "partnership"

    @property
    def height(self) -> int:
        """0 for the first."""
        return list(Stage).index(self)


@dataclass(frozen=True, slots=True)
class StageClock:
    """How long a disagreement may stay at a stage."""

    stage: Stage
    within: str


STAGES: Final[Rows[StageClock]] = Rows(
    Form(
        "the clock of a stage",
        (
            _STAGE := required("stage", Word({one.value: one for one in Stage})),
            _STAGE_WITHIN := required("within", Duration(), "hours and minutes, or working days"),
        ),
        lambda fields, _: StageClock(fields[_STAGE], fields[_STAGE_WITHIN]),
    ),
    "stage",
)
REFUSAL_WITHIN: Final = "P2D"
STAGE_WITHIN: Final[Mapping[str, StageClock]] = {
    one.value: StageClock(one, "P2D" if one in (Stage.PRACTITIONER, Stage.MANAGER) else "P5D") for one in Stage
}
"""Where the partnership says nothing else."""
