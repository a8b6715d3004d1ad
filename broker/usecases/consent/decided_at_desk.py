"""What was decided at the desk, turned into what is written down.

Decides that a yes covers what was read aloud and no more (these kinds of information, these services, these
organisations told, this purpose), also once a rule is added later; that a kind to which they said no by name
before is left out of it, so that the no stands, unless that kind is agreed to by name; that a yes to some services
is a no to the rest; that a no is a no to every kind of agreement that was asked for; and that nothing sensitive is
agreed to that was not named by itself. From docs/rules.md part 1.3.
"""

from __future__ import annotations

from collections.abc import Iterator, Sequence
from dataclasses import dataclass, field, replace
from datetime import datetime
from enum import StrEnum

from broker.consent.record import ConsentDecision, ConsentKind
from broker.errors import CallWrong
from broker.release.offer import Offer, Service
from broker.usecases.consent.append_consent import Evidence
from broker.usecases.consent.record_consent import ConsentStatement


class Choice(StrEnum):
    """What somebody said to what was read aloud."""

    ALL = "all"
    SOME = "some"
    NO = "no"


class Able(StrEnum):
    """Whether whoever decided could make this decision (Mental Capacity Act 2005 s.3; Gillick under 16)."""

    YES = "yes"
    NO = "no"
    UNSURE = "unsure"


class Pressure(StrEnum):
    """Whether there was any sign of it. Only `none` is safe to rely on."""

    NONE = "none"
    SOME = "some"
    UNSURE = "unsure"


@dataclass(frozen=True, slots=True)
class Decided:
    """`services` and `sensitive` are keys of the offer; `leave_out` and `now_yes` codes of kinds of information:
    not to be shared whoever holds them, and agreed to although they had said no before."""

    choice: Choice
    services: frozenset[str] = frozenset()
    sensitive: frozenset[str] = frozenset()
    leave_out: frozenset[str] = frozenset()
    now_yes: frozenset[str] = frozenset()
    until_at: datetime | None = None
    able: Able = Able.YES
    pressure: Pressure = Pressure.NONE
    evidence: Evidence = field(default_factory=Evidence)


def chosen_services(offer: Offer, decided: Decided) -> tuple[Service, ...]:
    """Those of the services that may be agreed to together which were."""
    if decided.choice is Choice.NO:
        return ()
    wanted = decided.choice is Choice.ALL
    return tuple(one for one in offer.services if wanted or one.key in decided.services)


def chosen_sensitive(offer: Offer, decided: Decided) -> tuple[Service, ...]:
    """Those that were agreed to by name."""
    if decided.choice is Choice.NO:
        return ()
    return tuple(one for one in offer.sensitive if one.key in decided.sensitive)


def require_decided(offer: Offer, decided: Decided) -> None:
    """Raises CallWrong where what was said amounts to nothing, or to two things."""
    known = {one.key for one in (*offer.services, *offer.sensitive)}
    if not (decided.services | decided.sensitive) <= known:
        raise CallWrong("services", "are not those that were read aloud; read it again, then choose")
    if not (decided.leave_out | decided.now_yes) <= frozenset(offer.categories):
        raise CallWrong("leave_out", "names what was not read aloud; read it again, then choose")
    if decided.leave_out & decided.now_yes:
        raise CallWrong("leave_out", "leaves out what they agree to by name; choose one of the two")
    chosen = chosen_services(offer, decided) or chosen_sensitive(offer, decided)
    if decided.choice is not Choice.NO and not chosen:
        raise CallWrong("services", "are missing: tick those they say yes to, or choose no")


def agreed_kinds(offer: Offer, decided: Decided, still_no: frozenset[str]) -> tuple[str, ...]:
    """The kinds of information (codes, sorted) that a yes to these services covers: what they would tell, without
    what is left out and without what they said no to by name before (`still_no`) and do not agree to now."""
    told = {code for one in chosen_services(offer, decided) for code in one.categories}
    return tuple(sorted(told - decided.leave_out - (still_no - decided.now_yes)))


def statements_of(
    offer: Offer, about: str, signatory: str, decided: Decided, still_no: frozenset[str]
) -> tuple[ConsentStatement, ...]:
    """What is to be written down, all of it at once. `still_no` are the kinds to which they said no by name.
    Raises CallWrong, also for a yes by somebody who could not decide, or of whom it is not sure that they could.
    """
    require_decided(offer, decided)
    if decided.choice is not Choice.NO and decided.able is not Able.YES:
        raise CallWrong(
            "able",
            "no yes can be written down from somebody who could not make this decision, or may not have been able"
            " to. Go back and change it to no, or stop here and ask your safeguarding lead",
        )
    base = ConsentStatement(
        about,
        signatory,
        ConsentKind.ENGAGEMENT,
        purposes=frozenset([offer.purpose]),
        until_at=decided.until_at,
        unsafe=decided.pressure is not Pressure.NONE,
        evidence=decided.evidence,
    )
    said = _noes(offer, base) if decided.choice is Choice.NO else _yeses(offer, base, decided, still_no)
    return tuple(said)


def _noes(offer: Offer, base: ConsentStatement) -> Iterator[ConsentStatement]:
    for kind in offer.kinds or (ConsentKind.ENGAGEMENT,):
        yield replace(base, kind=kind, decision=ConsentDecision.REFUSED, until_at=None)


def _yeses(
    offer: Offer, base: ConsentStatement, decided: Decided, still_no: frozenset[str]
) -> Iterator[ConsentStatement]:
    no = replace(base, decision=ConsentDecision.REFUSED, until_at=None)
    chosen = chosen_services(offer, decided)
    if chosen:
        kinds = frozenset(agreed_kinds(offer, decided, still_no))
        if not kinds:
            raise CallWrong(
                "choice",
                "leaves nothing to agree to: they said no to all of it before. Tick what they now say yes to, or"
                " choose no",
            )
        yield replace(base, categories=kinds, controllers=_holders(chosen), recipients=_told(chosen))
    rest = [one for one in offer.services if one not in chosen]
    if rest:
        yield replace(no, controllers=_holders(rest))
    if decided.leave_out:
        yield replace(no, categories=decided.leave_out)
    for one in chosen_sensitive(offer, decided):
        yield replace(
            base,
            kind=one.kind,
            categories=frozenset(one.categories),
            controllers=frozenset([one.controller]),
            recipients=frozenset(one.recipients),
        )


def _holders(services: Sequence[Service]) -> frozenset[str]:
    return frozenset(one.controller for one in services)


def _told(services: Sequence[Service]) -> frozenset[str]:
    return frozenset(code for one in services for code in one.recipients)
