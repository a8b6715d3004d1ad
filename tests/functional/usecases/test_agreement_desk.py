"""The agreement desk beneath its pages: what is read aloud, what a yes covers, what is never told there."""

from __future__ import annotations

from dataclasses import replace
from datetime import date

import pytest

from broker.audit.events import Event
from broker.audit.verify import Verdict
from broker.consent.record import ConsentDecision, ConsentKind
from broker.dates import Interval
from broker.errors import CallWrong, NotAllowed
from broker.people import Competence, ProtectionMarker, Relationship, RelationshipKind
from broker.release.receipt import make_sheet
from broker.usecases.acting import Acting
from broker.usecases.consent.agreements_now import (
    AgreementLine,
    AgreementState,
    CaseAgreements,
    list_agreements_of,
)
from broker.usecases.consent.append_consent import Evidence
from broker.usecases.consent.at_desk import AtDesk, check_signatory, list_desks, show_desk
from broker.usecases.consent.decided_at_desk import Able, Choice, Decided, Pressure, statements_of
from broker.usecases.consent.preview_withdrawal import preview_withdrawal
from broker.usecases.consent.read_offer import Reading, list_purposes, read_offer
from broker.usecases.consent.record_consent import record_together
from broker.usecases.consent.refusal_reviews import list_reviews
from broker.usecases.consent.show_receipt import find_to_withdraw, show_receipts
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent, withdraw_together
from broker.usecases.log.verify_log import verify_live
from broker.usecases.people.assess_person import Assessment, assess
from broker.usecases.people.people import NewPerson, add_person
from broker.usecases.people.ties import relate
from broker.usecases.release.alerts import CONFLICT
from tests.functional.usecases.office import KIM, TOM, TRIAGE, Office
from tests.functional.usecases.test_consent import given_for, kinds_shown

SCHOOL = "engagement/oakdale-primary"
CLINIC = "data-protection/essex-sexual-health"
NEVER_ISSUED = "p-neverissuedneverissued22"


def where(office: Office) -> AtDesk:
    return AtDesk(office.cases["team"])


def reading(office: Office, about: str = "child", by: str = "mum") -> Reading:
    people = office.people
    return read_offer(office.broker, KIM, where(office), people[about], people[by], "family-support")


def say(office: Office, decided: Decided, about: str = "child", by: str = "mum") -> tuple[str, ...]:
    """Reads it aloud, and writes down what is said; the references."""
    office.step()
    found = reading(office, about, by)
    said = statements_of(found.offer, office.people[about], office.people[by], decided, found.still_no)
    return tuple(one.consent_id for one in record_together(office.broker, KIM, said))


def standing(office: Office, who: str = "child") -> tuple[AgreementState, CaseAgreements]:
    found = list_agreements_of(office.broker, KIM, office.cases["team"])
    [one] = [one for one in found.people if one.person.person_id == office.people[who]]
    return one.state, found


def lines_about(office: Office, who: str) -> tuple[AgreementLine, ...]:
    found = list_agreements_of(office.broker, KIM, office.cases["team"])
    return next(one.lines for one in found.people if one.person.person_id == office.people[who])


def father(office: Office) -> None:
    """A father with parental responsibility, whom no case here is about."""
    new = NewPerson("Canary", "Father", date(1986, 1, 1))
    office.people["father"] = add_person(office.broker, TRIAGE, new)
    is_father = Relationship(
        office.people["father"], office.people["child"], RelationshipKind.FATHER, parental_responsibility=True
    )
    relate(office.broker, TRIAGE, is_father, evidence="birth register")
    office.step()


def withdraw_everything(office: Office) -> None:
    for who in ("mum", "child"):
        withdraw_consent(office.broker, KIM, Withdrawal(given_for(office, who)))
    office.step()


def test_what_is_read_aloud_names_every_service_with_a_clause_and_nobodys_record(office: Office) -> None:
    offer = reading(office).offer
    services = {one.controller: one for one in offer.services}
    assert {"ecc", "oakdale-primary", "chelmsford-housing"} <= services.keys()
    assert "attendance" in services["oakdale-primary"].categories
    assert "ecc" in services["oakdale-primary"].recipients
    office.record("chelmsford-housing", "tenancy-arrears", ["mum"], {"weeks": 3})
    assert reading(office).offer == offer


def test_what_is_not_for_somebodys_age_is_not_read_to_them(office: Office) -> None:
    mum = {code for one in reading(office, "mum").offer.services for code in one.categories}
    assert "attendance" not in mum
    assert "involvement" in mum


def test_private_services_and_confidences_stand_apart_and_no_yes_to_everything_covers_them(office: Office) -> None:
    offer = reading(office, "mum").offer
    assert CLINIC in {one.key for one in offer.sensitive}
    assert "sexual-health" not in offer.categories
    withdraw_everything(office)
    say(office, Decided(Choice.ALL), "mum")
    said = statements_of(offer, "a", "a", Decided(Choice.ALL), frozenset())
    assert [(one.kind, one.categories) for one in said] == [(ConsentKind.ENGAGEMENT, frozenset(offer.categories))]


def test_a_yes_to_all_is_to_what_was_read_aloud_and_released_at_once(office: Office) -> None:
    withdraw_everything(office)
    assert "attendance" not in kinds_shown(office.ask())
    say(office, Decided(Choice.ALL))
    assert "attendance" in kinds_shown(office.ask())
    assert standing(office)[0] is AgreementState.GIVEN
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_a_yes_to_some_services_is_a_no_to_the_rest(office: Office) -> None:
    office.record("oakdale-primary", "exclusions", ["child"], {"kind": "fixed-term", "days": 2})
    office.record("ecc", "early-help", ["child"], {"status": "open"})
    assert {"early-help", "exclusions"} <= kinds_shown(office.ask())
    say(office, Decided(Choice.SOME, services=frozenset([SCHOOL])))
    shown = kinds_shown(office.ask())
    assert "exclusions" in shown
    assert "early-help" not in shown
    assert standing(office)[0] is AgreementState.IN_PART
    assert not list_reviews(office.broker, KIM), "a no to some services is no refusal of help"
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_an_earlier_narrower_no_is_said_and_a_general_yes_leaves_it(office: Office) -> None:
    say(office, Decided(Choice.ALL, leave_out=frozenset(["attendance"])))
    assert "attendance" not in kinds_shown(office.ask())
    [before] = reading(office).before
    assert before.categories == ("attendance",)
    say(office, Decided(Choice.ALL))
    assert "attendance" not in kinds_shown(office.ask())
    say(office, Decided(Choice.ALL, now_yes=frozenset(["attendance"])))
    assert "attendance" in kinds_shown(office.ask())
    assert reading(office).before == ()
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_an_earlier_no_is_said_before_a_yes_that_takes_its_place_and_anothers_to_the_worker_alone(
    office: Office,
) -> None:
    say(office, Decided(Choice.NO))
    [no] = reading(office).earlier
    assert (no.controllers, no.taken_back) == (None, False)
    references = say(office, Decided(Choice.SOME, services=frozenset([SCHOOL])))
    [no] = reading(office).earlier
    assert "ecc" in (no.controllers or ()), "the rest of a yes to some"
    withdraw_consent(office.broker, KIM, Withdrawal(references[0]))
    office.step()
    assert [one.taken_back for one in reading(office).earlier] == [True, False]
    assert reading(office).before == (), "taken back whole is no narrower no"
    say(office, Decided(Choice.ALL))
    assert "attendance" in kinds_shown(office.ask())
    assert reading(office).earlier == ()
    father(office)
    assert reading(office).others_no is None
    office.step()
    office.consent("child", "father", ConsentDecision.REFUSED)
    assert reading(office).others_no is not None
    assert reading(office).earlier == (), "one parent is not told what the other said"
    office.mark("father", ProtectionMarker.PROTECTED)
    assert reading(office).others_no is None


def test_a_no_is_a_no_to_every_kind_of_agreement_and_opens_a_review(office: Office) -> None:
    references = say(office, Decided(Choice.NO))
    receipts = show_receipts(office.broker, KIM, references)
    assert {one.kind for one in receipts} == set(reading(office).offer.kinds)
    assert {one.decision for one in receipts} == {ConsentDecision.REFUSED}
    assert "attendance" not in kinds_shown(office.ask())
    assert standing(office)[0] is AgreementState.NOT_GIVEN
    assert len(list_reviews(office.broker, KIM)) == 1


@pytest.mark.parametrize("able", [Able.NO, Able.UNSURE])
def test_no_yes_is_written_down_from_somebody_who_may_not_be_able_to_decide(office: Office, able: Able) -> None:
    offer = reading(office).offer
    with pytest.raises(CallWrong, match="no yes can be written down"):
        statements_of(offer, "a", "a", Decided(Choice.ALL, able=able), frozenset())
    assert statements_of(offer, "a", "a", Decided(Choice.NO, able=able), frozenset())


@pytest.mark.parametrize(
    ("decided", "where_"),
    [
        (Decided(Choice.SOME), "services"),
        (Decided(Choice.SOME, services=frozenset(["engagement/nobody"])), "services"),
        (Decided(Choice.ALL, sensitive=frozenset(["engagement/nobody"])), "services"),
        (Decided(Choice.ALL, leave_out=frozenset(["sexual-health"])), "leave_out"),
        (
            Decided(Choice.ALL, leave_out=frozenset(["attendance"]), now_yes=frozenset(["attendance"])),
            "leave_out",
        ),
    ],
)
def test_what_amounts_to_nothing_or_was_not_read_aloud_is_not_written_down(
    office: Office, decided: Decided, where_: str
) -> None:
    with pytest.raises(CallWrong) as refused:
        statements_of(reading(office).offer, "a", "a", decided, frozenset())
    assert refused.value.where == where_


@pytest.mark.parametrize("pressure", [Pressure.SOME, Pressure.UNSURE])
def test_a_sign_of_pressure_lets_nothing_flow_and_stands_nowhere(office: Office, pressure: Pressure) -> None:
    withdraw_everything(office)
    evidence = Evidence(present=("canary-partner",), private_time=False, capacity="canary-capacity")
    references = say(office, Decided(Choice.ALL, pressure=pressure, evidence=evidence))
    assert "attendance" not in kinds_shown(office.ask())
    silent = make_sheet(show_receipts(office.broker, KIM, references))
    state, found = standing(office)
    assert state is AgreementState.NOT_GIVEN, "as after any other no"
    lines = [one.lines[0] for one in found.people if one.person.person_id == office.people["child"]]
    free_reference = say(office, Decided(Choice.ALL))
    free = make_sheet(show_receipts(office.broker, KIM, free_reference))
    assert replace(silent, references=()) == replace(free, references=())
    assert "canary" not in repr(silent)
    [after] = [
        one.lines[0] for one in standing(office)[1].people if one.person.person_id == office.people["child"]
    ]
    assert [replace(one, reference="", at=after.at, in_doubt=False) for one in lines] == [
        replace(after, reference="")
    ]
    assert [one.in_doubt for one in (*lines, after)] == [True, False], "the worker is told"
    assert Event.CONSENT_MARKED_UNSAFE in {entry.event for entry in office.entries()}


def test_everything_decided_at_once_is_written_down_or_nothing(office: Office) -> None:
    before = len(office.entries())
    good, *_ = statements_of(
        reading(office).offer, office.people["child"], office.people["mum"], Decided(Choice.ALL), frozenset()
    )
    with pytest.raises(CallWrong):
        record_together(office.broker, KIM, [good, replace(good, signatory=NEVER_ISSUED)])
    told = [entry.event for entry in office.entries()[before:]]
    assert Event.CONSENT_GIVEN not in told


def test_the_desk_says_who_can_agree_and_why(office: Office) -> None:
    people = office.people
    mum = check_signatory(office.broker, KIM, where(office), people["child"], people["mum"])
    assert (mum.counts, mum.why) == (True, "their mother, who has parental responsibility")
    partner = check_signatory(office.broker, KIM, where(office), people["child"], people["partner"])
    assert not partner.counts
    assert partner.others == (("Mum Testing", "their mother, who has parental responsibility"),)


def test_whoever_can_decide_and_is_not_in_the_case_is_not_named(office: Office) -> None:
    father(office)
    desk = show_desk(office.broker, KIM, where(office))
    [child] = [one for one in desk.people if one.person_id == office.people["child"]]
    assert ("", "their father, who has parental responsibility") in child.deciders
    answer = check_signatory(office.broker, KIM, where(office), office.people["child"], office.people["father"])
    assert answer.counts
    assert answer.signatory == ""
    office.consent("child", "father")
    [line] = [one for one in lines_about(office, "child") if not one.by]
    assert line.as_what == "their father, who has parental responsibility"


def test_nobody_unsafe_to_approach_is_pointed_to_at_the_desk(office: Office) -> None:
    office.mark("mum", ProtectionMarker.UNSAFE_TO_APPROACH)
    answer = check_signatory(office.broker, KIM, where(office), office.people["child"], office.people["partner"])
    assert answer.others == ()


def test_a_protected_person_and_one_never_issued_are_one_answer_at_the_desk(office: Office) -> None:
    office.mark("partner", ProtectionMarker.PROTECTED)
    told = []
    for signatory in (office.people["partner"], NEVER_ISSUED):
        with pytest.raises(CallWrong) as refused:
            check_signatory(office.broker, KIM, where(office), office.people["child"], signatory)
        told.append(str(refused.value))
    for about in (office.people["partner"], NEVER_ISSUED):
        with pytest.raises(CallWrong) as refused:
            show_desk(office.broker, KIM, AtDesk(None, about))
        told.append(str(refused.value).replace(about, "…"))
    assert told[0] == told[1]
    assert told[2] == told[3]
    names = [one.name for desk in list_desks(office.broker, KIM) for one in desk.people]
    assert "Partner Testing" not in names


def test_the_no_of_somebody_protected_holds_the_list_back_as_it_holds_a_release_back(office: Office) -> None:
    father(office)
    assert standing(office)[0] is AgreementState.GIVEN
    office.consent("child", "father", ConsentDecision.REFUSED)
    assert standing(office)[0] is AgreementState.NOT_GIVEN
    office.mark("father", ProtectionMarker.PROTECTED)
    assert standing(office)[0] is AgreementState.NEEDED
    assert "attendance" not in kinds_shown(office.ask())
    assert all(line.by for line in lines_about(office, "child"))


def test_a_case_of_somebody_else_and_a_personal_connection_stop_at_the_desk(office: Office) -> None:
    with pytest.raises(NotAllowed) as not_mine:
        show_desk(office.broker, TRIAGE, where(office))
    with pytest.raises(NotAllowed) as never:
        show_desk(office.broker, TRIAGE, AtDesk("k-neverissued"))
    assert str(not_mine.value).partition(":")[2] == str(never.value).partition(":")[2]
    friend = office.befriend("fay", "mum", "ecc", "lead-practitioner")
    with pytest.raises(NotAllowed, match="ask a colleague"):
        show_desk(office.broker, friend, AtDesk(None, office.people["mum"]))
    assert office.notices(CONFLICT)


def test_only_a_role_that_takes_agreements_sits_at_the_desk(office: Office) -> None:
    for call in (
        lambda: list_desks(office.broker, TOM),
        lambda: show_desk(office.broker, TOM, where(office)),
        lambda: list_purposes(office.broker, TOM, where(office)),
        lambda: list_agreements_of(office.broker, TOM, office.cases["team"]),
        lambda: show_receipts(office.broker, TOM, [given_for(office, "mum")]),
        lambda: preview_withdrawal(office.broker, TOM, given_for(office, "mum")),
    ):
        with pytest.raises(NotAllowed):
            call()


def test_a_purpose_is_offered_only_where_something_rests_on_a_yes(office: Office) -> None:
    assert list_purposes(office.broker, KIM, where(office)) == ("family-support",)
    person = AtDesk(None, office.people["mum"])
    offered = list_purposes(office.broker, KIM, person)
    assert "family-support" in offered
    assert "section-47" not in offered


def test_what_was_said_later_makes_the_earlier_past(office: Office) -> None:
    [yes] = lines_about(office, "child")
    assert (yes.stands, yes.is_past) == (True, False)
    say(office, Decided(Choice.NO))
    no, *_others, before = lines_about(office, "child")
    assert (no.is_past, no.stands) == (False, False)
    assert before.is_past
    assert before.stands, "for other purposes it was never taken back"
    say(office, Decided(Choice.ALL))
    again, *rest = lines_about(office, "child")
    assert again.stands
    engagement = [one for one in rest if one.kind is ConsentKind.ENGAGEMENT]
    assert all(one.is_past for one in engagement)


def test_nothing_about_a_private_service_stands_in_the_list_of_a_case(office: Office) -> None:
    before = standing(office, "mum")[1]
    say(office, Decided(Choice.ALL, sensitive=frozenset([CLINIC])), "mum")
    [now] = [one for one in standing(office, "mum")[1].people if one.person.person_id == office.people["mum"]]
    assert len(now.lines) == 1 + sum(len(one.lines) for one in before.people if one.person == now.person)
    assert "sexual" not in str([(one.categories, one.controllers, one.recipients) for one in now.lines])


def test_a_childs_own_competence_for_a_private_service_is_not_told_at_the_desk(office: Office) -> None:
    before = (
        show_desk(office.broker, KIM, where(office)),
        check_signatory(office.broker, KIM, where(office), office.people["child"], office.people["child"]),
        standing(office)[0],
    )
    competence = Competence(Interval(office.clock.now()), frozenset({"sexual-health"}))
    assess(office.broker, KIM, office.people["child"], Assessment("seen alone", competence))
    after = (
        show_desk(office.broker, KIM, where(office)),
        check_signatory(office.broker, KIM, where(office), office.people["child"], office.people["child"]),
        standing(office)[0],
    )
    assert before == after


def test_what_a_withdrawal_will_stop_is_what_it_stops_and_looking_changes_nothing(office: Office) -> None:
    office.ask()
    office.step()
    reference = given_for(office, "child")
    preview = preview_withdrawal(office.broker, KIM, reference)
    assert "attendance" in kinds_shown(office.ask())
    assert [one.recipient for one in preview.told] == ["Essex County Council"]
    again = preview_withdrawal(office.broker, KIM, reference)
    assert len(again.told) == 2, "the second look was a release too"
    done = withdraw_consent(office.broker, KIM, Withdrawal(reference))
    assert len(done.told) == 2
    assert [one.purpose for one in again.stops] == [line.partition(":")[0] for line in done.stops]
    assert again.goes_on == done.goes_on


def test_everything_somebody_agreed_to_is_taken_back_at_once(office: Office) -> None:
    first = given_for(office, "child")
    say(office, Decided(Choice.ALL, sensitive=frozenset([CLINIC])))
    preview = preview_withdrawal(office.broker, KIM, first, everything=True)
    assert len(preview.also) == 2
    withdraw_together(office.broker, KIM, [Withdrawal(one) for one in (first, *preview.also)])
    assert "attendance" not in kinds_shown(office.ask())
    assert preview_withdrawal(office.broker, KIM, first).also == ()
    assert verify_live(office.broker).verdict is Verdict.SOUND


def test_a_part_of_a_yes_is_taken_back(office: Office) -> None:
    reference = given_for(office, "child")
    preview = preview_withdrawal(office.broker, KIM, reference, frozenset(["attendance"]))
    assert "attendance" in preview.categories
    assert "sexual-health" not in preview.categories
    assert [one.kinds for one in preview.stops] == [("School attendance",)]


def test_a_withdrawal_by_somebody_who_can_decide_no_longer_says_so_before(office: Office) -> None:
    kept = office.consent("child", "partner")
    preview = preview_withdrawal(office.broker, KIM, kept.consent_id)
    assert not preview.counts
    assert preview.stops == ()
    assert preview.deciders == (("", "their mother, who has parental responsibility"),)


@pytest.mark.parametrize("blanks", ["{}", "  {} ", "{}\n"])
def test_a_reference_is_found_however_it_is_typed(office: Office, blanks: str) -> None:
    reference = given_for(office, "mum")
    typed = blanks.format(f"{reference[:6].upper()} {reference[6:]}")
    assert find_to_withdraw(office.broker, KIM, typed) == reference


def test_a_no_is_not_withdrawn_and_one_never_issued_is_as_one_of_somebody_protected(office: Office) -> None:
    refused = office.consent("mum", "mum", ConsentDecision.REFUSED)
    with pytest.raises(CallWrong, match="was a no"):
        find_to_withdraw(office.broker, KIM, refused.consent_id)
    office.mark("mum", ProtectionMarker.PROTECTED)
    told = []
    for reference in (refused.consent_id, "c-neverissued"):
        with pytest.raises(CallWrong) as error:
            show_receipts(office.broker, KIM, [reference])
        told.append(str(error.value).replace(reference, "…"))
    assert told[0] == told[1]


def test_a_receipt_is_not_shown_to_somebody_who_knows_them(office: Office) -> None:
    friend: Acting = office.befriend("fay", "mum", "ecc", "lead-practitioner")
    with pytest.raises(NotAllowed):
        show_receipts(office.broker, friend, [given_for(office, "mum")])
