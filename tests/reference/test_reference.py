"""Small situations worked by hand, from the product document and the situations an expert would try."""

from __future__ import annotations

import pytest

from tests.reference.instants import add_months, age, day, day_before, instant
from tests.reference.small_world import Situation, coverage

CHILD = "child/attendance/chelmsford-academy"
CLINIC = "child/sexual-health/clinic"


@pytest.fixture
def here() -> Situation:
    return Situation()


def told(here: Situation) -> dict[str, str]:
    """The requester's reasons by cell."""
    return {
        f"{item['person']}/{item['category']}/{item['controller']}": item["reason"]
        for item in here.decide("requester")["not_shared"]
    }


def test_the_example_of_the_document_comes_out_as_it_says(here: Situation) -> None:
    decided = here.decide()
    assert decided["outcome"] == "answered"
    assert decided["refused_because"] is None
    assert here.shown()["detail"] == "full"
    assert here.shown()["fields"] == {"percentage": 81}
    assert here.shown()["clauses"] == ["family-support@2#4.1"]
    assert here.reasons("partner/attendance/chelmsford-academy") == ["condition-not-met"]
    assert told(here)["partner/attendance/chelmsford-academy"] == "condition-not-met"
    assert CHILD not in told(here)


def test_every_requested_person_category_and_controller_has_one_cell(here: Situation) -> None:
    cells = here.decide()["cells"]
    assert len(cells) == 3 * 3 * 2  # people, categories, and the two holders that a grant names
    assert here.reasons("mum/attendance/clinic") == ["no-clause"]


def test_a_record_kept_by_a_holder_no_grant_names_brings_that_holder_into_the_cells(here: Situation) -> None:
    here.record["controller"] = "ecc"
    assert here.reasons("child/attendance/ecc") == ["no-clause"]
    here.record["recorded"] = "2026-03-02T09:30:01Z"
    assert "ecc" not in {cell["controller"] for cell in here.decide()["cells"]}


@pytest.mark.parametrize(
    ("born", "at", "expected"),
    [
        ("2008-02-29", "2026-02-28T23:59:59Z", 17),
        ("2008-02-29", "2026-03-01", 18),
        ("2008-07-01", "2026-06-30T22:59:59Z", 17),
        ("2008-07-01", "2026-06-30T23:00:00Z", 18),
        ("2030-01-01", "2026-03-01", 0),
    ],
)
def test_ages_change_at_the_start_of_a_london_day(born: str, at: str, expected: int) -> None:
    assert age(born, instant(at)) == expected


def test_months_clamp_both_ways() -> None:
    assert add_months(day("2027-01-31"), 1) == day("2027-02-28")
    assert day_before(day("2026-03-31"), "P1M") == day("2026-02-28")
    assert day_before(day("2028-02-29"), "P2Y") == day("2026-02-28")


def test_an_agreement_runs_through_its_grace_and_lapses_on_the_day(here: Situation) -> None:
    here.scenario["at"] = "2027-03-31T22:59:59Z"  # the last second of March in London
    assert here.cell(CHILD)["effect"] == "permit"
    here.scenario["at"] = "2027-03-31T23:00:00Z"
    assert here.reasons(CHILD) == ["agreement-not-in-force"]


def test_only_the_highest_version_that_has_begun_counts_signed_or_not(here: Situation) -> None:
    newer = here.agreement | {"version": 3, "in_force": {"from": "2026-03-01"}, "parties": ["ecc"]}
    here.agreement, older = newer, here.agreement
    assert here.reasons(CHILD) == ["party-not-signed"]
    here.agreement = older
    assert here.cell(CHILD)["clauses"] == ["family-support@2#4.1"]


def test_a_party_that_has_not_signed_is_denied_alone(here: Situation) -> None:
    here.scenario["signed"] = {"family-support": {"ecc": "2026-01-05", "clinic": {"from": "2026-01-05"}}}
    assert here.reasons(CHILD) == ["party-not-signed"]
    assert here.reasons(CLINIC) == ["consent-absent"]
    here.scenario["signed"]["family-support"]["chelmsford-academy"] = {"from": "2026-01-05", "until": "2026-03-02"}
    assert here.reasons(CHILD) == ["party-not-signed"]


def test_two_holders_of_parental_responsibility_disagree(here: Situation) -> None:
    here.scenario["relationships"].append(
        {"from": "partner", "to": "child", "kind": "father", "parental_responsibility": True}
    )
    here.sign("child", "partner", "refused", "2026-02-02")
    assert here.cell(CHILD)["effect"] == "refer"
    assert here.reasons(CHILD) == ["consent-disputed"]
    assert told(here)[CHILD] == "consent-not-given"


def test_a_stepfather_without_parental_responsibility_has_no_standing(here: Situation) -> None:
    here.scenario["consents"][1]["by"] = "partner"
    here.scenario["relationships"].append({"from": "partner", "to": "child", "kind": "step-parent"})
    assert here.reasons(CHILD) == ["consent-no-standing"]


def test_an_exclusive_holder_who_has_died_still_keeps_the_others_out(here: Situation) -> None:
    here.scenario["people"].append({"id": "gran", "born": "1950-01-01", "died_on": "2026-02-20"})
    here.scenario["relationships"].append(
        {
            "from": "gran",
            "to": "child",
            "kind": "special-guardian",
            "parental_responsibility": True,
            "exclusive": True,
            "since": "2026-02-10",
        }
    )
    assert here.reasons(CHILD) == ["consent-lapsed"]


def test_a_consent_for_everything_does_not_reach_a_sensitive_service(here: Situation) -> None:
    here.sign("child", "mum", "given", "2026-02-01", kind="confidentiality")
    assert here.reasons(CLINIC) == ["consent-absent"]
    here.sign("child", "mum", "given", "2026-02-02", kind="confidentiality", categories=["sexual-health"])
    assert here.cell(CLINIC)["effect"] == "permit"
    here.sign("child", "mum", "withdrawn", "2026-02-03", kind="confidentiality")
    assert here.reasons(CLINIC) == ["consent-withdrawn"]


def test_a_competent_child_decides_alone_and_nothing_is_told(here: Situation) -> None:
    here.sign("child", "mum", "given", "2026-02-02", kind="confidentiality", categories=["sexual-health"])
    here.person("child")["competent"][0]["from"] = "2026-03-02"
    assert here.reasons(CLINIC) == ["consent-lapsed"]
    assert CLINIC not in told(here)
    assert coverage(here)["sexual-health/clinic"] == "ask-the-holder"


def test_a_named_refusal_outlasts_a_later_general_yes(here: Situation) -> None:
    here.sign("child", "mum", "refused", "2026-02-10", categories=["attendance"])
    here.sign("child", "mum", "given", "2026-02-20")
    assert here.reasons(CHILD) == ["consent-refused"]
    here.sign("child", "mum", "given", "2026-02-21", categories=["attendance"])
    assert here.cell(CHILD)["effect"] == "permit"


def test_at_one_instant_the_most_restrictive_governs(here: Situation) -> None:
    here.sign("child", "mum", "withdrawn", "2026-02-01T10:00:00Z")
    assert here.reasons(CHILD) == ["consent-withdrawn"]


def test_a_given_ends_at_its_until(here: Situation) -> None:
    here.scenario["consents"][1]["until"] = "2026-03-02T09:30:00Z"
    assert here.reasons(CHILD) == ["consent-expired"]


def test_an_unsafe_consent_refers_and_a_holder_may_release(here: Situation) -> None:
    here.scenario["consents"][1]["unsafe"] = True
    assert here.reasons(CHILD) == ["consent-unsafe"]
    decision = {"about": "child", "category": "attendance", "controller": "chelmsford-academy", "by": "lee"}
    decision |= {"purpose": "family-support", "decision": "release", "at": "2026-03-02T09:30:00Z"}
    here.scenario["holder_decisions"] = [decision]
    assert here.cell(CHILD)["effect"] == "permit"
    here.scenario["holder_decisions"] = [decision, decision | {"decision": "withhold"}]
    assert here.reasons(CHILD) == ["holder-withheld"]
    here.scenario["holder_decisions"] = [decision | {"until": "2026-03-02T09:30:01Z"}, decision | {"case": "t9"}]
    assert here.cell(CHILD)["effect"] == "permit"


def test_nobody_to_decide_for_an_adult_is_a_question_of_best_interests(here: Situation) -> None:
    del here.grant["subject"]
    here.person("mum")["lacks_capacity_from"] = "2026-01-01"
    assert here.reasons("mum/attendance/chelmsford-academy") == ["consent-best-interests"]
    here.scenario["relationships"].append({"from": "partner", "to": "mum", "kind": "attorney"})
    assert here.reasons("mum/attendance/chelmsford-academy") == ["consent-no-standing"]


def test_an_objection_is_weighed_stops_or_does_nothing(here: Situation) -> None:
    here.sign("child", "mum", "given", "2026-03-01", kind="objection")
    assert here.reasons(CHILD) == ["objection"]
    here.grant["lawful_basis"]["gateway"] = "health"
    assert here.reasons(CHILD) == ["objection-stops"]
    assert told(here)[CHILD] == "holder-decides"
    here.grant["lawful_basis"]["gateway"] = "duty"
    assert here.cell(CHILD)["effect"] == "permit"


def test_a_gateway_holds_only_between_bodies_of_its_areas(here: Situation) -> None:
    council, school, _ = here.policies["organisations"]["organisations"]
    gateway = here.policies["gateways"]["gateways"][0]
    shut = ["gateway-not-in-force"]
    for areas, of_council, of_school, reasons in (
        (["essex"], "essex", "essex", []),
        (["essex"], "essex", "southend", shut),
        (["essex"], "southend", "essex", shut),
        (["essex", "southend"], "essex", "southend", []),
        (["essex"], "england", "england", shut),
    ):
        gateway["areas"], council["area"], school["area"] = areas, of_council, of_school
        assert here.reasons(CHILD) == reasons, (areas, of_council, of_school)


def test_an_opt_out_stops_a_secondary_purpose(here: Situation) -> None:
    here.request.update(purpose="research", case=None)
    assert here.cell(CHILD)["effect"] == "permit"
    here.sign("child", "mum", "given", "2026-03-01", kind="opt-out")
    assert here.reasons(CHILD) == ["opt-out"]


def test_hard_stops_come_before_everything(here: Situation) -> None:
    assert here.reasons("child/adoption-link/chelmsford-academy") == ["hard-stop"]
    here.policies["duties"]["prohibitions"] = [{"clause": "9.1", "text": "Not.", "categories": ["attendance"]}]
    assert here.reasons(CHILD) == ["prohibited"]
    assert here.reasons("child/adoption-link/chelmsford-academy") == ["hard-stop"]


@pytest.mark.parametrize(
    ("change", "officer", "requester"),
    [
        ({"as": "clerk"}, "not-authorised", "not-authorised"),
        ({"case": None}, "case-required", "case-required"),
        ({"purpose": "enquiry"}, "purpose-not-in-case", "purpose-not-in-case"),
        ({"by": "lee"}, "not-in-team", "not-in-team"),
        ({"about": ["child", "nobody"]}, "subject-not-in-case", "not-available"),
    ],
)
def test_requests_refused_as_a_whole(
    here: Situation, change: dict[str, object], officer: str, requester: str
) -> None:
    here.request.update(change)
    joins = [[{"change": "team", "staff": "lee", "case": "t1"}]]
    depends_on_people = requester == "not-available"
    assert here.decide() == {
        "scenario": "Mum agrees, her partner does not",
        "outcome": "refused",
        "refused_because": officer,
        "next_step": {"say": f"officer-{officer}" if depends_on_people else officer},
        "remedies": joins if officer == "not-in-team" else [],
        "cells": [],
        "records": [],
    }
    assert here.decide("requester")["refused_because"] == requester


def test_the_sister_of_an_ex_partner_may_not_look(here: Situation) -> None:
    here.scenario["people"].append({"id": "sister", "born": "1980-01-01"})
    here.scenario["relationships"].append({"from": "sister", "to": "partner", "kind": "sibling"})
    here.scenario["staff"][0]["person"] = "sister"
    assert here.decide()["refused_because"] == "conflict-of-interest"
    assert here.decide("requester")["refused_because"] == "not-available"


def test_access_ends_with_the_post_before_the_training_is_asked_about(here: Situation) -> None:
    here.scenario["staff"][0] |= {"posts_until": "2026-03-02", "trained_until": "2026-03-01"}
    assert here.decide()["refused_because"] == "post-ended"


def test_an_unknown_birth_meets_an_upper_age_only_when_protecting(here: Situation) -> None:
    here.person("child")["born"] = None
    here.grant.update(subject={"under": 18})
    del here.grant["consent"]
    assert here.reasons(CHILD) == ["condition-not-met"]
    here.request.update(purpose="enquiry", case=None)
    assert here.cell(CHILD)["effect"] == "permit"
    here.grant["subject"]["from"] = 0
    assert here.reasons(CHILD) == ["condition-not-met"]
