"""That a party lets another body sign for it: recorded with its evidence, withdrawn, listed.

Decides who may record one: somebody who may sign for the party itself, or an information-governance officer who
holds the evidence; and that whoever records one does not sign by it (`sign_agreement`). From docs/formats.md
("Signatures").
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime

from broker.access import Verb
from broker.agreements.signing import Authorisation
from broker.audit.entry import instant_text
from broker.audit.events import Event
from broker.casework import Staff
from broker.dates import Interval
from broker.errors import CallWrong, NotAllowed, did_you_mean
from broker.store.authorisations import (
    authorisations_of,
    end_authorisation,
    find_authorisations,
    record_authorisation,
)
from broker.store.session import Act
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.rules.rules import current_rules, lock_rules
from broker.usecases.world import World

OFFICER_ROLE = "ig-officer"


@dataclass(frozen=True, slots=True)
class NewAuthorisation:
    """What a party lets a body do: sign one agreement for it, or (`reference` None) any. `evidence` says where
    that stands, as a letter or a minute; `from_at` None: from now on."""

    party: str
    body: str
    evidence: str
    reference: str | None = None
    from_at: datetime | None = None
    until_at: datetime | None = None


@dataclass(frozen=True, slots=True)
class AuthorisationNow:
    """An authorisation and whether the body may sign by it now."""

    authorisation: Authorisation
    stands: bool


def authorise(world: World, acting: Acting, new: NewAuthorisation) -> AuthorisationNow:
    """Records an authorisation. Raises NotAllowed, CallWrong."""
    organisations = world.partnership.vocabulary.organisations
    for option, code in (("party", new.party), ("body", new.body)):
        if code not in organisations:
            raise CallWrong(option, f"`{code}` is no organisation{did_you_mean(code, organisations)}")
    if new.party == new.body:
        raise CallWrong("body", "is the party itself, which signs for itself without being authorised")
    if not new.evidence.strip():
        raise CallWrong("evidence", "is missing: say where the party lets the body sign, as a letter or a minute")

    def work(act: Act, staff: Staff) -> AuthorisationNow:
        if staff.organisation != new.party and acting.role != OFFICER_ROLE:
            raise NotAllowed(
                f"`{new.party}`", f"says itself who signs for it, or an ig-officer records its letter; you act for"
                f" `{staff.organisation}`"
            )  # fmt: skip
        if new.reference is not None:
            known = {reference for reference, _ in current_rules(act, world).stored}
            if new.reference not in known:
                raise CallWrong(
                    f"agreement `{new.reference}`", f"is not published{did_you_mean(new.reference, known)}"
                )
        interval = Interval(new.from_at or act.at, new.until_at)
        if interval.until_at is not None and interval.until_at <= max(act.at, interval.from_at or act.at):
            raise CallWrong("until", "is over before it begins; name a later day or leave it out")
        made = Authorisation(act.new_id("au-"), new.party, new.body, new.reference, interval, act.at, staff.id)
        details = {
            "authorisation": made.id,
            "party": made.party,
            "body": made.body,
            "agreement": made.reference,
            "from": instant_text(interval.from_at or act.at),
            "until": None if interval.until_at is None else instant_text(interval.until_at),
        }
        entry = entry_of(act, staff, Event.AUTHORISATION_RECORDED, details)
        record_authorisation(act, made, new.evidence, entry=entry)
        return AuthorisationNow(made, made.stands(act.at))

    def locking(act: Act) -> None:
        act.lock([authorisations_of(new.party)])
        if new.reference is not None:
            lock_rules(act)

    return perform(world, acting, Verb.AGREEMENT_AUTHORISE, work, locking=locking)


def withdraw_authorisation(world: World, acting: Acting, authorisation_id: str, reason: str) -> AuthorisationNow:
    """Withdraws one as of now: nothing more is signed by it. Signatures given by it stand until they are taken
    back. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> AuthorisationNow:
        every = {one.id: one for one in find_authorisations(act)}
        found = every.get(authorisation_id)
        if found is None:
            raise CallWrong(
                f"authorisation `{authorisation_id}`", f"is not known{did_you_mean(authorisation_id, every)}"
            )
        if staff.organisation not in (found.party, found.body) and acting.role != OFFICER_ROLE:
            raise NotAllowed(f"`{found.party}`", f"withdraws it, or `{found.body}`, or an ig-officer")
        if found.withdrawn_at is not None:
            raise CallWrong(f"authorisation `{authorisation_id}`", "is withdrawn already")
        details = {"authorisation": found.id, "party": found.party, "body": found.body}
        entry = entry_of(act, staff, Event.AUTHORISATION_WITHDRAWN, details)
        end_authorisation(act, found, staff.id, reason, entry=entry)
        (ended,) = [one for one in find_authorisations(act, found.party) if one.id == found.id]
        return AuthorisationNow(ended, ended.stands(act.at))

    return perform(world, acting, Verb.AGREEMENT_AUTHORISE, work)


def list_authorisations(world: World, acting: Acting) -> tuple[AuthorisationNow, ...]:
    """Every authorisation, in the order recorded. Raises NotAllowed."""

    def work(act: Act, staff: Staff) -> tuple[AuthorisationNow, ...]:
        del staff
        return tuple(AuthorisationNow(one, one.stands(act.at)) for one in find_authorisations(act))

    return perform(world, acting, Verb.AGREEMENT_READ, work)
