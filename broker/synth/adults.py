"""Two lists about adults: benefits in payment, and who is under probation supervision.

Decides what their cells say. The department knows people by their National Insurance number, probation by its own.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from broker.synth.listing import Entry, Listing, ListWriter, Spoiling
from broker.synth.population import County, SynthPerson
from broker.synth.views import view

DEPARTMENT, PROBATION = "dwp", "essex-probation"
BENEFITS = (
    "NINO",
    "Forename",
    "Surname",
    "DateOfBirth",
    "Sex",
    "Postcode",
    "BenefitType",
    "InPayment",
    "StatusDate",
    "SanctionEndDate",
    "AwardAmount",
)
SUPERVISED = (
    "CRN",
    "Forename",
    "Surname",
    "Date of Birth",
    "Gender",
    "Postcode",
    "Event Number",
    "Supervision Type",
    "Start Date",
    "End Date",
    "Risk of Serious Harm",
    "Licence Conditions",
    "Next Appointment",
    "Probation Practitioner",
    "Main Offence",
)
BENEFIT_SPOILINGS = (
    Spoiling("unknown benefit", "BenefitType", "Lottery"),
    Spoiling("unclear payment", "InPayment", "maybe"),
    Spoiling("no forename", "Forename", ""),
)
SUPERVISED_SPOILINGS = (
    Spoiling("no number", "CRN", ""),
    Spoiling("unknown supervision", "Supervision Type", "House arrest"),
    Spoiling("a condition in words", "Licence Conditions", "Not to see Jane"),
)


def adult_lists(county: County) -> Iterator[Listing]:
    """Both lists."""
    for code, name, adapter_code, headings, spoilings, entries in (
        (PROBATION, "caseload.csv", "probation-caseload", SUPERVISED, SUPERVISED_SPOILINGS, _supervised),
        (DEPARTMENT, "benefits.csv", "benefit-status", BENEFITS, BENEFIT_SPOILINGS, _benefits),
    ):
        writer = ListWriter(
            county.seed, f"{code}/{name}", code, adapter_code, headings, spoilings, "utf-8", "\r\n", 1
        )
        yield writer.write(tuple(entries(county)))


def insurance_number(person: SynthPerson) -> str:
    """A number of the right form; whether it was ever issued nobody here knows."""
    serial = int(person.id[1:])
    return f"JC{serial % 1_000_000:06d}{'ABCD'[serial % 4]}"


def _day(on: date) -> str:
    return on.strftime("%d/%m/%Y")


def _benefits(county: County) -> Iterator[Entry]:
    rng = Random(f"{county.seed}/benefits")
    for family in county.families:
        for one in county.services[family.id].benefits:
            person = family.person(one.who)
            seen = view(county.seed, DEPARTMENT, family, person)
            sanctioned = one.more[0] == "Y" and rng.random() < 0.05
            row = (
                insurance_number(person),
                seen.given_name,
                seen.family_name,
                seen.born_on.isoformat(),
                "M" if person.sex == "male" else "F",
                seen.postcode,
                one.kind,
                one.more[0],
                one.on.isoformat(),
                (county.as_of + timedelta(days=40)).isoformat() if sanctioned else "",
                f"{rng.randrange(100, 1500)}.00",
            )
            yield Entry((row,), ({"claimant": person.id},))


def _supervised(county: County) -> Iterator[Entry]:
    rng = Random(f"{county.seed}/probation")
    for family in county.families:
        for one in county.services[family.id].supervised:
            person = family.person(one.who)
            seen = view(county.seed, PROBATION, family, person)
            risk, conditions, worker = one.more
            row = (
                f"E{100_000 + int(person.id[1:])}",
                seen.given_name,
                seen.family_name,
                _day(seen.born_on),
                person.sex.title(),
                seen.postcode,
                "1",
                one.kind,
                _day(one.on),
                _day(one.until) if one.until else "",
                risk,
                conditions,
                _day(county.as_of + timedelta(days=rng.randrange(1, 28))),
                worker,
                "Theft",
            )
            yield Entry((row,), ({"person": person.id},))
