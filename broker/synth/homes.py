"""The landlord's tenancies and the city's homelessness cases.

Decides what their cells say. Both systems number people for themselves.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from broker.synth.listing import Entry, Listing, ListWriter, Spoiling
from broker.synth.population import County, Episode, Family, SynthPerson, Tenancy
from broker.synth.views import AgencyView, view

LANDLORD, CITY = "chelmsford-housing", "chelmsford-city"
TENANCIES = (
    "Tenancy Reference",
    "Tenant Person Reference",
    "Tenant Forename",
    "Tenant Surname",
    "Tenant Date of Birth",
    "Tenant Gender",
    "Property Address",
    "Postcode",
    "UPRN",
    "Joint Tenant Person Reference",
    "Joint Tenant Forename",
    "Joint Tenant Surname",
    "Joint Tenant Date of Birth",
    "Tenancy Status",
    "Tenancy Start Date",
    "Rent Arrears",
    "Notice Served Date",
    "Balance Date",
    "Payment Method",
)
HOMELESS = (
    "Case Reference",
    "Person Reference",
    "First Name",
    "Last Name",
    "Date of Birth",
    "Sex",
    "Last Settled Postcode",
    "Date of Application",
    "Duty Owed",
    "Duty Start Date",
    "Duty End Date",
    "Temporary Accommodation Type",
    "Temporary Accommodation Address",
    "Main Reason for Loss of Settled Home",
)
TENANCY_SPOILINGS = (
    Spoiling("no tenant's number", "Tenant Person Reference", ""),
    Spoiling("in credit", "Rent Arrears", "-12.00"),
    Spoiling("unknown status", "Tenancy Status", "Squatting"),
    Spoiling("no surname", "Tenant Surname", ""),
)
HOMELESS_SPOILINGS = (
    Spoiling("no number", "Person Reference", ""),
    Spoiling("unknown duty", "Duty Owed", "Sympathy"),
    Spoiling("not a date", "Date of Application", "last week"),
)


def home_lists(county: County) -> Iterator[Listing]:
    """Both lists."""
    for code, name, adapter_code, headings, spoilings, entries in (
        (LANDLORD, "tenancies.csv", "tenancies", TENANCIES, TENANCY_SPOILINGS, _tenancies),
        (CITY, "homelessness.csv", "housing-options", HOMELESS, HOMELESS_SPOILINGS, _homeless),
    ):
        writer = ListWriter(
            county.seed, f"{code}/{name}", code, adapter_code, headings, spoilings, "utf-8", "\r\n", 1
        )
        yield writer.write(tuple(entries(county)))


def _day(on: date | None) -> str:
    return "" if on is None else on.strftime("%d/%m/%Y")


def _tenancies(county: County) -> Iterator[Entry]:
    rng = Random(f"{county.seed}/tenancies")
    for family in county.families:
        tenancy = county.services[family.id].tenancy
        if tenancy is not None:
            yield _tenancy(county, family, tenancy, rng)


def _tenancy(county: County, family: Family, tenancy: Tenancy, rng: Random) -> Entry:
    people = [family.person(one) for one in tenancy.tenants]
    first, *others = [(person, view(county.seed, LANDLORD, family, person)) for person in people]
    person, seen = first
    joint = _named(others[0]) if others else ("", "", "", "")
    row = (
        f"T{int(family.id[1:]):06d}",
        *_named(first),
        person.sex.title(),
        str(person.address),
        seen.postcode,
        seen.uprn,
        *joint,
        tenancy.status,
        _day(tenancy.on),
        tenancy.arrears,
        _day(tenancy.served_on),
        _day(county.as_of),
        rng.choice(("Direct debit", "Cash", "Paid direct")),
    )
    return Entry((row,), (dict(zip(("tenant", "joint-tenant"), tenancy.tenants, strict=False)),))


def _named(known: tuple[SynthPerson, AgencyView]) -> tuple[str, str, str, str]:
    person, seen = known
    return f"HA{int(person.id[1:])}", seen.given_name, seen.family_name, _day(seen.born_on)


def _homeless(county: County) -> Iterator[Entry]:
    for family in county.families:
        for episode in county.services[family.id].homeless:
            yield _case(county, family, episode)


def _case(county: County, family: Family, one: Episode) -> Entry:
    person = family.person(one.who)
    seen = view(county.seed, CITY, family, person)
    placed = one.more[0]
    row = (
        f"HC{int(family.id[1:])}",
        f"HP{int(person.id[1:])}",
        seen.given_name,
        seen.family_name,
        _day(seen.born_on),
        person.sex.title(),
        seen.postcode,
        _day(one.on),
        one.kind,
        _day(one.on),
        _day(one.until),
        placed,
        "12 Marsh Way, Chelmsford" if placed else "",
        "Domestic abuse" if placed == "Refuge" else "End of tenancy",
    )
    return Entry((row,), ({"person": person.id},))
