"""May I share?, without a browser: nobody signs in, the answer is in the address, and nothing is written."""

from __future__ import annotations

import html
from urllib.parse import urlencode

from tests.functional.web.visitors import Pages

ASKED = {
    "from": "chelmsford-housing",
    "as": "housing-options",
    "category": "tenancy-arrears",
    "role": "lead-practitioner",
    "to": "ecc",
    "purpose": "family-support",
}


def page(pages: Pages, path: str, asked: dict[str, str] | None = None) -> tuple[int, str]:
    answer = pages.visitor().get(f"{path}?{urlencode(asked)}" if asked else path)
    return answer.status_code, html.unescape(answer.text)


def test_the_answer_stands_first_and_then_everything_it_rests_on(pages: Pages) -> None:
    before = len(pages.office.entries())
    status, shown = page(pages, "/may-i-share", ASKED)
    assert status == 200
    parts = [
        "As a housing options officer at Chelmsford Housing Association, may I share “Tenancy, rent and arrears”",
        ">Yes, if the family agrees</h2>",
        "The landlord shares the tenancy and arrears of the last year with the lead practitioner.",
        "Legitimate interests",
        "Whose agreement is needed",
        "somebody with parental responsibility",
        "Whom to ask",
        "In an emergency",
        "ring 999",
    ]
    places = [shown.find(part) for part in parts]
    assert -1 not in places, dict(zip(parts, places, strict=True))
    assert places == sorted(places)
    assert len(pages.office.entries()) == before


def test_a_sentence_with_a_gap_says_which_and_keeps_what_was_chosen(pages: Pages) -> None:
    status, shown = page(pages, "/may-i-share", {**ASKED, "to": "", "purpose": ""})
    assert status == 422
    assert 'href="#to"' in shown
    assert "Choose what it is for" in shown
    assert '<option value="chelmsford-housing" selected>' in shown


def test_the_button_pressed_with_nothing_chosen_says_what_to_choose(pages: Pages) -> None:
    assert page(pages, "/may-i-share")[0] == 200
    status, shown = page(pages, "/may-i-share", dict.fromkeys(ASKED, ""))
    assert status == 422
    assert "There is a problem" in shown
    for name in ("from", "category", "role", "to", "purpose"):
        assert f'href="#{name}"' in shown
    assert 'href="#as"' not in shown, "their own job changes no answer"
    assert page(pages, "/may-i-share/matrix", {"from": "", "purpose": ""})[0] == 422


def test_a_code_that_nobody_knows_is_refused_beside_its_field(pages: Pages) -> None:
    status, shown = page(pages, "/may-i-share", {**ASKED, "category": "<b>gossip</b>"})
    assert status == 422
    assert 'id="category-error"' in shown
    assert "<b>gossip" not in pages.visitor().get(f"/may-i-share?{urlencode({**ASKED, 'category': '<b>'})}").text


def test_what_somebody_decided_changes_no_answer(pages: Pages) -> None:
    before = page(pages, "/may-i-share", ASKED)[1].partition("As the agreements stood")[0]
    pages.office.consent("mum", "mum")
    assert page(pages, "/may-i-share", ASKED)[1].partition("As the agreements stood")[0] == before


def test_every_square_of_the_matrix_leads_to_its_answer(pages: Pages) -> None:
    status, shown = page(pages, "/may-i-share/matrix", {"from": "oakdale-primary", "purpose": "family-support"})
    assert status == 200
    assert "School attendance" in shown
    row = shown[shown.index('<th scope="row" class="govuk-table__header">School attendance') :]
    row = row[: row.index("</tr>")]
    assert "If agreed" in row
    assert "(by age)" in row
    address = row.partition('href="')[2].partition('"')[0]
    status, answer = page(pages, address)
    assert status == 200
    assert "Yes, if the family agrees – about somebody aged 4 to 17" in answer
    nothing = page(pages, "/may-i-share/matrix", {"from": "hmrc", "purpose": "family-support"})[1]
    assert "no clause lets it share for this purpose" in nothing


def test_asking_for_a_matrix_without_a_purpose_says_so(pages: Pages) -> None:
    status, shown = page(pages, "/may-i-share/matrix", {"from": "ecc", "purpose": ""})
    assert status == 422
    assert 'href="#purpose"' in shown
