"""Ties: whose they are, what shows them, and that every refusal is in the log."""

from __future__ import annotations

import json

import pytest

from broker.audit.commitment import BLINDING_BYTES, require_commitment
from broker.audit.entry import AuditEntry
from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.dates import Interval
from broker.decision.facts import HolderRuling
from broker.errors import CallWrong, NotAllowed
from broker.people import Competence, ProtectionMarker, Relationship, RelationshipKind
from broker.release.receipt import receipt_text
from broker.store.audit_private import find_private
from broker.store.relationships import find_relationships
from broker.usecases.casework.cases import join_team
from broker.usecases.holders.decide_as_holder import HolderRules, decide_as_holder
from broker.usecases.people.assess_person import Assessment, assess
from broker.usecases.people.people import find_person
from broker.usecases.people.ties import house, relate
from broker.usecases.posts.enrol_staff import enrol_staff
from tests.functional.usecases.office import KIM, REASON, SCHOOL_LEAD, TRIAGE, Office
from tests.functional.usecases.test_people import MUM, SCREENING

SEEN = "Seen alone on 2 March; she weighed it and said it back"


def private_of(office: Office, entry: AuditEntry) -> dict[str, str]:
    assert entry.commitment is not None
    with office.broker.store.look() as view:
        kept = find_private(view, entry.commitment, BLINDING_BYTES)
    assert kept is not None
    require_commitment(entry.commitment, kept[1], kept[0])
    found: dict[str, str] = json.loads(kept[1])
    return found


def father(office: Office, **others: object) -> Relationship:
    kind = RelationshipKind.FATHER
    return Relationship(office.people["partner"], office.people["child"], kind, **others)  # type: ignore[arg-type]  # fields by name


def test_the_evidence_of_a_relationship_is_kept_sealed(office: Office) -> None:
    claimed = father(office, parental_responsibility=True)
    new_id = relate(office.broker, TRIAGE, claimed, evidence="birth register, seen 3 March")
    entry = office.entries()[-1]
    assert "register" not in str(entry.details)
    assert private_of(office, entry) == {"relationship": new_id, "evidence": "birth register, seen 3 March"}


def test_the_reason_of_a_search_is_kept_sealed_with_whoever_was_found(office: Office) -> None:
    find_person(office.broker, TRIAGE, MUM, SCREENING, REASON)
    entry = office.entries()[-1]
    assert entry.event == "person.searched"
    assert private_of(office, entry) == {"reason": REASON}


def test_a_relationship_is_changed_only_between_the_same_two_people(office: Office) -> None:
    known = relate(office.broker, TRIAGE, father(office), evidence="")
    office.step()
    other = Relationship(office.people["mum"], office.people["child"], RelationshipKind.OTHER)
    told = []
    for used in (known, "e-neverissued"):
        with pytest.raises(CallWrong, match="no relationship of these two") as refused:
            relate(office.broker, TRIAGE, other, evidence="", relationship_id=used)
        told.append(str(refused.value).replace(used, "…"))
    assert told[0] == told[1]
    until = office.clock.now()
    relate(
        office.broker, TRIAGE, father(office, interval=Interval(None, until)), evidence="", relationship_id=known
    )
    with office.broker.store.look() as view:
        found = find_relationships(view, [office.people["partner"]])
    assert [one.interval.until_at for one in found if one.kind is RelationshipKind.FATHER] == [until]


def test_a_household_that_was_never_made_is_joined_by_nobody(office: Office) -> None:
    """Nor is one under whose roof only somebody protected lives; both are one answer."""
    home = house(office.broker, TRIAGE, joined=[office.people["mum"]])
    office.step()
    assert house(office.broker, TRIAGE, household_id=home, joined=[office.people["child"]]) == home
    office.step()
    alone = house(office.broker, TRIAGE, joined=[office.people["partner"]])
    office.mark("partner", ProtectionMarker.PROTECTED)
    office.step()
    told = []
    for used in (alone, "o-neverissued"):
        with pytest.raises(CallWrong, match="no household here") as refused:
            house(office.broker, TRIAGE, household_id=used, joined=[office.people["child"]])
        told.append(str(refused.value).replace(used, "…"))
    assert told[0] == told[1]
    house(office.broker, TRIAGE, household_id=home, left=[office.people["mum"], office.people["child"]])
    office.step()
    assert house(office.broker, TRIAGE, household_id=home, joined=[office.people["mum"]]) == home


def test_an_interval_that_ends_before_it_begins_is_refused(office: Office) -> None:
    now = office.clock.now()
    backwards = Interval(now, now.replace(year=now.year - 1))
    with pytest.raises(CallWrong, match="ends before it begins"):
        relate(office.broker, TRIAGE, father(office, interval=backwards), evidence="")
    with pytest.raises(CallWrong, match="ends before it begins"):
        assess(office.broker, KIM, office.people["child"], Assessment(SEEN, Competence(backwards)))


def test_competence_is_of_categories_that_are_known(office: Office) -> None:
    assessed = Competence(Interval(office.clock.now(), None), frozenset({"atendance"}))
    with pytest.raises(CallWrong, match="did you mean `attendance`"):
        assess(office.broker, KIM, office.people["child"], Assessment(SEEN, assessed))


def test_a_parents_sheet_does_not_tell_that_their_child_was_found_competent(office: Office) -> None:
    def sheet() -> str:
        office.step()
        made = office.consent("child", "mum", categories=frozenset({"sexual-health"}))
        return receipt_text(made.receipt).replace(made.consent_id, "…")

    before = sheet()
    competence = Competence(Interval(office.clock.now(), None), frozenset({"sexual-health"}))
    assess(office.broker, KIM, office.people["child"], Assessment(SEEN, competence))
    assert sheet() == before
    office.step()
    everything = office.consent("child", "mum")
    assert everything.counts
    assert "sexual-health" not in everything.standing.not_for
    office.step()
    assert office.consent("child", "child", categories=frozenset({"sexual-health"})).receipt.counts


def test_a_refusal_by_the_work_itself_is_logged_and_leaves_nothing_else(office: Office) -> None:
    count = len(office.entries())
    with pytest.raises(NotAllowed):
        join_team(office.broker, TRIAGE, office.cases["team"], "tri")
    rules = HolderRules(
        office.people["child"], "ecc", "attendance", "family-support", HolderRuling.RELEASE, "not mine to decide"
    )
    with pytest.raises(NotAllowed):
        decide_as_holder(office.broker, SCHOOL_LEAD, rules)
    new = office.entries()[count:]
    assert [(entry.event, entry.details["verb"]) for entry in new] == [
        ("access.refused", "team.join"),
        ("access.refused", "holder.decide"),
    ]


def test_an_id_that_the_log_could_not_hold_is_a_wrong_call(office: Office) -> None:
    with pytest.raises(CallWrong, match="staff id"):
        enrol_staff(office.broker, [StaffMember(Staff("no id", "ecc", frozenset({"triage"})), "Somebody")])
    rules = HolderRules(
        office.people["child"],
        "oakdale-primary",
        "attendance",
        "family-support",
        HolderRuling.RELEASE,
        "weighed",
        "no case!",
    )
    with pytest.raises(CallWrong, match="case"):
        decide_as_holder(office.broker, SCHOOL_LEAD, rules)
