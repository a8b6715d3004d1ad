"""The answer to a request for one's own data: what is held, what a professional and the officer decided about each
record, the draft, and its release by somebody else.

Decides that nothing is drafted while a record still needs an opinion, that whoever drafted does not release, that
what is released is what was drafted (or it is drafted again), and that no content is opened but of what is given.
What goes in is `broker.rights.answer`. From docs/how-to-rights.md.
"""

from __future__ import annotations

import json
from collections.abc import Iterable
from dataclasses import dataclass, replace
from datetime import date
from typing import Any, Final

from broker.access import Verb
from broker.audit.events import Event
from broker.canonical import digest_bytes
from broker.casework import Staff
from broker.casework.second_person import are_one_person
from broker.consent.standing import Kinship, standing
from broker.dates import london_day
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.release.reach import counting_terms
from broker.rights.answer import Asking, Held, ItemOutcome, consider, may_choose, show
from broker.rights.exemptions import EXEMPTIONS, Exemption
from broker.rights.pack import Cover, GivenTo, PackItem, make_pack, tellable
from broker.rights.subject_access import AccessState, Capacity, ChildView, ItemRuling, Opinion, check_move
from broker.store.disclosures import find_disclosures_about
from broker.store.matters import find_matter_content, put_matter_content
from broker.store.records import find_headers, open_contents
from broker.store.session import Act, View
from broker.store.staff import staff_behind
from broker.store.vault import find_identities
from broker.usecases.acting import Acting, entry_of, perform
from broker.usecases.matters import require_none
from broker.usecases.release.recall import shown_by
from broker.usecases.rights.access_requests import Loaded, RequestNow, keep_request, load_request, require_open
from broker.usecases.rights.classes import rights_vocabulary
from broker.usecases.rules.rules import current_rules
from broker.usecases.world import World
from broker.vocabulary.codes import Vocabulary

_CHILD_SELF: Final = ChildView.COMPETENT_AGREES


@dataclass(frozen=True, slots=True)
class OfficerItem:
    """One record as the officer sees it: what becomes of it, by which provision, and whether others are hidden."""

    outcome: ItemOutcome
    title: str
    occurred_on: date
    provision: str


@dataclass(frozen=True, slots=True)
class OfficerView:
    """Everything the organisation holds about the person, and how many releases the answer does not list."""

    now: RequestNow
    items: tuple[OfficerItem, ...]
    looks_suppressed: int


def review_items(world: World, acting: Acting, matter_id: str) -> OfficerView:
    """What is held and what would become of it; opens no content. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> OfficerView:
        loaded = load_request(act, staff, matter_id)
        vocabulary = rights_vocabulary(world)
        outcomes = outcomes_of(act, loaded, vocabulary)
        items = tuple(
            OfficerItem(
                outcome,
                vocabulary.categories[outcome.category].title,
                held.header.occurred_on,
                EXEMPTIONS[outcome.exemption].provision if outcome.exemption is not None else "",
            )
            for held, outcome in outcomes
        )
        given = _given_to(act, loaded)
        hidden = sum(not tellable(one, vocabulary) for one in given)
        act.record(
            entry_of(
                act,
                staff,
                Event.REPORT_PRODUCED,
                {"report": "rights-items", "rows": len(items)},
                about=[loaded.request.about],
            )
        )
        now = RequestNow(matter_id, loaded.request, AccessState(loaded.matter.state), act.at)
        return OfficerView(now, items, hidden)

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def give_opinion(
    world: World, acting: Acting, matter_id: str, record_id: str, reason: str, *, harm: bool
) -> RequestNow:
    """A professional says whether releasing a record would be likely to cause serious harm to anybody's health.
    Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> RequestNow:
        loaded = _load_open(act, staff, matter_id, record_id, reason)
        opinion = Opinion(staff.id, acting.role, harm, act.at, reason.strip())
        request = replace(loaded.request, opinions={**loaded.request.opinions, record_id: opinion})
        details = {"change": "harm-found" if harm else "no-harm-found"}
        state = AccessState(loaded.matter.state)
        return keep_request(act, staff, loaded, request, state, Event.RIGHTS_CHANGED, details)

    return perform(world, acting, Verb.HARM_ASSESS, work)


def rule_item(
    world: World, acting: Acting, matter_id: str, record_id: str, exemption: Exemption | None, reason: str
) -> RequestNow:
    """The officer leaves a record out, by a provision, or (None) gives it although it is child-abuse data that
    somebody else asked for. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> RequestNow:
        loaded = _load_open(act, staff, matter_id, record_id, reason)
        held = next(one for one in _held(act, loaded) if one.header.id == record_id)
        if exemption is not None and not may_choose(exemption, held.header.category, rights_vocabulary(world)):
            raise CallWrong("because", f"`{exemption}` is not for this kind of information; choose another")
        ruling = ItemRuling(exemption, staff.id, act.at, reason.strip())
        request = replace(loaded.request, rulings={**loaded.request.rulings, record_id: ruling})
        details = {"change": "item-left-out" if exemption is not None else "item-given", "reason": exemption}
        state = AccessState(loaded.matter.state)
        return keep_request(act, staff, loaded, request, state, Event.RIGHTS_CHANGED, details)

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def draft_answer(world: World, acting: Acting, matter_id: str) -> RequestNow:
    """Makes the draft that somebody else releases. Raises NotAllowed, and CallWrong while a record needs an
    opinion."""

    def work(act: Act, staff: Staff) -> RequestNow:
        loaded = load_request(act, staff, matter_id)
        require_none("request", check_move(AccessState(loaded.matter.state), AccessState.DRAFTED))
        outcomes = outcomes_of(act, loaded, rights_vocabulary(world))
        waiting = sorted(outcome.record_id for _, outcome in outcomes if outcome.needs is not None)
        if waiting:
            raise CallWrong("request", f"needs a professional's opinion first about {', '.join(waiting)}")
        pack, _ = pack_of(act, world, loaded)
        request = replace(loaded.request, drafted_by=staff.id, draft_digest=_digest(pack))
        details = {"change": "drafted"}
        return keep_request(act, staff, loaded, request, AccessState.DRAFTED, Event.RIGHTS_CHANGED, details)

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def return_draft(world: World, acting: Acting, matter_id: str) -> RequestNow:
    """Sends a draft back. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> RequestNow:
        loaded = load_request(act, staff, matter_id)
        if loaded.matter.state != AccessState.DRAFTED:
            raise CallWrong("request", "has no draft to send back")
        details = {"change": "returned"}
        return keep_request(act, staff, loaded, loaded.request, AccessState.OPEN, Event.RIGHTS_CHANGED, details)

    return perform(world, acting, Verb.RIGHTS_REVIEW, work)


def release_answer(world: World, acting: Acting, matter_id: str) -> dict[str, Any]:
    """Releases a draft, by somebody else than whoever made it, and returns the answer. Raises NotAllowed,
    CallWrong where what is held has changed since the draft."""

    def work(act: Act, staff: Staff) -> dict[str, Any]:
        loaded = load_request(act, staff, matter_id)
        require_none("request", check_move(AccessState(loaded.matter.state), AccessState.RELEASED))
        drafter = loaded.request.drafted_by
        if are_one_person(staff_behind(act, drafter), staff):
            raise NotAllowed("request", "is released by somebody else than whoever drafted it; ask a colleague")
        pack, count = pack_of(act, world, loaded)
        if _digest(pack) != loaded.request.draft_digest:
            raise CallWrong("request", "holds something else than was drafted; send it back and draft it again")
        details = {"second": drafter, "records": count}
        now = keep_request(
            act, staff, loaded, loaded.request, AccessState.RELEASED, Event.RIGHTS_ANSWERED, details
        )
        entry = entry_of(
            act, staff, Event.PERSON_INFORMED, {"about_act": "rights.answered"}, about=[now.request.about]
        )
        number = loaded.matter.number + 1
        put_matter_content(act, matter_id, number, now.request.about, pack, entry=entry)
        return pack

    return perform(world, acting, Verb.RIGHTS_REVIEW, work)


def show_answer(world: World, acting: Acting, matter_id: str) -> dict[str, Any]:
    """The answer as it was released. Raises NotAllowed, CallWrong."""

    def work(act: Act, staff: Staff) -> dict[str, Any]:
        loaded = load_request(act, staff, matter_id)
        pack = find_matter_content(act, matter_id, loaded.matter.number, loaded.request.about)
        if loaded.matter.state != AccessState.RELEASED or pack is None:
            raise CallWrong("request", "has no answer that was released")
        details = {"report": "rights-answer", "rows": 1}
        act.record(entry_of(act, staff, Event.REPORT_PRODUCED, details, about=[loaded.request.about]))
        found: dict[str, Any] = pack
        return found

    return perform(world, acting, Verb.RIGHTS_ANSWER, work)


def _load_open(act: Act, staff: Staff, matter_id: str, record_id: str, reason: str) -> Loaded:
    loaded = load_request(act, staff, matter_id)
    require_none("request", require_open(AccessState(loaded.matter.state)))
    if not reason.strip():
        raise CallWrong("reason", "is missing: say in a sentence why")
    if all(one.header.id != record_id for one in _held(act, loaded)):
        raise CallWrong("record", f"`{record_id}` is none that you hold about this person; list the items")
    return loaded


def _held(view: View, loaded: Loaded) -> list[Held]:
    about = loaded.request.about
    return [
        Held(found.header, found.named)
        for found in find_headers(view, [about])
        if found.header.controller == loaded.matter.organisation and about in found.header.about
    ]


def _asking(act: Act, loaded: Loaded, vocabulary: Vocabulary) -> Asking:
    request, people = loaded.request, loaded.raw.people
    hidden = {one.id for one in people.values() if ProtectionMarker.PROTECTED in one.markers}
    kinship = Kinship.of(loaded.facts.people, loaded.facts.relationships)
    person = loaded.facts.people[request.about]
    decides = {
        code: standing(kinship, vocabulary.standing, person, code, act.at) for code in vocabulary.categories
    }
    # Whoever the person themself authorised in writing stands where the person does.
    stand = request.about if request.capacity is Capacity.WITH_AUTHORITY else request.by
    agreed = request.child_view is _CHILD_SELF and request.capacity in (Capacity.SELF, Capacity.PARENT)
    standing_for = frozenset(code for code, who in decides.items() if agreed or stand in who)
    return Asking(request, vocabulary, standing_for, frozenset(hidden), act.at)


def outcomes_of(act: Act, loaded: Loaded, vocabulary: Vocabulary) -> list[tuple[Held, ItemOutcome]]:
    """Each record the organisation holds about the person, and what would become of it."""
    asking = _asking(act, loaded, vocabulary)
    return [(held, consider(held, asking)) for held in _held(act, loaded)]


def _given_to(act: Act, loaded: Loaded, *, kept_back: bool = True) -> list[GivenTo]:
    """The releases of this organisation's records about the person, with those or without that an officer decided
    to keep back."""
    found = []
    for disclosure in find_disclosures_about(act, loaded.request.about):
        ruling = loaded.request.looks.get(disclosure.id)
        if ruling is not None and not ruling.told and not kept_back:
            continue
        shown = shown_by(act, disclosure)
        kinds = {
            cell.category
            for cell in (shown.cells if shown is not None else ())
            if cell.person_id == loaded.request.about and cell.controller == loaded.matter.organisation
        }
        if kinds:
            on = london_day(disclosure.request.at)
            outside = disclosure.outside.name if disclosure.outside is not None else None
            purpose = disclosure.request.purpose
            found.append(GivenTo(disclosure.recipient, purpose, on, frozenset(kinds), outside))
    return found


def pack_of(act: Act, world: World, loaded: Loaded) -> tuple[dict[str, Any], int]:
    """The answer as it would be released now, and how many records are in it."""
    vocabulary, request = rights_vocabulary(world), loaded.request
    asking = _asking(act, loaded, vocabulary)
    outcomes = [(held, consider(held, asking)) for held in _held(act, loaded)]
    given = [(held, outcome) for held, outcome in outcomes if outcome.given]
    # INVARIANT: no content is opened before this line, and none but that of what is given after it.
    contents = open_contents(act, [held.header.id for held, _ in given])
    items = [
        PackItem(
            held.header.category,
            held.header.occurred_on,
            london_day(held.header.recorded_at),
            show(held, outcome, contents[held.header.id], asking),
            outcome.masked,
        )
        for held, outcome in given
        if held.header.id in contents
    ]
    names = find_identities(act, [request.about])
    name = names[request.about].full_name() if request.about in names else ""
    cover = Cover(loaded.matter.id, loaded.matter.organisation, name, london_day(act.at))
    purposes = _purposes(act, world, loaded.matter.organisation, {item.category for item in items})
    return make_pack(cover, items, _given_to(act, loaded, kept_back=False), purposes, vocabulary), len(items)


def _purposes(act: Act, world: World, controller: str, categories: set[str]) -> Iterable[str]:
    """What the clauses in force let these kinds of information from this organisation be used for."""
    table = current_rules(act, world).table
    organisation = table.vocabulary.organisations[controller]
    return {
        purpose
        for terms in counting_terms(table, act.at)
        for grant in terms.grants
        if grant.categories & categories and any(one.covers(organisation) for one in grant.disclosers)
        for purpose in grant.purposes
    }


def _digest(pack: dict[str, Any]) -> str:
    """Of what the answer says is held; who received it meanwhile may change."""
    return digest_bytes(json.dumps(pack["information"], sort_keys=True, ensure_ascii=False).encode())
