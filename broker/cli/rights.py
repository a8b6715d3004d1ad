"""`broker rights`: requests by people for their own data, from receipt to the answer."""

from __future__ import annotations

import json
from pathlib import Path
from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment, word
from broker.dates import LONDON, instant_text
from broker.errors import CallWrong
from broker.release.profile import uk_date
from broker.rights.exemptions import NOT_SEARCHED, Exemption
from broker.rights.pack import pack_html
from broker.rights.subject_access import Capacity, ChildView, Refused
from broker.settings import Settings
from broker.usecases.rights.access_answer import (
    OfficerView,
    draft_answer,
    give_opinion,
    release_answer,
    return_draft,
    review_items,
    rule_item,
    show_answer,
)
from broker.usecases.rights.access_requests import (
    NewRequest,
    RequestNow,
    clarify_request,
    clear_person,
    extend_request,
    list_requests,
    open_request,
    refuse_request,
    withdraw_request,
)
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Requests by people for their own data (subject access).")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Ref = Annotated[str, typer.Argument(help="the request's reference", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-rights.md)")]
_Reason = Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")]
_Record = Annotated[str, typer.Option("--record", help="the record's id, from `items`")]
_Out = Annotated[
    Path | None, typer.Option("--out", help="a folder for answer.json and answer.html; left out: print it")
]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="rights")


_OPEN = """Record that somebody asks for their own data; the month starts with receipt.

Example: broker rights open --by ola --as ig-officer --about p-7ax3 --identity "Passport seen"
"""


@_GROUP.command("open", help=_OPEN)
def open_(
    by: _By,
    role: _As,
    about: Annotated[str, typer.Option("--about", help="the id of the person whose data is asked for")],
    identity: Annotated[str, typer.Option("--identity", help="what showed who they are")],
    asked_by: Annotated[
        str | None, typer.Option("--asked-by", help="the id of whoever asks; left out: the person")
    ] = None,
    capacity: Annotated[
        str, typer.Option("--capacity", help="self, parent, attorney or with-authority")
    ] = Capacity.SELF.value,
    authority: Annotated[str, typer.Option("--authority", help="what shows they may ask for another")] = "",
    child: Annotated[
        str | None,
        typer.Option("--child", help="a child's own view: not-competent, competent-agrees or competent-refuses"),
    ] = None,
    received: Annotated[str | None, typer.Option("--received", help="when it came in; left out: now")] = None,
    tell_others: Annotated[
        bool, typer.Option("--tell-others", help="ask the other organisations to answer for themselves")
    ] = False,
    as_json: _Json = False,
) -> None:
    """Opens."""
    new = NewRequest(
        about,
        asked_by or about,
        word("--capacity", capacity, Capacity),
        identity,
        authority,
        moment("--received", received),
        None if child is None else word("--child", child, ChildView),
        tell_others,
    )
    with open_broker(Settings.read()) as broker:
        _show(open_request(broker, acting(by, role), new), as_json=as_json)


_CLARIFY = """Stop the clock to ask who somebody is; with --answered, let it go on.

Example: broker rights clarify m-4fq2 --by ola --as ig-officer
"""


@_GROUP.command("clarify", help=_CLARIFY)
def clarify(
    ref: _Ref,
    by: _By,
    role: _As,
    answered: Annotated[bool, typer.Option("--answered", help="they have shown who they are")] = False,
    as_json: _Json = False,
) -> None:
    """Clarifies."""
    with open_broker(Settings.read()) as broker:
        _show(clarify_request(broker, acting(by, role), ref, answered=answered), as_json=as_json)


_EXTEND = """Take two months more for a complex request, within its first month; tell the person why.

Example: broker rights extend m-4fq2 --by ola --as ig-officer --reason "Eleven years of records"
"""


@_GROUP.command("extend", help=_EXTEND)
def extend(ref: _Ref, by: _By, role: _As, reason: _Reason, as_json: _Json = False) -> None:
    """Extends."""
    with open_broker(Settings.read()) as broker:
        _show(extend_request(broker, acting(by, role), ref, reason), as_json=as_json)


_ITEMS = """List what your organisation holds about the person and what would become of each record.

Example: broker rights items m-4fq2 --by ola --as ig-officer
"""


@_GROUP.command("items", help=_ITEMS)
def items(ref: _Ref, by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists the records."""
    with open_broker(Settings.read()) as broker:
        view = review_items(broker, acting(by, role), ref)
    if as_json:
        print_json(_view_json(view))
        return
    out = console()
    for one in view.items:
        outcome = one.outcome
        state = outcome.needs or (f"left out: {outcome.exemption}" if outcome.exemption else "given")
        masked = ", others hidden" if outcome.masked and outcome.given else ""
        out.print(plain(f"{outcome.record_id} · {one.title} · {uk_date(one.occurred_on)} · {state}{masked}"))
        if one.provision:
            out.print(plain(f"  {one.provision}"))
    out.print(plain(f"{len(view.items)} records; {view.looks_suppressed} releases are not listed in the answer."))
    out.print(plain(NOT_SEARCHED))


_OPINE = """Say, as a professional, whether releasing a record would be likely to cause serious harm.

Example: broker rights opine m-4fq2 --by soc --as social-worker --record r-4fq2 --no-harm --reason "She knows this"
"""


@_GROUP.command("opine", help=_OPINE)
def opine(
    ref: _Ref,
    by: _By,
    role: _As,
    record: _Record,
    reason: _Reason,
    harm: Annotated[bool, typer.Option("--harm/--no-harm", help="whether it would be likely to")],
    as_json: _Json = False,
) -> None:
    """Gives an opinion."""
    with open_broker(Settings.read()) as broker:
        _show(give_opinion(broker, acting(by, role), ref, record, reason, harm=harm), as_json=as_json)


_RULE = """Leave a record out by a provision, or give one that stands out by default (--give).

Example: broker rights rule m-4fq2 --by ola --as ig-officer --record r-4fq2 --because crime --reason "Live enquiry"
"""


@_GROUP.command("rule", help=_RULE)
def rule(
    ref: _Ref,
    by: _By,
    role: _As,
    record: _Record,
    reason: _Reason,
    because: Annotated[
        str | None, typer.Option("--because", help="the provision's code (docs/how-to-rights.md)")
    ] = None,
    give: Annotated[bool, typer.Option("--give", help="a child's best interests are not against it")] = False,
    as_json: _Json = False,
) -> None:
    """Rules."""
    if (because is None) != give:
        raise CallWrong("--because", "or `--give`: one of the two")
    exemption = None if because is None else word("--because", because, Exemption)
    with open_broker(Settings.read()) as broker:
        _show(rule_item(broker, acting(by, role), ref, record, exemption, reason), as_json=as_json)


_CLEAR = """Let somebody else's data stay in the answer: they agreed, or it is reasonable without.

Example: broker rights clear m-4fq2 --by ola --as ig-officer --person p-9bd1 --agreed --reason "Signed on 2 March"
"""


@_GROUP.command("clear", help=_CLEAR)
def clear(
    ref: _Ref,
    by: _By,
    role: _As,
    person: Annotated[str, typer.Option("--person", help="the other person's id")],
    reason: _Reason,
    agreed: Annotated[
        bool, typer.Option("--agreed/--reasonable", help="they agreed, or it is reasonable without")
    ],
    as_json: _Json = False,
) -> None:
    """Clears."""
    with open_broker(Settings.read()) as broker:
        _show(clear_person(broker, acting(by, role), ref, person, agreed=agreed, reason=reason), as_json=as_json)


_DRAFT = """Make the draft that somebody else releases.

Example: broker rights draft m-4fq2 --by ola --as ig-officer
"""


@_GROUP.command("draft", help=_DRAFT)
def draft(ref: _Ref, by: _By, role: _As, as_json: _Json = False) -> None:
    """Drafts."""
    with open_broker(Settings.read()) as broker:
        _show(draft_answer(broker, acting(by, role), ref), as_json=as_json)


_RETURN = """Send a draft back to whoever made it.

Example: broker rights return m-4fq2 --by sid --as siro
"""


@_GROUP.command("return", help=_RETURN)
def return_(ref: _Ref, by: _By, role: _As, as_json: _Json = False) -> None:
    """Returns."""
    with open_broker(Settings.read()) as broker:
        _show(return_draft(broker, acting(by, role), ref), as_json=as_json)


_RELEASE = """Release a draft that somebody else made: the answer as JSON and as a page to print.

Example: broker rights release m-4fq2 --by sid --as siro --out answer
"""


@_GROUP.command("release", help=_RELEASE)
def release(ref: _Ref, by: _By, role: _As, out: _Out = None, as_json: _Json = False) -> None:
    """Releases."""
    with open_broker(Settings.read()) as broker:
        _hand_over(release_answer(broker, acting(by, role), ref), out, as_json=as_json)


_ANSWER = """Show an answer as it was released.

Example: broker rights answer m-4fq2 --by ola --as ig-officer --out answer
"""


@_GROUP.command("answer", help=_ANSWER)
def answer(ref: _Ref, by: _By, role: _As, out: _Out = None, as_json: _Json = False) -> None:
    """Shows."""
    with open_broker(Settings.read()) as broker:
        _hand_over(show_answer(broker, acting(by, role), ref), out, as_json=as_json)


_REFUSE = """Refuse a request as a whole. The person is told why, and that they can complain.

Example: broker rights refuse m-4fq2 --by ola --as ig-officer --because not-identified --reason "No answer"
"""


@_GROUP.command("refuse", help=_REFUSE)
def refuse(
    ref: _Ref,
    by: _By,
    role: _As,
    because: Annotated[
        str,
        typer.Option(
            "--because", help="manifestly-unfounded, manifestly-excessive, not-identified or no-authority"
        ),
    ],
    reason: _Reason,
    as_json: _Json = False,
) -> None:
    """Refuses."""
    why = word("--because", because, Refused)
    with open_broker(Settings.read()) as broker:
        _show(refuse_request(broker, acting(by, role), ref, why, reason), as_json=as_json)


_WITHDRAW = """Close a request that whoever asked took back.

Example: broker rights withdraw m-4fq2 --by ola --as ig-officer
"""


@_GROUP.command("withdraw", help=_WITHDRAW)
def withdraw(ref: _Ref, by: _By, role: _As, as_json: _Json = False) -> None:
    """Withdraws."""
    with open_broker(Settings.read()) as broker:
        _show(withdraw_request(broker, acting(by, role), ref), as_json=as_json)


_LIST = """List your organisation's requests, the soonest due first. Exits with 1 while one is overdue.

Example: broker rights list --by ola --as ig-officer
"""


@_GROUP.command("list", help=_LIST)
def list_(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_requests(broker, acting(by, role))
    if as_json:
        print_json({"requests": [_as_json(one) for one in found]})
    elif not found:
        console().print(plain("No request is recorded."))
    else:
        for one in found:
            _print(one)
    if any(one.overdue for one in found):
        raise typer.Exit(1)


def _hand_over(pack: dict[str, Any], out: Path | None, *, as_json: bool) -> None:
    if out is None:
        if as_json:
            print_json(pack)
        else:
            typer.echo(pack_html(pack), nl=False)
        return
    files = {"answer.json": json.dumps(pack, ensure_ascii=False, indent=2) + "\n", "answer.html": pack_html(pack)}
    out.mkdir(parents=True, exist_ok=True)
    for name, text in files.items():
        (out / name).write_text(text, encoding="utf-8")
    if as_json:
        print_json({"reference": pack["reference"], "files": [str(out / name) for name in files]})
    else:
        console().print(plain(f"Written: {', '.join(str(out / name) for name in files)}"))


def _show(now: RequestNow, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(now))
    else:
        _print(now)


def _print(now: RequestNow) -> None:
    due = uk_date(now.request.due_at().astimezone(LONDON).date())
    late = ", OVERDUE" if now.overdue else ""
    clock = "" if now.is_over else f" · due before {due}{late}"
    console().print(plain(f"{now.matter_id} · {now.state} · about {now.request.about}{clock}"))


def _as_json(now: RequestNow) -> dict[str, Any]:
    request = now.request
    return {
        "request": now.matter_id,
        "state": now.state.value,
        "about": request.about,
        "asked_by": request.by,
        "capacity": request.capacity.value,
        "received": instant_text(request.received_at),
        "due": instant_text(request.due_at()),
        "overdue": now.overdue,
        "extended_because": request.extended_because,
        "drafted_by": request.drafted_by,
    }


def _view_json(view: OfficerView) -> dict[str, Any]:
    return {
        **_as_json(view.now),
        "items": [
            {
                "record": one.outcome.record_id,
                "category": one.outcome.category,
                "occurred": one.occurred_on.isoformat(),
                "given": one.outcome.given,
                "left_out_because": one.outcome.exemption,
                "provision": one.provision,
                "needs": one.outcome.needs,
                "others_hidden": one.outcome.masked,
            }
            for one in view.items
        ],
        "releases_not_listed": view.looks_suppressed,
        "not_searched": NOT_SEARCHED,
    }
