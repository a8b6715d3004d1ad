"""The one next step for a cell as an officer sees it: by the exact reason, naming those of the cell's remedies.

Whoever a sentence names comes from the remedies, in which nobody stands who is marked unsafe to approach; where
nobody is left, the sentence is the same whatever the cause. Source: rule 1.2, remedies (docs/rules.md, part 3).
"""

from __future__ import annotations

from collections.abc import Mapping, Sequence
from typing import Final

from broker.decision.changes import ConsentGiven, HolderReleases, Remedy
from broker.decision.outcome import Outcome
from broker.decision.reasons import WORDINGS, Effect, Reason, Refusal, Told
from broker.release.messages import Message, listed, sentence
from broker.release.next_step import ToldSteps, refusal_step, words_of

ABOUT_HOLDER: Final[Mapping[Reason, Message]] = {
    Reason.HOLDER_WITHHELD: Message.OFFICER_HOLDER_WITHHELD,
    Reason.NO_CLAUSE: Message.OFFICER_NO_CLAUSE,
    Reason.CONSENT_DISPUTED: Message.OFFICER_DISPUTED,
    Reason.CONSENT_UNSAFE: Message.OFFICER_UNSAFE,
    Reason.CONSENT_BEST_INTERESTS: Message.OFFICER_BEST_INTERESTS,
    Reason.OBJECTION: Message.OFFICER_OBJECTION,
    Reason.HOLDER_DECIDES: Message.OFFICER_HOLDER_DECIDES,
}
FIXED: Final[Mapping[Reason, Message]] = {
    Reason.HARD_STOP: Message.OFFICER_HARD_STOP,
    Reason.OBJECTION_STOPS: Message.OFFICER_OBJECTION_STOPS,
}
_NEEDED: Final = (Message.OFFICER_CONSENT, Message.OFFICER_CONSENT_NOBODY)
_SAID_NO: Final = (Message.OFFICER_SAID_NO, Message.OFFICER_SAID_NO_NOBODY)
ABOUT_CONSENT: Final[Mapping[Reason, tuple[Message, Message]]] = {
    Reason.CONSENT_ABSENT: _NEEDED,
    Reason.CONSENT_EXPIRED: _NEEDED,
    Reason.CONSENT_LAPSED: _NEEDED,
    Reason.CONSENT_NO_STANDING: _NEEDED,
    Reason.CONSENT_REFUSED: _SAID_NO,
    Reason.CONSENT_WITHDRAWN: _SAID_NO,
}
_REFUSALS: Final[Mapping[Refusal, Message]] = {
    Refusal.SUBJECT_NOT_IN_CASE: Message.OFFICER_SUBJECT_NOT_IN_CASE,
    Refusal.CONFLICT_OF_INTEREST: Message.OFFICER_CONFLICT_OF_INTEREST,
}


def officer_refusal_step(refusal: Refusal) -> str:
    """What to do about a request refused as a whole."""
    message = _REFUSALS.get(refusal)
    return refusal_step(refusal.value) if message is None else sentence(message)


def officer_step(
    steps: ToldSteps, outcome: Outcome, remedies: Sequence[Remedy], category: str, controller: str
) -> str | None:
    """The next step for a cell, None where it is permitted: of several reasons, for the one that is told first."""
    if outcome.effect is Effect.PERMIT:
        return None
    reason = min(outcome.reasons, key=_order)
    holder, kind = steps.vocabulary.organisations[controller].name, steps.vocabulary.categories[category].title
    if reason in ABOUT_HOLDER:
        return sentence(ABOUT_HOLDER[reason], controller=holder)
    told = WORDINGS[reason].told
    if told is None or reason in FIXED:
        return sentence(FIXED[reason])
    if reason not in ABOUT_CONSENT:
        return steps.of(told, category, controller)
    asking, nobody = ABOUT_CONSENT[reason]
    found = _who_agrees(remedies, steps)
    if found is None:
        return sentence(nobody, consent=words_of(steps.kinds(category, controller)))
    consents, who = found
    consent = words_of({consents[0].kind})
    if asking is Message.OFFICER_CONSENT:
        return sentence(asking, consent=consent, category=kind, who=who)
    return sentence(asking, consent=consent, who=who)


_TOLD_ORDER: Final = {told: number for number, told in enumerate(Told)}
_ORDER: Final = {reason: number for number, reason in enumerate(Reason)}


def _order(reason: Reason) -> tuple[int, int]:
    told = WORDINGS[reason].told
    return -1 if told is None else _TOLD_ORDER[told], _ORDER[reason]


def _who_agrees(remedies: Sequence[Remedy], steps: ToldSteps) -> tuple[list[ConsentGiven], str] | None:
    """Whose consent the smallest remedy asks for, and whose would do instead, in words; None where none asks. One
    that needs no holder's decision comes first: nobody's no is passed over before they are asked."""
    asking = [remedy for remedy in remedies if any(isinstance(change, ConsentGiven) for change in remedy)]
    if not asking:
        return None
    first = min(asking, key=lambda remedy: any(isinstance(change, HolderReleases) for change in remedy))
    given = _consents(first)
    if len(given) > 1:
        return given, listed(Message.EVERY, _names(given, steps))
    rest = set(first) - set(given)
    instead = [
        consents[0]
        for remedy in asking
        if len(consents := _consents(remedy)) == 1
        and consents[0].kind == given[0].kind
        and set(remedy) - set(consents) == rest
    ]
    return given, listed(Message.EITHER, _names(instead, steps))


def _consents(remedy: Remedy) -> list[ConsentGiven]:
    return [change for change in remedy if isinstance(change, ConsentGiven)]


def _names(consents: Sequence[ConsentGiven], steps: ToldSteps) -> list[str]:
    """People by their id, as the decision has them; an organisation by its name."""
    organisations = steps.vocabulary.organisations
    return sorted({organisations[one.by].name if one.by in organisations else one.by for one in consents})
