"""`broker disagreement`: professionals disagree; it goes up by stages, and both sides settle it."""

from __future__ import annotations

from collections.abc import Callable
from typing import Annotated, Any

import typer

from broker.casework.disagreement import Disagreement, Subject
from broker.cli.holder_page import when
from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, word
from broker.dates import instant_text
from broker.settings import Settings
from broker.usecases.acting import Acting
from broker.usecases.casework import move_disagreement
from broker.usecases.casework.disagreements import (
    NewDisagreement,
    list_disagreements,
    raise_disagreement,
    show_disagreement,
)
from broker.usecases.world import World
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Professionals disagree: by stages, each with its clock.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Ref = Annotated[str, typer.Argument(help="the disagreement's reference", show_default=False)]
_Said = Annotated[str, typer.Option("--said", help="what you say, in a sentence; kept sealed")]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-disagreement.md)")]

_RAISE = """Disagree with a threshold decision, with a withholding you were told of, or with the closing of a case.

Example: broker disagreement raise --by dee --as safeguarding-lead --about threshold --reference k-4fq2
--grounds "We see more than the contact says"
"""
_LIST = """The disagreements I am a party to, or whose stage I stand for, the first due first.

Example: broker disagreement list --by dee --as safeguarding-lead
"""
_SHOW = """One with everything that was said.

Example: broker disagreement show g-4fq2 --by dee --as safeguarding-lead
"""
_ANSWER = """Say something to it.

Example: broker disagreement answer g-4fq2 --by deb --as decision-maker --said "Tell us what you see"
"""
_ESCALATE = """Take it up one stage: manager, designated lead, partnership.

Example: broker disagreement escalate g-4fq2 --by dee --as safeguarding-lead --said "We still see it differently"
"""
_PROPOSE = """Propose how it ends; the other side accepts or declines.

Example: broker disagreement propose g-4fq2 --by deb --as decision-maker --said "We decide again"
"""
_ACCEPT = """Accept what the other side proposed: it is resolved. No decision changes by itself.

Example: broker disagreement accept g-4fq2 --by dee --as safeguarding-lead --said "Agreed"
"""
_DECLINE = """Decline what the other side proposed: it goes on.

Example: broker disagreement decline g-4fq2 --by dee --as safeguarding-lead --said "It leaves the child as she is"
"""


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="disagreement")


@_GROUP.callback()
def disagreement() -> None:
    """Disagreeing is part of the work."""


@_GROUP.command("raise", help=_RAISE)
def raise_(
    by: _By,
    role: _As,
    about: Annotated[str, typer.Option("--about", help="threshold, withheld or closed-case")],
    reference: Annotated[str, typer.Option("--reference", help="the case's reference, or the question's")],
    grounds: Annotated[str, typer.Option("--grounds", help="what you see differently, and why; kept sealed")],
    other: Annotated[str | None, typer.Option("--with", help="of a closed case: the other organisation")] = None,
    as_json: _Json = False,
) -> None:
    """Raises."""
    new = NewDisagreement(word("--about", about, Subject), reference, grounds, other)
    with open_broker(Settings.read()) as broker:
        _show(raise_disagreement(broker, acting(by, role), new), as_json=as_json)


@_GROUP.command("list", help=_LIST)
def list_(
    by: _By,
    role: _As,
    every: Annotated[bool, typer.Option("--all", help="those that are resolved too")] = False,
    as_json: _Json = False,
) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_disagreements(broker, acting(by, role), every=every)
    if as_json:
        print_json({"disagreements": [_as_json(one) for one in found]})
        return
    if not found:
        console().print(plain("No disagreement is open that you are a party to."))
        return
    rows = [(one.id, one.subject.value, one.stage.value, one.state.value, when(one.due_at)) for one in found]
    console().print(table("Disagreements", ("Reference", "About", "Stage", "State", "By when"), rows))


@_GROUP.command("show", help=_SHOW)
def show(ref: _Ref, by: _By, role: _As, as_json: _Json = False) -> None:
    """Shows."""
    with open_broker(Settings.read()) as broker:
        shown = show_disagreement(broker, acting(by, role), ref)
    if as_json:
        print_json({**_as_json(shown.disagreement), "said": [dict(one) for one in shown.said]})
        return
    _show(shown.disagreement, as_json=False)
    for one in shown.said:
        who = f"{one['by']}, {one['step']}: " if "by" in one else ""
        console().print(plain(f"  {who}{one.get('grounds') or one.get('said')}"))


@_GROUP.command("answer", help=_ANSWER)
def answer(ref: _Ref, by: _By, role: _As, said: _Said, as_json: _Json = False) -> None:
    """Answers."""
    _move(move_disagreement.answer, ref, acting(by, role), said, as_json=as_json)


@_GROUP.command("escalate", help=_ESCALATE)
def escalate(ref: _Ref, by: _By, role: _As, said: _Said, as_json: _Json = False) -> None:
    """Takes up."""
    _move(move_disagreement.escalate, ref, acting(by, role), said, as_json=as_json)


@_GROUP.command("propose", help=_PROPOSE)
def propose(ref: _Ref, by: _By, role: _As, said: _Said, as_json: _Json = False) -> None:
    """Proposes."""
    _move(move_disagreement.propose, ref, acting(by, role), said, as_json=as_json)


@_GROUP.command("accept", help=_ACCEPT)
def accept(ref: _Ref, by: _By, role: _As, said: _Said, as_json: _Json = False) -> None:
    """Accepts."""
    _move(move_disagreement.accept, ref, acting(by, role), said, as_json=as_json)


@_GROUP.command("decline", help=_DECLINE)
def decline(ref: _Ref, by: _By, role: _As, said: _Said, as_json: _Json = False) -> None:
    """Declines."""
    _move(move_disagreement.decline, ref, acting(by, role), said, as_json=as_json)


def _move(
    how: Callable[[World, Acting, str, str], Disagreement], ref: str, who: Acting, said: str, *, as_json: bool
) -> None:
    with open_broker(Settings.read()) as broker:
        _show(how(broker, who, ref, said), as_json=as_json)


def _show(found: Disagreement, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(found))
        return
    about = found.case_id or found.question_id
    out = console()
    out.print(plain(f"{found.id}: {found.state.value}, about {found.subject.value} {about}, with {found.other}"))
    if found.resolved_at is None:
        out.print(plain(f"With the {found.stage.value} until {when(found.due_at)}."))


def _as_json(found: Disagreement) -> dict[str, Any]:
    return {
        "disagreement": found.id,
        "about": found.subject.value,
        "case": found.case_id,
        "question": found.question_id,
        "organisation": found.organisation,
        "with": found.other,
        "raised_by": found.raised_by,
        "at": instant_text(found.at),
        "state": found.state.value,
        "stage": found.stage.value,
        "due": instant_text(found.due_at),
        "proposed_by": found.proposed_by,
        "resolved": instant_text(found.resolved_at) if found.resolved_at is not None else None,
    }
