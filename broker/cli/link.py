"""`broker link`: possible matches, “this is not my client”, and one id that is two people."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.cli.screen import console, plain, print_json
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting
from broker.dates import LONDON, instant_text
from broker.errors import CallWrong
from broker.release.profile import uk_date
from broker.settings import Settings
from broker.usecases.linking.link_disputes import (
    LinkDispute,
    dispute_record,
    freeze_person,
    list_disputes,
    settle_dispute,
)
from broker.usecases.linking.link_review import confirm_match, list_possible, reject_match
from broker.usecases.linking.merges import Separated, list_sources, split_person, unmerge
from broker.wiring import open_broker

_GROUP = typer.Typer(
    no_args_is_help=True, help="Who is who: possible matches, disputes, one id that is two people."
)
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Ref = Annotated[str, typer.Argument(help="the reference", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-link.md)")]
_Person = Annotated[str, typer.Option("--person", help="the person's id")]
_SameAs = Annotated[str, typer.Option("--same-as", help="the id of whom they may be")]
_Reason = Annotated[str, typer.Option("--reason", help="why, in a sentence; kept sealed")]
_Records = Annotated[list[str] | None, typer.Option("--record", help="a record's id; once for each")]
_Breach = Annotated[str, typer.Option("--breach", help="record a breach too: what happened, in a sentence")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="link")


_POSSIBLE = """List your organisation's possible matches: somebody new who may be somebody known.

Example: broker link possible --by ola --as ig-officer
"""


@_GROUP.command("possible", help=_POSSIBLE)
def possible(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_possible(broker, acting(by, role))
    if as_json:
        rows = [{"person": one.newcomer, "same_as": one.known, "because": one.because} for one in found]
        print_json({"possible": rows})
        return
    out = console()
    for one in found:
        out.print(plain(f"{one.newcomer} ({one.newcomer_name}) may be {one.known} ({one.known_name})"))
        out.print(plain(f"  {one.because}"))
    if not found:
        out.print(plain("No possible match waits."))


_CONFIRM = """Confirm a possible match, on evidence: from now on the two are one for your organisation.

Example: broker link confirm --person p-9bd1 --same-as p-7ax3 --by ola --as ig-officer --evidence "Passport seen"
"""


@_GROUP.command("confirm", help=_CONFIRM)
def confirm(
    person: _Person,
    same_as: _SameAs,
    by: _By,
    role: _As,
    evidence: Annotated[str, typer.Option("--evidence", help="what shows it; kept sealed")],
    as_json: _Json = False,
) -> None:
    """Confirms."""
    with open_broker(Settings.read()) as broker:
        made = confirm_match(broker, acting(by, role), person, same_as, evidence)
    if as_json:
        print_json(
            {"merge": made.matter_id, "person": made.gone, "same_as": made.kept, "records": list(made.records)}
        )
    else:
        console().print(plain(f"{made.matter_id}: {made.gone} is {made.kept}; {len(made.records)} records moved."))


_REJECT = """Reject a possible match: they are two people.

Example: broker link reject --person p-9bd1 --same-as p-7ax3 --by ola --as ig-officer --reason "Father and son"
"""


@_GROUP.command("reject", help=_REJECT)
def reject(person: _Person, same_as: _SameAs, by: _By, role: _As, reason: _Reason, as_json: _Json = False) -> None:
    """Rejects."""
    with open_broker(Settings.read()) as broker:
        reject_match(broker, acting(by, role), person, same_as, reason)
    if as_json:
        print_json({"person": person, "same_as": same_as, "finding": "not-linked"})
    else:
        console().print(plain(f"{person} and {same_as} are two people."))


_DISPUTE = """Say that a record you were shown is about somebody else: it is frozen at once.

Example: broker link dispute --record r-4fq2 --by kim --as lead-practitioner --words "We know no such person"
"""


@_GROUP.command("dispute", help=_DISPUTE)
def dispute(
    record: Annotated[str, typer.Option("--record", help="the record's id, as you were shown it")],
    by: _By,
    role: _As,
    words: Annotated[str, typer.Option("--words", help="why; kept sealed")],
    as_json: _Json = False,
) -> None:
    """Disputes."""
    with open_broker(Settings.read()) as broker:
        _reference(dispute_record(broker, acting(by, role), record, words), as_json=as_json)


_FREEZE = """Freeze everything about somebody who may be two people, until they were taken apart or cleared.

Example: broker link freeze --person p-7ax3 --by ola --as ig-officer --words "Two Daniel Smiths"
"""


@_GROUP.command("freeze", help=_FREEZE)
def freeze(
    person: _Person,
    by: _By,
    role: _As,
    words: Annotated[str, typer.Option("--words", help="why; kept sealed")],
    as_json: _Json = False,
) -> None:
    """Freezes."""
    with open_broker(Settings.read()) as broker:
        _reference(freeze_person(broker, acting(by, role), person, words), as_json=as_json)


_DISPUTES = """List what is frozen and waits for your organisation to look.

Example: broker link disputes --by ola --as ig-officer
"""


@_GROUP.command("disputes", help=_DISPUTES)
def disputes(by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_disputes(broker, acting(by, role))
    if as_json:
        print_json({"disputes": [_dispute_json(one) for one in found]})
    elif not found:
        console().print(plain("Nothing is frozen."))
    else:
        for one in found:
            _print_dispute(one)


_SETTLE = """Settle a dispute: it is theirs after all, or it is moved to whom it is about, or set aside for good.

Example: broker link settle m-4fq2 --by ola --as ig-officer --right --reason "Checked with the school"
"""


@_GROUP.command("settle", help=_SETTLE)
def settle(
    ref: _Ref,
    by: _By,
    role: _As,
    reason: _Reason,
    right: Annotated[bool, typer.Option("--right/--wrong", help="whether it is about this person")],
    wrong_person: Annotated[str | None, typer.Option("--from", help="whom it is not about")] = None,
    right_person: Annotated[str | None, typer.Option("--to", help="whom it is about")] = None,
    as_json: _Json = False,
) -> None:
    """Settles."""
    if (wrong_person is None) != (right_person is None) or (right and right_person is not None):
        raise CallWrong("--from", "and `--to` go together, with `--wrong`")
    move = None if wrong_person is None or right_person is None else (wrong_person, right_person)
    with open_broker(Settings.read()) as broker:
        settled = settle_dispute(broker, acting(by, role), ref, reason, right=right, move=move)
    if as_json:
        print_json(_dispute_json(settled))
    else:
        _print_dispute(settled)


_SOURCES = """List by which of your own keys, and on what evidence, you know somebody.

Example: broker link sources --person p-7ax3 --by ola --as ig-officer
"""


@_GROUP.command("sources", help=_SOURCES)
def sources(person: _Person, by: _By, role: _As, as_json: _Json = False) -> None:
    """Lists."""
    with open_broker(Settings.read()) as broker:
        found = list_sources(broker, acting(by, role), person)
    if as_json:
        print_json({"sources": [{"source": one.source_id, "because": one.because} for one in found]})
        return
    out = console()
    for one in found:
        out.print(plain(f"{one.source_id}: {one.because or 'your own number'}"))
    if not found:
        out.print(plain("You know nobody here by any key."))


_UNMERGE = """Take a merge apart: both are as they were, and everybody who received something is told.

Example: broker link unmerge m-4fq2 --by ola --as ig-officer --reason "Two birth certificates"
"""


@_GROUP.command("unmerge", help=_UNMERGE)
def unmerge_(
    ref: _Ref,
    by: _By,
    role: _As,
    reason: _Reason,
    record: _Records = None,
    breach: _Breach = "",
    as_json: _Json = False,
) -> None:
    """Separates."""
    with open_broker(Settings.read()) as broker:
        made = unmerge(broker, acting(by, role), ref, reason, records=record or (), breach=breach)
    _show(made, as_json=as_json)


_SPLIT = """Give somebody else the records and keys that were taken for this person's when they were loaded.

Example: broker link split --person p-7ax3 --to p-9bd1 --record r-4fq2 --by ola --as ig-officer --reason "Two men"
"""


@_GROUP.command("split", help=_SPLIT)
def split(
    person: _Person,
    to: Annotated[str, typer.Option("--to", help="the other person's id; add them first")],
    by: _By,
    role: _As,
    reason: _Reason,
    record: _Records = None,
    source: Annotated[list[str] | None, typer.Option("--source", help="a key, from `sources`")] = None,
    breach: _Breach = "",
    as_json: _Json = False,
) -> None:
    """Splits."""
    with open_broker(Settings.read()) as broker:
        made = split_person(
            broker, acting(by, role), person, to, record or (), source or (), reason, breach=breach
        )
    _show(made, as_json=as_json)


def _reference(matter_id: str, *, as_json: bool) -> None:
    if as_json:
        print_json({"dispute": matter_id})
    else:
        console().print(plain(f"{matter_id}: frozen, and looked at by whoever holds it."))


def _show(made: Separated, *, as_json: bool) -> None:
    if as_json:
        tainted = [
            {
                "disclosure": one.disclosure_id,
                "recipient": one.recipient,
                "released": instant_text(one.at),
            }
            for one in made.tainted
        ]
        print_json({"reference": made.matter_id, "tainted": tainted, "breach": made.breach_id})
        return
    out = console()
    out.print(plain(f"{made.matter_id}: two people again."))
    for one in made.tainted:
        out.print(plain(f"A notice waits for: {one.recipient}, who received something in {one.disclosure_id}"))
    if made.breach_id is not None:
        out.print(plain(f"Recorded as the breach {made.breach_id}."))


def _print_dispute(one: LinkDispute) -> None:
    what = f"record {one.record_id}" if one.record_id else "everything"
    since = uk_date(one.since.astimezone(LONDON).date())
    console().print(plain(f"{one.matter_id} · {what} about {', '.join(one.about)} · {one.state} · since {since}"))
    for told in one.told:
        console().print(plain(f"  A notice waits for: {told.recipient}, who received it in {told.disclosure_id}"))


def _dispute_json(one: LinkDispute) -> dict[str, Any]:
    return {
        "dispute": one.matter_id,
        "record": one.record_id,
        "about": list(one.about),
        "state": one.state.value,
        "since": instant_text(one.since),
        "told": [{"disclosure": told.disclosure_id, "recipient": told.recipient} for told in one.told],
    }
