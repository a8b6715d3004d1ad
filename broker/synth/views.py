"""How one agency knows a person: the truth, blurred by the way that agency came to know them.

Decides what is misspelt, shortened, out of date, missing or somebody else's number, and that an agency is wrong in
the same way in each of its files. The shares are high enough for a county of 200 families to have every kind.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import date
from random import Random

from broker.synth.names import SHORT_FORMS
from broker.synth.population import Family, SynthPerson


@dataclass(frozen=True, slots=True)
class AgencyView:
    """A person as one agency has them; empty texts are missing."""

    given_name: str
    family_name: str
    born_on: date
    nhs_number: str
    upn: str
    address: str
    postcode: str
    uprn: str


def view(seed: int, agency_code: str, family: Family, person: SynthPerson) -> AgencyView:
    """How that agency knows that person: always the same for one seed."""
    rng = Random(f"{seed}/view/{agency_code}/{person.id}")
    home = person.address
    if family.earlier_home is not None and person.id in family.household and rng.random() < 0.5:
        home = family.earlier_home
    return AgencyView(
        given_name=_given(rng, person.given_name),
        family_name=_family(rng, person.family_name),
        born_on=_born(rng, person.born_on),
        nhs_number=_nhs_number(rng, family, person),
        upn=_upn(rng, person.upn),
        address=str(home),
        postcode=_postcode(rng, home.postcode),
        uprn="" if rng.random() < 0.15 else home.uprn,
    )


def _swap(rng: Random, text: str) -> str:
    """Two neighbours swapped, where there are two to swap after the first letter."""
    if len(text) < 4:
        return text
    at = rng.randrange(1, len(text) - 1)
    return text[:at] + text[at + 1] + text[at] + text[at + 2 :]


def _given(rng: Random, name: str) -> str:
    drawn = rng.random()
    if drawn < 0.2 and name in SHORT_FORMS:
        return SHORT_FORMS[name]
    return _swap(rng, name) if 0.2 <= drawn < 0.212 else name


def _family(rng: Random, name: str) -> str:
    drawn = rng.random()
    if "'" in name:
        return name if drawn < 0.5 else name.replace("'", "’") if drawn < 0.85 else name.replace("'", "")
    if "-" in name:
        return name if drawn < 0.7 else name.replace("-", " ") if drawn < 0.85 else name.partition("-")[2]
    return _swap(rng, name) if drawn < 0.012 else name


def _born(rng: Random, born_on: date) -> date:
    if rng.random() < 0.006 and born_on.day <= 12:
        return date(born_on.year, born_on.day, born_on.month)
    return born_on


def _nhs_number(rng: Random, family: Family, person: SynthPerson) -> str:
    drawn = rng.random()
    if drawn < 0.18 or not person.nhs_number:
        return ""
    if drawn < 0.195:
        last = (int(person.nhs_number[-1]) + 1) % 10
        return f"{person.nhs_number[:-1]}{last}"
    if drawn < 0.21:
        return rng.choice([one.nhs_number for one in family.people if one.nhs_number])
    if drawn < 0.6:
        return f"{person.nhs_number[:3]} {person.nhs_number[3:6]} {person.nhs_number[6:]}"
    return person.nhs_number


def _upn(rng: Random, upn: str) -> str:
    drawn = rng.random()
    if drawn < 0.04 or not upn:
        return ""
    return upn[:-1] if drawn < 0.05 else upn.lower() if drawn < 0.08 else upn


def _postcode(rng: Random, postcode: str) -> str:
    drawn = rng.random()
    if drawn < 0.03:
        return ""
    if drawn < 0.035:
        return postcode.split(" ")[0]
    return postcode.lower() if drawn < 0.06 else postcode.replace(" ", "") if drawn < 0.15 else postcode
