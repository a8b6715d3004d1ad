"""`protected` is lifted by two people in two acts, and neither learns from it who is protected."""

from __future__ import annotations

import json
from collections.abc import Callable
from dataclasses import replace
from datetime import timedelta
from subprocess import CompletedProcess

import pytest

from broker.audit.events import Event
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.store.people import find_people, record_people
from broker.store.session import Act
from broker.usecases.acting import AS_OPERATOR, Acting, entry_of
from broker.usecases.notices import list_notices
from broker.usecases.people.lift_protection import LiftProposed, agree_to_lift, decline_lift, propose_lift
from broker.usecases.people.markers import Marking, mark
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.office import (
    AGREED_BECAUSE,
    MARKED_BECAUSE,
    OFFICER,
    SCHOOL_LEAD,
    Office,
)
from tests.functional.usecases.test_markers import markers_of
from tests.functional.usecases.test_ties import private_of
from tests.functional.usecases.test_verbs import run

PROTECTED = ProtectionMarker.PROTECTED
NEVER_ISSUED = "p-neverissuedneverissued22"
POLICE = Acting("pol", "safeguarding-lead")
SOUTHEND = Acting("sue", "safeguarding-lead")


@pytest.fixture
def hidden(office: Office) -> Office:
    """The child, whom the school knows by its records, is marked protected; two strangers to them are enrolled."""
    office.enrol_one("pol", "Pol Kerr", "essex-police", "safeguarding-lead")
    office.enrol_one("sue", "Sue Dunn", "southend", "safeguarding-lead")
    office.mark("child", PROTECTED)
    office.step()
    return office


def propose(office: Office, by: Acting = SCHOOL_LEAD, who: str = "child") -> str:
    proposed = propose_lift(office.broker, by, office.people.get(who, who), MARKED_BECAUSE)
    office.step()
    return proposed.proposal_id


def agree(office: Office, by: Acting, proposal: str, who: str = "child") -> None:
    agree_to_lift(office.broker, by, office.people.get(who, who), proposal, AGREED_BECAUSE)


def refused(office: Office, by: Acting, proposal: str, who: str = "child") -> str:
    with pytest.raises(NotAllowed) as found:
        agree(office, by, proposal, who)
    last = office.entries()[-1]
    assert (last.event, last.actor, last.details["verb"]) == ("access.refused", by.by, "holder.decide")
    return str(found.value).replace(proposal, "…")


def test_proposing_lifts_nothing_and_the_custodians_hear_of_it_while_it_can_be_declined(hidden: Office) -> None:
    proposal = propose(hidden, POLICE)
    assert markers_of(hidden, "child") == {PROTECTED}
    told = hidden.notices("alert-protection-lift-proposed")
    assert [one.notice.recipient for one in told] == ["oakdale-primary"]
    assert told[0].notice.body == {"about": [hidden.people["child"]], "by": "pol", "proposal": proposal}
    (waiting,) = [one for one in list_notices(hidden.broker, SCHOOL_LEAD) if one.topic.endswith("proposed")]
    assert waiting.reference == proposal


def test_a_second_person_of_another_organisation_agrees_and_each_act_stands_under_its_own_name(
    hidden: Office,
) -> None:
    count = len(hidden.entries())
    proposal = propose(hidden)
    agree(hidden, OFFICER, proposal)
    assert markers_of(hidden, "child") == frozenset()
    proposed, lifted = hidden.entries()[count:]
    assert (proposed.event, proposed.actor) == ("standing.changed", "dee")
    assert proposed.details == {"change": "protection-lift-proposed", "proposal": proposal}
    assert (lifted.event, lifted.actor) == ("marker.lifted", "ola")
    assert lifted.details == {"marker": "protected", "proposal": proposal, "proposed_by": "dee"}
    assert [private_of(hidden, one)["reason"] for one in (proposed, lifted)] == [MARKED_BECAUSE, AGREED_BECAUSE]
    (alert,) = hidden.notices("alert-protection-lifted")
    assert alert.notice.body == {"about": [hidden.people["child"]], "by": "dee", "second": "ola"}


def test_it_is_enough_that_the_second_is_of_a_custodian(hidden: Office) -> None:
    agree(hidden, SCHOOL_LEAD, propose(hidden, POLICE))
    assert markers_of(hidden, "child") == frozenset()


def test_nobody_agrees_who_may_not(hidden: Office) -> None:
    """Herself; a colleague of hers; somebody declared close; an id nobody has; a proposal about somebody else."""
    lead = frozenset({"safeguarding-lead"})
    colleague = Staff("col", "oakdale-primary", lead)
    near = Staff("near", "essex-police", lead, links=frozenset({hidden.people["child"]}))
    enrol_staff(hidden.broker, [StaffMember(colleague, "Col Wood"), StaffMember(near, "Nan Field")])
    proposal = propose(hidden)
    words = {refused(hidden, Acting(one, "safeguarding-lead"), proposal) for one in ("dee", "col", "near")}
    words.add(refused(hidden, OFFICER, "l-neverissued"))
    words.add(refused(hidden, OFFICER, proposal, "mum"))
    words.add(refused(hidden, OFFICER, proposal, NEVER_ISSUED))
    assert len(words) == 1
    assert markers_of(hidden, "child") == {PROTECTED}


def test_two_posts_of_one_person_are_not_two_people(hidden: Office) -> None:
    for staff_id, organisation in (("ann-1", "oakdale-primary"), ("ann-2", "essex-police")):
        hidden.enrol_one(staff_id, "Ann Bell", organisation, "safeguarding-lead", person="p-ann")
    proposal = propose(hidden, Acting("ann-1", "safeguarding-lead"))
    refused(hidden, Acting("ann-2", "safeguarding-lead"), proposal)
    assert markers_of(hidden, "child") == {PROTECTED}


def test_two_organisations_that_do_not_know_the_person_lift_nothing(hidden: Office) -> None:
    refused(hidden, SOUTHEND, propose(hidden, POLICE))
    assert markers_of(hidden, "child") == {PROTECTED}


def test_where_no_organisation_knows_them_the_one_that_marked_them_answers_for_them(hidden: Office) -> None:
    hidden.mark("partner", PROTECTED)
    hidden.step()
    refused(hidden, SOUTHEND, propose(hidden, POLICE, "partner"), "partner")
    agree(hidden, POLICE, propose(hidden, who="partner"), "partner")
    assert markers_of(hidden, "partner") == frozenset()


def test_a_proposal_lapses_after_five_days(hidden: Office) -> None:
    proposal = propose(hidden)
    hidden.clock.advance(timedelta(days=5))
    refused(hidden, OFFICER, proposal)
    assert markers_of(hidden, "child") == {PROTECTED}


@pytest.mark.parametrize("by", [SCHOOL_LEAD, OFFICER], ids=["a custodian", "whoever proposed"])
def test_a_custodian_or_whoever_proposed_declines_and_it_is_over(hidden: Office, by: Acting) -> None:
    proposal = propose(hidden, OFFICER)
    with pytest.raises(NotAllowed, match="none about this person"):
        decline_lift(hidden.broker, POLICE, hidden.people["child"], proposal, "not mine")
    decline_lift(hidden.broker, by, hidden.people["child"], proposal, "he was seen on Tuesday")
    last = hidden.entries()[-1]
    assert (last.actor, last.details["change"]) == (by.by, "protection-lift-declined")
    hidden.step()
    refused(hidden, SCHOOL_LEAD, proposal)


def test_a_proposal_is_spent_and_is_not_about_a_danger_that_came_later(hidden: Office) -> None:
    spent, other = propose(hidden), propose(hidden)
    agree(hidden, OFFICER, spent)
    hidden.step()
    early = propose(hidden)
    mark(hidden.broker, OFFICER, hidden.people["child"], Marking(PROTECTED, reason=MARKED_BECAUSE))
    hidden.step()
    for proposal in (spent, other, early):
        refused(hidden, POLICE, proposal)
    assert markers_of(hidden, "child") == {PROTECTED}


def test_a_proposal_about_somebody_whom_a_list_marked_since_is_over(hidden: Office) -> None:
    agree(hidden, OFFICER, propose(hidden))
    hidden.step()
    early, child = propose(hidden), hidden.people["child"]

    def work(act: Act) -> None:
        entry = entry_of(act, AS_OPERATOR, Event.MARKER_SET, {"marker": PROTECTED.value}, about=[child])
        person = find_people(act, [child])[child]
        record_people(act, [replace(person, markers=person.markers | {PROTECTED})], entry=entry)

    hidden.broker.store.perform(hidden.clock, work)
    hidden.step()
    refused(hidden, OFFICER, early)
    assert markers_of(hidden, "child") == {PROTECTED}


def test_every_act_needs_a_reason(hidden: Office) -> None:
    child, proposal = hidden.people["child"], propose(hidden)
    acts: list[Callable[[], object]] = [
        lambda: propose_lift(hidden.broker, SCHOOL_LEAD, child, " "),
        lambda: agree_to_lift(hidden.broker, OFFICER, child, proposal, " "),
        lambda: decline_lift(hidden.broker, SCHOOL_LEAD, child, proposal, " "),
    ]
    for act in acts:
        with pytest.raises(CallWrong, match="reason"):
            act()


def test_proposing_and_agreeing_say_the_same_of_the_protected_the_known_and_the_unknown(hidden: Office) -> None:
    """What is answered and what the log grows by; who is told, and what changes, is another matter."""
    child, mum = hidden.people["child"], hidden.people["mum"]
    seen = []
    for who in (child, mum, NEVER_ISSUED):
        count, at = len(hidden.entries()), hidden.clock.now()
        made: LiftProposed = propose_lift(hidden.broker, OFFICER, who, MARKED_BECAUSE)
        (entry,) = hidden.entries()[count:]
        shape = sorted(entry.details), len(entry.about), entry.commitment is not None
        seen.append((len(made.proposal_id), made.lapses_at - at, entry.event, shape))
        hidden.step()
    assert seen[0] == seen[1] == seen[2]
    # Strangers to both: somebody protected whom others know is nobody.
    stranger = [refused(hidden, SOUTHEND, propose(hidden, POLICE, who), who) for who in (child, NEVER_ISSUED)]
    assert stranger[0] == stranger[1]
    # Ecc knows mum as the school knows the child: agreeing says the same, protected or not.
    grown = []
    for who in (child, mum):
        proposal = propose(hidden, OFFICER if who == mum else SCHOOL_LEAD, who)
        count = len(hidden.entries())
        agree(hidden, POLICE, proposal, who)
        grown.append([(one.event, sorted(one.details)) for one in hidden.entries()[count:]])
        hidden.step()
    assert grown[0] == grown[1]
    assert len(hidden.notices("alert-protection-lifted")) == 1


def test_the_old_way_in_one_act_is_gone_and_the_new_one_is_two_commands(hidden: Office) -> None:
    folder, child = hidden.broker.settings.data_dir, hidden.people["child"]

    def person_mark(*words: str) -> CompletedProcess[str]:
        return run(folder, "person", "mark", child, "protected", *words, "--json")

    lead, officer = ("--by", "dee", "--as", "safeguarding-lead"), ("--by", "ola", "--as", "ig-officer")
    assert person_mark("--lift", *lead, "--second", "ola", "--reason", "q").returncode == 2
    proposed = person_mark("--lift", *lead, "--reason", "q")
    assert proposed.returncode == 0
    assert set(json.loads(proposed.stdout)) == {"person", "proposal", "lapses"}
    assert markers_of(hidden, "child") == {PROTECTED}
    proposal = json.loads(proposed.stdout)["proposal"]
    assert person_mark("--agree", proposal, *lead, "--reason", "q").returncode == 1
    assert markers_of(hidden, "child") == {PROTECTED}
    assert person_mark("--agree", proposal, "--decline", proposal, *officer, "--reason", "q").returncode == 2
    agreed = person_mark("--agree", proposal, *officer, "--reason", "q")
    assert (agreed.returncode, json.loads(agreed.stdout)) == (0, {"person": child, "agreed": proposal})
    assert markers_of(hidden, "child") == frozenset()
