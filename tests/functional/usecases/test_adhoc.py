"""Ad hoc disclosure: no agreement is needed, and everything else is."""

from __future__ import annotations

import json
from dataclasses import replace
from typing import Any

import pytest

from broker.audit.events import Event
from broker.audit.verify.known import RELEASES
from broker.casework import Staff
from broker.casework.adhoc import AdhocState, Direction, RefusedBecause
from broker.casework.staff import StaffMember
from broker.consent.record import ConsentKind
from broker.errors import CallWrong, NotAllowed
from broker.people import ProtectionMarker
from broker.release.adhoc_document import NEITHER, as_mapping, as_page, as_text
from broker.rights.pack import GivenTo, tellable
from broker.rights.restriction import RestrictionGround
from broker.store.disclosures import find_disclosure
from broker.usecases.acting import Acting
from broker.usecases.adhoc.adhoc_requests import Form, NewAdhoc, answer_adhoc, list_adhoc, record_adhoc, show_adhoc
from broker.usecases.adhoc.adhoc_terms import AdhocDecision
from broker.usecases.adhoc.decide_adhoc import decide_request
from broker.usecases.consent.withdraw_consent import Withdrawal, withdraw_consent
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.release.recall_release import recall_release
from broker.usecases.rights.restrictions import NewRestriction, restrict
from broker.vocabulary.codes import Detail
from tests.functional.usecases.office import KIM, OFFICER, SCHOOL_LEAD, START_AT, Office, at_rest
from tests.functional.usecases.test_verbs import run

HEAD = Acting("hal", "ig-officer")
CALDICOTT = Acting("cal", "caldicott-guardian")
FORM = Form(
    "Leeds MASH", "canary-why: they look into an injury", "percentages of this year", "Jo, on 01632 960150"
)
BY_10 = AdhocDecision(
    "canary-reason", power="ea02-175", article_6="e", conditions=("Use it for this enquiry alone",)
)
CLINIC_RIGHT = {
    "power": "vital-interests",
    "article_6": "d",
    "article_9": "c",
}


@pytest.fixture
def school(office: Office) -> Office:
    """An office whose school has an officer, beside its safeguarding lead."""
    office.enrol_one("hal", "Hal Moss", "oakdale-primary", "ig-officer")
    office.enrol_one("cli", "Cli Moss", "essex-sexual-health", "ig-officer")
    office.enrol_one("cal", "Cal Moss", "essex-sexual-health", "caldicott-guardian")
    office.step()
    return office


def ask(office: Office, by: Acting = SCHOOL_LEAD, about: tuple[str, ...] = ("child",), **others: Any) -> str:
    office.step()
    new = NewAdhoc(
        others.pop("direction", Direction.OUT),
        others.pop("purpose", "section-47"),
        others.pop("categories", ("attendance",)),
        tuple(office.people.get(one, one) for one in about),
        others.pop("form", FORM),
        types=others.pop("types", frozenset({"LA-CSC"})),
        area="leeds",
        **others,
    )
    return record_adhoc(office.broker, by, new).id


def decide(
    office: Office, request: str, by: Acting = HEAD, decision: AdhocDecision = BY_10, **changed: Any
) -> Any:
    office.step()
    return decide_request(office.broker, by, request, replace(decision, **changed))


def test_another_countys_front_door_is_answered_without_any_agreement(school: Office) -> None:
    request = ask(school)
    decided = decide(school, request)
    assert decided.adhoc.state is AdhocState.RELEASED
    ((who, kind, _, fields),) = decided.letter.items
    assert (who, kind) == ("Child Testing", "School attendance")
    assert fields["percentage"] == 81
    assert "note" not in fields, "in summary, and free text whose people are not all cleared never goes"
    said = as_text(decided.letter)
    assert "Leeds MASH" in said
    assert "Use it for this enquiry alone" in said
    assert "Education Act 2002" in said
    assert "<h2>Child Testing: School attendance" in as_page(decided.letter)
    assert as_mapping(decided.letter)["information"][0]["fields"]["percentage"] == "81"


def test_the_entry_comes_before_the_letter_and_the_log_calls_it_a_release(school: Office) -> None:
    decided = decide(school, ask(school))
    recorded, made, released = [one for one in school.entries() if one.event.startswith("adhoc.")]
    assert (recorded.event, made.event, released.event) == (
        Event.ADHOC_RECORDED,
        Event.ADHOC_DECIDED,
        Event.ADHOC_RELEASED,
    )
    assert released.event in RELEASES
    assert list(made.details["introduces"]) == list(released.details["rests_on"])
    assert (released.details["records"], released.details["disclosure"]) == (1, decided.adhoc.disclosure)
    assert run(school.broker.settings.data_dir, "audit", "verify").returncode == 0
    stored = at_rest(school)
    for canary in (b"canary-why", b"canary-reason", b"Leeds MASH", b"01632"):
        assert canary not in stored


def test_whoever_wrote_it_down_decides_only_in_an_emergency_and_governance_is_told(school: Office) -> None:
    calm = ask(school)
    with pytest.raises(NotAllowed, match="you wrote down"):
        decide(school, calm, SCHOOL_LEAD)
    urgent = ask(school, emergency=True)
    assert decide(school, urgent, SCHOOL_LEAD).adhoc.state is AdhocState.RELEASED
    (notice,) = school.notices("adhoc-alone")
    assert (notice.notice.recipient, notice.notice.body["by"]) == ("oakdale-primary", "dee")


@pytest.mark.parametrize(
    ("changed", "because"),
    [
        ({"power": "hscat"}, "is not known"),
        ({"power": "ca89-47"}, "does not let a body such as yours"),
        ({"power": "hsca12-251b"}, "does not"),
        ({"power": "ca04-16la"}, "is not in force"),
        ({"power": "vital-interests"}, "life or death only"),
        ({"power": "court-order", "article_6": "e"}, "a court's order is Article 6 basis `c`"),
        ({"article_6": "a"}, "relies on `data-protection`"),
    ],
)
def test_a_right_that_does_not_hold_lets_nothing_go(school: Office, changed: dict[str, Any], because: str) -> None:
    request = ask(school)
    with pytest.raises(CallWrong, match=because):
        decide(school, request, **changed)
    assert [one.event for one in school.entries()][-1] == Event.ADHOC_RECORDED


def test_special_category_and_offence_data_need_their_conditions(school: Office) -> None:
    school.enrol_one("pim", "Pim Moss", "essex-police", "ig-officer")
    school.enrol_one("pol", "Pol Dunn", "essex-police", "safeguarding-lead")
    school.step()
    request = ask(school, Acting("pol", "safeguarding-lead"), ("mum",), categories=("police-incidents",))
    with pytest.raises(CallWrong, match="without an Article 10 condition"):
        decide(school, request, Acting("pim", "ig-officer"), power="cda98-115")


def test_what_the_law_forbids_never_goes(school: Office) -> None:
    school.record("ecc", "adoption-link", ["child"], {})
    request = ask(school, KIM, categories=("adoption-link",))
    with pytest.raises(CallWrong, match="never disclosed"):
        decide(school, request, OFFICER)


def test_a_court_may_be_answered_and_is_nobodys_partner(school: Office) -> None:
    request = ask(school, types=frozenset({"COURT"}), form=replace(FORM, body="The Family Court at Leeds"))
    decided = decide(school, request, power="court-order", article_6="c", detail=Detail.FULL)
    assert "a court's order" in decided.letter.right


def test_others_in_a_record_are_not_given_away(school: Office) -> None:
    school.record("oakdale-primary", "exclusions", ["child", "partner"], {"kind": "fixed-term", "days": 2})
    protective = decide(school, ask(school, categories=("exclusions",)))
    assert [who for who, _, _, _ in protective.letter.items] == ["Child Testing"], "the other is masked"
    plain = ask(school, categories=("exclusions",), purpose="school-attendance", types=frozenset({"LA-EDU"}))
    assert decide(school, plain, power="ca04-10").letter.items == (), "and elsewhere it does not go at all"


def test_somebody_protected_does_not_exist_here_either(school: Office) -> None:
    request = ask(school)
    school.step()
    school.mark("child", ProtectionMarker.PROTECTED)
    with pytest.raises(NotAllowed, match="none of your organisation's"):
        decide(school, request)
    assert list_adhoc(school.broker, HEAD, every=True) == ()
    with pytest.raises(CallWrong, match="nobody here has the id"):
        ask(school)


def test_what_is_restricted_does_not_go(school: Office) -> None:
    new = NewRestriction(
        school.people["child"], frozenset({"attendance"}), RestrictionGround.ACCURACY_CONTESTED, "another child's"
    )
    restrict(school.broker, HEAD, new)
    assert decide(school, ask(school)).letter.items == ()


def test_an_objection_is_weighed_and_said_to_be(school: Office) -> None:
    school.consent("child", "mum", kind=ConsentKind.OBJECTION)
    request = ask(school, purpose="school-attendance", types=frozenset({"LA-EDU"}))
    how = {"power": "ca04-10", "article_6": "e"}
    with pytest.raises(CallWrong, match="an objection stands"):
        decide(school, request, **how)
    assert len(decide(school, request, weighed=True, **how).letter.items) == 1


def test_what_is_restricted_is_not_weighed_away(school: Office) -> None:
    school.consent("child", "mum", kind=ConsentKind.OBJECTION)
    new = NewRestriction(
        school.people["child"], frozenset({"attendance"}), RestrictionGround.OBJECTION_PENDING, "she objects"
    )
    restrict(school.broker, HEAD, new)
    request = ask(school, purpose="school-attendance", types=frozenset({"LA-EDU"}))
    assert decide(school, request, power="ca04-10", article_6="e", weighed=True).letter.items == ()


def test_what_relies_on_consent_ends_with_it_and_whoever_gave_it_is_told_to_pass_it_on(school: Office) -> None:
    given = school.consent("child", "mum", kind=ConsentKind.DATA_PROTECTION).consent_id
    request = ask(school, purpose="school-attendance")
    how = {"power": "ca04-10", "article_6": "a", "relies_on": ConsentKind.DATA_PROTECTION}
    decided = decide(school, request, **how)
    released = school.entries()[-1]
    assert f"consent:{given}" in released.details["rests_on"]
    school.step()
    withdraw_consent(school.broker, KIM, Withdrawal(given))
    (notice,) = [one for one in school.notices("withdrawal") if "pass_on" in one.notice.body]
    assert (notice.notice.recipient, notice.notice.body["pass_on"]) == ("oakdale-primary", "Leeds MASH")
    assert notice.notice.body["disclosure"] == decided.adhoc.disclosure
    again = decide(school, ask(school, purpose="school-attendance"), **how)
    assert again.letter.items == ()


def test_a_correction_and_a_recall_reach_a_body_outside(school: Office) -> None:
    decided = decide(school, ask(school))
    school.record("oakdale-primary", "attendance", ["child"], {"percentage": 94})
    with school.broker.store.look() as view:
        kept = find_disclosure(view, decided.adhoc.disclosure)
    assert kept is not None
    assert (kept.recipient, kept.outside.name if kept.outside else "") == ("outside", "Leeds MASH")
    recalled = recall_release(school.broker, HEAD, kept.id, "sent to the wrong county")
    assert recalled.recipient == "outside"
    (notice,) = school.notices("released-in-error")
    assert (notice.notice.recipient, notice.notice.body["pass_on"]) == ("oakdale-primary", "Leeds MASH")


def test_two_posts_of_one_person_are_not_two_people(school: Office) -> None:
    for staff_id, role in (("cli", "ig-officer"), ("cli-again", "caldicott-guardian")):
        school.enrol_one(staff_id, "Cli Moss", "essex-sexual-health", role, person="p-cli")
    school.record("essex-sexual-health", "sexual-health", ["child"], {"in_service": "yes"})
    officer, again, to = (
        Acting("cli", "ig-officer"),
        Acting("cli-again", "caldicott-guardian"),
        frozenset({"NHS-AC"}),
    )
    urgent = ask(school, officer, categories=("sexual-health",), emergency=True, types=to)
    decide(school, urgent, officer, **CLINIC_RIGHT)
    with pytest.raises(NotAllowed, match="somebody else than you"):
        decide(school, urgent, again, **CLINIC_RIGHT)
    calm = ask(school, officer, categories=("sexual-health",), types=to)
    with pytest.raises(NotAllowed, match="you wrote down"):
        decide(school, calm, again, **CLINIC_RIGHT)


def test_what_nobody_may_be_known_to_use_takes_two_who_decide_the_same(school: Office) -> None:
    school.record("essex-sexual-health", "sexual-health", ["child"], {"in_service": "yes"})
    officer, to = Acting("cli", "ig-officer"), frozenset({"NHS-AC"})
    request = ask(school, officer, categories=("sexual-health",), emergency=True, types=to)
    first = decide(school, request, officer, **CLINIC_RIGHT)
    assert (first.adhoc.state, first.letter) == (AdhocState.SECOND_NEEDED, None)
    with pytest.raises(NotAllowed, match="somebody else than you"):
        decide(school, request, officer, **CLINIC_RIGHT)
    with pytest.raises(CallWrong, match="decide the same"):
        decide(school, request, CALDICOTT, detail=Detail.FULL, **CLINIC_RIGHT)
    assert decide(school, request, CALDICOTT, **CLINIC_RIGHT).adhoc.state is AdhocState.RELEASED


def test_nothing_to_give_and_a_refusal_say_that_it_means_nothing(school: Office) -> None:
    nothing = decide(school, ask(school, categories=("exclusions",)))
    assert nothing.letter.items == ()
    assert NEITHER in as_text(nothing.letter)
    refused = decide(school, ask(school), because=RefusedBecause.NO_POWER)
    assert NEITHER in as_text(refused.letter)
    assert "attendance" not in as_text(refused.letter).lower()
    shown = show_adhoc(school.broker, HEAD, refused.adhoc.id)
    assert (shown.adhoc.state, shown.adhoc.because) == (AdhocState.REFUSED, RefusedBecause.NO_POWER)
    assert [words.get("reason") for words in shown.words][-1] == "canary-reason"
    with pytest.raises(CallWrong, match="refused already"):
        decide(school, refused.adhoc.id)


def test_what_was_told_by_phone_is_written_down_and_counts_as_told(school: Office) -> None:
    request = ask(school, direction=Direction.TOLD)
    (found,) = list_adhoc(school.broker, HEAD, every=True)
    assert (found.id, found.state) == (request, AdhocState.TOLD)
    (notice,) = school.notices("adhoc-told")
    assert notice.notice.recipient == "oakdale-primary"
    with school.broker.store.look() as view:
        kept = find_disclosure(view, found.disclosure or "")
    assert kept is not None
    assert [(one.category, one.controller) for one in kept.cells] == [("attendance", "oakdale-primary")]


def test_a_request_of_ours_is_kept_with_its_answer(school: Office) -> None:
    request = ask(school, direction=Direction.IN)
    with pytest.raises(CallWrong, match="goes in"):
        decide(school, request)
    school.step()
    answered = answer_adhoc(school.broker, SCHOOL_LEAD, request, given=False, said="they see no power to")
    assert answered.state is AdhocState.ANSWERED
    assert list_adhoc(school.broker, HEAD) == ()


def test_only_whoever_wrote_it_down_and_those_who_decide_see_it(school: Office) -> None:
    request = ask(school)
    with pytest.raises(NotAllowed) as theirs:
        show_adhoc(school.broker, OFFICER, request)
    with pytest.raises(NotAllowed) as never:
        show_adhoc(school.broker, OFFICER, "x-never")
    assert str(theirs.value).replace(request, "x-never") == str(never.value)
    friend = Staff("hal", "oakdale-primary", frozenset({"ig-officer"}), links=frozenset({school.people["child"]}))
    enrol_staff(school.broker, [StaffMember(friend, "Hal Moss")])
    with pytest.raises(NotAllowed, match="ask a colleague"):
        decide(school, request)


def test_nothing_goes_that_was_not_asked_for_or_is_all_relevant(school: Office) -> None:
    request = ask(school)
    with pytest.raises(CallWrong, match="was not asked for"):
        decide(school, request, categories=("exclusions",))
    with pytest.raises(CallWrong, match="no `all relevant`"):
        ask(school, categories=())


def test_ad_hoc_as_it_is_typed(school: Office, tmp_path: Any) -> None:
    folder = school.broker.settings.data_dir
    words = [
        "adhoc",
        "request",
        "--by",
        "dee",
        "--as",
        "safeguarding-lead",
        "--direction",
        "out",
        "--body",
        "Leeds MASH",
    ]
    words += ["--type", "LA-CSC", "--area", "leeds", "--purpose", "section-47", "--category", "attendance"]
    made = run(folder, *words, "--about", school.people["child"], "--why", "an injury", "--json")
    assert made.returncode == 0, made.stderr
    request = json.loads(made.stdout)["request"]
    officer = ("--by", "hal", "--as", "ig-officer")
    letter = tmp_path / "letter.html"
    wrong = run(folder, "adhoc", "decide", request, *officer, "--reason", "their enquiry")
    assert (wrong.returncode, "by which right" in wrong.stderr) == (2, True)
    right = ("--power", "ea02-175", "--article-6", "e", "--reason", "their enquiry", "--out", str(letter))
    done = run(folder, "adhoc", "decide", request, *officer, *right, "--json")
    assert done.returncode == 0, done.stderr
    assert json.loads(done.stdout)["state"] == "released"
    assert letter.stat().st_mode & 0o77 == 0
    assert "School attendance" in letter.read_text("utf-8")
    assert json.loads(run(folder, "adhoc", "list", *officer, "--all", "--json").stdout)["requests"][0]["release"]


def test_whoever_asks_for_their_own_data_learns_which_body_outside_was_given_it(school: Office) -> None:
    vocabulary = school.broker.partnership.vocabulary
    plain = GivenTo("outside", "school-attendance", START_AT.date(), frozenset({"attendance"}), "Leeds Council")
    assert tellable(plain, vocabulary)
    assert not tellable(replace(plain, outside=None), vocabulary), "a code that is nobody's is told of no one"
    assert not tellable(replace(plain, purpose="section-47"), vocabulary), "a protective purpose is not told"
