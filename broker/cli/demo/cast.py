"""Who works in the demo: invented staff of the partnership's organisations.

Names of people who work here are invented like those of the families; phones are from the range kept for fiction.
"""

from __future__ import annotations

from collections.abc import Mapping
from typing import Final

from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.usecases.acting import Acting

PUBLISHER: Final = Acting("ivy", "ig-officer")
TRIAGE: Final = Acting("tom", "triage")
DECIDER: Final = Acting("dee", "decision-maker")
LEAD: Final = Acting("kim", "lead-practitioner")
CHARITY: Final = Acting("rosa", "team-member")
SOCIAL_WORKER: Final = Acting("zoe", "social-worker")
COUNCIL_LEAD: Final = Acting("june", "safeguarding-lead")
POLICE_DESK: Final = Acting("nia", "navigator")
POLICE_LEAD: Final = Acting("sam", "safeguarding-lead")
DRUG_LEAD: Final = Acting("drew", "safeguarding-lead")
REVENUES: Final = Acting("rick", "revenue-officer")
AUDITOR: Final = Acting("ada", "auditor")
LOADER: Final = Acting("len", "administrator")

STAFF: Final = (
    ("ivy", "ecc", "ig-officer", "Ivy Marsh"),
    ("tom", "ecc", "triage", "Tom Adeyemi"),
    ("dee", "ecc", "decision-maker", "Dee Walsh"),
    ("kim", "ecc", "lead-practitioner", "Kim Okafor"),
    ("rosa", "open-door", "team-member", "Rosa Lind"),
    ("zoe", "ecc", "social-worker", "Zoe Chen"),
    ("june", "ecc", "safeguarding-lead", "June Abbott"),
    ("nia", "essex-police", "navigator", "Nia Rees"),
    ("sam", "essex-police", "safeguarding-lead", "Sam Hart"),
    ("drew", "essex-drug-service", "safeguarding-lead", "Drew Castle"),
    ("rick", "chelmsford-city", "revenue-officer", "Rick Dale"),
    ("ada", "ecc", "auditor", "Ada Brook"),
    ("len", "ecc", "administrator", "Len Whitby"),
)
"""Staff id, organisation, role, name."""
LEADS_PHONE: Final = "01632 960411"


def guardian_of(organisation: str) -> Acting:
    """The Caldicott Guardian (or whoever signs agreements) of an organisation."""
    return Acting(f"{organisation}-guardian", "caldicott-guardian")


def company(signing: Mapping[str, str]) -> list[StaffMember]:
    """Everybody: those of the stories, and one who signs for each party; `signing` maps codes to names."""
    found = [
        StaffMember(Staff(one, place, frozenset({role})), name, LEADS_PHONE if one == LEAD.by else "")
        for one, place, role, name in STAFF
    ]
    for organisation, called in sorted(signing.items()):
        acting = guardian_of(organisation)
        member = Staff(acting.by, organisation, frozenset({acting.role}))
        found.append(StaffMember(member, f"Caldicott Guardian of {called}"))
    return found
