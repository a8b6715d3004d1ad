"""What emergency access, its states, findings and tellings are called on screens."""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from broker.casework.emergency_access import AccessState, ReviewFinding
from broker.casework.telling import How, NotNow
from broker.decision.request import VITAL_INTERESTS
from broker.vocabulary.codes import Detail, Gateway, GatewayKind, Tier
from broker.web.language import _

STATES: Final[Mapping[str, str]] = {
    AccessState.WAITING: _("Waits for a second person"),
    AccessState.REFUSED: _("Refused"),
    AccessState.LAPSED: _("Lapsed: nobody answered in time"),
    AccessState.OPEN: _("Open"),
    AccessState.REVIEW_DUE: _("Over, to be reviewed"),
    AccessState.REVIEW_OVERDUE: _("Over, review overdue"),
    AccessState.REVIEWED: _("Over and reviewed"),
}
TAGS: Final[Mapping[str, str]] = {
    AccessState.WAITING: "yellow",
    AccessState.REFUSED: "grey",
    AccessState.LAPSED: "grey",
    AccessState.OPEN: "green",
    AccessState.REVIEW_DUE: "blue",
    AccessState.REVIEW_OVERDUE: "red",
    AccessState.REVIEWED: "grey",
}
"""The tag's colour, which always stands behind the state's words."""
FINDINGS: Final[Mapping[str, str]] = {
    ReviewFinding.JUSTIFIED: _("It was right to use it"),
    ReviewFinding.TRAINING: _("There is something to learn"),
    ReviewFinding.BREACH: _("It was a data breach"),
}
FINDING_HINTS: Final[Mapping[str, str]] = {
    ReviewFinding.TRAINING: _("Those who govern the team are asked to arrange training."),
    ReviewFinding.BREACH: _("A breach is recorded at once, and its 72 hours begin."),
}
HOW: Final[Mapping[str, str]] = {
    How.IN_PERSON: _("In person"),
    How.PHONE: _("By phone"),
    How.LETTER: _("By letter"),
    How.THROUGH_SOMEBODY: _("Through somebody they trust"),
}
NOT_NOW: Final[Mapping[str, str]] = {
    NotNow.COULD_HARM: _("Telling them could put somebody in danger"),
    NotNow.COULD_PREJUDICE: _("Telling them could harm an enquiry"),
    NotNow.NO_SAFE_WAY: _("There is no safe way to reach them"),
    NotNow.NOT_FOUND: _("They could not be found"),
}
DETAILS: Final[Mapping[Detail, str]] = {
    Detail.FLAG: _("only that somebody is known, and to whom"),
    Detail.SUMMARY: _("short summaries, not every detail"),
    Detail.FULL: _("every detail"),
}


def gateway_sentence(code: str, gateways: Mapping[str, Gateway]) -> str:
    """The law that lets it be done, in a sentence."""
    if code == VITAL_INTERESTS:
        return _("Somebody’s life or body is in danger (vital interests, UK GDPR Article 6(1)(d))")
    found = gateways.get(code)
    if found is None:
        return code
    text = _("We must share: %s") if found.kind is GatewayKind.DUTY else _("We may share: %s")
    return text % found.provision


def alone_limits(detail: Detail, tier: Tier) -> tuple[str, ...]:
    """What somebody who acts alone sees, before they choose to."""
    seen = _("You see %s.") % DETAILS[detail]
    private = _("You see nothing from private services, such as sexual health, drug or domestic abuse services.")
    return (seen, private) if tier < Tier.T4 else (seen,)
