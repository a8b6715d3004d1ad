"""Addresses that look like Essex and belong to nobody: streets, towns, well-formed postcodes, property numbers.

Decides nothing about geography. Postcodes have the shape of the area's (CM, CO, SS) but are drawn, so one may by
accident exist; house numbers and streets are not matched to it. UPRNs are drawn from a block of our own.
"""

from __future__ import annotations

from dataclasses import dataclass
from random import Random

TOWNS: tuple[tuple[str, tuple[str, ...]], ...] = (
    ("Chelmsford", ("CM1", "CM2", "CM3")),
    ("Braintree", ("CM7",)),
    ("Witham", ("CM8",)),
    ("Maldon", ("CM9",)),
    ("Brentwood", ("CM13", "CM14")),
    ("Harlow", ("CM17", "CM18", "CM19", "CM20")),
    ("Colchester", ("CO1", "CO2", "CO3", "CO4")),
    ("Clacton-on-Sea", ("CO15", "CO16")),
    ("Halstead", ("CO9",)),
    ("Southend-on-Sea", ("SS0", "SS1", "SS2")),
    ("Rayleigh", ("SS6",)),
    ("Canvey Island", ("SS8",)),
    ("Basildon", ("SS13", "SS14", "SS15", "SS16")),
)
_STREETS = """
Mill Church Station Park Queens Kings Meadow Orchard Manor Springfield Rainsford Baddow Broomfield Moulsham
Galleywood Victoria Albert Elm Oak Willow Hawthorn Rectory Priory Abbots Saxon Marsh Estuary Quay Pightle
Beeches Chase Windmill Fox Swallow Kestrel Heron
"""
STREETS: tuple[str, ...] = tuple(
    f"{name} {kind}" for name in _STREETS.split() for kind in ("Road", "Street", "Lane", "Close", "Avenue", "Way")
)
_INWARD = "ABDEFGHJLNPQRSTUWXYZ"
"""The letters a postcode ends in: never C I K M O V."""


@dataclass(frozen=True, slots=True)
class Address:
    """A home. `uprn` as written by most systems, without leading zeros."""

    uprn: str
    line: str
    town: str
    postcode: str

    def __str__(self) -> str:
        return f"{self.line}, {self.town}"


def draw_address(rng: Random, serial: int) -> Address:
    """A home; `serial` makes its property number nobody else's."""
    town, districts = rng.choice(TOWNS)
    postcode = f"{rng.choice(districts)} {rng.randrange(10)}{rng.choice(_INWARD)}{rng.choice(_INWARD)}"
    number = rng.randrange(1, 140)
    flat = f"Flat {rng.randrange(1, 24)}, " if rng.random() < 0.2 else ""
    return Address(str(100_099_000_000 + serial), f"{flat}{number} {rng.choice(STREETS)}", town, postcode)
