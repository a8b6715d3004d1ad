"""The log and a decision in the words of a screen: events, tests, answers. Decides wording only.

For somebody who reads it aloud: each test is a question, and what became of it stands beside it.
"""

from __future__ import annotations

from collections.abc import Iterable, Mapping
from dataclasses import dataclass
from typing import Any, Final

from broker.audit.events import Event
from broker.decision.outcome import Outcome
from broker.decision.reasons import WORDINGS, Effect, Reason, Refusal, Test
from broker.decision.trace import Before, ClauseTrace, Trace
from broker.sharing.words import cited_words
from broker.usecases.log.explain_decision import CellRead, DecisionRead, Recomputed
from broker.vocabulary.codes import Vocabulary
from broker.web.language import _

YES, NO, NOT_REACHED = _("Yes"), _("No"), _("Not reached")

BEFORE: Final[Mapping[Before, str]] = {
    Before.HARD_STOP: _("Does the law forbid it, whatever anybody agrees?"),
    Before.PROHIBITED: _("Does a ban in the legal duties cover it?"),
    Before.OPT_OUT: _("Has the person opted out of this kind of use?"),
    Before.HOLDER_WITHHELD: _("Has its holder decided to withhold it?"),
    Before.NAMED: _("Does some clause name it?"),
}
TESTS: Final[Mapping[Test, str]] = {
    Test.IN_FORCE: _("Was the agreement in force?"),
    Test.SIGNED: _("Had both organisations signed?"),
    Test.NOT_PROHIBITED: _("Was it free of any ban in the same agreement?"),
    Test.GATEWAY: _("Did the legal power reach them, on that day and for this purpose?"),
    Test.CONDITION: _("Did the person's age and the case fit the clause?"),
    Test.CONSENT: _("Was the agreement it asks for given?"),
    Test.OBJECTION: _("Was there no objection in its way?"),
    Test.HOLDER: _("Did it go without its holder's own decision?"),
}
REFUSALS: Final[Mapping[Refusal, str]] = {
    Refusal.NOT_AUTHORISED: _("May this job ask for this purpose, and do they hold it?"),
    Refusal.POST_ENDED: _("Is the post still theirs?"),
    Refusal.TRAINING_LAPSED: _("Is their training in date?"),
    Refusal.CASE_REQUIRED: _("Is a case named, where the purpose needs one?"),
    Refusal.CASE_CLOSED: _("Is the case open?"),
    Refusal.PURPOSE_NOT_IN_CASE: _("Is the case for this purpose?"),
    Refusal.NOT_IN_TEAM: _("Are they in the team, where that is asked?"),
    Refusal.SUBJECT_NOT_IN_CASE: _("Is the case about everybody asked for?"),
    Refusal.CONFLICT_OF_INTEREST: _("Have they no personal connection to anybody asked for?"),
}
EFFECTS: Final[Mapping[Effect, str]] = {
    Effect.PERMIT: _("Allowed"),
    Effect.REFER: _("Needs the holder's decision"),
    Effect.DENY: _("Not shown"),
}
DETAILS: Final[Mapping[str, str]] = {
    "flag": _("known to: nothing more"),
    "summary": _("in summary"),
    "full": _("in full"),
}
RECOMPUTED: Final[Mapping[Recomputed, tuple[str, str]]] = {
    Recomputed.SAME: (
        _("The same"),
        _(
            "The decision was made again just now, from what was known then and by the rules of then. It comes to"
            " the very same answer for every part."
        ),
    ),
    Recomputed.DIFFERENT: (
        _("Not the same"),
        _(
            "The decision was made again just now and does not come to the answer that was kept. Tell whoever runs"
            " this service before you rely on this page."
        ),
    ),
    Recomputed.IMPOSSIBLE: (
        _("Cannot be told"),
        _(
            "The rules of then can no longer be read by this version of the service. The log still holds their"
            " digest."
        ),
    ),
}
GROUPS: Final[Mapping[str, str]] = {
    "profile.": _("Family summaries: shown or refused"),
    "person.": _("People: searched for, named, told, erased"),
    "override.": _("Emergency access"),
    "consent.": _("Agreement: given, refused, withdrawn"),
    "objection.": _("Objections"),
    "holder-decision.": _("Holders' decisions"),
    "question.": _("Questions to a holder"),
    "contact.": _("Contacts at the front door"),
    "case.": _("Cases"),
    "team.": _("Teams: joined and left"),
    "marker.": _("Protection markers"),
    "agreement.": _("Agreements: published, signed, ended"),
    "policies.": _("Standing rules"),
    "session.": _("Signing in and out"),
    "access.": _("Refused: a job that may not"),
    "audit.": _("The log: searched, exported"),
    "evidence.": _("Evidence packed"),
    "report.": _("Reports and pages shown"),
    "rights.": _("People's requests for their own data"),
    "breach.": _("Breaches"),
    "alert.": _("Access checks"),
    "records.": _("Records received"),
    "adhoc.": _("Disclosures outside an agreement"),
    "partner.": _("Partners' systems"),
}
EVENTS: Final[Mapping[Event, str]] = {
    Event.PROFILE_RELEASED: _("A family summary was shown"),
    Event.PROFILE_REFUSED: _("A family summary was refused"),
    Event.PROFILE_REPEATED: _("A family summary was shown again, unchanged"),
    Event.ACCESS_REFUSED: _("Somebody tried what their job may not do"),
    Event.PERSON_SEARCHED: _("Somebody was searched for"),
    Event.AUDIT_SEARCHED: _("The log was searched"),
    Event.EVIDENCE_PACKED: _("Evidence was packed"),
    Event.REPORT_PRODUCED: _("A report or page was shown"),
    Event.SESSION_STARTED: _("Signed in"),
    Event.SESSION_ENDED: _("Signed out"),
    Event.OVERRIDE_REQUESTED: _("Emergency access was asked for"),
    Event.OVERRIDE_OPENED: _("Emergency access was opened"),
}
"""What is most often sought; any other event is said in its own code's words."""


def event_words(code: str) -> str:
    """`consent.given` as `Consent: given`, and what has words of its own in these."""
    known = EVENTS.get(Event(code)) if code in set(Event) else None
    if known is not None:
        return known
    what, _dot, happened = code.replace("-", " ").partition(".")
    return f"{what[:1].upper()}{what[1:]}: {happened}"


def details_words(details: Mapping[str, Any]) -> list[tuple[str, str]]:
    """An entry's details, name and value, as they can be read."""
    return [
        (name.replace("_", " "), ", ".join(map(str, value)) if isinstance(value, list | tuple) else str(value))
        for name, value in details.items()
    ]


@dataclass(frozen=True, slots=True)
class StepTold:
    """One test: the question, what became of it (`passed`, `failed`, `decided`, `later`), and why. `good` is the
    answer with which it passes."""

    question: str
    state: str
    why: str = ""
    good: str = YES

    @property
    def word(self) -> str:
        """The answer, as it is read out."""
        bad = NO if self.good == YES else YES
        if self.state == "passed":
            return _("Released") if self.why else self.good
        if self.state == "decided":
            return _("{answer}: this decided").format(answer=bad)
        return bad if self.state == "failed" else NOT_REACHED


@dataclass(frozen=True, slots=True)
class PartsTold:
    """Parts of one decision about one person with one kind of information, one answer and one cause, whoever holds
    them."""

    category: str
    answer: str
    cause: str
    cells: tuple[CellRead, ...]


@dataclass(frozen=True, slots=True)
class PersonTold:
    """What was decided about one of those asked for: what was shown, and what was not."""

    place: int
    person: str
    shown: tuple[PartsTold, ...]
    others: tuple[PartsTold, ...]


def people_told(read: DecisionRead, known: Vocabulary) -> tuple[PersonTold, ...]:
    """The parts of a decision by person, those alike together."""
    found: dict[tuple[int, str], dict[Outcome, dict[str, list[CellRead]]]] = {}
    for one in read.cells:
        alike = found.setdefault((one.place, one.person), {}).setdefault(one.outcome, {})
        alike.setdefault(one.category, []).append(one)
    return tuple(
        PersonTold(
            place,
            person,
            _parts(read, known, {one: cells for one, cells in alike.items() if one.effect is Effect.PERMIT}),
            _parts(read, known, {one: cells for one, cells in alike.items() if one.effect is not Effect.PERMIT}),
        )
        for (place, person), alike in sorted(found.items())
    )


def _parts(
    read: DecisionRead, known: Vocabulary, alike: Mapping[Outcome, Mapping[str, list[CellRead]]]
) -> tuple[PartsTold, ...]:
    told = [
        PartsTold(
            known.categories[category].title,
            answer_words(outcome),
            reason_words(outcome.reasons) or _cited(read, outcome),
            tuple(sorted(cells, key=lambda cell: known.organisations[cell.controller].name)),
        )
        for outcome, kinds in alike.items()
        for category, cells in kinds.items()
    ]
    return tuple(sorted(told, key=lambda one: (one.category.casefold(), one.answer)))


def _cited(read: DecisionRead, outcome: Outcome) -> str:
    said = "; ".join(clause_words(read, clause) for clause in outcome.clauses)
    return f"{said[:1].upper()}{said[1:]}" if said else _("Emergency access")


def clause_words(read: DecisionRead, clause: str) -> str:
    """`clause 4.3 of Family support (version 1)`."""
    name = clause.partition("#")[0]
    return cited_words(clause, read.titles.get(name, name))


@dataclass(frozen=True, slots=True)
class ClauseTold:
    """A clause with its tests; `decided` says that it is one of those the answer rests on."""

    clause: str
    text: str
    decided: bool
    passed: bool
    steps: tuple[StepTold, ...]


def refusal_steps(refusal: Refusal) -> tuple[StepTold, ...]:
    """The tests of a request as a whole, up to the one that refused it."""
    order = list(Refusal)
    decided = order.index(refusal)
    return tuple(
        StepTold(REFUSALS[one], "passed" if n < decided else "decided" if n == decided else "later")
        for n, one in enumerate(order)
    )


def before_steps(trace: Trace) -> tuple[StepTold, ...]:
    """What is looked at before any clause."""
    order = list(Before)
    decided = len(order) if trace.stopped is None else order.index(trace.stopped)
    return tuple(
        StepTold(
            BEFORE[one],
            "passed" if n < decided else "decided" if n == decided else "later",
            good=YES if one is Before.NAMED else NO,
        )
        for n, one in enumerate(order)
    )


def clause_steps(trace: Trace) -> tuple[ClauseTold, ...]:
    """Every clause that names it, those that decide first."""
    deciding = {one.clause for one in trace.deciding}
    told = [_clause(one, decided=one.clause in deciding) for one in trace.clauses]
    return tuple(sorted(told, key=lambda one: (not one.decided, one.clause)))


def _clause(one: ClauseTrace, *, decided: bool) -> ClauseTold:
    stop = one.failed[0] if one.failed is not None else None
    steps = []
    for test in Test:
        if stop is None or test < stop:
            why = _("Its holder had decided to release it.") if test in one.released else ""
            steps.append(StepTold(TESTS[test], "passed", why))
        elif test is stop and one.failed is not None:
            said = reason_words((one.failed[1],))
            steps.append(StepTold(TESTS[test], "decided" if decided else "failed", said))
        else:
            steps.append(StepTold(TESTS[test], "later"))
    return ClauseTold(one.clause, one.grant.text, decided, stop is None, tuple(steps))


def reason_words(reasons: Iterable[Reason]) -> str:
    """Reasons as an officer reads them, one sentence."""
    said = "; ".join(WORDINGS[one].officer for one in reasons)
    return f"{said[:1].upper()}{said[1:]}." if said else ""


def answer_words(outcome: Outcome) -> str:
    """`Allowed, in summary`."""
    words = EFFECTS[outcome.effect]
    if outcome.effect is Effect.PERMIT and outcome.detail is not None:
        return f"{words}, {DETAILS[outcome.detail.code]}"
    return words
