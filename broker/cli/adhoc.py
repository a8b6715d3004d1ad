"""`broker adhoc`: requests without an agreement, to us and of ours: written down, decided, shown, kept."""

from __future__ import annotations

import json
from collections.abc import Mapping
from pathlib import Path
from typing import Annotated, Any

import typer

from broker.casework.adhoc import Adhoc, Direction, RefusedBecause
from broker.cli.holder_page import when
from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, moment, word
from broker.consent.record import ConsentKind
from broker.dates import instant_text
from broker.errors import CallWrong, did_you_mean
from broker.release.adhoc_document import Letter, as_mapping, as_page, as_text
from broker.settings import Settings
from broker.usecases.adhoc.adhoc_requests import Form, NewAdhoc, answer_adhoc, list_adhoc, record_adhoc, show_adhoc
from broker.usecases.adhoc.adhoc_terms import AdhocDecision
from broker.usecases.adhoc.decide_adhoc import decide_request
from broker.vocabulary.codes import Detail
from broker.wiring import open_broker

_GROUP = typer.Typer(no_args_is_help=True, help="Disclose on request, without an agreement: on the ICO's form.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Ref = Annotated[str, typer.Argument(help="the request's reference", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-adhoc.md)")]
_About = Annotated[list[str], typer.Option("--about", help="a person's id; once for each")]
_Category = Annotated[list[str], typer.Option("--category", help="a kind of information; once for each")]
_Purpose = Annotated[str, typer.Option("--purpose", help="for which purpose")]
_Body = Annotated[str, typer.Option("--body", help="the other body's name")]
_Why = Annotated[str, typer.Option("--why", help="why it is necessary, in a sentence; kept sealed")]
_Partner = Annotated[str | None, typer.Option("--organisation", help="its code, where it is in the partnership")]
_Type = Annotated[
    list[str] | None, typer.Option("--type", help="what kind of body it is, such as LA-CSC or COURT")
]
_Area = Annotated[str, typer.Option("--area", help="its area")]
_Emergency = Annotated[bool, typer.Option("--emergency", help="it cannot wait for a colleague")]
_Detail = Annotated[str, typer.Option("--detail", help="flag, summary or full")]

_REQUEST = """Write down a request: `--direction out` where somebody asks us, `in` where we ask somebody.

No agreement is needed. It is decided by `broker adhoc decide`, and in an emergency at once.

Example: broker adhoc request --by dee --as safeguarding-lead --direction out --body "Leeds MASH" --type LA-CSC
--area leeds --purpose section-47 --category attendance --about p-7ax3 --why "They look into an injury"
"""
_DECIDE = """Decide a request to us: what goes, by which right, on which conditions; or refuse it.

What goes is decided record by record, by the rules that hold without any agreement. The letter is printed, or
written to `--out` (.txt, .html or .json), after everything is on record.

Example: broker adhoc decide x-4fq2 --by ola --as ig-officer --power ea02-175 --article-6 e --detail summary
--reason "Their enquiry is open" --condition "Use it for this enquiry alone" --out letter.html
"""
_RECORD = """Write down what was told already, in an emergency: by phone, say. Governance is told.

Example: broker adhoc record --by dee --as safeguarding-lead --body "Leeds MASH" --type LA-CSC --purpose section-47
--category attendance --about p-7ax3 --why "A child was in danger tonight"
"""
_ANSWER = """Note what became of a request of ours. What came is loaded like anything else.

Example: broker adhoc answer x-4fq2 --by dee --as safeguarding-lead --not-given --said "They see no power to"
"""
_SHOW = """One request with what was written on its form, and why it was decided.

Example: broker adhoc show x-4fq2 --by ola --as ig-officer
"""
_LIST = """The requests that wait, those needed first before the others.

Example: broker adhoc list --by ola --as ig-officer --all
"""


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="adhoc")


@_GROUP.callback()
def adhoc() -> None:
    """Disclosure on request, without an agreement."""


@_GROUP.command("request", help=_REQUEST)
def request(
    by: _By,
    role: _As,
    direction: Annotated[str, typer.Option("--direction", help="out (somebody asks us) or in (we ask)")],
    body: _Body,
    purpose: _Purpose,
    category: _Category,
    about: _About,
    why: _Why,
    organisation: _Partner = None,
    type_: _Type = None,
    area: _Area = "elsewhere",
    items: Annotated[str, typer.Option("--items", help="which items exactly: no `all relevant`")] = "",
    contact: Annotated[str, typer.Option("--contact", help="who asks there, and how they were identified")] = "",
    power: Annotated[str, typer.Option("--power-said", help="the legal power they name, in their words")] = "",
    dpia: Annotated[str, typer.Option("--dpia", help="the impact assessment, or why there is none")] = "",
    retention: Annotated[str, typer.Option("--retention", help="how long they will keep it")] = "",
    secure: Annotated[str, typer.Option("--secure", help="how it can be sent safely")] = "",
    needed_by: Annotated[str | None, typer.Option("--needed-by", help="when it is needed")] = None,
    emergency: _Emergency = False,
    as_json: _Json = False,
) -> None:
    """Writes down."""
    wanted = word("--direction", direction, Direction)
    if wanted is Direction.TOLD:
        raise CallWrong("--direction", "is `out` or `in`; what was told already: `broker adhoc record`")
    form = Form(body, why, items, contact, power, dpia, retention, secure)
    new = NewAdhoc(
        wanted,
        purpose,
        tuple(category),
        tuple(about),
        form,
        organisation,
        frozenset(type_ or ()),
        area,
        emergency,
        moment("--needed-by", needed_by),
    )
    with open_broker(Settings.read()) as broker:
        made = record_adhoc(broker, acting(by, role), new)
    _show(made, as_json=as_json)


@_GROUP.command("record", help=_RECORD)
def record(
    by: _By,
    role: _As,
    body: _Body,
    purpose: _Purpose,
    category: _Category,
    about: _About,
    why: _Why,
    organisation: _Partner = None,
    type_: _Type = None,
    area: _Area = "elsewhere",
    detail: _Detail = "summary",
    as_json: _Json = False,
) -> None:
    """Writes down what was told."""
    new = NewAdhoc(
        Direction.TOLD,
        purpose,
        tuple(category),
        tuple(about),
        Form(body, why),
        organisation,
        frozenset(type_ or ()),
        area,
        emergency=True,
        detail=_detail(detail),
    )
    with open_broker(Settings.read()) as broker:
        made = record_adhoc(broker, acting(by, role), new)
    _show(made, as_json=as_json)


@_GROUP.command("decide", help=_DECIDE)
def decide(
    ref: _Ref,
    by: _By,
    role: _As,
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")],
    refuse: Annotated[
        str | None,
        typer.Option(
            "--refuse",
            help="no-power, not-necessary, too-much, not-identified, not-secure or other-route",
        ),
    ] = None,
    category: Annotated[list[str] | None, typer.Option("--category", help="these alone of what was asked")] = None,
    detail: _Detail = "summary",
    power: Annotated[str, typer.Option("--power", help="a gateway, vital-interests or court-order")] = "",
    article_6: Annotated[str, typer.Option("--article-6", help="the Article 6 basis")] = "",
    article_9: Annotated[str | None, typer.Option("--article-9", help="for special-category data")] = None,
    schedule_1: Annotated[str | None, typer.Option("--schedule-1", help="where that condition needs one")] = None,
    article_10: Annotated[str | None, typer.Option("--article-10", help="for offence data")] = None,
    relies_on: Annotated[str | None, typer.Option("--relies-on", help="a kind of consent that must stand")] = None,
    policy: Annotated[str | None, typer.Option("--policy-document", help="your policy document")] = None,
    weighed: Annotated[
        bool, typer.Option("--objection-weighed", help="an objection stands and was weighed")
    ] = False,
    condition: Annotated[list[str] | None, typer.Option("--condition", help="what they must keep to")] = None,
    out: Annotated[Path | None, typer.Option("--out", help="write the letter here: .txt, .html or .json")] = None,
    as_json: _Json = False,
) -> None:
    """Decides."""
    made = AdhocDecision(
        reason,
        word("--refuse", refuse, RefusedBecause) if refuse is not None else None,
        tuple(category) if category else None,
        _detail(detail),
        power,
        article_6,
        article_9,
        schedule_1,
        article_10,
        word("--relies-on", relies_on, ConsentKind) if relies_on is not None else None,
        policy,
        weighed,
        tuple(condition or ()),
    )
    if out is not None and out.suffix not in _WRITERS:
        raise CallWrong("--out", f"`{out.name}` is no letter: end its name in .txt, .html or .json")
    if out is not None and out.exists():
        raise CallWrong("--out", f"`{out.name}` is there already; name a new file")
    if refuse is None and not (power and article_6):
        raise CallWrong("--power", "and `--article-6` are missing: say by which right it goes, or `--refuse`")
    with open_broker(Settings.read()) as broker:
        decided = decide_request(broker, acting(by, role), ref, made)
    if out is not None and decided.letter is not None:
        out.touch(mode=0o600)
        out.write_text(_WRITERS[out.suffix](decided.letter), "utf-8")
    if as_json:
        letter = as_mapping(decided.letter) if decided.letter is not None and out is None else None
        print_json({**_as_json(decided.adhoc), "letter": letter})
        return
    _show(decided.adhoc, as_json=False)
    if decided.letter is not None and out is None:
        console().print(plain(""))
        console().print(plain(as_text(decided.letter)))


@_GROUP.command("answer", help=_ANSWER)
def answer(
    ref: _Ref,
    by: _By,
    role: _As,
    given: Annotated[bool, typer.Option("--given/--not-given", help="whether they gave it")],
    said: Annotated[str, typer.Option("--said", help="what they said, in a sentence; kept sealed")] = "",
    as_json: _Json = False,
) -> None:
    """Notes the answer."""
    with open_broker(Settings.read()) as broker:
        _show(answer_adhoc(broker, acting(by, role), ref, given=given, said=said), as_json=as_json)


@_GROUP.command("show", help=_SHOW)
def show(ref: _Ref, by: _By, role: _As, as_json: _Json = False) -> None:
    """Shows."""
    with open_broker(Settings.read()) as broker:
        shown = show_adhoc(broker, acting(by, role), ref)
    if as_json:
        print_json({**_as_json(shown.adhoc), "written": [dict(one) for one in shown.words]})
        return
    _show(shown.adhoc, as_json=False)
    for words in shown.words:
        for name, said in words.items():
            if said:
                console().print(plain(f"  {name.replace('_', ' ')}: {_said(said)}"))


@_GROUP.command("list", help=_LIST)
def list_(
    by: _By,
    role: _As,
    every: Annotated[bool, typer.Option("--all", help="those that are over too")] = False,
    as_json: _Json = False,
) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_adhoc(broker, acting(by, role), every=every)
    if as_json:
        print_json({"requests": [_as_json(one) for one in found]})
        return
    if not found:
        console().print(plain("No request waits."))
        return
    rows = [
        (
            one.id,
            one.direction.value,
            one.purpose,
            one.state.value,
            when(one.needed_by_at) if one.needed_by_at else "",
        )
        for one in found
    ]
    console().print(table("Ad hoc requests", ("Request", "Way", "For", "State", "Needed by"), rows))


def _json(letter: Letter) -> str:
    return json.dumps(as_mapping(letter), ensure_ascii=False, indent=2) + "\n"


_WRITERS = {".txt": as_text, ".html": as_page, ".json": _json}


def _detail(text: str) -> Detail:
    by_code = {one.code: one for one in Detail}
    if text not in by_code:
        raise CallWrong("--detail", f"`{text}` is not known{did_you_mean(text, by_code)}")
    return by_code[text]


def _said(said: Any) -> str:
    return "; ".join(map(str, said)) if isinstance(said, list) else str(said)


def _show(found: Adhoc, *, as_json: bool) -> None:
    if as_json:
        print_json(_as_json(found))
        return
    out = console()
    out.print(plain(f"{found.id}: {found.state.value}"))
    if found.state.value == "second-needed":
        out.print(plain("It waits for a second person to decide the same."))
    if found.disclosure is not None:
        out.print(plain(f"  release: {found.disclosure}"))


def _as_json(found: Adhoc) -> Mapping[str, Any]:
    return {
        "request": found.id,
        "direction": found.direction.value,
        "state": found.state.value,
        "purpose": found.purpose,
        "categories": list(found.categories),
        "about": list(found.about),
        "organisation": found.recipient,
        "emergency": found.emergency,
        "recorded_by": found.recorded_by,
        "at": instant_text(found.at),
        "needed_by": instant_text(found.needed_by_at) if found.needed_by_at is not None else None,
        "decided_by": found.decided_by,
        "refused_because": found.because.value if found.because is not None else None,
        "release": found.disclosure,
    }
