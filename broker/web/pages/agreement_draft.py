"""The journey at the agreement desk between two pages: a sealed draft, theirs alone, of what was typed so far.

Decides what of a draft is what was decided (`broker.usecases.consent.decided_at_desk`), and that going back and on
loses nothing.
"""

from __future__ import annotations

from collections.abc import Collection, Mapping
from dataclasses import dataclass
from typing import Any, Final

from broker.dates import start_of_day
from broker.errors import CallWrong
from broker.release.sheets import SheetLanguage, find_language
from broker.usecases.consent.append_consent import CHANNELS, Evidence
from broker.usecases.consent.at_desk import AtDesk
from broker.usecases.consent.decided_at_desk import Able, Choice, Decided, Pressure
from broker.usecases.consent.read_offer import Reading, read_offer
from broker.usecases.signing_in.drafts import get_draft, keep_draft
from broker.web.forms import Form, Problem
from broker.web.language import _
from broker.web.site import SentElsewhere, Site, Visit

KIND: Final = "agreement"
OTHER: Final = "other"
"""The choice of somebody whose reference is typed."""
RECORDED: Final = "recorded"
"""What a draft holds, and nothing else, once it is written down: the address of its receipt."""
NOBODY: Final = "nobody"
SOMEBODY: Final = "somebody"


@dataclass(frozen=True, slots=True, repr=False)
class Journey:
    """What was typed so far, under the draft's id."""

    draft_id: str
    form: Form

    def __repr__(self) -> str:
        return "Journey(…)"

    @property
    def where(self) -> AtDesk:
        """The case, or the one person."""
        return where_of(self.form)

    @property
    def about(self) -> str:
        """Whom it is about."""
        return self.form.text("about")

    @property
    def signatory(self) -> str:
        """Who decides."""
        return signatory_of(self.form)

    @property
    def language(self) -> SheetLanguage:
        """What is read aloud and printed in."""
        return find_language(self.form.text("language"))


def where_of(form: Form) -> AtDesk:
    """Where a form of the journey says it is."""
    return AtDesk(form.given("case"), form.given("about"))


def signatory_of(form: Form) -> str:
    """Who decides: one of those listed, or whoever has the reference typed."""
    chosen = form.text("signatory")
    return form.text("signatory_reference").lower() if chosen == OTHER else chosen


def find_journey(site: Site, visit: Visit, draft_id: str) -> Journey:
    """Raises CallWrong where there is no such draft of theirs, and SentElsewhere, to the receipt, where they wrote
    it down already (the browser's Back, or a button pressed twice)."""
    journey = Journey(draft_id, form_of(get_draft(site.world, visit.staff_id, KIND, draft_id)))
    if receipt := journey.form.text(RECORDED):
        raise SentElsewhere(f"{receipt}?again=yes")
    return journey


def mark_recorded(site: Site, visit: Visit, journey: Journey, receipt: str) -> None:
    """Forgets what was typed, now that it is written down, but where its receipt is."""
    keep_draft(site.world, visit.staff_id, KIND, {RECORDED: [receipt]}, journey.draft_id)


def keep_journey(site: Site, visit: Visit, form: Form, journey: Journey | None = None) -> str:
    """Keeps what a page sent beside what the others had, and returns the draft's id. `form` must hold every field
    of its page: a box that is not ticked any more is gone."""
    before = journey.form.values() if journey is not None else {}
    kept = {**before, **form.values()}
    return keep_draft(site.world, visit.staff_id, KIND, kept, journey.draft_id if journey is not None else None)


def form_of(body: Mapping[str, Any]) -> Form:
    """A draft as the form that was sent."""
    return Form({name: [str(one) for one in found] for name, found in body.items() if isinstance(found, list)})


def with_boxes(form: Form, *names: str) -> Form:
    """The form with these fields in it, empty where no box of theirs was ticked."""
    return Form({**{name: [""] for name in names}, **form.fields})


def reading_of(site: Site, visit: Visit, journey: Journey) -> Reading:
    """What to read aloud on this journey. Raises NotAllowed, CallWrong."""
    form = journey.form
    purpose = form.text("purpose")
    return read_offer(site.world, visit.acting, journey.where, journey.about, journey.signatory, purpose)


def missing_in(form: Form, wanted: Mapping[str, str]) -> list[Problem]:
    """Everything that was not chosen, each with what to do."""
    return [Problem(name, says) for name, says in wanted.items() if not form.text(name)]


def problem_at(error: CallWrong, fields: Collection[str]) -> Problem:
    """What is wrong, as a sentence that says what to do, beside its field where the page has it."""
    said = error.message.removeprefix("is missing: ").removeprefix("are missing: ")
    return Problem(error.where if error.where in fields else "", f"{said[:1].upper()}{said[1:]}")


def decided_of(form: Form, services: frozenset[str], read_back: str = "") -> Decided:
    """What was decided; `services` are those ticked. Raises CallWrong beside the field that is missing."""
    until = form.day("until")
    return Decided(
        form.choice("choice", Choice),
        services,
        frozenset(form.texts("sensitive")),
        frozenset(form.texts("leave_out")),
        frozenset(form.texts("now_yes")),
        start_of_day(until) if until is not None else None,
        form.find_choice("able", Able) or Able.YES,
        form.choice("pressure", Pressure),
        evidence_of(form, read_back),
    )


SILENT_QUESTIONS: Final = {
    "room": _("Choose whether anyone else was in the room"),
    "pressure": _("Choose whether there is any sign of pressure"),
    "channel": _("Choose how they told you"),
}
"""What only the worker answers, and what to do where it was not."""


def evidence_of(form: Form, words: str) -> Evidence:
    """How it was told, and what never stands on paper. Raises CallWrong beside the field that is missing."""
    room = form.text("room")
    if room not in {NOBODY, SOMEBODY}:
        raise CallWrong("room", _("is missing: choose one"))
    channel = form.text("channel")
    if channel not in CHANNELS:
        raise CallWrong("channel", _("is missing: choose one"))
    who = form.text("room_who") or _("somebody")
    return Evidence(
        channel,
        words,
        (who,) if room == SOMEBODY else (),
        form.text("interpreter"),
        room == NOBODY,
        form.text("able_how"),
    )


def asks_able(site: Site, journey: Journey) -> bool:
    """Whether it is a person who decides, and not a body under a care order."""
    return journey.signatory not in site.world.partnership.vocabulary.organisations


def is_child(reading: Reading, journey: Journey) -> bool:
    """Whether it is a child under the age of one's own decisions who decides alone."""
    person = reading.desk.find(journey.about)
    return reading.check.is_self and person is not None and not person.decides_alone
