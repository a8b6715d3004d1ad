"""The shipped standing rules, read against the provisions they rest on: the handbook's chapter on the law.

Each table is a list of limits, in the words one would use to a colleague, and each row fails when a file in
`policies/` or an agreement oversteps it. What is marked "IG lawyer to sign off" in the files is asserted here as
it stands, so that changing it is seen. Sources: the provision named in each row; docs/policies.md for what a
lawyer must decide.
"""

from __future__ import annotations

import re
from collections.abc import Iterator
from datetime import UTC, datetime, timedelta
from functools import cache
from pathlib import Path

import pytest

from broker.agreements.partnership import load_partnership
from broker.consent.record import ConsentKind
from broker.decision.plan import gateway_holds
from broker.decision.terms import Grant, Terms
from broker.rehearsal.parse import load_scenarios
from broker.vocabulary.codes import AGENCY_TYPES, Detail, GatewayKind, Joint, ObjectionEffect, Organisation, Tier

ROOT = Path(__file__).resolve().parents[2]
POLICIES = ROOT / "policies"
PARTNERSHIP = load_partnership(POLICIES)
RULES = PARTNERSHIP.vocabulary
DUTIES = PARTNERSHIP.duties
TODAY = datetime(2026, 11, 22, 12, tzinfo=UTC)
NHS = ("ICB", "NHS-AC", "NHS-COM", "NHS-MH")
COUNCIL = ("LA-CSC", "LA-EH", "LA-EDU", "LA-ASC")
SENSITIVE = ("SEXH", "SUBM", "IDVA")
NOT_PUBLIC = frozenset({"RSL", "VCS", "IDVA", "EY"})
"""Types of body that act on no public task and under no official authority."""


@cache
def papers() -> tuple[Terms, ...]:
    """The duties, and every shipped agreement."""
    found: dict[str, Terms] = {"duties": DUTIES}
    for path in sorted((ROOT / "agreements").glob("*/v*/scenarios.yaml")):
        for scenario in load_scenarios(path, POLICIES):
            for terms, agreement in zip(scenario.terms, scenario.agreements, strict=True):
                if agreement.clauses.file.endswith("agreement.yaml"):
                    found.setdefault(agreement.name, terms)
    return tuple(found.values())


def clauses() -> Iterator[tuple[str, Grant]]:
    """Every grant that is shipped, by the reference it is known by."""
    for terms in papers():
        for grant in terms.grants:
            yield terms.clause_reference(grant.clause), grant


def body(kind: str, area: str = "essex") -> Organisation:
    return Organisation(kind.lower(), kind, frozenset({kind}), area)


def lets(code: str, discloser: str, recipient: str, purpose: str, at: datetime = TODAY) -> bool:
    """Whether the gateway holds between two bodies of these types."""
    gateway = RULES.gateways[code]
    return gateway_holds(gateway, purpose, body(recipient), at) and gateway.lets(body(discloser))


def disclosers_of(grant: Grant) -> list[Organisation]:
    return [each for each in RULES.organisations.values() if any(one.covers(each) for one in grant.disclosers)]


# --- Whom each provision binds or empowers, and for what

SECTION_47 = [
    *[(kind, True) for kind in (*COUNCIL, "LA-HSG", "DISTRICT", *NHS, "AMB")],
    *[(kind, False) for kind in ("POL", "PROB", "YJS", "PRISON", "SCH", "FE", "EY", "GP", "DWP", "HMRC")],
    *[(kind, False) for kind in ("RSL", "VCS", "FIRE", "CAFCASS", "LA-RB", *SENSITIVE)],
]


@pytest.mark.parametrize(("kind", "bound"), SECTION_47)
def test_section_47_binds_councils_housing_and_the_nhs_and_nobody_else(kind: str, bound: bool) -> None:
    assert lets("ca89-47", kind, "LA-CSC", "section-47") is bound
    assert RULES.gateways["ca89-47"].kind is GatewayKind.DUTY


LIMITS = [
    # provision, from, to, purpose, holds, limit
    ("ca89-47", "NHS-AC", "POL", "section-47", False, "the duty is owed to children's social care"),
    ("ca89-47", "NHS-AC", "LA-CSC", "section-17", False, "and for an enquiry only"),
    ("ca89-47", "NHS-AC", "LA-CSC", "child-protection-conference", False, "and for an enquiry only"),
    ("ca89-27", "DISTRICT", "LA-CSC", "section-17", True, "help with a child in need"),
    ("ca89-27", "DISTRICT", "LA-CSC", "section-47", False, "Part III functions only"),
    ("ca89-27", "DISTRICT", "LA-CSC", "child-protection-conference", False, "Part III functions only"),
    ("ca89-27", "POL", "LA-CSC", "section-17", False, "authorities: councils, housing, NHS"),
    ("ca89-27", "SCH", "LA-CSC", "section-17", False, "authorities: councils, housing, NHS"),
    ("ca04-10", "POL", "LA-CSC", "family-support", True, "a named partner"),
    (
        "ca04-10",
        "VCS",
        "LA-CSC",
        "family-support",
        False,
        "others may receive; what they give needs another basis",
    ),
    (
        "ca04-10",
        "RSL",
        "LA-CSC",
        "family-support",
        False,
        "others may receive; what they give needs another basis",
    ),
    ("ca04-10", "LA-EH", "VCS", "family-support", True, "brought in under s.10(1)(c)"),
    ("ca04-10", "POL", "LA-CSC", "debt-recovery", False, "well-being of children"),
    ("ca04-10", "POL", "LA-ASC", "adult-safeguarding", False, "well-being of children"),
    ("ca04-11", "POL", "LA-CSC", "section-47", True, "police share by a power"),
    ("ca04-11", "GP", "LA-CSC", "section-47", True, "practices share by a power"),
    ("ca04-11", "LA-EDU", "LA-CSC", "section-47", False, "s.11(3): the education function is s.175's"),
    ("ca04-11", "SCH", "LA-CSC", "section-47", False, "schools' power is s.175"),
    ("ca04-11", "POL", "LA-CSC", "family-support", False, "safeguarding, not early help"),
    ("ea02-175", "SCH", "LA-CSC", "section-47", True, "schools share by a power"),
    ("ea02-175", "POL", "LA-CSC", "section-47", False, "schools, colleges, education authority"),
    ("ca04-16h", "SCH", "LA-CSC", "partnership-review", True, "the partners ask for their reviews"),
    ("ca04-16h", "SCH", "LA-CSC", "front-door-screening", False, "not a case-level gateway"),
    ("ca04-16h", "SCH", "LA-CSC", "section-47", False, "not a case-level gateway"),
    ("ca04-16h", "SCH", "LA-EH", "partnership-review", False, "council, integrated care board, police"),
    ("ea96-attendance", "SCH", "LA-EDU", "school-attendance", True, "the return"),
    ("ea96-attendance", "SCH", "LA-CSC", "school-attendance", False, "to the education authority"),
    ("ea96-attendance", "FE", "LA-EDU", "school-attendance", False, "schools"),
    ("ea02-51a", "SCH", "LA-EDU", "school-attendance", True, "the notice of an exclusion"),
    ("ea02-51a", "SCH", "POL", "school-attendance", False, "to the education authority"),
    ("cda98-115", "VCS", "POL", "domestic-abuse-marac", False, "narrower than the Act, which says anybody"),
    ("cda98-115", "POL", "SCH", "domestic-abuse-marac", False, "a school is no relevant authority"),
    ("cda98-115", "POL", "VCS", "domestic-abuse-marac", False, "a charity is no relevant authority"),
    ("cda98-115", "POL", "IDVA", "domestic-abuse-marac", False, "an adviser is no relevant authority"),
    ("cda98-115", "POL", "LA-CSC", "family-support", False, "crime and disorder"),
    ("cja03-325", "YJS", "PROB", "offender-management", True, "must co-operate"),
    ("cja03-325", "POL", "PRISON", "offender-management", True, "the responsible authority"),
    ("cja03-325", "POL", "LA-CSC", "offender-management", False, "to the responsible authority"),
    ("cja03-325", "SCH", "POL", "offender-management", False, "not on the list"),
    ("cja03-325", "POL", "PROB", "domestic-abuse-marac", False, "people who may do serious harm, at their panel"),
    ("care-6-7", "NHS-AC", "LA-ASC", "adult-safeguarding", True, "co-operation about an adult"),
    ("care-6-7", "SCH", "LA-ASC", "adult-safeguarding", False, "not a partner"),
    ("care-6-7", "NHS-AC", "LA-CSC", "adult-safeguarding", False, "adult care"),
    ("care-6-7", "NHS-AC", "LA-ASC", "section-47", False, "adults"),
    ("care-45", "VCS", "LA-ASC", "partnership-review", True, "anybody, when the board asks"),
    ("care-45", "VCS", "LA-ASC", "adult-safeguarding", False, "to the board, never a live case"),
    ("care-45", "VCS", "LA-CSC", "partnership-review", False, "to the adults' board"),
    ("hsca12-251b", "GP", "NHS-AC", "direct-care", True, "the person's own care"),
    ("hsca12-251b", "NHS-AC", "LA-CSC", "direct-care", False, "never children's social care"),
    ("hsca12-251b", "NHS-AC", "LA-EH", "direct-care", False, "never children's social care"),
    ("hsca12-251b", "LA-CSC", "NHS-AC", "direct-care", False, "never children's social care"),
    ("hsca12-251b", "SEXH", "GP", "direct-care", False, "a service reached anonymously"),
    ("hsca12-251b", "SUBM", "GP", "direct-care", False, "a service reached anonymously"),
    ("hsca12-251b", "GP", "NHS-AC", "evaluation", False, "care, not planning"),
    ("wra12-131", "DWP", "LA-EH", "family-support", True, "support under the programme"),
    ("wra12-131", "DWP", "LA-EH", "supporting-families-identify", True, "finding the households"),
    ("wra12-131", "DWP", "LA-RB", "family-support", False, "not whoever collects council tax"),
    ("wra12-131", "DWP", "DISTRICT", "family-support", False, "the councils that run the programme"),
    ("wra12-131", "DWP", "LA-EH", "debt-recovery", False, "locked to its purpose"),
    ("wra12-131", "DWP", "LA-CSC", "section-47", False, "locked to its purpose"),
    ("wra12-131", "LA-EH", "LA-EH", "family-support", False, "from the department"),
    ("dea17-35", "POL", "LA-EH", "family-support", True, "Schedule 4, para 22"),
    *[
        ("dea17-35", kind, "LA-EH", "family-support", False, "the NHS is not listed")
        for kind in (*NHS, "AMB", "GP")
    ],
    *[("dea17-35", kind, "LA-EH", "family-support", False, "not listed") for kind in ("YJS", "RSL", "VCS")],
    ("dea17-35", "POL", "NHS-AC", "family-support", False, "the NHS is not listed"),
    ("dea17-35", "POL", "LA-EH", "debt-recovery", False, "multiple disadvantages"),
    ("ha96-213b", "PRISON", "LA-HSG", "homelessness", True, "a public body on the list"),
    ("ha96-213b", "POL", "LA-HSG", "homelessness", False, "the police are not on it"),
    ("ha96-213b", "SCH", "LA-HSG", "homelessness", False, "schools are not on it"),
    ("ha96-213b", "PRISON", "LA-CSC", "homelessness", False, "to a housing authority"),
]


@pytest.mark.parametrize(("code", "discloser", "recipient", "purpose", "holds", "limit"), LIMITS)
def test_a_gateway_reaches_as_far_as_its_provision_and_no_further(
    code: str, discloser: str, recipient: str, purpose: str, holds: bool, limit: str
) -> None:
    assert lets(code, discloser, recipient, purpose) is holds, limit


def test_every_gateway_but_the_two_not_commenced_is_tried_above() -> None:
    tried = {row[0] for row in LIMITS} | {"ca04-16la", "ca04-16lc", "common-law-police"}
    assert tried == RULES.gateways.keys()


def test_no_gateway_serves_a_debt_an_audit_or_a_persons_own_request() -> None:
    for gateway in RULES.gateways.values():
        assert gateway.purposes is not None, f"{gateway.code} would serve any purpose"
        assert gateway.purposes.isdisjoint({"debt-recovery", "audit", "rights-request"}), gateway.code


def test_section_17_is_no_gateway() -> None:
    assert [each.code for each in RULES.gateways.values() if re.search(r"s\.?17\b", each.provision)] == []


BEGAN = [
    ("ca89-47", "1991-10-14"),
    ("ca89-27", "1991-10-14"),
    ("cda98-115", "1998-09-30"),
    ("cja03-325", "2004-04-05"),
    ("ea02-175", "2004-06-01"),
    ("ca04-10", "2005-04-01"),
    ("ca04-11", "2005-10-01"),
    ("wra12-131", "2012-07-02"),
    ("care-6-7", "2015-04-01"),
    ("care-45", "2015-04-01"),
    ("hsca12-251b", "2015-10-01"),
    ("dea17-35", "2018-07-19"),
    ("ha96-213b", "2018-10-01"),
    ("ca04-16h", "2019-09-29"),
    ("ea02-51a", "2023-09-01"),
    ("ea96-attendance", "2024-08-19"),
]


@pytest.mark.parametrize(("code", "day"), BEGAN)
def test_a_provision_holds_from_the_day_it_began(code: str, day: str) -> None:
    begins = RULES.gateways[code].in_force.from_at
    assert begins is not None
    assert (begins + timedelta(hours=2)).date().isoformat() == day  # midnight in London
    assert not RULES.gateways[code].in_force.covers(begins - timedelta(seconds=1))
    assert RULES.gateways[code].in_force.covers(TODAY)


OBJECTIONS = {
    ObjectionEffect.STOPS: {"hsca12-251b"},
    ObjectionEffect.NONE: {
        "ca89-47",
        "ca04-16h",
        "cja03-325",
        "ca04-16la",
        "ca04-16lc",
        "ea96-attendance",
        "ea02-51a",
        "care-45",
        "ha96-213b",
    },
}


def test_an_objection_stops_care_is_nothing_to_a_plain_duty_and_is_weighed_otherwise() -> None:
    for effect, codes in OBJECTIONS.items():
        assert {each.code for each in RULES.gateways.values() if each.objection is effect} == codes
    weighed = {each.code for each in RULES.gateways.values() if each.objection is ObjectionEffect.WEIGH}
    powers = {each.code for each in RULES.gateways.values() if each.kind is GatewayKind.POWER}
    assert weighed == powers | {"ca89-27", "care-6-7"}


# --- What is enacted and not commenced


@pytest.mark.parametrize("code", ["ca04-16la", "ca04-16lc"])
def test_it_is_shut_today_and_on_every_day_before_one_is_appointed(code: str) -> None:
    placeholder = datetime(2099, 1, 1, tzinfo=UTC)
    day = datetime(2026, 4, 29, tzinfo=UTC)  # Royal Assent
    while day < placeholder:
        assert not lets(code, "POL", "LA-CSC", "section-17", day), day
        day += timedelta(days=1)


@pytest.mark.parametrize("code", ["ca04-16la", "ca04-16lc"])
def test_no_agreement_rests_on_it_and_no_duty_opens_it_early(code: str) -> None:
    resting = {reference for reference, grant in clauses() if grant.basis.gateway == code}
    assert {reference.partition("@")[0] for reference in resting} == {DUTIES.reference}


def test_each_telling_under_16la_is_the_holders_decision_and_recorded() -> None:
    for reference, grant in clauses():
        if grant.basis.gateway == "ca04-16la":
            assert grant.holder_decides, reference
            assert "record-the-decision" in grant.obligations, reference


def test_16lc_carries_the_identifier_and_nothing_beside_it() -> None:
    for reference, grant in clauses():
        if grant.basis.gateway == "ca04-16lc":
            assert grant.categories == {"identifiers"}, reference
            assert grant.detail is Detail.FLAG, reference
    shown = [field.name for field in RULES.categories["identifiers"].fields if field.level is Detail.FLAG]
    assert shown == ["nhs_number"]


# --- What clauses may do with a provision


def test_the_duty_to_refer_is_used_only_with_the_persons_own_consent() -> None:
    for reference, grant in clauses():
        if grant.basis.gateway == "ha96-213b":
            assert grant.consent is ConsentKind.STATUTORY, reference
            assert grant.categories <= {"involvement", "identity", "contact-details"}, reference


def test_no_clause_takes_a_request_of_the_partners_or_the_board_for_a_gateway_to_a_live_case() -> None:
    for reference, grant in clauses():
        if grant.basis.gateway in ("ca04-16h", "care-45"):
            assert grant.purposes == {"partnership-review"}, reference
    assert not [grant.clause for grant in DUTIES.grants if grant.basis.gateway in ("ca04-16h", "care-45")]


def test_a_clause_rests_on_gateways_that_serve_its_purposes_and_reach_its_bodies() -> None:
    for reference, grant in clauses():
        gateway = RULES.gateways.get(grant.basis.gateway or "")
        if gateway is None:
            continue
        assert grant.purposes <= (gateway.purposes or grant.purposes), reference
        assert all(gateway.lets(each) for each in disclosers_of(grant)), reference


def test_a_legal_obligation_rests_on_a_duty() -> None:
    for reference, grant in clauses():
        if grant.basis.article_6 == "c":
            assert grant.basis.gateway is not None, reference
            assert RULES.gateways[grant.basis.gateway].kind is GatewayKind.DUTY, reference


def test_only_bodies_without_a_public_task_rest_on_legitimate_interests_and_they_on_nothing_public() -> None:
    for reference, grant in clauses():
        for organisation in disclosers_of(grant):
            private = organisation.types <= NOT_PUBLIC
            if grant.basis.article_6 in ("ea", "f"):
                assert private, f"{reference}: {organisation.code} has a public task"
            if grant.basis.article_6 == "e" or grant.basis.article_10 == "official-authority":
                assert not private, f"{reference}: {organisation.code} has no public task"


def test_nothing_rests_on_the_recognised_legitimate_interest_before_it_began() -> None:
    began = datetime(2026, 2, 5, tzinfo=UTC)
    for terms in papers():
        for grant in terms.grants:
            if grant.basis.article_6 == "ea":
                begins = [each for each in (terms.begins_at, grant.in_force.from_at) if each is not None]
                assert begins, grant.clause
                assert max(begins) >= began, terms.clause_reference(grant.clause)


CONDITIONS = {"b": {"1"}, "g": {"6", "10", "18", "19"}, "h": {"2"}}


def test_each_condition_for_special_data_goes_with_its_own_paragraphs() -> None:
    for reference, grant in clauses():
        wanted = CONDITIONS.get(grant.basis.article_9 or "")
        if wanted is not None:
            assert grant.basis.schedule_1 in wanted, reference


def test_every_condition_but_health_care_needs_a_policy_document() -> None:
    conditions = RULES.lawful_bases.schedule_1
    assert set(conditions) == {"1", "2", "6", "10", "18", "19", "36"}
    assert {code for code, each in conditions.items() if not each.needs_policy_document} == {"2"}
    assert {code for code, each in RULES.lawful_bases.article_9.items() if each.needs_schedule_1} == {
        "b",
        "g",
        "h",
    }
    assert {code for code, each in RULES.lawful_bases.article_6.items() if each.needs_gateway} == {"c", "e"}


def test_condition_18_is_for_those_who_are_not_asked() -> None:
    for reference, grant in clauses():
        if grant.basis.schedule_1 == "18":
            assert grant.consent is None, reference


def test_what_rests_on_consent_asks_for_the_consent_that_the_law_means() -> None:
    for reference, grant in clauses():
        if "a" in (grant.basis.article_6, grant.basis.article_9):
            assert grant.consent is ConsentKind.DATA_PROTECTION, reference


CLINICAL = {"physical-health", "maternity-early-years", "mental-health", "disability", "substance-misuse"}


def test_a_power_that_lifts_no_confidence_gives_no_health_without_a_consent_or_the_holders_decision() -> None:
    """Every power (Crime and Disorder Act 1998 s.115 and Children Act 2004 ss.10 and 11 among them), and Care Act
    2014 ss.6 and 7 outside an enquiry; from bodies that hold it in confidence, at whatever detail."""
    powers = {each.code for each in RULES.gateways.values() if each.kind is GatewayKind.POWER} | {"care-6-7"}
    assert {"cda98-115", "ca04-10", "ca04-11"} <= powers
    confidants = {*NHS, "AMB", "GP", *SENSITIVE}
    tried = 0
    for reference, grant in clauses():
        held = any(each.types & confidants for each in disclosers_of(grant)) and grant.categories & CLINICAL
        in_an_enquiry = grant.basis.gateway == "care-6-7" and reference.startswith(DUTIES.reference)
        if held and grant.basis.gateway in powers and not in_an_enquiry:
            tried += 1
            assert grant.holder_decides or grant.consent is not None, reference
    assert tried > 3


def test_a_conviction_spent_or_not_goes_nowhere_until_its_holder_has_decided() -> None:
    """Article 10 of the UK GDPR: whoever holds it says that it bears on the risk, under every paper."""
    tried = 0
    for reference, grant in clauses():
        if "convictions" in grant.categories:
            tried += 1
            assert grant.holder_decides, reference
            assert grant.detail < Detail.FULL, reference
    assert tried > 4


OFFENDERS = ("youth-justice", "probation-supervision")
"""What is known of somebody because they were convicted or cautioned."""
SAID_OF_ITSELF = {"section-47", "offender-management", "youth-justice", "evaluation"}
"""Where supervision or an order is told without a decision: an enquiry, those who manage it, a nameless flag."""


def test_what_a_conviction_led_to_waits_for_its_holder_too() -> None:
    for reference, grant in clauses():
        if grant.categories & set(OFFENDERS) and not grant.purposes <= SAID_OF_ITSELF:
            assert grant.holder_decides, reference
        if "youth-justice" in grant.categories and grant.purposes & {"section-47", "offender-management"}:
            assert grant.holder_decides, f"{reference}: an out-of-court disposal is a caution"


POINTERS = {"involvement", "lead-practitioner", "identity", "contact-details", "household"}


def told_by(kind: str) -> Iterator[tuple[str, Grant]]:
    """The grants that let a body of this type alone tell that it knows somebody, with nobody asked: no consent, no
    decision of the holder's, and no enquiry or care that a duty gives."""
    known = Organisation(kind.lower(), kind, frozenset({kind}), "essex")
    for reference, grant in clauses():
        asked = grant.holder_decides or grant.consent in (ConsentKind.CONFIDENTIALITY, ConsentKind.DATA_PROTECTION)
        by_duty = reference.startswith(DUTIES.reference)
        known_to = any(one.covers(known) for one in grant.disclosers) and grant.categories & POINTERS
        if known_to and not asked and not by_duty:
            yield reference, grant


@pytest.mark.parametrize("kind", ["NHS-MH", "PRISON", "SEXH", "SUBM"])
def test_a_body_whose_name_is_the_secret_tells_nobody_by_a_power_that_somebody_is_known_to_it(kind: str) -> None:
    assert [reference for reference, _ in told_by(kind)] == []


def test_a_pointer_from_who_deals_with_offenders_says_on_which_condition_of_article_10() -> None:
    courts = {"PROB", "YJS", "PRISON"}
    tried = 0
    for reference, grant in clauses():
        if not grant.categories & POINTERS or grant.consent is not None or grant.holder_decides:
            continue
        if any(each.types & courts for each in disclosers_of(grant)):
            tried += 1
            assert grant.basis.article_10 is not None, reference
    assert tried > 3


def test_where_a_patient_lives_and_with_whom_goes_by_no_power_unless_asked() -> None:
    powers = {each.code for each in RULES.gateways.values() if each.kind is GatewayKind.POWER}
    for reference, grant in clauses():
        told = grant.categories & {"contact-details", "household"} and grant.basis.gateway in powers
        if told and any(each.types & {*NHS, "AMB", "GP", *SENSITIVE} for each in disclosers_of(grant)):
            assert grant.consent is not None or grant.holder_decides, reference


def test_a_landlord_at_the_panel_is_told_nothing_of_a_trusts_or_probations() -> None:
    landlord = RULES.organisations["chelmsford-housing"]
    (panel,) = [terms for terms in papers() if terms.clause_reference("8.2").startswith("domestic-abuse@")]
    for code in ("mse-nhs", "eput-nhs", "essex-probation"):
        assert any(
            ban.categories is None
            and ban.purposes is None
            and any(one.covers(RULES.organisations[code]) for one in ban.disclosers or ())
            and any(one.covers(landlord, "marac-representative") for one in ban.recipients or ())
            for ban in panel.prohibitions
        ), code


def test_a_need_at_school_goes_to_no_threshold_and_no_youth_justice_until_somebody_decided() -> None:
    for reference, grant in clauses():
        outside = {"threshold-decision", "front-door-screening", "youth-justice", "family-support", "section-17"}
        if "special-educational-needs" in grant.categories and grant.purposes & outside:
            assert grant.holder_decides or grant.consent is not None, reference


def test_condition_18_serves_only_what_protects_somebody() -> None:
    for reference, grant in clauses():
        if grant.basis.schedule_1 == "18":
            assert all(RULES.purposes[purpose].protective for purpose in grant.purposes), reference


def test_a_navigator_sees_what_their_own_agency_holds_and_nothing_of_any_other() -> None:
    """policies/roles.yaml: they answer a check from it, and the social-work decision maker sees the collation."""
    tried = 0
    for reference, grant in clauses():
        givers = disclosers_of(grant)
        for organisation in RULES.organisations.values():
            if any(one.covers(organisation, "navigator") for one in grant.recipients):
                tried += 1
                assert [each.code for each in givers] == [organisation.code], reference
    assert tried > 1


# --- The duties


def test_a_lapsed_paper_never_stops_an_enquiry() -> None:
    named = frozenset().union(*(grant.categories for grant in DUTIES.grants if "section-47" in grant.purposes))
    assert {"involvement", "household", "csc-status", "police-incidents", "attendance", "physical-health"} <= named


def test_an_enquirys_clauses_ask_nobodys_consent_and_only_for_an_enquiry() -> None:
    for grant in DUTIES.grants:
        if "section-47" in grant.purposes:
            assert grant.consent is None, grant.clause
            assert grant.case is not None, grant.clause
            assert {kind.value for kind in grant.case.kinds or ()} == {"enquiry"}, grant.clause


def test_only_the_duty_and_not_the_powers_calls_itself_an_obligation_in_an_enquiry() -> None:
    for grant in DUTIES.grants:
        if "section-47" in grant.purposes:
            assert (grant.basis.article_6 == "c") is (grant.basis.gateway == "ca89-47"), grant.clause


def test_a_sensitive_service_decides_itself_whether_to_tell() -> None:
    for grant in DUTIES.grants:
        tiers = {RULES.categories[code].tier for code in grant.categories}
        if Tier.T4 in tiers:
            assert grant.holder_decides, grant.clause
        if any(each.types & set(SENSITIVE) or each.tier is Tier.T4 for each in disclosers_of(grant)):
            assert grant.holder_decides, grant.clause


def test_a_practice_is_asked_and_never_bound() -> None:
    for grant in DUTIES.grants:
        if "section-47" in grant.purposes and RULES.organisations["riverside-surgery"] in disclosers_of(grant):
            assert grant.holder_decides, grant.clause


def test_help_with_a_child_in_need_goes_by_agreement() -> None:
    found = [
        grant for grant in DUTIES.grants if "section-17" in grant.purposes and grant.basis.gateway == "ca89-27"
    ]
    assert found
    for grant in found:
        health = any(RULES.categories[code].tier is Tier.T3 for code in grant.categories)
        assert grant.consent is (ConsentKind.CONFIDENTIALITY if health else ConsentKind.ENGAGEMENT), grant.clause
        councils = {"LA-CSC", "LA-EH", "LA-EDU", "LA-ASC"}
        assert not any(each.types & councils for each in disclosers_of(grant)), "one council does not ask itself"


def test_adult_safeguarding_is_about_adults() -> None:
    for reference, grant in clauses():
        if grant.basis.gateway == "care-6-7":
            assert grant.age is not None, reference
            assert (grant.age.from_age or 0) >= RULES.standing.adult_from, reference


def test_attendance_returns_carry_attendance_and_notices_of_exclusion_exclusions() -> None:
    carried = {"ea96-attendance": {"attendance"}, "ea02-51a": {"exclusions"}}
    for reference, grant in clauses():
        if grant.basis.gateway in carried:
            assert grant.categories == carried[grant.basis.gateway], reference


def test_the_departments_data_goes_only_where_its_statute_sends_it() -> None:
    allowed = {"wra12-131", "dea17-35", "ha96-213b"}
    for reference, grant in clauses():
        from_department = any("DWP" in each.types for each in disclosers_of(grant))
        if from_department:
            assert grant.basis.gateway in allowed, reference
            assert grant.purposes <= {"supporting-families-identify", "family-support", "homelessness"}, reference


LOCKS = [
    # purpose, category, holder, by what
    ("debt-recovery", "benefits", "dwp"),
    ("debt-recovery", "benefits", "ecc"),
    ("debt-recovery", "identity", "dwp"),
    ("evaluation", "identity", "dwp"),
    ("debt-recovery", "csc-status", "ecc"),
    ("debt-recovery", "child-protection-plan", "southend"),
    ("debt-recovery", "physical-health", "mse-nhs"),
    ("debt-recovery", "mental-health", "eput-nhs"),
    ("debt-recovery", "domestic-abuse", "haven-refuge"),
    ("debt-recovery", "staff-safety", "basildon"),
]


@pytest.mark.parametrize(("purpose", "category", "holder"), LOCKS)
def test_what_is_locked_to_its_purpose_stays_locked(purpose: str, category: str, holder: str) -> None:
    controller = RULES.organisations[holder]
    assert any(
        (ban.purposes is None or purpose in ban.purposes)
        and (ban.categories is None or category in ban.categories)
        and (ban.disclosers is None or any(one.covers(controller) for one in ban.disclosers))
        and ban.recipients is None
        and ban.in_force.covers(TODAY)
        for ban in DUTIES.prohibitions
    )


def test_nothing_of_tier_t3_or_above_ever_serves_a_debt() -> None:
    sensitive = {code for code, each in RULES.categories.items() if Tier.T3 <= each.tier <= Tier.T4}
    banned = frozenset().union(
        *(
            ban.categories or frozenset()
            for ban in DUTIES.prohibitions
            if ban.purposes == {"debt-recovery"} and ban.disclosers is None and ban.recipients is None
        )
    )
    assert sensitive <= banned


def test_a_revenues_officer_is_barred_by_post_as_well_as_by_purpose() -> None:
    barred = [ban for ban in DUTIES.prohibitions if ban.purposes is None and ban.recipients is not None]
    for code in ("southend-revenues", "chelmsford-city", "ecc", "southend-housing", "chelmsford-housing"):
        organisation = RULES.organisations[code]
        covered = [
            ban
            for ban in barred
            if any(one.covers(organisation, "revenue-officer") for one in ban.recipients or ())
        ]
        named = frozenset().union(*(ban.categories or frozenset() for ban in covered))
        assert {"benefits", "csc-status", "physical-health", "domestic-abuse"} <= named, code


def test_nobody_gives_a_revenues_officer_anything_under_any_shipped_paper() -> None:
    for reference, grant in clauses():
        assert "debt-recovery" not in grant.purposes, reference
        assert not any("revenue-officer" in (one.roles or ()) for one in grant.recipients), reference


# --- Kinds of information

TIERS = {
    Tier.T0: {"involvement", "lead-practitioner"},
    Tier.T1: {
        *("identity", "identifiers", "communication-needs", "contact-details", "household"),
        *("staff-safety", "orders-in-force", "family-voice"),
    },
    Tier.T2: {
        *("contact-referral", "contact-no-further-action", "early-help", "attendance", "exclusions"),
        *("school-support", "missing-education", "special-educational-needs", "participation", "youth-service"),
        *("tenancy-arrears", "homelessness", "anti-social-behaviour", "benefits", "fire-safety"),
    },
    Tier.T3: {
        *("police-incidents", "csc-status", "child-in-need", "child-protection-plan", "looked-after"),
        *("missing-episodes", "ethnicity-religion", "physical-health", "maternity-early-years", "mental-health"),
        *("disability", "convictions", "youth-justice", "probation-supervision", "immigration"),
        "adult-safeguarding",
    },
    Tier.T4: {
        *("position-of-trust", "domestic-abuse", "sexual-health", "substance-misuse", "sexual-assault"),
        *("camhs-content", "counselling"),
    },
    Tier.T5: {
        *("adoption-link", "gender-recognition", "fertility-treatment", "protected-person", "refuge-address"),
        "covert-intelligence",
    },
}


@pytest.mark.parametrize("tier", Tier)
def test_every_kind_of_information_stands_in_its_tier(tier: Tier) -> None:
    assert {code for code, each in RULES.categories.items() if each.tier is tier} == TIERS[tier]


def test_nothing_of_tier_t5_is_named_by_any_grant() -> None:
    for reference, grant in clauses():
        assert not grant.categories & TIERS[Tier.T5], reference


NOT_HARD_STOPS = ("convictions", "position-of-trust", "orders-in-force")


@pytest.mark.parametrize("code", NOT_HARD_STOPS)
def test_what_the_law_does_not_stop_is_no_hard_stop(code: str) -> None:
    assert RULES.categories[code].tier < Tier.T5


def test_of_the_sensitive_kinds_only_two_are_explained() -> None:
    explained = {code for code, each in RULES.categories.items() if each.tier >= Tier.T3 and each.explain}
    assert explained == {"police-incidents", "csc-status"}
    assert {code for code, each in RULES.categories.items() if each.explain is False} == set()


OFFENCE = {
    *("police-incidents", "convictions", "youth-justice", "probation-supervision", "missing-episodes"),
    *("anti-social-behaviour", "adult-safeguarding", "domestic-abuse", "sexual-assault", "position-of-trust"),
    "covert-intelligence",
}
HEALTH = {
    *("physical-health", "maternity-early-years", "mental-health", "disability", "sexual-health"),
    *("substance-misuse", "sexual-assault", "camhs-content", "counselling", "special-educational-needs"),
    *("fertility-treatment", "gender-recognition", "ethnicity-religion"),
}


def test_allegations_are_offence_data_and_health_is_special() -> None:
    assert {code for code, each in RULES.categories.items() if each.offence} == OFFENCE
    assert {code for code, each in RULES.categories.items() if each.special} >= HEALTH


RETENTION = [
    ("looked-after", "P75Y", True),
    ("adoption-link", "P100Y", False),
    ("child-protection-plan", "P35Y", False),
    ("csc-status", "P35Y", False),
    ("child-in-need", "P21Y", True),
    ("position-of-trust", "P10Y", False),
    ("contact-referral", "P3Y", False),
    ("contact-no-further-action", "P1Y", False),
]


@pytest.mark.parametrize(("code", "keep", "from_birth"), RETENTION)
def test_a_keeping_time_with_a_source_is_the_sources(code: str, keep: str, from_birth: bool) -> None:
    retention = RULES.categories[code].retention
    assert (str(retention.keep), retention.from_birth) == (keep, from_birth)


def test_a_record_of_several_people_that_accuses_one_of_them_is_masked() -> None:
    for code in (
        "police-incidents",
        "domestic-abuse",
        "missing-episodes",
        "anti-social-behaviour",
        "orders-in-force",
    ):
        assert RULES.categories[code].joint is Joint.MASK, code


# --- Why somebody may ask, and who


def test_the_protective_purposes_are_exactly_these() -> None:
    assert {code for code, each in RULES.purposes.items() if each.protective} == {
        *("front-door-screening", "threshold-decision", "section-17", "section-47"),
        *("child-protection-conference", "domestic-abuse-marac", "adult-safeguarding", "exploitation-missing"),
    }


def test_the_secondary_purposes_are_exactly_these() -> None:
    assert {code for code, each in RULES.purposes.items() if each.secondary} == {"evaluation"}


MAY_ASK = [
    ("triage", {"front-door-screening"}),
    (
        "decision-maker",
        {"front-door-screening", "threshold-decision", "section-17", "section-47", "exploitation-missing"},
    ),
    ("navigator", {"front-door-screening", "section-47", "exploitation-missing"}),
    ("lead-practitioner", {"family-support"}),
    ("team-member", {"family-support"}),
    ("social-worker", {"section-17", "section-47", "child-protection-conference", "family-support"}),
    ("conference-chair", {"child-protection-conference"}),
    ("youth-justice-officer", {"youth-justice"}),
    ("offender-manager", {"offender-management"}),
    ("designated-officer", {"position-of-trust"}),
    ("analyst", {"evaluation"}),
    ("revenue-officer", {"debt-recovery"}),
    *[(role, set[str]()) for role in ("ig-officer", "caldicott-guardian", "siro", "auditor", "administrator")],
    ("agency-system", set[str]()),
]


@pytest.mark.parametrize(("role", "purposes"), MAY_ASK)
def test_a_post_may_ask_for_what_it_is_for(role: str, purposes: set[str]) -> None:
    assert RULES.roles[role].purposes == purposes


def test_no_post_asks_in_the_name_of_an_audit_or_of_somebodys_own_request() -> None:
    asked = frozenset().union(*(role.purposes for role in RULES.roles.values()))
    assert RULES.purposes.keys() - asked == {"rights-request", "audit"}


def test_allegations_about_people_in_trust_go_to_named_posts() -> None:
    for reference, grant in clauses():
        if "position-of-trust" in grant.categories:
            for recipient in grant.recipients:
                assert recipient.roles is not None, reference
                assert recipient.roles <= {"designated-officer", "decision-maker"}, reference


# --- Who takes part


def test_a_whole_partnership_takes_part() -> None:
    assert len(RULES.organisations) >= 40
    present = RULES.organisation_types()
    assert {
        *("LA-CSC", "LA-EH", "LA-EDU", "LA-ASC", "LA-HSG", "LA-RB", "LA-PH", "DISTRICT", "POL", "PROB", "YJS"),
        *(
            "PRISON",
            "CAFCASS",
            *NHS,
            "AMB",
            "GP",
            "SCH",
            "FE",
            "EY",
            "DWP",
            "HMRC",
            "FIRE",
            "RSL",
            "VCS",
            *SENSITIVE,
        ),
    } == present
    assert AGENCY_TYPES - present == {"HO"}
    assert sum("DISTRICT" in each.types for each in RULES.organisations.values()) == 12


def test_a_service_whose_name_tells_the_secret_is_tier_t4_and_no_other_body_is() -> None:
    sensitive = {code for code, each in RULES.organisations.items() if each.types & set(SENSITIVE)}
    assert len(sensitive) == 7
    assert {code for code, each in RULES.organisations.items() if each.tier is Tier.T4} == {
        *sensitive,
        "harbour-counselling",
    }
    assert {each.tier for each in RULES.organisations.values()} == {Tier.T0, Tier.T4}


NEVER_ONE_BODY = [
    ("LA-ASC", "LA-CSC", "health and adult care never reach children's social care"),
    ("LA-ASC", "LA-EH", "health and adult care never reach early help"),
    ("LA-RB", "LA-CSC", "what a social worker is told is not for whoever collects council tax"),
    ("SEXH", "NHS-AC", "a clinic is silent, a hospital is not"),
    ("IDVA", "NHS-COM", "a charity's confidence is not an NHS trust's duty"),
]


@pytest.mark.parametrize(("one", "other", "why"), NEVER_ONE_BODY)
def test_bodies_that_must_not_mix_are_two(one: str, other: str, why: str) -> None:
    assert not [code for code, each in RULES.organisations.items() if {one, other} <= each.types], why


def test_areas_are_those_of_the_three_authorities_of_several_of_them_and_of_england() -> None:
    assert {each.area for each in RULES.organisations.values()} == {
        "essex",
        "southend",
        "thurrock",
        "greater-essex",
        "england",
    }
    assert {code for code, each in RULES.organisations.items() if each.area == "england"} == {
        "dwp",
        "hmrc",
        "cafcass",
    }
    for code in ("essex-police", "essex-probation", "mse-icb", "eput-nhs"):
        assert RULES.organisations[code].area == "greater-essex"


def test_no_shipped_gateway_is_limited_to_an_area_yet() -> None:
    assert [code for code, each in RULES.gateways.items() if each.areas is not None] == []


# --- Emergency access


def test_emergency_access_never_reaches_a_hard_stop_and_alone_goes_less_far() -> None:
    terms = RULES.override
    assert terms.max_tier is Tier.T4
    assert terms.alone.max_tier < terms.max_tier
    assert terms.alone.detail < terms.detail
    assert set(terms.reasons) == {
        "significant-harm",
        "adult-at-risk",
        "missing-person",
        "life-or-death",
        "serious-crime",
    }


# --- The mark


@pytest.mark.parametrize("path", sorted(POLICIES.glob("*.yaml")), ids=lambda path: path.name)
def test_every_file_says_what_a_lawyer_must_sign(path: Path) -> None:
    decides_nothing = path.name == "profile.yaml"
    assert ("# IG lawyer to sign off" in path.read_text(encoding="utf-8")) is not decides_nothing


def test_every_gateway_says_it_where_it_stands() -> None:
    text = (POLICIES / "gateways.yaml").read_text(encoding="utf-8")
    blocks = re.split(r"^  - code: ", text, flags=re.MULTILINE)[1:]
    assert len(blocks) == len(RULES.gateways)
    assert [block.split()[0] for block in blocks if "# IG lawyer to sign off" not in block] == []
