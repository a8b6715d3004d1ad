"""`broker person`: people made known, found, related, housed, marked and assessed."""

from __future__ import annotations

from typing import Annotated, Any

import typer

from broker.cli.override.words import clock
from broker.cli.screen import console, plain, print_json, table
from broker.cli.who import AS_HELP, BY_HELP
from broker.cli.words import acting, day, moment, scope, word
from broker.dates import Interval, instant_text
from broker.errors import CallWrong
from broker.people import Competence, ProtectionMarker, Relationship, RelationshipKind
from broker.settings import Settings
from broker.usecases.people.assess_person import Assessment, assess
from broker.usecases.people.lift_protection import LiftProposed, agree_to_lift, decline_lift, propose_lift
from broker.usecases.people.markers import Marking, mark
from broker.usecases.people.people import NHS_NUMBER, FoundPerson, NewPerson, Wanted, add_person, find_person
from broker.usecases.people.ties import house, relate
from broker.wiring import open_broker

NONE_OR_MANY = (
    "Nobody matches, or too many people do: check the spelling, add a date of birth, a postcode or an NHS number,"
    " or record a new person."
)
_GROUP = typer.Typer(no_args_is_help=True, help="People: add, find, relate, house, mark, assess.")
_By = Annotated[str, typer.Option("--by", help=BY_HELP)]
_As = Annotated[str, typer.Option("--as", help=AS_HELP)]
_Person = Annotated[str, typer.Argument(help="the person's id", show_default=False)]
_Json = Annotated[bool, typer.Option("--json", help="print JSON (docs/how-to-person.md)")]
_Given = Annotated[str, typer.Option("--given", help="given names")]
_Family = Annotated[str, typer.Option("--family", help="family name")]
_Born = Annotated[str | None, typer.Option("--born", help="date of birth, 2015-06-01")]
_Postcode = Annotated[str, typer.Option("--postcode", help="postcode")]
_NHS = Annotated[str | None, typer.Option("--nhs-number", help="NHS number")]


def register(app: typer.Typer) -> None:
    """Adds the verbs."""
    app.add_typer(_GROUP, name="person")


_ADD = """Make somebody known, and print their new id.

Example: broker person add --by tri --as triage --given Ada --family Example --born 2015-06-01 --postcode "CM1 1LX"
"""


@_GROUP.command("add", help=_ADD)
def add(
    by: _By,
    role: _As,
    given: _Given,
    family: _Family,
    born: _Born = None,
    postcode: _Postcode = "",
    nhs_number: _NHS = None,
    address: Annotated[list[str] | None, typer.Option("--address", help="a line of the address")] = None,
    phone: Annotated[list[str] | None, typer.Option("--phone", help="a safe number")] = None,
    as_json: _Json = False,
) -> None:
    """Adds."""
    new = NewPerson(
        given,
        family,
        day("--born", born),
        None,
        postcode,
        tuple(address or ()),
        tuple(phone or ()),
        _identifiers(nhs_number),
    )
    with open_broker(Settings.read()) as broker:
        person_id = add_person(broker, acting(by, role), new)
    _say({"person": person_id}, f"Known from now on as {person_id}.", as_json=as_json)


_FIND = """Find somebody by NHS number, or by two of family name, given name, date of birth and postcode.

The purpose and the reason come first and are written down. Exit code 1 when nobody is found.

Example: broker person find --by tri --as triage --purpose front-door-screening --reason "new contact"
--family Example --born 2015-06-01
"""


@_GROUP.command("find", help=_FIND)
def find(
    by: _By,
    role: _As,
    purpose: Annotated[str, typer.Option("--purpose", help="why you look: a purpose's code")],
    reason: Annotated[str, typer.Option("--reason", help="why you look, in a sentence")],
    given: _Given = "",
    family: _Family = "",
    born: _Born = None,
    postcode: _Postcode = "",
    nhs_number: _NHS = None,
    age: Annotated[int | None, typer.Option("--age", help="about how old; with both names, to protect")] = None,
    as_json: _Json = False,
) -> None:
    """Finds."""
    wanted = Wanted(given, family, day("--born", born), postcode, _identifiers(nhs_number), age)
    with open_broker(Settings.read()) as broker:
        search = find_person(broker, acting(by, role), wanted, purpose, reason)
    if as_json:
        print_json({"found": [_found_json(one) for one in search.found], "stopped": search.stopped})
    else:
        _show_found(search.found, stopped=search.stopped)
    if not search.found:
        raise typer.Exit(1)


def _show_found(found: tuple[FoundPerson, ...], *, stopped: bool) -> None:
    out = console()
    if found:
        rows = [(one.person_id, one.name, "" if one.age is None else one.age, one.district) for one in found]
        out.print(table("Is this the right person?", ("Id", "Name", "Age", "District"), rows))
    if stopped:
        out.print(plain("You may know somebody here. Ask a colleague to take it."))
    elif not found:
        out.print(plain(f"Nobody found. {NONE_OR_MANY}"))


def _found_json(one: FoundPerson) -> dict[str, Any]:
    return {"person": one.person_id, "name": one.name, "age": one.age, "district": one.district}


_RELATE = """Record what one person is to another. Parental responsibility needs evidence.

Example: broker person relate p-9qd1 p-7ax3 --by tri --as triage --kind mother --parental-responsibility
--evidence "birth register"
"""


@_GROUP.command("relate", help=_RELATE)
def relate_(
    from_id: Annotated[str, typer.Argument(help="who (for a care order: an organisation)", show_default=False)],
    to_id: Annotated[str, typer.Argument(help="is something to whom", show_default=False)],
    by: _By,
    role: _As,
    kind: Annotated[str, typer.Option("--kind", help="mother, father, step-parent, care-order, attorney, ...")],
    responsible: Annotated[bool, typer.Option("--parental-responsibility", help="they hold it")] = False,
    exclusive: Annotated[bool, typer.Option("--exclusive", help="to the exclusion of others")] = False,
    since: Annotated[str | None, typer.Option("--since", help="left out: always")] = None,
    until: Annotated[str | None, typer.Option("--until", help="left out: open")] = None,
    evidence: Annotated[str, typer.Option("--evidence", help="what shows it")] = "",
    known_as: Annotated[str | None, typer.Option("--id", help="of a relationship recorded before")] = None,
    as_json: _Json = False,
) -> None:
    """Relates."""
    relationship = Relationship(
        from_id,
        to_id,
        word("--kind", kind, RelationshipKind),
        responsible,
        exclusive,
        Interval(moment("--since", since), moment("--until", until)),
    )
    with open_broker(Settings.read()) as broker:
        new_id = relate(broker, acting(by, role), relationship, evidence=evidence, relationship_id=known_as)
    _say({"relationship": new_id}, f"Written down as {new_id}.", as_json=as_json)


_HOUSE = """Record who joined or left a household.

Example: broker person house --by tri --as triage --joined p-9qd1 --joined p-7ax3
"""


@_GROUP.command("house", help=_HOUSE)
def house_(
    by: _By,
    role: _As,
    joined: Annotated[list[str] | None, typer.Option("--joined", help="the id of somebody who joined")] = None,
    left: Annotated[list[str] | None, typer.Option("--left", help="the id of somebody who left")] = None,
    household: Annotated[str | None, typer.Option("--id", help="the household; left out: a new one")] = None,
    as_json: _Json = False,
) -> None:
    """Houses."""
    with open_broker(Settings.read()) as broker:
        home = house(
            broker, acting(by, role), household_id=household, joined=tuple(joined or ()), left=tuple(left or ())
        )
    _say({"household": home}, f"Household {home}.", as_json=as_json)


_MARK = """Set or lift a marker: protected, address-protected or unsafe-to-approach.

Somebody marked protected does not exist for anybody from then on; those who know them are asked to mark the
household's address. Setting `protected` and lifting any marker need a reason, which is kept sealed.

Lifting `protected` takes two people of two organisations, one of which knows the person: `--lift` proposes it and
lifts nothing; `--agree` with the proposal's id, by somebody else, lifts it. Those who know the person hear of the
proposal and can `--decline` it. It lapses after five days. What is answered tells nobody whether somebody is
protected, or is known.

Example: broker person mark p-7ax3 address-protected --by dee --as safeguarding-lead

broker person mark p-7ax3 protected --lift --by dee --as safeguarding-lead --reason "the threat has ended"

broker person mark p-7ax3 protected --agree l-4kq2 --by ola --as ig-officer --reason "the police confirm it"
"""


@_GROUP.command("mark", help=_MARK)
def mark_(
    person: _Person,
    marker: Annotated[str, typer.Argument(help="the marker", show_default=False)],
    by: _By,
    role: _As,
    lift: Annotated[bool, typer.Option("--lift", help="take it off; `protected`: propose to")] = False,
    reason: Annotated[str, typer.Option("--reason", help="why, in a sentence")] = "",
    agree: Annotated[
        str | None, typer.Option("--agree", help="to lift `protected`: the id of what another person proposed")
    ] = None,
    decline: Annotated[
        str | None, typer.Option("--decline", help="end a proposal to lift `protected`, by its id")
    ] = None,
    as_json: _Json = False,
) -> None:
    """Marks."""
    kind = word("marker", marker, ProtectionMarker)
    if lift + (agree is not None) + (decline is not None) > 1:
        raise CallWrong("--lift", "`--agree` and `--decline` are three acts; give one")
    if kind is not ProtectionMarker.PROTECTED and (agree is not None or decline is not None):
        raise CallWrong("marker", f"`{kind.value}` is lifted by one person, with `--lift`")
    protection = kind is ProtectionMarker.PROTECTED
    with open_broker(Settings.read()) as broker:
        actor = acting(by, role)
        if protection and lift:
            _say_proposed(person, propose_lift(broker, actor, person, reason), as_json=as_json)
        elif agree is not None:
            agree_to_lift(broker, actor, person, agree, reason)
            _say({"person": person, "agreed": agree}, f"Agreed to {agree}.", as_json=as_json)
        elif decline is not None:
            decline_lift(broker, actor, person, decline, reason)
            _say({"person": person, "declined": decline}, f"Declined: {decline} is over.", as_json=as_json)
        else:
            mark(broker, actor, person, Marking(kind, lift, reason))
            words = f"{kind.value}: {'taken off' if lift else 'set'}."
            _say({"person": person, "marker": kind.value, "set": not lift}, words, as_json=as_json)


def _say_proposed(person: str, proposed: LiftProposed, *, as_json: bool) -> None:
    payload = {
        "person": person,
        "proposal": proposed.proposal_id,
        "lapses": instant_text(proposed.lapses_at),
    }
    words = (
        f"Proposed as {proposed.proposal_id}. Nothing is lifted until somebody of another organisation agrees;"
        f" it lapses at {clock(proposed.lapses_at)}. One of you is to be of an organisation that knows the person."
    )
    _say(payload, words, as_json=as_json)


_ASSESS = """Record an assessment: a child is competent to decide, or a person lacks capacity.

What it rests on is said in words, which are kept sealed: who saw the person, when, and what showed it. You are in
a case about the person, or your organisation knows them; of anybody else the answer is the same as of nobody.

Example: broker person assess p-7ax3 --by kim --as lead-practitioner --competent --category sexual-health
--evidence "nurse Ames, 2 March: she weighed what sharing would mean and said it back"
"""


@_GROUP.command("assess", help=_ASSESS)
def assess_(
    person: _Person,
    by: _By,
    role: _As,
    evidence: Annotated[str, typer.Option("--evidence", help="what it rests on, in a sentence")] = "",
    competent: Annotated[bool, typer.Option("--competent", help="competent to decide (Gillick)")] = False,
    lacks_capacity: Annotated[bool, typer.Option("--lacks-capacity", help="lacks capacity")] = False,
    since: Annotated[str | None, typer.Option("--since", help="left out: now")] = None,
    until: Annotated[str | None, typer.Option("--until", help="of competence; left out: open")] = None,
    category: Annotated[list[str] | None, typer.Option("--category", help="of competence; left out: all")] = None,
    as_json: _Json = False,
) -> None:
    """Assesses."""
    if competent == lacks_capacity:
        raise CallWrong("--competent", "or `--lacks-capacity`: say which was assessed")
    with open_broker(Settings.read()) as broker:
        from_at = moment("--since", since) or broker.clock.now()
        if competent:
            found = Competence(Interval(from_at, moment("--until", until)), scope(category))
            made = Assessment(evidence, competence=found)
        else:
            made = Assessment(evidence, lacks_capacity_from=from_at)
        assess(broker, acting(by, role), person, made)
    what = "competent" if competent else "lacks capacity"
    _say({"person": person, "assessed": what}, f"Written down: {what}.", as_json=as_json)


def _identifiers(nhs_number: str | None) -> dict[str, str]:
    return {NHS_NUMBER: nhs_number} if nhs_number else {}


def _say(payload: dict[str, Any], words: str, *, as_json: bool) -> None:
    if as_json:
        print_json(payload)
    else:
        console().print(plain(words))
