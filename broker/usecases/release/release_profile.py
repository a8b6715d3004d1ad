"""The release: one transaction from the guard to the audit entry, and only then does the view leave.

Share and gather what it rests on → ask the instant, which locks that → evaluate every cell before any content is
opened → open what was released and nothing else → arrange → disclosure, entry, alerts, what is referred lands with
its holder → commit. A refused request takes the same way and leaves the same: one disclosure, one entry (one more
where emergency access was named and not used). From broker/README.md ("Request"), docs/security.md sections 3
(point 3) and 4, and docs/storage.md.
"""

from __future__ import annotations

from collections.abc import Callable, Iterable, Mapping
from dataclasses import replace
from typing import Any, Final

from broker.access import Verb
from broker.decision.decision import Decision
from broker.decision.evaluate import evaluate
from broker.decision.reasons import NOT_AVAILABLE, Refusal
from broker.decision.records import RecordRuling, record_rulings
from broker.decision.request import Request
from broker.errors import CallWrong, NotAllowed
from broker.release.disclosure import (
    Disclosure,
    permitted_cells,
)
from broker.release.profile import make_profile
from broker.store.disclosures import ReleasedCell, StoredDisclosure, find_disclosure, find_stale
from broker.store.gather import facts_of, gather_locked
from broker.store.people import KnownKeys
from broker.store.records import open_contents
from broker.store.session import Act
from broker.store.vault import find_identities
from broker.usecases.acting import Acting, undeployed_beside
from broker.usecases.consent.tell_family import told_in
from broker.usecases.emergency.emergency_access import (
    OverrideRefused,
    as_override,
    find_wielded,
    wield,
)
from broker.usecases.holders.land_referred import land_referred
from broker.usecases.release.alerts import raise_alerts
from broker.usecases.release.copies import Copying
from broker.usecases.release.decided_request import Asked, DecidedRequest
from broker.usecases.release.resting import grounds_of
from broker.usecases.rules.rules import RULES, current_rules
from broker.usecases.world import World

MOST_PEOPLE: Final = 50
"""People in one request: a large family with everybody around it, and far from a list."""


Along = Callable[[Act, Disclosure, tuple[ReleasedCell, ...]], None]
"""What else is done in the act of a release that was answered, with the cells it permitted; it may be done twice
(`Store.perform`)."""


class FactsChanged(NotAllowed):
    """What a release rested on has changed since: it is not handed on again."""


def release_profile(
    world: World, acting: Acting, asked: Asked, along: Along | None = None, again: str | None = None
) -> Disclosure:
    """Decides the request, records it and returns what its requester may see. A refusal is a result, not an error:
    look at `outcome`. `again` is the id of a release that is to be handed on once more, for a retry: from the
    facts of now, and only where nothing that it rested on has changed since.

    Raises FactsChanged where something has, CallWrong for a request without a person or a reason and where the
    rules deployed are not those in force, SystemFailed when nothing could be recorded (then nothing was released).
    """
    about = tuple(dict.fromkeys(asked.about))
    if not 0 < len(about) <= MOST_PEOPLE:
        raise CallWrong("about", f"names one person or more, at most {MOST_PEOPLE}")
    if not asked.reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why you need this")
    may_ask = world.access.find_role([acting.role], Verb.PROFILE_REQUEST) is not None

    def work(act: Act) -> Disclosure:
        stored = _unchanged(act, again) if again is not None else None
        beside = facts_of(about, asked.case, asked.override, [acting.by], [RULES])
        found = None
        if asked.override is not None:
            act.share(beside)
            found = find_wielded(act, asked.override, acting.by)
        second = as_override(found).second if found is not None else None
        readers = asked.copy.members if asked.copy is not None else ()
        staff_ids = [one for one in (acting.by, second, *readers) if one]
        versions, facts, members = gather_locked(
            act, about, case_id=asked.case, staff_ids=staff_ids, beside=beside
        )
        rules = current_rules(act, world)
        undeployed = undeployed_beside(rules.in_force, world)
        if undeployed is not None:
            raise CallWrong("access rules", undeployed)
        request = Request(act.at, acting.by, acting.role, asked.purpose, about, asked.case, asked.reason)
        wielded = wield(world.access, found, request, facts) if asked.override is not None else None
        if wielded is not None:
            request = replace(request, override=wielded.usable())
        decision = evaluate(rules.table, facts, request)
        allowed = may_ask and (wielded is None or wielded.bar is not OverrideRefused.NOT_AUTHORISED)
        refusal = decision.refusal if allowed else Refusal.NOT_AUTHORISED
        release = DecidedRequest(act, world, rules, decision, members.get(acting.by), wielded)
        if refusal is not None and stored is not None:
            raise _changed()
        if refusal is not None:
            return release.refuse(refusal, asked, versions, facts)
        permitted = tuple(cell for cell in permitted_cells(decision) if _wanted(asked, cell[1]))
        released = tuple(
            ruling
            for ruling in record_rulings(decision)
            if ruling.released and _wanted(asked, ruling.header.category)
        )
        copied = None
        if asked.copy is not None:
            copying = Copying(act, world, rules, facts, decision, members[acting.by], permitted, released)
            copied = copying.copied(asked.copy)
        if isinstance(copied, Refusal):
            # Whoever asks hears the same whichever reader it is, and why.
            return replace(release.refuse(copied, asked, versions, facts), refused_because=NOT_AVAILABLE)
        if copied is not None:
            permitted, released = copied.permitted, copied.released
            grounds = copied.grounds
        else:
            grounds = grounds_of(act, decision, facts, rules, permitted)
        # INVARIANT: no content is opened before this line, and none but that of released records after it.
        named = _named(decision, released)
        keys = KnownKeys({*named, *(one for ruling in released for one in ruling.header.about)})
        _, contents, names, told = act.together(
            keys.read,
            lambda one: open_contents(one, [ruling.header.id for ruling in released], keys=keys),
            lambda one: find_identities(one, named, keys=keys),
            lambda one: told_in(one, decision),
        )

        def open_content(record_id: str) -> Mapping[str, Any]:
            found: Mapping[str, Any] = contents.get(record_id, {})
            return found

        def call(person_id: str) -> str:
            return (names[person_id].full_name() if person_id in names else "") or person_id

        profile = make_profile(decision, open_content, call, asked.categories)
        details = {ruling.header.id: ruling.detail.code for ruling in released if ruling.detail is not None}
        if copied is not None:
            profile = copied.arrange(profile, open_content, call)
            details = {item.record: item.papers.detail for item in profile.items}
        cells = tuple(
            ReleasedCell(person, category, controller, outcome.detail.code)
            for person, category, controller, outcome in permitted
            if outcome.detail is not None
        )
        if stored is not None:
            if (stored.cells, dict(stored.records), stored.rests_on) != (cells, details, grounds):
                raise _changed()
            return release.repeat(profile, stored, grounds, told)
        made = release.answer(profile, asked, versions, cells, details, grounds, told)
        raise_alerts(act, decision, facts, made.disclosure.id, entry=made.entry)
        if asked.copy is not None:
            release.copied(made.disclosure.id, asked.copy)
        elif asked.categories is None:
            land_referred(act, decision, facts, entry=made.entry)
        if along is not None:
            along(act, made.disclosure, cells)
        return made.disclosure

    return world.store.perform(world.clock, work)


def _unchanged(act: Act, disclosure_id: str) -> StoredDisclosure:
    """The release, with everything it rested on locked and as it was then."""
    stored = find_disclosure(act, disclosure_id)
    if stored is None or find_stale(act, stored):
        raise _changed()
    return stored


def _changed() -> FactsChanged:
    return FactsChanged("release", "something that it rested on has changed since; ask again, as a new request")


def _wanted(asked: Asked, category: str) -> bool:
    return asked.categories is None or category in asked.categories


def _named(decision: Decision, released: Iterable[RecordRuling]) -> list[str]:
    """Whose names are shown: of those asked for, whom the case that is named is about, or about whom something is
    released. Of anybody else only the id as it was typed: an id alone never buys a name. For a secondary purpose
    nobody's: an evaluation never needs to know who somebody is (docs/policies.md)."""
    if decision.plan is not None and decision.plan.purpose.secondary:
        return []
    case = decision.facts.cases.get(decision.request.case or "")
    about = case.about if case is not None else frozenset()
    shown = about.union(*(ruling.cleared for ruling in released))
    return [ruling.person.id for ruling in decision.rulings if ruling.person.id in shown]
