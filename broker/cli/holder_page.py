"""How a holder's inbox is printed: the list, a question in full, and what was decided."""

from __future__ import annotations

from datetime import datetime
from typing import Any

from broker.casework.question import Question
from broker.cli.screen import console, plain, print_json, table
from broker.dates import LONDON, instant_text, uk_time
from broker.release.holder_view import WouldGo
from broker.release.profile import uk_date
from broker.usecases.holders.ask_holder import AskedOf
from broker.usecases.holders.decide_as_holder import HolderDecided
from broker.usecases.holders.holder_inbox import InboxList, QuestionRow, QuestionShown


def when(at: datetime) -> str:
    """`3 March 2026, 4:40 pm`; midnight, which nobody reads alike, is `the start of 3 March 2026`."""
    local = at.astimezone(LONDON)
    if (local.hour, local.minute) == (0, 0):
        return f"the start of {uk_date(local.date())}"
    return f"{uk_date(local.date())}, {uk_time(at)}"


def show_list(found: InboxList) -> None:
    """The inbox."""
    out = console()
    if not found.rows:
        out.print(plain("Nothing waits for your organisation to decide."))
        return
    rows = [
        (row.question.id, row.sentence, f"{row.left.in_words}{' · urgent' if row.question.urgent else ''}")
        for row in found.rows
    ]
    out.print(table("What your organisation must decide", ("Question", "May they have it?", "By when"), rows))
    for row in found.rows:
        if row.question.handed_to is not None:
            out.print(plain(f"{row.question.id} is with {row.question.handed_to}."))
    if found.more:
        out.print(plain(f"… and {found.more} more, due later."))


def show_question(shown: QuestionShown) -> None:
    """One question, in the order in which somebody decides it."""
    out, question = console(), shown.row.question
    out.print(plain(shown.row.sentence))
    out.print(plain(f"Answer by {when(question.due.at)} ({shown.row.left.in_words})."))
    out.print(
        plain(f"Who asks: {shown.asker_name}, {question.role}{_phone(shown)}, on {when(question.asked_at)}.")
    )
    out.print(plain(f"Why: “{shown.why}”" if shown.why else "Why: a profile they asked for refers it to you."))
    if question.handed_to is not None:
        out.print(plain(f"It is with {question.handed_to}."))
    out.print(plain("\nWhat would go"))
    for line in _goes(shown.goes, shown.until_at):
        out.print(plain(f"  {line}"))
    out.print(plain("\nWhy it is yours to decide"))
    for reason in shown.because or ("It goes by itself.",):
        out.print(plain(f"  {reason}"))
    out.print(plain("\nWhat the law allows"))
    for clause in shown.law:
        out.print(plain(f"  {clause.text}"))
        out.print(plain(f"  ({clause.cited}: {'; '.join(clause.basis)})"))
    out.print(plain("\nWhat the person has said"))
    for said in shown.said:
        who = "by them" if said.by_self else "by somebody for them"
        until = f", until {uk_date(said.until_at.astimezone(LONDON).date())}" if said.until_at else ""
        out.print(plain(f"  {said.words}, {who}, on {uk_date(said.at.astimezone(LONDON).date())}{until}"))
    if not shown.said:
        out.print(plain("  Nothing is written down about this."))
    out.print(plain(f"\nThen: broker holder release {question.id} … or broker holder withhold {question.id} …"))


def _phone(shown: QuestionShown) -> str:
    return f" ({shown.asker_phone})" if shown.asker_phone else ""


def _goes(goes: WouldGo, until_at: datetime) -> list[str]:
    if goes.detail is None:
        return ["Nothing, even if you release it, because:", *(f"- {reason}" for reason in goes.reasons)]
    lines = [
        f"In {goes.detail} detail, at most: {', '.join(goes.fields) or 'that you know them, and nothing else'}.",
        f"From {goes.records} of your records at most, to this team alone.",
        f"Until {uk_date(until_at.astimezone(LONDON).date())}, unless you name another day.",
    ]
    return [*lines, "It goes already, without your decision."] if goes.already else lines


def show_decided(decided: HolderDecided, *, as_json: bool) -> None:
    """What was decided."""
    kept = decided.ruling
    if as_json:
        print_json(
            {
                "decision": decided.ruling_id,
                "ruling": kept.ruling.value,
                "about": kept.about,
                "controller": kept.controller,
                "category": kept.category,
                "purpose": kept.purpose,
                "case": kept.case,
                "at": instant_text(kept.at),
                "until": instant_text(kept.until_at) if kept.until_at is not None else None,
                "told": [{"disclosure": one.disclosure_id, "recipient": one.recipient} for one in decided.told],
                "answers": list(decided.answers),
            }
        )
        return
    out = console()
    out.print(plain(f"{kept.ruling.value.capitalize()}: written down as {decided.ruling_id}."))
    if decided.answers:
        out.print(plain(f"Answered: {', '.join(decided.answers)}."))
    for one in decided.told:
        out.print(plain(f"A notice waits for: {one.recipient}, who received something in {one.disclosure_id}"))


def asked_json(one: AskedOf) -> dict[str, Any]:
    """A question as whoever asked it sees it."""
    matter = one.matter
    return {
        "question": one.question_id,
        "about": matter.about,
        "from": matter.controller,
        "category": matter.category,
        "purpose": matter.purpose,
        "case": matter.case,
        "asked": instant_text(one.asked_at),
        "due": instant_text(one.due_at),
        "urgent": one.urgent,
        "state": one.state.value,
    }


def row_json(row: QuestionRow) -> dict[str, Any]:
    """A question as its holder sees it in the list."""
    question = row.question
    matter = question.matter
    return {
        "question": question.id,
        "sentence": row.sentence,
        "about": matter.about,
        "name": row.name,
        "category": matter.category,
        "purpose": matter.purpose,
        "case": matter.case,
        "origin": question.origin.value,
        "asked_by": question.asked_by if row.names_asker else None,
        "role": question.role if row.names_asker else None,
        "organisation": question.asker if row.names_asker else None,
        "asked": instant_text(question.asked_at),
        "due": instant_text(question.due.at),
        "overdue": row.left.is_overdue,
        "urgent": question.urgent,
        "handed_to": question.handed_to,
    }


def question_json(shown: QuestionShown) -> dict[str, Any]:
    """A question in full."""
    goes = shown.goes
    return {
        **row_json(shown.row),
        "asker": {"name": shown.asker_name, "phone": shown.asker_phone},
        "why": shown.why,
        "goes": {
            "detail": goes.detail,
            "fields": list(goes.fields),
            "records_at_most": goes.records,
            "already": goes.already,
            "not_because": list(goes.reasons),
            "until": instant_text(shown.until_at),
        },
        "because": list(shown.because),
        "law": [{"clause": one.clause, "text": one.text, "basis": list(one.basis)} for one in shown.law],
        "said": [
            {
                "words": one.words,
                "at": instant_text(one.at),
                "until": instant_text(one.until_at) if one.until_at is not None else None,
                "by_them": one.by_self,
            }
            for one in shown.said
        ],
        "may_tell": shown.may_tell,
    }


def handed_json(question: Question) -> dict[str, Any]:
    """What was handed over, and to whom."""
    return {"question": question.id, "handed_to": question.handed_to, "due": instant_text(question.due.at)}
