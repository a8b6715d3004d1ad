"""An assessment rests on something, in words, and is made by somebody who has to do with the person."""

from __future__ import annotations

import json

import pytest

from broker.dates import Interval
from broker.errors import CallWrong, NotAllowed
from broker.people import Competence, DataSubject, ProtectionMarker
from broker.store.people import find_people
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import close_case
from broker.usecases.people.assess_person import Assessment, assess
from tests.functional.usecases.office import KIM, TRIAGE, Office
from tests.functional.usecases.test_ties import SEEN, private_of
from tests.functional.usecases.test_verbs import run

NEVER_ISSUED = "p-neverissuedneverissued22"


def competent(office: Office, evidence: str = SEEN) -> Assessment:
    return Assessment(evidence, Competence(Interval(office.clock.now()), frozenset({"sexual-health"})))


def lacking(office: Office, evidence: str = SEEN) -> Assessment:
    return Assessment(evidence, lacks_capacity_from=office.clock.now())


def known(office: Office, who: str) -> DataSubject:
    with office.broker.store.look() as view:
        return find_people(view, [office.people[who]])[office.people[who]]


def refusal(office: Office, by: Acting, person_id: str) -> str:
    with pytest.raises(NotAllowed) as found:
        assess(office.broker, by, person_id, competent(office))
    last = office.entries()[-1]
    assert (last.event, last.actor, last.details["verb"]) == ("access.refused", by.by, "consent.record")
    return str(found.value).replace(person_id, "…")


@pytest.mark.parametrize("made", [competent, lacking])
def test_an_assessment_without_what_it_rests_on_is_none(office: Office, made: object) -> None:
    with pytest.raises(CallWrong, match="evidence"):
        assess(office.broker, KIM, office.people["child"], made(office, " "))  # type: ignore[operator]
    assert known(office, "child").competences == ()
    assert known(office, "child").lacks_capacity_from is None


def test_what_it_rests_on_is_sealed_and_the_log_holds_it_to_that(office: Office) -> None:
    for made in (competent(office), lacking(office)):
        assess(office.broker, KIM, office.people["child"], made)
        entry = office.entries()[-1]
        assert (entry.event, entry.actor) == ("standing.changed", "kim")
        assert SEEN not in repr(entry)
        assert SEEN not in repr(made)
        assert private_of(office, entry) == {"evidence": SEEN}
        office.step()
    assert len(known(office, "child").competences) == 1


def test_a_stranger_assesses_nobody_and_does_not_learn_who_there_is(office: Office) -> None:
    """A child whom neither a case of theirs nor their organisation knows, one never issued, somebody protected."""
    office.enrol_one("sue", "Sue Dunn", "southend", "social-worker")
    sue = Acting("sue", "social-worker")
    office.mark("partner", ProtectionMarker.PROTECTED)
    office.step()
    told = {refusal(office, sue, one) for one in (office.people["child"], NEVER_ISSUED, office.people["partner"])}
    told.add(refusal(office, KIM, office.people["partner"]))
    assert len(told) == 1
    assert known(office, "child").competences == ()


def test_an_organisation_that_knows_the_person_is_enough_and_a_closed_case_is_not(office: Office) -> None:
    assess(office.broker, TRIAGE, office.people["mum"], competent(office))
    refusal(office, TRIAGE, office.people["child"])
    office.step()
    close_case(office.broker, KIM, office.cases["team"])
    office.step()
    refusal(office, KIM, office.people["child"])


def test_nobody_assesses_whom_they_know_privately(office: Office) -> None:
    friend = office.befriend("fay", "mum", "ecc", "social-worker")
    refusal(office, friend, office.people["mum"])


def test_the_verb_asks_for_evidence(office: Office) -> None:
    folder, child = office.broker.settings.data_dir, office.people["child"]
    words = ("person", "assess", child, "--by", "kim", "--as", "lead-practitioner", "--competent", "--json")
    without = run(folder, *words)
    assert (without.returncode, known(office, "child").competences) == (2, ())
    assert "evidence" in without.stderr
    done = run(folder, *words, "--evidence", SEEN)
    assert (done.returncode, json.loads(done.stdout)) == (0, {"person": child, "assessed": "competent"})
