"""Who has looked, through its pages: the officer's copy, a decision in words, the family's copy."""

from __future__ import annotations

import html

from broker.people import ProtectionMarker
from tests.functional.usecases.test_rights import asked
from tests.functional.web.visitors import Pages, Visitor


def text_of(visitor: Visitor, path: str) -> str:
    answer = visitor.get(path)
    assert answer.status_code == 200, (path, html.unescape(answer.text))
    return html.unescape(answer.text).partition("<main")[2]


def test_from_the_officers_copy_to_the_familys(pages: Pages) -> None:
    office = pages.office
    office.ask()
    asked(office)
    ola = pages.visitor("ola", "ig-officer")
    path = ola.post("/who-has-looked", {"subject": office.people["mum"]}).headers["location"]
    shown = text_of(ola, path)
    for said in ("Who has looked at Mum Testing?", "Kim Ward", "Preparing the first review", "To be decided"):
        assert said in shown, said
    assert ola.get(f"{path}/family").status_code == 422
    assert "<form" in text_of(ola, f"{path}/looks/1")
    assert ola.post(f"{path}/looks/1", {"answer": "tell"}).status_code == 422, "in no words"
    assert ola.post(f"{path}/looks/1", {"answer": "tell", "words": "Nothing stands against it"}).status_code == 303
    assert "Make the family’s copy" in text_of(ola, path)
    copy = text_of(ola, f"{path}/family")
    assert "Somebody in this post: Lead practitioner" in copy
    assert "They were given 2 kinds of information" in copy
    for hidden in ("Kim", "Preparing", office.cases["team"]):
        assert hidden not in copy, hidden
    assert ola.get(f"{path}/looks/2").status_code == 422


def test_what_is_typed_is_a_reference_and_nothing_shown_tells_nothing(pages: Pages) -> None:
    office = pages.office
    office.ask()
    office.mark("mum", ProtectionMarker.PROTECTED)
    ola = pages.visitor("ola", "ig-officer")
    for typed in ("Mum Testing", "Testing", "9990000018", "CM1 1LX", ""):
        assert ola.post("/who-has-looked", {"subject": typed}).status_code == 422, "no name becomes an address"
    told = html.unescape(ola.post("/who-has-looked", {"subject": "Mum Testing"}).text)
    assert "“Mum Testing” is no reference. Find the person by a search" in told
    hidden = ola.get(f"/who-has-looked/{office.people['mum']}").text
    never = ola.get("/who-has-looked/p-never").text
    assert hidden.replace(office.people["mum"], "p-never") == never
