"""`broker override review|tell|put-off|agree`: what happens after emergency access is over."""

from __future__ import annotations

from typing import Annotated

import typer

from broker.casework.emergency_access import AccessState, EmergencyAccess, ReviewFinding
from broker.casework.telling import How, NotNow
from broker.cli.override.words import As, AsJson, By, Id, access_as_json
from broker.cli.screen import console, plain, print_json
from broker.cli.words import acting, moment, word
from broker.errors import CallWrong
from broker.settings import Settings
from broker.usecases.emergency.review_override import review_override
from broker.usecases.emergency.tell_about_override import agree_to_put_off, put_off_telling, tell_person
from broker.wiring import open_broker

_About = Annotated[str, typer.Option("--about", help="the id of the person, as it stands in the emergency access")]


def register(group: typer.Typer) -> None:
    """Adds the verbs."""
    group.command("review", help=_REVIEW)(review)
    group.command("tell", help=_TELL)(tell)
    group.command("put-off", help=_PUT_OFF)(put_off)
    group.command("agree", help=_AGREE)(agree)


_REVIEW = """Review emergency access that is over. For a reviewer who neither asked for it nor approved it.

A breach is recorded with its clocks at once (`broker breach`). Afterwards the people it was about are told.

Example: broker override review o-4fq2 --by ola --as ig-officer --finding justified
--words "The child was found; the justification stands"
"""


def review(
    override: Id,
    by: By,
    role: As,
    finding: Annotated[str, typer.Option("--finding", help="justified, training (something to learn) or breach")],
    words: Annotated[str, typer.Option("--words", help="what you found, in a sentence")],
    as_json: AsJson = False,
) -> None:
    """Reviews."""
    kind = word("--finding", finding, ReviewFinding)
    with open_broker(Settings.read()) as broker:
        done = review_override(broker, acting(by, role), override, kind, words)
    if as_json:
        print_json({**access_as_json(done.access, AccessState.REVIEWED), "breach": done.breach_id})
        return
    out = console()
    out.print(plain(f"{done.access.id}: {kind.value}."))
    if done.breach_id is not None:
        out.print(plain(f"Recorded as breach {done.breach_id}; its clocks run: broker breach list"))
    out.print(plain(f"{len(done.access.tellings)} to be told: broker override tell or put-off"))


_TELL = """Record that somebody was told that emergency access was used about them.

Example: broker override tell o-4fq2 --by ola --as ig-officer --about p-7ax3 --how in-person
"""


def tell(
    override: Id,
    by: By,
    role: As,
    about: _About,
    how: Annotated[str, typer.Option("--how", help="in-person, letter, phone or through-somebody")],
    as_json: AsJson = False,
) -> None:
    """Tells."""
    kind = word("--how", how, How)
    with open_broker(Settings.read()) as broker:
        access = tell_person(broker, acting(by, role), override, about, kind)
    _done(access, f"{about}: told ({kind.value}).", as_json=as_json)


_PUT_OFF = """Propose not to tell somebody for now. It stands once another reviewer agrees.

Example: broker override put-off o-4fq2 --by ola --as ig-officer --about p-7ax3 --reason could-harm
--words "He opens her post" --look-again 2026-06-01
"""


def put_off(
    override: Id,
    by: By,
    role: As,
    about: _About,
    reason: Annotated[
        str, typer.Option("--reason", help="could-harm, could-prejudice-enquiry, no-safe-way or not-found")
    ],
    words: Annotated[str, typer.Option("--words", help="why not now, in a sentence")],
    look_again: Annotated[str, typer.Option("--look-again", help="the day to decide again")],
    as_json: AsJson = False,
) -> None:
    """Puts off."""
    kind = word("--reason", reason, NotNow)
    look_again_at = moment("--look-again", look_again)
    if look_again_at is None:
        raise CallWrong("--look-again", "is missing; write a day")
    with open_broker(Settings.read()) as broker:
        access = put_off_telling(broker, acting(by, role), override, about, kind, words, look_again_at)
    _done(access, f"{about}: proposed. It stands once another reviewer agrees.", as_json=as_json)


_AGREE = """Agree, as the second person, that somebody is not told for now.

Example: broker override agree o-4fq2 --by sid --as siro --about p-7ax3
"""


def agree(override: Id, by: By, role: As, about: _About, as_json: AsJson = False) -> None:
    """Agrees."""
    with open_broker(Settings.read()) as broker:
        access = agree_to_put_off(broker, acting(by, role), override, about)
    _done(access, f"{about}: not told for now; due again on the day to look again.", as_json=as_json)


def _done(access: EmergencyAccess, said: str, *, as_json: bool) -> None:
    if as_json:
        print_json(access_as_json(access, AccessState.REVIEWED))
    else:
        console().print(plain(said))
