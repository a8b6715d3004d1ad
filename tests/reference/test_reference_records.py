"""Records, protected people, the override and coverage: small situations worked by hand."""

from __future__ import annotations

import pytest

from tests.reference.small_world import Situation, coverage

CHILD = "child/attendance/chelmsford-academy"
CLINIC = "child/sexual-health/clinic"


@pytest.fixture
def here() -> Situation:
    return Situation()


def test_a_record_about_two_is_withheld_unless_it_may_be_masked(here: Situation) -> None:
    here.record.update(about=["child", "mum"], fields={"percentage": 81, "note": "Words.", "seen_by": "mum"})
    assert here.shown()["detail"] == "withheld"
    assert here.shown()["reasons"] == ["third-party"]
    here.policies["categories"]["categories"][0]["joint"] = "mask"
    assert here.shown()["detail"] == "summary"
    assert here.shown()["fields"] == {"percentage": 81, "seen_by": "another person"}
    assert here.shown(view="requester")["about"] == ["child"]


def test_free_text_needs_to_know_whom_it_mentions(here: Situation) -> None:
    here.scenario["people"][1].pop("markers")
    here.record["fields"]["note"] = "Words."
    assert "note" in here.shown()["fields"]
    here.record["mentions"] = ["mum"]
    assert "note" not in here.shown()["fields"]
    del here.record["mentions"]
    assert "note" not in here.shown()["fields"]


def test_a_protected_address_hides_places_of_the_whole_household(here: Situation) -> None:
    here.record["fields"] |= {"home": "1 Example Street", "note": "Words."}
    assert here.shown()["fields"] == {"percentage": 81}
    here.grant["protected_address"] = True
    assert here.shown()["fields"] == {"percentage": 81, "home": "1 Example Street", "note": "Words."}


def test_look_back_and_retention_end_on_their_day(here: Situation) -> None:
    here.record["occurred"] = "2024-03-02"
    assert here.shown()["detail"] == "full"
    here.record["occurred"] = "2024-03-01"
    assert here.shown()["reasons"] == ["beyond-look-back"]
    here.policies["categories"]["categories"][0]["retention"] = "P1M"
    here.record["occurred"] = "2026-02-03"
    assert here.shown()["detail"] == "full"
    here.record["occurred"] = "2026-02-02"
    assert here.shown()["reasons"] == ["beyond-retention"]


def test_a_protected_person_is_somebody_never_heard_of(here: Situation) -> None:
    here.scenario["relationships"].append(
        {"from": "partner", "to": "child", "kind": "father", "parental_responsibility": True}
    )
    here.request["about"] = ["child"]
    here.sign("child", "partner", "refused", "2026-02-02")
    here.person("partner")["markers"] = ["protected"]
    assert here.reasons(CHILD) == ["consent-absent"]
    here.request["about"] = ["child", "partner"]
    hidden = here.decide("requester")
    here.request["about"] = ["child", "nobody"]
    assert here.decide("requester") == hidden


def test_an_override_opens_what_the_policy_allows_and_says_so(here: Situation) -> None:
    here.request.update(by="lee", override=override("nurse"))
    assert here.cell(CLINIC)["effect"] == "permit"
    assert here.cell(CLINIC)["reasons"] == ["override"]
    assert here.reasons("child/adoption-link/chelmsford-academy") == ["hard-stop"]
    here.request["override"] = override("kim")
    assert here.reasons(CLINIC) == ["consent-absent"]
    here.request["override"] = override(None)
    assert here.cell("mum/attendance/chelmsford-academy")["detail"] == "summary"
    here.request["override"] = override("lee")
    assert here.decide()["refused_because"] == "not-in-team"


def override(second: str | None) -> dict[str, object]:
    """An override seconded by somebody."""
    return {"reason": "significant-harm", "justification": "Missing.", "gateway": "power", "second": second}


def test_coverage_says_what_silence_means(here: Situation) -> None:
    here.scenario["feeds"] = [
        {
            "controller": "chelmsford-academy",
            "categories": "all",
            "every": "P1D",
            "last_received": "2026-03-01T09:30:01Z",
        }
    ]
    assert coverage(here) == {
        "attendance/chelmsford-academy": "covered",
        "adoption-link/chelmsford-academy": "ask-the-holder",
        "sexual-health/clinic": "ask-the-holder",
    }
    here.scenario["feeds"][0]["last_received"] = "2026-03-01T09:30:00Z"
    assert coverage(here)["attendance/chelmsford-academy"] == "late"
    here.scenario["signed"] = None
    assert coverage(here)["attendance/chelmsford-academy"] == "party-not-signed"
