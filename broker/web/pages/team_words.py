"""What teams, their steps and the reasons for them are called on screens."""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from typing import Final

from broker.casework import CaseKind
from broker.casework.authority import ProposalKind
from broker.casework.moves import CloseReason
from broker.casework.plan import GoalState
from broker.casework.refusal import RefusalFinding
from broker.casework.steps import StepKind
from broker.usecases.casework.look_at_team import PersonHere
from broker.web.language import _

KINDS: Final[Mapping[str, str]] = {
    CaseKind.CONTACT: _("Contact"),
    CaseKind.ENQUIRY: _("Enquiry"),
    CaseKind.PLAN: _("Plan"),
    CaseKind.PANEL: _("Panel"),
    CaseKind.TEAM: _("Team around the family"),
}
AROUND: Final[Mapping[str, str]] = {
    CaseKind.CONTACT: _("Contact about %s"),
    CaseKind.ENQUIRY: _("Enquiry about %s"),
    CaseKind.PLAN: _("Plan for %s"),
    CaseKind.PANEL: _("Panel about %s"),
    CaseKind.TEAM: _("Team around %s"),
}
"""The heading of a case, with the first names of whom it is about."""
GOALS: Final[Mapping[str, str]] = {
    GoalState.OPEN: _("To do"),
    GoalState.REACHED: _("Done"),
    GoalState.LEFT: _("Left out now"),
}
CLOSING: Final[Mapping[str, str]] = {
    CloseReason.COMPLETED: _("The plan is done"),
    CloseReason.CONSENT_WITHDRAWN: _("The family no longer wants help"),
    CloseReason.NO_FURTHER_ACTION: _("Nothing more is needed from us"),
    CloseReason.MOVED_AWAY: _("The family has moved away"),
    CloseReason.ALREADY_OPEN: _("Somebody else leads for this family already"),
}
FINDINGS: Final[Mapping[str, str]] = {
    RefusalFinding.CLOSE_WITH_ADVICE: _("We close this, and tell them what help there is and how to come back"),
    RefusalFinding.STEP_UP: _("We step up, for what worries us apart from the no"),
    RefusalFinding.GO_ON: _("We go on, by a power that does not rest on agreement"),
}
PROPOSED: Final[Mapping[str, str]] = {
    ProposalKind.PURPOSE: _("A change of what this is for"),
    ProposalKind.RESTRICT: _("To keep this to its members"),
    ProposalKind.LIFT: _("To let others see this again"),
}
STEPS: Final[Mapping[str, str]] = {
    StepKind.RECORDED: _("The worry was recorded"),
    StepKind.TAKEN: _("Somebody took it"),
    StepKind.PUT_BACK: _("It was put back in the queue"),
    StepKind.RATED: _("It was rated"),
    StepKind.CHECK_ASKED: _("An agency was asked"),
    StepKind.CHECK_ANSWERED: _("An agency answered"),
    StepKind.DECIDED: _("It was decided"),
    StepKind.TOLD: _("Whoever told us heard what was decided"),
    StepKind.PASSED_ON: _("It was passed to the lead"),
    StepKind.CLOSED: _("The contact was closed"),
    StepKind.MOVED: _("It stepped up, stepped down or went on"),
    StepKind.LEAD_HANDED_OVER: _("The lead was handed over"),
    StepKind.LEAD_APPOINTED: _("A manager named who leads, because the lead was away"),
    StepKind.REVIEWED: _("It was reviewed"),
    StepKind.PLAN_WRITTEN: _("The plan was written"),
    StepKind.GOAL_SET: _("A goal was set"),
    StepKind.GOAL_ENDED: _("A goal ended"),
    StepKind.PROPOSED: _("A manager was asked to allow something"),
    StepKind.SETTLED: _("A manager answered"),
    StepKind.INVITED: _("Somebody was invited"),
    StepKind.ACCEPTED: _("Somebody came who was invited"),
    StepKind.REFUSAL_OPENED: _("The family said no to help"),
    StepKind.REFUSAL_REVIEWED: _("What their no means was answered"),
    StepKind.FAMILY_TOLD: _("The family was told"),
    StepKind.FAMILY_NOT_TOLD: _("Why the family was not told was written down"),
}
"""What is said of a step in a case; one that is not here is not shown."""


def first_names(people: Iterable[PersonHere]) -> str:
    """`Mum, Partner and Child`; somebody whose name is not known is not in it."""
    named = [one.name.partition(" ")[0] for one in people if one.name]
    if not named:
        return _("a family")
    return (
        named[0]
        if len(named) == 1
        else _("%(some)s and %(last)s")
        % {
            "some": ", ".join(named[:-1]),
            "last": named[-1],
        }
    )
