"""The council's four lists: child index, adults around a child, and Annex A lists 1 and 2.

Decides what their cells say. The headings of the Annex A lists are Ofsted's. The council marks a restricted
address wherever somebody in the home is protected; that somebody must not be known to exist it tells no list.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from broker.people import RelationshipKind
from broker.synth.listing import Entry, Listing, ListWriter, Spoiling
from broker.synth.population import County, Family, SynthPerson
from broker.synth.views import view

CODE = "ecc"
CHILD_INDEX = (
    "Child Unique ID",
    "Forename",
    "Surname",
    "Gender",
    "Date of Birth",
    "NHS Number",
    "UPN",
    "Postcode",
    "UPRN",
    "Address Restricted",
    "Date Last Updated",
)
FAMILY_LINKS = (
    "Child Unique ID",
    "Child Date of Birth",
    "Adult Unique ID",
    "Adult Forename",
    "Adult Surname",
    "Adult Gender",
    "Adult Date of Birth",
    "Adult NHS Number",
    "Adult Postcode",
    "Relationship to Child",
    "Parental Responsibility",
    "Lives With Child",
    "Relationship Start Date",
    "Relationship End Date",
)
CHILD = ("Child Unique ID", "Gender", "Ethnicity", "Date of Birth", "Age of Child (Years)")
LIST_1 = (*CHILD, "Date of Contact", "Contact Source")
LIST_2 = (*CHILD, "Assessment start date", "Assessment completion date", "Organisation completing assessment")

ETHNICITIES = ("a) WBRI", "d) WOTH", "f) MWBC", "k) APKN", "o) BAFR", "m) AOTH", "s) NOBT")
TITLES = {
    RelationshipKind.MOTHER: "Mother",
    RelationshipKind.FATHER: "Father",
    RelationshipKind.STEP_PARENT: "Step Parent",
    RelationshipKind.GRANDPARENT: "Grandparent",
    RelationshipKind.SPECIAL_GUARDIAN: "Special Guardian",
}


def council_lists(county: County) -> Iterator[Listing]:
    """The four lists, those that say who people are first."""
    lists = (
        ("child-index.csv", "child-index", CHILD_INDEX, _index_spoilings(), _index),
        ("family-links.csv", "family-links", FAMILY_LINKS, _links_spoilings(), _links),
        ("annex-a-list-1-contacts.csv", "annex-a-contacts", LIST_1, _list_1_spoilings(), _contacts),
        ("annex-a-list-2-early-help.csv", "annex-a-early-help", LIST_2, _list_2_spoilings(), _early_help),
    )
    for name, adapter_code, headings, spoilings, entries in lists:
        writer = ListWriter(
            county.seed, f"{CODE}/{name}", CODE, adapter_code, headings, spoilings, "utf-8-sig", "\r\n"
        )
        yield writer.write(tuple(entries(county)))


def child_number(person: SynthPerson) -> str:
    """The council's number for a child."""
    return str(400_000 + int(person.id[1:]))


def adult_number(person: SynthPerson) -> str:
    """The council's number for an adult."""
    return f"A{700_000 + int(person.id[1:])}"


def _known(county: County) -> Iterator[tuple[Family, SynthPerson]]:
    for family in county.families:
        for person in family.children(county.as_of):
            if CODE in person.known_to:
                yield family, person


def day_text(rng: Random, day: date) -> str:
    """A day as the case system writes it."""
    # One screen of the case system exports a date-time, the others a date.
    return day.strftime("%d/%m/%Y") + (" 00:00:00" if rng.random() < 0.1 else "")


def _gender(person: SynthPerson, as_of: date) -> str:
    if person.born_on > as_of:
        return "c) Not stated/recorded (or unborn)"
    return "a) Male" if person.sex == "male" else "b) Female"


def child_cells(county: County, family: Family, person: SynthPerson, rng: Random) -> tuple[str, ...]:
    """The five cells by which every Annex A list knows a child."""
    seen = view(county.seed, CODE, family, person)
    age = max(0, (county.as_of - seen.born_on).days * 4 // 1461)
    ethnicity = Random(f"{county.seed}/ethnicity/{family.id}").choice(ETHNICITIES)
    return child_number(person), _gender(person, county.as_of), ethnicity, day_text(rng, seen.born_on), str(age)


def _index(county: County) -> Iterator[Entry]:
    rng = Random(f"{county.seed}/index")
    for family, person in _known(county):
        seen = view(county.seed, CODE, family, person)
        cells = (
            child_number(person),
            seen.given_name,
            seen.family_name,
            _gender(person, county.as_of),
            day_text(rng, seen.born_on),
            seen.nhs_number,
            seen.upn,
            seen.postcode,
            seen.uprn,
            "Y" if person.markers else "N",
            day_text(rng, county.as_of - timedelta(days=rng.randrange(1, 400))),
        )
        yield Entry((cells,), ({"child": person.id},))


def _links(county: County) -> Iterator[Entry]:
    rng = Random(f"{county.seed}/links")
    known = {person.id for _, person in _known(county)}
    for family in county.families:
        for link in family.relationships:
            if link.to_id not in known or link.kind not in TITLES:
                continue
            child, adult = family.person(link.to_id), family.person(link.from_id)
            seen = view(county.seed, CODE, family, adult)
            cells = (
                child_number(child),
                day_text(rng, view(county.seed, CODE, family, child).born_on),
                adult_number(adult),
                seen.given_name,
                seen.family_name,
                "Male" if adult.sex == "male" else "Female",
                day_text(rng, seen.born_on),
                seen.nhs_number,
                seen.postcode,
                TITLES[link.kind],
                "Y" if link.parental_responsibility else "N",
                "Y" if {child.id, adult.id} <= family.household else "N",
                day_text(rng, min(link.since_on, county.as_of)),
                "",
            )
            yield Entry((cells,), ({"child": child.id, "adult": adult.id},))


def _contacts(county: County) -> Iterator[Entry]:
    rng = Random(f"{county.seed}/contacts")
    for family in county.families:
        for event in county.events[family.id].contacts:
            for child_id in event.children:
                child = family.person(child_id)
                cells = (*child_cells(county, family, child, rng), day_text(rng, event.on), event.source_code)
                yield Entry((cells,), ({"child": child.id},))


def _early_help(county: County) -> Iterator[Entry]:
    rng = Random(f"{county.seed}/early-help")
    for family in county.families:
        for event in county.events[family.id].early_help:
            child = family.person(event.child)
            done = day_text(rng, event.completed_on) if event.completed_on else ""
            cells = (
                *child_cells(county, family, child, rng),
                day_text(rng, event.started_on),
                done,
                event.organisation,
            )
            yield Entry((cells,), ({"child": child.id},))


def _index_spoilings() -> tuple[Spoiling, ...]:
    return (
        Spoiling("impossible date of birth", "Date of Birth", "14/06/1815"),
        Spoiling("no such day", "Date of Birth", "31/02/2015"),
        Spoiling("no surname", "Surname", ""),
        Spoiling("unknown restriction", "Address Restricted", "see notes"),
    )


def _links_spoilings() -> tuple[Spoiling, ...]:
    return (
        Spoiling("no forename", "Adult Forename", ""),
        Spoiling("unknown relationship", "Relationship to Child", "Mum's friend"),
        Spoiling("unclear responsibility", "Parental Responsibility", "?"),
    )


def _list_1_spoilings() -> tuple[Spoiling, ...]:
    return (
        Spoiling("not a date", "Date of Contact", "n/k"),
        Spoiling("two-digit year", "Date of Contact", "03/04/26"),
        Spoiling("in the future", "Date of Contact", "01/01/2199"),
        Spoiling("no child", "Child Unique ID", ""),
        Spoiling("unknown source", "Contact Source", "z) 99: Carrier pigeon"),
        Spoiling("cut short", None, None),
    )


def _list_2_spoilings() -> tuple[Spoiling, ...]:
    return (
        Spoiling("no start", "Assessment start date", ""),
        Spoiling("ends before it starts", "Assessment completion date", "01/01/1999"),
        Spoiling("not a date", "Assessment start date", "last Tuesday"),
    )
