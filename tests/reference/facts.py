"""The facts of one situation, and how a protected person is taken out of them.

Decides who exists and what the vocabulary says about a code. Decides nothing about sharing.
From the rules (docs/rules.md, part 1): “A person marked **`protected`** does not exist for anyone ...”.
"""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import Any

from tests.reference.instants import instant, within

Doc = dict[str, Any]
TIERS = ("T0", "T1", "T2", "T3", "T4", "T5")
DETAILS = ("flag", "summary", "full")


def tier_rank(tier_code: str) -> int:
    """Where a tier stands, T0 lowest."""
    return TIERS.index(tier_code)


def detail_rank(detail_code: str) -> int:
    """“`flag` < `summary` < `full`”"""
    return DETAILS.index(detail_code)


def lowest_detail(details: list[str]) -> str:
    """The lowest of some details."""
    return min(details, key=detail_rank)


def highest_detail(details: list[str]) -> str:
    """The highest of some details."""
    return max(details, key=detail_rank)


def protected_ids(scenario: Doc) -> set[str]:
    """The people marked `protected`."""
    return {person["id"] for person in scenario.get("people", []) if "protected" in person.get("markers", [])}


def without_protected(scenario: Doc) -> Doc:
    """“They are taken out of people, cases, households, relationships, links of staff, consents about or by them
    and holder's decisions, together with every record about them, before anything is evaluated.”

    A member of staff who is such a person is somebody unknown to us: `person` goes too. Mentions and `person`
    fields stay: “a mention of them stays a mention of someone not cleared”.
    """
    gone = protected_ids(scenario)
    return scenario | {
        "people": [person for person in scenario.get("people", []) if person["id"] not in gone],
        "cases": [
            case | {"about": [who for who in case["about"] if who not in gone]}
            for case in scenario.get("cases", [])
        ],
        "households": [
            household | {"members": [who for who in household["members"] if who not in gone]}
            for household in scenario.get("households", [])
        ],
        "relationships": [
            relationship
            for relationship in scenario.get("relationships", [])
            if relationship["from"] not in gone and relationship["to"] not in gone
        ],
        "staff": [
            member
            | {"links": [who for who in member.get("links", []) if who not in gone]}
            | {"person": None if member.get("person") in gone else member.get("person")}
            for member in scenario.get("staff", [])
        ],
        "consents": [
            event
            for event in scenario.get("consents", [])
            if event["about"] not in gone and event["by"] not in gone
        ],
        "holder_decisions": [
            decision for decision in scenario.get("holder_decisions", []) if decision["about"] not in gone
        ],
        "records": [record for record in scenario.get("records", []) if not gone & set(record["about"])],
    }


@dataclass(frozen=True)
class Cell:
    """“**cell** = (data subject, category, controller)”"""

    person: str
    category: str
    controller: str


@dataclass(frozen=True, eq=False)
class World:
    """Everything one decision may look at: one scenario, the policies, the agreements in force in the scenario."""

    scenario: Doc
    policies: dict[str, Doc]
    agreements: list[Doc]
    before: World | None = None  # the same with the protected people still in it

    @cached_property
    def at(self) -> datetime:
        """“Everything is evaluated at the request's instant `at`.”"""
        return instant(self.scenario["at"])

    @cached_property
    def request(self) -> Doc:
        """The request as written."""
        request: Doc = self.scenario["request"]
        return request

    @cached_property
    def requested(self) -> list[str]:
        """The requested data subjects in the order asked: “order and duplicates never matter”."""
        return list(dict.fromkeys(self.request["about"]))

    @cached_property
    def people(self) -> dict[str, Doc]:
        """People by id."""
        return {person["id"]: person for person in self.scenario.get("people", [])}

    @cached_property
    def staff(self) -> dict[str, Doc]:
        """Members of staff by id."""
        return {member["id"]: member for member in self.scenario.get("staff", [])}

    @cached_property
    def actor(self) -> Doc:
        """“**actor** (member of staff, in a **post** = organisation + role)”"""
        return self.staff[self.request["by"]]

    @property
    def recipient(self) -> str:
        """“**recipient** (the actor's organisation)”"""
        code: str = self.actor["organisation"]
        return code

    @property
    def role(self) -> str:
        """The role the actor asks in."""
        code: str = self.request["as"]
        return code

    @cached_property
    def case(self) -> Doc | None:
        """The case the request names, if any."""
        cases = {case["id"]: case for case in self.scenario.get("cases", [])}
        named = self.request.get("case")
        return None if named is None else cases[named]

    def listed(self, file_stem: str) -> dict[str, Doc]:
        """The coded entries of a policy file, by code."""
        return {entry["code"]: entry for entry in self.policies[file_stem].get(file_stem, [])}

    @cached_property
    def organisations(self) -> dict[str, Doc]:
        """Organisations by code."""
        return self.listed("organisations")

    @cached_property
    def categories(self) -> dict[str, Doc]:
        """Categories by code."""
        return self.listed("categories")

    @cached_property
    def gateways(self) -> dict[str, Doc]:
        """Gateways by code."""
        return self.listed("gateways")

    @cached_property
    def purpose(self) -> Doc:
        """The purpose the request names."""
        return self.listed("purposes")[self.request["purpose"]]

    @cached_property
    def role_purposes(self) -> dict[str, list[str]]:
        """Which purposes each role may ask for."""
        return {code: role["purposes"] for code, role in self.listed("roles").items()}

    def types(self, organisation: str) -> set[str]:
        """The types of an organisation."""
        return set(self.organisations[organisation]["types"])

    def area(self, organisation: str) -> str:
        """The area an organisation takes part in."""
        code: str = self.organisations[organisation]["area"]
        return code

    def tier(self, category: str, controller: str) -> str:
        """“A cell's **tier** is the higher of its category's and its controller's own.”"""
        tiers: list[str] = [self.categories[category]["tier"], self.organisations[controller].get("tier", "T0")]
        return max(tiers, key=tier_rank)

    def housemates(self, person: str) -> set[str]:
        """Everyone who shares a household with a person, themselves left out."""
        return {
            member
            for household in self.scenario.get("households", [])
            if person in household["members"]
            for member in household["members"]
        } - {person}

    def relationships_in_force(self, to: str, at: datetime) -> list[Doc]:
        """Relationships towards a person that hold at an instant; `since` and `until` half-open."""
        return [
            relationship
            for relationship in self.scenario.get("relationships", [])
            if relationship["to"] == to and within(at, relationship.get("since"), relationship.get("until"))
        ]


def world_of(scenario: Doc, policies: dict[str, Doc], agreements: list[Doc]) -> World:
    """The world in which a scenario is decided: the protected are gone, and `before` remembers them."""
    before = World(scenario, policies, agreements)
    return World(without_protected(scenario), policies, agreements, before)
