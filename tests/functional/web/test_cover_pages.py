"""Cover and leavers through their pages."""

from __future__ import annotations

import html

from broker.usecases.casework.cases import join_team
from tests.functional.usecases.office import KIM
from tests.functional.web.visitors import Pages, Visitor, text_of

UNTIL = {"until-day": "1", "until-month": "9", "until-year": "2026"}


def refused(visitor: Visitor, path: str, **fields: str) -> str:
    answer = visitor.post(path, fields)
    assert answer.status_code == 422
    return html.unescape(answer.text)


def test_ones_own_cover_by_somebody_with_the_same_job(pages: Pages) -> None:
    pages.office.enrol_one("lou", "Lou Finch", "ecc", "lead-practitioner")
    kim = pages.visitor("kim", "lead-practitioner")
    assert "Who is away?" not in text_of(kim, "/cover")
    assert "Answer “Until which day?”: cover has an end" in refused(
        kim, "/cover", cover="lou", role="lead-practitioner"
    )
    sent = kim.post("/cover", {"cover": "lou", "role": "lead-practitioner", **UNTIL})
    assert sent.status_code == 303, html.unescape(sent.text)
    told = text_of(kim, sent.headers["location"])
    assert "It covers one team" in told
    assert "as 1 September 2026 begins" in told
    lou = pages.visitor("lou", "lead-practitioner")
    team = f"/teams/{pages.office.cases['team']}"
    shown = text_of(lou, team)
    assert "You have access until the end of 31 August 2026" in shown
    assert "covering for Kim Ward" in shown
    pages.office.step()
    assert kim.post("/cover/end", {"for": "kim", "cover": "lou"}).status_code == 303
    assert lou.get(team).status_code == 403


def test_nobody_lends_their_job_or_covers_another_but_by_a_manager(pages: Pages) -> None:
    kim = pages.visitor("kim", "lead-practitioner")
    form = {"cover": "tom", "role": "lead-practitioner", **UNTIL}
    assert kim.post("/cover", form).status_code == 403
    assert kim.post("/cover", {**form, "for": "tri"}).status_code == 403
    pages.office.enrol_one("pat", "Pat Rowe", "ecc", "practice-manager")
    pat = pages.visitor("pat", "practice-manager")
    assert "Who is away?" in text_of(pat, "/cover")
    assert "Answer “Who is away?”" in refused(pat, "/cover", **form)
    sent = pat.post("/cover", {**form, "for": "kim"})
    assert "The job itself is lent for that time" in text_of(pat, sent.headers["location"])


def test_a_post_ends_and_whoever_comes_after_is_invited_and_joins(pages: Pages) -> None:
    pages.office.enrol_one("pat", "Pat Rowe", "ecc", "practice-manager")
    pat = pages.visitor("pat", "practice-manager")
    assert "Answer “Who leaves?”" in refused(pat, "/leavers")
    sent = pat.post("/leavers", {"staff": "kim", "successor": "tom"})
    assert sent.status_code == 303
    told = text_of(pat, sent.headers["location"])
    assert "They were in one team" in told
    tom = pages.visitor("tom", "team-member")
    team = f"/teams/{pages.office.cases['team']}"
    assert tom.get(team).status_code == 403, "invited is not in it"
    assert "You are asked to join a team" in text_of(tom, "/teams")
    assert tom.post(f"{team}/accept").status_code == 303
    assert "Team around Partner, Mum and Child" in text_of(tom, team)


def test_a_lead_is_away_and_a_manager_names_who_leads_and_sees_nothing_of_the_team(pages: Pages) -> None:
    office = pages.office
    office.enrol_one("pat", "Pat Rowe", "ecc", "practice-manager")
    office.enrol_one("lee", "Lee Park", "ecc", "lead-practitioner")
    office.step()
    case = office.cases["team"]
    join_team(office.broker, KIM, case, "tom")
    pat, tom = pages.visitor("pat", "practice-manager"), pages.visitor("tom", "team-member")
    assert "Is Kim Ward away? A manager where they work can" in text_of(tom, f"/teams/{case}")
    assert "Is Kim Ward away?" not in text_of(pages.visitor("kim", "lead-practitioner"), f"/teams/{case}")
    assert 'href="/lead-away"' in text_of(pat, "/")
    assert 'href="/lead-away"' not in text_of(tom, "/")
    shown = text_of(pat, "/lead-away")
    assert "Lee Park, Lead practitioner" in shown
    assert "Tom Reed" not in shown, "whose role leads nothing"
    form = {"case": case, "to": "lee", "stays": "yes", "reason": "Kim is off sick"}
    assert "“Which team? Its reference” is missing" in refused(pat, "/lead-away", **{**form, "case": ""})
    assert "choose a colleague, or give one reference" in refused(pat, "/lead-away", **form, reference="tom")
    assert "Answer “Why?”" in refused(pat, "/lead-away", **{**form, "reason": ""})
    assert "cannot lead this" in refused(pat, "/lead-away", **{**form, "to": "", "reference": "tom"})
    assert pat.post("/lead-away", {**form, "case": "k-never"}).status_code == 403
    office.step()
    sent = pat.post("/lead-away", form)
    assert sent.status_code == 303, html.unescape(sent.text)
    told = text_of(pat, sent.headers["location"])
    assert "Everybody in the team is told" in told
    assert "stays in the team" in told
    for name in ("Kim", "Tom", "Testing"):
        assert name not in told, "who led, who is in it and whom it is about"
    assert pat.get(f"/teams/{case}").status_code == 403
    lee = text_of(pages.visitor("lee", "lead-practitioner"), f"/teams/{case}")
    assert "Lee Park</strong> <strong" in lee.replace("\n", "")
    assert "A manager named who leads, because the lead was away, by Pat Rowe: “Kim is off sick”" in lee
    assert "Somebody else leads one of your teams now" in text_of(tom, "/notices")
