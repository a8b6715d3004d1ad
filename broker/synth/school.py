"""The schools' attendance summaries, with the names of the common basic data set.

Decides what their cells say. UTF-8 without a mark and bare line feeds, as the schools' system writes them.
"""

from __future__ import annotations

from collections.abc import Iterator
from datetime import date
from random import Random

from broker.synth.families import PRIMARY, SECONDARY
from broker.synth.listing import Entry, Listing, ListWriter, Spoiling
from broker.synth.population import AttendanceEvent, County, Family
from broker.synth.views import view

LAESTABS = {PRIMARY: "8812999", SECONDARY: "8814999"}
HEADINGS = (
    "LAESTAB",
    "UPN",
    "Surname",
    "Forename",
    "MiddleNames",
    "DOB",
    "Sex",
    "PostCode",
    "NCyearActual",
    "AttendanceStartDate",
    "AttendanceEndDate",
    "SessionsPossible",
    "SessionsAttended",
    "SessionsAuthorised",
    "SessionsUnauthorised",
)
SPOILINGS = (
    Spoiling("no forename", "Forename", ""),
    Spoiling("wrong form of date", "DOB", "12/03/2014"),
    Spoiling("sessions do not add up", "SessionsPossible", "3"),
    Spoiling("born tomorrow", "DOB", "2199-01-01"),
)


EXCLUSIONS = (
    "LAESTAB",
    "UPN",
    "Surname",
    "Forename",
    "MiddleNames",
    "DOB",
    "Sex",
    "PostCode",
    "ExclusionCategory",
    "ExclusionStartDate",
    "SessionsExcluded",
    "ExclusionReason",
)
EXCLUSION_SPOILINGS = (
    Spoiling("no surname", "Surname", ""),
    Spoiling("unknown reason", "ExclusionReason", "ZZ"),
    Spoiling("wrong form of date", "ExclusionStartDate", "12/10/2026"),
)


def exclusion_lists(county: County) -> Iterator[Listing]:
    """One list of suspensions and exclusions a school."""
    for code in LAESTABS:
        path = f"{code}/exclusions.csv"
        writer = ListWriter(
            county.seed, path, code, "school-exclusions", EXCLUSIONS, EXCLUSION_SPOILINGS, "utf-8", "\n", 1
        )
        yield writer.write(tuple(_excluded(county, code)))


def _excluded(county: County, code: str) -> Iterator[Entry]:
    for family in county.families:
        for one in county.services[family.id].exclusions:
            child = family.person(one.who)
            seen = view(county.seed, code, family, child)
            if child.school_code == code and seen.born_on < one.on:
                sessions, reason = one.more
                cells = (
                    LAESTABS[code],
                    seen.upn,
                    seen.family_name,
                    seen.given_name,
                    child.middle_name,
                    seen.born_on.isoformat(),
                    "M" if child.sex == "male" else "F",
                    seen.postcode,
                    one.kind,
                    one.on.isoformat(),
                    sessions,
                    reason,
                )
                yield Entry((cells,), ({"pupil": child.id},))


def school_lists(county: County) -> Iterator[Listing]:
    """One list a school."""
    for code in LAESTABS:
        entries = tuple(_entries(county, code))
        writer = ListWriter(
            county.seed, f"{code}/attendance.csv", code, "school-attendance", HEADINGS, SPOILINGS, "utf-8", "\n"
        )
        yield writer.write(entries)


def _entries(county: County, code: str) -> Iterator[Entry]:
    rng = Random(f"{county.seed}/school/{code}")
    for family in county.families:
        for event in county.events[family.id].attendance:
            if event.school_code == code:
                yield _entry(county, family, event, rng)


def _day(rng: Random, day: date) -> str:
    return day.isoformat() + ("T00:00:00" if rng.random() < 0.1 else "")


def _entry(county: County, family: Family, event: AttendanceEvent, rng: Random) -> Entry:
    child = family.person(event.child)
    seen = view(county.seed, event.school_code, family, child)
    # The year group follows the age on the last day of August before the school year.
    year_group = event.from_on.year - child.born_on.year - 5 - ((child.born_on.month, child.born_on.day) > (8, 31))
    cells = (
        LAESTABS[event.school_code],
        seen.upn,
        seen.family_name,
        seen.given_name,
        child.middle_name,
        _day(rng, seen.born_on),
        "M" if child.sex == "male" else "F",
        seen.postcode,
        str(max(0, year_group)) if year_group > 0 else "R",
        event.from_on.isoformat(),
        event.to_on.isoformat(),
        str(event.possible),
        str(event.possible - event.authorised - event.unauthorised),
        str(event.authorised),
        str(event.unauthorised),
    )
    return Entry((cells,), ({"pupil": child.id},))
