"""Teams through their pages: who is in one, its plan, what is done with it, and what nobody else sees."""

from __future__ import annotations

import html
import re

import pytest

from broker.audit.events import Event
from broker.consent.record import ConsentDecision
from broker.errors import NotAllowed
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import join_team
from broker.usecases.casework.hand_over_lead import hand_over_lead
from tests.functional.usecases.office import KIM
from tests.functional.web.visitors import Pages, Visitor, text_of


def kim(pages: Pages) -> Visitor:
    return pages.visitor("kim", "lead-practitioner")


def base(pages: Pages) -> str:
    return f"/teams/{pages.office.cases['team']}"


def sent(visitor: Visitor, path: str, **fields: object) -> str:
    """Sends a form that is taken; where it goes."""
    answer = visitor.post(path, {name.replace("_", "-"): value for name, value in fields.items()})
    assert answer.status_code == 303, html.unescape(answer.text)
    return answer.headers["location"]


def refused(visitor: Visitor, path: str, **fields: object) -> str:
    answer = visitor.post(path, {name.replace("_", "-"): value for name, value in fields.items()})
    assert answer.status_code == 422
    return html.unescape(answer.text)


def test_my_teams_lead_to_one_with_its_people_and_what_to_do_next(pages: Pages) -> None:
    listed = text_of(kim(pages), "/teams")
    assert "Partner Testing (41), Mum Testing (37), Child Testing (10)" in listed
    assert "Kim Ward leads" in listed
    shown = text_of(kim(pages), base(pages))
    assert "Team around Partner, Mum and Child" in shown
    assert "You have access until you leave this team or it closes" in shown
    case = pages.office.cases["team"]
    assert f'href="/summary/new?case={case}"' in shown
    assert f'href="/agreement-desk/new?case={case}"' in shown
    title = shown.partition("</title>")[0]
    assert "Mum" not in title
    assert not re.search(r'href="[^"]*p-[a-z2-7]{26}', shown), "nobody's id is in an address"


def test_the_plan_is_written_and_nobody_writes_over_another(pages: Pages) -> None:
    pages.office.step()
    join_team(pages.office.broker, KIM, pages.office.cases["team"], "tom")
    tom = pages.visitor("tom", "team-member")
    path = f"{base(pages)}/plan"
    words = {"strengths": "They eat together", "family-words": "I want quiet mornings"}
    assert sent(kim(pages), path, version="0", **words) == base(pages)
    assert "I want quiet mornings" in text_of(tom, base(pages))
    lost = refused(tom, path, version="0", strengths="Mine", family_words="Mine too")
    assert "changed by somebody else" in lost
    assert "Mine too" in lost, "what was typed is not lost"
    assert sent(tom, path, version="1", strengths="They laugh", family_words="A friend") == base(pages)
    assert "Version 2" in text_of(kim(pages), base(pages))
    assert "No end is planned yet" in text_of(kim(pages), base(pages))
    ends = {"ends-day": "30", "ends-month": "9", "ends-year": "2026"}
    sent(tom, path, version="2", strengths="They laugh", family_words="A friend", **ends)
    assert "It is meant to end by the end of 30 September 2026" in text_of(kim(pages), base(pages))
    assert 'value="30"' in text_of(kim(pages), path)


def test_goals_are_set_changed_and_ended(pages: Pages) -> None:
    new = f"{base(pages)}/goals/new"
    assert "Answer “Who does it?”" in refused(kim(pages), new, what="A club")
    day = {"due-day": "9", "due-month": "3", "due-year": "2026"}
    sent(kim(pages), new, what="A breakfast club", who="kim", **day)
    shown = text_of(kim(pages), base(pages))
    assert "Kim Ward, by the end of 9 March 2026" in shown
    (goal,) = set(re.findall(r"/goals/(o-[a-z2-7]+)/end", shown))
    form = text_of(kim(pages), f"{base(pages)}/goals/{goal}")
    assert 'value="9"' in form
    sent(kim(pages), f"{base(pages)}/goals/{goal}", what="A club on Mondays", who="the-family")
    assert "The family" in text_of(kim(pages), base(pages))
    assert "A club on Mondays" in text_of(kim(pages), f"{base(pages)}/goals/{goal}/end")
    assert "Answer “What came of it?”" in refused(kim(pages), f"{base(pages)}/goals/{goal}/end", end="reached")
    sent(kim(pages), f"{base(pages)}/goals/{goal}/end", end="reached", outcome="He goes")
    assert "What came of it: He goes" in text_of(kim(pages), base(pages))
    assert kim(pages).get(f"{base(pages)}/goals/{goal}").status_code == 403, "it has ended"


def test_somebody_joins_until_a_day_and_leaves_and_access_follows(pages: Pages) -> None:
    tom = pages.visitor("tom", "team-member")
    assert tom.get(base(pages)).status_code == 403
    assert "Tom Reed" in text_of(kim(pages), f"{base(pages)}/join")
    assert "Dee Long" not in text_of(kim(pages), f"{base(pages)}/join"), "who works elsewhere is not told"
    assert "choose a colleague, or give one reference" in refused(kim(pages), f"{base(pages)}/join")
    assert "nobody in post here" in refused(kim(pages), f"{base(pages)}/join", reference="nobody")
    days = {"until-day": "1", "until-month": "9", "until-year": "2026"}
    sent(kim(pages), f"{base(pages)}/join", member="tom", **days)
    sent(kim(pages), f"{base(pages)}/join", reference="dee")
    assert "You have access until the end of 31 August 2026" in text_of(tom, base(pages))
    assert "Dee Long" in text_of(kim(pages), base(pages))
    assert sent(kim(pages), f"{base(pages)}/leave", member="tom") == base(pages)
    assert tom.get(base(pages)).status_code == 403
    assert sent(kim(pages), f"{base(pages)}/leave", member="kim") == "/teams"


def test_it_is_reviewed_stepped_up_and_closed(pages: Pages) -> None:
    assert "Answer “What has changed, and what happens now?”" in refused(kim(pages), f"{base(pages)}/review")
    sent(kim(pages), f"{base(pages)}/review", reason="They laugh more")
    shown = text_of(kim(pages), base(pages))
    assert "They laugh more" in shown
    assert "Held on 2 March 2026" in shown
    move = f"{base(pages)}/move"
    some = {"kind": "enquiry", "level": "4", "reason": "Harm is suspected"}
    assert "tick at least one person" in refused(kim(pages), move, **some)
    assert "is no step up" in refused(kim(pages), move, members=["kim"], **{**some, "level": "1"})
    assert sent(kim(pages), move, members=["kim", "soc"], **some) == base(pages)
    assert "Enquiry about Partner, Mum and Child" in text_of(kim(pages), base(pages))
    assert "Answer “Why does it end?”" in refused(kim(pages), f"{base(pages)}/close")
    assert sent(kim(pages), f"{base(pages)}/close", reason="completed") == "/teams/closed"
    assert "It is closed" in text_of(kim(pages), "/teams/closed")
    assert kim(pages).get(base(pages)).status_code == 403


def test_whoever_does_not_go_on_with_it_sees_it_no_more(pages: Pages) -> None:
    some = {"kind": "enquiry", "level": "4", "reason": "Harm is suspected"}
    assert sent(kim(pages), f"{base(pages)}/move", members=["soc"], **some) == "/teams"
    assert kim(pages).get(base(pages)).status_code == 403


def test_it_is_kept_to_its_members_and_a_manager_is_asked(pages: Pages) -> None:
    pages.office.enrol_one("pat", "Pat Lowe", "ecc", "practice-manager")
    assert "Answer “Which manager allows it?”" in refused(
        kim(pages), f"{base(pages)}/restrict", reason="A neighbour"
    )
    assert "cannot allow this" in refused(kim(pages), f"{base(pages)}/restrict", reason="x", manager="tom")
    sent(kim(pages), f"{base(pages)}/restrict", manager="pat", reason="A neighbour works here")
    shown = text_of(kim(pages), base(pages))
    assert "members only" in shown
    assert "Pat Lowe is asked to allow it" in shown
    some = {"from": "family-support", "to": "section-17", "manager": "pat", "reason": "An assessment"}
    sent(kim(pages), f"{base(pages)}/purpose", **some)
    assert "A change of what this is for" in text_of(kim(pages), base(pages))
    assert "is open already for this" in refused(kim(pages), f"{base(pages)}/purpose", **some)
    sent(kim(pages), f"{base(pages)}/lift", manager="pat", reason="They have moved")


def test_a_no_to_help_is_answered_before_anything_closes(pages: Pages) -> None:
    pages.office.consent("mum", "mum", ConsentDecision.REFUSED)
    shown = text_of(kim(pages), base(pages))
    (path,) = re.findall(rf'href="({base(pages)}/no/[^"]+)"', shown)
    assert "Answer that first" in text_of(kim(pages), f"{base(pages)}/close")
    assert "waits for what a family" in refused(kim(pages), f"{base(pages)}/close", reason="completed")
    assert "Saying no to help is a family's right" in text_of(kim(pages), path)
    assert "steps up only for what worries you" in refused(kim(pages), path, finding="step-up", reason="w")
    sent(kim(pages), path, finding="close-with-advice", reason="School sees them daily")
    assert "/no/" not in text_of(kim(pages), base(pages))
    assert Event.REFUSAL_REVIEWED in [entry.event for entry in pages.office.entries()]


@pytest.mark.parametrize("step", ["", "/plan", "/join", "/leave", "/review", "/close", "/goals/new", "/no/w-1"])
def test_somebody_elses_team_and_one_never_opened_are_one_answer(pages: Pages, step: str) -> None:
    soc = pages.visitor("soc", "social-worker")
    case = pages.office.cases["team"]
    theirs, never = soc.get(f"/teams/{case}{step}"), soc.get(f"/teams/k-never{step}")
    assert theirs.status_code == never.status_code == 403
    assert theirs.text.replace(case, "k-never") == never.text


def test_a_team_is_opened_around_people_who_were_found_or_of_a_case_one_is_in(pages: Pages) -> None:
    office, me = pages.office, kim(pages)
    search = {"purpose": "family-support", "reason": "They ask for help", "given": "Mum", "family": "Testing"}
    found = sent(me, "/search", **search, postcode="CM1 1LX")
    ids = office.people
    where = sent(me, found, do="team", about=[ids["mum"]])
    assert ids["mum"] not in where, "nobody's id is in an address"
    page = text_of(me, where)
    assert "Mum Testing" in page
    assert "Dee Long" not in page, "who works elsewhere is not told"
    draft = where.partition("draft=")[2]
    wrong = refused(me, "/teams/new", draft=draft, about=[ids["child"]])
    assert "tick at least one person" in wrong, "of those who were found alone"
    asked = {"draft": draft, "about": [ids["mum"]], "purpose": "family-support", "level": "2"}
    assert "nobody in post here" in refused(me, "/teams/new", **asked, references="dee, nobody")
    opened = sent(me, "/teams/new", **asked, members=["tom"], references="dee")
    shown = text_of(pages.visitor("tom", "team-member"), opened)
    assert "Kim Ward</strong> <strong" in shown.replace("\n", ""), "who opened it leads"
    assert "Mum Testing</strong>: Agreed to early help" in text_of(me, opened)
    around = f"/teams/new?case={office.cases['team']}"
    assert "Child Testing" in text_of(me, around)
    assert "Team around Partner, Mum and Child" not in text_of(me, "/teams/new")
    assert around in html.unescape(text_of(me, "/teams/new"))
    tie = office.befriend("fay", "mum", "ecc", "lead-practitioner")
    fay = pages.visitor(tie.by, tie.role)
    assert fay.get(around).status_code == 403, "not a member"
    later = sent(me, found, do="team", about=[ids["mum"]])
    office.step(20)
    assert "is not shown any longer" in text_of(me, later)


def test_the_lead_is_handed_over_and_access_follows_to_the_minute(pages: Pages) -> None:
    office = pages.office
    office.enrol_one("lee", "Lee Park", "ecc", "lead-practitioner")
    office.step()
    join_team(office.broker, KIM, office.cases["team"], "tom")
    lee, path = pages.visitor("lee", "lead-practitioner"), f"{base(pages)}/lead"
    asked = {"to": "lee", "reason": "I change teams on Monday"}
    assert lee.get(base(pages)).status_code == 403
    assert "holds no role that leads" in refused(kim(pages), path, to="tom", stays="yes", reason="He knows them")
    assert "Answer “Why?”" in refused(kim(pages), path, to="lee", stays="yes")
    assert "Answer “Do you stay in the team?”" in refused(kim(pages), path, **asked), (
        "nothing is chosen for anybody"
    )
    office.step()
    assert sent(kim(pages), path, **asked, stays="no") == "/teams"
    assert kim(pages).get(base(pages)).status_code == 403
    shown = text_of(lee, base(pages))
    assert "Lee Park</strong> <strong" in shown.replace("\n", ""), "who leads stands first, though new to the team"
    assert "I change teams on Monday" in shown
    assert 'href="' + path in shown
    tom = pages.visitor("tom", "team-member")
    assert "Somebody else leads one of your teams now" in text_of(tom, "/notices")
    assert tom.post(path, {**asked, "stays": "yes"}).status_code == 403
    events = [(one.event, one.details.get("member")) for one in office.entries()]
    for event, who in ((Event.TEAM_LED, "lee"), (Event.TEAM_JOINED, "lee"), (Event.TEAM_LEFT, "kim")):
        assert (event, who) in events
    office.step()
    back = Acting("lee", "lead-practitioner")
    done = hand_over_lead(office.broker, back, office.cases["team"], "kim", "Back again", stays=True)
    assert (done.lead, done.now.members_now()) == ("kim", ("kim", "lee", "tom"))
    with pytest.raises(NotAllowed, match="is led by somebody else"):
        hand_over_lead(office.broker, back, office.cases["team"], "lee", "Mine", stays=True)
