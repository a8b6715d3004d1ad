"""`broker can-share`: may this be shared, about anybody, by the agreements in force."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.screen import console, plain, print_json, show_rows
from broker.settings import Settings
from broker.sharing.answer import Answer, Question
from broker.sharing.plain_form import as_mapping
from broker.sharing.words import Said, headline, say_answer
from broker.usecases.rules.can_share import can_share, can_share_anything
from broker.wiring import open_broker


def register(app: typer.Typer) -> None:
    """Adds the verb."""
    app.command("can-share", help=_HELP)(ask)


_HELP = """May this be shared, about anybody: yes, yes if, or no, by which clause and needing what.

Exit code 0 for yes and for yes if it is agreed to; 1 where it is the holder's to decide, not yet, or no. Without
--category every kind of information, a line each.

Example: broker can-share --from chelmsford-housing --to ecc --role lead-practitioner --purpose family-support
--category tenancy-arrears
"""


def ask(
    holder: Annotated[str, typer.Option("--from", help="the organisation that holds it, by code")],
    recipient: Annotated[str, typer.Option("--to", help="the organisation it would go to, by code")],
    role: Annotated[str, typer.Option("--role", help="the role of whoever would receive it, by code")],
    purpose: Annotated[str, typer.Option("--purpose", help="what it is for, by code")],
    category: Annotated[
        str | None, typer.Option("--category", help="the kind of information, by code; all when left out")
    ] = None,
    as_json: Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-can-share.md)")] = False,
) -> None:
    """Answers."""
    question = Question(holder, recipient, role, purpose, category or "")
    with open_broker(Settings.read()) as broker:
        known = broker.partnership.vocabulary
        one = category is not None
        answers = (can_share(broker, question),) if one else can_share_anything(broker, question)
        told = [(answer, say_answer(answer, known)) for answer in answers]
        titles = {code: kind.title for code, kind in known.categories.items()}
    if as_json:
        found = [as_mapping(answer, said) for answer, said in told]
        print_json(found if category is None else found[0])
    elif category is None:
        _list(told, titles)
    else:
        _show(*told[0])
    if not any(answer.verdict.lets for answer, _ in told):
        raise typer.Exit(1)


def _list(told: list[tuple[Answer, Said]], titles: dict[str, str]) -> None:
    ordered = sorted(told, key=lambda found: (found[0].verdict.rank, titles[found[0].question.category]))
    rows = [
        (
            titles[answer.question.category],
            "; ".join(headline(line) for line in answer.lines),
            ", ".join(dict.fromkeys(one.clause for line in answer.lines for one in line.cited)),
        )
        for answer, _ in ordered
    ]
    show_rows(console(), "May I share?", ("Kind of information", "Answer", "Clause"), rows)


def _show(answer: Answer, said: Said) -> None:
    out = console()
    out.print(plain(said.question))
    for line in said.lines:
        out.print(plain(f"\n{line.headline}"), style="bold")
        for sentence in (line.means, *line.missing, *line.why_not):
            out.print(plain(sentence))
        for clause in line.clauses:
            out.print(plain(f"\n{clause.cited[:1].upper()}{clause.cited[1:]}: “{clause.text}”"))
            out.print(plain(f"Rests on: {', '.join(clause.basis)}"))
            for sentence in (clause.detail, *clause.conditions):
                out.print(plain(f"  • {sentence}"))
        for ban in line.bans:
            out.print(plain(f"\n{ban.cited[:1].upper()}{ban.cited[1:]}: “{ban.text}”"))
        if line.consent:
            out.print(plain(f"\nAgreement needed: {line.consent} Who can give it:"))
            for sentence in line.who_can_agree:
                out.print(plain(f"  • {sentence}"))
    for title, sentences in (
        ("Always", said.always),
        ("Whom to ask", said.ask),
        ("In an emergency", said.emergency),
    ):
        for sentence in sentences:
            out.print(plain(f"{title}: {sentence}"))
    out.print(plain(f"\nUnder the rules {answer.rules_digest}. This supports judgement; it is not legal advice."))
