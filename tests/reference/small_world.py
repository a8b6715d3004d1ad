"""A small partnership and the complete scenario of the product document, to be varied by tests.

Decides nothing. The scenario is the example of docs/formats.md, "a scenario"; the policies are the least that it
needs.
"""

from __future__ import annotations

import copy
from typing import Any

from tests.reference.evaluate import decide

Doc = dict[str, Any]

POLICIES: dict[str, Doc] = {
    "organisations": {
        "organisations": [
            {"code": "ecc", "name": "Essex County Council", "types": ["LA-CSC", "LA-EH"], "area": "essex"},
            {"code": "chelmsford-academy", "name": "Chelmsford Academy", "types": ["SCH"], "area": "essex"},
            {"code": "clinic", "name": "The Clinic", "types": ["SEXH"], "area": "essex", "tier": "T4"},
        ]
    },
    "categories": {
        "categories": [
            {
                "code": "attendance",
                "title": "School attendance",
                "tier": "T2",
                "special": False,
                "offence": False,
                "retention": "P7Y",
                "fields": [
                    {"name": "percentage", "kind": "number", "level": "flag"},
                    {"name": "seen_by", "kind": "person", "level": "summary"},
                    {"name": "home", "kind": "address", "level": "summary"},
                    {"name": "note", "kind": "narrative", "level": "full"},
                ],
            },
            {
                "code": "sexual-health",
                "title": "Sexual health",
                "tier": "T4",
                "special": True,
                "offence": False,
                "retention": {"from": "born", "keep": "P25Y"},
                "fields": [{"name": "seen", "kind": "text", "level": "flag"}],
            },
            {
                "code": "adoption-link",
                "title": "Adoption link",
                "tier": "T5",
                "special": False,
                "offence": False,
                "retention": "P100Y",
                "fields": [{"name": "link", "kind": "text", "level": "flag"}],
            },
        ]
    },
    "purposes": {
        "purposes": [
            {"code": "family-support", "title": "Support", "case_required": True, "team_only": True},
            {
                "code": "enquiry",
                "title": "Enquiry",
                "protective": True,
                "case_required": False,
                "team_only": False,
            },
            {
                "code": "research",
                "title": "Research",
                "secondary": True,
                "case_required": False,
                "team_only": False,
            },
        ]
    },
    "roles": {
        "roles": [
            {
                "code": "lead-practitioner",
                "title": "Lead practitioner",
                "purposes": ["family-support", "enquiry", "research"],
            },
            {"code": "clerk", "title": "Clerk", "purposes": ["research"]},
        ]
    },
    "gateways": {
        "gateways": [
            {"code": "power", "provision": "An Act s.10", "kind": "power", "in_force": {"from": "2005-03-01"}},
            {"code": "duty", "provision": "An Act s.47", "kind": "duty", "in_force": {"from": "2005-03-01"}},
            {
                "code": "health",
                "provision": "An Act s.251B",
                "kind": "duty",
                "objection": "stops",
                "in_force": {"from": "2015-10-01"},
            },
        ]
    },
    "lawful-bases": {
        "article_6": [{"code": "e", "title": "Public task", "needs_gateway": True}],
        "article_9": [{"code": "h", "title": "Health or social care", "needs_schedule_1": False}],
        "schedule_1": [],
        "article_10": [],
    },
    "standing": {"adult_from": 18, "own_decision_from": 16},
    "duties": {"duties": "statutory", "version": 1, "documents": {}, "grants": [], "prohibitions": []},
    "override": {
        "reasons": [{"code": "significant-harm", "title": "Risk of significant harm to a child"}],
        "minutes": 60,
        "max_tier": "T4",
        "detail": "full",
        "alone": {"allowed": True, "max_tier": "T3", "detail": "summary", "review": "PT24H"},
        "review": "P2D",
    },
}

AGREEMENT: Doc = {
    "agreement": "family-support",
    "version": 2,
    "title": "Family support and team around the family",
    "classification": "OFFICIAL-SENSITIVE",
    "owner": "ecc",
    "parties": ["ecc", "chelmsford-academy", "clinic"],
    "in_force": {"from": "2026-01-01", "until": "2028-01-01", "review_by": "2027-01-01", "grace": "P3M"},
    "grants": [
        {
            "clause": "4.1",
            "text": "Schools share attendance with the people working with the family.",
            "from": ["chelmsford-academy", {"type": "SCH"}],
            "to": [{"organisation": "ecc", "roles": ["lead-practitioner"]}],
            "purposes": ["family-support", "enquiry", "research"],
            "categories": ["attendance", "adoption-link"],
            "detail": "full",
            "subject": {"under": 18, "from": 5},
            "lawful_basis": {"article_6": "e", "gateway": "power"},
            "consent": "engagement",
            "look_back": "P2Y",
        },
        {
            "clause": "4.2",
            "text": "Clinics share visits.",
            "from": ["clinic"],
            "to": [{"organisation": "ecc"}],
            "purposes": ["family-support"],
            "categories": ["sexual-health"],
            "detail": "summary",
            "lawful_basis": {"article_6": "e", "article_9": "h", "gateway": "power"},
            "consent": "confidentiality",
        },
    ],
    "prohibitions": [],
}

SCENARIO: Doc = {
    "scenario": "Mum agrees, her partner does not",
    "why": "Each person decides for themselves.",
    "at": "2026-03-02T09:30:00Z",
    "signed": "all",
    "people": [
        {"id": "mum", "born": "1988-05-01"},
        {"id": "partner", "born": "1985-01-01", "markers": ["address-protected"]},
        {
            "id": "child",
            "born": "2015-06-01",
            "competent": [{"from": "2027-01-01", "categories": ["sexual-health"]}],
        },
    ],
    "relationships": [
        {"from": "mum", "to": "child", "kind": "mother", "parental_responsibility": True, "since": "2015-06-01"}
    ],
    "households": [{"id": "h1", "members": ["mum", "partner", "child"]}],
    "staff": [
        {"id": "kim", "organisation": "ecc", "roles": ["lead-practitioner"]},
        {"id": "lee", "organisation": "ecc", "roles": ["lead-practitioner"]},
        {"id": "nurse", "organisation": "clinic", "roles": ["lead-practitioner"]},
    ],
    "cases": [
        {
            "id": "t1",
            "kind": "team",
            "level": 2,
            "purposes": ["family-support"],
            "about": ["mum", "partner", "child"],
            "opened": "2026-02-01",
            "members": [{"staff": "kim", "from": "2026-02-01"}],
        }
    ],
    "consents": [
        {
            "id": "c1",
            "about": "mum",
            "by": "mum",
            "kind": "engagement",
            "decision": "given",
            "at": "2026-02-01T10:00:00Z",
        },
        {
            "id": "c2",
            "about": "child",
            "by": "mum",
            "kind": "engagement",
            "decision": "given",
            "at": "2026-02-01T10:00:00Z",
        },
        {
            "id": "c3",
            "about": "partner",
            "by": "partner",
            "kind": "engagement",
            "decision": "refused",
            "at": "2026-02-01T10:00:00Z",
            "categories": ["attendance"],
        },
    ],
    "holder_decisions": [],
    "feeds": [],
    "records": [
        {
            "id": "r1",
            "controller": "chelmsford-academy",
            "category": "attendance",
            "about": ["child"],
            "mentions": [],
            "occurred": "2026-01-20",
            "fields": {"percentage": 81},
        }
    ],
    "request": {
        "by": "kim",
        "as": "lead-practitioner",
        "purpose": "family-support",
        "case": "t1",
        "about": ["mum", "partner", "child"],
        "reason": "first review",
    },
}


class Situation:
    """The example, free to be changed: `scenario`, `policies` and `agreement` are this test's own copies."""

    def __init__(self) -> None:
        self.scenario = copy.deepcopy(SCENARIO)
        self.policies = copy.deepcopy(POLICIES)
        self.agreement = copy.deepcopy(AGREEMENT)

    @property
    def grant(self) -> Doc:
        """Clause 4.1."""
        clause: Doc = self.agreement["grants"][0]
        return clause

    @property
    def request(self) -> Doc:
        """The request."""
        request: Doc = self.scenario["request"]
        return request

    @property
    def record(self) -> Doc:
        """Record r1."""
        record: Doc = self.scenario["records"][0]
        return record

    def person(self, person_id: str) -> Doc:
        """One person."""
        return next(person for person in self.scenario["people"] if person["id"] == person_id)

    def sign(self, about: str, by: str, decision: str, at: str, **more: Any) -> None:
        """Add a consent event; of kind engagement unless told otherwise."""
        event = {"id": f"c{len(self.scenario['consents']) + 1}", "about": about, "by": by, "kind": "engagement"}
        self.scenario["consents"].append(event | {"decision": decision, "at": at} | more)

    def decide(self, view: str = "officer") -> Doc:
        """The decision."""
        return decide(self.scenario, self.policies, [self.agreement], view)

    def cell(self, path: str) -> Doc:
        """One cell of the officer view, by person/category/controller."""
        person, category, controller = path.split("/")
        cells: list[Doc] = self.decide()["cells"]
        return next(
            cell
            for cell in cells
            if (cell["person"], cell["category"], cell["controller"]) == (person, category, controller)
        )

    def reasons(self, path: str) -> list[str]:
        """The reasons of one cell."""
        reasons: list[str] = self.cell(path)["reasons"]
        return reasons

    def shown(self, record_id: str = "r1", view: str = "officer") -> Doc:
        """One record as shown."""
        records: list[Doc] = self.decide(view)["records"]
        return next(record for record in records if record["id"] == record_id)


def coverage(here: Situation) -> dict[str, str]:
    """The requester's coverage by category and controller."""
    return {
        f"{line['category']}/{line['controller']}": line["state"] for line in here.decide("requester")["coverage"]
    }
