"""The family the decision is timed on: 6 people, 12 controllers, 20 categories, 100 grants that concern it.

1,440 cells. Each person has decided about sharing several times, with narrow refusals among them; a third of the
grants demand consent, some an age, some a kind of case, some the holder's decision; agreements have their own
dates, signatures and prohibitions. Written as plain documents, so that the engine, the reference and the peers
all start from the same words.
"""

from __future__ import annotations

from typing import Any

CONTROLLERS = [f"org-{n:02d}" for n in range(12)]
CATEGORIES = [f"cat-{n:02d}" for n in range(20)]
PEOPLE = [f"person-{n}" for n in range(6)]
TYPES = ["LA-EH", "POL", "SCH", "NHS-AC"]
AT = "2026-06-01T10:00:00Z"


def policies() -> dict[str, Any]:
    """The standing rules: every tier but T5, two gateways, one prohibition of the duties."""
    return {
        "organisations": {
            "organisations": [
                {"code": code, "name": code, "types": [TYPES[n % 4]], "area": "essex"}
                | ({"tier": "T4"} if n == 11 else {})
                for n, code in enumerate([*CONTROLLERS, "council"])
            ]
        },
        "categories": {
            "categories": [
                {
                    "code": code,
                    "title": code,
                    "tier": f"T{n % 5}",
                    "special": False,
                    "offence": False,
                    "retention": "P10Y",
                    "fields": [{"name": "note", "kind": "narrative", "level": "full"}],
                }
                for n, code in enumerate(CATEGORIES)
            ]
        },
        "purposes": {
            "purposes": [
                {
                    "code": "family-support",
                    "title": "Supporting a family",
                    "case_required": True,
                    "team_only": True,
                },
                {"code": "debt-recovery", "title": "Debt", "case_required": False, "team_only": False},
            ]
        },
        "roles": {"roles": [{"code": "lead", "title": "Lead practitioner", "purposes": ["family-support"]}]},
        "gateways": {
            "gateways": [
                {"code": "g1", "provision": "Act s.1", "kind": "power", "in_force": {"from": "2005-03-01"}},
                {
                    "code": "g2",
                    "provision": "Act s.2",
                    "kind": "duty",
                    "in_force": {"from": "2015-03-01"},
                    "disclosers": TYPES[:3],
                },
            ]
        },
        "lawful-bases": {
            "article_6": [
                {"code": "e", "title": "Public task", "needs_gateway": True},
                {"code": "f", "title": "Legitimate interests", "needs_gateway": False},
            ],
            "article_9": [],
            "schedule_1": [],
            "article_10": [],
        },
        "standing": {"adult_from": 18, "own_decision_from": 16},
        "duties": {
            "duties": "statutory",
            "version": 1,
            "documents": {},
            "grants": [],
            "prohibitions": [{"clause": "P1", "text": "no", "from": ["org-10"], "categories": ["cat-02"]}],
        },
        "override": {
            "reasons": [{"code": "harm", "title": "Harm"}],
            "minutes": 60,
            "max_tier": "T4",
            "detail": "full",
            "alone": {"allowed": False, "max_tier": "T3", "detail": "summary", "review": "PT24H"},
            "review": "P2D",
        },
    }


def agreement(
    number: int, grants: int = 10, *, purpose: str = "family-support", to: str = "council"
) -> dict[str, Any]:
    """One of the agreements: ten clauses, each over three controllers and four categories."""
    made = []
    for n in range(grants):
        seed = number * grants + n
        grant: dict[str, Any] = {
            "clause": f"4.{n + 1}",
            "text": "A clause.",
            "from": [CONTROLLERS[(seed + k * 5) % 12] for k in range(3)],
            "to": [{"organisation": to, "roles": ["lead"]}],
            "purposes": [purpose],
            "categories": [CATEGORIES[(seed * 3 + k * 7) % 20] for k in range(4)],
            "detail": ("flag", "summary", "full")[seed % 3],
            "lawful_basis": {"article_6": "e", "gateway": ("g1", "g2")[seed % 2]},
        }
        if seed % 3 == 0:
            grant["consent"] = ("engagement", "confidentiality")[seed % 2]
        if seed % 5 == 0:
            grant["subject"] = {"under": 18}
        if seed % 7 == 0:
            grant["case"] = {"kinds": ["team"], "levels": [2, 3]}
        if seed % 11 == 0:
            grant["decision"] = "holder"
        if seed % 4 == 0:
            grant["look_back"] = "P2Y"
        made.append(grant)
    return {
        "agreement": f"agreement-{number:05d}",
        "version": 1,
        "title": "An agreement",
        "classification": "OFFICIAL-SENSITIVE",
        "owner": "council",
        "parties": [*CONTROLLERS, "council"],
        "in_force": {"from": "2026-01-01", "until": "2028-01-01"},
        "documents": {},
        "grants": made,
        "prohibitions": [
            {"clause": "7.1", "text": "no", "from": [CONTROLLERS[number % 12]], "categories": ["cat-05"]}
        ],
    }


def scenario(agreements: list[dict[str, Any]]) -> dict[str, Any]:
    """The family: two parents, four children, four consent events each, two holder's decisions."""
    born = ["1988-05-01", "1985-01-01", "2008-02-01", "2012-06-01", "2015-06-01", "2021-09-09"]
    consents = []
    for n, person in enumerate(PEOPLE):
        by = person if n < 3 else "person-0"
        for k, decision in enumerate(("given", "refused", "given", "withdrawn")):
            event: dict[str, Any] = {
                "id": f"c{n}{k}",
                "about": person,
                "by": by,
                "kind": ("engagement", "confidentiality")[k % 2],
                "decision": decision,
                "at": f"2026-02-0{k + 1}T10:00:00Z",
            }
            if k:
                event["categories"] = [CATEGORIES[(n + k * 3) % 20], CATEGORIES[(n + k * 5) % 20]]
            consents.append(event)
        consents.append(
            {"id": f"o{n}", "about": person, "by": by, "kind": "objection", "decision": "given",
             "at": "2026-03-01T10:00:00Z", "categories": [CATEGORIES[n]]}
        )  # fmt: skip
    return {
        "scenario": "The family the decision is timed on",
        "why": "To measure.",
        "at": AT,
        "agreements": agreements,
        "signed": "all",
        "people": [{"id": person, "born": day} for person, day in zip(PEOPLE, born, strict=True)],
        "relationships": [
            {"from": "person-0", "to": person, "kind": "mother", "parental_responsibility": True, "since": day}
            for person, day in zip(PEOPLE[2:], born[2:], strict=True)
        ],
        "households": [{"id": "h1", "members": PEOPLE}],
        "staff": [
            {"id": "kim", "organisation": "council", "roles": ["lead"]},
            {"id": "holder", "organisation": "org-00", "roles": []},
        ],
        "cases": [
            {"id": "t1", "kind": "team", "level": 2, "purposes": ["family-support"], "about": PEOPLE,
             "opened": "2026-02-01", "members": [{"staff": "kim", "from": "2026-02-01"}]}
        ],
        "consents": consents,
        "holder_decisions": [
            {"about": "person-2", "category": "cat-00", "controller": "org-00", "purpose": "family-support",
             "decision": "release", "by": "holder", "at": "2026-04-01"},
            {"about": "person-3", "category": "cat-01", "controller": "org-01", "purpose": "family-support",
             "decision": "withhold", "by": "holder", "at": "2026-04-01"},
        ],
        "records": [],
        "request": {"by": "kim", "as": "lead", "purpose": "family-support", "case": "t1", "about": PEOPLE,
                    "reason": "review"},
    }  # fmt: skip


def family_world(agreements: int = 10) -> dict[str, Any]:
    """Policies, agreements and scenario of the timed family; ten agreements concern it, the others do not."""
    papers = [agreement(n) for n in range(10)]
    papers += [agreement(n, purpose="debt-recovery", to=CONTROLLERS[n % 12]) for n in range(10, agreements)]
    return {"policies": policies(), "agreements": papers, "scenario": scenario(papers)}
