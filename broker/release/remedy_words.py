"""Remedies in whole sentences, for an officer: `It may be shared once mum gives agreement to early help.`

Decides wording only: which changes would permit a cell, and whom they may name, is `decision.remedy`. Source: rule
1.2, remedies (docs/rules.md, part 3).
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from typing import Any, Final

from broker.consent.record import ConsentKind
from broker.decision.changes import (
    ActorJoins,
    AgreementRenewed,
    ClauseAdded,
    ConsentGiven,
    HolderReleases,
    PartySigns,
)
from broker.release.citing import Titles
from broker.release.messages import Message, consent_words, listed, say, sentence
from broker.vocabulary.codes import Vocabulary

Change = Mapping[str, Any]
"""A change as docs/decide-json.md has it."""


def remedies_in_words(remedies: Iterable[Iterable[Change]], known: Vocabulary, titles: Titles) -> str:
    """Each set of changes as a sentence; nothing where there is none."""
    said: list[str] = []
    for remedy in remedies:
        words = [WORDS[change["change"]](change, known, titles) for change in remedy]
        message = Message.REMEDY_ELSE if said else Message.REMEDY
        said.append(sentence(message, changes=listed(Message.EVERY, words)))
    return " ".join(said)


def _name(code: str, known: Vocabulary) -> str:
    """An organisation's name; a person by their id, as the decision has them."""
    return known.organisations[code].name if code in known.organisations else code


def _agreement(change: Change, titles: Titles) -> str:
    reference, version = change["agreement"], str(change["version"])
    return say(Message.AGREEMENT, title=titles.get(f"{reference}@{version}") or reference, version=version)


def _holder(change: Change, known: Vocabulary, _: Titles) -> str:
    return say(Message.CHANGE_HOLDER, controller=_name(change["controller"], known))


def _sign(change: Change, known: Vocabulary, titles: Titles) -> str:
    agreement = _agreement(change, titles)
    return say(Message.CHANGE_SIGN, party=_name(change["party"], known), agreement=agreement)


def _consent(change: Change, known: Vocabulary, _: Titles) -> str:
    consent = consent_words(ConsentKind(change["kind"]))
    return say(Message.CHANGE_CONSENT, who=_name(change["by"], known), consent=consent)


def _renew(change: Change, _: Vocabulary, titles: Titles) -> str:
    return say(Message.CHANGE_RENEW, agreement=_agreement(change, titles))


def _clause(change: Change, known: Vocabulary, _: Titles) -> str:
    controller, recipient = (_name(change[one], known) for one in ("controller", "recipient"))
    return say(Message.CHANGE_CLAUSE, controller=controller, recipient=recipient)


def _team(change: Change, _: Vocabulary, __: Titles) -> str:
    return say(Message.CHANGE_TEAM, staff=change["staff"], case=change["case"])


WORDS: Final[Mapping[str, Callable[[Change, Vocabulary, Titles], str]]] = {
    HolderReleases.change: _holder,
    PartySigns.change: _sign,
    ConsentGiven.change: _consent,
    AgreementRenewed.change: _renew,
    ClauseAdded.change: _clause,
    ActorJoins.change: _team,
}
"""How each change is said; a test walks the register of changes."""
