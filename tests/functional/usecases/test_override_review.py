"""After emergency access: an independent review in time, or no other one for that team; then the people are
told."""

from __future__ import annotations

import json
from datetime import UTC, datetime, timedelta

import pytest

from broker.audit.verify import Verdict
from broker.casework import Staff
from broker.casework.emergency_access import AccessState, ReviewFinding
from broker.casework.staff import StaffMember
from broker.casework.telling import How, NotNow, TellingState
from broker.errors import CallWrong, NotAllowed
from broker.usecases.acting import Acting
from broker.usecases.emergency.answer_override import approve_override
from broker.usecases.emergency.read_override import Step, list_overrides, show_override
from broker.usecases.emergency.request_override import request_override
from broker.usecases.emergency.review_override import review_override
from broker.usecases.emergency.tell_about_override import agree_to_put_off, put_off_telling, tell_person
from broker.usecases.log.verify_log import verify_live
from broker.usecases.notices import list_notices
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.rights.breaches import list_breaches
from tests.functional.usecases.office import KIM, OFFICER, SIRO, TOM, Office
from tests.functional.usecases.test_override import COUNCIL_LEAD, emergency, new_override, seconds
from tests.functional.usecases.test_verbs import run

__all__ = ["seconds"]
SOCIAL_WORKER = Acting("soc", "social-worker")
WORDS = "The child was found; the justification stands"
JUSTIFIED = ReviewFinding.JUSTIFIED


def over(office: Office) -> str:
    """Emergency access that was used and is over, not reviewed yet."""
    override = office.emergency(TOM, second=COUNCIL_LEAD)
    assert emergency(office.ask(TOM, override=override))
    office.step(61)
    return override


def reviewed(office: Office) -> str:
    override = over(office)
    review_override(office.broker, OFFICER, override, JUSTIFIED, WORDS)
    office.step()
    return override


def telling_state(office: Office, override: str, who: str) -> TellingState:
    tellings = show_override(office.broker, OFFICER, override).access.tellings
    office.step()
    (found,) = [one for one in tellings if one.about == office.people[who]]
    return found.state(office.clock.now())


def test_an_independent_review_is_in_the_log_and_its_words_are_not(seconds: Office) -> None:
    override = over(seconds)
    found = review_override(seconds.broker, OFFICER, override, JUSTIFIED, WORDS)
    assert found.breach_id is None
    last = seconds.entries()[-1]
    assert (last.event, last.actor) == ("override.reviewed", "ola")
    assert dict(last.details) == {"override": override, "finding": "justified"}
    assert WORDS not in repr(seconds.entries())
    seen = show_override(seconds.broker, TOM, override)
    assert (seen.state, seen.access.tellings) == (AccessState.REVIEWED, ()), "whoever asked sees what was found"
    with pytest.raises(CallWrong, match="reviewed already"):
        review_override(seconds.broker, OFFICER, override, JUSTIFIED, WORDS)


def test_who_reviews_is_neither_requester_nor_second_person(seconds: Office) -> None:
    """Even where they hold a role that reviews, and under another staff id too."""
    me = seconds.people["partner"]
    both = frozenset({"safeguarding-lead", "ig-officer"})
    enrol_staff(
        seconds.broker,
        [
            StaffMember(Staff("sal", "ecc", both), "Sal Frost"),
            StaffMember(Staff("tom", "ecc", frozenset({"team-member", "siro"}), person=me), "Tom Reed"),
            StaffMember(Staff("tim", "ecc", frozenset({"siro"}), person=me), "Tom Reed"),
        ],
    )
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    seconds.step(61)
    for acting in (Acting("sal", "ig-officer"), Acting("tom", "siro"), Acting("tim", "siro")):
        with pytest.raises(NotAllowed, match="neither asked for it nor approved it"):
            review_override(seconds.broker, acting, override, JUSTIFIED, WORDS)
    with pytest.raises(NotAllowed, match="may not use"):
        review_override(seconds.broker, KIM, override, JUSTIFIED, WORDS)
    review_override(seconds.broker, OFFICER, override, JUSTIFIED, WORDS)


def test_it_is_over_before_it_is_reviewed_and_a_review_says_what_was_found(seconds: Office) -> None:
    override = seconds.emergency(TOM, second=COUNCIL_LEAD)
    with pytest.raises(CallWrong, match="close it first"):
        review_override(seconds.broker, OFFICER, override, JUSTIFIED, WORDS)
    with pytest.raises(CallWrong, match="in a sentence"):
        review_override(seconds.broker, OFFICER, override, JUSTIFIED, "  ")


def test_training_waits_for_those_who_govern_and_not_for_the_two_it_concerns(seconds: Office) -> None:
    override = over(seconds)
    review_override(seconds.broker, OFFICER, override, ReviewFinding.TRAINING, WORDS)
    (notice,) = seconds.notices("override-training")
    assert (notice.notice.recipient, notice.notice.body) == (
        "ecc",
        {"override": override, "by": "tom", "second": "sal"},
    )


def test_a_breach_is_recorded_with_the_releases_it_was(seconds: Office) -> None:
    override = over(seconds)
    found = review_override(seconds.broker, OFFICER, override, ReviewFinding.BREACH, "Nothing was urgent")
    (breach,) = list_breaches(seconds.broker, OFFICER)
    assert breach.breach_id == found.breach_id
    assert len(breach.breach.disclosures) == 1
    assert breach.breach.aware_at == breach.at or breach.breach.aware_at < breach.at
    assert verify_live(seconds.broker).verdict is Verdict.SOUND


def test_a_late_review_waits_as_a_notice_from_the_instant_it_is_late_until_it_is_done(seconds: Office) -> None:
    override = over(seconds)
    window = show_override(seconds.broker, TOM, override).access.window
    assert window is not None

    def waiting(acting: Acting) -> list[str | None]:
        found = list_notices(seconds.broker, acting)
        return [one.override for one in found if one.topic == "override-review-late"]

    assert waiting(OFFICER) == []
    seconds.clock.advance(window.review_due_at - seconds.clock.now())
    assert waiting(OFFICER) == [override]
    assert waiting(COUNCIL_LEAD) == waiting(TOM) == []
    review_override(seconds.broker, OFFICER, override, JUSTIFIED, WORDS)
    seconds.step()
    assert waiting(OFFICER) == []


def test_an_overdue_review_blocks_new_emergency_access_by_that_team_and_nothing_else(seconds: Office) -> None:
    override = over(seconds)
    due_at = show_override(seconds.broker, TOM, override).access.window
    assert due_at is not None
    enrol_staff(
        seconds.broker,
        [
            StaffMember(Staff("una", "ecc", frozenset({"team-member", "lead-practitioner"})), "Una Shah"),
            StaffMember(Staff("pol", "essex-police", frozenset({"team-member"})), "Pol Vane"),
        ],
    )
    waiting = request_override(seconds.broker, TOM, new_override(seconds)).access
    seconds.clock.advance(due_at.review_due_at - seconds.clock.now() - timedelta(microseconds=1))
    assert show_override(seconds.broker, TOM, override).state is AccessState.REVIEW_DUE, "not late yet"
    seconds.step()
    assert show_override(seconds.broker, TOM, override).state is AccessState.REVIEW_OVERDUE
    team = [TOM, Acting("una", "team-member"), Acting("una", "lead-practitioner")]
    for acting in team:
        with pytest.raises(NotAllowed, match="review of your team's last use is overdue"):
            request_override(seconds.broker, acting, new_override(seconds, alone=True))
        assert seconds.entries()[-1].details["reason"] == "review-overdue"
    for other in (SOCIAL_WORKER, Acting("pol", "team-member"), KIM):
        request_override(seconds.broker, other, new_override(seconds, alone=True))
    assert seconds.ask(KIM).outcome == "answered", "the usual way stays open"
    with pytest.raises(CallWrong, match="waits no more"):
        approve_override(seconds.broker, COUNCIL_LEAD, waiting.id)
    review_override(seconds.broker, OFFICER, override, JUSTIFIED, WORDS)
    seconds.step()
    request_override(seconds.broker, TOM, new_override(seconds, alone=True))


def test_a_request_asked_before_the_review_was_overdue_opens_no_window_after(seconds: Office) -> None:
    override = over(seconds)
    window = show_override(seconds.broker, TOM, override).access.window
    assert window is not None
    seconds.clock.advance(window.review_due_at - seconds.clock.now() - timedelta(minutes=1))
    waiting = request_override(seconds.broker, TOM, new_override(seconds)).access
    seconds.step()
    with pytest.raises(NotAllowed, match="overdue"):
        approve_override(seconds.broker, COUNCIL_LEAD, waiting.id)
    assert seconds.entries()[-1].event == "override.refused"


def test_everybody_it_was_about_is_to_be_told_five_working_days_later_known_or_not(seconds: Office) -> None:
    stranger = "p-neverissuedneverissued22"
    override = seconds.emergency(TOM, "mum", stranger, second=COUNCIL_LEAD)
    seconds.step(61)
    access = review_override(seconds.broker, OFFICER, override, JUSTIFIED, WORDS).access
    assert [one.about for one in access.tellings] == [seconds.people["mum"], stranger]
    assert {one.due_at.isoformat() for one in access.tellings} == {"2026-03-10T00:00:00+00:00"}
    seconds.step()
    assert telling_state(seconds, override, "mum") is TellingState.NOT_YET
    assert [one.steps for one in list_overrides(seconds.broker, OFFICER)] == []
    seconds.clock.advance(timedelta(days=8))
    assert [one.steps for one in list_overrides(seconds.broker, OFFICER)] == [(Step.TELL,)]
    for about in (seconds.people["mum"], stranger):
        seconds.step()
        tell_person(seconds.broker, OFFICER, override, about, How.IN_PERSON)
    told = seconds.entries()[-1]
    assert (told.event, told.outcome, told.details["how"]) == ("person.informed", "done", "in-person")
    assert list_overrides(seconds.broker, OFFICER) == (), "settled"
    with pytest.raises(CallWrong, match="told already"):
        tell_person(seconds.broker, OFFICER, override, stranger, How.LETTER)


def test_telling_is_put_off_by_two_with_a_reason_and_a_day_to_look_again(seconds: Office) -> None:
    override = reviewed(seconds)
    mum = seconds.people["mum"]
    seconds.clock.advance(timedelta(days=10))
    look_again = seconds.clock.now() + timedelta(days=30)
    why = "He opens her post"
    for words, until in (("", look_again), (why, seconds.clock.now()), (why, look_again + timedelta(days=400))):
        with pytest.raises(CallWrong):
            put_off_telling(seconds.broker, OFFICER, override, mum, NotNow.COULD_HARM, words, until)
    put_off_telling(seconds.broker, OFFICER, override, mum, NotNow.COULD_HARM, why, look_again)
    seconds.step()
    assert telling_state(seconds, override, "mum") is TellingState.PROPOSED
    with pytest.raises(NotAllowed, match="put off by two"):
        agree_to_put_off(seconds.broker, OFFICER, override, mum)
    assert [one.steps for one in list_overrides(seconds.broker, SIRO)] == [(Step.TELL, Step.AGREE)]
    seconds.step()
    agree_to_put_off(seconds.broker, SIRO, override, mum)
    agreed = seconds.entries()[-1]
    assert (agreed.event, agreed.outcome, agreed.details["second"]) == ("person.informed", "refused", "sid")
    assert agreed.details["reason"] == "could-harm"
    assert why not in repr(seconds.entries())
    assert telling_state(seconds, override, "mum") is TellingState.PUT_OFF
    assert telling_state(seconds, override, "child") is TellingState.DUE, "one person at a time"
    with pytest.raises(CallWrong, match="put off already"):
        put_off_telling(seconds.broker, SIRO, override, mum, NotNow.COULD_HARM, why, look_again)
    with pytest.raises(CallWrong, match="nothing is to be agreed"):
        agree_to_put_off(seconds.broker, SIRO, override, mum)
    seconds.clock.advance(timedelta(days=31))
    assert telling_state(seconds, override, "mum") is TellingState.DUE, "to be looked at again"


def test_who_used_it_tells_nobody_and_nobody_is_told_before_the_review(seconds: Office) -> None:
    enrol_staff(
        seconds.broker,
        [StaffMember(Staff("sal", "ecc", frozenset({"safeguarding-lead", "ig-officer"})), "Sal Frost")],
    )
    override = over(seconds)
    mum = seconds.people["mum"]
    with pytest.raises(CallWrong, match="not reviewed yet"):
        tell_person(seconds.broker, OFFICER, override, mum, How.LETTER)
    review_override(seconds.broker, OFFICER, override, JUSTIFIED, WORDS)
    seconds.step()
    with pytest.raises(NotAllowed, match="somebody else to tell"):
        tell_person(seconds.broker, Acting("sal", "ig-officer"), override, mum, How.LETTER)
    with pytest.raises(CallWrong, match="nobody it was about"):
        tell_person(seconds.broker, OFFICER, override, seconds.people["partner"], How.LETTER)


def test_the_verbs_as_typed(seconds: Office) -> None:
    override = over(seconds)
    folder = seconds.broker.settings.data_dir
    ola, sid = ("--by", "ola", "--as", "ig-officer"), ("--by", "sid", "--as", "siro")
    mum = ("--about", seconds.people["mum"])
    done = run(
        folder, "override", "review", override, *ola, "--finding", "breach", "--words", "Not urgent", "--json"
    )
    assert done.returncode == 0, done.stderr
    said = json.loads(done.stdout)
    assert (said["state"], said["review"]["finding"]) == ("reviewed", "breach")
    assert said["breach"].startswith("m-")
    month = (datetime.now(UTC) + timedelta(days=30)).date().isoformat()
    why = ("--reason", "could-harm", "--words", "He opens her post", "--look-again", month)
    put_off = run(folder, "override", "put-off", override, *ola, *mum, *why, "--json")
    assert json.loads(put_off.stdout)["state"] == "reviewed", put_off.stderr
    assert run(folder, "override", "agree", override, *sid, *mum).returncode == 0
    told = run(folder, "override", "tell", override, *ola, *mum, "--how", "letter")
    assert told.returncode == 0, told.stderr
    assert "letter" in told.stdout
    assert run(folder, "override", "agree", override, *sid, *mum).returncode == 2
    shown = json.loads(run(folder, "override", "show", override, *sid, "--json").stdout)
    assert {one["about"]: one["state"] for one in shown["tellings"]}[seconds.people["mum"]] == "told"
    assert run(folder, "override", "review", override, *ola, "--finding", "fine", "--words", "x").returncode == 2
