"""Cover, leavers and successors: access by cover ends to the minute, and a post's end ends its places."""

from __future__ import annotations

from datetime import timedelta

import pytest

from broker.casework import Staff
from broker.casework.staff import StaffMember
from broker.errors import CallWrong, NotAllowed
from broker.store.cases import find_cases
from broker.store.staff import find_holders, find_members
from broker.usecases.acting import Acting
from broker.usecases.casework.cases import join_team
from broker.usecases.casework.front_door_queue import list_contacts
from broker.usecases.posts.cover_staff import Cover, arrange_cover, end_cover
from broker.usecases.posts.enrol_staff import enrol_staff
from broker.usecases.posts.leavers import accept_invitation, end_post, list_invitations
from broker.usecases.rules.proposals import restrict_case
from tests.functional.usecases.front_door_staff import contact, staff_front_door
from tests.functional.usecases.office import KIM, TOM, Office
from tests.functional.usecases.test_verbs import run

PAT = Acting("pat", "practice-manager")
LEE = Acting("lee", "lead-practitioner")
TOM_LEADS = Acting("tom", "lead-practitioner")
HOURS = timedelta(hours=2)


@pytest.fixture(autouse=True)
def staffed(office: Office) -> None:
    staff_front_door(office)
    office.enrol_one("pat", "Pat Lowe", "ecc", "practice-manager")
    office.enrol_one("lee", "Lee Ross", "ecc", "lead-practitioner")
    office.step()


def cover(office: Office, by: Acting = PAT, who: str = "lee", **others: object) -> Cover:
    wanted = Cover("kim", who, "lead-practitioner", office.clock.now() + HOURS, **others)  # type: ignore[arg-type]
    arrange_cover(office.broker, by, wanted)
    return wanted


def test_cover_gives_the_colleagues_places_and_ends_to_the_minute(office: Office) -> None:
    assert office.ask(LEE).refused_because == "not-in-team"
    office.step()
    wanted = cover(office)
    disclosure = office.ask(LEE)
    assert disclosure.outcome == "answered"
    assert disclosure.access_until_at == wanted.until_at
    joined = next(entry for entry in reversed(office.entries()) if entry.event == "team.joined")
    assert (joined.details["member"], joined.details["cover_for"]) == ("lee", "kim")
    office.clock.at = wanted.until_at - timedelta(minutes=2)
    assert office.ask(LEE).outcome == "answered"
    assert office.clock.now() < wanted.until_at
    office.clock.at = wanted.until_at - timedelta(minutes=1)
    assert office.ask(LEE).refused_because == "not-in-team", "asked at the very instant"


def test_a_role_is_lent_by_a_manager_and_goes_back_by_itself(office: Office) -> None:
    assert office.ask(TOM_LEADS).refused_because == "not-authorised"
    office.step()
    with pytest.raises(NotAllowed, match="arranged by a manager"):
        cover(office, KIM, "tom")
    wanted = cover(office, PAT, "tom")
    disclosure = office.ask(TOM_LEADS)
    assert (disclosure.outcome, disclosure.access_until_at) == ("answered", wanted.until_at)
    with office.broker.store.look() as view:
        assert "tom" in find_holders(view, "ecc", "lead-practitioner", office.clock.now())
        assert "tom" not in find_holders(view, "ecc", "lead-practitioner")
    office.clock.at = wanted.until_at
    assert office.ask(TOM_LEADS).refused_because == "not-authorised"
    with pytest.raises(NotAllowed, match="does not hold the role"):
        join_team(office.broker, TOM_LEADS, office.cases["team"], "soc")


def test_a_role_lent_for_the_front_door_sees_it_for_that_time_only(office: Office) -> None:
    case_id = contact(office).case.id
    office.step()
    until = office.clock.now() + HOURS
    arrange_cover(office.broker, PAT, Cover("tri", "lee", "triage", until))
    office.step()
    lee = Acting("lee", "triage")
    assert [row.case_id for row in list_contacts(office.broker, lee).rows] == [case_id]
    office.clock.at = until
    with pytest.raises(NotAllowed, match="does not hold the role"):
        list_contacts(office.broker, lee)


def test_ones_own_cover_one_arranges_oneself_and_nobody_elses(office: Office) -> None:
    cover(office, KIM)
    office.step()
    with pytest.raises(NotAllowed, match="arranged by a manager"):
        arrange_cover(office.broker, LEE, Cover("kim", "lee", "lead-practitioner", office.clock.now() + HOURS))
    assert end_cover(office.broker, KIM, "kim", "lee") == 1
    assert office.ask(LEE).refused_because == "not-in-team"
    office.step()
    with pytest.raises(CallWrong, match="covers `kim` no more"):
        end_cover(office.broker, KIM, "kim", "lee")
    with pytest.raises(NotAllowed, match="ended by a manager"):
        end_cover(office.broker, Acting("deb", "decision-maker"), "kim", "lee")


def test_cover_to_come_begins_when_it_says(office: Office) -> None:
    begins = office.clock.now() + timedelta(hours=1)
    cover(office, from_at=begins)
    assert office.ask(LEE).refused_because == "not-in-team"
    office.clock.at = begins
    assert office.ask(LEE).outcome == "answered"


@pytest.mark.parametrize(
    ("colleague", "who", "role", "said"),
    [
        ("kim", "kim", "lead-practitioner", "is somebody else"),
        ("kim", "nav", "lead-practitioner", "nobody in post here"),
        ("kim", "lee", "triage", "is not held by `kim`"),
        ("nobody", "lee", "triage", "nobody in post here"),
    ],
)
def test_cover_is_by_somebody_else_here_for_a_role_that_is_held(
    office: Office, colleague: str, who: str, role: str, said: str
) -> None:
    with pytest.raises(CallWrong, match=said):
        arrange_cover(office.broker, PAT, Cover(colleague, who, role, office.clock.now() + HOURS))


def test_cover_has_an_end_ahead_and_no_past(office: Office) -> None:
    now = office.clock.now()
    with pytest.raises(CallWrong, match="ends before it begins"):
        arrange_cover(office.broker, PAT, Cover("kim", "lee", "lead-practitioner", now))
    with pytest.raises(CallWrong, match="lies in the past"):
        arrange_cover(office.broker, PAT, Cover("kim", "lee", "lead-practitioner", now + HOURS, now - HOURS))


def test_restricted_cases_are_not_covered(office: Office) -> None:
    restrict_case(office.broker, KIM, office.cases["team"], "pat", "a colleague is a neighbour")
    office.step()
    cover(office)
    assert office.ask(LEE).refused_because == "not-in-team"


def test_a_posts_end_ends_its_places_and_its_cover_and_a_successor_is_invited_not_put_in(office: Office) -> None:
    team = office.cases["team"]
    cover(office, PAT, "tom")
    office.step()
    done = end_post(office.broker, PAT, "kim", successor="lee")
    assert (done.cases, done.successor) == ((team,), "lee")
    office.step()
    with office.broker.store.look() as view:
        case = find_cases(view, [team])[team]
        assert find_members(view, ["tom"])["tom"].staff.holds("lead-practitioner", office.clock.now()) is False
    assert not any(case.has_member(one, office.clock.now()) for one in ("kim", "tom", "lee"))
    assert office.ask(KIM).refused_because == "post-ended"
    assert office.ask(LEE).refused_because == "not-in-team"
    assert list_invitations(office.broker, LEE) == (team,)
    told = []
    for who, reference in ((TOM, team), (LEE, "k-neveropened")):
        office.step()
        with pytest.raises(NotAllowed) as refused:
            accept_invitation(office.broker, who, reference)
        told.append(str(refused.value).replace(reference, "…"))
    assert told[0] == told[1]
    office.step()
    assert accept_invitation(office.broker, LEE, team).members_now() == ("lee",)
    assert office.ask(LEE).outcome == "answered"
    assert list_invitations(office.broker, LEE) == ()


def test_a_post_that_ends_later_gives_access_until_then(office: Office) -> None:
    until = office.clock.now() + HOURS
    end_post(office.broker, PAT, "kim", until)
    assert office.ask(KIM).access_until_at == until
    office.clock.at = until
    assert office.ask(KIM).refused_because == "post-ended"
    with pytest.raises(CallWrong, match="left this post already"):
        end_post(office.broker, PAT, "kim")


def test_a_restricted_case_is_handed_on_only_where_nobody_is_left_and_never_shown(office: Office) -> None:
    team = office.cases["team"]
    restrict_case(office.broker, KIM, team, "pat", "a colleague is a neighbour")
    office.step()
    done = end_post(office.broker, PAT, "kim", successor="lee")
    assert done.cases == ()
    office.step()
    assert list_invitations(office.broker, LEE) == (team,)


def test_enrolling_an_end_or_another_organisation_ends_the_places_too(office: Office) -> None:
    team = office.cases["team"]
    join_team(office.broker, KIM, team, "tom")
    office.step()
    moved = Staff("tom", "southend", frozenset({"team-member"}))
    gone = Staff("kim", "ecc", frozenset({"lead-practitioner"}), posts_until_at=office.clock.now() + HOURS)
    enrol_staff(office.broker, [StaffMember(moved, "Tom Reed"), StaffMember(gone, "Kim Ward")])
    office.step()
    with office.broker.store.look() as view:
        case = find_cases(view, [team])[team]
    now = office.clock.now()
    assert (case.has_member("tom", now), case.has_member("kim", now)) == (False, True)
    assert not case.has_member("kim", now + HOURS)


def test_enrolling_somebody_again_keeps_what_was_lent_to_them(office: Office) -> None:
    cover(office, PAT, "tom")
    office.step()
    office.enrol_one("tom", "Tom Reed", "ecc", "team-member")
    assert office.ask(TOM_LEADS).outcome == "answered"


def test_only_a_manager_ends_a_post(office: Office) -> None:
    with pytest.raises(NotAllowed, match=r"may not use `post\.end`"):
        end_post(office.broker, KIM, "tom")


def test_as_they_are_typed(office: Office) -> None:
    folder, pat = office.broker.settings.data_dir, ("--by", "pat", "--as", "practice-manager")
    words = ("--for", "kim", "--cover", "tom", "--role", "lead-practitioner", "--until", "2099-09-01")
    made = run(folder, "team", "cover", *pat, *words)
    assert made.returncode == 0, made.stderr
    assert "The role is lent for that time." in made.stdout
    shown = run(folder, "case", "show", office.cases["team"], "--by", "kim", "--as", "lead-practitioner")
    assert "Tom Reed (tom), covering Kim Ward (kim) until the start of 1 September 2099" in shown.stdout
    assert "no more" in run(folder, "team", "uncover", *pat, "--for", "kim", "--cover", "tom").stdout
    left = run(folder, "team", "leaver", "kim", *pat, "--successor", "lee")
    assert "lee is invited" in left.stdout
    lee = ("--by", "lee", "--as", "lead-practitioner")
    assert office.cases["team"] in run(folder, "team", "invitations", *lee).stdout
    assert "from now on" in run(folder, "team", "accept", office.cases["team"], *lee).stdout
