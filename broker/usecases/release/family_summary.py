"""The family summary: a release like any other, arranged for a page, with what its reader may be told of each
person besides: the age, which a search tells as well, and who can agree for them.

Decides that neither is told of anybody who is not shown by name, and that who can agree is told only to a role
that reads agreements, for a case that is about them, by what they are to the person and never by name
(`broker.usecases.people.standing_of`). Each view is decided and written down anew. From docs/rules.md
(standing) and docs/profile-json.md.
"""

from __future__ import annotations

from dataclasses import dataclass, replace

from broker.access import Verb
from broker.dates import age_on, london_day
from broker.decision.facts import Facts
from broker.decision.protection import without_protected
from broker.release.disclosure import Disclosure
from broker.release.family_summary import FamilySummary, Known, family_summary
from broker.release.own_case import OwnCase
from broker.release.profile import Profile
from broker.store.disclosures import ReleasedCell
from broker.store.people import find_people
from broker.store.relationships import find_relationships
from broker.store.session import Act
from broker.store.vault import find_identities
from broker.usecases.acting import Acting
from broker.usecases.people.standing_of import who_can_agree
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.own_case import own_case
from broker.usecases.release.release_profile import release_profile
from broker.usecases.world import World


@dataclass(frozen=True, slots=True)
class Summarised:
    """The disclosure, and its summary; None where the request was refused."""

    disclosure: Disclosure
    summary: FamilySummary | None


def show_family_summary(world: World, acting: Acting, asked: Asked) -> Summarised:
    """Releases and arranges. A refusal is a result. Raises what `release_profile` raises."""
    known: dict[str, Known] = {}
    own = OwnCase()

    def along(act: Act, disclosure: Disclosure, _cells: tuple[ReleasedCell, ...]) -> None:
        nonlocal own
        known.clear()
        own = OwnCase()
        if disclosure.profile is not None and asked.copy is None and asked.case is not None:
            own = own_case(world, act, acting, asked.case, asked.purpose)
        if disclosure.profile is not None:
            found = _known(world, act, acting, disclosure.profile)
            # Who can agree is for whoever asked, and on no paper for others.
            known.update(
                found if asked.copy is None else {one: replace(it, can_agree=None) for one, it in found.items()}
            )

    disclosure = release_profile(world, acting, asked, along)
    if disclosure.profile is None:
        return Summarised(disclosure, None)
    return Summarised(disclosure, family_summary(disclosure, world.partnership.vocabulary, known, own))


def _known(world: World, act: Act, acting: Acting, profile: Profile) -> dict[str, Known]:
    """What may be told of those who are shown by name."""
    named = [one for one, name in profile.people.items() if name != one]
    facts = _kin(act, named)
    identities = find_identities(act, named)
    reads_agreements = world.access.find_role([acting.role], Verb.CONSENT_READ) is not None
    today = london_day(act.at)
    found = {}
    for one in named:
        person = facts.people.get(one)
        if person is None:
            continue
        alive = person.born is not None and not person.has_died(act.at)
        can_agree = None
        if reads_agreements and profile.case is not None:
            can_agree = who_can_agree(facts, world.partnership.vocabulary, one, act.at)
        found[one] = Known(
            identities[one].family_name if one in identities else "",
            age_on(person.born, today) if person.born is not None and alive else None,
            can_agree,
        )
    return found


def _kin(act: Act, people: list[str]) -> Facts:
    """What who can agree rests on, without protected people: these people, and who is what to them."""
    relationships = find_relationships(act, people)
    near = {one for relationship in relationships for one in (relationship.from_id, relationship.to_id)}
    facts, _ = without_protected(Facts(find_people(act, {*people, *near}), relationships, ()))
    return facts
