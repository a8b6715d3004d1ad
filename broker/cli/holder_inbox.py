"""`broker holder ask`, `asked`, `drop`, and `inbox`, `show`, `release`, `withhold`, `hand-over`: both ends of
it."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.cli.holder_page import (
    asked_json,
    handed_json,
    question_json,
    row_json,
    show_decided,
    show_list,
    show_question,
    when,
)
from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment
from broker.decision.facts import HolderRuling
from broker.settings import Settings
from broker.usecases.holders import holder_inbox
from broker.usecases.holders.answer_question import NewAnswer, answer_question, hand_over
from broker.usecases.holders.ask_holder import NewQuestion, ask_holder, drop_question, list_asked
from broker.wiring import open_broker

_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Question = Annotated[str, typer.Argument(help="the question's reference", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-holder.md)")]
_Reason = Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")]
_Until = Annotated[
    str | None, typer.Option("--until", help="when it ends; left out: as long as the partnership says")
]

_ASK = """Ask the organisation that holds something whether you may have it. The answer shows in the profile.

Asking tells you nothing: not whether anything is held, nor whether the question reached anybody.

Example: broker holder ask --by kim --as lead-practitioner --about p-7ax3 --from essex-police
--category police-incidents --purpose family-support --case k-4fq2 --reason "We plan a visit on Friday"
"""
_ASKED = """What I asked of holders, the first due first.

Example: broker holder asked --by kim --as lead-practitioner
"""
_DROP = """Take back a question I asked.

Example: broker holder drop q-7ax3 --by kim --as lead-practitioner
"""
_INBOX = """What my organisation must decide, the first due first.

Example: broker holder inbox --by dee --as safeguarding-lead
"""
_SHOW = """One question in full: who asks and why, what would go, what the law allows, what the person has said.

Example: broker holder show q-7ax3 --by dee --as safeguarding-lead
"""
_RELEASE = """Release what a question asks for, to those who asked, for its purpose and case, until a day.

Example: broker holder release q-7ax3 --by dee --as safeguarding-lead --reason "It bears on the plan"
--until 2026-09-01
"""
_WITHHOLD = """Withhold what a question asks for. Whoever asked is told only with `--tell`, where that may be told.

Example: broker holder withhold q-7ax3 --by dee --as safeguarding-lead --reason "An enquiry is open" --tell
"""
_HAND_OVER = """Hand a question to a colleague who may decide it. Its clock runs on.

Example: broker holder hand-over q-7ax3 --by dee --as safeguarding-lead --to don
"""


def add(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("ask", help=_ASK)(ask)
    group.command("asked", help=_ASKED)(asked)
    group.command("drop", help=_DROP)(drop)
    group.command("inbox", help=_INBOX)(inbox)
    group.command("show", help=_SHOW)(show)
    group.command("release", help=_RELEASE)(release)
    group.command("withhold", help=_WITHHOLD)(withhold)
    group.command("hand-over", help=_HAND_OVER)(hand_over_)


def ask(
    by: _By,
    role: _As,
    about: Annotated[str, typer.Option("--about", help="the id of the person it is about")],
    controller: Annotated[str, typer.Option("--from", help="the organisation that holds it")],
    category: Annotated[str, typer.Option("--category", help="the kind of information")],
    purpose: Annotated[str, typer.Option("--purpose", help="for which purpose")],
    reason: Annotated[
        str, typer.Option("--reason", help="why, in a sentence; the holder reads it: no more than it needs")
    ],
    case: Annotated[str | None, typer.Option("--case", help="the case it is for")] = None,
    urgent: Annotated[bool, typer.Option("--urgent", help="it cannot wait")] = False,
    as_json: _Json = False,
) -> None:
    """Asks."""
    new = NewQuestion(about, controller, category, purpose, reason, case, urgent)
    with open_broker(Settings.read()) as broker:
        made = ask_holder(broker, acting(by, role), new)
    if as_json:
        print_json(asked_json(made))
        return
    out = console()
    out.print(plain(f"Asked, as {made.question_id}. An answer is due by {when(made.due_at)}."))
    out.print(plain("What may be told shows when you ask for the profile again. If it cannot wait, ring them."))


def asked(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_asked(broker, acting(by, role))
    if as_json:
        print_json({"asked": [asked_json(one) for one in found]})
        return
    if not found:
        console().print(plain("You have asked no holder anything that stands."))
        return
    rows = [
        (one.question_id, one.matter.controller, one.matter.category, when(one.due_at), one.state.in_words)
        for one in found
    ]
    console().print(table("What you asked of holders", ("Question", "Of", "For", "Due", "State"), rows))


def drop(question: _Question, by: _By, role: _As, as_json: _Json = False) -> None:
    """Takes back."""
    with open_broker(Settings.read()) as broker:
        drop_question(broker, acting(by, role), question)
    if as_json:
        print_json({"question": question, "state": "dropped"})
    else:
        console().print(plain(f"{question} is taken back."))


def inbox(
    by: _By,
    role: _As,
    overdue: Annotated[bool, typer.Option("--overdue", help="those alone whose time has run out")] = False,
    as_json: _Json = False,
) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = holder_inbox.list_inbox(broker, acting(by, role), overdue=overdue)
    if as_json:
        print_json({"questions": [row_json(row) for row in found.rows], "more": found.more})
    else:
        show_list(found)


def show(question: _Question, by: _By, role: _As, as_json: _Json = False) -> None:
    """Shows."""
    with open_broker(Settings.read()) as broker:
        shown = holder_inbox.show_question(broker, acting(by, role), question)
    if as_json:
        print_json(question_json(shown))
    else:
        show_question(shown)


def release(
    question: _Question, by: _By, role: _As, reason: _Reason, until: _Until = None, as_json: _Json = False
) -> None:
    """Releases."""
    answer = NewAnswer(HolderRuling.RELEASE, reason, moment("--until", until))
    with open_broker(Settings.read()) as broker:
        decided = answer_question(broker, acting(by, role), question, answer)
    show_decided(decided, as_json=as_json)


def withhold(
    question: _Question,
    by: _By,
    role: _As,
    reason: _Reason,
    until: Annotated[str | None, typer.Option("--until", help="when it ends; left out: open")] = None,
    tell: Annotated[bool, typer.Option("--tell", help="tell those who asked that it is withheld")] = False,
    as_json: _Json = False,
) -> None:
    """Withholds."""
    answer = NewAnswer(HolderRuling.WITHHOLD, reason, moment("--until", until), tell)
    with open_broker(Settings.read()) as broker:
        decided = answer_question(broker, acting(by, role), question, answer)
    show_decided(decided, as_json=as_json)


def hand_over_(
    question: _Question,
    by: _By,
    role: _As,
    to: Annotated[str, typer.Option("--to", help="the staff id of the colleague")],
    as_json: _Json = False,
) -> None:
    """Hands over."""
    with open_broker(Settings.read()) as broker:
        handed = hand_over(broker, acting(by, role), question, to)
    if as_json:
        print_json(handed_json(handed))
    else:
        console().print(plain(f"{handed.id} is with {handed.handed_to} now; its clock runs on."))
