"""`broker refusal`: a family has said no to help; somebody asks what that means, and writes down what came of
it."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.casework.refusal import A_RIGHT, NEXT_STEP, RefusalFinding, RefusalReview
from broker.cli.holder_page import when
from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, word
from broker.dates import instant_text
from broker.settings import Settings
from broker.usecases.consent.refusal_reviews import NewFinding, answer_review, list_reviews
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="A family has said no: does that raise risk?")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-refusal.md)")]

_LIST = """The refusals in my cases that nobody has looked at yet, the first due first.

Example: broker refusal list --by kim --as lead-practitioner
"""
_REVIEW = """Write down what came of it: close with advice, step up, or go on by another right.

Nothing follows by itself. To step up, say what worries you apart from the no.

Example: broker refusal review w-4fq2 --by kim --as lead-practitioner --finding close-with-advice
--reason "School sees them daily and will say if that changes"
"""


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="refusal")


@_GROUP.callback()
def refusal() -> None:
    """What a refusal means, and what does not follow from it."""


@_GROUP.command("list", help=_LIST)
def list_(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_reviews(broker, acting(by, role))
    if as_json:
        print_json({"reviews": [_as_json(one) for one in found], "said": A_RIGHT})
        return
    out = console()
    out.print(plain(A_RIGHT))
    if not found:
        out.print(plain("No refusal waits to be looked at."))
        return
    rows = [(one.id, one.case_id, one.about, when(one.due_at)) for one in found]
    out.print(table("Refusals to look at", ("Review", "Case", "About", "By when"), rows))


@_GROUP.command("review", help=_REVIEW)
def review(
    ref: Annotated[str, typer.Argument(help="the review's reference", show_default=False)],
    by: _By,
    role: _As,
    finding: Annotated[str, typer.Option("--finding", help="close-with-advice, step-up or go-on")],
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")],
    apart: Annotated[str, typer.Option("--apart", help="what worries you apart from the no; kept sealed")] = "",
    power: Annotated[str | None, typer.Option("--power", help="the gateway by which it goes on")] = None,
    as_json: _Json = False,
) -> None:
    """Answers."""
    new = NewFinding(word("--finding", finding, RefusalFinding), reason, apart, power)
    with open_broker(Settings.read()) as broker:
        found = answer_review(broker, acting(by, role), ref, new)
    if as_json:
        print_json(_as_json(found))
        return
    out = console()
    out.print(plain(f"Written down: {new.finding.value}. Nothing has changed by itself."))
    out.print(plain(NEXT_STEP[new.finding].format(case=found.case_id)))


def _as_json(found: RefusalReview) -> dict[str, Any]:
    finding = found.finding
    return {
        "review": found.id,
        "case": found.case_id,
        "about": found.about,
        "opened": instant_text(found.opened_at),
        "due": instant_text(found.due_at),
        "finding": finding.value if finding is not None else None,
        "power": found.power,
        "by": found.reviewed_by,
        "next_step": NEXT_STEP[finding].format(case=found.case_id) if finding is not None else None,
    }
