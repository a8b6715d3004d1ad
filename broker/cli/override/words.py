"""How emergency access is told: on a screen and as JSON."""

from __future__ import annotations

from datetime import datetime
from typing import Annotated, Any, Final

import typer

from broker.casework.emergency_access import AccessState, EmergencyAccess
from broker.casework.telling import Telling, TellingState
from broker.cli.screen import console, plain
from broker.cli.who import AS_HELP, BY_HELP
from broker.dates import LONDON, instant_text
from broker.usecases.emergency.read_override import Seen

By = Annotated[str, typer.Option("--by", help=BY_HELP)]
As = Annotated[str, typer.Option("--as", help=AS_HELP)]
Id = Annotated[str, typer.Argument(help="the emergency access's reference", show_default=False)]
AsJson = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-override.md)")]

STATES: Final = {
    AccessState.WAITING: "waits for a second person",
    AccessState.REFUSED: "was refused",
    AccessState.LAPSED: "lapsed: nobody approved it in time",
    AccessState.OPEN: "is open",
    AccessState.REVIEW_DUE: "is over; its review is due",
    AccessState.REVIEW_OVERDUE: "is over; its review is OVERDUE",
    AccessState.REVIEWED: "is over and was reviewed",
}


def show_seen(seen: Seen) -> None:
    """One emergency access, a line for each thing there is to say."""
    access, window, out = seen.access, seen.access.window, console()
    out.print(plain(f"{access.id} {STATES[seen.state]}"))
    second = "nobody yet" if window is None else window.second or "nobody: taken alone"
    lines = [
        ("asked by", f"{access.by}, {access.role} at {access.organisation}, {clock(access.asked_at)}"),
        ("reason", f"{access.reason}: “{access.justification}”"),
        ("gateway", access.gateway),
        ("purpose", access.purpose),
        ("case", access.case),
        ("about", ", ".join(access.about)),
        ("approved by", second),
    ]
    if window is not None:
        lines += [
            ("open", f"{clock(window.opened_at)} to {clock(window.ends_at())}"),
            ("review due before", clock(window.review_due_at)),
        ]
    for one in seen.releases:
        what = ", ".join(f"{category} from {controller}" for category, controller in one.cells)
        lines.append((f"release {one.disclosure}", f"{one.records} records{'; opened: ' if what else ''}{what}"))
    if access.review is not None:
        lines.append(("review", f"{access.review.finding.value}, by {access.review.by}: “{access.review.words}”"))
    lines += [("to be told", _telling_words(one, seen.at)) for one in access.tellings]
    if access.refused is not None:
        lines.append(("refused by", f"{access.refused.by}: “{access.refused.words}”"))
    if seen.steps:
        lines.append(("you may", ", ".join(step.value for step in seen.steps)))
    for label, value in lines:
        if value:
            out.print(plain(f"  {label}: {value}"))


def _telling_words(telling: Telling, at: datetime) -> str:
    state, put_off = telling.state(at), telling.put_off
    said = {
        TellingState.NOT_YET: f"due from {clock(telling.due_at)}",
        TellingState.DUE: "due now",
        TellingState.TOLD: f"told ({telling.how.value})" if telling.how is not None else "told",
    }
    if put_off is None or state in said:
        return f"{telling.about}: {said[state]}"
    agreed = (
        "waits for a second person to agree" if put_off.agreed_by is None else f"agreed by {put_off.agreed_by}"
    )
    look = f"look again {clock(put_off.look_again_at)}"
    return f"{telling.about}: not now, {put_off.reason.value} “{put_off.words}” ({put_off.by}; {agreed}; {look})"


def clock(at: datetime) -> str:
    """An instant as a clock and calendar in England show it."""
    local = at.astimezone(LONDON)
    return f"{local:%H:%M} on {local.day} {local:%B %Y}"


def seen_as_json(seen: Seen) -> dict[str, Any]:
    """As one person sees it."""
    return {
        **access_as_json(seen.access, seen.state),
        "tellings": [_telling_as_json(one, seen.at) for one in seen.access.tellings],
        "releases": [
            {
                "disclosure": one.disclosure,
                "records": one.records,
                "cells": [{"category": category, "controller": controller} for category, controller in one.cells],
            }
            for one in seen.releases
        ],
        "steps": [step.value for step in seen.steps],
    }


def access_as_json(access: EmergencyAccess, state: AccessState) -> dict[str, Any]:
    """The emergency access itself."""
    window, refused, review = access.window, access.refused, access.review
    return {
        "override": access.id,
        "state": state.value,
        "by": access.by,
        "role": access.role,
        "organisation": access.organisation,
        "reason": access.reason,
        "justification": access.justification,
        "gateway": access.gateway,
        "purpose": access.purpose,
        "case": access.case,
        "about": list(access.about),
        "minutes": access.minutes,
        "second_from": access.second_from,
        "asked": instant_text(access.asked_at),
        "answer_by": instant_text(access.answer_by),
        "refused": None if refused is None else {"by": refused.by, "words": refused.words},
        "review": None
        if review is None
        else {
            "by": review.by,
            "at": instant_text(review.at),
            "finding": review.finding.value,
            "words": review.words,
        },
        "window": None
        if window is None
        else {
            "from": instant_text(window.opened_at),
            "until": instant_text(window.ends_at()),
            "second": window.second,
            "review_due": instant_text(window.review_due_at),
        },
    }


def _telling_as_json(telling: Telling, at: datetime) -> dict[str, Any]:
    put_off = telling.put_off
    return {
        "about": telling.about,
        "state": telling.state(at).value,
        "due": instant_text(telling.due_at),
        "told": instant_text(telling.told_at) if telling.told_at is not None else None,
        "how": telling.how.value if telling.how is not None else None,
        "put_off": None
        if put_off is None
        else {
            "by": put_off.by,
            "reason": put_off.reason.value,
            "words": put_off.words,
            "look_again": instant_text(put_off.look_again_at),
            "agreed_by": put_off.agreed_by,
        },
    }
