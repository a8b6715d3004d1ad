"""The council's Annex A lists 3 to 8: what happened after the front door.

Decides what their cells say. The headings are Ofsted's. Everybody on them is in the child index.
"""

from __future__ import annotations

from collections.abc import Callable, Iterator
from datetime import date
from random import Random

from broker.synth.council import CHILD, CODE, child_cells, day_text
from broker.synth.listing import Entry, Listing, ListWriter, Spoiling
from broker.synth.population import County, Episode, Family, Services
from broker.synth.views import view

DISABILITY = "Does the Child have a Disability"
TEAM = ("Allocated Team", "Allocated Worker")
LIST_3 = (
    *CHILD,
    "Date of referral",
    "Referral Source",
    "Referral NFA?",
    "Number of Referrals in last 12 months",
    *TEAM,
)
LIST_4 = (
    *CHILD,
    DISABILITY,
    "Continuous Assessment Start Date",
    "Child Seen During Continuous Assessment",
    "Continuous Assessment Date of Authorisation",
    "Was the child assessed as requiring LA children's social care support?",
    *TEAM,
)
LIST_5 = (
    *CHILD,
    DISABILITY,
    "Strategy discussion initiating Section 47 Enquiry Start Date",
    "Was an Initial Child Protection Conference deemed unnecessary?",
    "Date of Initial Child Protection Conference",
    "Did the Initial Child Protection Conference Result in a Child Protection Plan",
    "Number of Section 47 Enquiries in the last 12 months",
    "Number of ICPCs in the last 12 months",
    *TEAM,
)
LIST_6 = (
    *CHILD,
    DISABILITY,
    "CIN Start Date",
    "Primary Need Code",
    "Date Child Was Last Seen",
    "Reason for Closure",
    "CIN Closure Date",
    "Case Status",
    *TEAM,
)
LIST_7 = (
    *CHILD,
    DISABILITY,
    "Child Protection Plan Start Date",
    "Initial Category of Abuse",
    "Latest Category of Abuse",
    "Date of the Last Statutory Visit",
    "Was the Child Seen Alone?",
    "Date of latest review conference",
    "Child Protection Plan End Date",
    "Number of Previous Child Protection Plans",
    *TEAM,
)
LIST_8 = (
    *CHILD,
    DISABILITY,
    "Date Started to be Looked After",
    "Child's Legal Status",
    "Date Ceased to be Looked After",
    "Placement Type",
    "Placement Postcode",
    *TEAM,
)
Day = Callable[[date | None], str]
Cells = Callable[[Episode, Day], tuple[str, ...]]


def later_lists(county: County) -> Iterator[Listing]:
    """The six lists, in the order of a child's way through them."""
    yield _list(county, "3-referrals", "annex-a-referrals", LIST_3, lambda one: one.referrals, _referral)
    yield _list(county, "4-assessments", "annex-a-assessments", LIST_4, lambda one: one.assessments, _assessment)
    yield _list(county, "5-section-47", "annex-a-section-47", LIST_5, lambda one: one.enquiries, _enquiry)
    yield _list(county, "6-children-in-need", "annex-a-children-in-need", LIST_6, lambda one: one.needs, _need)
    yield _list(county, "7-child-protection", "annex-a-child-protection", LIST_7, lambda one: one.plans, _plan)
    yield _list(county, "8-looked-after", "annex-a-looked-after", LIST_8, lambda one: one.care, _care)


def _list(
    county: County,
    name: str,
    adapter_code: str,
    headings: tuple[str, ...],
    of: Callable[[Services], tuple[Episode, ...]],
    cells: Cells,
) -> Listing:
    path = f"{CODE}/annex-a-list-{name}.csv"
    began = headings[len(CHILD)] if headings[len(CHILD)] != DISABILITY else headings[len(CHILD) + 1]
    spoilings = (
        Spoiling("not a date", began, "n/k"),
        Spoiling("no child", "Child Unique ID", ""),
        Spoiling("in the future", began, "01/01/2199"),
    )
    writer = ListWriter(county.seed, path, CODE, adapter_code, headings, spoilings, "utf-8-sig", "\r\n", 1)
    rng = Random(f"{county.seed}/{adapter_code}")
    return writer.write(tuple(_entries(county, rng, of, cells)))


def _entries(
    county: County, rng: Random, of: Callable[[Services], tuple[Episode, ...]], cells: Cells
) -> Iterator[Entry]:
    def day(on: date | None) -> str:
        return "" if on is None else day_text(rng, on)

    for family in county.families:
        for episode in of(county.services[family.id]):
            child = family.person(episode.who)
            if _fits(county, family, episode):
                row = (*child_cells(county, family, child, rng), *cells(episode, day))
                yield Entry((row,), ({"child": child.id},))


def _fits(county: County, family: Family, episode: Episode) -> bool:
    """Whether the day can be right for the date of birth as the council has it."""
    seen = view(county.seed, CODE, family, family.person(episode.who))
    return (seen.born_on - episode.on).days < 280


def _referral(one: Episode, day: Day) -> tuple[str, ...]:
    return day(one.on), one.kind, one.more[0], "1", "", ""


def _assessment(one: Episode, day: Day) -> tuple[str, ...]:
    return "b) No", day(one.on), "a) Yes", day(one.until), one.kind, "North Team", one.more[0]


def _enquiry(one: Episode, day: Day) -> tuple[str, ...]:
    unnecessary = "b) No" if one.until else ""
    return "b) No", day(one.on), unnecessary, day(one.until), one.kind, "1", "1" if one.until else "0", "", ""


def _need(one: Episode, day: Day) -> tuple[str, ...]:
    closed = "RC7" if one.until else ""
    return "b) No", day(one.on), one.kind, "", closed, day(one.until), "", "North Team", one.more[0]


def _plan(one: Episode, day: Day) -> tuple[str, ...]:
    return "b) No", day(one.on), one.kind, one.kind, "", "", "", day(one.until), "0", "North Team", ""


def _care(one: Episode, day: Day) -> tuple[str, ...]:
    placement, worker = one.more
    return "b) No", day(one.on), one.kind, day(one.until), placement, "", "Care Team", worker
