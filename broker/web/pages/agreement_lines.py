"""What was decided about sharing, in words to the worker: how it stands, each decision, and what was said before.

Decides how what the use cases found is said; what the desk asks and reads back has its own words
(`broker.web.pages.agreement_words`).
"""

from __future__ import annotations

from typing import Final

from broker.consent.record import ConsentDecision, ConsentKind
from broker.release.covered import capital
from broker.usecases.consent.agreements_now import AgreementLine, AgreementState
from broker.web.language import _
from broker.web.pages.agreement_words import Name, every, every_kind

STATE_WORDS: Final = {
    AgreementState.GIVEN: _("Agreed to early help"),
    AgreementState.IN_PART: _("Agreed to early help in part"),
    AgreementState.NOT_GIVEN: _("Agreement has not been given"),
    AgreementState.NEEDED: _("Agreement is needed"),
    AgreementState.NOT_ASKED_FOR: _("Nothing here needs an agreement"),
}
STATE_ADVICE: Final = {
    AgreementState.GIVEN: "",
    AgreementState.IN_PART: _("Some of what could be shared is not agreed to. Work without it, and press nobody."),
    AgreementState.NOT_GIVEN: _(
        "Work without it, and press nobody to agree. If somebody may be at risk, speak to your safeguarding lead."
    ),
    AgreementState.NEEDED: _("Ask somebody who can decide, when it is safe to ask."),
    AgreementState.NOT_ASKED_FOR: "",
}
DECISION_WORDS: Final = {
    ConsentDecision.GIVEN: _("Yes"),
    ConsentDecision.REFUSED: _("No"),
    ConsentDecision.WITHDRAWN: _("Changed their mind"),
}
KIND_WORDS: Final = {
    ConsentKind.ENGAGEMENT: _("agreement to early help"),
    ConsentKind.CONFIDENTIALITY: _("agreement to pass on what was told in confidence"),
    ConsentKind.DATA_PROTECTION: _("data-protection consent"),
    ConsentKind.STATUTORY: _("consent the law requires"),
    ConsentKind.OBJECTION: _("objection"),
    ConsentKind.OPT_OUT: _("opt-out"),
}


def doubt_words(name: str, *, here: bool) -> str:
    """For the worker alone: that a yes does not count yet. `here` where it was them who had the doubt."""
    if here:
        said = _(
            "{name} said yes. It does not count yet, because you were not sure they were free to choose. Ask again"
            " when they are alone."
        )
    else:
        said = _(
            "{name} said yes. It does not count yet, because the worker who asked was not sure they were free to"
            " choose. Ask again when they are alone."
        )
    return said.format(name=name)


def line_words(line: AgreementLine) -> str:
    """What was said, in a few words."""
    said = _("{decision}: {kind}").format(decision=DECISION_WORDS[line.decision], kind=KIND_WORDS[line.kind])
    if line.categories is not None and line.decision is not ConsentDecision.GIVEN:
        return said + _(", some kinds of information")
    if line.controllers is not None and line.decision is not ConsentDecision.GIVEN:
        return said + _(", some services")
    return said


def line_facts(
    line: AgreementLine, organisation: Name, category: Name, purpose: Name
) -> tuple[tuple[str, str], ...]:
    """What exactly was said: what it is about, from whom, to whom and what for."""
    everything = _("Everything but private services")
    return (
        (_("About"), capital(every_kind(map(category, line.categories))) if line.categories else everything),
        (_("From"), _all_or(line.controllers, organisation)),
        (_("Told to"), _all_or(line.recipients, organisation)),
        (_("What for"), _all_or(line.purposes, purpose)),
    )


def _all_or(codes: tuple[str, ...] | None, name: Name) -> str:
    return every(map(name, codes)) if codes is not None else _("All")
