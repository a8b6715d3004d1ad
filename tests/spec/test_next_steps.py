"""The next step and what would permit it, as the IG handbook tells it: one family, one school, one agreement.

The situation is the example of docs/formats.md. Each test changes one thing and reads what an officer and what a
requester are told to do.
"""

from __future__ import annotations

from typing import Any

import pytest

from broker.rehearsal.run import decision_json
from broker.release.views import View
from tests.generative.loading import scenario_of
from tests.reference.small_world import Situation

CHILD = "child/attendance/chelmsford-academy"
CLINIC = "child/sexual-health/clinic"


class Told(Situation):
    """The example, decided by the engine."""

    def seen(self, view: View) -> dict[str, Any]:
        """One view of the decision."""
        scenario = self.scenario | {"agreements": [self.agreement]}
        return decision_json(scenario_of({"scenario": scenario, "policies": self.policies}), view)

    def officer(self, path: str = CHILD) -> tuple[str, list[list[dict[str, Any]]]]:
        """The officer's next step for a cell, and its remedies."""
        for cell in self.seen(View.OFFICER)["cells"]:
            if f"{cell['person']}/{cell['category']}/{cell['controller']}" == path:
                return cell["next_step"], cell["remedies"]
        raise AssertionError(path)

    def requester(self, path: str = CHILD) -> str:
        """The requester's next step for a cell that is not shared."""
        for row in self.seen(View.REQUESTER)["not_shared"]:
            if f"{row['person']}/{row['category']}/{row['controller']}" == path:
                step: str = row["next_step"]
                return step
        raise AssertionError(path)

    def unsafe(self, *people: str) -> None:
        """Marks people as unsafe to approach."""
        for person in people:
            self.person(person)["markers"] = ["unsafe-to-approach"]


@pytest.fixture
def here() -> Told:
    return Told()


def consent(by: str, category: str = "attendance", kind: str = "engagement") -> dict[str, Any]:
    return {"change": "consent", "kind": kind, "by": by, "category": category}


TITLED = "the agreement “Family support and team around the family” (version 2)"
RELEASE = {"change": "holder", "controller": "chelmsford-academy"}


def test_a_party_that_has_yet_to_sign_is_named(here: Told) -> None:
    here.scenario["signed"] = {"family-support": {"ecc": "2026-01-05"}}
    step, remedies = here.officer()
    assert step == here.requester()
    assert step == (f"Ask your IG officer when {TITLED} will be signed. Still to sign: Chelmsford Academy.")
    assert remedies == [
        [{"change": "sign", "party": "chelmsford-academy", "agreement": "family-support", "version": 2}]
    ]
    here.scenario["signed"] = {}
    assert here.requester().endswith("Still to sign: Chelmsford Academy and Essex County Council.")
    assert [len(remedy) for remedy in here.officer()[1]] == [2]


def test_a_body_that_is_no_party_would_have_to_join_and_that_is_no_remedy(here: Told) -> None:
    here.agreement["parties"] = ["ecc", "clinic"]
    step, remedies = here.officer()
    assert "Not a party to it: Chelmsford Academy." in step
    assert remedies == []


def test_a_lapsed_agreement_has_to_be_renewed(here: Told) -> None:
    here.scenario["at"] = "2027-04-01"
    step, remedies = here.officer()
    assert step == (f"Ask your IG officer to have {TITLED} renewed: it lapsed on 1 April 2027, unreviewed.")
    assert remedies == [[{"change": "renew", "agreement": "family-support", "version": 2}]]
    here.scenario["at"] = "2028-02-01"
    here.agreement["in_force"] = {"from": "2026-01-01", "until": "2028-01-01"}
    assert here.requester().endswith("renewed: it ended on 1 January 2028.")


def test_an_agreement_and_a_power_that_begin_on_a_day_are_waited_for(here: Told) -> None:
    here.agreement["in_force"] = {"from": "2026-04-06"}
    assert here.officer() == (
        f"Ask again from 6 April 2026, when {TITLED} begins.",
        [],
    )
    here.agreement["in_force"] = {"from": "2026-01-01"}
    here.policies["gateways"]["gateways"][0]["in_force"] = {"from": "2026-09-01"}
    assert here.officer() == ("Ask again from 1 September 2026, when An Act s.10 begins.", [])
    assert here.requester() == here.officer()[0]


def test_a_power_for_which_no_day_is_appointed_has_no_day(here: Told) -> None:
    here.policies["gateways"]["gateways"][0]["in_force"] = {"from": "2099-01-01"}
    assert here.officer() == ("Nothing to do yet: no day is appointed for An Act s.10 to begin.", [])


def test_a_power_that_covers_somebody_else_is_not_waited_for(here: Told) -> None:
    here.policies["gateways"]["gateways"][0] |= {"in_force": {"from": "2026-09-01"}, "recipients": ["SCH"]}
    assert here.officer() == ("Ask your IG officer which legal power would apply here today.", [])
    here.policies["gateways"]["gateways"][0] |= {"recipients": ["LA-CSC"], "areas": ["essex"]}
    assert here.officer() == ("Ask again from 1 September 2026, when An Act s.10 begins.", [])
    here.policies["organisations"]["organisations"][1]["area"] = "thurrock"
    assert here.officer() == ("Ask your IG officer which legal power would apply here today.", [])


def test_who_can_agree_is_named_to_the_officer_and_to_nobody_else(here: Told) -> None:
    del here.scenario["consents"][1]
    step, remedies = here.officer()
    assert step == "Who can give agreement to early help, naming “School attendance”: mum."
    assert remedies == [[consent("mum")]]
    assert here.requester() == (
        "Somebody who can decide this has to give agreement to early help; for a child that is usually someone"
        " with parental responsibility. Check who is safe to ask before you ask."
    )


def test_of_two_who_can_agree_either_is_enough_and_what_a_requester_hears_stays(here: Told) -> None:
    del here.scenario["consents"][1]
    alone = here.requester()
    father = {"from": "partner", "to": "child", "kind": "father", "parental_responsibility": True}
    here.scenario["relationships"].append(father)
    step, remedies = here.officer()
    assert step.endswith(": mum or partner.")
    assert remedies == [[consent("mum")], [consent("partner")]]
    assert here.requester() == alone


def test_whoever_is_unsafe_to_approach_is_pointed_to_by_nobody(here: Told) -> None:
    del here.scenario["consents"][1]
    father = {"from": "partner", "to": "child", "kind": "father", "parental_responsibility": True}
    here.scenario["relationships"].append(father)
    told = here.requester()
    here.unsafe("partner")
    assert here.officer() == (
        "Who can give agreement to early help, naming “School attendance”: mum.",
        [[consent("mum")]],
    )
    here.unsafe("mum")
    step, remedies = here.officer()
    assert step == "Agreement to early help is needed; nobody can be named here. Ask the safeguarding lead."
    assert remedies == []
    assert here.requester() == told


def test_one_no_is_changed_by_whoever_said_it_or_weighed_by_the_holder(here: Told) -> None:
    here.sign("child", "mum", "refused", "2026-02-10")
    assert here.officer() == (
        "The answer was no, and nobody may be pressed. Who can still give agreement to early help: mum.",
        [[consent("mum")]],
    )
    assert "press nobody to agree" in here.requester()
    father = {"from": "partner", "to": "child", "kind": "father", "parental_responsibility": True}
    here.scenario["relationships"].append(father)
    step, remedies = here.officer()
    assert remedies == [[consent("mum")], [RELEASE, consent("partner")]]
    assert step.endswith(": mum.")


def test_a_dispute_is_the_holders_or_the_dissenters(here: Told) -> None:
    father = {"from": "partner", "to": "child", "kind": "father", "parental_responsibility": True}
    here.scenario["relationships"].append(father)
    here.sign("child", "partner", "refused", "2026-02-02")
    step, remedies = here.officer()
    assert step == "Those who can agree do not agree with each other: Chelmsford Academy decides."
    assert remedies == [[RELEASE], [consent("partner")]]
    not_given = here.requester()
    here.unsafe("partner")
    assert here.officer()[1] == [[RELEASE]]
    assert here.requester() == not_given


def test_a_private_service_has_to_be_named(here: Told) -> None:
    here.person("child")["competent"] = []
    step, remedies = here.officer(CLINIC)
    assert "naming “Sexual health”" in step
    assert remedies == [[consent("mum", "sexual-health", "confidentiality")]]
    with pytest.raises(AssertionError):
        here.requester(CLINIC)


def test_a_private_service_that_may_be_explained_has_to_be_named_to_the_requester_too(here: Told) -> None:
    here.policies["categories"]["categories"][0] |= {"tier": "T4", "explain": True}
    assert here.requester().startswith(
        "Somebody who can decide this has to give agreement to early help and name “School attendance”;"
    )
    assert here.officer()[1] == [[consent("mum")]]


def test_a_duty_that_is_over_is_for_nobody_here_to_renew(here: Told) -> None:
    duty = here.grant | {"clause": "D1", "in_force": {"from": "2020-01-01", "until": "2026-02-01"}}
    here.policies["duties"]["grants"] = [duty]
    here.grant["categories"] = ["adoption-link"]
    assert here.officer() == ("Ask your IG officer: this part of the law is no longer in force.", [])
    duty["in_force"] = {"from": "2026-07-01"}
    assert here.requester() == "Ask again from 1 July 2026, when the legal duty begins."


def test_several_kinds_of_consent_are_called_agreement(here: Told) -> None:
    del here.scenario["consents"][1]
    here.agreement["grants"].append(here.grant | {"clause": "4.9", "consent": "statutory"})
    assert "has to give agreement;" in here.requester()
    assert here.officer()[1] == [[consent("mum")], [consent("mum", kind="statutory")]]


def test_all_who_said_no_have_to_change_their_minds_or_one_and_the_holder(here: Told) -> None:
    father = {"from": "partner", "to": "child", "kind": "father", "parental_responsibility": True}
    here.scenario["relationships"].append(father)
    for parent in ("mum", "partner"):
        here.sign("child", parent, "refused", "2026-02-10")
    step, remedies = here.officer()
    assert step.endswith("Who can still give agreement to early help: mum and partner.")
    assert remedies == [
        [RELEASE, consent("mum")],
        [RELEASE, consent("partner")],
        [consent("mum"), consent("partner")],
    ]


def test_a_competent_child_is_named_to_the_officer_of_a_silent_cell(here: Told) -> None:
    here.person("child")["competent"] = [{"from": "2026-01-01", "categories": ["sexual-health"]}]
    assert here.officer(CLINIC)[1] == [[consent("child", "sexual-health", "confidentiality")]]


def test_the_holder_decides_and_may_decide_otherwise(here: Told) -> None:
    here.grant["decision"] = "holder"
    assert here.officer() == ("Chelmsford Academy decides each time.", [[RELEASE]])
    assert here.requester() == "Ask Chelmsford Academy to decide."
    decision = {"about": "child", "category": "attendance", "controller": "chelmsford-academy", "by": "lee"}
    decision |= {"purpose": "family-support", "decision": "withhold", "at": "2026-03-01"}
    here.scenario["holder_decisions"] = [decision]
    assert here.officer() == ("Chelmsford Academy has decided to withhold, and can decide otherwise.", [[RELEASE]])
    assert here.requester() == "Ask Chelmsford Academy to decide."


def test_an_objection_is_weighed_by_the_holder_or_stops_and_nobody_is_asked_to_take_it_back(here: Told) -> None:
    here.sign("child", "mum", "given", "2026-03-01", kind="objection")
    assert here.officer() == ("An objection stands: Chelmsford Academy weighs it and decides.", [[RELEASE]])
    here.grant["lawful_basis"]["gateway"] = "health"
    step, remedies = here.officer()
    assert step == "An objection stops this, until whoever raised it takes it back unasked."
    assert remedies == []
    assert here.requester() == "Ask Chelmsford Academy to decide."


def test_where_nobody_stands_for_an_adult_the_holder_decides(here: Told) -> None:
    del here.grant["subject"]
    here.person("mum")["lacks_capacity_from"] = "2026-01-01"
    path = "mum/attendance/chelmsford-academy"
    assert here.officer(path) == (
        "Nobody can decide for them: Chelmsford Academy decides, in their best interests.",
        [[RELEASE]],
    )
    assert here.requester(path) == "Ask Chelmsford Academy to decide."


def test_a_protected_parent_who_said_no_leaves_no_remedy_that_would_fail_and_changes_no_word(here: Told) -> None:
    given = here.scenario["consents"].pop(1)
    told = here.requester()
    here.scenario["people"].append({"id": "hidden", "born": "1986-01-01", "markers": ["protected"]})
    here.scenario["relationships"].append(
        {"from": "hidden", "to": "child", "kind": "father", "parental_responsibility": True}
    )
    here.scenario["consents"].append(given | {"by": "hidden", "decision": "refused"})
    step, remedies = here.officer()
    assert step == "Agreement to early help is needed; nobody can be named here. Ask the safeguarding lead."
    assert remedies == []
    assert here.requester() == told


def test_where_no_clause_names_it_one_is_needed(here: Told) -> None:
    step, remedies = here.officer("mum/attendance/clinic")
    assert step == "No clause lets The Clinic share this for this purpose: one is needed."
    assert remedies == [
        [
            {
                "change": "clause",
                "controller": "clinic",
                "recipient": "ecc",
                "role": "lead-practitioner",
                "purpose": "family-support",
                "category": "attendance",
            }
        ]
    ]


def test_what_the_law_an_age_or_a_free_choice_decides_has_no_remedy(here: Told) -> None:
    assert here.officer("child/adoption-link/chelmsford-academy")[1] == []
    assert here.officer("partner/attendance/chelmsford-academy")[1] == []
    here.request.update(purpose="research", case=None)
    here.sign("child", "mum", "given", "2026-03-01", kind="opt-out")
    assert here.officer() == ("Nothing to do: this is the person's own choice.", [])
    here.policies["duties"]["prohibitions"] = [{"clause": "9.1", "text": "Not.", "categories": ["attendance"]}]
    assert here.officer() == ("Nothing changes this: it may not be shared for this purpose.", [])


def test_a_release_that_stands_already_is_not_asked_for_again(here: Told) -> None:
    here.grant["decision"] = "holder"
    del here.scenario["consents"][1]
    decision = {"about": "child", "category": "attendance", "controller": "chelmsford-academy", "by": "lee"}
    decision |= {"purpose": "family-support", "decision": "release", "at": "2026-03-01"}
    here.scenario["holder_decisions"] = [decision]
    assert here.officer()[1] == [[consent("mum")]]
    here.scenario["holder_decisions"] = []
    assert here.officer()[1] == [[RELEASE, consent("mum")]]


def test_what_was_decided_at_this_very_instant_is_not_undone_in_it(here: Told) -> None:
    here.sign("child", "mum", "refused", here.scenario["at"])
    assert here.officer()[1] == []
    decision = {"about": "child", "category": "attendance", "controller": "chelmsford-academy", "by": "lee"}
    decision |= {"purpose": "family-support", "decision": "withhold", "at": here.scenario["at"]}
    here.scenario["consents"].pop()
    here.scenario["holder_decisions"] = [decision]
    assert here.officer()[1] == []


def test_joining_the_team_is_the_remedy_where_it_is_enough(here: Told) -> None:
    here.request["by"] = "lee"
    officer, requester = here.seen(View.OFFICER), here.seen(View.REQUESTER)
    assert officer["remedies"] == [[{"change": "team", "staff": "lee", "case": "t1"}]]
    assert officer["next_step"] == requester["next_step"]
    assert requester["next_step"] == "Ask the lead practitioner of the case to add you to the team."
    assert "remedies" not in requester
    here.request["about"] = ["child", "nobody"]
    officer = here.seen(View.OFFICER)
    assert officer["refused_because"] == "not-in-team"
    assert officer["remedies"] == []
    assert here.seen(View.REQUESTER)["next_step"] == requester["next_step"]


def test_a_refusal_that_depends_on_people_is_neutral_to_the_requester(here: Told) -> None:
    here.request["about"] = ["child", "nobody"]
    elsewhere = here.seen(View.REQUESTER)["next_step"]
    assert "people of the case" in here.seen(View.OFFICER)["next_step"]
    here.request["about"] = ["child"]
    here.scenario["staff"][0]["links"] = ["child"]
    assert "no personal connection" in here.seen(View.OFFICER)["next_step"]
    assert here.seen(View.REQUESTER)["next_step"] == elsewhere
