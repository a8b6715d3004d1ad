"""Who works in the demo: invented staff of the partnership's organisations.

Names of people who work here are invented like those of the families.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from broker.casework import Staff
from broker.store.staff import StaffMember
from broker.usecases.acting import Acting

PUBLISHER: Final = Acting("ivy", "ig-officer")
TRIAGE: Final = Acting("tom", "triage")
LEAD: Final = Acting("kim", "lead-practitioner")
CHARITY: Final = Acting("rosa", "team-member")
AUDITOR: Final = Acting("ada", "auditor")
LOADER: Final = Acting("len", "administrator")

STAFF: Final = (
    ("ivy", "ecc", "ig-officer", "Ivy Marsh"),
    ("tom", "ecc", "triage", "Tom Adeyemi"),
    ("kim", "ecc", "lead-practitioner", "Kim Okafor"),
    ("rosa", "open-door", "team-member", "Rosa Lind"),
    ("ada", "ecc", "auditor", "Ada Brook"),
    ("len", "ecc", "administrator", "Len Whitby"),
)
"""Staff id, organisation, role, name."""


def guardian_of(organisation: str) -> Acting:
    """The Caldicott Guardian (or whoever signs agreements) of an organisation."""
    return Acting(f"{organisation}-guardian", "caldicott-guardian")


def company(signing: Mapping[str, str]) -> list[StaffMember]:
    """Everybody: the six of the stories, and one who signs for each party; `signing` maps codes to names."""
    found = [StaffMember(Staff(one, place, frozenset({role})), name) for one, place, role, name in STAFF]
    for organisation, called in sorted(signing.items()):
        acting = guardian_of(organisation)
        member = Staff(acting.by, organisation, frozenset({acting.role}))
        found.append(StaffMember(member, f"Caldicott Guardian of {called}"))
    return found
