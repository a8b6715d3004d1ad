"""What stands on a contact's page: the contact as it was shown, what may be done next, and its steps in words.

Decides which of the next actions are offered: those whose step fits where the contact stands, to whoever has the
verb. The use case behind each guards itself all the same.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass
from typing import Any, Final

from broker.access import Verb
from broker.casework.authority import ProposalKind, proposals_of
from broker.casework.checks import DeclineReason
from broker.casework.contact import SourceKind
from broker.casework.front_door import ContactState, next_state
from broker.casework.front_door_words import (
    DECLINED_IN_WORDS,
    LEVEL_IN_WORDS,
    OUTCOME_IN_WORDS,
    RATING_IN_WORDS,
    step_in_words,
    told_by,
)
from broker.casework.steps import Step, StepKind
from broker.casework.threshold import LEVELS, ThresholdOutcome, feedback
from broker.usecases.casework.contact_open_to import OpenTo, find_open_to
from broker.usecases.casework.front_door_queue import Shown, show_contact
from broker.usecases.casework.recalled_leads import recall_lead
from broker.vocabulary.clocks import Rating
from broker.vocabulary.codes import Tier
from broker.web.language import _
from broker.web.pages.contact_leads import leads_said
from broker.web.pages.front_door_words import WORDS
from broker.web.site import Site, Visit

ACTIONS: Final = (
    ("take", Verb.CONTACT_TAKE, StepKind.TAKEN),
    ("hand-over", Verb.CONTACT_TAKE, StepKind.TAKEN),
    ("back", Verb.CONTACT_TAKE, StepKind.PUT_BACK),
    ("rate", Verb.CONTACT_TAKE, StepKind.RATED),
    ("check", Verb.CHECK_ASK, StepKind.CHECK_ASKED),
    ("lead", Verb.CONTACT_READ, StepKind.PASSED_ON),
    ("pass", Verb.CONTACT_TAKE, StepKind.PASSED_ON),
    ("decide", Verb.CONTACT_DECIDE, StepKind.DECIDED),
    ("tell", Verb.CONTACT_TAKE, StepKind.TOLD),
    ("close", Verb.CONTACT_TAKE, StepKind.CLOSED),
    ("go-on", Verb.CASE_MOVE, StepKind.MOVED),
)
"""What can be done with a contact: the verb it needs, and the step it takes."""
DONE: Final[Mapping[str, str]] = {
    "recorded": _("The contact is written down and waits to be taken."),
    "take": _("It is yours now."),
    "hand-over": _("It is handed over, and is theirs now."),
    "back": _("It is back in the queue."),
    "rate": _("The colour is written down."),
    "check": _("The check is asked. Its answer never stops a decision."),
    "lead": _("The answer stands below."),
    "pass": _("It is passed on and closed here. They know that there is a contact and whom to ring."),
    "decide": _("The decision is written down."),
    "tell": _("It is written down that they were told."),
    "close": _("The contact is closed."),
    "purpose": _("The manager is asked. Nothing changes until they allow it."),
    "go-on": _("It goes on. Only the people you named are in it now."),
}
"""What was just done, by the code that stands in the address afterwards."""
_MOST_NAMED: Final = 3
"""Colleagues that are named in a sentence."""


@dataclass(frozen=True, slots=True, repr=False)
class StepLine:
    """One step as a sentence, and its reason where it has one."""

    step: Step
    said: str
    who: str
    reason: str | None


def contact_data(site: Site, visit: Visit, case_id: str) -> dict[str, Any]:
    """Everything the template needs. Raises NotAllowed, CallWrong."""
    shown = show_contact(site.world, visit.acting, case_id)
    vocabulary = site.world.partnership.vocabulary
    contact = shown.seen.contact
    decision = contact.decision
    proposals = [
        one for one in proposals_of(shown.seen.steps) if one.kind is ProposalKind.PURPOSE and one.settled is None
    ]
    asked = {check.organisation for check in contact.checks_out()}
    others = vocabulary.organisations.values()
    used = front_door_ratings(site, visit)
    may = actions(site, visit, shown)
    # After it was shown: of a contact that is hidden nothing more is looked up than of one never recorded.
    passes = next_state(contact.state, StepKind.PASSED_ON) is not None
    found = find_open_to(site.world, visit.acting, case_id) if passes else OpenTo()
    return {
        "shown": shown,
        "row": shown.row,
        "contact": contact,
        "case": shown.seen.case,
        "may": may,
        "source": told_by(contact, vocabulary),
        "steps": [_line(site, shown, step) for step in reversed(shown.seen.steps)],
        "colleagues": _people(shown.colleagues),
        "managers": _people(shown.managers),
        "workers": _people(shown.workers),
        "levels": [{"value": str(level), "text": text} for level, text in LEVEL_IN_WORDS.items()],
        "ratings": [{"value": one.value, "text": RATING_IN_WORDS[one]} for one in used],
        "outcomes": [{"value": one.value, "text": OUTCOME_IN_WORDS[one], "hint": _levels(one)} for one in LEVELS],
        "askable": sorted(
            (
                {"value": one.code, "text": one.name}
                for one in others
                if one.tier <= Tier.T2 and one.code not in asked and one.code != visit.organisation
            ),
            key=lambda one: one["text"],
        ),
        "purposes_now": [
            {"value": one, "text": vocabulary.purposes[one].title} for one in sorted(shown.seen.case.purposes)
        ],
        "purposes_else": [
            {"value": code, "text": one.title}
            for code, one in vocabulary.purposes.items()
            if one.case_required and code not in shown.seen.case.purposes
        ],
        "proposals": proposals,
        "feedback": feedback(decision.outcome, contact.source) if decision is not None else None,
        "open": leads_said(found, recall_lead(site.world, visit.acting, case_id)),
        "level_said": _level_said(shown),
        "decides": _decides(site, shown) if "decide" not in may else None,
        "words": WORDS,
    }


def _level_said(shown: Shown) -> str:
    """The level of need as far as it is one: until somebody decided it is at most what it looks like."""
    contact, level = shown.seen.contact, shown.row.level
    if contact.decision is not None:
        return LEVEL_IN_WORDS[level]
    if contact.state is ContactState.CLOSED:
        return _("Not decided")
    # Whoever records one need not say a level: the first is what a case begins with.
    said = any(one.kind is StepKind.RATED and one.facts.get("level") is not None for one in shown.seen.steps)
    if not said and level == min(LEVEL_IN_WORDS):
        return _("Not decided yet")
    return _("Not decided yet. It looks like %(level)s") % {"level": _lower(LEVEL_IN_WORDS[level])}


def _decides(site: Site, shown: Shown) -> str | None:
    """Who decides about it, where that is for somebody else and nobody has yet."""
    contact = shown.seen.contact
    if contact.decision is not None or contact.state is ContactState.CLOSED:
        return None
    if not shown.deciders:
        return _("Nobody else here can decide about it. Ask your manager.")
    holds = next((one.name for one in shown.deciders if one.staff.id == contact.holder), None)
    if holds is not None:
        return _("%(name)s has it, and decides about it.") % {"name": holds}
    roles = [
        site.templates.role(one)
        for one in site.world.partnership.vocabulary.roles
        if site.world.access.find_role([one], Verb.CONTACT_DECIDE) is not None
        and any(one in who.staff.roles for who in shown.deciders)
    ]
    role = _(" or ").join(_lower(one) for one in roles)
    if len(shown.deciders) > _MOST_NAMED:
        return _("A colleague decides about it (%(role)s). Hand it to one of them.") % {"role": role}
    names = _(" or ").join(one.name for one in shown.deciders)
    return _("%(names)s decides about it (%(role)s). Hand it to them.") % {"names": names, "role": role}


def _lower(text: str) -> str:
    """In the middle of a sentence."""
    return text[:1].lower() + text[1:]


def actions(site: Site, visit: Visit, shown: Shown) -> frozenset[str]:
    """What may be done next."""
    contact, case = shown.seen.contact, shown.seen.case
    access = site.world.access
    fits = {
        name
        for name, verb, step in ACTIONS
        if access.find_role([visit.role], verb) is not None and next_state(contact.state, step) is not None
    }
    mine = contact.holder == visit.staff_id
    if mine:
        fits.discard("take")
    if not shown.colleagues:
        fits.discard("hand-over")
    if not mine or case.restricted:
        fits.discard("back")
    if contact.source is SourceKind.ANONYMOUS or contact.told_at is not None:
        fits.discard("tell")
    if contact.state is not ContactState.CLOSED:
        for name, verb in (("summary", Verb.PROFILE_REQUEST), ("purpose", Verb.CASE_PURPOSE)):
            if access.find_role([visit.role], verb) is not None:
                fits.add(name)
        if not case.has_member(visit.staff_id, visit.session.at):
            # A summary is for whoever has it or decides about it: anybody else takes it first.
            fits -= {"purpose", "go-on"} if "decide" in fits else {"purpose", "go-on", "summary"}
    return frozenset(fits)


def front_door_ratings(site: Site, visit: Visit) -> tuple[Rating, ...]:
    """The colours that the front door of the visitor's area uses, the most urgent first."""
    vocabulary = site.world.partnership.vocabulary
    found = vocabulary.front_doors.get(vocabulary.organisations[visit.organisation].area)
    return tuple(one for one in Rating if found is not None and one in found.ratings)


def _people(members: Any) -> list[dict[str, str]]:
    return [{"value": one.staff.id, "text": one.name} for one in members]


def _levels(outcome: ThresholdOutcome) -> str:
    levels = [str(one) for one in sorted(LEVELS[outcome])]
    if len(levels) == len(LEVELS[ThresholdOutcome.ALREADY_OPEN]):
        return _("Any level")
    return _("Level ") + _(" or ").join(levels)


def _line(site: Site, shown: Shown, step: Step) -> StepLine:
    names, templates = shown.staff_names, site.templates
    said = step_in_words(step.kind)

    def called(name: str) -> str:
        found = step.text(name) or ""
        return names.get(found, found)

    match step.kind:
        case StepKind.TAKEN if step.text("holder") != step.by:
            said = _("Handed to %(name)s") % {"name": called("holder")}
        case StepKind.RATED:
            said = _("Given the colour %(colour)s") % {
                "colour": RATING_IN_WORDS[Rating(str(step.facts["rating"]))].lower()
            }
        case StepKind.CHECK_ASKED:
            said = _("Check asked of %(who)s") % {"who": templates.organisation(str(step.facts["organisation"]))}
        case StepKind.CHECK_ANSWERED if step.text("declined") is not None:
            # Whether an agency had anything is never said: only that it answered, or why it declined.
            because = DECLINED_IN_WORDS[DeclineReason(str(step.facts["declined"]))]
            said = _("Check declined: %(because)s") % {"because": because}
        case StepKind.DECIDED:
            outcome = OUTCOME_IN_WORDS[ThresholdOutcome(str(step.facts["outcome"]))]
            said = _("Decided: %(outcome)s, level %(level)s") % {
                "outcome": outcome,
                "level": step.facts["level"],
            }
        case StepKind.PROPOSED if step.text("after") is not None:
            said = _("Asked %(name)s to let it be for: %(purpose)s") % {
                "name": called("manager"),
                "purpose": templates.purpose(str(step.facts["after"])),
            }
    return StepLine(step, said, names.get(step.by, step.by), shown.reasons.get(step.row))
