"""The answer in words: one for people, made from the rules alone, the same whoever asks.

Decides wording only. Plain English for somebody who has never read an agreement; nobody is named and nothing says
whether anything is held.
"""

from __future__ import annotations

from collections.abc import Iterator, Mapping, Sequence
from dataclasses import dataclass
from typing import Final

from broker.casework import CaseKind
from broker.decision.plan import demand_of
from broker.decision.reasons import Reason
from broker.decision.terms import AgeTerm
from broker.release.messages import Message, consent_words, listed, say
from broker.release.profile import basis_words
from broker.sharing.answer import Answer, Cited, Decider, Line, Question, Verdict
from broker.vocabulary.codes import Detail, ObjectionEffect, Tier, Vocabulary

WORDS: Final[Mapping[Verdict, str]] = {
    Verdict.YES: "Yes",
    Verdict.IF_AGREED: "Yes, if the family agrees",
    Verdict.ASK_HOLDER: "Ask the holder",
    Verdict.NOT_YET: "Not yet",
    Verdict.NO: "No",
}
MEANS: Final[Mapping[Verdict, str]] = {
    Verdict.YES: "The law and the agreements let this happen without asking first.",
    Verdict.IF_AGREED: "It may be shared once whoever can decide has agreed, and not before.",
    Verdict.ASK_HOLDER: "The organisation that holds it decides each time.",
    Verdict.NOT_YET: "There is a clause for it, and the agreement it stands in is not complete.",
    Verdict.NO: "Nothing lets this happen in everyday work.",
}
DETAILS: Final[Mapping[Detail, str]] = {
    Detail.FLAG: "Only that somebody is known there, and nothing more.",
    Detail.SUMMARY: "In summary: not the whole record.",
    Detail.FULL: "In full, as far as the clause reaches.",
}
KINDS: Final[Mapping[CaseKind, str]] = {
    CaseKind.CONTACT: "a contact at the front door",
    CaseKind.ENQUIRY: "an enquiry",
    CaseKind.PLAN: "a plan",
    CaseKind.PANEL: "a panel",
    CaseKind.TEAM: "a team around the family",
}
DECIDERS: Final[Mapping[Decider, str]] = {
    Decider.PERSON: (
        "From {own} years of age the person themselves, or whoever acts for them in law where they cannot decide."
        " A younger child alone, where assessed as able to decide this."
    ),
    Decider.PARENT: (
        "For any other child somebody with parental responsibility, under a care order the council too. Where one"
        " of them refuses it is not shared, and the holder decides."
    ),
}
REASONS: Final[Mapping[Reason, str]] = {
    Reason.HARD_STOP: "The law forbids this, whatever anybody agrees.",
    Reason.PROHIBITED: "It is forbidden for this purpose, by the words below.",
    Reason.NO_CLAUSE: "No agreement and no legal duty says that this may be shared here for this purpose.",
    Reason.AGREEMENT_NOT_IN_FORCE: "The clause that names it is not in force today.",
    Reason.PARTY_NOT_SIGNED: "One of the two has not signed the agreement that names it, or is no party to it.",
    Reason.GATEWAY_NOT_IN_FORCE: "The legal power it would rest on does not apply here today.",
    Reason.CONDITION_NOT_MET: "The clause does not reach a person of this age, or this kind of case.",
}
"""Why not. What stands nowhere here depends on somebody, and is never the answer about people in general."""
_NUMBERS: Final = ("no", "one", "two", "three", "four", "five", "six", "seven", "eight", "nine")


@dataclass(frozen=True, slots=True)
class ClauseSaid:
    """A clause that lets it happen: how it is cited, its code, its text, what it rests on, how much may be shared,
    and what it asks besides, each a sentence."""

    cited: str
    code: str
    text: str
    basis: tuple[str, ...]
    detail: str
    conditions: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class BanSaid:
    """A clause that forbids."""

    cited: str
    code: str
    text: str


@dataclass(frozen=True, slots=True)
class LineSaid:
    """One line of the answer: the first words, what they mean, and everything under them."""

    verdict: Verdict
    headline: str
    means: str
    missing: tuple[str, ...]
    consent: str
    """What has to be agreed to; empty for nothing."""
    who_can_agree: tuple[str, ...]
    clauses: tuple[ClauseSaid, ...]
    bans: tuple[BanSaid, ...]
    why_not: tuple[str, ...]


@dataclass(frozen=True, slots=True)
class Said:
    """The whole answer: the question in a sentence, the lines, what always holds, whom to ask, emergencies."""

    question: str
    lines: tuple[LineSaid, ...]
    always: tuple[str, ...]
    ask: tuple[str, ...]
    emergency: tuple[str, ...]


def say_answer(answer: Answer, known: Vocabulary, *, sender: str | None = None) -> Said:
    """The words for an answer; `sender` is the role of whoever asks, which changes nothing but the sentence."""
    return Said(
        question_words(answer.question, known, sender),
        tuple(_line(answer, line, known) for line in answer.lines),
        tuple(_always(answer, known)),
        tuple(_ask(answer, known)),
        tuple(_emergency(answer, known)),
    )


def question_words(question: Question, known: Vocabulary, sender: str | None = None) -> str:
    """`As a Lead practitioner at A, may I share X with a Social worker at B, for Supporting a family?`"""
    who = known.roles[sender].title if sender is not None else "member of staff"
    return (
        f"As {_a(who)} at {known.organisations[question.controller].name}, may I share"
        f" “{known.categories[question.category].title}” with {_a(known.roles[question.role].title)} at"
        f" {known.organisations[question.recipient].name}, for “{known.purposes[question.purpose].title}”?"
    )


def headline(line: Line) -> str:
    """`Yes, if the family agrees: about somebody aged 4 to 17`."""
    words = WORDS[line.verdict]
    if line.verdict is Verdict.NOT_YET:
        parties = {party for missing in line.missing for party in missing.parties}
        words += f": {_count(len(parties))} not signed" if parties else ": the agreement is not in force"
    ages = ages_words(line.ages)
    return f"{words} – about {ages}" if ages else words


def ages_words(ages: Sequence[AgeTerm]) -> str:
    """`somebody aged 4 to 17`; empty for any age."""
    return listed(Message.EITHER, [_age(one) for one in ages]) if ages else ""


def _age(age: AgeTerm) -> str:
    if age.from_age is None:
        return f"somebody under {age.under}" if age.under is not None else "somebody of any age"
    if age.under is None:
        return f"somebody aged {age.from_age} or over"
    if age.under == age.from_age + 1:
        return f"somebody aged {age.from_age}"
    return f"somebody aged {age.from_age} to {age.under - 1}"


def _count(number: int) -> str:
    words = _NUMBERS[number] if number < len(_NUMBERS) else str(number)
    return f"{words} organisation has" if number == 1 else f"{words} organisations have"


def _a(title: str) -> str:
    small = title if title[1:2].isupper() else title[:1].lower() + title[1:]
    return f"{'an' if small[:1].lower() in 'aeiou' else 'a'} {small}"


def _line(answer: Answer, line: Line, known: Vocabulary) -> LineSaid:
    refused = answer.refusal is not None
    return LineSaid(
        line.verdict,
        headline(line),
        MEANS[line.verdict],
        tuple(_missing(line, known)),
        _consent(answer, line, known),
        tuple(_who(line, known)),
        tuple(_clause(answer, one, known) for one in line.cited),
        tuple(
            BanSaid(cited_words(one.clause, one.terms.title), one.clause, one.prohibition.text)
            for one in line.bans
        ),
        (_not_their_purpose(answer.question, known),)
        if refused
        else tuple(REASONS[one] for one in line.reasons if one in REASONS),
    )


def cited_words(clause: str, title: str) -> str:
    """`clause 4.5 of Family support (version 1)`, for an agreement with this title (empty: the duties)."""
    document, _, number = clause.partition("#")
    version = document.rpartition("@")[2]
    said = (
        say(Message.TITLED, title=title, version=version) if title else say(Message.TITLED_DUTIES, version=version)
    )
    return say(Message.CLAUSE, clause=number, document=said)


def _not_their_purpose(question: Question, known: Vocabulary) -> str:
    purpose = known.purposes[question.purpose].title
    asking = sorted(role.title for role in known.roles.values() if question.purpose in role.purposes)
    role = known.roles[question.role].title
    if not asking:
        return f"Nobody may ask for anything for “{purpose}” through this service."
    return f"{role} is not a job that may ask for “{purpose}”. Those that may: {', '.join(asking)}."


def _missing(line: Line, known: Vocabulary) -> Iterator[str]:
    titles = {f"{one.terms.reference}@{one.terms.version}": one.terms.title for one in line.cited}
    for one in line.missing:
        title = titles.get(f"{one.agreement}@{one.version}") or one.agreement
        agreement = f"{title} (version {one.version})"
        if one.parties:
            names = listed(Message.EVERY, [known.organisations[party].name for party in one.parties])
            yield f"{names} {'has' if len(one.parties) == 1 else 'have'} not signed {agreement}."
        if one.to_renew:
            yield f"{agreement} has ended or lapsed, and has to be renewed."


def _consent(answer: Answer, line: Line, known: Vocabulary) -> str:
    if not line.consents:
        return ""
    kinds = listed(Message.EITHER, [consent_words(one) for one in sorted(line.consents)])
    named = ", naming this kind of information" if _tier(answer.question, known) >= Tier.T4 else ""
    return f"{kinds[:1].upper()}{kinds[1:]}{named}."


def _who(line: Line, known: Vocabulary) -> Iterator[str]:
    own = str(known.standing.own_decision_from)
    yield from (DECIDERS[one].format(own=own) for one in Decider if one in line.deciders)


def _tier(question: Question, known: Vocabulary) -> Tier:
    return max(known.categories[question.category].tier, known.organisations[question.controller].tier)


def _clause(answer: Answer, one: Cited, known: Vocabulary) -> ClauseSaid:
    return ClauseSaid(
        cited_words(one.clause, one.terms.title),
        one.clause,
        one.grant.text,
        tuple(basis_words(known, one.grant.basis)),
        DETAILS[one.grant.detail],
        tuple(_conditions(answer, one, known)),
    )


def _conditions(answer: Answer, one: Cited, known: Vocabulary) -> Iterator[str]:
    grant = one.grant
    if grant.age is not None:
        yield f"Only about {_age(grant.age)}."
    if grant.case is not None:
        kinds = [KINDS[kind] for kind in CaseKind if kind in (grant.case.kinds or CaseKind)]
        levels = sorted(grant.case.levels or ())
        numbers = [str(level) for level in levels]
        at = f" at level {listed(Message.EITHER, numbers)}" if numbers else ""
        yield f"Only for {listed(Message.EITHER, kinds)}{at}."
    if grant.consent is not None:
        yield f"Only with {consent_words(grant.consent)}."
    if grant.holder_decides:
        yield f"{known.organisations[answer.question.controller].name} decides each time."
    if grant.look_back is not None and grant.look_back.in_words:
        yield f"Only what happened in the last {_length(grant.look_back.in_words)}."
    demand = demand_of(known, grant, known.purposes[answer.question.purpose])
    if demand.objection is ObjectionEffect.STOPS:
        yield "If the person objects, it is not shared."
    elif demand.objection is ObjectionEffect.WEIGH:
        yield "If the person objects, its holder weighs that and decides."
    if not grant.protected_address:
        yield "Never an address that is protected."
    for obligation in grant.obligations:
        yield f"You must keep to: {obligation.replace('-', ' ')}."


def _length(words: str) -> str:
    return words.removeprefix("1 ") if " and " not in words else words


def _always(answer: Answer, known: Vocabulary) -> Iterator[str]:
    purpose = known.purposes[answer.question.purpose]
    if answer.verdict is Verdict.NO:
        return
    if purpose.team_only:
        yield "Only with somebody who is in the team of the case now."
    elif purpose.case_required:
        yield "Only for a case that is open now."
    if purpose.secondary:
        yield "Never about somebody who has opted out of this kind of use."
    yield "Only for this purpose, and only what is needed for it."
    yield "The holder can always decide to withhold, and writes down why."


def _ask(answer: Answer, known: Vocabulary) -> Iterator[str]:
    holder = known.organisations[answer.question.controller].name
    match answer.verdict:
        case Verdict.YES:
            yield "Nobody: you may share it. Your information governance officer can show you the whole agreement."
        case Verdict.IF_AGREED:
            yield "Whoever can decide, in private and where it is safe. Press nobody to agree: no is an answer."
        case Verdict.ASK_HOLDER:
            yield f"{holder}: ask it through the case, and it answers with its reason."
        case Verdict.NOT_YET:
            yield "Your information governance officer, when it will be signed or renewed."
        case Verdict.NO:
            yield answer.step or _elsewhere(answer)


def _elsewhere(answer: Answer) -> str:
    """Whom to ask where nothing lets it happen and no clause names it."""
    if answer.refusal is not None:
        return "Somebody whose job may ask for this: share it with them, not with this job."
    if {Reason.PROHIBITED, Reason.HARD_STOP} & {*answer.lines[0].reasons}:
        return "Nobody: nothing changes this."
    return (
        "Your information governance officer, if you think that the law would let it happen: an agreement can be"
        " widened. A single request can be decided by the holder, on its own."
    )


def _emergency(answer: Answer, known: Vocabulary) -> Iterator[str]:
    yield (
        "If somebody may be in danger, do not wait for an agreement or for this page: ring 999, or speak to your"
        " safeguarding lead now. The law does not stop you sharing what protects somebody from serious harm."
    )
    if answer.emergency is not None:
        minutes = known.override.minutes
        yield (
            f"Through this service emergency access opens this for {minutes} minutes to somebody whose job allows"
            " it, with a second person's agreement. Each use is written down and reviewed."
        )
    elif answer.refusal is None:
        yield "Emergency access in this service does not open this."
