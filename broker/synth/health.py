"""The trust's health visiting reviews and mental health referrals.

Decides what their cells say: names of the community and mental health data sets, days as ISO writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date, timedelta
from random import Random

from broker.synth.listing import Entry, Listing, ListWriter, Spoiling
from broker.synth.population import County, Family, SynthPerson
from broker.synth.views import view

CODE = "eput-nhs"
VISITING = (
    "Local Patient ID",
    "NHS Number",
    "Forename",
    "Surname",
    "Date of Birth",
    "Gender",
    "Postcode",
    "Review Type",
    "Review Due Date",
    "Review Date",
    "Review Outcome",
    "Level of Service",
    "Concern",
    "Health Visitor",
    "Date Last Updated",
)
REFERRALS = (
    "LocalPatientId",
    "NHSNumber",
    "PersonGivenName",
    "PersonFamilyName",
    "PersonBirthDate",
    "Gender",
    "Postcode",
    "ServiceRequestId",
    "ReferralRequestReceivedDate",
    "ClinRespPriorityType",
    "ServTeamTypeRefToMH",
    "ReferRejectionDate",
    "ServDischDate",
    "NextAppointmentDate",
    "PrimReasonReferralMH",
)
VISITING_SPOILINGS = (
    Spoiling("unknown review", "Review Type", "Weigh-in"),
    Spoiling("no surname", "Surname", ""),
    Spoiling("unknown outcome", "Review Outcome", "Lovely"),
)
REFERRAL_SPOILINGS = (
    Spoiling("no request", "ServiceRequestId", ""),
    Spoiling("wrong form of date", "ReferralRequestReceivedDate", "12/03/2026"),
    Spoiling("unknown priority", "ClinRespPriorityType", "9"),
)


def health_lists(county: County) -> Iterator[Listing]:
    """Both lists."""
    for name, adapter_code, headings, spoilings, entries in (
        ("health-visiting.csv", "health-visiting", VISITING, VISITING_SPOILINGS, _reviews),
        ("mental-health-referrals.csv", "mental-health-referrals", REFERRALS, REFERRAL_SPOILINGS, _referrals),
    ):
        writer = ListWriter(
            county.seed, f"{CODE}/{name}", CODE, adapter_code, headings, spoilings, "utf-8", "\n", 1
        )
        yield writer.write(tuple(entries(county)))


def _patient(county: County, family: Family, person: SynthPerson) -> tuple[str, ...]:
    seen = view(county.seed, CODE, family, person)
    number = f"EP{int(person.id[1:])}"
    born, sex = seen.born_on.isoformat(), "1" if person.sex == "male" else "2"
    return number, seen.nhs_number, seen.given_name, seen.family_name, born, sex, seen.postcode


def _iso(on: date | None) -> str:
    return "" if on is None else on.isoformat()


def _reviews(county: County) -> Iterator[Entry]:
    for family in county.families:
        for one in county.services[family.id].reviews:
            person = family.person(one.who)
            outcome, level, concern, worker = one.more
            updated = one.until or county.as_of - timedelta(days=3)
            row = (
                *_patient(county, family, person),
                one.kind,
                _iso(one.on),
                _iso(one.until),
                outcome,
                level,
                concern,
                worker,
                _iso(updated),
            )
            yield Entry((row,), ({"child": person.id},))


def _referrals(county: County) -> Iterator[Entry]:
    rng = Random(f"{county.seed}/mental-health")
    for family in county.families:
        for one in county.services[family.id].patients:
            person = family.person(one.who)
            soon = county.as_of + timedelta(days=rng.randrange(3, 60))
            row = (
                *_patient(county, family, person),
                f"SR{int(person.id[1:])}",
                _iso(one.on),
                one.more[0],
                one.kind,
                "",
                _iso(one.until),
                "" if one.until else _iso(soon),
                "11",
            )
            yield Entry((row,), ({"patient": person.id},))
