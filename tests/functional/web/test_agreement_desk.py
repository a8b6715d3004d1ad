"""The agreement desk through its pages: a journey that loses nothing, answers that stand on no paper, and what is
never in an address or a title."""

from __future__ import annotations

import html
import io
import re
from collections.abc import Mapping
from datetime import date
from typing import Any

import pytest
from pypdf import PdfReader

from broker.audit.events import Event
from broker.consent.record import ConsentKind
from broker.dates import Interval
from broker.people import Competence, ProtectionMarker, Relationship, RelationshipKind
from broker.release.covered import full_parts, short_parts
from broker.release.offer import Offer, Service
from broker.release.sheets import ENGLISH, SheetWord, group_of
from broker.store.consents import find_consents
from broker.usecases.acting import Acting
from broker.usecases.people.assess_person import Assessment, assess
from broker.usecases.people.people import NewPerson, add_person
from broker.usecases.people.ties import relate
from broker.vocabulary.codes import Tier
from broker.web.forms import Form
from broker.web.pages.agreement_words import Names, group_choices, services_in
from tests.functional.usecases.office import KIM, TRIAGE
from tests.functional.usecases.test_agreement_desk import father
from tests.functional.usecases.test_consent import given_for, kinds_shown
from tests.functional.web.visitors import Pages, Visitor

DESK = "/agreement-desk"
CANARY = "canary-partner-in-the-room"
ALONE = {"room": "somebody", "room_who": CANARY, "pressure": "none", "able": "yes", "channel": "in-person"}
SAFE = {**ALONE, "room": "nobody", "room_who": ""}
SILENT = (CANARY, "pressure", "In the room", "anyone else", "could make this decision", "canary-capacity")


def kim(pages: Pages) -> Visitor:
    return pages.visitor("kim", "lead-practitioner")


def shown(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, (path, answer.status_code)
    return html.unescape(answer.text)


def main_of(text: str) -> str:
    return text.partition("<main")[2].partition("</main>")[0]


def points_of(text: str, heading: str) -> list[str]:
    """The points under a heading, the first time that it is there."""
    return re.findall(r"<li>(.*?)</li>", text.partition(f"<h2>{heading}</h2>")[2].partition("</section>")[0])


def on(visitor: Visitor, path: str, fields: Mapping[str, Any]) -> str:
    """Sends a form that must be taken; where it leads."""
    answer = visitor.post(path, fields)
    assert answer.status_code == 303, (path, html.unescape(main_of(answer.text))[:2000])
    return str(answer.headers["location"])


def who(pages: Pages, about: str = "child", by: str = "mum", **more: str) -> dict[str, str]:
    people = pages.office.people
    return {"case": pages.office.cases["team"], "about": people[about], "signatory": people[by], **more}


def begun(pages: Pages, visitor: Visitor, choice: Mapping[str, Any], alone: Mapping[str, str] = ALONE) -> str:
    """A journey up to what is read back; the address of the draft."""
    pages.office.step()
    read = on(visitor, f"{DESK}/new", who(pages))
    draft = read.removesuffix("/choices")
    assert on(visitor, read, choice) == f"{draft}/alone"
    assert on(visitor, f"{draft}/alone", alone) == f"{draft}/read-back"
    return draft


def test_a_yes_is_read_aloud_chosen_read_back_written_down_and_given_out(pages: Pages) -> None:
    visitor = kim(pages)
    read = on(visitor, f"{DESK}/new", who(pages))
    aloud = main_of(shown(visitor, read))
    order = [
        aloud.index(said)
        for said in (
            "What we would share",
            "Who would be told",
            "Supporting a family",
            "Until when",
            "What we would not share",
            "What happens if you say no",
            "How to change your mind",
            "What do they say?",
        )
    ]
    assert order == sorted(order)
    assert "Oakdale Primary School" in aloud
    assert "checked" not in aloud, "nothing is ticked for anybody"
    draft = begun(pages, visitor, {"choice": "all"}, SAFE)
    back = main_of(shown(visitor, f"{draft}/read-back"))
    assert "Mum Testing can agree for Child Testing: their mother, who has parental responsibility" in back
    receipt = on(visitor, f"{draft}/read-back", {})
    sheet = main_of(shown(visitor, receipt))
    assert "You said yes: agreement to early help" in sheet
    full = [points_of(one, "Everybody who may be told") for one in (aloud, sheet)]
    assert points_of(aloud, "What we would share") == points_of(sheet, "What we would share")
    assert full[0] == full[1], "one list, wherever it is said"
    assert all(kind.rstrip(".") in back for kind in points_of(aloud, "What we would share"))
    with pages.office.broker.store.look() as view:
        said = find_consents(view, [pages.office.people["child"]])[-1]
    titles = pages.office.broker.partnership.vocabulary.categories
    read_out = " ".join(points_of(aloud, "What we would share")).lower()
    assert said.categories
    assert all(titles[code].title.lower() in read_out for code in said.categories), "nothing wider than was read"
    assert "attendance" in kinds_shown(pages.office.ask())
    back = visitor.get(f"{draft}/read-back")
    assert (back.status_code, back.headers["location"]) == (303, f"{receipt}?again=yes")
    assert on(visitor, f"{draft}/read-back", {}) == f"{receipt}?again=yes", "pressed twice, written down once"
    assert "This is already written down" in main_of(shown(visitor, f"{receipt}?again=yes"))
    assert f"{draft}/who" not in main_of(shown(visitor, DESK))


def test_what_the_worker_answers_alone_stands_on_nothing_that_is_turned_round_or_printed(pages: Pages) -> None:
    visitor = kim(pages)
    answers = {**ALONE, "pressure": "some", "able_how": "canary-capacity"}
    draft = begun(pages, visitor, {"choice": "all"}, answers)
    seen = [main_of(shown(visitor, f"{draft}/read-back")), main_of(shown(visitor, f"{draft}/choices"))]
    receipt = on(visitor, f"{draft}/read-back", {})
    paper = visitor.get(f"{receipt}/paper")
    assert paper.headers["content-type"] == "application/pdf"
    pages_of_paper = PdfReader(io.BytesIO(paper.content)).pages
    sides = [" ".join(one.extract_text().split()) for one in pages_of_paper]
    assert "What agreeing means" in sides[0], "one side, to its end"
    assert "The full list" not in sides[0]
    assert "The full list" in sides[1]
    seen += [main_of(shown(visitor, receipt)), " ".join(sides)]
    seen.append(main_of(shown(visitor, f"{DESK}/case/{pages.office.cases['team']}")))
    for text in seen:
        for silent in SILENT:
            assert silent.lower() not in text.lower(), silent
    assert "attendance" not in kinds_shown(pages.office.ask()), "nothing rests on it"
    shut = seen[2].partition("<details")[2].partition("</details>")[0]
    doubt = "Mum Testing said yes. It does not count yet, because"
    assert doubt in shut, "the worker is told, once they open it"
    assert " open" not in shut.partition(">")[0]
    assert "Ask again when they are alone" in shut
    for public in (seen[0], seen[1], seen[2].partition("<article")[2], seen[3]):
        assert "count yet" not in public
    assert doubt in seen[4], "and on the page of the case"


def test_going_back_and_on_loses_nothing(pages: Pages) -> None:
    visitor = kim(pages)
    choice = {
        "choice": "some",
        "services": ["engagement/oakdale-primary", "engagement/ecc"],
        "leave_out": ["attendance"],
    }
    draft = begun(pages, visitor, {**choice, "until-day": "1", "until-month": "6", "until-year": "2026"}, SAFE)
    again = main_of(shown(visitor, f"{draft}/choices"))
    ticked = re.findall(r'value="([^"]+)"[^>]*\schecked', again)
    assert set(ticked) == {"some", "engagement/oakdale-primary", "engagement/ecc", "attendance"}
    assert 'value="2026"' in again
    alone = main_of(shown(visitor, f"{draft}/alone"))
    assert set(re.findall(r'value="([^"]+)"[^>]*\schecked', alone)) == {"nobody", "none", "yes", "in-person"}
    assert on(visitor, f"{draft}/choices", {"choice": "no"}) == f"{draft}/alone"
    assert "No. Nothing is shared because of an agreement." in main_of(shown(visitor, f"{draft}/read-back"))
    listed = main_of(shown(visitor, DESK))
    assert "Go on: about Child Testing" in listed
    assert on(visitor, f"{draft}/throw-away", {}) == DESK
    assert f"{draft}/who" not in main_of(shown(visitor, DESK))


def test_a_draft_is_nobodys_but_theirs(pages: Pages) -> None:
    draft = begun(pages, kim(pages), {"choice": "all"})
    pages.office.enrol_one("lee", "Lee Other", "ecc", "lead-practitioner")
    other = pages.visitor("lee", "lead-practitioner")
    for path in ("who", "choices", "alone", "read-back"):
        assert other.get(f"{draft}/{path}").status_code == 422
        assert "Child" not in main_of(other.get(f"{draft}/{path}").text)


def test_whoever_cannot_agree_is_said_before_signing_and_written_down_only_when_asked(pages: Pages) -> None:
    visitor = kim(pages)
    sent = who(pages, by="partner")
    checked = visitor.post(f"{DESK}/new", {**sent, "do": "check"})
    sentence = "Partner Testing cannot agree for Child Testing yet. Who can: Mum Testing, their mother"
    assert checked.status_code == 200
    assert sentence in html.unescape(checked.text)
    told = visitor.post(f"{DESK}/check", sent).json()
    assert told["sentence"].startswith(sentence)
    assert told["can"] is False
    refused = visitor.post(f"{DESK}/new", sent)
    assert refused.status_code == 422
    draft = on(visitor, f"{DESK}/new", {**sent, "anyway": "yes"}).removesuffix("/choices")
    on(visitor, f"{draft}/choices", {"choice": "all"})
    on(visitor, f"{draft}/alone", SAFE)
    receipt = main_of(shown(visitor, on(visitor, f"{draft}/read-back", {})))
    assert sentence in receipt
    assert "It changes nothing by itself" in receipt


def test_a_no_takes_as_many_pages_as_a_yes(pages: Pages) -> None:
    visitor = kim(pages)
    draft = begun(pages, visitor, {"choice": "no"}, SAFE)
    sheet = main_of(shown(visitor, on(visitor, f"{draft}/read-back", {})))
    assert "You said no: agreement to early help" in sheet
    assert "You keep the services you have" in sheet
    assert "attendance" not in kinds_shown(pages.office.ask())


@pytest.mark.parametrize("able", ["no", "unsure"])
def test_no_yes_from_somebody_who_may_not_be_able_to_decide(pages: Pages, able: str) -> None:
    visitor = kim(pages)
    read = on(visitor, f"{DESK}/new", who(pages))
    on(visitor, read, {"choice": "all"})
    answer = visitor.post(read.replace("choices", "alone"), {**SAFE, "able": able})
    assert answer.status_code == 422
    assert "ask your safeguarding lead" in answer.text


def test_every_question_left_open_is_named_at_once(pages: Pages) -> None:
    visitor = kim(pages)
    read = on(visitor, f"{DESK}/new", who(pages))
    on(visitor, read, {"choice": "all"})
    answer = html.unescape(visitor.post(read.replace("choices", "alone"), {}).text)
    for field in ("room", "pressure", "able", "channel"):
        assert f'href="#{field}"' in answer, field
    empty = html.unescape(visitor.post(read, {}).text)
    assert "Choose what they say" in empty


def test_a_private_service_agreed_to_by_name_is_named_on_no_paper_and_in_no_list(pages: Pages) -> None:
    visitor = kim(pages)
    read = on(visitor, f"{DESK}/new", who(pages, "mum"))
    assert "Essex Sexual Health Service" in main_of(shown(visitor, read))
    draft = read.removesuffix("/choices")
    on(visitor, read, {"choice": "all", "sensitive": ["data-protection/essex-sexual-health"]})
    on(visitor, f"{draft}/alone", SAFE)
    receipt = on(visitor, f"{draft}/read-back", {})
    sheet = main_of(shown(visitor, receipt))
    assert points_of(sheet, "What you named yourself") == ["A private service that you named to us."]
    assert "rivate service" not in " ".join(points_of(sheet, "What we would share")), "each of them tells no more"
    assert "Sexual Health Service" not in sheet
    assert "Sexual" not in main_of(shown(visitor, f"{DESK}/case/{pages.office.cases['team']}"))


def test_the_same_sheet_is_shown_in_every_language_offered(pages: Pages) -> None:
    visitor = kim(pages)
    draft = begun(pages, visitor, {"choice": "all"}, SAFE)
    assert on(visitor, f"{draft}/language", {"language": "easy"}) == f"{draft}/choices"
    assert "You keep the help you have" in main_of(shown(visitor, f"{draft}/choices"))
    receipt = on(visitor, f"{draft}/read-back", {})
    assert "Your number: c-" in main_of(shown(visitor, receipt))
    assert "Reference c-" in main_of(shown(visitor, f"{receipt}?in=en"))
    assert "Reference c-" in main_of(shown(visitor, f"{receipt}?in=nothing"))


def test_what_agreeing_means_is_for_everybody_and_names_nobody(pages: Pages) -> None:
    for code in ("en", "easy"):
        text = main_of(shown(pages.visitor(), f"/agreement-explained?in={code}"))
        assert "Testing" not in text
        assert "<h2" in text


def test_a_change_of_mind_says_what_stops_and_then_stops_it(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    office.ask()
    office.step()
    reference = given_for(office, "child")
    path = on(visitor, f"{DESK}/reference", {"reference": f" {reference.upper()} ", "do": "withdraw"})
    assert reference not in path
    page = main_of(shown(visitor, path))
    assert "Essex County Council, which received something on 2 March 2026" in page
    assert "stays lawful" in page
    assert visitor.post(path, {"scope": "this", "by": "same"}).status_code == 422, "it was not read out"
    alone = on(visitor, path, {"scope": "this", "by": "same", "read": "yes"})
    assert "attendance" in kinds_shown(office.ask()), "nothing has changed yet"
    office.step()
    sheet = main_of(shown(visitor, on(visitor, alone, {**ALONE, "channel": "phone"})))
    assert "You changed your mind" in sheet
    assert CANARY not in sheet
    assert "attendance" not in kinds_shown(office.ask())
    assert len(office.notices("withdrawal")) == 2


def test_part_of_a_yes_is_taken_back(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    path = on(visitor, f"{DESK}/withdraw", {"reference": given_for(office, "child")})
    part = {"scope": "kinds", "categories": ["attendance"], "by": "same"}
    looked = html.unescape(visitor.post(path, {**part, "do": "show"}).text)
    assert "Supporting a family: school attendance." in looked
    on(visitor, on(visitor, path, {**part, "read": "yes"}), SAFE)
    with office.broker.store.look() as view:
        last = find_consents(view, [office.people["child"]])[-1]
    assert last.categories == {"attendance"}


def test_a_reference_that_opens_nothing_is_said_beside_its_field(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    reference = given_for(office, "mum")
    office.mark("mum", ProtectionMarker.PROTECTED)
    told = []
    for typed in (reference, "c-neverissued"):
        answer = visitor.post(f"{DESK}/reference", {"reference": typed, "do": "receipt"})
        assert answer.status_code == 422
        told.append(main_of(answer.text).replace(typed, "…"))
    assert told[0] == told[1]
    assert 'href="#reference"' in told[0]


def test_a_role_that_only_withdraws_does_no_more(pages: Pages) -> None:
    office = pages.office
    office.enrol_one("mar", "Mar Lane", "ecc", "marac-representative")
    visitor = pages.visitor("mar", "marac-representative")
    desk = main_of(shown(visitor, DESK))
    assert "Ask for a decision" not in desk
    path = on(visitor, f"{DESK}/reference", {"reference": given_for(office, "child"), "do": "withdraw"})
    alone = on(visitor, path, {"scope": "this", "by": "same", "read": "yes"})
    assert "<form" in main_of(shown(visitor, alone))
    assert "You changed your mind" in main_of(shown(visitor, on(visitor, alone, SAFE)))
    assert visitor.get(f"{DESK}/new?case={office.cases['team']}").status_code == 403


def test_nothing_about_anybody_is_in_an_address_or_a_title_and_every_look_is_in_the_log(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    draft = begun(pages, visitor, {"choice": "all"}, SAFE)
    receipt = on(visitor, f"{draft}/read-back", {})
    for path in (DESK, f"{DESK}/new?case={office.cases['team']}", receipt, f"{DESK}/case/{office.cases['team']}"):
        before = len(office.entries())
        title = shown(visitor, path).partition("<title>")[2].partition("</title>")[0]
        assert not re.search(r"Mum|Child|Partner|Testing|[cpk]-[a-z2-7]{8}", title), path
        assert office.people["mum"] not in path
        told = [one for one in office.entries()[before:] if one.event is Event.REPORT_PRODUCED]
        assert told, f"nobody looked at {path}"


def test_a_personal_connection_stops_at_every_door(pages: Pages) -> None:
    office = pages.office
    friend: Acting = office.befriend("fay", "mum", "ecc", "lead-practitioner")
    visitor = pages.visitor(friend.by, friend.role)
    assert visitor.get(f"{DESK}/new?about={office.people['mum']}").status_code == 403
    answer = visitor.post(f"{DESK}/reference", {"reference": given_for(office, "mum"), "do": "receipt"})
    assert answer.status_code == 403
    assert "Mum" not in answer.text


def test_a_child_who_may_decide_alone_is_asked_about_as_one_and_a_young_person_as_an_adult(
    pages: Pages,
) -> None:
    office, visitor = pages.office, kim(pages)
    competence = Competence(Interval(office.clock.now()))
    assess(office.broker, KIM, office.people["child"], Assessment("seen alone", competence))
    office.step()
    read = on(visitor, f"{DESK}/new", who(pages, by="child"))
    assert "Child Testing can agree. It is their own decision." in main_of(shown(visitor, read))
    on(visitor, read, {"choice": "all"})
    asked = main_of(shown(visitor, read.replace("choices", "alone")))
    assert "Does Child Testing understand this well enough to decide alone?" in asked
    office.people["teen"] = add_person(office.broker, TRIAGE, NewPerson("Teen", "Testing", date(2009, 6, 1)))
    teen = {"about": office.people["teen"], "signatory": office.people["teen"], "purpose": "family-support"}
    read = on(visitor, f"{DESK}/new", teen)
    on(visitor, read, {"choice": "all"})
    assert "Could Teen Testing make this decision?" in main_of(shown(visitor, read.replace("choices", "alone")))


def test_a_body_under_a_care_order_decides_and_is_asked_nothing_about_capacity(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    order = Relationship("ecc", office.people["child"], RelationshipKind.CARE_ORDER, exclusive=True)
    relate(office.broker, TRIAGE, order, evidence="the order of 1 March")
    office.step()
    page = main_of(shown(visitor, f"{DESK}/new?case={office.cases['team']}"))
    assert "Who can agree: Essex County Council, under a care order." in page
    sent = {**who(pages), "signatory": "ecc"}
    read = on(visitor, f"{DESK}/new", sent)
    on(visitor, read, {"choice": "all"})
    asked = main_of(shown(visitor, read.replace("choices", "alone")))
    assert 'name="able"' not in asked
    on(visitor, read.replace("choices", "alone"), {**SAFE, "able": ""})
    assert visitor.post(f"{DESK}/new", who(pages)).status_code == 422, "mum cannot while the order is exclusive"


def test_with_no_case_yet_the_desk_is_about_one_person(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    page = main_of(shown(visitor, f"{DESK}/new?about={office.people['mum']}"))
    assert "Mum Testing" in page
    assert "Child Testing" not in page
    sent = {"about": office.people["mum"], "signatory": office.people["mum"]}
    refused = html.unescape(visitor.post(f"{DESK}/new", {**sent, "purpose": "section-47"}).text)
    assert "Choose what it is for" in refused, "nothing rests on a yes there"
    read = on(visitor, f"{DESK}/new", sent)
    assert "Read this aloud to Mum Testing" in main_of(shown(visitor, read))
    assert visitor.get(f"{DESK}/new").headers["location"] == DESK


def test_somebody_else_decides_by_the_reference_a_search_gave(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    father(office)
    sent = {**who(pages), "signatory": "other", "signatory_reference": office.people["father"].upper()}
    without = visitor.post(f"{DESK}/new", {**sent, "signatory_reference": ""})
    assert "Choose who decides" in html.unescape(without.text)
    read = on(visitor, f"{DESK}/new", sent)
    assert "Canary" not in main_of(shown(visitor, read)), "a reference does not give a name away"
    on(visitor, read, {"choice": "all"})
    on(visitor, read.replace("choices", "alone"), SAFE)
    back = main_of(shown(visitor, read.replace("choices", "read-back")))
    assert "The person whose reference was given" in back


def test_what_does_not_fit_a_change_of_mind_about_whom_is_asked_again(pages: Pages) -> None:
    office, visitor = pages.office, kim(pages)
    said = {"choice": "some", "services": ["engagement/oakdale-primary"], "leave_out": ["attendance"]}
    draft = begun(pages, visitor, said)
    on(visitor, f"{draft}/who", who(pages, "mum"))
    answer = visitor.get(f"{draft}/read-back")
    assert answer.headers["location"] == f"{draft}/choices"
    assert visitor.post(f"{draft}/read-back").status_code == 422
    with office.broker.store.look() as view:
        assert len(find_consents(view, [office.people["mum"]])) == 1


def test_many_services_are_read_as_groups_with_every_name_beside_and_ticked_as_groups(pages: Pages) -> None:
    vocabulary = pages.office.broker.partnership.vocabulary
    codes = sorted(code for code, one in vocabulary.organisations.items() if one.tier is Tier.T0)
    services = tuple(Service(code, ConsentKind.ENGAGEMENT, ("involvement",), ("ecc",)) for code in codes)
    offer = Offer("family-support", services, ())
    names = Names(
        lambda code: vocabulary.organisations[code].name,
        lambda code: vocabulary.categories[code].title,
        lambda code: group_of(vocabulary.organisations[code].types),
        lambda code: vocabulary.organisations[code].tier >= Tier.T4,
    )
    covered = names.covered(["involvement"], codes, ["ecc", "haven-refuge"])
    kinds, tellers, told = short_parts(covered, ENGLISH)
    assert kinds.points == ("Who helps you: who is involved and how to reach them.",)
    assert tellers.points[:2] == ("Councils", "Schools, nurseries and colleges")
    assert told.points == ("Councils",)
    assert "A private service that works with you may be told too" in " ".join(told.sentences)
    everybody = " ".join(line for part in full_parts(covered, ENGLISH) for line in part.points)
    assert "Haven" not in everybody, "a private service is named nowhere"
    choices = group_choices(offer, ENGLISH, names)
    for code in codes:
        name = vocabulary.organisations[code].name
        assert name in everybody
        assert any(name in one["hint"] for one in choices)
    assert group_choices(Offer("family-support", services[:10], ()), ENGLISH, names) == []
    ticked = Form({"groups": [SheetWord.GROUP_SCHOOLS.value], "services": ["engagement/dwp"]})
    chosen = services_in(ticked, offer, names)
    assert {"engagement/oakdale-primary", "engagement/dwp"} <= chosen
    assert "engagement/ecc" not in chosen
