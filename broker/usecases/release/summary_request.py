"""What somebody is about to ask for, between two pages: kept sealed, and theirs alone.

Decides what a request for a family summary must say before it is kept; nothing is decided or released from one
that was not asked. That a role may ask at all is said, and written down where it may not, before anything else is.
"""

from __future__ import annotations

from collections.abc import Mapping
from dataclasses import dataclass, replace
from datetime import datetime
from typing import Any, Final

from broker.access import Verb
from broker.dates import instant_text, parse_instant
from broker.errors import CallWrong
from broker.release.copies import Copy
from broker.rights.subject_access import ChildView
from broker.usecases.acting import Acting, perform
from broker.usecases.release.copies import CopyFor
from broker.usecases.release.decided_request import Asked
from broker.usecases.release.release_profile import MOST_PEOPLE
from broker.usecases.signing_in.drafts import get_draft, keep_draft
from broker.usecases.world import World

KIND: Final = "summary"
CHANNEL: Final = "web"
LONGEST_REASON: Final = 500


@dataclass(frozen=True, slots=True)
class QuestionAsked:
    """A question that was put to a holder from this summary, and when the answer is due."""

    about: str
    controller: str
    category: str
    due_at: datetime


@dataclass(frozen=True, slots=True, repr=False)
class SummaryRequest:
    """What is asked for, as it was typed, and which holders were asked from its page. Printing it shows
    nothing."""

    purpose: str
    reason: str
    about: tuple[str, ...]
    case: str | None = None
    override: str | None = None
    questions: tuple[QuestionAsked, ...] = ()
    called: tuple[str, ...] = ()
    """What those asked about were called where they were found, in the same order; empty where they were not."""
    copy: CopyFor | None = None
    """Where it is a copy: for whom."""

    @property
    def is_the_familys(self) -> bool:
        """Whether what is made is for the family itself to keep."""
        return self.copy is not None and self.copy.copy is Copy.FAMILY

    def asked(self, channel: str = CHANNEL) -> Asked:
        """For the release."""
        copy = self.copy
        channel = channel if copy is None else f"copy-{copy.copy.value}"
        return Asked(self.purpose, self.about, self.reason, self.case, self.override, channel, copy=copy)

    def with_question(self, question: QuestionAsked) -> SummaryRequest:
        """The same, with one more question asked."""
        return replace(self, questions=(*self.questions, question))


def require_may_ask(world: World, acting: Acting) -> None:
    """Raises NotAllowed, and writes it down, where the role may not ask for a summary."""
    if world.access.find_role([acting.role], Verb.PROFILE_REQUEST) is None:
        perform(world, acting, Verb.PROFILE_REQUEST, lambda _act, _staff: None)


def check_request(world: World, acting: Acting, request: SummaryRequest) -> tuple[CallWrong, ...]:
    """What is missing or cannot be; empty where it can be asked. Depends on nobody."""
    vocabulary = world.partnership.vocabulary
    role = vocabulary.roles.get(acting.role)
    found = []
    purpose = vocabulary.purposes.get(request.purpose)
    if purpose is None or role is None or purpose.code not in role.purposes:
        found.append(CallWrong("purpose", "is missing: choose what you need this for"))
    if not request.reason.strip():
        found.append(CallWrong("reason", "is missing: say in a sentence why you need this now"))
    if len(request.reason) > LONGEST_REASON:
        found.append(CallWrong("reason", f"is too long: say it in at most {LONGEST_REASON} characters"))
    # Emergency access passes over a missing case: whether its window is open is the release's to say.
    if purpose is not None and purpose.case_required and request.case is None and request.override is None:
        found.append(CallWrong("case", "is missing: choose which piece of work this is for"))
    if not 0 < len(request.about) <= MOST_PEOPLE:
        found.append(CallWrong("about", f"names nobody yet: choose whom you ask about, at most {MOST_PEOPLE}"))
    return tuple(found)


def keep_request(world: World, staff_id: str, request: SummaryRequest, draft_id: str | None = None) -> str:
    """Keeps it and returns the id under which its page is."""
    body: dict[str, Any] = {
        "purpose": request.purpose,
        "reason": request.reason,
        "about": list(request.about),
        "case": request.case,
        "override": request.override,
        "called": list(request.called),
        "questions": [
            [one.about, one.controller, one.category, instant_text(one.due_at)] for one in request.questions
        ],
    }
    if request.copy is not None:
        body["copy"] = {
            "copy": request.copy.copy.value,
            "members": list(request.copy.members),
            "person": request.copy.person,
            "children": {one: view.value for one, view in request.copy.children.items()},
        }
    return keep_draft(world, staff_id, KIND, body, draft_id)


def get_request(world: World, staff_id: str, draft_id: str) -> SummaryRequest:
    """What was kept. Raises CallWrong where there is none, or it is somebody else's."""
    body: Mapping[str, Any] = get_draft(world, staff_id, KIND, draft_id)
    return SummaryRequest(
        str(body["purpose"]),
        str(body["reason"]),
        tuple(body["about"]),
        body["case"],
        body["override"],
        tuple(
            QuestionAsked(about, controller, category, due)
            for about, controller, category, text in body["questions"]
            if (due := parse_instant(text)) is not None
        ),
        tuple(body.get("called", ())),
        _copy_of(body.get("copy")),
    )


def _copy_of(body: Mapping[str, Any] | None) -> CopyFor | None:
    if body is None:
        return None
    children = {one: ChildView(view) for one, view in body["children"].items()}
    return CopyFor(Copy(body["copy"]), tuple(body["members"]), body["person"], children)
