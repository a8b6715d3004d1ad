"""What an organisation received: page by page, with what became of it, for those who may read of it."""

from __future__ import annotations

from typing import Any

import pytest

from broker.audit.events import Event
from broker.people import ProtectionMarker
from broker.usecases.acting import AS_OPERATOR
from broker.usecases.casework.cases import join_team
from broker.usecases.release.recall import Topic, find_releases_of, tell_recipients
from tests.functional.api.door import Got, Partner, partner
from tests.functional.usecases.office import KIM as WHO
from tests.functional.usecases.office import TOM
from tests.functional.usecases.test_recall import attendance

KIM = "by=kim&role=lead-practitioner"
OLA = "by=ola&role=ig-officer"


def listed(council: Partner, query: str = KIM) -> Any:
    got = council.send("GET", "/v1/disclosures", query=query)
    assert got.status == 200, got.json
    return got.json


def one(council: Partner, disclosure: str, query: str = KIM) -> Got:
    return council.send("GET", f"/v1/disclosures/{disclosure}", query=query)


def withdraw(council: Partner) -> Got:
    first = council.office.consent("child", "mum")
    body = {"by": "kim", "role": "lead-practitioner"}
    return council.send("POST", f"/v1/consents/{first.consent_id}/withdrawal", body)


def acknowledged(council: Partner, disclosure: str, notice: str, **more: Any) -> Got:
    body = {"by": "kim", "role": "lead-practitioner", "notice": notice, **more}
    return council.send("POST", f"/v1/disclosures/{disclosure}/acknowledgement", body)


def test_what_was_received_is_listed_with_what_was_withdrawn_since(council: Partner) -> None:
    office = council.office
    first, second = office.ask().id, office.ask(about=("mum",)).id
    withdraw(council)
    page = listed(council)
    assert [row["disclosure"] for row in page["disclosures"]] == [first, second]
    (told,) = page["disclosures"][0]["since"]
    assert (told["because"], told["closed_at"]) == ("withdrawal", None)
    assert {"category": "attendance", "controller": "oakdale-primary"} in told["cells"]
    assert page["disclosures"][1]["since"] == []
    assert page["next"] is None


def test_a_correction_is_told_of_the_release_it_touches(council: Partner) -> None:
    office = council.office
    found = office.ask(about=("child",)).id
    assert one(council, found).json["since"] == []
    office.step()
    record = attendance(office, percentage=90)
    with office.broker.store.act(office.clock) as act:
        tell_recipients(act, AS_OPERATOR, Topic.CORRECTION, find_releases_of(act, [record]))
    (told,) = one(council, found).json["since"]
    assert (told["because"], told["records"]) == ("correction", [record])


def test_what_was_refused_was_not_received(council: Partner) -> None:
    refused = council.office.ask(purpose="section-47").id
    assert listed(council)["disclosures"] == []
    assert one(council, refused).status == 404


def test_pages_go_on_where_the_one_before_ended(council: Partner) -> None:
    made = [council.office.ask(about=("mum",)).id for _ in range(5)]
    found, query = [], f"{KIM}&limit=2"
    for size in (2, 2, 1):
        page = listed(council, query)
        assert len(page["disclosures"]) == size
        found += [row["disclosure"] for row in page["disclosures"]]
        query = f"{KIM}&limit=2&after={page['next']}"
    assert found == made
    assert page["next"] is None


def test_a_cursor_is_sealed_and_its_readers_own(council: Partner) -> None:
    for _ in range(2):
        council.office.ask(about=("mum",))
    cursor = listed(council, f"{KIM}&limit=1")["next"]
    other = "B" if cursor[30] == "A" else "A"
    for query in (
        f"{OLA}&limit=1&after={cursor}",
        f"{KIM}&limit=1&after={cursor[:30]}{other}{cursor[31:]}",
        f"{KIM}&after=d-madeup",
        f"{KIM}&after=%C3%A9",
    ):
        assert council.send("GET", "/v1/disclosures", query=query).status == 400


def test_staff_see_what_they_asked_for_and_whoever_decides_for_a_holder_all(council: Partner) -> None:
    office = council.office
    join_team(office.broker, WHO, office.cases["team"], "tom")
    mine, theirs = office.ask(about=("mum",)).id, office.ask(TOM, about=("mum",)).id
    assert [row["disclosure"] for row in listed(council)["disclosures"]] == [mine]
    assert [row["disclosure"] for row in listed(council, OLA)["disclosures"]] == [mine, theirs]
    assert one(council, theirs).status == 404
    assert one(council, theirs, OLA).status == 200


def test_one_of_somebody_elses_and_one_never_made_are_one_answer(council: Partner) -> None:
    office = council.office
    released = office.ask().id
    school = partner(office, "oakdale-primary", seed=9)
    query = "by=dee&role=safeguarding-lead"
    hidden, never = one(school, released, query), one(school, "d-neverissuedneverissued2222", query)
    assert (hidden.status, never.status) == (404, 404)
    assert hidden.json.keys() == never.json.keys()
    assert len(hidden.body) == len(never.body)
    assert listed(school, query)["disclosures"] == []
    assert [entry.event for entry in office.entries()].count(Event.ACCESS_REFUSED) == 2


def test_what_is_shown_of_one_is_what_it_showed_and_no_content(council: Partner) -> None:
    office = council.office
    released = office.ask().id
    found = one(council, released).json
    assert {cell["category"] for cell in found["cells"]} == {"attendance", "involvement", "staff-safety"}
    assert len(found["records"]) == 3
    assert "81" not in str(found["cells"])
    assert "Often late" not in str(found)


def test_that_somebody_was_protected_since_changes_nothing(council: Partner) -> None:
    released = council.office.ask().id
    before = one(council, released).json
    council.office.mark("child", ProtectionMarker.PROTECTED)
    after = one(council, released).json
    before.pop("receipt")
    after.pop("receipt")
    assert before == after


def test_a_notice_is_acknowledged_once_and_by_its_release(council: Partner) -> None:
    released, other = council.office.ask().id, council.office.ask(about=("mum",)).id
    withdraw(council)
    (told,) = one(council, released).json["since"]
    assert acknowledged(council, other, told["notice"]).status == 404
    got = acknowledged(council, released, told["notice"], finding="told")
    assert (got.status, got.json["finding"]) == (200, "told")
    assert acknowledged(council, released, told["notice"]).status == 404
    (after,) = one(council, released).json["since"]
    assert after["closed_at"] is not None


@pytest.mark.parametrize(
    "query",
    ["", "by=kim", f"{KIM}&limit=0", f"{KIM}&limit=101", f"{KIM}&limit=1&limit=2", f"{KIM}&x=1", "by=kim+&role=x"],
)
def test_a_query_of_another_shape_is_refused(council: Partner, query: str) -> None:
    assert council.send("GET", "/v1/disclosures", query=query).status == 400


def test_no_total_is_told(council: Partner) -> None:
    council.office.ask()
    assert listed(council).keys() == {"disclosures", "next", "receipt"}
