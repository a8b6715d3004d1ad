"""The police export: one row a person and incident, an incident's rows together.

Decides what its cells say. Windows-1252, surnames in capitals, days with the month's name: an old records
system. A few people have two numbers there, as in every force.
"""

from __future__ import annotations

from collections.abc import Iterator
from random import Random

from broker.synth.listing import Entry, Listing, ListWriter, Spoiling
from broker.synth.population import County, Family, IncidentEvent, SynthPerson
from broker.synth.views import view

CODE = "essex-police"
HEADINGS = (
    "Incident Number",
    "Incident Date/Time",
    "Incident Type",
    "Location",
    "Outcome",
    "Linked Persons",
    "Nominal Ref",
    "Role",
    "Surname",
    "Forename 1",
    "Forename 2",
    "DOB",
    "Sex",
    "Address",
    "Postcode",
    "Officer Defined Ethnicity",
    "DASH Risk",
    "DASH Score",
    "Summary",
    "Summary Names Only Linked Persons",
    "OIC Collar No",
)
SPOILINGS = (
    Spoiling("no surname", "Surname", ""),
    Spoiling("impossible date of birth", "DOB", "31-Nov-1990"),
    Spoiling("unknown role", "Role", "Dog"),
    Spoiling("unknown type", "Incident Type", "Sundry"),
    Spoiling("no date", "Incident Date/Time", ""),
)
MONTHS = ("Jan", "Feb", "Mar", "Apr", "May", "Jun", "Jul", "Aug", "Sep", "Oct", "Nov", "Dec")


def police_lists(county: County) -> Iterator[Listing]:
    """The one export."""
    entries = tuple(
        _entry(county, family, event) for family in county.families for event in county.events[family.id].incidents
    )
    writer = ListWriter(
        county.seed, f"{CODE}/incidents.csv", CODE, "police-incidents", HEADINGS, SPOILINGS, "cp1252", "\r\n"
    )
    yield writer.write(entries)


def nominal_ref(county: County, person: SynthPerson, incident_number: str) -> str:
    """The force's number for the person; one in twenty-five was entered a second time."""
    serial = int(person.id[1:])
    twice = Random(f"{county.seed}/nominal/{person.id}/{incident_number}").random() < 0.04
    return f"N{9_000_000 + serial if twice else 1_000_000 + serial}"


def _entry(county: County, family: Family, event: IncidentEvent) -> Entry:
    rows = []
    who = []
    for person_id, part in event.parts:
        person = family.person(person_id)
        seen = view(county.seed, CODE, family, person)
        ref = nominal_ref(county, person, event.number)
        born = f"{seen.born_on.day:02d}-{MONTHS[seen.born_on.month - 1]}-{seen.born_on.year}"
        rows.append(
            (
                event.number,
                f"{event.on:%d/%m/%Y} {event.clock}",
                event.type_name,
                event.location,
                event.outcome,
                str(len(event.parts)),
                ref,
                part,
                seen.family_name.upper(),
                seen.given_name,
                person.middle_name,
                born,
                "M" if person.sex == "male" else "F",
                seen.address,
                seen.postcode,
                "",
                event.dash[0] if event.dash else "",
                str(event.dash[1]) if event.dash else "",
                event.summary,
                "Y" if event.names_only_linked else "N",
                f"{42_000_000 + int(family.id[1:]) % 900}",
            )
        )
        who.append({ref: person.id})
    return Entry(tuple(rows), tuple(who))
