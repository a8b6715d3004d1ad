"""`broker contact record`: writes down a worry, with immediate danger said first."""

from __future__ import annotations

import sys
from typing import Annotated

import typer

from broker.casework.contact import EMERGENCY, KNOWS_IN_WORDS, ContactWords, FamilyKnows, SafeContact, SourceKind
from broker.cli.contact.words import As, By, Json, contact_json, typed
from broker.cli.screen import console, plain, print_json
from broker.cli.words import acting, day, moment, word
from broker.errors import CallWrong
from broker.settings import Settings
from broker.usecases.casework.record_contact import NewContact, record_contact
from broker.usecases.people.people import NewPerson
from broker.vocabulary.clocks import Rating
from broker.wiring import open_broker

_RECORD = """Record a contact: somebody is worried about a child. It waits in the queue until it is taken.

With --danger the emergency wording comes before anything else. Nothing counts as safe that was not said to be.

Example: broker contact record --by tri --as triage --source organisation --from oakdale-primary --about p-7ax3
--worry - --knows no --safe-phone 01632960123 --call --when "after 3 pm" --rating amber
"""


def add(group: typer.Typer) -> None:
    """Adds the verb."""
    group.command("record", help=_RECORD)(record)


def record(
    by: By,
    role: As,
    source: Annotated[str, typer.Option("--source", help="organisation, family, public or anonymous")],
    worry: Annotated[str, typer.Option("--worry", help="the worry in their own words; - reads standard input")],
    sender: Annotated[str | None, typer.Option("--from", help="the organisation's code, where one told")] = None,
    about: Annotated[list[str] | None, typer.Option("--about", help="the id of a person found here")] = None,
    new: Annotated[
        list[str] | None,
        typer.Option("--new", help='somebody not known here: "given names; family name; 2015-06-01"'),
    ] = None,
    danger: Annotated[bool, typer.Option("--danger", help="somebody is in danger now")] = False,
    knows: Annotated[
        str, typer.Option("--knows", help="does the family know: yes, no, not-safe or unknown")
    ] = FamilyKnows.UNKNOWN.value,
    told_by: Annotated[str, typer.Option("--told-by", help="the name of whoever told; kept sealed")] = "",
    call_back: Annotated[str, typer.Option("--call-back", help="how to reach whoever told; kept sealed")] = "",
    safe_phone: Annotated[str, typer.Option("--safe-phone", help="the number on which the family is safe")] = "",
    call: Annotated[bool, typer.Option("--call", help="it is safe to ring")] = False,
    text: Annotated[bool, typer.Option("--text", help="it is safe to text")] = False,
    voicemail: Annotated[bool, typer.Option("--voicemail", help="it is safe to leave a voicemail")] = False,
    when: Annotated[str, typer.Option("--when", help="when it is safe, in words")] = "",
    code_word: Annotated[str, typer.Option("--code-word", help="what to say first; kept sealed")] = "",
    received: Annotated[str | None, typer.Option("--received", help="when it arrived; left out: now")] = None,
    rating: Annotated[str | None, typer.Option("--rating", help="red, amber, green or blue")] = None,
    level: Annotated[int, typer.Option("--level", help="the level of need as it looks now, 1 to 4")] = 1,
    as_json: Json = False,
) -> None:
    """Records."""
    if danger:
        # Before anything else, whatever becomes of the rest; with --json it must not stand in the answer's way.
        print(EMERGENCY, file=sys.stderr if as_json else sys.stdout, flush=True)
    contact = NewContact(
        word("--source", source, SourceKind),
        ContactWords(
            typed("--worry", worry),
            told_by,
            call_back,
            SafeContact(safe_phone, call, text, voicemail, when, code_word),
        ),
        frozenset(about or ()),
        tuple(_person(one) for one in new or ()),
        sender,
        word("--knows", knows, FamilyKnows),
        danger,
        moment("--received", received),
        word("--rating", rating, Rating) if rating is not None else None,
        level,
    )
    with open_broker(Settings.read()) as broker:
        made = record_contact(broker, acting(by, role), contact)
    if as_json:
        emergency = EMERGENCY if danger else None
        people = {"about": sorted(made.case.about), "made_known": list(made.made_known)}
        print_json({**contact_json(made.contact), "emergency": emergency, **people})
        return
    screen = console()
    screen.print(plain(f"Contact {made.case.id} waits to be taken."))
    screen.print(plain(KNOWS_IN_WORDS[made.contact.family_knows]))
    screen.print(plain(contact.words.safe.in_words))


def _person(typed_in: str) -> NewPerson:
    parts = [part.strip() for part in typed_in.split(";")]
    if len(parts) not in (2, 3):
        raise CallWrong(
            "--new", 'is written "given names; family name; 2015-06-01", the birth date if it is known'
        )
    return NewPerson(parts[0], parts[1], day("--new", parts[2]) if len(parts) == 3 else None)
