"""Grants and prohibitions: which are in the rules, which name a cell, and the tests a to e.

Decides what the papers say. Does not look at consent, objections or holders. From the rules (docs/rules.md, part
1), steps 2, 5, 6a-6e.
"""

from __future__ import annotations

from collections.abc import Iterable
from dataclasses import dataclass
from datetime import datetime
from functools import lru_cache

from tests.reference.facts import Doc, World
from tests.reference.instants import age, day, day_after, instant, start_of_day, within, within_interval


@dataclass(frozen=True, eq=False)
class Grant:
    """One grant with the paper it stands in: an agreement, or the duties."""

    body: Doc
    paper: Doc
    is_duty: bool

    @property
    def ref(self) -> str:
        """“A clause is written `family-support@2#4.1`.”"""
        name = self.paper["duties" if self.is_duty else "agreement"]
        return f"{name}@{self.paper['version']}#{self.body['clause']}"


def has_begun_and_not_ended(world: World, agreement: Doc) -> bool:
    """Its own two dates, nothing else."""
    return within_interval(world.at, agreement["in_force"])


def version_that_counts(world: World, versions: list[Doc]) -> Doc:
    """“Of several versions of one agreement only the highest that has begun and not ended counts, signed or not,
    lapsed or not; where none has, the highest.”
    """
    running = [each for each in versions if has_begun_and_not_ended(world, each)]
    return max(running or versions, key=lambda each: each["version"])


def agreements_that_count(world: World) -> list[Doc]:
    """One version of each agreement."""
    references = sorted({each["agreement"] for each in world.agreements})
    return [
        version_that_counts(world, [each for each in world.agreements if each["agreement"] == reference])
        for reference in references
    ]


@lru_cache(maxsize=8)
def grants(world: World) -> list[Grant]:
    """“Rules are the agreements and the **duties**.”"""
    duties = world.policies["duties"]
    return [
        Grant(body, agreement, is_duty=False)
        for agreement in agreements_that_count(world)
        for body in agreement["grants"]
    ] + [Grant(body, duties, is_duty=True) for body in duties.get("grants", [])]


def from_covers(world: World, entries: Iterable[object], controller: str) -> bool:
    """`from`: “codes or types”."""
    return any(
        entry["type"] in world.types(controller) if isinstance(entry, dict) else entry == controller
        for entry in entries
    )


def to_covers(world: World, entries: Iterable[Doc]) -> bool:
    """`to`: “organisation or type; roles (opt: any)”."""
    return any(
        (
            entry["organisation"] == world.recipient
            if "organisation" in entry
            else entry["type"] in world.types(world.recipient)
        )
        and ("roles" not in entry or world.role in entry["roles"])
        for entry in entries
    )


def names_controller(world: World, grant: Grant, controller: str) -> bool:
    """Whether a grant covers “this controller, this recipient and role, this purpose”; asked from the cheapest to
    the dearest.
    """
    return (
        world.request["purpose"] in grant.body["purposes"]
        and to_covers(world, grant.body["to"])
        and from_covers(world, grant.body["from"], controller)
    )


def names(world: World, grant: Grant, controller: str, category: str) -> bool:
    """“A grant **names** the cell when it covers this controller, this recipient and role, this purpose and this
    category.” “A duty's clause out of force still names.”
    """
    return category in grant.body["categories"] and names_controller(world, grant, controller)


@lru_cache(maxsize=8192)
def grants_naming(world: World, controller: str, category: str) -> tuple[Grant, ...]:
    """Every grant that names the cell: whom it is about does not matter to that."""
    return tuple(each for each in grants(world) if names(world, each, controller, category))


def prohibition_covers(world: World, prohibition: Doc, controller: str, category: str) -> bool:
    """“Each of `from`, `to`, `purposes`, `categories` that it states must cover it.”"""
    return (
        ("categories" not in prohibition or category in prohibition["categories"])
        and ("purposes" not in prohibition or world.request["purpose"] in prohibition["purposes"])
        and ("to" not in prohibition or to_covers(world, prohibition["to"]))
        and ("from" not in prohibition or from_covers(world, prohibition["from"], controller))
    )


@lru_cache(maxsize=8192)
def is_prohibited_by_duties(world: World, controller: str, category: str) -> bool:
    """“A prohibition of the duties in force covers it.”"""
    return any(
        prohibition_covers(world, each, controller, category)
        and within_interval(world.at, each.get("in_force", {}))
        for each in world.policies["duties"].get("prohibitions", [])
    )


def lapses_at(in_force: Doc) -> datetime | None:
    """“On or after the day `review_by + grace`”; no `review_by`: never; no `grace`: none."""
    if in_force.get("review_by") is None:
        return None
    return start_of_day(day_after(day(in_force["review_by"]), in_force.get("grace", "P0D")))


def is_in_force(world: World, grant: Grant) -> bool:
    """Test a. “(before `from`, at or after `until`, or on or after the day `review_by + grace`)”"""
    in_force = (grant.body if grant.is_duty else grant.paper).get("in_force", {})
    lapse_at = lapses_at(in_force)
    return within_interval(world.at, in_force) and (lapse_at is None or world.at < lapse_at)


def signature_stands(world: World, agreement: Doc, party: str) -> bool:
    """“all: every party, since always; or {family-support: {ecc: 2026-01-05, mse-nhs: {from: ..., until: ...}}};
    not listed = not signed; left out = nobody”.
    """
    signed = world.scenario.get("signed") or {}
    if signed == "all":
        return True
    signature = signed.get(agreement["agreement"], {}).get(party)
    if signature is None:
        return False
    if isinstance(signature, str):
        return instant(signature) <= world.at
    return within(world.at, signature.get("from"), signature.get("until"))


def both_signed(world: World, grant: Grant, controller: str) -> bool:
    """Test b. “(controller and recipient must both be parties whose signature stands; duties need none)”"""
    return grant.is_duty or all(
        party in grant.paper["parties"] and signature_stands(world, grant.paper, party)
        for party in (controller, world.recipient)
    )


def is_prohibited_by_paper(world: World, grant: Grant, controller: str, category: str) -> bool:
    """Test c. “(a prohibition of the same agreement covers the cell ...)”; those of the duties were step 2."""
    return not grant.is_duty and any(
        prohibition_covers(world, each, controller, category) for each in grant.paper.get("prohibitions", [])
    )


def gateway_covers(world: World, gateway: Doc, controller: str | None) -> bool:
    """Test d. “(dates, kinds and areas of discloser and recipient, purpose)”; no controller: all but the
    discloser.
    """
    both_ends = {world.recipient} if controller is None else {world.recipient, controller}
    return (
        within_interval(world.at, gateway["in_force"])
        and (
            controller is None
            or "disclosers" not in gateway
            or bool(set(gateway["disclosers"]) & world.types(controller))
        )
        and ("recipients" not in gateway or bool(set(gateway["recipients"]) & world.types(world.recipient)))
        and ("purposes" not in gateway or world.request["purpose"] in gateway["purposes"])
        and ("areas" not in gateway or {world.area(end) for end in both_ends} <= set(gateway["areas"]))
    )


def gateway_of(world: World, grant: Grant) -> Doc | None:
    """The gateway a grant rests on, if it names one."""
    code = grant.body["lawful_basis"].get("gateway")
    return None if code is None else world.gateways[code]


def is_gateway_in_force(world: World, grant: Grant, controller: str) -> bool:
    """Test d for a grant; one without a gateway passes."""
    gateway = gateway_of(world, grant)
    return gateway is None or gateway_covers(world, gateway, controller)


def age_meets(world: World, person: str, subject: Doc) -> bool:
    """Test e. “The data subject's age in whole years, unborn counting as 0 and unknown as not met, except that
    under a `protective` purpose unknown meets `under`.”
    """
    years = age(world.people[person].get("born"), world.at)
    if years is None:
        return "from" not in subject and ("under" not in subject or world.purpose.get("protective", False))
    return ("under" not in subject or years < subject["under"]) and (
        "from" not in subject or years >= subject["from"]
    )


def case_meets(world: World, condition: Doc) -> bool:
    """Test e. “The request's case: kind, level”; with no case it is not met."""
    return (
        world.case is not None
        and ("kinds" not in condition or world.case["kind"] in condition["kinds"])
        and ("levels" not in condition or world.case.get("level") in condition["levels"])
    )


def meets_condition(world: World, grant: Grant, person: str) -> bool:
    """Test e as a whole."""
    return age_meets(world, person, grant.body.get("subject", {})) and (
        "case" not in grant.body or case_meets(world, grant.body["case"])
    )


def paper_reason(world: World, grant: Grant, controller: str, category: str) -> str | None:
    """Tests a to d, which never depend on a person: the first failure, or None."""
    if not is_in_force(world, grant):
        return "agreement-not-in-force"
    if not both_signed(world, grant, controller):
        return "party-not-signed"
    if is_prohibited_by_paper(world, grant, controller, category):
        return "prohibited"
    if not is_gateway_in_force(world, grant, controller):
        return "gateway-not-in-force"
    return None
