"""`broker case`: what happens to a case. Stepping it up or down, reviewing it, and what a manager must allow."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.casework import Case, CaseKind
from broker.casework.authority import Settled
from broker.cli import case_plan
from broker.cli.holder_page import when
from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, word
from broker.dates import instant_text
from broker.settings import Settings
from broker.usecases.casework.move_case import DueCase, list_due, move_case, review_case, show_case
from broker.usecases.rules.proposals import (
    Proposed,
    list_proposals,
    propose_lift,
    propose_purpose,
    restrict_case,
    settle_proposal,
)
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="What happens to a case: steps, reviews, what a manager allows.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Case = Annotated[str, typer.Argument(help="the case's reference", show_default=False)]
_Why = Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")]
_Manager = Annotated[str, typer.Option("--manager", help="the staff id of whoever is asked to allow it")]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-case.md)")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    case_plan.add(_GROUP)
    app.add_typer(_GROUP, name="case")


_MOVE = """Step a case up or down, or let a decided contact go on. Only those named go on with it.

Example: broker case move k-4fq2 --by tri --as triage --kind enquiry --level 4 --member soc
--reason "significant harm is suspected"
"""


@_GROUP.command("move", help=_MOVE)
def move(
    case: _Case,
    by: _By,
    role: _As,
    kind: Annotated[str, typer.Option("--kind", help="enquiry, plan or team")],
    level: Annotated[int, typer.Option("--level", help="the level of need from now on, 1 to 4")],
    member: Annotated[list[str], typer.Option("--member", help="the staff id of somebody who goes on with it")],
    reason: _Why,
    as_json: _Json = False,
) -> None:
    """Moves."""
    to = word("--kind", kind, CaseKind)
    with open_broker(Settings.read()) as broker:
        moved = move_case(broker, acting(by, role), case, to, level, frozenset(member), reason)
    if as_json:
        print_json({**_case(moved.case), "done": moved.move.direction.value, "at": instant_text(moved.at)})
        return
    done = f"{moved.move.direction.value}: {moved.case.kind.value}, level {moved.case.level}"
    console().print(plain(f"Case {case}: {done}. In it now: {', '.join(sorted(member))}."))


_REVIEW = """Write down that a case was reviewed; the next review is due from now.

Example: broker case review k-4fq2 --by kim --as lead-practitioner --reason "attendance is up; go on"
"""


@_GROUP.command("review", help=_REVIEW)
def review(case: _Case, by: _By, role: _As, reason: _Why, as_json: _Json = False) -> None:
    """Reviews."""
    with open_broker(Settings.read()) as broker:
        due = review_case(broker, acting(by, role), case, reason)
    if as_json:
        print_json(_due(due))
    else:
        console().print(plain(f"Case {case} is reviewed. Next: {_when(due)}."))


_DUE = """My open cases, those due for review first.

Example: broker case due --by kim --as lead-practitioner
"""


@_GROUP.command("due", help=_DUE)
def due(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        rows = list_due(broker, acting(by, role))
    if as_json:
        print_json([_due(row) for row in rows])
    elif not rows:
        console().print(plain("You are in no open case."))
    else:
        lines = [(row.case.id, row.case.kind.value, row.case.level, _when(row)) for row in rows]
        console().print(table("My cases", ("Case", "Kind", "Level", "Review"), lines))


_SHOW = """One of my cases: who is in it, and what was done and why.

Example: broker case show k-4fq2 --by kim --as lead-practitioner
"""


@_GROUP.command("show", help=_SHOW)
def show(case: _Case, by: _By, role: _As, as_json: _Json = False) -> None:
    """Shows."""
    with open_broker(Settings.read()) as broker:
        shown = show_case(broker, acting(by, role), case)
    current = [one for one in shown.case.members if one.interval.covers(shown.at)]
    if as_json:
        members = [
            {
                "staff": one.staff,
                "until": instant_text(one.interval.until_at) if one.interval.until_at is not None else None,
                "cover_for": one.cover_for,
            }
            for one in current
        ]
        steps = [
            {
                "step": step.kind.value,
                "at": instant_text(step.at),
                "by": step.by,
                "reason": shown.reasons.get(step.row),
            }
            for step in shown.steps
        ]
        print_json({**_case(shown.case), "members": members, "steps": steps})
        return

    def called(staff_id: str) -> str:
        name = shown.staff_names.get(staff_id)
        return staff_id if name is None else f"{name} ({staff_id})"

    screen = console()
    screen.print(plain(f"{shown.case.kind.value} {shown.case.id}, level {shown.case.level}."))
    for one in current:
        cover = f", covering {called(one.cover_for)}" if one.cover_for is not None else ""
        until = f" until {when(one.interval.until_at)}" if one.interval.until_at is not None else ""
        screen.print(plain(f"  {called(one.staff)}{cover}{until}"))
    for step in shown.steps:
        reason = shown.reasons.get(step.row)
        said = f": {reason}" if reason else ""
        what = step.kind.value.replace("-", " ")
        screen.print(plain(f"  {when(step.at)}: {what} by {called(step.by)}{said}"))


_PURPOSE = """Ask a manager to let a case be for another purpose. Nothing changes until they allow it.

Example: broker case purpose k-4fq2 --by tri --as triage --from front-door-screening --to section-47 --manager pat
--reason "the strategy discussion decided to enquire"
"""


@_GROUP.command("purpose", help=_PURPOSE)
def purpose(
    case: _Case,
    by: _By,
    role: _As,
    before: Annotated[str, typer.Option("--from", help="the purpose that ends")],
    after: Annotated[str, typer.Option("--to", help="the purpose that begins")],
    manager: _Manager,
    reason: _Why,
    as_json: _Json = False,
) -> None:
    """Proposes."""
    with open_broker(Settings.read()) as broker:
        made = propose_purpose(broker, acting(by, role), case, before, after, manager, reason)
    _proposed(made, as_json=as_json)


_RESTRICT = """Restrict a case to its members from now on; a manager is asked to confirm it.

Example: broker case restrict k-4fq2 --by tri --as triage --manager pat --reason "a colleague is a neighbour"
"""


@_GROUP.command("restrict", help=_RESTRICT)
def restrict(case: _Case, by: _By, role: _As, manager: _Manager, reason: _Why, as_json: _Json = False) -> None:
    """Restricts."""
    with open_broker(Settings.read()) as broker:
        made = restrict_case(broker, acting(by, role), case, manager, reason)
    _proposed(made, as_json=as_json)


_LIFT = """Ask a manager to let a restricted case be seen again. It stays restricted until they allow it.

Example: broker case lift k-4fq2 --by tri --as triage --manager pat --reason "the colleague has moved on"
"""


@_GROUP.command("lift", help=_LIFT)
def lift(case: _Case, by: _By, role: _As, manager: _Manager, reason: _Why, as_json: _Json = False) -> None:
    """Proposes to lift."""
    with open_broker(Settings.read()) as broker:
        made = propose_lift(broker, acting(by, role), case, manager, reason)
    _proposed(made, as_json=as_json)


_PROPOSALS = """What I am asked to allow, the oldest first.

Example: broker case proposals --by pat --as practice-manager
"""


@_GROUP.command("proposals", help=_PROPOSALS)
def proposals(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        rows = list_proposals(broker, acting(by, role))
    if as_json:
        print_json(
            [
                {
                    "proposal": row.proposal.id,
                    "case": row.case_id,
                    "what": row.proposal.kind.value,
                    "by": row.proposal.by,
                    "at": instant_text(row.proposal.at),
                    "from": row.proposal.before,
                    "to": row.proposal.after,
                    "reason": row.reason,
                }
                for row in rows
            ]
        )
    elif not rows:
        console().print(plain("Nothing waits for you to allow."))
    else:
        lines = [
            (row.proposal.id, row.case_id, _what(row.proposal.kind.value, row.proposal.after), row.reason or "")
            for row in rows
        ]
        console().print(table("To allow or decline", ("Proposal", "Case", "What", "Why"), lines))


_ALLOW = """Allow what you are asked to allow: it takes effect now. Nobody allows what they proposed themselves.

Example: broker case allow a-7ax3 --by pat --as practice-manager
"""
_Proposal = Annotated[str, typer.Argument(help="the proposal's reference", show_default=False)]


@_GROUP.command("allow", help=_ALLOW)
def allow(
    proposal: _Proposal,
    by: _By,
    role: _As,
    reason: Annotated[str, typer.Option("--reason", help="why, if there is more to say; kept sealed")] = "",
    as_json: _Json = False,
) -> None:
    """Allows."""
    with open_broker(Settings.read()) as broker:
        made = settle_proposal(broker, acting(by, role), proposal, Settled.AUTHORISED, reason)
    _proposed(made, as_json=as_json)


_DECLINE = """Decline what you are asked to allow, and say why.

Example: broker case decline a-7ax3 --by pat --as practice-manager --reason "assess under section 17 first"
"""


@_GROUP.command("decline", help=_DECLINE)
def decline(proposal: _Proposal, by: _By, role: _As, reason: _Why, as_json: _Json = False) -> None:
    """Declines."""
    with open_broker(Settings.read()) as broker:
        made = settle_proposal(broker, acting(by, role), proposal, Settled.DECLINED, reason)
    _proposed(made, as_json=as_json)


def _proposed(made: Proposed, *, as_json: bool) -> None:
    proposal = made.proposal
    state = proposal.settled.value if proposal.settled is not None else "open"
    if as_json:
        case = {"case": made.case.id, "restricted": made.case.restricted, "purposes": sorted(made.case.purposes)}
        said = {"proposal": proposal.id, "what": proposal.kind.value, "state": state, "manager": proposal.manager}
        print_json({**said, **case})
        return
    what = _what(proposal.kind.value, proposal.after)
    asked = f"; {proposal.manager} is asked" if proposal.settled is None else ""
    console().print(plain(f"Proposal {proposal.id} ({what}) is {state}{asked}."))


def _what(kind: str, after: str | None) -> str:
    return f"purpose becomes {after}" if after is not None else {"lift": "lift restriction"}.get(kind, kind)


def _when(row: DueCase) -> str:
    if row.review_due_at is None:
        return "no review"
    return f"{'overdue since' if row.overdue else 'by'} {instant_text(row.review_due_at)}"


def _due(row: DueCase) -> dict[str, Any]:
    due_at = instant_text(row.review_due_at) if row.review_due_at is not None else None
    return {**_case(row.case), "review_due": due_at, "overdue": row.overdue}


def _case(case: Case) -> dict[str, Any]:
    return {
        "case": case.id,
        "kind": case.kind.value,
        "level": case.level,
        "purposes": sorted(case.purposes),
        "about": sorted(case.about),
        "opened": instant_text(case.opened_at),
        "restricted": case.restricted,
    }
