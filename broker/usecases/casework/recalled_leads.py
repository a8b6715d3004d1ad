"""What somebody was told of leads of open cases, kept for them a while: on that contact's page.

Decides that an answer is shown again only to whoever asked for it, for a few hours, and only while not one of the
facts it was decided on has changed since: otherwise they ask once more, and it is decided anew. It is sealed like
everything that was typed. From docs/casework.md ("Already open").
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from datetime import timedelta
from typing import Any, Final

from broker.access import Verb
from broker.casework import Staff
from broker.dates import instant_text, parse_instant
from broker.store.disclosures import find_disclosure, find_stale
from broker.store.session import Act
from broker.store.web import find_drafts_of
from broker.usecases.acting import Acting, perform
from broker.usecases.casework.find_lead import LeadAnswer
from broker.usecases.signing_in.drafts import drop_draft, keep_draft, list_drafts
from broker.usecases.world import World

KIND: Final = "lead"
KEPT: Final = timedelta(hours=4)
"""Less than a shift."""


@dataclass(frozen=True, slots=True, repr=False)
class RecalledLead:
    """Who leads an open case, as it was told: about whom, which case, who and where. Printing it shows nothing."""

    about: str
    case_id: str
    name: str
    organisation: str
    phone: str


@dataclass(frozen=True, slots=True, repr=False)
class RecalledAnswer:
    """An answer as it was told: the leads, who else said they are involved (about whom, organisation, fields),
    and `refused` with what to do where it was refused. Printing it shows nothing."""

    leads: tuple[RecalledLead, ...]
    involved: tuple[tuple[str, str, tuple[tuple[str, str], ...]], ...]
    refused: str | None
    at: str


def keep_lead(world: World, acting: Acting, case_id: str, answer: LeadAnswer) -> None:
    """Keeps an answer for whoever asked, in place of an earlier one about the same contact."""
    disclosure = answer.disclosure
    people = dict(disclosure.profile.people) if disclosure.profile is not None else {}
    for draft_id, body in list_drafts(world, acting.by, KIND).items():
        if body["contact"] == case_id:
            drop_draft(world, acting.by, draft_id)
    body = {
        "contact": case_id,
        "disclosure": disclosure.id,
        "at": instant_text(disclosure.at),
        "refused": disclosure.next_step,
        "leads": [
            {
                "about": people.get(one.person_id, ""),
                "case": one.case_id,
                "name": one.name,
                "organisation": one.organisation,
                "phone": one.phone,
            }
            for one in answer.leads
        ],
        "involved": [
            {
                "about": ", ".join(people.get(one, "") for one in item.about),
                "organisation": item.papers.controller,
                "fields": [[name, str(value)] for name, value in item.fields],
            }
            for item in answer.involved
        ],
    }
    keep_draft(world, acting.by, KIND, body)


def recall_lead(world: World, acting: Acting, case_id: str) -> RecalledAnswer | None:
    """What they were told about one contact, where it still holds. Raises NotAllowed."""
    with world.store.look() as view:
        kept = [one for one in find_drafts_of(view, acting.by, KIND).values() if one["contact"] == case_id]
    if not kept:
        return None

    def work(act: Act, _staff: Staff) -> RecalledAnswer | None:
        return next((_answer(body) for body in kept if _holds(act, body)), None)

    return perform(world, acting, Verb.CONTACT_READ, work)


def _holds(act: Act, body: Mapping[str, Any]) -> bool:
    told_at = parse_instant(str(body["at"]))
    if told_at is None or act.at - told_at > KEPT:
        return False
    disclosure = find_disclosure(act, str(body["disclosure"]))
    return disclosure is not None and not find_stale(act, disclosure)


def _answer(body: Mapping[str, Any]) -> RecalledAnswer:
    leads = tuple(
        RecalledLead(one["about"], one["case"], one["name"], one["organisation"], one["phone"])
        for one in body["leads"]
    )
    involved = tuple(
        (one["about"], one["organisation"], tuple((name, value) for name, value in one["fields"]))
        for one in body["involved"]
    )
    return RecalledAnswer(leads, involved, body["refused"], body["at"])
